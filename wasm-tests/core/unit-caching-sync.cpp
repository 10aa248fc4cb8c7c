#include "fresh_backbone.h"

namespace {
const FreshBackbone::Content two_rows = {{{"id", 1}, {"t", "a"}}, {{"id", 2}, {"t", "b"}}};
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
  CHECK(backbone->sync.calls_in_progress() == 0);
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

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.1 a write that begins while an answer is on its way into the model stays") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  int write = 0;
  backbone->on_change = [&](int) {
    if (!write) write = backbone->update(posts, model({{"id", 1}, {"t", "mine"}}));
  };
  backbone->succeed(backbone->read(posts, model({{"id", 1}})), {{"id", 1}, {"t", "server"}});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"mine"})");
  backbone->fail(write);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"server"})");
}

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

TEST_CASE_FIXTURE(FreshBackbone, "8.4 ids() is the plain list as it lies in storage, or nothing") {
  const int posts = decorate("p", 10);
  CHECK_FALSE(backbone->sync.ids(posts));
  fetched(posts, {{{"id", 1}}, {{"id", "b"}}});
  CHECK(backbone->sync.ids(posts) == R"([1,"b"])");
  page.clock.set_minute(1011);
  CHECK_FALSE(backbone->sync.ids(posts));
}

TEST_CASE_FIXTURE(FreshBackbone, "8.4 a record that is removed is in no list, and a list is no record") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->drop(posts, "1");
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[2]");
  for (const char* key : {"__ids__", "__ids__?", "3"}) backbone->drop(posts, key);
  CHECK(item("__ids__-_burry_p") == "[2]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "7.1 nobody is asked about a call that is over, or of a write where the rows are") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int write = backbone->update(posts, model({{"id", 1}, {"t", "x"}}));
  backbone->sync.parsed(write);
  backbone->sync.settled(write, true);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"x"})");
  CHECK(backbone->sync.calls_in_progress() == 1);
  backbone->fail(write);
  for (const int number : {write, 1000}) {
    backbone->sync.parsed(number);
    backbone->sync.settled(number, false);
    backbone->sync.answered(number, caching::Outcome::success, 0);
  }
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
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

TEST_CASE_FIXTURE(FreshBackbone, "3.10 each query has its list, and they share the records") {
  const int posts = decorate("p");
  const in_memory::Query first = of_data("page=1");
  const in_memory::Query second = of_data("page=2");
  backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), first), two_rows);
  auto collection = std::make_shared<Collection>();
  const int number = backbone->read(posts, collection, second);
  CHECK(call(number).cached_phases == 0);
  backbone->succeed(number, {{{"id", 2}, {"t", "B"}}, {{"id", 3}}});
  CHECK(item("__ids__?page=1-_burry_p") == "[1,2]");
  CHECK(item("__ids__?page=2-_burry_p") == "[2,3]");
  CHECK(item("2-_burry_p") == R"({"id":2,"t":"B"})");
  CHECK(item("__ids__?-_burry_p") == R"(["__ids__?page=1","__ids__?page=2"])");
  CHECK(item("__ids__-_burry_p") == "-");
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

