// Replay: what starts it, what it sends, and how it takes answers and refusals (contract 12.2,
// 12.5 to 12.7).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(FreshQueue,
                  "12.2 when the server has confirmed it, the queue is empty and the record the answer") {
  const auto collection = fetched(posts, two_rows);
  queued_update("edited");
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"edited"})");
  backbone->succeed(sent.back(), {{"id", 1}, {"t", "edited"}, {"v", 2}});
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"edited","v":2})");
  CHECK(tab.events.back() == "p: replayed 1 sent, 0 rejected, 0 left");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.5 a create that was tried is sent again as it was, and its changes follow") {
  const auto one = queued_create(fetched(posts, two_rows));
  one->set({{"t", "newer"}});
  backbone->update(posts, one);
  one->set({{"m", 1}});
  backbone->update(posts, one);
  CHECK(item("_new_token1-_burry_p") == R"({"t":"newer","id":"_new_token1","m":1})");
  REQUIRE(replay() == 1);
  CHECK(last() == R"(create /rows {"t":"new"})");
  CHECK(call(sent.back()).resent->token == "token1");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}, {"status", "submitted"}});
  CHECK(last() == R"(update /rows/7 {"t":"newer","id":7,"status":"submitted","m":1})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(item("7-_burry_p") == R"({"t":"newer","id":7,"status":"submitted","m":1})");
  CHECK(item("__ids__-_burry_p") == "[1,2,7]");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.5 an edit follows a create whose answer has nothing but the id") {
  const auto one = queued_create(fetched(posts, two_rows));
  one->set({{"t", "newer"}});
  backbone->update(posts, one);
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}});
  REQUIRE(sent.size() == 2);
  CHECK(last() == R"(update /rows/7 {"t":"newer","id":7})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.5 a row that was saved again without a change is not sent twice") {
  const auto one = queued_create(fetched(posts, two_rows));
  backbone->update(posts, one);
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "trimmed"}});
  CHECK(sent.size() == 1);
  CHECK(queue() == "-");
  CHECK(item("7-_burry_p") == R"({"t":"trimmed","id":7})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.5 the delete of a create that was tried follows the create") {
  const auto one = queued_create(fetched(posts, two_rows));
  backbone->destroy(posts, one);
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(last() == "delete /rows/7 ");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(item("7-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.6 without an answer it waits one second, then two, then four") {
  queued_update("b");
  sent.clear();
  tab.pass(999);
  CHECK(sent.empty());
  for (const double wait : {1, 2000, 4000}) {
    tab.pass(wait - 1);
    CHECK(sent.empty());
    tab.pass(1);
    REQUIRE(sent.size() == 1);
    backbone->lose(sent.back());
    sent.clear();
  }
  for (int tries = 0; tries < 20; ++tries) {
    tab.pass(300000);
    CHECK(sent.size() == 1);
    backbone->lose(sent.back());
    sent.clear();
  }
}

TEST_CASE_FIXTURE(FreshQueue, "12.6 a request that has been answered sets replay off") {
  queued_update("b");
  sent.clear();
  fetched(posts, two_rows);
  tab.ring();
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.7 what the server refuses is taken back, and told") {
  fetched(posts, two_rows);
  queued_update("b");
  auto other = model({{"id", 2}, {"t", "c"}});
  backbone->lose(backbone->update(posts, other));
  CHECK(replay() == 1);
  backbone->fail(sent.back(), 422);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(tab.events.back() ==
        R"(p: reject {"method":"update","id":1,"attributes":{"id":1,"t":"b"},"status":422})");
  CHECK(last() == R"(update /rows/2 {"id":2,"t":"c"})");
  backbone->fail(sent.back(), 503);
  CHECK(tab.events.back() == "p: replayed 0 sent, 1 rejected, 1 left");
  CHECK(item("2-_burry_p") == R"({"id":2,"t":"c"})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.7 404 to a delete is success") {
  fetched(posts, two_rows);
  backbone->lose(backbone->destroy(posts, model({{"id", 1}})));
  CHECK(item("__ids__-_burry_p") == "[2]");
  replay();
  backbone->fail(sent.back(), 404);
  CHECK(tab.events.back() == "p: replayed 1 sent, 0 rejected, 0 left");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue, "12.7 a refused create leaves no temporary id") {
  const auto collection = fetched(posts, two_rows);
  const auto one = queued_create(collection);
  replay();
  backbone->fail(sent.back(), 422);
  CHECK(!one->id());
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("_new_token1-_burry_p") == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 a storage that swallows what it is given makes nothing go on for ever") {
  fetched(posts, two_rows);
  queued_update("b");
  REQUIRE(replay() == 1);
  page.storage.changes_left = 0;
  backbone->succeed(sent.back(), nullptr);
  CHECK(sent.size() == 1);
  page.storage.changes_left = {};
  page.storage.has_ended = false;
  REQUIRE(replay() == 1);
  page.storage.changes_left = 0;
  backbone->fail(sent.back(), 422);
  CHECK(sent.size() == 1);
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.7 a replay that is answered with 401, 407, 408, 425, 429 or 5xx stays queued") {
  fetched(posts, two_rows);
  queued_update("edited");
  for (const int status : {401, 407, 408, 425, 429, 500, 503}) {
    REQUIRE(replay() == 1);
    backbone->fail(sent.back(), status);
    CHECK(queue() != "-");
    CHECK(item("1-_burry_p") == R"({"id":1,"t":"edited"})");
  }
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
}
