// One call of the decorated sync as js/call.js has it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "page/call.h"

namespace wasm {

// The texts that a call begins with, as the call of this number tells them.
struct Told {
  std::optional<std::string> id;
  std::string url, data, own_key;
  std::string options;  // those of ours that it has; empty: none
};
Told told_by(int number);

// Each function calls the method of the same name of the Call of this number, which
// never throws. js/call.js keeps it until this is gone.
class PageCall : public page::Call {
 public:
  explicit PageCall(int number) : number_(number) {}
  PageCall(const PageCall&) = delete;
  ~PageCall() override;

  bool invoke() override;
  void send_nothing() override;
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
  void fetched_into(const std::string& list, Fetched fetched) override;
  page::Home home() override;
  std::optional<page::Envelope> envelope() override;

 protected:
  const int number_;
};

}  // namespace wasm