TEST_CASE_FIXTURE(
    FreshBackbone,
    "3.10 data that nobody can tell apart, and an id of another type, are sent and not cached") {
  const int posts = decorate("p");
  const auto before = items;
  for (const auto& data :
       {caching::Data{caching::Data::Kind::opaque, ""}, {caching::Data::Kind::object, "1"}}) {
    backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), {"", true, data}), two_rows);
    in_memory::Call single = call_of(posts, model({{"user", 1}}));
    single.request.query = {"/session", false, data};
    backbone->succeed(backbone->start(std::move(single)), {{"user", 1}});
  }
  backbone->succeed(backbone->read(posts, model({{"id", true}})), {{"id", true}});
  backbone->succeed(backbone->update(posts, model({{"id", {1}}})), nullptr);
  backbone->succeed(backbone->read(posts, model({{"user", 1}})), {{"user", 1}});
  CHECK(items == before);
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.10 cacheKey names the list of a fetch, and the record of a model without an id") {
  const int posts = decorate("p");
  in_memory::Call list;
  list.decorator = posts;
  list.collection = std::make_shared<Collection>();
  list.request.query = of_data("page=1");
  list.request.own_key = "mine";
  backbone->succeed(backbone->start(std::move(list)), two_rows);
  CHECK(item("__ids__?mine-_burry_p") == "[1,2]");
  for (const std::string own_key : {"me", "__ids__?mine"}) {
    in_memory::Call single = call_of(posts, model({{"user", 1}}));
    single.request.query = {"/session", false, {caching::Data::Kind::opaque, ""}};
    single.request.own_key = own_key;
    backbone->succeed(backbone->start(std::move(single)), {{"user", 2}});
  }
  CHECK(item("me-_burry_p") == R"({"user":2})");
  CHECK(item("__ids__?mine-_burry_p") == "[1,2]");
  in_memory::Call create = call_of(posts, model({{"user", 3}}));
  create.request.method = caching::Method::create;
  create.request.query.url = "/session";
  create.request.own_key = "me";
  backbone->succeed(backbone->start(std::move(create)), nullptr);
  CHECK(item("me-_burry_p") == R"({"user":3})");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.10 of two static URLs the plain list is that of the first, and the index says so") {
  const int posts = decorate("p");
  auto mine = collection_at("/mine"), others = collection_at("/others");
  backbone->succeed(backbone->read(posts, mine), two_rows);
  CHECK(items.size() == 4);
  const int number = backbone->read(posts, others);
  CHECK(call(number).cached_phases == 0);
  backbone->succeed(number, {{{"id", 2}, {"t", "B"}}, {{"id", 3}}});
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("__ids__?/others-_burry_p") == "[2,3]");
  CHECK(item("__ids__?-_burry_p") == R"(["__ids__=/mine","__ids__?/others"])");
  CHECK(item("2-_burry_p") == R"({"id":2,"t":"B"})");
  const int mine_again = backbone->read(posts, collection_at("/mine"));
  CHECK(call(mine_again).delivered == Content::array({{{"id", 1}, {"t", "a"}}, {{"id", 2}, {"t", "B"}}}));
  const int others_again = backbone->read(posts, collection_at("/others"));
  CHECK(call(others_again).delivered.size() == 2);
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.10 a page that is loaded anew, and fetches the second URL first, believes the index") {
  const int posts = decorate("p");
  backbone->succeed(backbone->read(posts, collection_at("/mine")), two_rows);
  backbone->succeed(backbone->read(posts, collection_at("/others")), {{{"id", 3}}});
  in_memory::Backbone anew(page);
  const int again = anew.decorate("p", {});
  const int others = anew.read(again, collection_at("/others")),
            mine = anew.read(again, collection_at("/mine"));
  CHECK(anew.call(others).delivered == Content::array({{{"id", 3}}}));
  CHECK(anew.call(mine).delivered == two_rows);
}

