// What js/cachingsync.js calls, and the calls in progress as the decorator sees
// them.
#include <emscripten/bind.h>

#include "page/calls.h"
#include "sync/caching_sync.h"
#include "wasm/browser.h"

using page::Call;
using page::Ends;
using page::Id;
using page::Name;
using page::Value;

// js/page.js
extern "C" {
bool page_call_invoke(Call call);
bool page_call_load_record(Call call, int text);
bool page_call_load_rows(Call call, int list, int record, int expiry, page::Minutes* soonest);
bool page_call_load_envelope(Call call, int text);
bool page_call_take_answer(Call call);
int page_call_answered_ids(Call call);
int page_call_answered_text(Call call, int key);
void page_call_amend_answer(Call call, const page::Amendment* amendments, int count);
void page_call_answer_with_loaded(Call call);
void page_call_deliver(Call call, bool from_cache, bool data_only);
void page_call_report_failure(Call call);
void page_call_resolve(Call call, bool from_cache);
void page_call_reject(Call call);
void page_call_forget(Call call);
int page_call_sent_text(Call call, int base);
void page_call_confirmed(Call call, page::Confirmed* confirmed);
void page_call_held(Call call, page::Held* held);
void page_call_write_rows(Call call, bool answered, int record, int expiry, page::Minutes minutes,
                          const Name* except, int excepted, page::Written* written);
int page_call_list_text(Call call, bool answered);
int page_call_envelope_text(Call call);
void page_warn(int text);
}

namespace wasm {

// As js/page.js reads and writes them.
static_assert(sizeof(page::Amendment) == 12 && sizeof(page::Confirmed) == 16 &&
              sizeof(page::Held) == 12 && sizeof(page::Written) == 8);

namespace {

class BrowserCalls final : public page::Calls {
 public:
  bool invoke(Call call) override { return page_call_invoke(call); }

  bool load_record(Call call, Value text) override {
    return page_call_load_record(call, text.number());
  }
  bool load_rows(Call call, Value list, const Ends& ends, page::Minutes& expiry) override {
    return page_call_load_rows(call, list.number(), ends.record.number(), ends.expiry.number(), &expiry);
  }
  bool load_envelope(Call call, Value text) override {
    return page_call_load_envelope(call, text.number());
  }

  bool take_answer(Call call) override { return page_call_take_answer(call); }
  page::Ids answered_ids(Call call) override { return take<Id>(page_call_answered_ids(call)); }
  Value answered_text(Call call, Name key) override {
    return Value(page_call_answered_text(call, key.number()));
  }
  void amend_answer(Call call, const page::List<page::Amendment>& amendments) override {
    page_call_amend_answer(call, amendments.data(), amendments.size());
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

  Value sent_text(Call call, Value base) override {
    return Value(page_call_sent_text(call, base.number()));
  }
  page::Confirmed confirmed(Call call) override {
    page::Confirmed confirmed;
    page_call_confirmed(call, &confirmed);
    return confirmed;
  }

  page::Held held(Call call) override {
    page::Held held;
    page_call_held(call, &held);
    return held;
  }
  page::Written write_rows(Call call, page::Rows rows, const Ends& ends, page::Minutes expiry,
                           const page::Names& except) override {
    page::Written written;
    page_call_write_rows(call, rows == page::Rows::answered, ends.record.number(),
                         ends.expiry.number(), expiry, except.data(), except.size(), &written);
    return written;
  }
  Value list_text(Call call, page::Listed which) override {
    return Value(page_call_list_text(call, which == page::Listed::answered));
  }
  Value envelope_text(Call call) override { return Value(page_call_envelope_text(call)); }
};

caching::CachingSync& core() {
  static BrowserCalls calls;
  static caching::CachingSync core(browser_page(), calls, registry());
  return core;
}

// What the options read by read_option amount to, until they are used.
caching::Policy& policy_to_be() {
  static caching::Policy policy;
  return policy;
}

// The options of a new decorator follow, or those of a call of this one, which
// win over its own (8).
void begin_options(int decorator) {
  policy_to_be() = decorator < 0 ? caching::Policy() : core().policy(decorator);
}

// Gives what is wrong with an option, or an empty text.
void read_option(int name, int type, double number, int text) {
  const Turn turn;
  const caching::Given given = {Name(name), static_cast<caching::Type>(type), number, Name(text)};
  give(caching::read_option(browser_page().texts, given, policy_to_be()));
}

// With the options that were read.
int decorate(int ns) {
  const Turn turn;
  return core().decorate(Name(ns), policy_to_be());
}

// The third argument as a plain ttl, NaN where it gives no number.
int decorate_with_ttl(int ns, double ttl) {
  const Turn turn;
  caching::Policy policy;
  const Name warning = caching::read_positional(ttl, policy);
  if (!warning.empty()) page_warn(warning.number());
  return core().decorate(Name(ns), policy);
}

// What js/cachingsync.js tells of a call, one bit each.
enum Flags { own_parse = 1, wait = 2, own_options = 4 };

// key: the id of a model. url, data_kind and data: the query of a collection or a
// singleton. own_key: what cacheKey has returned. own_options: the call has options
// of ours, which have been read.
void start(int decorator, Call call, int method, int subject, int key, int url, int data_kind,
           int data, int own_key, int flags) {
  const Turn turn;
  caching::Request request;
  request.call = call;
  request.method = static_cast<caching::Method>(method);
  request.subject = static_cast<caching::Subject>(subject);
  request.key = Name(key);
  request.query = {Name(url), static_cast<caching::Data>(data_kind), Name(data)};
  request.own_key = Name(own_key);
  request.own_parse = flags & Flags::own_parse;
  request.wait = flags & Flags::wait;
  core().start(decorator, request,
               flags & Flags::own_options ? policy_to_be() : core().policy(decorator));
}

void clear(int decorator) {
  const Turn turn;
  core().clear(decorator);
}
void clear_all() {
  const Turn turn;
  core().clear_all();
}
void drop(int decorator, int key) {
  const Turn turn;
  core().drop(decorator, Name(key));
}
// Gives the text of the plain list, or undefined.
void ids(int decorator) {
  const Turn turn;
  give(core().ids(decorator));
}
// Gives hits, misses, saved writes and bytes.
void stats(int decorator) {
  const Turn turn;
  const caching::Stats stats = core().stats(decorator);
  give(page::List<double>{stats.hits, stats.misses, stats.saved_writes, stats.bytes});
}

void answered(Call call, int outcome, int status) {
  const Turn turn;
  core().answered(call, static_cast<caching::Outcome>(outcome), status);
}
void parsed(Call call) {
  const Turn turn;
  core().parsed(call);
}
void settled(Call call, bool taken) {
  const Turn turn;
  core().settled(call, taken);
}

void option_names() {
  const Turn turn;
  give(caching::option_names());
}
int calls_in_progress() { return core().calls_in_progress(); }

}  // namespace

bool is_busy() { return core().calls_in_progress() > 0; }
page::Reachable reachable() { return core().reachable(); }

}  // namespace wasm

EMSCRIPTEN_BINDINGS(sync) {
  using emscripten::function;
  function("beginOptions", &wasm::begin_options);
  function("readOption", &wasm::read_option);
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
