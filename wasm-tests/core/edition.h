#pragma once

#include "sync/policy.h"

namespace in_memory {

// The edition of the decorator that a Backbone has where its test names none. `core_tests --plain` runs
// the cases about caching with the one that only caches.
inline caching::Edition edition_of_run = caching::Edition::offline;

}  // namespace in_memory