TEST_CASE_FIXTURE(FreshBackbone, "3.10 a computed URL is no claim to the plain list") {
  const int posts = decorate("p");
  backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), {"/users/1", false, {}}),
                    {{{"id", 3}}});
  backbone->succeed(backbone->read(posts, collection_at("/mine")), two_rows);
  CHECK(item("__ids__?/users/1-_burry_p") == "[3]");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("__ids__?-_burry_p") == R"(["__ids__?/users/1"])");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.10 the parameters of a collection that the plain list is not of stand behind its URL") {
  const int posts = decorate("p");
  const auto fetch = [&](const std::string& url) {
    const in_memory::Query query = {url, true, {caching::Data::Kind::text, "page=2"}};
    backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), query), two_rows);
  };
  fetch("/mine");
  fetch("/others");
  CHECK(item("__ids__?page=2-_burry_p") == "[1,2]");
  CHECK(item("__ids__?/others?page=2-_burry_p") == "[1,2]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.10 looseKeys gives one list per namespace, whatever the query and the URL") {
  caching::Policy policy;
  policy.loose_keys = true;
  const int posts = backbone->decorate("p", policy);
  const auto fetch = [&](std::shared_ptr<Collection> collection, in_memory::Query query, Content rows) {
    in_memory::Call call;
    call.decorator = posts;
    call.policy = policy;
    call.collection = std::move(collection);
    call.request.query = std::move(query);
    backbone->succeed(backbone->start(std::move(call)), std::move(rows));
  };
  fetch(collection_at("/mine"), {}, two_rows);
  fetch(collection_at("/others"), of_data("page=2"), {{{"id", 3}}});
  CHECK(item("__ids__-_burry_p") == "[3]");
  auto others = collection_at("/others");
  in_memory::Call create = call_of(posts, others->add({{"t", "d"}}));
  create.policy = policy;
  create.request.method = caching::Method::create;
  backbone->succeed(backbone->start(std::move(create)), {{"id", 4}});
  CHECK(item("__ids__-_burry_p") == "[3,4]");
  CHECK(items.size() == 4);
}

TEST_CASE_FIXTURE(FreshBackbone, "4.1 a created model joins the list of its collection's own URL") {
  const int posts = decorate("p");
  auto mine = collection_at("/mine"), others = collection_at("/others");
  backbone->succeed(backbone->read(posts, mine), {{{"id", 1}}});
  backbone->succeed(backbone->read(posts, others), {{{"id", 2}}});
  backbone->succeed(backbone->create(posts, others->add({{"t", "c"}})), {{"id", 3}});
  backbone->succeed(backbone->create(posts, mine->add({{"t", "d"}})), {{"id", 4}});
  CHECK(item("__ids__-_burry_p") == "[1,4]");
  CHECK(item("__ids__?/others-_burry_p") == "[2,3]");
  auto third = collection_at("/third");
  backbone->succeed(backbone->create(posts, third->add({{"t", "e"}})), {{"id", 5}});
  CHECK(item("__ids__?/third-_burry_p") == "[5]");
  auto single = model({{"t", "f"}});
  single->url_root = "/others";
  backbone->succeed(backbone->create(posts, single), {{"id", 6}});
  CHECK(item("__ids__?/others-_burry_p") == "[2,3,6]");
  const int removal = backbone->destroy(posts, model({{"id", 3}}));
  CHECK(item("__ids__?/others-_burry_p") == "[2,6]");
  backbone->fail(removal);
  CHECK(item("__ids__?/others-_burry_p") == "[2,3,6]");
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "3.10 the rows of a collection that was created in are not taken for those of another URL") {
  const int posts = decorate("p");
  auto mine = collection_at("/mine");
  backbone->succeed(backbone->create(posts, mine->add({{"t", "a"}})), {{"id", 1}});
  CHECK(item("__ids__-_burry_p") == "[1]");
  const int number = backbone->read(posts, collection_at("/others"));
  CHECK(call(number).cached_phases == 0);
  backbone->succeed(number, {{{"id", 2}}});
  CHECK(item("__ids__-_burry_p") == "[1]");
  CHECK(item("__ids__?/others-_burry_p") == "[2]");
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

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.2 a write that the server answers with another id is a record of that id") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->succeed(backbone->update(posts, model({{"id", 2}, {"t", "moved"}})), {{"id", 7}});
  CHECK(item("2-_burry_p") == "-");
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"moved"})");
  CHECK(item("__ids__-_burry_p") == "[1,7]");
}

TEST_CASE_FIXTURE(FreshBackbone, "3.9 of an answer with a row without an id no list is kept") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  fetched(posts, {{{"id", 1}, {"t", "A"}}, {{"t", "no id"}}});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"A"})");
  CHECK(item("__ids__-_burry_p") == "-");
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

