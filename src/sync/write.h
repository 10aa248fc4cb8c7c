// A create, update, patch or delete from its start to its end (BEHAVIOUR 4 and 5.1).
//
//   start     an update, patch or delete is shown in the cache at once, and its undoing is
//             kept in the journal; then wrapped is called
//   succeeded the cache holds what the server has confirmed
//   failed    the change is taken back, and no other
#pragma once

#include <string>

#include "sync/operation.h"

namespace caching {

enum class Method { read, create, update, patch, remove };

class Write final : public Operation {
 public:
  // wait: nothing is shown before the server confirms (4.5). own_key: what the page's own
  // rule makes of the URL of a model without an id.
  Write(Start start, Method method, bool wait, std::string own_key)
      : Operation(std::move(start)), method_(method), wait_(wait), own_key_(std::move(own_key)) {}

  void start() override;

 private:
  void succeeded(bool with_data) override;
  void failed(const Failure& failure) override;
  void thrown() override { take_back(); }
  void store() override;

  void show_change();
  void show_removal();
  void take_back();

  void confirm_removal();
  void confirm_record();
  // What a model stands for now, with the key of its record; empty: it has none that
  // could be cached.
  std::string key_of(const page::Confirmed& confirmed) const;
  void leave_former_key();
  // Whether the record lies in storage, as far as it is known.
  enum class Kept { stored, missing, superseded };
  Kept keep_created(const std::string& key);
  Kept keep(const std::string& key, const page::Confirmed& confirmed, Sequence now);
  std::string list_to_join(const page::Confirmed& confirmed);
  void join_list(const std::string& key, const page::Confirmed& confirmed);
  void join_stored_list(const std::string& list, const page::Confirmed& confirmed);

  bool is_create() const { return method_ == Method::create; }

  const Method method_;
  const bool wait_;
  const std::string own_key_;
};

}  // namespace caching
