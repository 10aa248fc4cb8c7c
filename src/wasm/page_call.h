// One call of the decorated sync as js/call.js has it.
#pragma once

#include <emscripten/val.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "page/call.h"

namespace wasm {

// Each function calls the method of the same name of a Call of js/call.js, which never
// throws.
class PageCall final : public page::Call {
 public:
  explicit PageCall(emscripten::val call) : call_(std::move(call)) {}

  bool invoke() override;
  bool load_record(const std::string& key) override;
  bool load_rows(const std::string& list, page::Minutes& expiry) override;
  bool load_envelope(const page::Envelope& envelope) override;
  bool take_answer() override;
  bool answer_has_id() override;
  void give_answer_its_id() override;
  json::Scalars answered_ids() override;
  std::vector<std::string> answered_texts(const std::vector<std::string>& keys) override;
  void amend_answer(const std::vector<page::Amendment>& amendments) override;
  void answer_with_loaded() override;
  void deliver(page::Phase phase, page::Report report) override;
  void report_failure() override;
  void resolve(page::Phase phase) override;
  void reject() override;
  std::optional<std::string> sent_text(const std::optional<std::string>& base) override;
  page::Confirmed confirmed() override;
  page::Held held() override;
  page::Written write_rows(page::Rows rows, page::Minutes expiry,
                           const std::vector<std::string>& except) override;
  page::Wrote write_answer(const std::string& key, page::Minutes expiry) override;
  std::optional<std::string> list_text(page::Listed which) override;
  std::string collection_url() override;
  bool rows_stand_in_answer() override;
  std::optional<page::Envelope> envelope(bool without_rows) override;

 private:
  emscripten::val call_;
};

}  // namespace wasm
