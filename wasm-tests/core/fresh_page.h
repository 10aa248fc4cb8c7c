// What a test case of a store starts with: an empty storage, and minute 1000.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "burry/registry.h"
#include "burry/store.h"
#include "page_in_memory.h"

struct FreshPage {
  in_memory::Page page;
  burry::Registry registry{page};
  std::map<std::string, std::string>& items = page.storage.items;

  FreshPage() { page.clock.set_minute(1000); }

  burry::Store open(const std::string& ns) { return burry::Store(page, registry, ns); }
};
