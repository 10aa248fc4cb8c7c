// Reads: the phases of a fetch, the key of a record, and what its record holds (contract 2.2,
// 2.8, 3.1 to 3.4, 3.7, 3.8).
#include "fresh_backbone.h"

TEST_CASE_FIXTURE(FreshBackbone, "2.2 a record that has expired is a miss, and is removed") {
  const int posts = decorate("p", 10);
  fetched(posts, two_rows);
  page.clock.set_minute(1010);
  CHECK(call(backbone->read(posts, model({{"id", 1}}))).cached_phases == 1);
  page.clock.set_minute(1011);
  CHECK(call(backbone->read(posts, model({{"id", 1}}))).cached_phases == 0);
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("1-_burry_exp_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone, "2.8 a record holds its id, though the answer lacks it") {
  const int posts = decorate("p");
  auto asked = model({{"id", "a"}});
  backbone->succeed(backbone->read(posts, asked), {{"foo", 1}});
  CHECK(item("a-_burry_p") == R"({"id":"a","foo":1})");
  CHECK(asked->attributes == Content({{"id", "a"}, {"foo", 1}}));
  const int again = backbone->read(posts, model({{"id", "a"}}));
  CHECK(call(again).delivered == Content({{"id", "a"}, {"foo", 1}}));
  backbone->succeed(backbone->update(posts, asked), {{"foo", 2}});
  CHECK(item("a-_burry_p") == R"({"id":"a","foo":2})");
  backbone->succeed(backbone->read(posts, model({{"id", 0}})), {{"foo", 3}});
  CHECK(item("0-_burry_p") == R"({"id":0,"foo":3})");
}

TEST_CASE_FIXTURE(FreshBackbone, "2.8 the id stands where the answer has it") {
  const int posts = decorate("p");
  backbone->succeed(backbone->read(posts, model({{"id", 1}})), {{"foo", 1}, {"id", 1}});
  CHECK(item("1-_burry_p") == R"({"foo":1,"id":1})");
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "3.1 a model read under one id and answered with another is a hit under the one it asked with") {
  const int users = decorate("u");
  backbone->succeed(backbone->read(users, model({{"id", "me"}})), {{"id", 42}, {"name", "x"}});
  CHECK(item("me-_burry_u") == R"({"id":42,"name":"x"})");
  CHECK(item("42-_burry_u") == "-");
  auto me = model({{"id", "me"}});
  const int again = backbone->read(users, me);
  CHECK(call(again).cached_phases == 1);
  CHECK(me->key() == "42");
  backbone->succeed(again, {{"id", 42}, {"name", "y"}});
  CHECK(item("me-_burry_u") == R"({"id":42,"name":"y"})");
  CHECK(item("__ids__-_burry_u") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.1 a model without an id is cached by its URL, in whatever method, and touches no list") {
  const int pages = decorate("p");
  fetched(pages, two_rows);
  const auto call_at = [&](caching::Method method, Content attributes,
                           const std::string& url = "/session?b=1&a=2") {
    in_memory::Call single = call_of(pages, model(std::move(attributes)));
    single.request.method = method;
    single.request.query.url = url;
    return backbone->start(std::move(single));
  };
  backbone->succeed(call_at(caching::Method::read, {{"user", 0}}), {{"user", 1}});
  CHECK(item("/session?a=2&b=1-_burry_p") == R"({"user":1})");
  const int again = call_at(caching::Method::read, {{"user", 0}});
  CHECK(call(again).delivered == Content({{"user", 1}}));
  backbone->succeed(call_at(caching::Method::update, {{"user", 2}}), nullptr);
  CHECK(item("/session?a=2&b=1-_burry_p") == R"({"user":2})");
  backbone->succeed(call_at(caching::Method::create, {{"user", 3}}), {{"since", 4}});
  CHECK(item("/session?a=2&b=1-_burry_p") == R"({"user":3,"since":4})");
  backbone->succeed(call_at(caching::Method::remove, {{"user", 3}}), nullptr);
  CHECK(item("/session?a=2&b=1-_burry_p") == "-");
  const auto before = items;
  backbone->succeed(call_at(caching::Method::create, {{"user", 3}}, ""), nullptr);
  backbone->succeed(call_at(caching::Method::create, {{"user", 3}}, "__ids__?x"), nullptr);
  CHECK(items == before);
  CHECK(item("__ids__-_burry_p") == "[1,2]");
}

TEST_CASE_FIXTURE(FreshBackbone, "3.2 on a miss the answer is the one phase") {
  const int posts = decorate("p");
  auto collection = std::make_shared<Collection>();
  const int number = backbone->read(posts, collection);
  CHECK(call(number).cached_phases == 0);
  CHECK_FALSE(call(number).resolved);
  backbone->succeed(number, two_rows);
  CHECK(call(number).server_phases == 1);
  CHECK(call(number).resolved);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("_burry_stores_") == R"(["","p"])");
  CHECK(items.size() == 4);
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.3 on a hit the cached phase comes before the call returns, the server's later") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  auto collection = std::make_shared<Collection>();
  const int number = backbone->read(posts, collection);
  CHECK(call(number).cached_phases == 1);
  CHECK(call(number).resolved);
  CHECK(collection->models.size() == 2);
  backbone->succeed(number, {{{"id", 2}, {"t", "B"}}});
  CHECK(call(number).server_phases == 1);
  CHECK(item("__ids__-_burry_p") == "[2]");
  CHECK(item("1-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone, "3.4 a wrapped that has answered already supplies the only phase") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->wrapped = [this](int number) {
    backbone->succeed(number, {{{"id", 1}, {"t", "new"}}});
    return true;
  };
  const int number = backbone->read(posts, std::make_shared<Collection>());
  CHECK(call(number).cached_phases == 0);
  CHECK(call(number).server_phases == 1);
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.4 a wrapped that has failed already leaves the cached phase, then its error") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  std::string order;
  backbone->on_success = [&](int, page::Phase) { order += "cached "; };
  backbone->on_error = [&](int) { order += "error"; };
  backbone->wrapped = [this](int number) {
    backbone->fail(number);
    return true;
  };
  const int number = backbone->read(posts, std::make_shared<Collection>());
  CHECK(order == "cached error");
  CHECK(call(number).resolved);
  CHECK_FALSE(call(number).rejected);
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.4 a wrapped that fails and then throws has failed, and nothing stale follows") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->wrapped = [this](int number) {
    backbone->fail(number);
    return false;
  };
  const int number = backbone->read(posts, std::make_shared<Collection>());
  CHECK(call(number).cached_phases == 0);
  CHECK(call(number).failures == 1);
  CHECK(call(number).rejected);
  CHECK(backbone->core.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.4 a read out of a handler, of what an answer is about to replace, is a miss") {
  const int posts = decorate("p"), pages = decorate("q");
  auto collection = fetched(posts, two_rows);
  fetched(pages, two_rows);
  std::vector<int> inner;
  backbone->on_change = [&](int) {
    if (!inner.empty()) return;
    inner = {backbone->read(posts, model({{"id", 1}})), backbone->read(posts, std::make_shared<Collection>()),
             backbone->read(pages, model({{"id", 1}}))};
  };
  backbone->succeed(backbone->read(posts, collection), {{{"id", 1}, {"t", "new"}}});
  REQUIRE(inner.size() == 3);
  CHECK(call(inner[0]).cached_phases == 0);
  CHECK(call(inner[1]).cached_phases == 0);
  CHECK(call(inner[2]).cached_phases == 1);
  CHECK(call(backbone->read(posts, model({{"id", 1}}))).delivered == Content({{"id", 1}, {"t", "new"}}));
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.4 a read out of a handler is a hit where the answer is of another record") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  std::vector<int> inner;
  backbone->on_change = [&](int) {
    if (inner.empty())
      inner = {backbone->read(posts, model({{"id", 1}})), backbone->read(posts, model({{"id", 2}}))};
  };
  backbone->succeed(backbone->read(posts, model({{"id", 1}})), {{"id", 1}, {"t", "new"}});
  REQUIRE(inner.size() == 2);
  CHECK(call(inner[0]).cached_phases == 0);
  CHECK(call(inner[1]).cached_phases == 1);
}

TEST_CASE_FIXTURE(FreshBackbone, "3.7 404, 410 and 403 on a read drop the record, another failure nothing") {
  const int posts = decorate("p");
  for (const int status : {404, 410, 403}) {
    fetched(posts, two_rows);
    backbone->fail(backbone->read(posts, model({{"id", 1}})), 500);
    CHECK(item("1-_burry_p") != "-");
    backbone->fail(backbone->read(posts, model({{"id", 1}})), status);
    CHECK(item("1-_burry_p") == "-");
    CHECK(item("__ids__-_burry_p") == "[2]");
  }
}

TEST_CASE_FIXTURE(FreshBackbone, "3.8 what the model's validation refuses is not cached") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const auto before = items;
  in_memory::Call read = call_of(posts, model({{"id", 1}}));
  read.is_invalid = true;
  const int number = backbone->start(std::move(read));
  backbone->succeed(number, {{"id", 1}, {"t", "refused"}});
  CHECK(call(number).server_phases == 1);
  CHECK(items == before);
}
