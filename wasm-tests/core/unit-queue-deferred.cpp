// Deferred writes: a write is queued only when the older writes on its record have an outcome
// (contract 12.11).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(
    FreshQueue,
    "12.11 what is written while a lost write is put off waits with it, and its refusal is its own") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  const int second = backbone->patch(posts, one, {{"n", 2}});
  backbone->lose(second);
  const std::size_t requests = sent.size();
  const int third = backbone->patch(posts, one, {{"m", 3}});
  CHECK(sent.size() == requests);
  backbone->fail(first, 422);
  CHECK(outcome(first) == "0 told, 1 failed, rejected");
  CHECK(outcome(second) == "1 told, 0 failed, queued, resolved");
  CHECK(outcome(third) == "1 told, 0 failed, queued, resolved");
  CHECK(replay() == 1);
  CHECK(last() == R"(patch /rows/1 {"n":2,"m":3})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 what is saved while a lost write is put off is shown at once") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  backbone->update(posts, one);
  backbone->lose(backbone->update(posts, one));
  one->set({{"t", "c"}});
  backbone->update(posts, one);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(
    FreshQueue, "12.11 what waits for another record is not queued before what was sent earlier of its own") {
  const int comments = decorate_queueing("c");
  const auto post = queued_create(fetched(posts, two_rows));
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int earlier = backbone->update(comments, one);
  one->set({{"t", "c"}, {"post", post->key()}});
  const int later = backbone->update(comments, one);
  CHECK(item("__queue__-_burry_c") == "-");
  backbone->lose(earlier);
  CHECK(outcome(earlier) == "1 told, 0 failed, queued, resolved");
  CHECK(outcome(later) == "1 told, 0 failed, queued, resolved");
  CHECK(backbone->sync.pending(comments).find(R"("attributes":{"id":1,"t":"c","post":"_new_token1"})") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(FreshQueue, "12.4 what is put off fails where storage refuses it in the end") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  const int second = backbone->patch(posts, one, {{"n", 2}});
  backbone->lose(second);
  const int third = backbone->patch(posts, one, {{"m", 3}});
  page.storage.quota = page.storage.units();
  backbone->fail(first, 500);
  CHECK(outcome(second) == "0 told, 1 failed, rejected");
  CHECK(outcome(third) == "0 told, 1 failed, rejected");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.10 what is put off takes the id that the server has given meanwhile") {
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

TEST_CASE_FIXTURE(FreshQueue, "12.9 clear ends what is put off, and what is saved then is sent") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  backbone->update(posts, one);
  const int lost = backbone->update(posts, one);
  backbone->lose(lost);
  CHECK(backbone->sync.clear(posts) == 1);
  CHECK(outcome(lost) == "0 told, 1 failed, rejected");
  const std::size_t before = sent.size();
  backbone->update(posts, one);
  CHECK(sent.size() == before + 1);
}

TEST_CASE_FIXTURE(FreshQueue, "12.9 discard takes back what is put off") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int lost = backbone->update(posts, one);
  backbone->lose(lost);
  CHECK(backbone->sync.discard(posts, "1"));
  CHECK(outcome(lost) == "0 told, 1 failed, rejected");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  backbone->fail(first, 500);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue, "12.1 what is put off, was never sent and is aborted is taken back") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  backbone->lose(backbone->update(posts, one));
  one->set({{"t", "c"}});
  const int aborted = backbone->update(posts, one);
  backbone->sync.withdraw(aborted);
  CHECK(outcome(aborted) == "0 told, 1 failed, rejected");
  backbone->succeed(first, nullptr);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  REQUIRE(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
}
