// The page as Emscripten sees it: each method is one crossing into js/page.js.
#pragma once

#include "burry/registry.h"
#include "page/page.h"
#include "page/reachable.h"

namespace wasm {

// The one page of this module, and its registry, which Burry and the decorator
// share.
const page::Page& browser_page();
burry::Registry& registry();

// Numbers that the page has put aside, as many as it says.
template <class T>
page::List<T> take(int count);

// Hands a value, or names, over to the JavaScript that has called.
void give(page::Value value);
void give(page::Name name);
void give(const page::Names& names);
void give(const page::List<double>& numbers);

// What the core needs of the page's values and names, when no call is under way.
// Each module has its own. is_busy: there is much of it, or may be.
page::Reachable reachable();
bool is_busy();

// A call from JavaScript into the module. They are nested where the page's code
// calls in again; when the outermost one ends, the page may forget.
class Turn {
 public:
  Turn() { ++depth_; }
  ~Turn();
  Turn(const Turn&) = delete;
  // An exception of JavaScript's left them without their ends.
  static void forget_all() { depth_ = 0; }

 private:
  static int depth_;
};

}  // namespace wasm
