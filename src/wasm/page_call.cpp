#include "wasm/page_call.h"

#include <emscripten/emscripten.h>

#include <cmath>

// Of the calls of js/call.js, by their numbers; js/storage.js has `ask`, whose answer is
// undefined where the page's code throws, and js/build/core-head.js textAt and tell. What is
// told into a text leaves it as it is where there is none, and says so.
// clang-format off
EM_JS(void, call_forget, (int call), { Module.calls.delete(call); });
EM_JS(bool, call_told, (int call, std::string* id, std::string* url, std::string* data, std::string* own_key, std::string* options), {
  const told = Module.calls.get(call).told;
  tell(url, told.url);
  tell(data, told.data);
  tell(own_key, told.ownKey);
  tell(options, told.options);
  return tell(id, told.id);
});
EM_JS(bool, call_invoke, (int call), { return Module.ask(call, 'invoke'); });
EM_JS(void, call_send_nothing, (int call), { Module.ask(call, 'sendNothing'); });
EM_JS(bool, call_request_text, (int call, std::string* text), { return tell(text, Module.ask(call, 'requestText')); });
EM_JS(void, call_join, (int call, int leader), { Module.ask(call, 'join', leader); });
EM_JS(void, call_take_answer_of, (int call, int leader), { Module.ask(call, 'takeAnswerOf', leader); });
EM_JS(void, call_hand_over, (int call, int heir), { Module.ask(call, 'handOver', heir); });
EM_JS(void, call_fail, (int call, bool is_abort), { Module.ask(call, 'failAs', is_abort ? 'abort' : 'error'); });
EM_JS(bool, call_load_record, (int call, const char* key, size_t size), { return Module.ask(call, 'loadRecord', textAt(key, size)); });
EM_JS(double, call_load_rows, (int call, const char* list, size_t size), { return Module.ask(call, 'loadRows', textAt(list, size)); });
EM_JS(bool, call_load_envelope, (int call, const char* answer, size_t answer_size, const char* headers, size_t headers_size), {
  return Module.ask(call, 'loadEnvelope', textAt(answer, answer_size), textAt(headers, headers_size));
});
EM_JS(bool, call_take_answer, (int call), { return Module.ask(call, 'takeAnswer'); });
EM_JS(void, call_answered_ids, (int call, std::string* ids), { tell(ids, Module.ask(call, 'answeredIds')); });
EM_JS(void, call_answered_texts, (int call, std::vector<std::string>* texts, const char* keys, size_t size), {
  for (const text of Module.ask(call, 'answeredTexts', textAt(keys, size)) || []) tell(_add_text(texts), text);
});
EM_JS(void, call_amend_answer, (int call, const char* amendments, size_t size), { Module.ask(call, 'amendAnswer', textAt(amendments, size)); });
EM_JS(void, call_answer_with_loaded, (int call), { Module.ask(call, 'answerWithLoaded'); });
EM_JS(void, call_deliver, (int call, bool from_cache, bool data_only), { Module.ask(call, 'deliver', Boolean(from_cache), data_only); });
EM_JS(void, call_report_failure, (int call), { Module.ask(call, 'reportFailure'); });
EM_JS(void, call_resolve, (int call, bool from_cache), { Module.ask(call, 'end', 'resolve', from_cache); });
EM_JS(void, call_reject, (int call), { Module.ask(call, 'end', 'reject'); });
EM_JS(bool, call_sent_text, (int call, std::string* text, bool has_base, const char* base, size_t size), {
  return tell(text, Module.ask(call, 'sentText', has_base ? textAt(base, size) : undefined));
});
EM_JS(void, call_patch, (int call, std::string* members, std::string* id, std::string* dates), {
  const patch = Module.ask(call, 'patch') || {};
  tell(members, patch.members);
  tell(id, patch.id);
  tell(dates, patch.dates);
});
// Returns whether the record has JSON.
EM_JS(bool, call_confirmed, (int call, std::string* text, std::string* url, bool* in_collection, bool* has_id, std::string* id, bool* id_is_text), {
  const told = Module.ask(call, 'confirmed') || {};
  // Before the heap is named: it is another one where a long text makes it grow.
  const hasText = tell(text, told.text), hasId = tell(id, told.id);
  tell(url, told.url);
  HEAPU8[in_collection] = told.isInCollection;
  HEAPU8[has_id] = hasId;
  HEAPU8[id_is_text] = told.isText;
  return hasText;
});
EM_JS(void, call_held, (int call, int* answered, int* unnamed, int* all), {
  const held = Module.ask(call, 'held') || {unnamed: 1};
  HEAP32[answered >> 2] = held.answered;
  HEAP32[unnamed >> 2] = held.unnamed;
  HEAP32[all >> 2] = held.all;
});
EM_JS(void, call_write_rows, (int call, bool answered, double expiry, const char* except, size_t size, int* failed, int* full, int* saved), {
  const written = Module.ask(call, 'writeRows', answered, expiry, textAt(except, size)) || {failed: 1};
  HEAP32[failed >> 2] = written.failed;
  HEAP32[full >> 2] = written.full;
  HEAP32[saved >> 2] = written.saved;
});
EM_JS(page::Wrote, call_write_answer, (int call, const char* key, size_t size, double expiry), {
  return Module.Wrote[Module.ask(call, 'writeAnswer', textAt(key, size), expiry) || 'refused'].value;
});
EM_JS(bool, call_list_text, (int call, std::string* text, bool answered), { return tell(text, Module.ask(call, 'listText', answered)); });
EM_JS(void, call_fetched_into, (int call, const char* list, size_t size, bool is_delivered), {
  Module.ask(call, 'fetchedInto', textAt(list, size), is_delivered);
});
// Returns whether the URL is computed.
EM_JS(bool, call_home, (int call, std::string* list, std::string* url), {
  const home = Module.ask(call, 'home') || {};
  tell(list, home.list);
  tell(url, home.url);
  return home.isComputed;
});
EM_JS(bool, call_envelope, (int call, std::string* answer, std::string* headers), {
  const envelope = Module.ask(call, 'envelopeToKeep') || {};
  tell(headers, envelope.headers);
  return tell(answer, envelope.answer);
});
// clang-format on

