#include <string>
#include <vector>

#include "burry/keys.h"
#include "fresh_page.h"

using in_memory::text;

namespace {

struct Fixture : FreshPage {
  burry::Keys keys(const std::string& ns) { return burry::Keys(page.texts, ns); }
  // As they lie in storage.
  in_memory::Keys stored(const std::string& ns) { return in_memory::Keys(keys(ns).ends()); }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "2.1 a record lies under <key>-_burry_<ns>") {
  CHECK(stored("").record("a") == "a-_burry_");
  CHECK(stored("posts").record("7") == "7-_burry_posts");
  CHECK(stored("posts").record("") == "-_burry_posts");
}

TEST_CASE_FIXTURE(Fixture, "2.2 its expiry lies under <key>-_burry_exp_<ns>") {
  CHECK(stored("").expiry("a") == "a-_burry_exp_");
  CHECK(stored("posts").expiry("7") == "7-_burry_exp_posts");
}

TEST_CASE_FIXTURE(Fixture, "2.3 the registry lies under a name that no record can have") {
  CHECK(text(burry::registry_key) == in_memory::registry_key);
  std::string key;
  for (const std::string ns : {"", "stores_", "exp_stores_", "_burry_stores_"}) {
    CHECK_FALSE(stored(ns).is_record(in_memory::registry_key, key));
    CHECK_FALSE(stored(ns).is_expiry(in_memory::registry_key, key));
  }
}

TEST_CASE_FIXTURE(Fixture, "11 the key without its end is the key that was given") {
  for (const std::string ns : {"", "posts", "__proto__", "a b\n", "-_burr", "burry_"}) {
    const burry::Keys names = keys(ns);
    for (const std::string given : {"", "7", "__proto__", "a\nb", "x-_burry_", "-_burry_exp_", "exp_"}) {
      items = {{stored(ns).record(given), "1"}, {stored(ns).expiry(given), "5"}};
      CHECK(text(page.storage.keys(names.ends().record)) == text(page::Names{given}));
      CHECK(text(page.storage.keys(names.ends().expiry)) == text(page::Names{given}));
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "9.4 no key of one namespace is a key of another") {
  const std::vector<std::string> namespaces = {"", "a", "aa", "b-a", "_a", "exp", "-_burry", "burry_a"};
  const std::vector<std::string> given = {"", "a", "k-_burry_a", "k-_burry_exp_", "-_burry_exp_a", "exp_a"};
  std::string key;
  for (const std::string& ns : namespaces) {
    REQUIRE_FALSE(keys(ns).shadows_another());
    const in_memory::Keys own = stored(ns);
    for (const std::string& name : given) {
      CHECK_FALSE(own.is_expiry(own.record(name), key));
      CHECK_FALSE(own.is_record(own.expiry(name), key));
      for (const std::string& other : namespaces) {
        if (other == ns) continue;
        CHECK_FALSE(stored(other).is_record(own.record(name), key));
        CHECK_FALSE(stored(other).is_expiry(own.record(name), key));
        CHECK_FALSE(stored(other).is_record(own.expiry(name), key));
        CHECK_FALSE(stored(other).is_expiry(own.expiry(name), key));
      }
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "9.4 a namespace that could be taken for a part of another one is known") {
  for (const std::string ns : {"exp_x", "exp_", "a-_burry_x", "-_burry_"}) CHECK(keys(ns).shadows_another());
  for (const std::string ns : {"", "exp", "my_exp_x", "__proto__"}) CHECK_FALSE(keys(ns).shadows_another());
}

TEST_CASE_FIXTURE(Fixture, "11 what is shorter than the end, or ends otherwise, is no key of ours") {
  const burry::Keys names = keys("posts");
  items = {{"", "1"}, {"posts", "1"}, {"7-_burry_post", "1"}, {"7-_burry_posts ", "1"}};
  CHECK(page.storage.keys(names.ends().record).empty());
  CHECK(page.storage.keys(names.ends().expiry).empty());
}

TEST_CASE_FIXTURE(Fixture, "2.7 what a namespace is called outlives every call") {
  const burry::Keys names = keys("posts");
  forget();
  CHECK(text(names.ns()) == "posts");
  CHECK(text(names.ends().record) == "-_burry_posts");
  CHECK(names.ns() == "posts");
}
