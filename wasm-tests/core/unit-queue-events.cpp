// Storage events: another tab has changed the queue that this tab has read (contract 12.3, 12.4,
// 12.7, 12.11).
#include "fresh_queue.h"

namespace {

// The queue of this page, and what another tab does to its records.
struct Changed : FreshQueue {
  const std::string stamp = "__queue__-_burry_p";

  // Another tab writes a record of the queue, and the stamp; none: it removes the record.
  void write(const std::string& name, const std::optional<std::string>& text) {
    const std::string key = "__queue__" + name + "-_burry_p";
    if (text) items[key] = *text;
    else items.erase(key);
    items[stamp] = "other." + std::to_string(++changes_);
  }
  // This tab receives the event of that.
  void receive(const std::string& name, const std::optional<std::string>& text) {
    backbone->sync.stored_elsewhere("__queue__" + name + "-_burry_p", text);
  }
  static std::string update_of(int id, const std::string& text) {
    const std::string number = std::to_string(id);
    return R"({"delivery":"waiting","since":1,"method":"update","id":)" + number + R"(,"url":"/rows/)" +
           number + R"(","idAttribute":"id","attributes":{"id":)" + number + R"(,"t":")" + text +
           R"("},"isPlain":true})";
  }

 private:
  int changes_ = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Changed, "12.4 two tabs that queue in the same instant lose nothing") {
  fetched(posts, two_rows);
  queued_update("b");
  // The other tab has not seen the first write, and this one has not seen the second.
  const std::string other = update_of(2, "c");
  write("other1", other);
  items[stamp] = "page1.1";
  receive("other1", other);
  CHECK(backbone->sync.pending(posts).find(R"("id":1)") != std::string::npos);
  CHECK(backbone->sync.pending(posts).find(R"("id":2)") != std::string::npos);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  CHECK(item("2-_burry_p") == R"({"id":2,"t":"c"})");
  CHECK(replay() == 1);
  backbone->succeed(sent.back(), nullptr);
  REQUIRE(sent.size() == 2);
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(item(stamp) == "-");
}

TEST_CASE_FIXTURE(Changed, "12.11 what another tab has sent, or a page has wiped away, does not come back") {
  fetched(posts, two_rows);
  queued_update("b");
  items.erase("__queue__token1-_burry_p");
  items.erase(stamp);
  // A call that looks before the event comes.
  CHECK(backbone->sync.pending(posts) == "[]");
  receive("token1", std::nullopt);
  CHECK(queue() == "-");

  queued_update("c");
  items.clear();
  CHECK(backbone->sync.pending(posts) == "[]");
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Changed, "12.11 what ended while a page slept does not come back") {
  fetched(posts, two_rows);
  queued_update("b");
  // Another tab has sent it, and queued something else; the events are lost.
  write("token1", std::nullopt);
  write("other1", update_of(2, "c"));
  backbone->sync.events_missed();
  CHECK(backbone->sync.pending(posts).find(R"("id":1)") == std::string::npos);
  CHECK(backbone->sync.pending(posts).find(R"("id":2)") != std::string::npos);
}

TEST_CASE_FIXTURE(Changed, "12.3 what a tab shows between two changes of the tab that sends does not stay") {
  const auto one = queued_create(fetched(posts, two_rows));
  const std::string temporary = one->key();
  // The other tab has put the id in its place, but not yet taken the write out of the queue.
  items.erase(temporary + "-_burry_p");
  items["7-_burry_p"] = R"({"id":7,"t":"new"})";
  items["__ids__-_burry_p"] = "[1,2,7]";
  // This tab may have written its list over that.
  SUBCASE("a list with the temporary id") { items["__ids__-_burry_p"] = R"([1,2,")" + temporary + R"("])"; }
  SUBCASE("a list without") {}
  CHECK(backbone->sync.pending(posts).find(temporary) != std::string::npos);
  backbone->read(posts, std::make_shared<Collection>());
  REQUIRE(item(temporary + "-_burry_p") != "-");
  write(temporary, R"({"id":7,"at":1})");
  write("token1", std::nullopt);
  receive(temporary, R"({"id":7,"at":1})");
  receive("token1", std::nullopt);
  CHECK(item(temporary + "-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p") == "[1,2,7]");
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"new"})");
  CHECK(one->key() == "7");
}

TEST_CASE_FIXTURE(Changed, "12.7 a refusal by another tab's replay is reported in this tab too") {
  fetched(posts, two_rows);
  queued_update("b");
  const std::string ended = R"({"ended":{"method":"update","id":1,"status":422}})";
  write("token1", std::nullopt);
  receive("token1", ended);
  receive("token1", std::nullopt);
  CHECK(tab.events.back() == R"(p: reject {"method":"update","id":1,"status":422})");
  CHECK(tab.events.size() == 2);
}

TEST_CASE_FIXTURE(Changed, "12.19 what another tab reports is believed only about writes of this queue") {
  fetched(posts, two_rows);
  queued_update("b");
  const std::size_t before = tab.events.size();
  receive("other1", R"({"ended":{"method":"update","id":1,"status":422}})");
  receive("_new_other1", R"({"id":"admin","at":1})");
  CHECK(tab.events.size() == before);
}

TEST_CASE_FIXTURE(Changed, "12.11 nothing is folded into a write that another tab is sending") {
  fetched(posts, two_rows);
  const auto one = queued_update("b");
  std::string sending = item("__queue__token1-_burry_p");
  sending.replace(sending.find("waiting"), 7, "replaying");
  write("token1", sending);
  one->set({{"t", "c"}});
  backbone->update(posts, one);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
  CHECK(queue().find(R"("t":"b")") != std::string::npos);
  write("token1", std::nullopt);
  receive("token1", std::nullopt);
  REQUIRE(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
}
