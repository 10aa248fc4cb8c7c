// What js/cachingsync.js, js/call.js and js/parse.js call.
#include <emscripten/bind.h>

#include <memory>

#include "json/json.h"
#include "sync/query.h"
#include "sync/record.h"
#include "wasm/browser.h"
#include "wasm/page_call.h"
#include "wasm/sync_module.h"

using emscripten::val;

namespace wasm {
namespace {

std::string option_names() { return json::spell(caching::option_names()); }

// What is wrong with the options of a call of this decorator, or of a new one (-1); or an
// empty text.
std::string wrong_option(int decorator, const val& given) {
  caching::Policy policy = decorator < 0 ? caching::Policy() : core().policy(decorator);
  return caching::read_options(text(given), policy, edition);
}

int decorate(const val& ns, const val& given) {
  caching::Policy policy;
  caching::read_options(text(given), policy, edition);
  return core().decorate(text(ns), policy);
}

// The texts are told by the call of this number (page_call.h).
void start(int decorator, int number, caching::Method method, bool is_collection, bool has_strange_id,
           bool url_is_static, caching::Data::Kind data_kind, bool own_parse, bool wait) {
  std::unique_ptr<page::Call> call = make_call(number);
  Told told = told_by(number);
  caching::Policy policy = core().policy(decorator);
  if (!told.options.empty()) caching::read_options(told.options, policy, edition);
  caching::Request request;
  request.method = method;
  request.is_collection = is_collection;
  request.id = std::move(told.id);
  request.has_strange_id = has_strange_id;
  request.url = std::move(told.url);
  request.url_is_static = url_is_static;
  request.data = {data_kind, std::move(told.data)};
  request.own_key = std::move(told.own_key);
  request.own_parse = own_parse;
  request.wait = wait;
  core().start(decorator, number, std::move(call), request, policy);
}

void succeeded(int number, bool with_data) {
  core().answered(number, with_data ? caching::Outcome::success : caching::Outcome::success_without_data, 0);
}
void failed(int number, caching::Outcome outcome, int status) { core().answered(number, outcome, status); }
bool withdraw(int number) { return core().withdraw(number); }
void parsed(int number) { core().parsed(number); }
void settled(int number, bool taken) { core().settled(number, taken); }

int clear(int decorator) { return core().clear(decorator); }
int clear_all() { return core().clear_all(); }
void drop(int decorator, const val& key) { core().drop(decorator, text(key)); }
val ids(int decorator) { return to_val(core().ids(decorator)); }
std::string stats(int decorator) {
  const caching::Stats stats = core().stats(decorator);
  page::Json& json = browser_page().json;
  json::Object object;
  object.add("hits", json.spell(stats.hits));
  object.add("misses", json.spell(stats.misses));
  object.add("writesSaved", json.spell(stats.saved_writes));
  object.add("bytes", json.spell(stats.bytes));
  return object.text();
}

int calls_in_progress() { return core().calls_in_progress(); }

// Of src/sync/record.h.
std::string read_forms(const val& records) { return caching::read_forms(text(records)); }
val spell_written(const val& row, const val& written, const val& unset, const val& dates) {
  return to_val(caching::spell_written(text(row), text(written), text(unset), text(dates)));
}
val spell_parsed(const val& attributes, const val& dates) {
  return to_val(caching::spell_parsed(text(attributes), text(dates)));
}
bool is_part(const val& answer, const val& row) { return caching::is_part(text(answer), text(row)); }

}  // namespace
}  // namespace wasm

EMSCRIPTEN_BINDINGS(sync) {
  using caching::name_of;
  using emscripten::function;
  // By Backbone's own names; every other method is none of ours (4.7).
  emscripten::enum_<caching::Method>("Method")
      .value(name_of(caching::Method::read), caching::Method::read)
      .value(name_of(caching::Method::create), caching::Method::create)
      .value(name_of(caching::Method::update), caching::Method::update)
      .value(name_of(caching::Method::patch), caching::Method::patch)
      .value(name_of(caching::Method::remove), caching::Method::remove);
  using Outcome = caching::Outcome;
  emscripten::enum_<Outcome>("Outcome")
      .value("failure", Outcome::failure)
      .value("unanswered", Outcome::unanswered)
      .value("aborted", Outcome::aborted)
      .value("canceled", Outcome::canceled);
  using Kind = caching::Data::Kind;
  emscripten::enum_<Kind>("DataKind")
      .value("none", Kind::none)
      .value("text", Kind::text)
      .value("object", Kind::object)
      .value("opaque", Kind::opaque);
  emscripten::enum_<caching::Source>("Source")
      .value("model", caching::Source::model)
      .value("sent", caching::Source::sent)
      .value("none", caching::Source::none);
  function("optionNames", &wasm::option_names);
  function("wrongOption", &wasm::wrong_option);
  function("decorate", &wasm::decorate);
  function("start", &wasm::start);
  function("succeeded", &wasm::succeeded);
  function("failed", &wasm::failed);
  function("withdraw", &wasm::withdraw);
  function("parsed", &wasm::parsed);
  function("settled", &wasm::settled);
  function("clear", &wasm::clear);
  function("clearAll", &wasm::clear_all);
  function("drop", &wasm::drop);
  function("ids", &wasm::ids);
  function("stats", &wasm::stats);
  function("callsInProgress", &wasm::calls_in_progress);
  emscripten::constant("reservedStart", std::string(caching::queue_key));
  emscripten::constant("formMark", std::string(caching::form_mark));
  emscripten::constant("formMember", std::string(caching::form_member));
  function("readForms", &wasm::read_forms);
  function("spellWritten", &wasm::spell_written);
  function("spellParsed", &wasm::spell_parsed);
  function("isWritten", &caching::is_written);
  function("isPart", &wasm::is_part);
  function("confirmedSource", &caching::confirmed_source);
}
