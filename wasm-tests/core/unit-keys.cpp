#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "burry/keys.h"
#include "page_in_memory.h"

using burry::Keys;

TEST_CASE("2.1 a record lies under <key>-_burry_<ns>") {
  CHECK(Keys("").record("a") == "a-_burry_");
  CHECK(Keys("posts").record("7") == "7-_burry_posts");
  CHECK(Keys("posts").record("") == "-_burry_posts");
  CHECK(Keys("posts").ends().record == "-_burry_posts");
}

TEST_CASE("2.2 its expiry lies under <key>-_burry_exp_<ns>") {
  CHECK(Keys("").expiry("a") == "a-_burry_exp_");
  CHECK(Keys("posts").expiry("7") == "7-_burry_exp_posts");
  CHECK(Keys("posts").ends().expiry == "-_burry_exp_posts");
}

TEST_CASE("2.3 the registry lies under a name that no record can have") {
  CHECK(burry::registry_key == in_memory::registry_key);
  for (const std::string ns : {"", "stores_", "exp_stores_", "_burry_stores_"}) {
    CHECK_FALSE(Keys(ns).key_of_record(burry::registry_key));
    CHECK_FALSE(Keys(ns).key_of_expiry(burry::registry_key));
  }
}

TEST_CASE("11 the key without its end is the key that was given") {
  for (const std::string ns : {"", "posts", "__proto__", "a b\n", "-_burr", "burry_"}) {
    const Keys keys(ns);
    for (const std::string given : {"", "7", "__proto__", "a\nb", "x-_burry_", "-_burry_exp_", "exp_"}) {
      CHECK(keys.key_of_record(keys.record(given)) == given);
      CHECK(keys.key_of_expiry(keys.expiry(given)) == given);
    }
  }
}

TEST_CASE("9.4 no key of one namespace is a key of another") {
  const std::vector<std::string> namespaces = {"", "a", "aa", "b-a", "_a", "exp", "-_burry", "burry_a"};
  const std::vector<std::string> given = {"", "a", "k-_burry_a", "k-_burry_exp_", "-_burry_exp_a", "exp_a"};
  for (const std::string& ns : namespaces) {
    const Keys own(ns);
    REQUIRE_FALSE(own.shadows_another());
    for (const std::string& name : given) {
      CHECK_FALSE(own.key_of_expiry(own.record(name)));
      CHECK_FALSE(own.key_of_record(own.expiry(name)));
      for (const std::string& other : namespaces) {
        if (other == ns) continue;
        CHECK_FALSE(Keys(other).key_of_record(own.record(name)));
        CHECK_FALSE(Keys(other).key_of_expiry(own.record(name)));
        CHECK_FALSE(Keys(other).key_of_record(own.expiry(name)));
        CHECK_FALSE(Keys(other).key_of_expiry(own.expiry(name)));
      }
    }
  }
}

TEST_CASE("9.4 a namespace that could be taken for a part of another one is known") {
  for (const std::string ns : {"exp_x", "exp_", "a-_burry_x", "-_burry_"}) CHECK(Keys(ns).shadows_another());
  for (const std::string ns : {"", "exp", "my_exp_x", "__proto__"}) CHECK_FALSE(Keys(ns).shadows_another());
}

TEST_CASE("11 what is shorter than the end, or ends otherwise, is no key of ours") {
  const Keys keys("posts");
  for (const std::string stored : {"", "posts", "7-_burry_post", "7-_burry_posts "}) {
    CHECK_FALSE(keys.key_of_record(stored));
    CHECK_FALSE(keys.key_of_expiry(stored));
  }
}

TEST_CASE("2.1 the keys of the tests are those of the core") {
  for (const std::string ns : {"", "posts", "exp_x"}) {
    const Keys keys(ns);
    const in_memory::Keys played(ns);
    CHECK(played.record("7") == keys.record("7"));
    CHECK(played.expiry("7") == keys.expiry("7"));
    CHECK(played.record_end == keys.ends().record);
    CHECK(played.expiry_end == keys.ends().expiry);
    std::string key;
    CHECK((played.is_record(keys.record("7"), key) && key == "7"));
    CHECK((played.is_expiry(keys.expiry("8"), key) && key == "8"));
    CHECK_FALSE(played.is_record("posts", key));
  }
}
