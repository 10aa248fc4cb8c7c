// The offline queue (BEHAVIOUR 12).
#include "fresh_backbone.h"
#include "sync/queue.h"

using caching::Method;

namespace {

const FreshBackbone::Content two_rows = {{{"id", 1}, {"t", "a"}}, {{"id", 2}, {"t", "b"}}};

struct Fixture : FreshBackbone {
  const int posts = decorate_queueing("p");
  in_memory::Tab& tab = backbone->tab;
  std::vector<int> sent;  // numbers of the calls that have reached wrapped

  Fixture() { listen(*backbone); }
  void listen(in_memory::Backbone& other) {
    other.wrapped = [this](int number) {
      sent.push_back(number);
      return true;
    };
  }
  int decorate_queueing(const std::string& ns) {
    caching::Policy policy;
    policy.queue = true;
    return backbone->decorate(ns, policy);
  }
  std::string queue() const { return item("__queue__-_burry_p"); }
  // The last request, in a line.
  std::string last() {
    const in_memory::Call& one = call(sent.back());
    if (!one.resent) return "of the page";
    return one.resent->method + " " + one.resent->url + " " + one.resent->attributes;
  }
  int replay() {
    sent.clear();
    backbone->sync.replay(posts);
    backbone->tab.give_locks();
    return static_cast<int>(sent.size());
  }
  std::string outcome(int number) {
    const in_memory::Call& one = call(number);
    return std::to_string(one.server_phases) + " told, " + std::to_string(one.failures) + " failed" +
           (one.queued ? ", queued" : "") + (one.resolved ? ", resolved" : "") +
           (one.rejected ? ", rejected" : "");
  }
  std::shared_ptr<Model> queued_update(const std::string& text) {
    auto one = model({{"id", 1}, {"t", text}});
    backbone->lose(backbone->update(posts, one));
    return one;
  }
  std::shared_ptr<Model> queued_create(const std::shared_ptr<Collection>& collection) {
    auto one = collection->add({{"t", "new"}});
    backbone->lose(backbone->create(posts, one));
    return one;
  }
  // The page is loaded anew.
  void reload() {
    backbone = std::make_unique<in_memory::Backbone>(page);
    listen(*backbone);
    sent.clear();
    decorate_queueing("p");
  }
};

// Two more tabs of the same storage, that hear each other's changes when a test says so.
struct TwoTabs : Fixture {
  in_memory::Origin origin;
  in_memory::Backbone one{page, origin}, other{page, origin};
  const int here = decorate(one), there = decorate(other);

