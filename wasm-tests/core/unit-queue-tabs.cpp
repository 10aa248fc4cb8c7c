// Several tabs with one queue, of which one tab replays (contract 12.6, 12.11).
#include <utility>

#include "fresh_queue.h"

namespace {

// Two more tabs on the storage of the first. A tab receives the storage events of the others
// only if a test sets `keeps_events` of the storage and calls `tell`.
struct TwoTabs : FreshQueue {
  in_memory::Origin origin;
  in_memory::Backbone one{page, origin}, other{page, origin};
  const int here = decorate(one), there = decorate(other);

  // Opens one more page, whose requests are noted.
  std::unique_ptr<in_memory::Backbone> open_page(std::vector<int>& requests) {
    auto opened = std::make_unique<in_memory::Backbone>(page, origin);
    opened->wrapped = [&](int number) {
      requests.push_back(number);
      return true;
    };
    return opened;
  }
  static int decorate(in_memory::Backbone& tab) {
    caching::Policy policy;
    policy.queue = true;
    return tab.decorate("p", policy);
  }
  // Delivers to a tab the storage events since the last call.
  void tell(in_memory::Backbone& listener) {
    for (const in_memory::StorageEvent& event : std::exchange(page.storage.events, {})) {
      listener.sync.stored_elsewhere(event.key, event.now.empty() ? std::nullopt : std::optional(event.now));
    }
  }
  static void replay(in_memory::Backbone& tab, int decorator) {
    tab.sync.replay(decorator);
    tab.tab.give_locks();
  }
};

}  // namespace

TEST_CASE_FIXTURE(TwoTabs, "12.6 of two tabs one replays, and the other sees it") {
  listen(one);
  int requests = 0;
  other.wrapped = [&](int) { return ++requests > 0; };
  one.lose(one.update(here, model({{"id", 1}, {"t", "b"}})));
  CHECK(other.sync.pending(there) != "[]");
  replay(one, here);
  replay(other, there);
  CHECK(requests == 0);
  CHECK(other.tab.events.back() == "p: replayed 0 sent, 0 rejected, 1 left");
  one.succeed(sent.back(), nullptr);
  CHECK(other.sync.pending(there) == "[]");
  CHECK(other.sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.6 without locks a lease in storage lets one tab replay") {
  tab.has_locks = false;
  queued_update("b");
  sent.clear();
  backbone->sync.replay(posts);
  CHECK(sent.empty());
  tab.pass(50);
  REQUIRE(sent.size() == 1);
  CHECK(item("__queue__.lease-_burry_p") != "-");
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("__queue__.lease-_burry_p") == "-");
  CHECK(queue() == "-");

  queued_update("c");
  items["__queue__.lease-_burry_p"] =
      "[\"other\"," + std::to_string(static_cast<long long>(page.clock.now()) + 30000) + "]";
  sent.clear();
  backbone->sync.replay(posts);
  tab.pass(60);
  CHECK(sent.empty());
  // The lease has run out: it takes its own, and looks whether it is still there.
  tab.pass(40000);
  tab.pass(50);
  CHECK(sent.size() == 1);
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 a lease does not run out while a request is under way") {
  tab.has_locks = false;
  queued_update("b");
  backbone->sync.replay(posts);
  tab.pass(50);
  sent.clear();
  for (int i = 0; i < 10; ++i) tab.pass(15000);
  const std::string lease = item("__queue__.lease-_burry_p");
  const double until = in_memory::parsed(lease)[1].get<double>();
  CHECK(until > page.clock.now());
  CHECK(sent.empty());
}

TEST_CASE_FIXTURE(TwoTabs,
                  "12.6 a tab whose lease is another's does not take it back, and sends nothing more") {
  listen(one);
  one.tab.has_locks = other.tab.has_locks = false;
  one.lose(one.create(here, model({{"t", "a"}})));
  one.lose(one.create(here, model({{"t", "b"}})));
  sent.clear();
  one.sync.replay(here);
  one.tab.pass(50);
  REQUIRE(sent.size() == 1);
  other.clear(there);
  const std::string lease =
      "[\"other\"," + std::to_string(static_cast<long long>(page.clock.now()) + 60000) + "]";
  items["__queue__.lease-_burry_p"] = lease;
  one.tab.pass(30000);
  CHECK(item("__queue__.lease-_burry_p") == lease);
  const auto late = model({{"t", "c"}});
  other.lose(other.create(there, late));
  one.succeed(sent.back(), {{"id", 7}});
  CHECK(sent.size() == 1);
  CHECK(item("__queue__.lease-_burry_p") == lease);
}

