#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <string_view>

#include "edition.h"

// The files whose cases are about caching alone.
static const char* const about_caching =
    "*unit-cache-methods.cpp,*unit-calls.cpp,*unit-collections.cpp,*unit-fetch-policy.cpp,*unit-hostile.cpp,"
    "*unit-list-conflicts.cpp,*unit-parse.cpp,*unit-query-lists.cpp,*unit-reads.cpp,*unit-rollback.cpp,"
    "*unit-stale-answers.cpp,*unit-writes.cpp";

// --plain: runs the cases about caching with the decorator that only caches.
int main(int count, char** arguments) {
  doctest::Context context(count, arguments);
  for (int i = 1; i < count; ++i) {
    if (std::string_view(arguments[i]) != "--plain") continue;
    in_memory::edition_of_run = caching::Edition::plain;
    context.addFilter("source-file", about_caching);
  }
  return context.run();
}
