// Storage that is full or full of rubbish, and ids and namespaces that look like keys of the
// cache (contract 9.2 to 9.4).
#include "fresh_backbone.h"

TEST_CASE_FIXTURE(FreshBackbone, "9.2 a list whose rows do not all fit is not kept") {
  const int posts = decorate("p");
  page.storage.quota = page.storage.units() + 45;
  fetched(posts, two_rows);
  CHECK(item("__ids__-_burry_p") == "-");
  CHECK(backbone->core.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(FreshBackbone, "9.3 rubbish in the place of a newer record is not laid over an answer") {
  const int rows = decorate("n");
  for (const std::string rubbish : {"null", "{", "[1]", "7", "{\"id\":2}"}) {
    CAPTURE(rubbish);
    const auto collection = std::make_shared<Collection>();
    const auto row = model({{"id", 1}, {"a", "new"}});
    const int list = backbone->read(rows, collection), record = backbone->read(rows, model({{"id", 1}}));
    backbone->succeed(backbone->update(rows, row), nullptr);
    items["1-_burry_n"] = rubbish;
    backbone->succeed(list, Content::array({{{"id", 1}, {"a", "old"}}}));
    backbone->succeed(record, {{"id", 1}, {"a", "old"}});
    CHECK(call(list).delivered == Content::array({{{"id", 1}, {"a", "old"}}}));
    CHECK(call(record).delivered == Content({{"id", 1}, {"a", "old"}}));
    items.clear();
  }
}

TEST_CASE_FIXTURE(FreshBackbone, "9.3 a list that is no flat array is a miss, and is written over") {
  const int posts = decorate("p");
  for (const std::string rubbish : {"", "null", "1", "\"a\"", "{}", "[null]", "[true]", "[1,[2]]",
                                    "[{\"id\":1}]", "[1,", "[1]2", "undefined", "\xEF\xBB\xBF[1]"}) {
    CAPTURE(rubbish);
    fetched(posts, two_rows);
    items["__ids__-_burry_p"] = rubbish;
    CHECK_FALSE(backbone->core.ids(posts));
    const int number = backbone->read(posts, std::make_shared<Collection>());
    CHECK(call(number).cached_phases == 0);
    backbone->succeed(backbone->create(posts, model({{"t", "c"}})), {{"id", 3}});
    CHECK(item("__ids__-_burry_p") == rubbish);
    backbone->succeed(number, two_rows);
    CHECK(item("__ids__-_burry_p") == "[1,2]");
  }
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "9.3 an index of lists that is rubbish, or names what is no list, removes nothing else") {
  const int posts = decorate("p");
  const in_memory::Query query = of_data("a=1");
  for (const std::string rubbish :
       {"", "null", "{}", "[[]]", "[1,2]", R"(["1","2","__proto__",""])", "[\"__ids__?a=1\""}) {
    CAPTURE(rubbish);
    fetched(posts, two_rows);
    items["__ids__?-_burry_p"] = rubbish;
    backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), query), two_rows);
    CHECK(item("__ids__?-_burry_p") == R"(["__ids__?a=1"])");
    backbone->succeed(backbone->destroy(posts, model({{"id", 1}})), {});
    CHECK(item("__ids__-_burry_p") == "[2]");
    CHECK(item("__ids__?a=1-_burry_p") == "[2]");
    CHECK(item("2-_burry_p") != "-");
  }
}

TEST_CASE_FIXTURE(FreshBackbone, "9.4 a model whose id is spelled like a list is not cached") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const auto before = items;
  for (const std::string id : {"__ids__", "__ids__?", "__ids__?page=2"}) {
    backbone->succeed(backbone->update(posts, model({{"id", id}, {"t", "x"}})), {});
    backbone->succeed(backbone->read(posts, model({{"id", id}})), {{"id", id}});
  }
  CHECK(items == before);
}

TEST_CASE_FIXTURE(FreshBackbone, "9.4 a row whose id is spelled like a list covers none") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), of_data("a=1")), two_rows);
  const auto before = items;
  Content rows = two_rows;
  for (const char* key : {"__ids__", "__ids__?", "__ids__?a=1", "__ids__?#", "__ids__?#a=1"})
    rows.push_back({{"id", key}});
  backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), of_data("a=2")), rows);
  for (const char* key : {"__ids__-_burry_p", "__ids__?a=1-_burry_p"}) CHECK(item(key) == before.at(key));
  CHECK(item("__ids__?#-_burry_p") == "-");
  CHECK(item("__ids__?#a=1-_burry_p") == "-");
  CHECK(item("__ids__?-_burry_p") == R"(["__ids__?a=1","__ids__?a=2"])");
}

TEST_CASE_FIXTURE(FreshBackbone, "9.4 a namespace that shadows another caches nothing") {
  fetched(decorate("p", 10), two_rows);
  const auto before = items;
  const int shadow = decorate("exp_p");
  auto collection = fetched(shadow, {{{"id", 1}}});
  backbone->succeed(backbone->update(shadow, collection->get("1")), {});
  backbone->succeed(backbone->destroy(shadow, collection->get("1")), {});
  auto after = items;
  after["_burry_stores_"] = before.at("_burry_stores_");
  CHECK(after == before);
}

// The simulation found the cases below.

TEST_CASE_FIXTURE(FreshBackbone,
                  "9.2 where the index of the lists does not fit, neither are its lists kept") {
  const int posts = decorate("p");
  const auto fetch = [&](const std::string& tag) {
    const in_memory::Query query = of_data("tag=" + tag);
    backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), query), two_rows);
  };
  fetch("1");
  page.storage.quota = page.storage.units() + 40;
  fetch("2");
  CHECK(item("__ids__?-_burry_p") == "-");
  CHECK(item("__ids__?tag=1-_burry_p") == "-");
  CHECK(item("__ids__?tag=2-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone, "9.2 a row that does not fit is in no other list either") {
  const int posts = decorate("p");
  const in_memory::Query query = of_data("tag=1");
  backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), query), two_rows);
  page.storage.quota = page.storage.units() + 2;
  fetched(posts, {{{"id", 1}, {"t", "much too long"}}});
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "-");
  CHECK(item("__ids__?tag=1-_burry_p") == "-");
}
