#include "fresh_page.h"

using Names = std::vector<std::string>;

TEST_CASE_FIXTURE(FreshPage,
                  "2.3 the registry lists the namespaces as they were created, behind the empty one") {
  open("b");
  open("a");
  open("b");
  CHECK(items["_burry_stores_"] == R"(["","b","a"])");
  CHECK(registry.names() == Names{"", "b", "a"});
}

TEST_CASE_FIXTURE(FreshPage, "2.3 the registry of the empty namespace holds just that") {
  open("");
  CHECK(items["_burry_stores_"] == R"([""])");
}

TEST_CASE_FIXTURE(FreshPage, "2.3 before a namespace is created nothing is written") {
  CHECK(registry.names() == Names{""});
  CHECK(items.empty());
}

TEST_CASE_FIXTURE(FreshPage, "2.5 a registry that has the namespace is left as it is") {
  items["_burry_stores_"] = R"([ "", "old","a" ])";
  open("old");
  CHECK(items["_burry_stores_"] == R"([ "", "old","a" ])");
  CHECK(page.storage.writes == 0);
}

TEST_CASE_FIXTURE(FreshPage, "2.5 what the old libraries have listed stays") {
  items["_burry_stores_"] = R"(["","old"])";
  open("new");
  CHECK(items["_burry_stores_"] == R"(["","old","new"])");
}

// 2012 listed a namespace given as a number as that number.
TEST_CASE_FIXTURE(FreshPage, "2.5 a number in an old registry is a namespace") {
  items["_burry_stores_"] = R"(["",5])";
  CHECK(registry.names() == Names{"", "5"});
  open("new");
  CHECK(registry.names() == Names{"", "5", "new"});
}

TEST_CASE_FIXTURE(FreshPage, "9.1 rubbish in the registry is written over when a namespace is created") {
  for (const std::string rubbish :
       {"", "rubbish", "null", "{}", "[[]]", "[null]", "7", "\"\"", "[\"\"", "{\"\":1}", "undefined", "true",
        "[true]", "[{}]", "[1,{\"a\":2}]", "[\"\",null]", "[1,", "[1] 2", "\xEF\xBB\xBF[\"\"]"}) {
    for (const std::string ns : {"", "a"}) {
      CAPTURE(rubbish);
      items = {{"_burry_stores_", rubbish}};
      CHECK(registry.names() == Names{""});
      open(ns);
      CHECK(items["_burry_stores_"] == (ns.empty() ? R"([""])" : R"(["","a"])"));
    }
  }
}

TEST_CASE_FIXTURE(FreshPage, "2.3 the empty namespace is always listed, and first") {
  items["_burry_stores_"] = R"(["a","b","a"])";
  CHECK(registry.names() == Names{"", "a", "b"});
}

TEST_CASE_FIXTURE(FreshPage, "9.4 any name can be listed") {
  const Names names = {"", "__proto__", "a\"b\\c\n", "exp_x", "a-_burry_x", "\xF0\x9F\x98\x80", "]"};
  for (const std::string& ns : names) open(ns);
  const Names listed = registry.names();
  CHECK(listed == names);
  open("one more");
  CHECK(registry.names().size() == listed.size() + 1);
}

// As the core has it (js/storage.js), and as it lies in the text.
TEST_CASE_FIXTURE(FreshPage, "9.4 half a character in a name is escaped, as JSON.stringify does it") {
  open(
      "a\xEF\xBF\xBF"
      "d83d");
  CHECK(items["_burry_stores_"] == R"(["","a\ud83d"])");
  CHECK(registry.names() == Names{"",
                                  "a\xEF\xBF\xBF"
                                  "d83d"});
  open(
      "a\xEF\xBF\xBF"
      "d83d");
  CHECK(page.storage.writes == 1);
}

TEST_CASE_FIXTURE(
    FreshPage,
    "2.7 a registry that somebody has removed lists nothing, and what this page has created is still known") {
  open("a");
  items.clear();
  CHECK(registry.names() == Names{""});
  CHECK(registry.known() == Names{"", "a"});
  open("b");
  CHECK(items["_burry_stores_"] == R"(["","b"])");
  CHECK(registry.known() == Names{"", "b", "a"});
}

TEST_CASE_FIXTURE(FreshPage, "9.1 without storage a namespace can be created all the same") {
  page.storage.absent = true;
  open("a");
  CHECK(registry.names() == Names{""});
  CHECK(registry.known() == Names{"", "a"});
}

TEST_CASE_FIXTURE(FreshPage,
                  "9.2 a full storage keeps its registry, and a store can be created all the same") {
  open("a");
  page.storage.quota = page.storage.units();
  burry::Store late = open("late");
  CHECK(items["_burry_stores_"] == R"(["","a"])");
  CHECK_FALSE(late.has_expired("k"));
}

TEST_CASE_FIXTURE(FreshPage, "9.2 what has expired makes room for the registry") {
  open("a").set("old", "\"a text of some length\"", -1, 0);
  page.storage.quota = page.storage.units();
  open("late");
  CHECK(items.size() == 1);
  CHECK(items["_burry_stores_"] == R"(["","a","late"])");
}
