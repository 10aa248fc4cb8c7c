// Writes: create, update, patch and delete, and the lists that they change (contract 4).
#include "fresh_backbone.h"

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
                  "4.1 a new row joins the list that its collection was fetched into last, and no other") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  auto some = collection_at("/rows");
  backbone->succeed(backbone->read(posts, some, of_data("user=1")), {{{"id", 1}}});
  backbone->succeed(backbone->create(posts, some->add({{"t", "c"}})), {{"id", 3}});
  CHECK(item("__ids__?user=1-_burry_p") == "[1,3]");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  // A request that fails has brought nothing into the collection.
  backbone->fail(backbone->read(posts, some, of_data("user=2")));
  backbone->succeed(backbone->create(posts, some->add({{"t", "d"}})), {{"id", 4}});
  CHECK(item("__ids__?user=1-_burry_p") == "[1,3,4]");
  backbone->succeed(backbone->read(posts, some), {{{"id", 1}}, {{"id", 2}}, {{"id", 3}}, {{"id", 4}}});
  backbone->succeed(backbone->create(posts, some->add({{"t", "e"}})), {{"id", 5}});
  CHECK(item("__ids__?user=1-_burry_p") == "[1,3,4]");
  CHECK(item("__ids__-_burry_p") == "[1,2,3,4,5]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.8, 4.1 a list made of a collection leaves out a row that another model has deleted") {
  const int posts = decorate("p");
  auto collection = std::make_shared<Collection>();
  collection->add({{"id", 1}, {"t", "a"}});
  const int read = backbone->read(posts, std::make_shared<Collection>());
  backbone->succeed(backbone->destroy(posts, model({{"id", 1}})), {});
  backbone->succeed(backbone->create(posts, collection->add({{"t", "b"}})), {{"id", 2}});
  CHECK(item("__ids__-_burry_p") == "[2]");
  CHECK(item("1-_burry_p") == "-");
  backbone->succeed(read, {{{"id", 2}, {"t", "b"}}});
  CHECK(item("1-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone, "4.1 a subset never becomes the plain list") {
  const int posts = decorate("p");
  auto some = collection_at("/rows");
  backbone->succeed(backbone->read(posts, some, of_data("user=1")), {{{"id", 1}}});
  items.erase("__ids__?user=1-_burry_p");
  backbone->succeed(backbone->create(posts, some->add({{"t", "c"}})), {{"id", 3}});
  auto computed = collection_at("/users/1/rows");
  computed->is_computed = true;
  backbone->succeed(backbone->create(posts, computed->add({{"t", "d"}})), {{"id", 4}});
  CHECK(item("__ids__-_burry_p") == "-");
  CHECK(item("__ids__?user=1-_burry_p") == "-");
  CHECK(item("__ids__?/users/1/rows-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.1 a collection of a computed URL has the list of that URL, if it is stored") {
  const int posts = decorate("p");
  const auto of_user = [] {
    auto collection = collection_at("/users/1/rows");
    collection->is_computed = true;
    return collection;
  };
  auto unread = of_user();
  fetched(posts, two_rows);
  backbone->succeed(backbone->create(posts, unread->add({{"t", "c"}})), {{"id", 3}});
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
  auto read = of_user();
  backbone->succeed(backbone->read(posts, read, {"/users/1/rows", false, {}}), {{{"id", 1}}});
  backbone->succeed(backbone->create(posts, read->add({{"t", "d"}})), {{"id", 4}});
  backbone->succeed(backbone->create(posts, of_user()->add({{"t", "e"}})), {{"id", 5}});
  CHECK(item("__ids__?/users/1/rows-_burry_p") == "[1,4,5]");
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
}

TEST_CASE_FIXTURE(FreshBackbone, "4.1 a list is of one namespace") {
  const int posts = decorate("p"), others = decorate("q");
  auto some = collection_at("/rows");
  backbone->succeed(backbone->read(posts, some, of_data("user=1")), {{{"id", 1}}});
  backbone->succeed(backbone->read(others, collection_at("/rows")), {{{"id", 1}}});
  backbone->succeed(backbone->create(others, some->add({{"t", "c"}})), {{"id", 3}});
  CHECK(item("__ids__-_burry_q") == "[1,3]");
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

TEST_CASE_FIXTURE(FreshBackbone,
                  "4.2 a write that the server answers with another id is a record of that id") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->succeed(backbone->update(posts, model({{"id", 2}, {"t", "moved"}})), {{"id", 7}});
  CHECK(item("2-_burry_p") == "-");
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"moved"})");
  CHECK(item("__ids__-_burry_p") == "[1,7]");
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

// The simulation found the cases below.

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
                  "4.3 a patch of a record that is not known stores none, and touches no list") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  items.erase("1-_burry_p");
  for (const bool succeeds : {true, false}) {
    const int number = backbone->patch(posts, model({{"id", 1}, {"x", 0}}), {{"t", "patched"}});
    CHECK(item("1-_burry_p") == "-");
    if (succeeds) backbone->succeed(number, {{"id", 1}, {"t", "patched"}});
    else backbone->fail(number);
    CHECK(item("1-_burry_p") == "-");
    CHECK(item("__ids__-_burry_p") == "[1,2]");
  }
}

TEST_CASE_FIXTURE(FreshBackbone, "4.3 the answer to a patch is laid over the confirmed record") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->succeed(backbone->patch(posts, model({{"id", 1}, {"x", 0}}), {{"n", 1}}), {{"t", "B"}, {"v", 2}});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"B","n":1,"v":2})");
}

TEST_CASE_FIXTURE(FreshBackbone, "4.1 no list is made of a collection that holds a row which a patch lacks") {
  const int posts = decorate("p");
  auto collection = std::make_shared<Collection>();
  const auto row = collection->add({{"id", 1}, {"t", "a"}});
  const int patch = backbone->patch(posts, row, {{"t", "b"}});
  backbone->succeed(backbone->create(posts, collection->add({{"t", "c"}})), {{"id", 3}});
  CHECK(item("__ids__-_burry_p") == "-");
  backbone->succeed(patch, {});
  CHECK(item("__ids__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone, "4.8 a patch that cannot be serialized drops the record") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  backbone->succeed(backbone->patch(posts, model({{"id", 1}}), {{"cycle", true}}), {});
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "-");
}