  static int decorate(in_memory::Backbone& tab) {
    caching::Policy policy;
    policy.queue = true;
    return tab.decorate("p", policy);
  }
  // The event `storage` in a tab, of what has changed since the last.
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

TEST_CASE_FIXTURE(Fixture, "12.1 a write without an answer is queued, and shown") {
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

TEST_CASE_FIXTURE(Fixture, "12.1 what a server has answered, and what the page has aborted, is taken back") {
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

TEST_CASE_FIXTURE(Fixture,
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

TEST_CASE_FIXTURE(Fixture, "12.3 a queued create has a temporary id until the server gives one") {
  const auto collection = fetched(posts, two_rows);
  const auto one = queued_create(collection);
  REQUIRE(one->key() == "_new_token1");
  CHECK(item("__ids__-_burry_p") == R"([1,2,"_new_token1"])");
  CHECK(item("_new_token1-_burry_p") == R"({"t":"new","id":"_new_token1"})");
  CHECK(replay() == 1);
  CHECK(last() == R"(create /rows {"t":"new"})");
  CHECK(call(sent.back()).resent->token == "token1");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(one->key() == "7");
  CHECK(item("__ids__-_burry_p") == "[1,2,7]");
  CHECK(item("7-_burry_p") == R"({"t":"new","id":7})");
  CHECK(item("_new_token1-_burry_p") == "-");
  CHECK(queue() == "-");
  CHECK(tab.events[tab.events.size() - 2] == "p: id _new_token1 7");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.3 the first try of a create has the same key as every other") {
  const auto one = model({{"t", "new"}});
  const int number = backbone->create(posts, one);
  CHECK(call(number).token == "token1");
  backbone->lose(number);
  REQUIRE(replay() == 1);
  CHECK(call(sent.back()).resent->token == "token1");
  backbone->lose(sent.back());
  REQUIRE(replay() == 1);
  CHECK(call(sent.back()).resent->token == "token1");
}

TEST_CASE_FIXTURE(Fixture, "12.3 a save of what was created changes what is queued") {
  const auto one = queued_create(fetched(posts, two_rows));
  const std::size_t before = sent.size();
  one->set({{"t", "newer"}});
  const int number = backbone->update(posts, one);
  CHECK(outcome(number) == "1 told, 0 failed, queued, resolved");
  CHECK(sent.size() == before);
  CHECK(item("_new_token1-_burry_p") == R"({"t":"newer","id":"_new_token1"})");
  CHECK(replay() == 1);
  CHECK(last() == R"(create /rows {"t":"newer"})");
}

TEST_CASE_FIXTURE(Fixture, "12.3 a new row that its collection has dropped meanwhile is queued alone") {
  const auto collection = std::make_shared<Collection>();
  const auto one = collection->add({{"t", "new"}});
  const int number = backbone->create(posts, one);
  one->collection = nullptr;
  backbone->lose(number);
  CHECK(outcome(number) == "1 told, 0 failed, queued, resolved");
  CHECK(item("_new_token1-_burry_p") == R"({"t":"new","id":"_new_token1"})");
  CHECK(item("__ids__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(Fixture, "12.3 a list may tell the row of a queued create before its answer comes") {
  const auto collection = fetched(posts, two_rows);
  queued_create(collection);
  replay();
  const int create = sent.back();
  Content three_rows = two_rows;
  three_rows.push_back({{"id", 7}, {"t", "new"}});
  fetched(posts, three_rows);
  backbone->succeed(create, {{"id", 7}, {"t", "new"}});
  CHECK(item("__ids__-_burry_p") == "[1,2,7]");
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.4 the queue survives a reload") {
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

TEST_CASE_FIXTURE(Fixture,
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
    for (const auto& [key, text] : items) CHECK((key + text).find("_new_") == std::string::npos);
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

TEST_CASE_FIXTURE(Fixture, "12.4 where storage refuses the queue, the write fails") {
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

TEST_CASE_FIXTURE(Fixture, "12.5 of several writes on a record one request is made") {
  const auto one = queued_update("b");
  one->set({{"t", "c"}});
  backbone->lose(backbone->update(posts, one));
  tab.give_locks();
  backbone->lose(sent.back());
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(Fixture,
                  "12.5 a patch that is laid over a create keeps what another one has added with wait") {
  const auto one = queued_create(fetched(posts, two_rows));
  backbone->patch(posts, one, {{"m", 7}}, true);
  backbone->patch(posts, one, {{"t", "newer"}});
  CHECK(replay() == 1);
  CHECK(last() == R"(create /rows {"m":7,"t":"newer"})");
}

TEST_CASE_FIXTURE(Fixture, "12.5 a patch that is laid over an update keeps what that has written with wait") {
  fetched(posts, two_rows);
  backbone->lose(backbone->update(posts, model({{"id", 1}, {"t", "a"}, {"m", 7}}), true));
  backbone->patch(posts, model({{"id", 1}, {"t", "newer"}}), {{"t", "newer"}});
  tab.give_locks();
  CHECK(last() == R"(update /rows/1 {"id":1,"m":7,"t":"newer"})");
}

TEST_CASE_FIXTURE(Fixture, "12.4 a queue that no longer fits stays as it was, also over a crash") {
  fetched(posts, two_rows);
  queued_update("b");
  const std::string before = queue();
  page.storage.quota = page.storage.units() + 4;
  const int number = backbone->update(posts, model({{"id", 2}, {"t", "c"}}));
  page.storage.changes_left = 1;
  backbone->lose(number);
  CHECK(queue() == before);
}

TEST_CASE_FIXTURE(Fixture, "12.5 create and delete are none") {
  const auto collection = fetched(posts, two_rows);
  const auto one = queued_create(collection);
  const int number = backbone->destroy(posts, one);
  CHECK(outcome(number) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("_new_token1-_burry_p") == "-");
  CHECK(replay() == 0);
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.5 where nothing is left to be sent, nobody waits for it") {
  const auto one = queued_create(fetched(posts, two_rows));
  one->set({{"t", "newer"}});
  const int update = backbone->update(posts, one, true);
  const int removal = backbone->destroy(posts, one, true);
  CHECK(outcome(update) == "1 told, 0 failed, queued, resolved");
  CHECK(outcome(removal) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
  CHECK(backbone->sync.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.6 without an answer it waits one second, then two, then four") {
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

TEST_CASE_FIXTURE(Fixture, "12.6 a request that has been answered sets replay off") {
  queued_update("b");
  sent.clear();
  fetched(posts, two_rows);
  tab.ring();
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
}

TEST_CASE_FIXTURE(Fixture, "12.7 what the server refuses is taken back, and told") {
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

TEST_CASE_FIXTURE(Fixture, "12.7 404 to a delete is success") {
  fetched(posts, two_rows);
  backbone->lose(backbone->destroy(posts, model({{"id", 1}})));
  CHECK(item("__ids__-_burry_p") == "[2]");
  replay();
  backbone->fail(sent.back(), 404);
  CHECK(tab.events.back() == "p: replayed 1 sent, 0 rejected, 0 left");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(Fixture, "12.7 a refused create leaves no temporary id") {
  const auto collection = fetched(posts, two_rows);
  const auto one = queued_create(collection);
  replay();
  backbone->fail(sent.back(), 422);
  CHECK(!one->id());
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("_new_token1-_burry_p") == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.8 a list's revalidation keeps queued creates in it and queued deletes out") {
  const auto collection = fetched(posts, two_rows);
  queued_create(collection);
  backbone->lose(backbone->destroy(posts, model({{"id", 1}})));
  const auto fresh = fetched(posts, two_rows);
  CHECK(fresh->models.size() == 2);
  CHECK(fresh->get("_new_token1"));
  CHECK(item("__ids__-_burry_p") == R"([2,"_new_token1"])");
}

TEST_CASE_FIXTURE(Fixture, "12.9 pending and discard") {
  fetched(posts, two_rows);
  queued_update("b");
  CHECK(backbone->sync.pending(posts) ==
        R"([{"method":"update","id":1,"attributes":{"id":1,"t":"b"},"since":60000000}])");
  CHECK(backbone->sync.discard(posts, "1"));
  CHECK(!backbone->sync.discard(posts, "1"));
  CHECK(backbone->sync.pending(posts) == "[]");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
}

TEST_CASE_FIXTURE(Fixture, "12.9 clear empties the queue and says how many writes are lost") {
  queued_update("b");
  CHECK(backbone->sync.clear(posts) == 1);
  CHECK(backbone->sync.clear(posts) == 0);
  CHECK(queue() == "-");
  CHECK(replay() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "12.10 a write that mentions a temporary id waits for the create, in any namespace") {
  const int comments = decorate_queueing("c");
  const auto post = queued_create(fetched(posts, two_rows));
  const auto comment = model({{"post", post->key()}, {"deep", {{"post", post->key()}}}});
  const std::size_t before = sent.size();
  const int number = backbone->create(comments, comment);
  CHECK(outcome(number) == "1 told, 0 failed, queued, resolved");
  CHECK(sent.size() == before);
  backbone->sync.replay(comments);
  tab.give_locks();
  CHECK(sent.size() == before);
  CHECK(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}});
  CHECK(comment->attributes["post"] == 7);
  tab.ring();
  CHECK(last() == R"(create /rows {"post":7,"deep":{"post":7}})");
}

TEST_CASE_FIXTURE(Fixture, "12.10 if the create is refused, what waits for it is rejected with it") {
  const auto post = queued_create(fetched(posts, two_rows));
  const auto comment = model({{"post", post->key()}});
  backbone->create(posts, comment);
  CHECK(replay() == 1);
  backbone->fail(sent.back(), 403);
  CHECK(tab.events.back() == "p: replayed 0 sent, 2 rejected, 0 left");
  CHECK(queue() == "-");
  CHECK(!comment->id());
}

TEST_CASE_FIXTURE(Fixture,
                  "12.10 what waits for a refused create is rejected in other namespaces too, by itself") {
  const int comments = decorate_queueing("c");
  const auto post = queued_create(fetched(posts, two_rows));
  backbone->create(comments, model({{"post", post->key()}}));
  REQUIRE(replay() == 1);
  backbone->fail(sent.back(), 403);
  tab.ring();
  CHECK(item("__queue__-_burry_c") == "-");
  CHECK(tab.events[tab.events.size() - 2].starts_with("c: reject"));
}

TEST_CASE_FIXTURE(Fixture, "12.4 a page that ends behind its last write leaves nothing for ever") {
  items["__queue__-_burry_p"] = R"({"writes":[],"ids":{"_new_x":7}})";
  reload();
  backbone->tab.ring();
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(Fixture, "12.11 what is queued meanwhile is sent behind what is under way") {
  fetched(posts, two_rows);
  const auto one = queued_update("b");
  replay();
  const int first = sent.back();
  one->set({{"t", "c"}});
  const int number = backbone->update(posts, one);
  CHECK(sent.size() == 1);
  backbone->succeed(first, {{"id", 1}, {"t", "b"}});
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
  backbone->succeed(sent.back(), {{"id", 1}, {"t", "c"}});
  CHECK(outcome(number) == "1 told, 0 failed, resolved");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(Fixture, "12.11 a save that is sent over a queued one leaves nothing in the queue") {
  fetched(posts, two_rows);
  const auto one = queued_update("b");
  sent.clear();
  one->set({{"t", "c"}});
  const int number = backbone->update(posts, one);
  tab.give_locks();
  REQUIRE(sent.size() == 1);
  backbone->succeed(sent.back(), {{"id", 1}, {"t", "c"}, {"v", 3}});
  CHECK(outcome(number) == "1 told, 0 failed, resolved");
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c","v":3})");
}

TEST_CASE_FIXTURE(Fixture, "12.11 of two writes under way the older one is not sent over the newer") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int newer = backbone->update(posts, one);
  backbone->lose(newer);
  backbone->lose(older);
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(Fixture, "12.11 a newer write that succeeds has the older one in it, which is not queued") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int newer = backbone->update(posts, one);
  backbone->lose(older);
  CHECK(queue() == "-");
  CHECK(outcome(older) == "0 told, 0 failed");
  backbone->succeed(newer, {{"id", 1}, {"t", "c"}});
  CHECK(outcome(older) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(Fixture,
                  "12.11 an older write that is lost when a newer one has been confirmed is part of that") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int newer = backbone->update(posts, one);
  backbone->succeed(newer, {{"id", 1}, {"t", "c"}});
  backbone->lose(older);
  CHECK(outcome(older) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(Fixture, "12.11 an older write that is lost does not undo a newer patch") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}, {"n", 1}});
  const int older = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int newer = backbone->patch(posts, one, {{"t", "c"}});
  backbone->succeed(newer, nullptr);
  backbone->lose(older);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c","n":1})");
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"n":1,"t":"c"})");
}

TEST_CASE_FIXTURE(Fixture, "12.11 a patch and then an update that succeed have an older write in them") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->patch(posts, one, {{"t", "b"}, {"n", 1}});
  one->set({{"t", "c"}});
  const int patch = backbone->patch(posts, one, {{"t", "c"}});
  one->set({{"t", "d"}});
  const int update = backbone->update(posts, one);
  backbone->lose(older);
  backbone->succeed(patch, nullptr);
  CHECK(outcome(older) == "0 told, 0 failed");
  backbone->succeed(update, nullptr);
  CHECK(outcome(older) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"d"})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.11 two older patches that are lost are one write behind a newer one") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->patch(posts, one, {{"t", "b"}, {"n", 1}});
  const int second = backbone->patch(posts, one, {{"t", "b"}, {"m", 2}});
  one->set({{"t", "c"}});
  backbone->succeed(backbone->patch(posts, one, {{"t", "c"}}), nullptr);
  backbone->lose(first);
  backbone->lose(second);
  CHECK(replay() == 1);
  CHECK(last() == R"(patch /rows/1 {"n":1,"m":2,"t":"c"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.11 of three writes the middle one, confirmed last, has the oldest in it") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int oldest = backbone->patch(posts, one, {{"m", 3}});
  const int middle = backbone->update(posts, one);
  const int newest = backbone->patch(posts, one, {{"t", "c"}});
  backbone->lose(oldest);
  backbone->succeed(newest, nullptr);
  backbone->succeed(middle, nullptr);
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.10 who waits for the server's word on what is orphaned hears a failure") {
  items["__queue__-_burry_p"] = "";
  const auto one = model({{"id", 1}, {"post", "_new_gone"}});
  const int number = backbone->update(posts, one, true);
  replay();
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
}

TEST_CASE_FIXTURE(
    TwoTabs, "12.11 what is lost is not queued, nor sent by another tab, before an older one is answered") {
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
  CHECK(other.call(sent.back()).resent->attributes == R"({"id":1,"t":"c"})");
  other.succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(one.sync.pending(here) == "[]");
  CHECK(one.sync.records_in_doubt() == 0);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(
    Fixture,
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

TEST_CASE_FIXTURE(Fixture, "12.1 what is not cached waits for nothing, and what is for nothing that is not") {
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

TEST_CASE_FIXTURE(Fixture, "12.11 what is saved while a lost write is put off is shown at once") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  backbone->update(posts, one);
  backbone->lose(backbone->update(posts, one));
  one->set({{"t", "c"}});
  backbone->update(posts, one);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(Fixture, "12.4 what is put off fails where storage refuses it in the end") {
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

TEST_CASE_FIXTURE(Fixture, "12.12 with wait the write is queued, and success waits for the server") {
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

TEST_CASE_FIXTURE(
    Fixture, "12.11 what waits for another record is not queued before what was sent earlier of its own") {
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

TEST_CASE_FIXTURE(Fixture, "12.12 with wait a refusal is the failure of the call") {
  fetched(posts, two_rows);
  const int number = backbone->update(posts, model({{"id", 1}, {"t", "b"}}), true);
  backbone->lose(number);
  replay();
  backbone->fail(sent.back(), 422);
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"a"})");
}

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

TEST_CASE_FIXTURE(Fixture,
                  "12.3 a refused delete puts the server's id back into the lists, not the temporary one") {
  const auto collection = fetched(posts, two_rows);
  const auto one = queued_create(collection);
  replay();
  const int create = sent.back();
  backbone->destroy(posts, one);
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  backbone->succeed(create, {{"id", 7}});
  CHECK(last() == "delete /rows/7 ");
  backbone->fail(sent.back(), 403);
  CHECK(item("__ids__-_burry_p") == "[1,2,7]");
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

TEST_CASE_FIXTURE(Fixture, "12.6 without locks a lease in storage lets one tab replay") {
  tab.has_locks = false;
  queued_update("b");
  sent.clear();
  backbone->sync.replay(posts);
  CHECK(sent.empty());
  tab.pass(50);
  REQUIRE(sent.size() == 1);
  CHECK(item("__queue__lease-_burry_p") != "-");
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("__queue__lease-_burry_p") == "-");
  CHECK(queue() == "-");

  queued_update("c");
  items["__queue__lease-_burry_p"] =
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

TEST_CASE_FIXTURE(
    Fixture,
    "12.2 a create that was changed after a lost try, and is answered as it was tried, is followed by its changes") {
  const auto one = queued_create(fetched(posts, two_rows));
  one->set({{"t", "newer"}});
  backbone->update(posts, one);
  REQUIRE(replay() == 1);
  CHECK(last() == R"(create /rows {"t":"newer"})");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(last() == R"(update /rows/7 {"t":"newer","id":7})");
  CHECK(item("7-_burry_p") == R"({"t":"newer","id":7})");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "newer"}});
  CHECK(queue() == "-");
  CHECK(item("7-_burry_p") == R"({"t":"newer","id":7})");
  CHECK(item("__ids__-_burry_p") == "[1,2,7]");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture,
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

TEST_CASE_FIXTURE(Fixture, "12.11 what another tab has sent, or a page has wiped away, does not come back") {
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

TEST_CASE_FIXTURE(Fixture, "12.11 what ended while a page slept does not come back") {
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

TEST_CASE_FIXTURE(Fixture, "12.3 what a tab shows between two changes of the tab that sends does not stay") {
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

TEST_CASE_FIXTURE(Fixture, "12.5 a patch by a model that is not up to date changes what waits, and no more") {
  fetched(posts, two_rows);
  backbone->lose(backbone->update(posts, model({{"id", 1}, {"t", "b"}, {"m", 7}})));
  backbone->patch(posts, model({{"id", 1}, {"t", "newer"}, {"m", 6}}), {{"t", "newer"}});
  tab.give_locks();
  CHECK(last() == R"(update /rows/1 {"id":1,"m":7,"t":"newer"})");
}

TEST_CASE_FIXTURE(Fixture, "12.11 a storage that swallows what it is given makes nothing go on for ever") {
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

TEST_CASE_FIXTURE(Fixture, "12.7 a refusal is told in the other tabs too, and an id") {
  const std::string key = "__queue__-_burry_p";
  backbone->sync.stored_elsewhere(
      key,
      R"({"writes":[],"ids":{"_new_x":7},"ended":{"x":null,"y":{"method":"update","id":1,"status":422}}})");
  REQUIRE(tab.events.size() == 2);
  CHECK(tab.events[0] == "p: id _new_x 7");
  CHECK(tab.events[1] == R"(p: reject {"method":"update","id":1,"status":422})");
}

TEST_CASE_FIXTURE(Fixture, "12.11 what another tab lays over a write that is being sent waits on") {
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

TEST_CASE_FIXTURE(Fixture, "12.11 a lease does not run out while a request is under way") {
  tab.has_locks = false;
  queued_update("b");
  backbone->sync.replay(posts);
  tab.pass(50);
  sent.clear();
  for (int i = 0; i < 10; ++i) tab.pass(15000);
  const std::string lease = item("__queue__lease-_burry_p");
  const double until = in_memory::parsed(lease)[1].get<double>();
  CHECK(until > page.clock.now());
  CHECK(sent.empty());
}

TEST_CASE_FIXTURE(
    Fixture, "12.3 what is written under the id that a list has told outlives the answer to the create") {
  const auto made = queued_create(fetched(posts, two_rows));
  fetched(posts, {{{"id", 1}}, {{"id", 7}, {"t", "new"}}});
  backbone->lose(backbone->destroy(posts, model({{"id", 7}, {"t", "new"}})));
  CHECK(item("7-_burry_p") == "-");
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(item("7-_burry_p") == "-");
  CHECK(item("__ids__-_burry_p").find('7') == std::string::npos);
  CHECK(last() == "delete /rows/7 ");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.3 what was queued last of a row that has two ids is shown, and kept") {
  const auto made = queued_create(fetched(posts, two_rows));
  fetched(posts, {{{"id", 1}}, {{"id", 7}, {"t", "new"}}});
  const int update = backbone->update(posts, model({{"id", 7}, {"t", "edited"}}));
  made->set({{"t", "earlier"}});
  backbone->update(posts, made);
  backbone->lose(update);
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "earlier"}});
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"edited"})");
  CHECK(last() == R"(update /rows/7 {"id":7,"t":"edited"})");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "edited"}});
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"edited"})");
}

TEST_CASE_FIXTURE(Fixture, "12.3 no crash leaves a temporary id in the cache that the queue does not know") {
  const int comments = decorate_queueing("c");
  const auto post = queued_create(fetched(posts, two_rows));
  page.storage.keeps_events = true;
  page.storage.events.clear();
  const auto one = model({{"id", 1}, {"post", post->key()}});
  backbone->patch(comments, one, {{"post", post->key()}});
  REQUIRE(!page.storage.events.empty());
  CHECK(page.storage.events.front().key == "__queue__-_burry_c");
  CHECK(item("1-_burry_c") == R"({"id":1,"post":"_new_token1"})");
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
    CHECK(event.key.find("_new_") == std::string::npos);
    CHECK(event.now.find("_new_") == std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "12.5 a patch behind a delete that fails is the whole row") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "a"}, {"n", 1}});
  backbone->lose(backbone->destroy(posts, one));
  REQUIRE(replay() == 1);
  one->set({{"t", "b"}});
  backbone->patch(posts, one, {{"t", "b"}});
  backbone->lose(sent.back());
  REQUIRE(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b","n":1})");
}

TEST_CASE_FIXTURE(
    Fixture, "12.8 a change with wait behind a queued delete leaves the row deleted, also after a reload") {
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

TEST_CASE_FIXTURE(Fixture, "12.11 a delete that is lost is not sent where a later patch has found the row") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "a"}});
  const int removal = backbone->destroy(posts, one);
  one->set({{"t", "b"}});
  const int patch = backbone->patch(posts, one, {{"t", "b"}});
  backbone->lose(removal);
  backbone->succeed(patch, {{"id", 1}, {"t", "b"}});
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "12.11 what was changed since the first try of a create is sent before what came later") {
  const auto made = queued_create(fetched(posts, two_rows));
  made->set({{"t", "changed"}});
  backbone->update(posts, made);
  REQUIRE(replay() == 1);
  made->set({{"t", "last"}});
  backbone->update(posts, made);
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(last() == R"(update /rows/7 {"t":"changed","id":7})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(update /rows/7 {"t":"last","id":7})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("7-_burry_p") == R"({"t":"last","id":7})");
  CHECK(queue() == "-");
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
  items["__queue__lease-_burry_p"] = lease;
  one.tab.pass(30000);
  CHECK(item("__queue__lease-_burry_p") == lease);
  const auto late = model({{"t", "c"}});
  other.lose(other.create(there, late));
  one.succeed(sent.back(), {{"id", 7}});
  CHECK(sent.size() == 1);
  CHECK(item("__queue__lease-_burry_p") == lease);
}

TEST_CASE_FIXTURE(Fixture, "12.10 what is put off takes the id that the server has given meanwhile") {
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

TEST_CASE_FIXTURE(Fixture, "8.3, 12.4 what was used least recently makes room for the queue") {
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

TEST_CASE_FIXTURE(
    Fixture,
    "12.5 records are sent in the order in which their writes were, in whatever order those were lost") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int second = backbone->update(posts, one);
  const int third = backbone->update(posts, model({{"id", 2}, {"t", "d"}}));
  backbone->lose(second);
  backbone->lose(third);
  backbone->succeed(first, nullptr);
  REQUIRE(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(
    Fixture, "12.3 what waits under the id that a list has told outlives a create that is sent before it") {
  const int comments = decorate_queueing("c");
  const auto collection = fetched(posts, two_rows);
  const auto comment = model({{"x", 1}});
  backbone->lose(backbone->create(comments, comment));
  const int create = backbone->create(posts, collection->add({{"t", "new"}}));
  fetched(posts, {{{"id", 1}}, {{"id", 2}}, {{"id", 7}, {"t", "new"}}});
  backbone->update(posts, model({{"id", 7}, {"t", "edited"}, {"comment", comment->key()}}));
  backbone->lose(create);
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(item("7-_burry_p").find("edited") != std::string::npos);
  sent.clear();
  backbone->sync.replay(comments);
  tab.give_locks();
  backbone->succeed(sent.back(), {{"id", 9}});
  replay();
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"edited","comment":9})");
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(Fixture, "12.9 clear ends what is put off, and what is saved then is sent") {
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

TEST_CASE_FIXTURE(Fixture, "12.9 discard takes back what is put off") {
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

TEST_CASE_FIXTURE(Fixture, "12.1 what is put off, was never sent and is aborted is taken back") {
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

TEST_CASE_FIXTURE(Fixture,
                  "4.4, 12.5 the id of a row that was to be deleted, and is saved then, is in its lists") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "a"}});
  SUBCASE("the delete is lost, and a later save confirmed") {
    const int removal = backbone->destroy(posts, one);
    const int update = backbone->update(posts, one);
    backbone->lose(removal);
    backbone->succeed(update, {{"id", 1}, {"t", "b"}});
  }
  SUBCASE("both are lost") {
    const int removal = backbone->destroy(posts, one);
    const int update = backbone->update(posts, one);
    backbone->lose(removal);
    backbone->lose(update);
  }
  SUBCASE("it is saved offline") {
    backbone->lose(backbone->destroy(posts, one));
    backbone->update(posts, one);
  }
  CHECK(item("1-_burry_p") != "-");
  CHECK(item("__ids__-_burry_p").find('1') != std::string::npos);
}

TEST_CASE_FIXTURE(TwoTabs,
                  "12.5 a change that is lost when another tab has queued a delete is part of that") {
  fetched(posts, two_rows);
  const auto edited = model({{"id", 1}, {"t", "b"}});
  const int update = one.update(here, edited);
  const int waiting = one.update(here, edited, true);
  other.lose(other.destroy(there, model({{"id", 1}, {"t", "a"}})));
  one.lose(waiting);
  one.lose(update);
  CHECK(one.call(update).server_phases == 1);
  CHECK(one.call(waiting).server_phases == 1);
  CHECK(one.sync.pending(here).find("update") == std::string::npos);
  CHECK(item("1-_burry_p") == "-");
  listen(other);
  replay(other, there);
  other.succeed(sent.back(), nullptr);
  CHECK(one.sync.pending(here) == "[]");
  CHECK(one.sync.records_in_doubt() == 0);
  CHECK(one.sync.calls_in_progress() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "12.3 what is being sent lies under what else is queued of its row, wherever that stands") {
  items["__queue__-_burry_p"] =
      R"({"writes":[{"method":"update","id":7,"token":"a","url":"/rows/7","idAttribute":"id",)"
      R"("attributes":{"id":7,"t":"edited","x":"_new_c"},"isPlain":true,"since":1},)"
      R"({"method":"create","id":"_new_b","token":"b","url":"/rows","idAttribute":"id",)"
      R"("attributes":{"t":"new"},"record":"{\"t\":\"new\",\"id\":\"_new_b\"}","since":2}]})";
  items["__queue__-_burry_c"] =
      R"({"writes":[{"method":"create","id":"_new_c","token":"c","url":"/rows","idAttribute":"id",)"
      R"("attributes":{"t":"c"},"record":"{\"t\":\"c\",\"id\":\"_new_c\"}","since":1}]})";
  reload();
  const int comments = decorate_queueing("c");
  REQUIRE(replay() == 1);
  REQUIRE(last() == R"(create /rows {"t":"new"})");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(item("7-_burry_p").find("edited") != std::string::npos);
  sent.clear();
  backbone->sync.replay(comments);
  backbone->tab.give_locks();
  REQUIRE(sent.size() == 1);
  backbone->succeed(sent.back(), {{"id", 9}});
  REQUIRE(replay() == 1);
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"edited","x":9})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(
    Fixture, "12.5 who waits for what comes to nothing, as a timer sends it and wrapped throws, is told") {
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
  CHECK(outcome(removal) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
}

TEST_CASE("12.4 the text of a queue is read as it was written; rubbish holds nothing") {
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
  write.hidden = write.sending = true;
  const std::string text = caching::spell_queue({{write}, {}});
  const caching::QueueText read = caching::read_queue(text);
  REQUIRE(read.writes.size() == 1);
  CHECK(caching::spell_queue(read) == text);
  for (const char* rubbish :
       {"", "1", "[]", "{}", R"({"writes":1})", R"({"writes":[1,{},{"method":"x"}]})"}) {
    CHECK(caching::read_queue(rubbish).writes.empty());
  }
}

TEST_CASE("12.10 a temporary id is a whole value of JSON, or a segment of a URL") {
  const caching::Id id = {"7", false};
  CHECK(caching::with_id(R"({"a":"_new_x","_new_x":["_new_x","_new_xy","\"_new_x\""]})", "_new_x", id) ==
        R"({"a":7,"_new_x":[7,"_new_xy","\"_new_x\""]})");
  CHECK(caching::url_with_id("/rows/_new_x/parts?of=_new_x", "_new_x", {"a/b"}) ==
        "/rows/a%2Fb/parts?of=_new_x");
  CHECK(caching::url_with_id("/rows/_new_xy", "_new_x", id) == "/rows/_new_xy");
  CHECK(caching::temporary_ids(R"({"a":"_new_x","_new_k":"say _new_z"})") ==
        std::vector<std::string>{"_new_x"});
  CHECK(caching::temporary_ids("/rows/_new_x/parts") == std::vector<std::string>{"_new_x"});
}
