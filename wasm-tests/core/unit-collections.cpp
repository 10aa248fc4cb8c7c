// Fetches of a collection: the list and the records that they leave (contract 2.4, 3.8, 3.9,
// 3.11).
#include "fresh_backbone.h"

TEST_CASE_FIXTURE(
    FreshBackbone,
    "2.4 an id that joins a list leaves the others as they are spelled, and a text is no number") {
  const int posts = decorate("p");
  items["__ids__-_burry_p"] = "[ 1 ,\"\\u00e9\"]";
  backbone->succeed(backbone->update(posts, model({{"id", "2"}})), {});
  CHECK(item("__ids__-_burry_p") == "[ 1 ,\"\\u00e9\",\"2\"]");
  backbone->succeed(backbone->update(posts, model({{"id", 1.5}})), {});
  CHECK(item("__ids__-_burry_p") == "[ 1 ,\"\\u00e9\",\"2\",1.5]");
  CHECK(item("1.5-_burry_p") == R"({"id":1.5})");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.8 a row that has left its list keeps its record while it stands in another") {
  const int posts = decorate("p");
  const in_memory::Query query = of_data("a=1");
  backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), query), {{{"id", 1}}});
  fetched(posts, {{{"id", 1}}, {{"id", 2}}});
  fetched(posts, Content::array());
  CHECK(item("1-_burry_p") == R"({"id":1})");
  CHECK(item("2-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone, "3.9 a list with a row that is missing, expired or rubbish is a miss") {
  const int posts = decorate("p", 10);
  for (const std::string rubbish : {"-", "", "rubbish", "null", "[]", "7", R"({"id":9})", "{}"}) {
    CAPTURE(rubbish);
    fetched(posts, two_rows);
    if (rubbish == "-") items.erase("1-_burry_p");
    else items["1-_burry_p"] = rubbish;
    const int number = backbone->read(posts, std::make_shared<Collection>());
    CHECK(call(number).cached_phases == 0);
    backbone->fail(number);
  }
  fetched(posts, two_rows);
  items["2-_burry_exp_p"] = "999";
  const int number = backbone->read(posts, std::make_shared<Collection>());
  CHECK(call(number).cached_phases == 0);
  backbone->fail(number);
}

TEST_CASE_FIXTURE(FreshBackbone, "3.9 of an answer with a row without an id no list is kept") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  fetched(posts, {{{"id", 1}, {"t", "A"}}, {{"t", "no id"}}});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"A"})");
  CHECK(item("__ids__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "3.11 remove: false stores the whole collection on the plain list, and the answer on a query's") {
  const int posts = decorate("p");
  auto collection = std::make_shared<Collection>();
  collection->add({{"id", 9}, {"t", "mine"}});
  const auto fetch = [&](in_memory::Query query) {
    in_memory::Call call;
    call.decorator = posts;
    call.collection = collection;
    call.remove_others = false;
    call.request.query = std::move(query);
    backbone->succeed(backbone->start(std::move(call)), two_rows);
  };
  fetch(of_data("page=1"));
  CHECK(item("__ids__?page=1-_burry_p") == "[1,2]");
  CHECK(item("9-_burry_p") == "-");
  fetch({});
  CHECK(item("__ids__-_burry_p") == "[9,1,2]");
  CHECK(item("9-_burry_p") == R"({"id":9,"t":"mine"})");
}

// The simulation found the cases below.

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.8 a row that has left its list has no record, though a hidden write on it is pending") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int hidden = backbone->update(posts, model({{"id", 2}, {"t", "x"}}), true);
  fetched(posts, {{{"id", 1}}});
  CHECK(item("2-_burry_p") == "-");
  backbone->fail(backbone->destroy(posts, model({{"id", 2}})));
  CHECK(item("2-_burry_p") == "-");
  backbone->fail(hidden);
  CHECK(item("2-_burry_p") == "-");
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "3.11 a row that is deleted, or about to be, is in no list, though a collection still holds it") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->destroy(posts, model({{"id", 1}}));
  in_memory::Call call;
  call.decorator = posts;
  call.collection = collection;
  call.remove_others = false;
  const int read = backbone->start(std::move(call));
  backbone->succeed(backbone->destroy(posts, model({{"id", 2}})), {});
  backbone->succeed(read, {{{"id", 3}}});
  CHECK(item("__ids__-_burry_p") == "[3]");
  CHECK(item("2-_burry_p") == "-");
}
