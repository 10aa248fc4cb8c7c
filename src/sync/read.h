// A read from its start to its end (contract 3 and 5.2 to 5.4).
//
//   start     wrapped is called; then, if it has not answered yet, the cached phase
//   succeeded the answer is brought up to date with what is newer, and delivered; the
//             cache takes it when the model has taken it
//   failed    the error is reported; what the server will not show leaves the cache
//
// That is 'cache-and-network'. By other fetch policies (8.1), or while the record is fresh
// (8.2), the cached phase may be the only one, and may come before a request or after one.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/operation.h"

namespace caching {

class Read final : public Operation {
 public:
  // own_parse: the collection's own `parse` finds the rows in the answer.
  Read(Start start, bool own_parse) : Operation(std::move(start)), own_parse_(own_parse) {}

  void start() override;
  void parsed() override;
  void settled(bool taken) override;

 private:
  enum class Cached { none, loaded, delivered };
  enum class Answer {
    useless,  // it has no rows, or nobody has looked yet
    usable,
    overtaken,  // a newer answer to the same question came first (5.3)
    refused,    // the model's validation did not take it
  };

  bool has_cached_phase() override;
  bool answers_without_request();
  bool send();
  std::optional<std::string> request_text();
  bool asks_cache_beside_request() const;
  bool prefers_network() const;
  bool is_fresh();
  void deliver_cached();
  bool answers_failure(const Failure& failure);
  void succeeded(bool with_data) override;
  void failed(const Failure& failure) override;
  void thrown() override {}
  void store() override;

  bool load();
  bool load_record();
  bool load_rows();
  bool load_envelope();

  void take_rows();
  bool overtake();
  void bring_up_to_date();
  Keys rows_with_writes(page::Listed which);
  void amend_pending(std::vector<page::Amendment>& amendments);
  void amend_noted(const History::Told& told, std::vector<page::Amendment>& amendments);
  bool may_amend(const History::Newer& noted) const;
  void amend_patched(const History::Told& told, std::vector<page::Amendment>& amendments);
  std::string with_newer_patches(const std::string& row, const std::string& text) const;
  void amend(const std::string& row, bool deleted, std::vector<page::Amendment>& amendments);
  void find_joined(const History::Told& told);
  void confirm_under_pending(const Keys& keys);
  void remember_places(const std::set<std::string>& deleted);

  void store_record();
  bool write_answer();
  bool confirm_under_write();
  void store_rows();
  void replace_list(const std::string& list);
  bool store_envelope();
  void note_rows();
  void take_out(const Keys& keys);
  void forget_refused(int status);

  const bool own_parse_;
  Cached cached_ = Cached::none;
  burry::Minutes cached_expiry_ = burry::never;  // the first one of what was loaded
  Answer answer_ = Answer::useless;
  std::set<std::string> newer_;   // keys whose records are newer than the answer
  std::set<std::string> joined_;  // of these, rows that have joined the list since it was sent
  bool lacks_row_ = false;        // the record of one of its rows is newer, and unknown
};

}  // namespace caching
