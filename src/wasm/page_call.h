// One call of the decorated sync as js/call.js has it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "page/offline_call.h"

namespace wasm {

// The texts that a call begins with.
struct Told {
  std::optional<std::string> id;
  std::string url, data, own_key;
  std::string options;  // those of ours that it has; empty: none
};

// Each function calls the method of the same name of the Call of this number, which
// never throws. js/call.js keeps it until this is gone.
class PageCall final : public page::OfflineCall {
 public:
  explicit PageCall(int number) : number_(number) {}
  PageCall(const PageCall&) = delete;
  ~PageCall() override;

  Told told();

  bool invoke() override;
  void send_nothing() override;
  void hold(const std::string& key) override;
  void answer_with_miss() override;
  std::optional<std::string> request_text() override;
  void join(int leader) override;
  void take_answer_of(int leader) override;
  void hand_over(int heir) override;
  void answer_with_abort() override;
  bool load_record(const std::string& key) override;
  bool load_rows(const std::string& list, page::Minutes& expiry) override;
  bool load_envelope(const page::Envelope& envelope) override;
  bool take_answer() override;
  json::Scalars answered_ids() override;
  std::vector<std::string> answered_texts(const std::vector<std::string>& keys) override;
  void amend_answer(const std::vector<page::Amendment>& amendments) override;
  void answer_with_loaded() override;
  void deliver(page::Phase phase, page::Report report) override;
  void report_failure() override;
  void resolve(page::Phase phase) override;
  void reject() override;
  std::optional<std::string> sent_text(const std::optional<std::string>& base) override;
  page::Patch patch() override;
  page::Confirmed confirmed() override;
  page::Held held() override;
  page::Written write_rows(page::Rows rows, page::Minutes expiry,
                           const std::vector<std::string>& except) override;
  page::Wrote write_answer(const std::string& key, page::Minutes expiry) override;
  std::optional<std::string> list_text(page::Listed which) override;
  std::string collection_url() override;
  std::optional<page::Envelope> envelope() override;
  void keep_in_use() override;
  page::Sent sent() override;
  void name_request(const std::string& token) override;
  void take_temporary_id(const std::string& id) override;
  void answer_with_sent() override;
  void tell_queued() override;

 private:
  const int number_;
};

}  // namespace wasm