namespace wasm {
namespace {

// As Call.amendAnswer of js/rows.js is told.
std::string spelled(page::Change change) {
  switch (change) {
    case page::Change::replace: return "replace";
    case page::Change::replace_or_append: return "append";
    case page::Change::take_out: break;
  }
  return "remove";
}

}  // namespace

Told told_by(int number) {
  Told told;
  std::string id;
  const bool has_id = call_told(number, &id, &told.url, &told.data, &told.own_key, &told.options);
  if (has_id) told.id = std::move(id);
  return told;
}

PageCall::~PageCall() { call_forget(number_); }

bool PageCall::invoke() { return call_invoke(number_); }

void PageCall::send_nothing() { call_send_nothing(number_); }
void PageCall::answer_with_miss() { call_fail(number_, false); }

std::optional<std::string> PageCall::request_text() {
  std::string text;
  if (!call_request_text(number_, &text)) return {};
  return text;
}

void PageCall::join(int leader) { call_join(number_, leader); }
void PageCall::take_answer_of(int leader) { call_take_answer_of(number_, leader); }
void PageCall::hand_over(int heir) { call_hand_over(number_, heir); }
void PageCall::answer_with_abort() { call_fail(number_, true); }

bool PageCall::load_record(const std::string& key) {
  return call_load_record(number_, key.data(), key.size());
}

bool PageCall::load_rows(const std::string& list, page::Minutes& expiry) {
  const double soonest = call_load_rows(number_, list.data(), list.size());
  if (std::isnan(soonest)) return false;
  expiry = soonest;
  return true;
}

bool PageCall::load_envelope(const page::Envelope& envelope) {
  const auto& [answer, headers] = envelope;
  return call_load_envelope(number_, answer.data(), answer.size(), headers.data(), headers.size());
}

bool PageCall::take_answer() { return call_take_answer(number_); }

json::Scalars PageCall::answered_ids() {
  std::string ids;
  call_answered_ids(number_, &ids);
  return json::read_flat_array(ids).value_or(json::Scalars());
}

std::vector<std::string> PageCall::answered_texts(const std::vector<std::string>& keys) {
  const std::string asked = json::spell(keys);
  std::vector<std::string> texts;
  call_answered_texts(number_, &texts, asked.data(), asked.size());
  texts.resize(keys.size());
  return texts;
}

void PageCall::amend_answer(const std::vector<page::Amendment>& amendments) {
  json::Members all;
  for (const page::Amendment& amendment : amendments) {
    all.push_back({{}, json::spell(std::vector{amendment.key, spelled(amendment.change), amendment.text})});
  }
  const std::string text = json::spell_array(all);
  call_amend_answer(number_, text.data(), text.size());
}

void PageCall::answer_with_loaded() { call_answer_with_loaded(number_); }

void PageCall::deliver(page::Phase phase, page::Report report) {
  call_deliver(number_, phase == page::Phase::cached, report == page::Report::data_only);
}

void PageCall::report_failure() { call_report_failure(number_); }
void PageCall::resolve(page::Phase phase) { call_resolve(number_, phase == page::Phase::cached); }
void PageCall::reject() { call_reject(number_); }

std::optional<std::string> PageCall::sent_text(const std::optional<std::string>& base) {
  const std::string& given = base ? *base : std::string();
  std::string text;
  if (!call_sent_text(number_, &text, base.has_value(), given.data(), given.size())) return {};
  return text;
}

page::Patch PageCall::patch() {
  page::Patch patch;
  call_patch(number_, &patch.members, &patch.id, &patch.dates);
  return patch;
}

page::Confirmed PageCall::confirmed() {
  page::Confirmed confirmed;
  std::string text;
  json::Scalar id;
  bool has_id = false;
  const bool has_text = call_confirmed(number_, &text, &confirmed.url, &confirmed.in_collection, &has_id,
                                       &id.text, &id.is_text);
  if (has_text) confirmed.text = std::move(text);
  if (has_id) confirmed.id = std::move(id);
  return confirmed;
}

page::Held PageCall::held() {
  page::Held held;
  call_held(number_, &held.answered, &held.unnamed, &held.all);
  return held;
}

page::Wrote PageCall::write_answer(const std::string& key, page::Minutes expiry) {
  return call_write_answer(number_, key.data(), key.size(), expiry);
}

page::Written PageCall::write_rows(page::Rows rows, page::Minutes expiry,
                                   const std::vector<std::string>& except) {
  const std::string left = json::spell(except);
  page::Written written;
  call_write_rows(number_, rows == page::Rows::answered, expiry, left.data(), left.size(), &written.failed,
                  &written.full, &written.saved);
  return written;
}

std::optional<std::string> PageCall::list_text(page::Listed which) {
  std::string text;
  if (!call_list_text(number_, &text, which == page::Listed::answered)) return {};
  return text;
}

void PageCall::fetched_into(const std::string& list, Fetched fetched) {
  call_fetched_into(number_, list.data(), list.size(), fetched == Fetched::delivered);
}

page::Home PageCall::home() {
  page::Home home;
  home.is_computed = call_home(number_, &home.list, &home.url);
  return home;
}

std::optional<page::Envelope> PageCall::envelope() {
  page::Envelope envelope;
  if (!call_envelope(number_, &envelope.answer, &envelope.headers)) return {};
  return envelope;
}

}  // namespace wasm
