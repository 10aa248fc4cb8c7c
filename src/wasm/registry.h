// The registry of this module, which Burry and the decorator share.
#pragma once

#include "burry/registry.h"

namespace wasm {

burry::Registry& registry();

}  // namespace wasm
