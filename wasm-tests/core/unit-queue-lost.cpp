// Several writes of one record that are in flight at the same time, of which some are lost (contract
// 12.5, 12.11).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(FreshQueue, "12.11 a write behind a lost one waits with it, and its refusal is its own") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  const int second = backbone->patch(posts, one, {{"n", 2}});
  backbone->lose(second);
  const std::size_t requests = sent.size();
  const int third = backbone->patch(posts, one, {{"m", 3}});
  tab.give_locks();
  CHECK(sent.size() == requests);
  CHECK(outcome(second) == "1 told, 0 failed, queued, resolved");
  CHECK(outcome(third) == "1 told, 0 failed, queued, resolved");
  backbone->fail(first, 422);
  CHECK(outcome(first) == "0 told, 1 failed, rejected");
  CHECK(replay() == 1);
  CHECK(last() == R"(patch /rows/1 {"n":2})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(patch /rows/1 {"m":3})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 what is saved behind a lost write is shown at once") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  backbone->update(posts, one);
  backbone->lose(backbone->update(posts, one));
  one->set({{"t", "c"}});
  backbone->update(posts, one);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.4 a write behind a lost one fails where storage refuses it") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  backbone->lose(backbone->update(posts, one));
  page.storage.quota = page.storage.units();
  const int later = backbone->patch(posts, one, {{"m", 3}});
  CHECK(outcome(later) == "0 told, 1 failed, rejected");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  page.storage.quota = {};
  CHECK(replay() == 1);
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.10 a write that waits for a create takes the id that the server gives") {
  const int comments = decorate_queueing("c");
  const auto post = queued_create(fetched(posts, two_rows));
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int earlier = backbone->update(comments, one);
  one->set({{"t", "c"}, {"post", post->key()}});
  backbone->update(comments, one);
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  backbone->succeed(earlier, {{"id", 1}, {"t", "b"}});
  CHECK(item("1-_burry_c") == R"({"id":1,"t":"c","post":7})");
  sent.clear();
  backbone->sync.replay(comments);
  tab.give_locks();
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c","post":7})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.9 clear ends what is queued, and what is saved then is sent") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  const int lost = backbone->update(posts, one);
  backbone->lose(lost);
  CHECK(backbone->sync.clear(posts) == 1);
  const std::size_t before = sent.size();
  backbone->update(posts, one);
  CHECK(sent.size() == before + 1);
  backbone->succeed(first, {{"id", 1}, {"t", "late"}});
  CHECK(item("1-_burry_p").find("late") == std::string::npos);
}

TEST_CASE_FIXTURE(FreshQueue, "12.9 discard takes back what is queued behind a request in flight") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  one->set({{"t", "c"}});
  backbone->lose(backbone->update(posts, one));
  CHECK(backbone->sync.discard(posts, "1"));
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  backbone->fail(first, 500);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.1 what waits, was never sent and is aborted is taken back") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  backbone->lose(backbone->update(posts, one));
  one->set({{"t", "c"}});
  const int aborted = backbone->update(posts, one);
  backbone->sync.withdraw(aborted);
  CHECK(outcome(aborted) == "0 told, 1 failed, rejected");
  REQUIRE(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  CHECK(queue() == "-");
}
