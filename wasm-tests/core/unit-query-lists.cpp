// The lists of queries and of several URLs in one namespace (contract 3.10).
#include "fresh_backbone.h"

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