TEST_CASE_FIXTURE(FreshBackbone, "7.1 a call that the page cancels is rejected, and nobody is told") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const auto before = items;
  const int number = backbone->update(posts, model({{"id", 1}, {"t", "x"}}));
  backbone->sync.answered(number, caching::Outcome::canceled, 0);
  CHECK(call(number).failures == 0);
  CHECK(call(number).rejected);
  CHECK(items == before);
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

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.1 a create is cached when the server has confirmed it, and joins the stored list") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const int number = backbone->create(posts, collection->add({{"t", "c"}}));
  CHECK(items.size() == 4);
  backbone->succeed(number, {{"id", 3}});
  CHECK(item("3-_burry_p") == R"({"t":"c","id":3})");
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.1 where no list is stored, it is the collection's ids, and each row gets a record") {
  const int posts = decorate("p");
  auto collection = std::make_shared<Collection>();
  collection->add({{"id", "x"}, {"t", 1}});
  backbone->succeed(backbone->create(posts, collection->add({{"t", 2}})), {{"id", 3}});
  CHECK(item("__ids__-_burry_p") == R"(["x",3])");
  CHECK(item("x-_burry_p") == R"({"id":"x","t":1})");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.2 an update shows at once and returns to the last confirmed state, expiry and all") {
  const int posts = decorate("p", 10);
  auto collection = fetched(posts, two_rows);
  page.clock.set_minute(1003);
  auto post = collection->get("1");
  post->attributes["t"] = "edited";
  const int number = backbone->update(posts, post);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"edited"})");
  CHECK(item("1-_burry_exp_p") == "1013");
  backbone->fail(number);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(item("1-_burry_exp_p") == "1010");
}

TEST_CASE_FIXTURE(FreshBackbone, "4.3 a patch is merged into the record, and nothing else of the model is") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  auto post = collection->get("1");
  post->attributes["unsaved"] = true;
  backbone->succeed(backbone->patch(posts, post, {{"t", "patched"}}), {});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"patched"})");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.4 a delete takes the id from every list at once, and a failure puts all back") {
  const int posts = decorate("p", 10);
  const in_memory::Query query = of_data("a=1");
  backbone->succeed(backbone->read(posts, std::make_shared<Collection>(), query), two_rows);
  auto collection = fetched(posts, {{{"id", 1}, {"t", "a"}}, {{"id", 2}, {"t", "b"}}, {{"id", 3}}});
  const auto before = items;
  page.clock.set_minute(1002);
  const int number = backbone->destroy(posts, collection->get("2"));
  CHECK(item("2-_burry_p") == "-");
  CHECK(item("2-_burry_exp_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[1,3]");
  CHECK(item("__ids__?a=1-_burry_p") == "[1]");
  backbone->fail(number);
  CHECK(items == before);
}

TEST_CASE_FIXTURE(FreshBackbone, "4.4 404 and 410 on a delete mean that it is gone") {
  const int posts = decorate("p");
  for (const int status : {404, 410}) {
    auto collection = fetched(posts, two_rows);
    const int number = backbone->destroy(posts, collection->get("2"));
    backbone->fail(number, status);
    CHECK(call(number).failures == 1);
    CHECK(item("2-_burry_p") == "-");
    CHECK(item("__ids__-_burry_p") == "[1]");
  }
}

TEST_CASE_FIXTURE(FreshBackbone, "4.5 wait shows nothing before the server confirms") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const auto before = items;
  auto edited = model({{"id", 1}, {"t", "edited"}});
  const int update = backbone->update(posts, edited, true);
  const int removal = backbone->destroy(posts, collection->get("2"), true);
  CHECK(items == before);
  backbone->succeed(update, {});
  backbone->succeed(removal, {});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"edited"})");
  CHECK(item("__ids__-_burry_p") == "[1]");
}

