// The queue in storage: reloads, crashes, and a storage that is full (contract 12.4).
#include <algorithm>

#include "fresh_queue.h"
#include "offline/queued_write.h"

using caching::Method;

TEST_CASE_FIXTURE(
    FreshQueue,
    "12.4 a write that was confirmed before an older one goes, if its page has ended before that") {
  fetched(posts, two_rows);
  leave("confirmed1", R"({"delivery":"confirmed","tries":1,"since":1,"method":"patch","id":1,)"
                      R"("url":"/rows/1","idAttribute":"id","attributes":{"t":"b"}})");
  reload();
  CHECK(queue() == "-");
  CHECK(item("__queue__-_burry_p") == "-");
  CHECK(replay() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.4 the queue survives a reload") {
  {
    const auto collection = fetched(posts, two_rows);
    queued_update("edited");
    queued_create(collection);
  }
  reload();
  items.erase("1-_burry_p");
  const auto collection = std::make_shared<Collection>();
  const int number = backbone->read(posts, collection);
  CHECK(call(number).cached_phases == 1);
  CHECK(collection->models.size() == 3);
  CHECK(collection->get("1")->attributes["t"] == "edited");
  backbone->lose(number);
  sent.clear();
  backbone->tab.ring();
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"edited"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(create /rows {"t":"new"})");
  backbone->succeed(sent.back(), {{"id", 3}});
  CHECK(collection->get("3"));
  CHECK(item("__ids__-_burry_p") == "[1,2,3]");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.4 a crash between any two changes leaves no temporary id without its queued create") {
  const auto run = [&](std::size_t changes, auto act) {
    items.clear();
    reload();
    const auto collection = fetched(0, two_rows);
    const auto one = collection->add({{"t", "new"}});
    const int number = backbone->create(0, one);
    act(changes, number, one);
    page.storage.changes_left = {};
    page.storage.has_ended = false;
    reload();
    CHECK(item("7-_burry_p").find("_new_") == std::string::npos);
    backbone->sync.pending(0);
    if (queue() != "-") return;
    for (const auto& [key, text] : items) {
      // (What the id has become is known for a day.)
      if (!key.starts_with("__queue___new_")) CHECK((key + text).find("_new_") == std::string::npos);
    }
  };
  for (std::size_t changes = 0; changes < 12; ++changes) {
    run(changes, [&](std::size_t left, int number, const auto&) {
      page.storage.changes_left = left;
      backbone->lose(number);
    });
    run(changes, [&](std::size_t left, int number, const auto& one) {
      backbone->lose(number);
      page.storage.changes_left = left;
      backbone->destroy(0, one);
    });
    run(changes, [&](std::size_t left, int number, const auto& one) {
      backbone->lose(number);
      page.storage.changes_left = left;
      backbone->sync.discard(0, one->key());
    });
    run(changes, [&](std::size_t left, int number, const auto&) {
      backbone->lose(number);
      backbone->sync.replay(0);
      backbone->tab.give_locks();
      page.storage.changes_left = left;
      backbone->fail(sent.back(), 422);
    });
    run(changes, [&](std::size_t left, int number, const auto&) {
      backbone->lose(number);
      backbone->sync.replay(0);
      backbone->tab.give_locks();
      page.storage.changes_left = left;
      backbone->succeed(sent.back(), {{"id", 7}});
    });
  }
}

TEST_CASE_FIXTURE(FreshQueue, "12.4 where storage refuses the queue, the write fails") {
  const auto collection = fetched(posts, two_rows);
  page.storage.quota = page.storage.units() + 20;
  const auto one = model({{"id", 1}, {"t", "c"}});
  int number = backbone->update(posts, one);
  backbone->lose(number);
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
  const auto made = collection->add({{"t", "new"}});
  number = backbone->create(posts, made);
  backbone->lose(number);
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(!made->id());
}

TEST_CASE_FIXTURE(FreshQueue, "12.4 a queue that no longer fits stays as it was, also over a crash") {
  fetched(posts, two_rows);
  queued_update("b");
  const std::string before = queue();
  page.storage.quota = page.storage.units() + 4;
  const int number = backbone->update(posts, model({{"id", 2}, {"t", "c"}}));
  page.storage.changes_left = 1;
  backbone->lose(number);
  CHECK(queue() == before);
}

TEST_CASE_FIXTURE(FreshQueue, "8.3, 12.4 what was used least recently makes room for the queue") {
  Content rows = Content::array();
  for (int i = 1; i <= 40; ++i) rows.push_back({{"id", i}, {"t", std::string(100, 'x')}});
  fetched(posts, rows);
  in_memory::Call call;
  call.decorator = posts;
  call.request.method = Method::update;
  call.model = model({{"id", 1}, {"t", std::string(100, 'y')}});
  call.policy.evict = call.policy.queue = true;
  const int number = backbone->start(std::move(call));
  page.storage.quota = page.storage.units() + 20;
  backbone->lose(number);
  CHECK(outcome(number) == "1 told, 0 failed, queued, resolved");
}

TEST_CASE("12.4 the text of a queued write is read as it was written; rubbish is none") {
  caching::QueuedWrite write;
  write.method = Method::patch;
  write.token = "token1";
  write.id = {"1", false};
  write.url = "/rows/1";
  write.id_attribute = "id";
  write.attributes = R"({"t":"b"})";
  write.record = R"({"id":1,"t":"b"})";
  write.base = {R"({"id":1,"t":"a"})", 1060};
  write.places = {{"__ids__", {"1", false}, "", 0}};
  write.since = 60000000;
  write.hidden = true;
  write.delivery = caching::Delivery::replaying;
  write.tries = 2;
  write.page = "page1";
  write.sent = 60000001;
  const std::string text = caching::spell_write(write);
  const std::optional<caching::QueuedWrite> read = caching::read_write("token1", text);
  REQUIRE(read);
  CHECK(read->delivery == caching::Delivery::replaying);
  CHECK(caching::spell_write(*read) == text);
  for (const char* rubbish : {"", "1", "[]", "{}", R"({"method":"update"})", R"({"method":"x","id":1})"}) {
    CHECK(!caching::read_write("token1", rubbish));
  }
  CHECK(!caching::read_write("Token", text));
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.9 a clear that a crash cuts short leaves no row without its queued create") {
  for (std::size_t changes = 0; changes < 10; ++changes) {
    queued_create(fetched(posts, two_rows));
    page.storage.changes_left = changes;
    backbone->clear(posts);
    page.storage.changes_left = {};
    page.storage.has_ended = false;
    const bool has_row = std::any_of(items.begin(), items.end(), [](const auto& one) {
      return one.first.starts_with("_new_") || one.second.find("_new_") != std::string::npos;
    });
    CHECK(has_row <= (queue() != "-"));
    reload();
    backbone->clear(posts);
  }
}
