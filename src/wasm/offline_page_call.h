// One call of the decorated sync as js/offline/call.js has it.
#pragma once

#include <string>

#include "page/offline_call.h"
#include "wasm/page_call.h"

namespace wasm {

class OfflinePageCall final : public PageCall, public page::OfflineCall {
 public:
  explicit OfflinePageCall(int number) : PageCall(number) {}

  page::OfflineCall* offline() override { return this; }

  void hold(const std::string& key) override;
  void keep_in_use() override;
  page::Sent sent() override;
  void name_request(const std::string& token) override;
  void take_temporary_id(const std::string& id) override;
  void answer_with_sent() override;
  void tell_queued() override;
};

}  // namespace wasm
