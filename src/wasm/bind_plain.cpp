// What js/plain.js calls: the module that only caches.
#include <emscripten/bind.h>

#include "sync/plain_sync.h"
#include "wasm/browser.h"
#include "wasm/page_call.h"
#include "wasm/sync_module.h"

using emscripten::val;

namespace wasm {
namespace {

caching::PlainSync& plain_core() {
  static caching::PlainSync core(browser_page(), registry());
  return core;
}

int unsent_writes(int decorator) { return plain_core().take_unsent(decorator); }
std::string offline_option(const val& given) { return caching::offline_option(text(given)); }

}  // namespace

const caching::Edition edition = caching::Edition::plain;
caching::CachingSync& core() { return plain_core(); }
std::unique_ptr<page::Call> make_call(int number) { return std::make_unique<PageCall>(number); }

}  // namespace wasm

EMSCRIPTEN_BINDINGS(plain) {
  using emscripten::function;
  function("unsentWrites", &wasm::unsent_writes);
  function("offlineOption", &wasm::offline_option);
}
