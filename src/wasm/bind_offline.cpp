// What js/offline calls: the module with the queue and other tabs.
#include <emscripten/bind.h>

#include <cmath>

#include "offline/offline_sync.h"
#include "wasm/browser.h"
#include "wasm/browser_tab.h"
#include "wasm/offline_page_call.h"
#include "wasm/sync_module.h"

using emscripten::val;

namespace wasm {
namespace {

caching::OfflineSync& offline_core() {
  static caching::OfflineSync core(browser_page(), registry(), browser_tab());
  return core;
}

std::string pending(int decorator) { return offline_core().pending(decorator); }
bool discard(int decorator, const val& key) { return offline_core().discard(decorator, text(key)); }
// Returns whether tab.tellReplayed is going to say, or has said, how it ended.
bool replay(int decorator) {
  offline_core().replay(decorator);
  return true;
}
void wake(const val& ns) { offline_core().wake(text(ns)); }
void locked(const val& ns, bool is_free) { offline_core().locked(text(ns), is_free); }
// pages: a JSON array of names; null: the browser does not know.
void found_pages(const val& ns, const val& pages) {
  std::optional<std::set<std::string>> living;
  if (!pages.isNull()) {
    living.emplace();
    for (const json::Scalar& page : json::read_flat_array(text(pages)).value_or(json::Scalars())) {
      living->insert(page.text);
    }
  }
  offline_core().found_pages(text(ns), living);
}
std::string known_id(const val& temporary) { return offline_core().known_id(text(temporary)); }
void online() { offline_core().online(); }
// value: null where the key was removed.
void stored_elsewhere(const val& key, const val& value) {
  offline_core().stored_elsewhere(text(key), value.isNull() ? std::nullopt : std::optional(text(value)));
}
void events_missed() { offline_core().events_missed(); }
std::string storage_changed(const val& key, const val& before, const val& now) {
  return offline_core().storage_changed(text(key), {text(before), text(now)});
}
// Of the minute in which something expires; NaN: it is not there.
bool is_live(double expiry) {
  return !std::isnan(expiry) && !burry::has_passed(expiry, burry::minutes_now(browser_page().clock));
}

}  // namespace

const caching::Edition edition = caching::Edition::offline;
caching::CachingSync& core() { return offline_core(); }
std::unique_ptr<page::Call> make_call(int number) { return std::make_unique<OfflinePageCall>(number); }

}  // namespace wasm

EMSCRIPTEN_BINDINGS(offline) {
  using emscripten::function;
  emscripten::constant("temporaryStart", std::string(caching::temporary_prefix));
  function("pending", &wasm::pending);
  function("discard", &wasm::discard);
  function("replay", &wasm::replay);
  function("wake", &wasm::wake);
  function("locked", &wasm::locked);
  function("foundPages", &wasm::found_pages);
  function("knownId", &wasm::known_id);
  function("online", &wasm::online);
  function("storedElsewhere", &wasm::stored_elsewhere);
  function("eventsMissed", &wasm::events_missed);
  function("storageChanged", &wasm::storage_changed);
  function("isLive", &wasm::is_live);
}