TEST_CASE_FIXTURE(TwoTabs, "12.11 what is lost is not sent by another tab before an older one is answered") {
  listen(other);
  const auto edited = model({{"id", 1}, {"t", "b"}});
  const int older = one.update(here, edited);
  edited->set({{"t", "c"}});
  one.lose(one.update(here, edited));
  replay(other, there);
  CHECK(sent.empty());
  one.lose(older);
  CHECK(one.call(older).server_phases == 1);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
  replay(other, there);
  CHECK(other.call(sent.back()).resent->attributes == R"({"id":1,"t":"b"})");
  other.succeed(sent.back(), nullptr);
  CHECK(other.call(sent.back()).resent->attributes == R"({"id":1,"t":"c"})");
  other.succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(one.sync.pending(here) == "[]");
  CHECK(one.sync.records_in_doubt() == 0);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(TwoTabs, "12.11 a delete in another tab of what is being created is sent behind it") {
  listen(one);
  one.lose(one.create(here, model({{"t", "first"}})));
  const auto made = model({{"t", "b"}});
  other.lose(other.create(there, made));
  sent.clear();
  replay(one, here);
  one.succeed(sent.back(), {{"id", 6}});
  REQUIRE(sent.size() == 2);
  other.destroy(there, made);
  CHECK(queue().find(R"("method":"delete")") != std::string::npos);
  one.succeed(sent.back(), {{"id", 7}});
  CHECK(one.call(sent.back()).resent->method == "delete");
  CHECK(one.call(sent.back()).resent->url == "/rows/7");
}

TEST_CASE_FIXTURE(TwoTabs, "12.3 a tab that looks away while another one sends a create knows the id") {
  listen(one);
  const auto made = model({{"t", "a"}});
  one.lose(one.create(here, made));
  replay(one, here);
  made->set({{"t", "b"}});
  one.update(here, made);
  CHECK(other.sync.pending(there) != "[]");
  one.succeed(sent.back(), {{"id", 7}});
  CHECK(other.sync.pending(there).find(R"("method":"update","id":7)") != std::string::npos);
  one.succeed(sent.back(), nullptr);
  CHECK(other.sync.pending(there) == "[]");
  CHECK(other.sync.records_in_doubt() == 0);
  CHECK(item("7-_burry_p") == R"({"t":"b","id":7})");
}

TEST_CASE_FIXTURE(TwoTabs,
                  "12.3 a collection that holds what another tab has discarded writes nothing of it") {
  fetched(posts, two_rows);
  const auto collection = std::make_shared<Collection>();
  collection->url = "/rows";
  const auto made = collection->add({{"t", "a"}});
  one.lose(one.create(here, made));
  CHECK(other.sync.pending(there) != "[]");
  other.sync.discard(there, made->key());
  items.erase("__ids__-_burry_p");
  page.storage.keeps_events = true;
  page.storage.events.clear();
  one.succeed(one.create(here, collection->add({{"t", "b"}})), {{"id", 7}});
  CHECK(item("__ids__-_burry_p") == "[7]");
  for (const in_memory::StorageEvent& event : page.storage.events) {
    if (event.key.starts_with("__queue__")) continue;
    CHECK(event.key.find("_new_") == std::string::npos);
    CHECK(event.now.find("_new_") == std::string::npos);
  }
}

TEST_CASE_FIXTURE(TwoTabs, "12.10 what is put off takes the id that another tab has been given") {
  const auto made = model({{"t", "new"}});
  other.lose(other.create(there, made));
  const auto edited = model({{"id", 1}, {"t", "b"}});
  const int earlier = one.update(here, edited);
  edited->set({{"post", made->key()}});
  one.update(here, edited);
  page.storage.keeps_events = true;
  replay(other, there);
  other.succeed(other.last_number(), {{"id", 7}});
  tell(one);
  one.succeed(earlier, nullptr);
  CHECK(one.sync.pending(here).find(R"("post":7)") != std::string::npos);
}

TEST_CASE_FIXTURE(TwoTabs, "12.11 a delete of another tab is sent behind the changes that were lost later") {
  fetched(posts, two_rows);
  const auto edited = model({{"id", 1}, {"t", "b"}});
  const int update = one.update(here, edited);
  const int waiting = one.update(here, edited, true);
  other.lose(other.destroy(there, model({{"id", 1}, {"t", "a"}})));
  one.lose(waiting);
  one.lose(update);
  CHECK(one.call(update).server_phases == 1);
  CHECK(item("1-_burry_p") == "-");
  listen(other);
  replay(other, there);
  other.succeed(sent.back(), nullptr);
  other.succeed(sent.back(), nullptr);
  CHECK(other.call(sent.back()).resent->method == "delete");
  other.succeed(sent.back(), nullptr);
  CHECK(one.sync.pending(here) == "[]");
  CHECK(item("1-_burry_p") == "-");
  CHECK(one.sync.records_in_doubt() == 0);
  one.sync.events_missed();
  CHECK(one.sync.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(TwoTabs, "12.12 with wait a write that another tab has sent ends") {
  listen(one);
  page.storage.keeps_events = true;
  // The event `storage` of the other tab.
  const auto tell_other = [&] {
    for (const in_memory::StorageEvent& event : std::exchange(page.storage.events, {})) {
      other.sync.stored_elsewhere(event.key, event.now.empty() ? std::nullopt : std::optional(event.now));
    }
  };
  const int number = other.update(there, model({{"id", 1}, {"t", "b"}}), true);
  other.lose(number);
  replay(one, here);
  page.storage.events.clear();
  one.succeed(sent.back(), nullptr);
  tell_other();
  CHECK(other.call(number).server_phases == 1);
  CHECK(other.sync.calls_in_progress() == 0);
  // The same of one that waits for the other tab's lock.
  const int waiting = other.update(there, model({{"id", 1}, {"t", "c"}}), true);
  other.lose(waiting);
  other.sync.replay(there);
  replay(one, here);
  page.storage.events.clear();
  one.succeed(sent.back(), nullptr);
  other.tab.give_locks();
  tell_other();
  CHECK(other.call(waiting).server_phases == 1);
  // And of one that the server refuses.
  const int refused = other.update(there, model({{"id", 1}, {"t", "d"}}), true);
  other.lose(refused);
  replay(one, here);
  page.storage.events.clear();
  one.fail(sent.back(), 422);
  tell_other();
  CHECK(other.call(refused).failures == 1);
  CHECK(other.sync.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(TwoTabs, "12.9 who waits for what another tab discards hears a failure") {
  page.storage.keeps_events = true;
  const int number = other.update(there, model({{"id", 1}, {"t", "b"}}), true);
  other.lose(number);
  one.sync.pending(here);
  page.storage.events.clear();
  CHECK(one.sync.discard(here, "1"));
  tell(other);
  CHECK(other.call(number).failures == 1);
  CHECK(other.call(number).server_phases == 0);
  for (const std::string& event : other.tab.events) CHECK(event.find("reject") == std::string::npos);
  CHECK(other.sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(TwoTabs, "12.9 a clear leaves no stamp of a queue, whatever other tabs receive of it") {
  one.lose(one.update(here, model({{"id", 1}, {"t", "b"}})));
  one.lose(one.update(here, model({{"id", 2}, {"t", "b"}})));
  CHECK(other.sync.pending(there) != "[]");
  page.storage.keeps_events = true;
  one.clear(here);
  tell(other);
  CHECK(item("__queue__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(TwoTabs, "12.4 a write is queued also if the event is late that another tab's has ended") {
  listen(one);
  page.storage.keeps_events = true;
  const int theirs = other.update(there, model({{"id", 1}, {"t", "b"}}));
  tell(one);
  other.succeed(theirs, nullptr);
  one.update(here, model({{"id", 2}, {"t", "b"}}));
  CHECK(queue().find(R"("id":2)") != std::string::npos);
  CHECK(item("__queue__-_burry_p") != "-");
}

TEST_CASE_FIXTURE(TwoTabs,
                  "12.3 a create whose page ends between the answer and its end is not sent by another tab") {
  std::vector<int> requests;
  auto ending = open_page(requests);
  const int theirs = decorate(*ending);
  ending->lose(ending->create(theirs, model({{"t", "a"}})));
  CHECK(one.sync.pending(here) != "[]");
  replay(*ending, theirs);
  page.storage.keeps_events = true;
  page.storage.changes_left = 1;
  ending->succeed(requests.back(), {{"id", 7}});
  page.storage.changes_left = {};
  page.storage.has_ended = false;
  ending.reset();
  tell(one);
  listen(one);
  replay(one, here);
  CHECK(sent.empty());
  CHECK(queue() == "-");
  CHECK(one.sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(TwoTabs,
                  "12.11 a tab that learns an id does not write over what another tab is sending with it") {
  caching::Policy policy;
  policy.queue = true;
  const int comments = one.decorate("c", policy);
  const int other_comments = other.decorate("c", policy);
  const auto post = model({{"t", "new"}});
  one.lose(one.create(here, post));
  one.lose(one.create(comments, model({{"post", post->key()}})));
  CHECK(other.sync.pending(other_comments).find("_new_") != std::string::npos);
  page.storage.keeps_events = true;
  listen(one);
  replay(one, here);
  one.succeed(sent.back(), {{"id", 7}});
  replay(one, comments);
  REQUIRE(queue("c").find("replaying") != std::string::npos);
  tell(other);
  CHECK(queue("c").find("replaying") != std::string::npos);
}

TEST_CASE_FIXTURE(TwoTabs, "12.3 a tab learns ids from another one also after somebody has emptied storage") {
  items.clear();
  one.sync.events_missed();
  other.sync.events_missed();
  page.storage.keeps_events = true;
  const auto made = model({{"t", "a"}});
  one.lose(one.create(here, made));
  CHECK(other.sync.pending(there) != "[]");
  page.storage.events.clear();
  listen(other);
  replay(other, there);
  other.succeed(sent.back(), {{"id", 7}});
  tell(one);
  CHECK(made->key() == "7");
}

TEST_CASE_FIXTURE(TwoTabs, "12.18 a save by a temporary id that has become known goes to the server's id") {
  const auto made = model({{"t", "a"}});
  one.lose(one.create(here, made));
  CHECK(other.sync.pending(there) != "[]");
  listen(other);
  replay(other, there);
  other.succeed(sent.back(), {{"id", 7}});
  // The event of the other tab is late.
  listen(one);
  sent.clear();
  made->set({{"t", "b"}});
  one.update(here, made);
  one.tab.give_locks();
  REQUIRE(sent.size() == 1);
  REQUIRE(one.call(sent.back()).resent);
  CHECK(one.call(sent.back()).resent->url == "/rows/7");
  CHECK(in_memory::parsed(one.call(sent.back()).resent->attributes)["id"] == 7);
  CHECK(in_memory::parsed(item("7-_burry_p")) == Content({{"t", "b"}, {"id", 7}}));
  one.succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(one.sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(TwoTabs, "12.12 with wait a patch is shown in every tab when the server has confirmed it") {
  fetched(posts, two_rows);
  const auto edited = model({{"id", 1}, {"t", "b"}});
  one.update(here, edited);
  one.succeed(one.patch(here, edited, {{"n", 2}}, true), nullptr);
  other.sync.pending(there);
  CHECK(in_memory::parsed(item("1-_burry_p")) == Content({{"id", 1}, {"t", "b"}, {"n", 2}}));
}

TEST_CASE_FIXTURE(TwoTabs,
                  "12.3 a create that another page has answered leaves the row of a save behind it alone") {
  std::vector<int> requests;
  auto ending = open_page(requests);
  const int theirs = decorate(*ending);
  const auto made = model({{"t", "a"}});
  one.lose(one.create(here, made));
  replay(*ending, theirs);
  made->set({{"t", "b"}});
  one.update(here, made);
  // The page ends when it has stored the id and the save behind the create, and told that by its stamp.
  page.storage.changes_left = 3;
  ending->succeed(requests.back(), {{"id", 7}, {"t", "a"}});
  page.storage.changes_left = {};
  page.storage.has_ended = false;
  one.sync.pending(here);
  ending.reset();
  listen(one);
  sent.clear();
  replay(one, here);
  REQUIRE(sent.size() == 1);
  CHECK(one.call(sent.back()).resent->url == "/rows/7");
  one.succeed(sent.back(), nullptr);
  CHECK(in_memory::parsed(item("7-_burry_p")) == Content({{"t", "b"}, {"id", 7}}));
  CHECK(queue() == "-");
  CHECK(one.sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(TwoTabs, "12.9, 13.4 what begins before a tab learns of a clear leaves no entry behind") {
  fetched(posts, two_rows);
  page.storage.keeps_events = true;
  one.clear(here);
  const int number = other.update(there, model({{"id", 1}, {"t", "b"}}));
  REQUIRE(queue() != "-");
  tell(other);
  SUBCASE("it is confirmed") { other.succeed(number, nullptr); }
  SUBCASE("it is lost") {
    other.lose(number);
    CHECK(other.call(number).failures == 1);
    CHECK(item("1-_burry_p") == "-");
  }
  CHECK(queue() == "-");
  CHECK(other.sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(TwoTabs, "12.11 a write that its page has ended just before it ended itself stays so") {
  auto ending = std::make_unique<in_memory::Backbone>(page, origin);
  const int theirs = decorate(*ending);
  one.lose(one.update(here, model({{"id", 2}, {"t", "c"}})));
  const int number = ending->destroy(theirs, model({{"id", 1}, {"t", "a"}}));
  CHECK(one.sync.pending(here) != "[]");
  // The entry is removed, and its stamp is not written.
  page.storage.changes_left = 1;
  ending->succeed(number, nullptr);
  page.storage.changes_left = {};
  page.storage.has_ended = false;
  ending.reset();
  REQUIRE(queue().find(R"("id":1,)") == std::string::npos);
  listen(one);
  replay(one, here);
  CHECK(queue().find(R"("id":1,)") == std::string::npos);
  REQUIRE(sent.size() == 1);
  CHECK(one.call(sent.back()).resent->url == "/rows/2");
}
