// What the server confirmed while older reads are under way (contract 5.2, 5.3).
#include <doctest/doctest.h>

#include "sync/history.h"

using caching::History;
using Newer = History::Newer;

namespace {

std::string keys(const History::Told& told) {
  std::string keys;
  for (const auto& [sequence, newer] : told) keys += newer.key;
  return keys;
}

}  // namespace

TEST_CASE("5.2 what a newer call told is noted while an older one is under way") {
  History history;
  history.note({"a", 2, false, {}});
  CHECK_FALSE(history.has_newer("a", 1));

  history.begin(1);
  history.note({"a", 3, false, {}});
  history.note({"a", 2, true, {}});  // older than what is known
  CHECK(history.has_newer("a", 1));
  CHECK_FALSE(history.has_newer("a", 3));
  CHECK_FALSE(history.has_newer("b", 1));
  CHECK_FALSE(history.is_deleted("a"));
  history.note({"a", 4, true, {}});
  CHECK(history.is_deleted("a"));

  history.end(1);
  CHECK_FALSE(history.has_newer("a", 1));
  CHECK_FALSE(history.is_deleted("a"));
}

TEST_CASE("5.2 what is newer comes in the order in which it was told, the oldest first") {
  History history;
  history.begin(1);
  history.begin(3);
  history.note({"a", 5, false, {}});
  history.note({"c", 2, false, {}});
  history.note({"b", 4, true, {}});
  CHECK(keys(history.newer_than(1)) == "cba");
  CHECK(keys(history.newer_than(3)) == "ba");

  // Nobody but the second may ask now.
  history.end(1);
  CHECK_FALSE(history.has_newer("c", 0));
  CHECK(history.has_newer("b", 0));
}

TEST_CASE("5.2 only what is told after the oldest call under way was sent is of interest") {
  History history;
  CHECK_FALSE(history.is_wanted(1));
  history.begin(2);
  history.begin(4);
  CHECK_FALSE(history.is_wanted(2));
  CHECK(history.is_wanted(3));
  history.end(2);
  CHECK_FALSE(history.is_wanted(3));
  CHECK(history.is_wanted(5));
  history.end(4);
  CHECK_FALSE(history.is_wanted(5));
}

TEST_CASE("5.2 the record that a write told is kept with it") {
  History history;
  history.begin(1);
  history.note({"a", 2, false, "{}"});
  CHECK(history.text_of("a") == "{}");
  history.note({"a", 3, false, {}});
  CHECK_FALSE(history.text_of("a"));
}

TEST_CASE("5.5 after clear nothing is newer, and what is told later is noted again") {
  History history;
  history.begin(1);
  history.note({"a", 2, true, {}});
  history.clear();
  CHECK_FALSE(history.has_newer("a", 0));
  CHECK(history.newer_than(0).empty());
  history.note({"a", 3, false, {}});
  CHECK(history.has_newer("a", 1));
}

TEST_CASE("5.3 thousands of keys are noted while as many are known") {
  History history;
  history.begin(1);
  const int many = 5000;
  for (int i = 0; i < many; ++i) history.note({std::to_string(many - i), 2, false, {}});
  int known = 0;
  for (int i = 1; i <= many; ++i) known += history.has_newer(std::to_string(i), 1);
  CHECK(known == many);
}

TEST_CASE("5.2 patches are told apart from what tells the whole record, and laid over its text") {
  History history;
  history.begin(1);
  history.note({"a", 3, false, {}, R"({"x":1})"});
  CHECK(history.has_newer("a", 1));
  CHECK_FALSE(history.has_newer_whole("a", 1));
  CHECK(history.members_since("a", 1) == R"({"x":1})");
  CHECK(history.members_since("a", 3).empty());
  CHECK(history.newer_than(1).begin()->second.members == R"({"x":1})");

  history.note({"a", 2, false, R"({"id":1,"x":0,"y":0})"});
  history.note({"a", 4, false, {}, R"({"y":4})"});
  CHECK(history.has_newer_whole("a", 1));
  CHECK(history.text_of("a") == R"({"id":1,"x":1,"y":4})");
  CHECK(history.newer_than(1).begin()->second.members.empty());
  CHECK(history.newer_than(2).begin()->second.members == R"({"x":1,"y":4})");

  // Whoever tells the whole record knows the patches before.
  history.note({"a", 5, true, {}});
  CHECK(history.members_since("a", 1).empty());
  CHECK(history.is_deleted("a"));
  history.note({"a", 6, false, {}, R"({"x":6})"});
  CHECK_FALSE(history.is_deleted("a"));
}
