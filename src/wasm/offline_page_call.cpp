#include "wasm/offline_page_call.h"

#include <emscripten/emscripten.h>

// Of the calls of js/offline/call.js, by their numbers, as in page_call.cpp.
// clang-format off
EM_JS(void, call_hold, (int call, const char* key, size_t size), { Module.ask(call, 'hold', textAt(key, size)); });
EM_JS(void, call_keep_in_use, (int call), { Module.ask(call, 'keepInUse'); });
EM_JS(bool, call_sent, (int call, std::string* id, bool* id_is_text, bool* in_collection, bool* is_record, int* creating, std::string* url, std::string* id_attribute, std::string* attributes, std::string* changes, std::string* body), {
  const sent = Module.ask(call, 'sentRequest') || {};
  tell(url, sent.url);
  tell(id_attribute, sent.idAttribute);
  tell(attributes, sent.attributes);
  tell(changes, sent.changes);
  tell(body, sent.body);
  const hasId = tell(id, sent.id);
  HEAPU8[id_is_text] = sent.isText;
  HEAPU8[in_collection] = sent.isInCollection;
  HEAPU8[is_record] = sent.isRecord;
  HEAP32[creating >> 2] = sent.creating;
  return hasId;
});
EM_JS(void, call_name_request, (int call, const char* token, size_t size), { Module.ask(call, 'nameRequest', textAt(token, size)); });
EM_JS(void, call_take_temporary_id, (int call, const char* id, size_t size), { Module.ask(call, 'takeTemporaryId', textAt(id, size)); });
EM_JS(void, call_answer_with_sent, (int call), { Module.ask(call, 'answerWithSent'); });
EM_JS(void, call_tell_queued, (int call), { Module.ask(call, 'tellQueued'); });
// clang-format on

namespace wasm {

void OfflinePageCall::hold(const std::string& key) { call_hold(number_, key.data(), key.size()); }
void OfflinePageCall::keep_in_use() { call_keep_in_use(number_); }

page::Sent OfflinePageCall::sent() {
  page::Sent sent;
  json::Scalar id;
  const bool has_id =
      call_sent(number_, &id.text, &id.is_text, &sent.in_collection, &sent.is_record, &sent.creating,
                &sent.url, &sent.id_attribute, &sent.attributes, &sent.changes, &sent.body);
  if (has_id) sent.id = std::move(id);
  return sent;
}

void OfflinePageCall::name_request(const std::string& token) {
  call_name_request(number_, token.data(), token.size());
}
void OfflinePageCall::take_temporary_id(const std::string& id) {
  call_take_temporary_id(number_, id.data(), id.size());
}
void OfflinePageCall::answer_with_sent() { call_answer_with_sent(number_); }
void OfflinePageCall::tell_queued() { call_tell_queued(number_); }

}  // namespace wasm
