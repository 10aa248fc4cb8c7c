// What js/cachingsync.js calls, and the calls in progress as the decorator sees
// them.
#include <emscripten/bind.h>

#include "page/calls.h"
#include "page/text.h"
#include "sync/caching_sync.h"
#include "wasm/browser.h"
#include "wasm/crossing.h"
#include "wasm/registry.h"

using emscripten::val;
using page::Call;
using page::Handle;

// js/page.js
extern "C" {
bool page_call_invoke(Call call);
bool page_call_load_record(Call call, Handle text);
bool page_call_load_rows(Call call, Handle ids, const char16_t* suffixes, double* expiries);
bool page_call_load_envelope(Call call, Handle text);
bool page_call_take_answer(Call call);
Handle page_call_answered_ids(Call call);
Handle page_call_answered_text(Call call, const char16_t* key);
void page_call_amend_answer(Call call, int count, const char16_t* keys, const int* changes,
                            const Handle* texts);
void page_call_answer_with_loaded(Call call);
void page_call_deliver(Call call, bool from_cache, bool data_only);
void page_call_report_failure(Call call);
void page_call_resolve(Call call, bool from_cache);
void page_call_reject(Call call);
void page_call_forget(Call call);
Handle page_call_sent_text(Call call, Handle base);
Handle page_call_confirmed(Call call, char16_t** names);
int page_call_held(Call call, int* unnamed, int* all);
int page_call_write_rows(Call call, bool answered, const char16_t* suffixes, double expiry,
                         const char16_t* except, int excepted, int* saved);
Handle page_call_list_text(Call call, bool answered);
Handle page_call_envelope_text(Call call);
void page_warn(const char16_t* text);
}

namespace wasm {
namespace {

class BrowserCalls final : public page::Calls {
 public:
  bool invoke(Call call) override { return page_call_invoke(call); }

  bool load_record(Call call, const page::Value& text) override {
    return page_call_load_record(call, text.handle());
  }
  bool load_rows(Call call, const page::Value& ids, const std::string& record_suffix,
                 const std::string& expiry_suffix, page::Minutes* expiries) override {
    const Texts suffixes({record_suffix, expiry_suffix});
    return page_call_load_rows(call, ids.handle(), suffixes.data(), expiries);
  }
  bool load_envelope(Call call, const page::Value& text) override {
    return page_call_load_envelope(call, text.handle());
  }

  bool take_answer(Call call) override { return page_call_take_answer(call); }
  page::Value answered_ids(Call call) override {
    return page::Value(page_call_answered_ids(call));
  }
  page::Value answered_text(Call call, const std::string& key) override {
    const Texts texts({key});
    return page::Value(page_call_answered_text(call, texts.data()));
  }
  void amend_answer(Call call, const std::vector<page::Amendment>& amendments) override {
    std::vector<std::string> keys;
    std::vector<int> changes;
    std::vector<Handle> texts;
    for (const page::Amendment& amendment : amendments) {
      keys.push_back(amendment.key);
      changes.push_back(static_cast<int>(amendment.change));
      texts.push_back(amendment.text.handle());
    }
    const Texts packed(keys);
    page_call_amend_answer(call, packed.count(), packed.data(), changes.data(), texts.data());
  }
  void answer_with_loaded(Call call) override { page_call_answer_with_loaded(call); }

  void deliver(Call call, page::Phase phase, page::Report report) override {
    page_call_deliver(call, phase == page::Phase::cached, report == page::Report::data_only);
  }
  void report_failure(Call call) override { page_call_report_failure(call); }
  void resolve(Call call, page::Phase phase) override {
    page_call_resolve(call, phase == page::Phase::cached);
  }
  void reject(Call call) override { page_call_reject(call); }
  void forget(Call call) override { page_call_forget(call); }

  page::Value sent_text(Call call, const page::Value& base) override {
    return page::Value(page_call_sent_text(call, base.handle()));
  }
  page::Confirmed confirmed(Call call) override {
    char16_t* names = nullptr;
    page::Confirmed confirmed;
    confirmed.text = page::Value(page_call_confirmed(call, &names));
    const std::vector<std::string> texts = take_texts(names);
    confirmed.key_known = !texts.empty();
    if (!confirmed.key_known) return confirmed;
    confirmed.key = texts[0];
    confirmed.id_token = texts[1];
    confirmed.in_collection = !texts[2].empty();
    return confirmed;
  }

