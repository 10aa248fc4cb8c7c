// The tab that this module runs in, as js/offline/tab.js has it.
#pragma once

#include "page/tab.h"

namespace wasm {

page::Tab& browser_tab();

}  // namespace wasm