TEST_CASE_FIXTURE(FreshBackbone, "4.6 a model with an id of the client's joins the plain list") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->succeed(backbone->update(posts, model({{"id", "mine"}})), {});
  CHECK(item("__ids__-_burry_p") == R"([1,2,"mine"])");
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "5.1 of two pending writes the newest shows, and a failure takes back its own change only") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int first = backbone->update(posts, model({{"id", 1}, {"t", "first"}}));
  const int second = backbone->update(posts, model({{"id", 1}, {"t", "second"}}));
  backbone->fail(first);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"second"})");
  backbone->fail(second);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.1 a newer write that fails returns to what an older one has confirmed meanwhile") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int first = backbone->update(posts, model({{"id", 1}, {"t", "first"}}));
  const int second = backbone->update(posts, model({{"id", 1}, {"t", "second"}}));
  backbone->succeed(first, {});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"second"})");
  backbone->fail(second);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"first"})");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.2 the answer to a read that was sent before a write brings nothing old back") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const int read = backbone->read(posts, collection);
  backbone->succeed(backbone->update(posts, model({{"id", 1}, {"t", "saved"}})), {});
  backbone->succeed(backbone->destroy(posts, model({{"id", 2}})), {});
  backbone->succeed(read, two_rows);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"saved"})");
  CHECK(item("2-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[1]");
  CHECK(call(read).delivered == Content{{{"id", 1}, {"t", "saved"}}});
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "5.2 the late answer to a create brings nothing old back, though a deletion hides what was read since") {
  const int posts = decorate("p");
  const int create = backbone->create(posts, model({{"t", "created"}}));
  fetched(posts, {{{"id", 1}, {"t", "edited"}}});
  const int removal = backbone->destroy(posts, model({{"id", 1}}));
  backbone->succeed(create, {{"id", 1}});
  CHECK(item("1-_burry_p") == "-");
  backbone->fail(removal);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"edited"})");
}

TEST_CASE_FIXTURE(FreshBackbone, "5.3 of two reads the one sent last wins, whichever answers last") {
  const int posts = decorate("p");
  const int first = backbone->read(posts, std::make_shared<Collection>());
  const int second = backbone->read(posts, std::make_shared<Collection>());
  backbone->succeed(second, {{{"id", 1}, {"t", "new"}}});
  backbone->succeed(first, {{{"id", 1}, {"t", "old"}}, {{"id", 2}}});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"new"})");
  CHECK(item("__ids__-_burry_p") == "[1]");
  CHECK(call(first).delivered == Content{{{"id", 1}, {"t", "new"}}});
}

TEST_CASE_FIXTURE(FreshBackbone, "5.4 a pending write stays visible while its list is revalidated") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const int write = backbone->update(posts, model({{"id", 1}, {"t", "pending"}}));
  backbone->succeed(backbone->read(posts, collection), {{{"id", 1}, {"t", "server"}}, {{"id", 2}}});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"pending"})");
  CHECK(item("2-_burry_p") == R"({"id":2})");
  backbone->fail(write);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"server"})");
}

TEST_CASE_FIXTURE(FreshBackbone, "5.5 after clear, late answers do not write") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const int read = backbone->read(posts, collection);
  const int update = backbone->update(posts, model({{"id", 1}, {"t", "x"}}));
  const int removal = backbone->destroy(posts, model({{"id", 2}}));
  const int create = backbone->create(posts, collection->add({{"t", "y"}}));
  backbone->clear(posts);
  backbone->succeed(read, two_rows);
  backbone->succeed(update, {});
  backbone->fail(removal);
  backbone->succeed(create, {{"id", 9}});
  CHECK(items == std::map<std::string, std::string>{{"_burry_stores_", R"(["","p"])"}});
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.6 an id that another tab has written away comes back with the next operation") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->succeed(backbone->create(posts, collection->add({{"t", "c"}})), {{"id", 3}});
  items["4-_burry_p"] = R"({"id":4})";
  items["__ids__-_burry_p"] = "[1,2,4]";
  backbone->read(posts, model({{"id", 1}}));
  CHECK(item("__ids__-_burry_p") == "[1,2,4,3]");
}

