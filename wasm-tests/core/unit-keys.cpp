#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "burry/keys.h"
#include "page_in_memory.h"

namespace {

// As a page joins and parts the keys of a namespace.
struct Keys {
  in_memory::Texts texts;
  burry::Keys names;

  explicit Keys(const std::string& ns) : names(texts, ns) {}
  std::string record(const std::string& key) const { return key + in_memory::text(names.ends().record); }
  std::string expiry(const std::string& key) const { return key + in_memory::text(names.ends().expiry); }
  bool is_record(const std::string& stored, std::string& key) const {
    return in_memory::strip(stored, in_memory::text(names.ends().record), key);
  }
  bool is_expiry(const std::string& stored, std::string& key) const {
    return in_memory::strip(stored, in_memory::text(names.ends().expiry), key);
  }
  bool shadows_another() const { return names.shadows_another(); }
};

const std::string registry_key = in_memory::text(burry::registry_key);

}  // namespace

TEST_CASE("2.1 a record lies under <key>-_burry_<ns>") {
  CHECK(Keys("").record("a") == "a-_burry_");
  CHECK(Keys("posts").record("7") == "7-_burry_posts");
  CHECK(Keys("posts").record("") == "-_burry_posts");
}

TEST_CASE("2.2 its expiry lies under <key>-_burry_exp_<ns>") {
  CHECK(Keys("").expiry("a") == "a-_burry_exp_");
  CHECK(Keys("posts").expiry("7") == "7-_burry_exp_posts");
}

TEST_CASE("2.3 the registry lies under a name that no record can have") {
  std::string key;
  for (const std::string ns : {"", "stores_", "exp_stores_", "_burry_stores_"}) {
    CHECK_FALSE(Keys(ns).is_record(registry_key, key));
    CHECK_FALSE(Keys(ns).is_expiry(registry_key, key));
  }
}

TEST_CASE("11 the key without its suffix is the key that was given") {
  for (const std::string ns : {"", "posts", "__proto__", "a b\n", "-_burr", "burry_"}) {
    const Keys keys(ns);
    for (const std::string given : {"", "7", "__proto__", "a\nb", "x-_burry_", "-_burry_exp_", "exp_"}) {
      std::string key = "untouched";
      CHECK(keys.is_record(keys.record(given), key));
      CHECK(key == given);
      CHECK(keys.is_expiry(keys.expiry(given), key));
      CHECK(key == given);
    }
  }
}

TEST_CASE("9.4 no key of one namespace is a key of another") {
  const std::vector<std::string> namespaces = {"", "a", "aa", "b-a", "_a", "exp", "-_burry", "burry_a"};
  const std::vector<std::string> given = {"", "a", "k-_burry_a", "k-_burry_exp_", "-_burry_exp_a", "exp_a"};
  std::string key;
  for (const std::string& ns : namespaces) {
    REQUIRE_FALSE(Keys(ns).shadows_another());
    for (const std::string& name : given) {
      CHECK_FALSE(Keys(ns).is_expiry(Keys(ns).record(name), key));
      CHECK_FALSE(Keys(ns).is_record(Keys(ns).expiry(name), key));
      for (const std::string& other : namespaces) {
        if (other == ns) continue;
        CHECK_FALSE(Keys(other).is_record(Keys(ns).record(name), key));
        CHECK_FALSE(Keys(other).is_expiry(Keys(ns).record(name), key));
        CHECK_FALSE(Keys(other).is_record(Keys(ns).expiry(name), key));
        CHECK_FALSE(Keys(other).is_expiry(Keys(ns).expiry(name), key));
      }
    }
  }
}

TEST_CASE("9.4 a namespace that could be taken for a part of another one is known") {
  CHECK(Keys("exp_x").shadows_another());
  CHECK(Keys("exp_").shadows_another());
  CHECK(Keys("a-_burry_x").shadows_another());
  CHECK(Keys("-_burry_").shadows_another());
  CHECK_FALSE(Keys("exp").shadows_another());
  CHECK_FALSE(Keys("my_exp_x").shadows_another());
  CHECK_FALSE(Keys("__proto__").shadows_another());
}

TEST_CASE("11 what is shorter than the suffix, or ends otherwise, is no key of ours") {
  const Keys keys("posts");
  std::string key = "untouched";
  CHECK_FALSE(keys.is_record("", key));
  CHECK_FALSE(keys.is_record("posts", key));
  CHECK_FALSE(keys.is_record("7-_burry_post", key));
  CHECK_FALSE(keys.is_record("7-_burry_posts ", key));
  CHECK_FALSE(keys.is_expiry("7-_burry_posts", key));
  CHECK(key == "untouched");
}
