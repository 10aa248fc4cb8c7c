// The module of Burry alone, which remembers nothing between two calls (2.7).
#include "wasm/browser.h"

namespace wasm {

bool is_busy() { return false; }
page::Reachable reachable() { return {}; }

}  // namespace wasm
