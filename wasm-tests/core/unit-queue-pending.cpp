// Writes that are queued, reads that show them, and `pending`, `discard` and `clear` (contract
// 12.1, 12.8, 12.9).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(FreshQueue, "12.1 a write without an answer is queued, and shown") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "edited"}});
  const int number = backbone->update(posts, one);
  backbone->lose(number);
  CHECK(outcome(number) == "1 told, 0 failed, queued, resolved");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"edited"})");
  CHECK(queue().find(R"("method":"update","id":1)") != std::string::npos);
  CHECK(tab.events.back() == R"(p: queue {"id":1,"t":"edited"})");
  CHECK(call(number).forgotten);
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.1 what a server has answered, and what the page has aborted, is taken back") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "edited"}});
  int number = backbone->update(posts, one);
  backbone->fail(number, 500);
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
  number = backbone->update(posts, one);
  backbone->sync.answered(number, caching::Outcome::aborted, 0);
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.1 what is not cached waits for nothing, and what is for nothing that is not") {
  const int uncached = backbone->update(posts, model({{"id", "__ids__"}, {"t", "b"}}));
  const int other = backbone->update(posts, model({{"id", "__ids__"}, {"t", "c"}}));
  const auto made = model({{"t", "new"}});
  const int create = backbone->create(posts, made);
  backbone->lose(create);
  CHECK(outcome(create) == "1 told, 0 failed, queued, resolved");
  backbone->lose(other);
  CHECK(outcome(other) == "0 told, 1 failed, rejected");
  backbone->lose(uncached);
  CHECK(outcome(uncached) == "0 told, 1 failed, rejected");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.8 a list's revalidation keeps queued creates in it and queued deletes out") {
  const auto collection = fetched(posts, two_rows);
  queued_create(collection);
  backbone->lose(backbone->destroy(posts, model({{"id", 1}})));
  const auto fresh = fetched(posts, two_rows);
  CHECK(fresh->models.size() == 2);
  CHECK(fresh->get("_new_token1"));
  CHECK(item("__ids__-_burry_p") == R"([2,"_new_token1"])");
}

TEST_CASE_FIXTURE(FreshQueue, "9.7, 12.8 a read of a list asks storage twice for each row that is queued") {
  const auto collection = fetched(posts, two_rows);
  const auto reads_beside = [&](int creates) {
    for (int i = 0; i < creates; ++i) queued_create(collection);
    const std::size_t before = page.storage.reads;
    backbone->lose(backbone->read(posts, std::make_shared<Collection>()));
    return page.storage.reads - before;
  };
  const std::size_t some = reads_beside(10), more = reads_beside(10);
  // For the record that is queued, and as any row.
  CHECK(more - some == 2 * 10);
}

TEST_CASE_FIXTURE(FreshQueue, "12.9 pending and discard") {
  fetched(posts, two_rows);
  queued_update("b");
  CHECK(backbone->sync.pending(posts) ==
        R"([{"method":"update","id":1,"attributes":{"id":1,"t":"b"},"since":60000000}])");
  CHECK(backbone->sync.discard(posts, "1"));
  CHECK(!backbone->sync.discard(posts, "1"));
  CHECK(backbone->sync.pending(posts) == "[]");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.9 clear empties the queue and says how many writes are lost") {
  queued_update("b");
  CHECK(backbone->sync.clear(posts) == 1);
  CHECK(backbone->sync.clear(posts) == 0);
  CHECK(queue() == "-");
  CHECK(replay() == 0);
}
