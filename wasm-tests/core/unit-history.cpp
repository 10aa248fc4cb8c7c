// What the server confirmed while older reads are under way (BEHAVIOUR 5.2, 5.3).
#include <doctest/doctest.h>

#include "page_in_memory.h"
#include "sync/history.h"

using caching::History;

TEST_CASE("5.2 what a newer call told is noted while an older one is under way") {
  History history;
  history.note("a", 2, false);
  CHECK_FALSE(history.has_newer("a", 1));

  history.begin(1);
  history.note("a", 3, false);
  history.note("a", 2, true);  // older than what is known
  CHECK(history.has_newer("a", 1));
  CHECK_FALSE(history.has_newer("a", 3));
  CHECK_FALSE(history.has_newer("b", 1));
  CHECK_FALSE(history.is_deleted("a"));
  history.note("a", 4, true);
  CHECK(history.is_deleted("a"));

  history.end(1);
  CHECK_FALSE(history.has_newer("a", 1));
}

TEST_CASE("5.2 what is newer comes in the order in which it was told, the oldest first") {
  History history;
  history.begin(1);
  history.begin(3);
  history.note("a", 5, false);
  history.note("c", 2, false);
  history.note("b", 4, true);
  std::string names;
  for (const History::Newer& newer : history.newer_than(1)) names += in_memory::text(newer.name);
  CHECK(names == "cba");
  names.clear();
  for (const History::Newer& newer : history.newer_than(3)) names += in_memory::text(newer.name);
  CHECK(names == "ba");

  // Nobody but the second may ask now.
  history.end(1);
  CHECK(history.find("c") == nullptr);
  CHECK(history.find("b") != nullptr);
}

TEST_CASE("5.3 thousands of names are noted while as many are known") {
  History history;
  history.begin(1);
  const int many = 5000;
  for (int i = 0; i < many; ++i) history.note(std::to_string(many - i), 2, false);
  int known = 0;
  for (int i = 1; i <= many; ++i) known += history.has_newer(std::to_string(i), 1);
  CHECK(known == many);
}
