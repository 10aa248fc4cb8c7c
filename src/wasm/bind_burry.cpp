// What js/burry.js calls: the functions of src/burry, by the number of a store.
#include <emscripten/bind.h>

#include "burry/store.h"
#include "wasm/browser.h"

using page::Name;
using page::Value;

namespace wasm {
namespace {

// One for each namespace, so that a page may make as many stores as it likes.
page::List<burry::Store*>& stores() {
  static page::List<burry::Store*> stores;
  return stores;
}
burry::Store& store(int number) { return *stores()[number]; }

int open_store(int name) {
  const Turn turn;
  auto* opened = new burry::Store(browser_page(), registry(), Name(name));
  for (int i = 0; i < stores().size(); ++i) {
    if (store(i).names().ns() != opened->names().ns()) continue;
    delete opened;
    return i;
  }
  stores().push_back(opened);
  return stores().size() - 1;
}
// The ends of its keys: of a record's, and of an expiry's.
void ends(int number) {
  const Turn turn;
  const page::Ends& ends = store(number).names().ends();
  give(page::Names{ends.record, ends.expiry});
}

void get(int number, int key) {
  const Turn turn;
  give(store(number).get(Name(key)));
}

enum class If { any, absent, present };

// Under which condition: as js/burry.js numbers them.
bool set(int number, int key, int value, double ttl, double default_ttl, int condition) {
  const Turn turn;
  burry::Store& into = store(number);
  switch (static_cast<If>(condition)) {
    case If::any: return into.set(Name(key), Value(value), ttl, default_ttl);
    case If::absent: return into.add(Name(key), Value(value), ttl, default_ttl);
    case If::present: return into.replace(Name(key), Value(value), ttl, default_ttl);
  }
  return false;
}
void remove(int number, int key) {
  const Turn turn;
  store(number).remove(Name(key));
}
void count(int number, int key, double by, double default_ttl) {
  const Turn turn;
  store(number).count(Name(key), by, default_ttl);
}
double counter(int number, int key) {
  const Turn turn;
  return store(number).counter(Name(key));
}
bool has_expired(int number, int key) {
  const Turn turn;
  return store(number).has_expired(Name(key));
}
void keys(int number) {
  const Turn turn;
  give(store(number).keys());
}
// The keys, and as many minutes.
void expirable_keys(int number) {
  const Turn turn;
  page::List<page::Minutes> minutes;
  give(store(number).expirable_keys(minutes));
  give(minutes);
}
void flush(int number) {
  const Turn turn;
  store(number).flush();
}
void flush_expired(int number) {
  const Turn turn;
  store(number).flush_expired();
}
void flush_expired_everywhere() {
  const Turn turn;
  burry::remove_expired(browser_page(), registry().known());
}
void store_names() {
  const Turn turn;
  give(registry().names());
}
double minutes_now() { return burry::minutes_now(browser_page().clock); }
double expires_on(double ttl) { return burry::expiry_from_now(ttl, browser_page().clock); }
bool is_supported() { return browser_page().storage.available(); }

}  // namespace
}  // namespace wasm

EMSCRIPTEN_BINDINGS(burry) {
  using emscripten::function;
  function("openStore", &wasm::open_store);
  function("ends", &wasm::ends);
  function("get", &wasm::get);
  function("set", &wasm::set);
  function("remove", &wasm::remove);
  function("count", &wasm::count);
  function("counter", &wasm::counter);
  function("hasExpired", &wasm::has_expired);
  function("keys", &wasm::keys);
  function("expirableKeys", &wasm::expirable_keys);
  function("flush", &wasm::flush);
  function("flushExpired", &wasm::flush_expired);
  function("flushExpiredEverywhere", &wasm::flush_expired_everywhere);
  function("storeNames", &wasm::store_names);
  function("minutesNow", &wasm::minutes_now);
  function("expiresOn", &wasm::expires_on);
  function("isSupported", &wasm::is_supported);
}