  page::Held held(Call call) override {
    page::Held held;
    held.answered = page_call_held(call, &held.unnamed, &held.all);
    return held;
  }
  page::Written write_rows(Call call, page::Rows rows, const std::string& record_suffix,
                           const std::string& expiry_suffix, page::Minutes expiry,
                           const std::vector<std::string>& except) override {
    const Texts suffixes({record_suffix, expiry_suffix}), excepted(except);
    page::Written written;
    written.failed =
        page_call_write_rows(call, rows == page::Rows::answered, suffixes.data(), expiry,
                             excepted.data(), excepted.count(), &written.saved);
    return written;
  }
  page::Value list_text(Call call, page::Listed which) override {
    return page::Value(page_call_list_text(call, which == page::Listed::answered));
  }
  page::Value envelope_text(Call call) override {
    return page::Value(page_call_envelope_text(call));
  }
};

caching::CachingSync& core() {
  static BrowserCalls calls;
  static caching::CachingSync core(browser_page(), calls, registry());
  return core;
}

// The third argument as an object: the number of the decorator, or a text that
// tells what is wrong with an option.
val decorate(val ns, val description) {
  caching::Policy policy;
  const std::string wrong = caching::read_options(text_of(description), policy);
  if (!wrong.empty()) return to_val(wrong);
  return val(core().decorate(text_of(ns), policy));
}

// The third argument as a plain ttl, NaN where it gives no number.
int decorate_with_ttl(val ns, bool given, double ttl) {
  caching::Policy policy;
  const std::string warning = caching::read_positional({given, ttl}, policy);
  if (!warning.empty()) page_warn(Texts({warning}).data());
  return core().decorate(text_of(ns), policy);
}

// What js/cachingsync.js tells of a call, one bit each.
enum Flags { own_parse = 1, wait = 2 };

// key: the id of a model. url, data_kind and data: the query of a collection or a
// singleton. own_key: what cacheKey has returned. description: the options of the call
// that are ours, or nothing. A call wins over its decorator (8); what is no
// option of ours is left as it is.
void start(int decorator, Call call, int method, int subject, val key, val url, int data_kind,
           val data, val own_key, int flags, val description) {
  caching::Policy policy = core().policy(decorator);
  if (!description.isUndefined()) {
    caching::Policy own = policy;
    const std::string wrong = caching::read_options(text_of(description), own);
    if (wrong.empty()) policy = own;
    if (!wrong.empty()) page_warn(Texts({wrong}).data());
  }
  caching::Request request;
  request.call = call;
  request.method = static_cast<caching::Method>(method);
  request.subject = static_cast<caching::Subject>(subject);
  request.key = text_of(key);
  request.query = {text_of(url), static_cast<caching::Data>(data_kind), text_of(data)};
  request.own_key = text_of(own_key);
  request.own_parse = flags & Flags::own_parse;
  request.wait = flags & Flags::wait;
  core().start(decorator, std::move(request), policy);
}

void clear(int decorator) { core().clear(decorator); }
void clear_all() { core().clear_all(); }
void drop(int decorator, val key) { core().drop(decorator, text_of(key)); }
// The JSON of the ids of the plain list, or undefined.
val ids(int decorator) { return to_val(core().ids(decorator)); }
val stats(int decorator) {
  const caching::Stats stats = core().stats(decorator);
  val object = val::object();
  object.set("hits", stats.hits);
  object.set("misses", stats.misses);
  object.set("writesSaved", stats.saved_writes);
  object.set("bytes", stats.bytes);
  return object;
}

void answered(Call call, int outcome, int status) {
  core().answered(call, static_cast<caching::Outcome>(outcome), status);
}
void parsed(Call call) { core().parsed(call); }
void settled(Call call, bool taken) { core().settled(call, taken); }

val option_names() { return to_val(caching::option_names()); }
int calls_in_progress() { return static_cast<int>(core().calls_in_progress()); }

}  // namespace
}  // namespace wasm

EMSCRIPTEN_BINDINGS(sync) {
  using emscripten::function;
  function("decorate", &wasm::decorate);
  function("decorateWithTtl", &wasm::decorate_with_ttl);
  function("start", &wasm::start);
  function("clear", &wasm::clear);
  function("clearAll", &wasm::clear_all);
  function("drop", &wasm::drop);
  function("ids", &wasm::ids);
  function("stats", &wasm::stats);
  function("answered", &wasm::answered);
  function("parsed", &wasm::parsed);
  function("settled", &wasm::settled);
  function("optionNames", &wasm::option_names);
  function("callsInProgress", &wasm::calls_in_progress);
}
