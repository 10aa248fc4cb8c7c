// The queue belongs to the namespace, whatever the options of a decorator (contract 12.18).
#include "fresh_queue.h"

namespace {

// An earlier page has queued an update of row 1, and this page has a decorator without `queue`.
struct QueuedBefore : FreshQueue {
  int plain = 0;

  QueuedBefore() {
    fetched(posts, two_rows);
    queued_update("queued");
    backbone = std::make_unique<in_memory::Backbone>(page);
    listen(*backbone);
    sent.clear();
    plain = decorate("p");
  }
};

}  // namespace

TEST_CASE_FIXTURE(QueuedBefore, "12.18 a decorator without `queue` shows and sends what is queued") {
  items.erase("1-_burry_p");
  const auto collection = std::make_shared<Collection>();
  const int read = backbone->read(plain, collection);
  CHECK(collection->get("1")->attributes["t"] == "queued");
  backbone->lose(read);
  sent.clear();
  backbone->tab.ring();
  REQUIRE(sent.size() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"queued"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(QueuedBefore,
                  "12.18, 12.11 no older queued value follows a save by a decorator without `queue`") {
  const int save = backbone->update(plain, model({{"id", 1}, {"t", "newer"}}));
  backbone->tab.give_locks();
  REQUIRE(sent.size() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"queued"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"newer"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(outcome(save) == "1 told, 0 failed, resolved");
  CHECK(queue() == "-");
  backbone->tab.ring();
  CHECK(sent.size() == 2);
}

TEST_CASE_FIXTURE(QueuedBefore, "12.18 after pending() a save by a decorator without `queue` is sent") {
  backbone->sync.pending(plain);
  backbone->update(plain, model({{"id", 1}, {"t", "newer"}}));
  backbone->tab.give_locks();
  CHECK(sent.size() == 1);
}

TEST_CASE_FIXTURE(FreshQueue, "12.18 a decorator without `queue` learns what another page queues later") {
  in_memory::Backbone other(page);
  listen(other);
  caching::Policy policy;
  const int plain = other.decorate("p", policy);
  fetched(posts, two_rows);
  queued_update("queued");
  items.erase("1-_burry_p");
  const auto collection = std::make_shared<Collection>();
  other.read(plain, collection);
  CHECK(collection->get("1")->attributes["t"] == "queued");
}

TEST_CASE_FIXTURE(FreshQueue, "12.19 an entry whose method is no write is not one") {
  leave("other1", R"({"delivery":"waiting","method":"read","id":1,"url":"/rows/1"})");
  CHECK(backbone->sync.pending(posts) == "[]");
  CHECK(replay() == 0);
}
