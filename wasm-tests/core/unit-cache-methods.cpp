// The methods of `sync.cache`: clear, remove, ids and stats (contract 5.5, 8.4).
#include "fresh_backbone.h"

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

TEST_CASE_FIXTURE(FreshBackbone, "8.4 ids() is the plain list as it lies in storage, or nothing") {
  const int posts = decorate("p", 10);
  CHECK_FALSE(backbone->core.ids(posts));
  fetched(posts, {{{"id", 1}}, {{"id", "b"}}});
  CHECK(backbone->core.ids(posts) == R"([1,"b"])");
  page.clock.set_minute(1011);
  CHECK_FALSE(backbone->core.ids(posts));
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

TEST_CASE_FIXTURE(FreshBackbone, "8.4 the numbers of stats") {
  const int posts = decorate("p");
  auto collection = fetched(posts, two_rows);
  backbone->succeed(backbone->read(posts, collection), two_rows);
  const caching::Stats stats = backbone->core.stats(posts);
  CHECK(stats.misses == 1);
  CHECK(stats.hits == 1);
  CHECK(stats.saved_writes >= 2);
  CHECK(stats.bytes == 2 * (2 * (10 + 16) + 16 + 5));
}
