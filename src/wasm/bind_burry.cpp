// What js/burry.js calls: the functions of src/burry, by the number of a store.
#include <emscripten/bind.h>

#include <memory>
#include <vector>

#include "burry/store.h"
#include "wasm/browser.h"
#include "wasm/registry.h"

using emscripten::val;

namespace wasm {

burry::Registry& registry() {
  static burry::Registry registry(browser_page());
  return registry;
}

namespace {

// One for each namespace, so that a page may make as many stores as it likes.
std::vector<std::unique_ptr<burry::Store>>& stores() {
  static std::vector<std::unique_ptr<burry::Store>> stores;
  return stores;
}
burry::Store& store(int number) { return *stores()[static_cast<std::size_t>(number)]; }

int open_store(val name) {
  const std::string ns = text_of(name);
  auto opened = std::make_unique<burry::Store>(browser_page(), registry(), ns);
  for (std::size_t i = 0; i < stores().size(); ++i) {
    if (stores()[i]->names().ns() == ns) return static_cast<int>(i);
  }
  stores().push_back(std::move(opened));
  return static_cast<int>(stores().size()) - 1;
}

val get(int number, val key) {
  return to_val(store(number).get(text_of(key)));
}
bool set(int number, val key, val value, double ttl, double default_ttl) {
  return store(number).set(text_of(key), from_val(value), ttl, default_ttl);
}
bool add(int number, val key, val value, double ttl, double default_ttl) {
  return store(number).add(text_of(key), from_val(value), ttl, default_ttl);
}
bool replace(int number, val key, val value, double ttl, double default_ttl) {
  return store(number).replace(text_of(key), from_val(value), ttl, default_ttl);
}
void remove(int number, val key) { store(number).remove(text_of(key)); }
void count(int number, val key, double by, double default_ttl) {
  store(number).count(text_of(key), by, default_ttl);
}
double counter(int number, val key) {
  return store(number).counter(text_of(key));
}
bool has_expired(int number, val key) {
  return store(number).has_expired(text_of(key));
}
val keys(int number) { return to_val(store(number).keys()); }
// The keys, and behind them as many minutes.
val expirable_keys(int number) {
  val pairs = val::array();
  for (const auto& [key, minute] : store(number).expirable_keys()) {
    pairs.call<void>("push", to_val(key), minute);
  }
  return pairs;
}
void flush(int number) { store(number).flush(); }
void flush_expired(int number) { store(number).flush_expired(); }
void flush_expired_everywhere() { burry::remove_expired(browser_page(), registry().known()); }

val record_key(int number, val key) {
  return to_val(store(number).names().record(text_of(key)));
}
val expiry_key(int number, val key) {
  return to_val(store(number).names().expiry(text_of(key)));
}
val key_of_record(int number, val stored) {
  std::string key;
  return store(number).names().is_record(text_of(stored), key) ? to_val(key) : val(false);
}
val key_of_expiry(int number, val stored) {
  std::string key;
  return store(number).names().is_expiry(text_of(stored), key) ? to_val(key) : val(false);
}

val store_names() { return to_val(registry().names()); }
double minutes_now() { return burry::minutes_now(browser_page().clock); }
double expires_on(double ttl) {
  return burry::expiry_of(ttl, burry::minutes_now(browser_page().clock));
}
bool is_supported() { return browser_page().storage.available(); }

}  // namespace
}  // namespace wasm

EMSCRIPTEN_BINDINGS(burry) {
  using emscripten::function;
  function("openStore", &wasm::open_store);
  function("get", &wasm::get);
  function("set", &wasm::set);
  function("add", &wasm::add);
  function("replace", &wasm::replace);
  function("remove", &wasm::remove);
  function("count", &wasm::count);
  function("counter", &wasm::counter);
  function("hasExpired", &wasm::has_expired);
  function("keys", &wasm::keys);
  function("expirableKeys", &wasm::expirable_keys);
  function("flush", &wasm::flush);
  function("flushExpired", &wasm::flush_expired);
  function("flushExpiredEverywhere", &wasm::flush_expired_everywhere);
  function("recordKey", &wasm::record_key);
  function("expiryKey", &wasm::expiry_key);
  function("keyOfRecord", &wasm::key_of_record);
  function("keyOfExpiry", &wasm::key_of_expiry);
  function("storeNames", &wasm::store_names);
  function("minutesNow", &wasm::minutes_now);
  function("expiresOn", &wasm::expires_on);
  function("isSupported", &wasm::is_supported);
}
