// The parts of a module with the decorator that depend on its edition: bind_plain.cpp has those of
// the one that only caches, bind_offline.cpp of the other.
#pragma once

#include <memory>

#include "page/call.h"
#include "sync/caching_sync.h"
#include "sync/policy.h"

namespace wasm {

extern const caching::Edition edition;
// Returns the one decorator of this module.
caching::CachingSync& core();
// Returns the call that js/call.js has under this number.
std::unique_ptr<page::Call> make_call(int number);

}  // namespace wasm
