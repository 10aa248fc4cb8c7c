// Stale answers: reads and creates whose answers are older than the cache (contract 5.2 to 5.4).
#include "fresh_backbone.h"

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

// The simulation found the cases below.

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
                  "5.2 a read beside a patch brings the attributes that the patch has not sent") {
  const int posts = decorate("p");
  const Content row = {{"id", 1}, {"t", "a"}, {"n", 1}}, patched = {{"id", 1}, {"t", "b"}, {"n", 1}};
  bool is_list = false, is_answered_first = false;
  SUBCASE("of a list") { is_list = true; }
  SUBCASE("of a list, answered while the patch is pending") { is_list = is_answered_first = true; }
  SUBCASE("of a model") {}
  SUBCASE("of a model, answered while the patch is pending") { is_answered_first = true; }
  const int read = is_list ? backbone->read(posts, std::make_shared<Collection>())
                           : backbone->read(posts, model({{"id", 1}}));
  const int patch = backbone->patch(posts, model({{"id", 1}}), {{"t", "b"}});
  if (!is_answered_first) backbone->succeed(patch, {});
  backbone->succeed(read, is_list ? Content{row, {{"id", 2}}} : row);
  CHECK(call(read).delivered == (is_list ? Content{patched, {{"id", 2}}} : patched));
  CHECK(item("1-_burry_p") == patched.dump());
  if (is_answered_first) backbone->succeed(patch, {});
  CHECK(item("1-_burry_p") == patched.dump());
  CHECK(item("__ids__-_burry_p") == (is_list ? "[1,2]" : "-"));
}

TEST_CASE_FIXTURE(FreshBackbone, "5.2 a row that a late answer lacks is gone, though it was patched since") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const int read = backbone->read(posts, collection);
  backbone->succeed(backbone->patch(posts, model({{"id", 1}}), {{"t", "c"}}), {});
  backbone->succeed(read, {{{"id", 2}, {"t", "b"}}});
  CHECK(item("__ids__-_burry_p") == "[2]");
  CHECK(item("1-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "5.2 a pending patch of a row that was deleted since the read was sent shows nothing") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  const int read = backbone->read(posts, collection);
  backbone->succeed(backbone->destroy(posts, model({{"id", 1}})), {});
  const int patch = backbone->patch(posts, model({{"id", 1}}), {{"t", "c"}});
  backbone->succeed(read, two_rows);
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[2]");
  backbone->fail(patch, 404);
  CHECK(item("__ids__-_burry_p") == "[2]");
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "3.7 a row that the server does not show leaves its lists, though a patch is pending") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int patch = backbone->patch(posts, model({{"id", 1}}), {{"t", "c"}});
  backbone->fail(backbone->read(posts, model({{"id", 1}})), 404);
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[2]");
  backbone->fail(patch, 404);
  CHECK(item("__ids__-_burry_p") == "[2]");
}

TEST_CASE_FIXTURE(FreshBackbone, "5.2 the late answer to a create has the patches since laid over it") {
  const int posts = decorate("p");
  const int read = backbone->read(posts, std::make_shared<Collection>());
  const int create = backbone->create(posts, model({{"t", "created"}}));
  backbone->succeed(read, {{{"id", 1}, {"t", "created"}}});
  backbone->succeed(backbone->patch(posts, model({{"id", 1}}), {{"t", "patched"}}), {});
  backbone->succeed(create, {{"id", 1}});
  CHECK(item("1-_burry_p") == R"({"t":"patched","id":1})");
}
