// Storage events: another tab has changed the queue that this tab has read (contract 12.3, 12.4,
// 12.7, 12.11).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(FreshQueue,
                  "12.4 a queue that another tab has written over in the same instant loses nothing") {
  fetched(posts, two_rows);
  queued_update("b");
  const std::string key = "__queue__-_burry_p";
  // The other tab had not seen it yet.
  const std::string other =
      R"({"writes":[{"method":"update","id":2,"token":"x","url":"/rows/2","idAttribute":"id","attributes":{"id":2,"t":"c"},"isPlain":true,"since":0}]})";
  items[key] = other;
  backbone->sync.stored_elsewhere(key, other);
  CHECK(backbone->sync.pending(posts).find(R"("id":1)") != std::string::npos);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/2 {"id":2,"t":"c"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.11 what another tab has sent, or a page has wiped away, does not come back") {
  fetched(posts, two_rows);
  queued_update("b");
  const std::string key = "__queue__-_burry_p";
  const std::string ended = R"({"writes":[],"ended":{"token1":null}})";
  items.erase(key);
  // A call that looks before the event comes.
  CHECK(backbone->sync.pending(posts) == "[]");
  backbone->sync.stored_elsewhere(key, ended);
  backbone->sync.stored_elsewhere(key, std::nullopt);
  CHECK(queue() == "-");

  queued_update("c");
  items.clear();
  CHECK(backbone->sync.pending(posts) == "[]");
  const std::string other = R"({"writes":[]})";
  backbone->sync.stored_elsewhere(key, other);
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 what ended while a page slept does not come back") {
  fetched(posts, two_rows);
  queued_update("b");
  const std::string key = "__queue__-_burry_p";
  // Another tab has sent it, and queued something else; the events are lost.
  const std::string other =
      R"({"writes":[{"method":"update","id":2,"token":"x","url":"/rows/2","idAttribute":"id","attributes":{"id":2,"t":"c"},"isPlain":true,"since":0}]})";
  items[key] = other;
  backbone->sync.events_missed();
  CHECK(backbone->sync.pending(posts).find(R"("id":1)") == std::string::npos);
  const std::string newer = R"({"writes":[],"ended":{"x":null}})";
  items[key] = newer;
  backbone->sync.stored_elsewhere(key, newer);
  CHECK(backbone->sync.pending(posts) == "[]");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.3 what a tab shows between two changes of the tab that sends does not stay") {
  const auto one = queued_create(fetched(posts, two_rows));
  const std::string temporary = one->key(), key = "__queue__-_burry_p";
  // The other tab has put the id in its place, but not yet taken the write out of the queue.
  items.erase(temporary + "-_burry_p");
  items["7-_burry_p"] = R"({"id":7,"t":"new"})";
  items["__ids__-_burry_p"] = "[1,2,7]";
  // This tab may have written its list over that.
  SUBCASE("a list with the temporary id") { items["__ids__-_burry_p"] = R"([1,2,")" + temporary + R"("])"; }
  SUBCASE("a list without") {}
  CHECK(backbone->sync.pending(posts).find(temporary) != std::string::npos);
  REQUIRE(item(temporary + "-_burry_p") != "-");
  items.erase(key);
  backbone->sync.stored_elsewhere(key, R"({"writes":[],"ids":{")" + temporary + R"(":7},"ended":{")" +
                                           temporary.substr(5) + R"(":null}})");
  backbone->sync.stored_elsewhere(key, std::nullopt);
  CHECK(item(temporary + "-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[1,2,7]");
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"new"})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.7 a refusal is told in the other tabs too, and an id") {
  const std::string key = "__queue__-_burry_p";
  backbone->sync.stored_elsewhere(
      key,
      R"({"writes":[],"ids":{"_new_x":7},"ended":{"x":null,"y":{"method":"update","id":1,"status":422}}})");
  REQUIRE(tab.events.size() == 2);
  CHECK(tab.events[0] == "p: id _new_x 7");
  CHECK(tab.events[1] == R"(p: reject {"method":"update","id":1,"status":422})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 what another tab lays over a write that is being sent waits on") {
  fetched(posts, two_rows);
  queued_update("b");
  replay();
  const std::string key = "__queue__-_burry_p";
  const std::string other =
      R"({"writes":[{"method":"update","id":1,"token":"token1","url":"/rows/1","idAttribute":"id","attributes":{"id":1,"t":"c"},"isPlain":true,"since":0}]})";
  items[key] = other;
  backbone->sync.stored_elsewhere(key, other);
  CHECK(queue().find(R"("sending":1)") != std::string::npos);
  backbone->succeed(sent.back(), {{"id", 1}, {"t", "b"}});
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}