TEST_CASE_FIXTURE(FreshBackbone, "5.6 an id whose record another tab has deleted stays away") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->succeed(backbone->create(posts, collection->add({{"t", "c"}})), {{"id", 3}});
  items["__ids__-_burry_p"] = "[1,2]";
  items.erase("3-_burry_p");
  backbone->read(posts, model({{"id", 1}}));
  CHECK(item("__ids__-_burry_p") == "[1,2]");
}

TEST_CASE_FIXTURE(FreshBackbone, "5.7 a call out of a callback, on the same list, is another call") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  int inner = 0;
  backbone->on_success = [&](int, page::Phase phase) {
    if (phase == page::Phase::server && !inner) inner = backbone->update(posts, collection->get("1"));
  };
  const int read = backbone->read(posts, collection);
  backbone->succeed(read, {{{"id", 1}, {"t", "fresh"}}});
  REQUIRE(inner);
  backbone->fail(inner);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"fresh"})");
  CHECK(backbone->sync.calls_in_progress() == 0);
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshBackbone, "7.1 each outcome is reported once") {
  const int posts = decorate("p");
  const int number = backbone->read(posts, std::make_shared<Collection>());
  backbone->succeed(number, two_rows);
  backbone->succeed(number, two_rows);
  backbone->fail(number);
  CHECK(call(number).server_phases == 1);
  CHECK(call(number).failures == 0);
}

TEST_CASE_FIXTURE(FreshBackbone, "8.4 the numbers of stats") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->succeed(backbone->read(posts, collection), two_rows);
  const caching::Stats stats = backbone->sync.stats(posts);
  CHECK(stats.misses == 1);
  CHECK(stats.hits == 1);
  CHECK(stats.saved_writes >= 2);
  CHECK(stats.bytes == 2 * (2 * (10 + 16) + 16 + 5));
}

TEST_CASE_FIXTURE(FreshBackbone, "9.2 a list whose rows do not all fit is not kept") {
  const int posts = decorate("p");
  page.storage.quota = page.storage.units() + 45;
  fetched(posts, two_rows);
  CHECK(item("__ids__-_burry_p") == "-");
  CHECK(backbone->sync.calls_in_progress() == 0);
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

// A collection whose `parse` finds the rows in {items, total}.
struct Enveloped : FreshBackbone {
  int posts = decorate("p");
  const Content enveloped = {{"items", two_rows}, {"total", 9}};

  static std::shared_ptr<Collection> rows() { return std::make_shared<Collection>(); }
  int fetch(std::shared_ptr<in_memory::Collection> collection) {
    in_memory::Call call;
    call.decorator = posts;
    call.collection = std::move(collection);
    call.own_parse = true;
    return backbone->start(std::move(call));
  }
  void fetched(const Content& answer) { backbone->succeed(fetch(rows()), answer); }
};

TEST_CASE_FIXTURE(Enveloped, "6.1 what a collection's parse keeps comes back from the cache") {
  fetched(enveloped);
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("__ids__?#-_burry_p") == R"({"answer":{"items":[],"total":9}})");

  const auto collection = rows();
  const int number = fetch(collection);
  CHECK(backbone->call(number).cached_phases == 1);
  CHECK(collection->total == 9);
  CHECK(collection->models.size() == 2);
  CHECK(item("1-_burry_p") == two_rows[0].dump());
}

TEST_CASE_FIXTURE(Enveloped, "6.1 a list whose answer is missing or rubbish is a miss") {
  for (const char* rubbish : {"", "7", "[", "null", "{}", R"({"answer":7})", R"({"items":[],"total":9})"}) {
    CAPTURE(rubbish);
    fetched(enveloped);
    page.storage.items["__ids__?#-_burry_p"] = rubbish;
    CHECK(backbone->call(fetch(rows())).cached_phases == 0);
  }
  fetched(enveloped);
  page.storage.items.erase("__ids__?#-_burry_p");
  CHECK(backbone->call(fetch(rows())).cached_phases == 0);
}

