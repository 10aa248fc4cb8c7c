// The outcome of a call, and calls out of callbacks (contract 5.7, 7.1).
#include "fresh_backbone.h"

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
  CHECK(backbone->core.calls_in_progress() == 0);
  CHECK(backbone->core.records_in_doubt() == 0);
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

TEST_CASE_FIXTURE(FreshBackbone, "7.1 a call that the page cancels is rejected, and nobody is told") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const auto before = items;
  const int number = backbone->update(posts, model({{"id", 1}, {"t", "x"}}));
  backbone->core.answered(number, caching::Outcome::canceled, 0);
  CHECK(call(number).failures == 0);
  CHECK(call(number).rejected);
  CHECK(items == before);
}

TEST_CASE_FIXTURE(FreshBackbone,
                  "7.1 nobody is asked about a call that is over, or of a write where the rows are") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int write = backbone->update(posts, model({{"id", 1}, {"t", "x"}}));
  backbone->core.parsed(write);
  backbone->core.settled(write, true);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"x"})");
  CHECK(backbone->core.calls_in_progress() == 1);
  backbone->fail(write);
  for (const int number : {write, 1000}) {
    backbone->core.parsed(number);
    backbone->core.settled(number, false);
    backbone->core.answered(number, caching::Outcome::success, 0);
  }
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
}
