// Rollback: a write that fails takes back its own change only (contract 2.7, 4.8, 5.1, 9.3).
#include "fresh_backbone.h"

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

// The simulation found the cases below.

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
  CHECK(backbone->core.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshBackbone, "5.1 a list is dropped whose row a failed write leaves to a patch alone") {
  const int posts = decorate("p");
  const auto row = model({{"id", 1}, {"t", "a"}});
  const int update = backbone->update(posts, row);
  const int patch = backbone->patch(posts, row, {{"t", "b"}});
  items["__ids__-_burry_p"] = "[1]";
  backbone->fail(update);
  CHECK(item("1-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "-");
  backbone->succeed(patch, {});
  CHECK(item("1-_burry_p") == "-");
}