TEST_CASE_FIXTURE(Enveloped, "6.1 with its list goes the answer that lay beside it") {
  fetched(enveloped);
  backbone->fail(fetch(rows()), 404);
  CHECK(item("__ids__-_burry_p") == "-");
  CHECK(item("__ids__?#-_burry_p") == "-");
}

TEST_CASE_FIXTURE(Enveloped, "5.3 an overtaken answer is delivered with the newer rows and total") {
  const auto first = rows(), second = rows();
  const int early = fetch(first), late = fetch(second);
  backbone->succeed(late, {{"items", {{{"id", 3}}}}, {"total", 1}});
  backbone->succeed(early, enveloped);
  CHECK(first->total == 1);
  CHECK(first->models.size() == 1);
  CHECK(item("__ids__-_burry_p") == "[3]");
}

TEST_CASE_FIXTURE(Enveloped, "5.2 a newer record stands in an enveloped answer, too") {
  fetched(enveloped);
  const auto collection = rows();
  const int number = fetch(collection);
  const auto model = collection->get("1");
  model->attributes["n"] = "mine";
  const int write = backbone->update(posts, model);
  backbone->succeed(number, enveloped);
  CHECK(collection->get("1")->attributes["n"] == "mine");
  backbone->succeed(write, {});
  CHECK(in_memory::Content::parse(item("1-_burry_p"))["n"] == "mine");
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
    CHECK_FALSE(backbone->sync.ids(posts));
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

TEST_CASE_FIXTURE(FreshBackbone, "9.3 a failed write does not return to a record whose expiry is rubbish") {
  const int rows = decorate("n");
  for (const bool destroys : {false, true}) {
    items["1-_burry_n"] = R"({"id":1})";
    items["1-_burry_exp_n"] = "soon";
    const auto row = model({{"id", 1}, {"a", 1}});
    backbone->fail(destroys ? backbone->destroy(rows, row) : backbone->update(rows, row));
    CHECK(item("1-_burry_n") == "-");
    CHECK(item("1-_burry_exp_n") == "-");
  }
}

// The cases below were found by the simulation.

TEST_CASE_FIXTURE(
    FreshBackbone,
    "2.7 a write that fails does not bring back what somebody has cleared while an older one is pending") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int older = backbone->update(posts, model({{"id", 1}, {"t", "older"}}), true);
  items.clear();
  backbone->fail(backbone->update(posts, model({{"id", 1}, {"t", "newer"}})));
  CHECK(item("1-_burry_p") == "-");
  backbone->fail(older);
  CHECK(item("1-_burry_p") == "-");
}

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

TEST_CASE_FIXTURE(
    FreshBackbone,
    "4.1 a list made of a collection leaves out a row whose deletion is pending, and has it back if that fails") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  items.erase("__ids__-_burry_p");
  const int removal = backbone->destroy(posts, model({{"id", 2}}));
  backbone->succeed(backbone->create(posts, collection->add({{"t", "c"}})), {{"id", 3}});
  CHECK(item("__ids__-_burry_p") == "[1,3]");
  backbone->fail(removal);
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "4.8 a write that JSON cannot spell is sent, drops its record and, once confirmed, the lists that hold it") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int number = backbone->update(posts, model({{"id", 1}, {"cycle", true}}));
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  backbone->succeed(number, {});
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone, "4.8 a creation that JSON cannot spell joins no list") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->succeed(backbone->create(posts, collection->add({{"cycle", true}})), {{"id", 3}});
  CHECK(item("3-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.8 a failure restores what the record was before a write that JSON cannot spell") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const auto before = items;
  const int unspelled = backbone->update(posts, model({{"id", 1}, {"cycle", true}}));
  backbone->fail(backbone->update(posts, model({{"id", 1}, {"t", "x"}})));
  backbone->fail(backbone->destroy(posts, model({{"id", 1}})));
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  backbone->fail(unspelled);
  CHECK(items == before);
}

