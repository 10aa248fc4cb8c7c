// What js/burry.js calls: the functions of src/burry, by the number of a store. Texts,
// and values as their JSON.
#include <emscripten/bind.h>

#include <memory>
#include <vector>

#include "burry/store.h"
#include "json/json.h"
#include "wasm/browser.h"

using emscripten::val;

namespace wasm {
namespace {

// One for each namespace, so that a page may make as many as it likes.
std::vector<std::unique_ptr<burry::Store>>& stores() {
  static std::vector<std::unique_ptr<burry::Store>> stores;
  return stores;
}
burry::Store& store(int number) { return *stores()[static_cast<std::size_t>(number)]; }

int open_store(const val& name) {
  auto opened = std::make_unique<burry::Store>(browser_page(), registry(), text(name));
  const int count = static_cast<int>(stores().size());
  for (int number = 0; number < count; ++number) {
    if (store(number).names().ns() == opened->names().ns()) return number;
  }
  stores().push_back(std::move(opened));
  return count;
}
// The ends of its keys: of a record's, and of an expiry's.
std::string ends(int number) {
  const burry::Ends& ends = store(number).names().ends();
  return json::spell(std::vector{ends.record, ends.expiry});
}

val get(int number, const val& key) { return to_val(store(number).get(text(key))); }

bool set(int number, const val& key, const val& value, double ttl, double default_ttl) {
  return store(number).set(text(key), optional_text(value), ttl, default_ttl);
}
bool add(int number, const val& key, const val& value, double ttl, double default_ttl) {
  return store(number).add(text(key), optional_text(value), ttl, default_ttl);
}
bool replace(int number, const val& key, const val& value, double ttl, double default_ttl) {
  return store(number).replace(text(key), optional_text(value), ttl, default_ttl);
}
void remove(int number, const val& key) { store(number).remove(text(key)); }

void count(int number, const val& key, double by, double default_ttl) {
  store(number).count(text(key), by, default_ttl);
}
double counter(int number, const val& key) { return store(number).counter(text(key)); }

bool has_expired(int number, const val& key) { return store(number).has_expired(text(key)); }
std::string keys(int number) { return json::spell(store(number).keys()); }
// An object from each key to the minute in which it expires.
std::string expirable_keys(int number) {
  json::Object minutes;
  for (const std::string& key : store(number).expirable_keys()) {
    minutes.add(key, browser_page().json.spell(store(number).expiry(key)));
  }
  return minutes.text();
}

void flush(int number) { store(number).flush(); }
void flush_expired(int number) { store(number).flush_expired(); }
void flush_expired_everywhere() { burry::remove_expired(browser_page(), registry().known()); }

std::string store_names() { return json::spell(registry().names()); }
double minutes_now() { return burry::minutes_now(browser_page().clock); }
double expires_on(double ttl) { return burry::expiry_from_now(ttl, browser_page().clock); }
bool is_supported() { return browser_page().storage.available(); }

}  // namespace
}  // namespace wasm

EMSCRIPTEN_BINDINGS(burry) {
  using emscripten::function;
  // How js/storage.js tells it.
  emscripten::enum_<page::Wrote>("Wrote")
      .value("done", page::Wrote::done)
      .value("saved", page::Wrote::saved)
      .value("full", page::Wrote::full)
      .value("refused", page::Wrote::refused);
  function("openStore", &wasm::open_store);
  function("ends", &wasm::ends);
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
  function("storeNames", &wasm::store_names);
  function("minutesNow", &wasm::minutes_now);
  function("expiresOn", &wasm::expires_on);
  function("isSupported", &wasm::is_supported);
}
