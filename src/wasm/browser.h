// The page as Emscripten sees it, and the texts that go in and come out.
#pragma once

#include <emscripten/val.h>

#include <optional>
#include <string>

#include "burry/registry.h"
#include "page/page.h"

namespace wasm {

// The one page of this module, and its registry, which Burry and the decorator share.
const page::Page& browser_page();
burry::Registry& registry();

// A bound function takes its texts as `val`, and converts them here: one that is called
// again while it runs would free arguments of std::string twice.
std::string text(const emscripten::val& value);
// None: undefined.
std::optional<std::string> optional_text(const emscripten::val& value);
emscripten::val to_val(const std::optional<std::string>& text);

}  // namespace wasm