TEST_CASE_FIXTURE(
    FreshBackbone,
    "4.8 a row stays in its list while a write that JSON cannot spell hides a newer state than is confirmed") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int first = backbone->update(posts, model({{"id", 1}, {"t", "first"}}));
  const int second = backbone->update(posts, model({{"id", 1}, {"t", "second"}}));
  const int unspelled = backbone->update(posts, model({{"id", 1}, {"cycle", true}}));
  backbone->succeed(second, {});
  backbone->succeed(first, {});
  backbone->fail(unspelled);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"second"})");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.1 what is pending on a record that was removed from the cache keeps its order") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int first = backbone->update(posts, model({{"id", 1}, {"t", "first"}}));
  const int second = backbone->update(posts, model({{"id", 1}, {"t", "second"}}));
  backbone->drop(posts, "1");
  CHECK(item("1-_burry_p") == "-");
  backbone->succeed(second, {});
  backbone->succeed(first, {});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"second"})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshBackbone, "5.2 an old row is not cached where the newer one cannot be") {
  const int posts = decorate("p");
  const int read = backbone->read(posts, std::make_shared<Collection>());
  backbone->succeed(backbone->update(posts, model({{"id", 1}, {"cycle", true}})), {});
  backbone->succeed(read, two_rows);
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("2-_burry_p") != "-");
  CHECK(item("__ids__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.2 the late answer to a create brings no row back whose deletion is pending") {
  const int posts = decorate("p");
  const int create = backbone->create(posts, model({{"t", "created"}}));
  backbone->succeed(backbone->update(posts, model({{"id", 1}, {"t", "saved"}})), {});
  const int removal = backbone->destroy(posts, model({{"id", 1}}));
  backbone->succeed(create, {{"id", 1}});
  CHECK(item("1-_burry_p") == "-");
  backbone->fail(removal);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"saved"})");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.6 an id comes back also where this page has written over the other tab's list") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->succeed(backbone->create(posts, collection->add({{"t", "c"}})), {{"id", 3}});
  const int create = backbone->create(posts, collection->add({{"t", "d"}}));
  items["__ids__-_burry_p"] = "[1,2]";
  backbone->succeed(create, {{"id", 4}});
  CHECK(item("__ids__-_burry_p") == "[1,2,4]");
  backbone->read(posts, model({{"id", 1}}));
  CHECK(item("__ids__-_burry_p") == "[1,2,4,3]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.6 an id comes back also after a server list that does not know of it yet") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const int first = backbone->read(posts, std::make_shared<Collection>());
  const int second = backbone->read(posts, std::make_shared<Collection>());
  backbone->succeed(backbone->create(posts, collection->add({{"t", "c"}})), {{"id", 3}});
  items["__ids__-_burry_p"] = "[1,2]";
  backbone->succeed(first, two_rows);
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
  items["__ids__-_burry_p"] = "[1,2]";
  backbone->succeed(second, two_rows);
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.6 an id comes back also where another tab has put it in before, and takes it out") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->succeed(backbone->create(posts, collection->add({{"t", "c"}})), {{"id", 3}});
  const int create = backbone->create(posts, collection->add({{"t", "d"}}));
  items["__ids__-_burry_p"] = "[1,2,3,4]";
  backbone->succeed(create, {{"id", 4}});
  items["__ids__-_burry_p"] = "[1,2,3]";
  backbone->read(posts, model({{"id", 1}}));
  CHECK(item("__ids__-_burry_p") == "[1,2,3,4]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.6 a row that the server's list leaves out stays out, though a write on it is pending") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->succeed(backbone->update(posts, model({{"id", 3}})), {});
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
  backbone->update(posts, model({{"id", 3}, {"t", "pending"}}));
  fetched(posts, two_rows);
  backbone->read(posts, model({{"id", 1}}));
  CHECK(item("__ids__-_burry_p") == "[1,2]");
}

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
