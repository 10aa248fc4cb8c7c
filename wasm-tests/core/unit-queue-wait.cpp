// Queued writes with `wait: true`, whose callers wait for the server (contract 12.12).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(FreshQueue, "12.12 with wait the write is queued, and success waits for the server") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int number = backbone->update(posts, one, true);
  backbone->lose(number);
  CHECK(outcome(number) == "0 told, 0 failed");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(tab.events.back().starts_with("p: queue"));
  replay();
  backbone->lose(sent.back());
  CHECK(outcome(number) == "0 told, 0 failed");
  replay();
  backbone->succeed(sent.back(), {{"id", 1}, {"t", "b"}});
  CHECK(outcome(number) == "1 told, 0 failed, resolved");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.12 with wait a refusal is the failure of the call") {
  fetched(posts, two_rows);
  const int number = backbone->update(posts, model({{"id", 1}, {"t", "b"}}), true);
  backbone->lose(number);
  replay();
  backbone->fail(sent.back(), 422);
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.5 where nothing is left to be sent, nobody waits for it") {
  tab.has_no_network = true;
  const auto one = queued_create(fetched(posts, two_rows));
  one->set({{"t", "newer"}});
  const int update = backbone->update(posts, one, true);
  const int removal = backbone->destroy(posts, one, true);
  CHECK(outcome(update) == "1 told, 0 failed, queued, resolved");
  CHECK(outcome(removal) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
  CHECK(backbone->sync.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(
    FreshQueue, "12.5 who waits for what comes to nothing, as a timer sends it and wrapped throws, is told") {
  tab.has_no_network = true;
  const auto made = queued_create(fetched(posts, two_rows));
  tab.has_locks = false;
  int removal = 0;
  backbone->wrapped = [&](int) {
    removal = backbone->destroy(posts, made);
    return false;
  };
  backbone->sync.replay(posts);
  tab.pass(50);
  REQUIRE(removal > 0);
  CHECK(outcome(removal).find("resolved") != std::string::npos);
  tab.ring();
  CHECK(queue() == "-");
  CHECK(backbone->sync.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(
    FreshQueue,
    "12.8 a change with wait behind a queued delete leaves the row deleted, also after a reload") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  backbone->lose(backbone->destroy(posts, one));
  backbone->update(posts, one, true);
  reload();
  const auto again = fetched(posts, two_rows);
  CHECK(again->get("1") == nullptr);
  CHECK(item("1-_burry_p") == "-");
  REQUIRE(replay() == 1);
  CHECK(last() == "delete /rows/1 ");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
}
