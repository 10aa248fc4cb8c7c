// Ids of this tab that another tab has removed from the stored list (contract 5.6).
#include "fresh_backbone.h"

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

// The simulation found the cases below.

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
