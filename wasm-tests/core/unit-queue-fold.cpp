// Several queued writes on a record become one request, as long as no server can know of the first one
// (contract 12.5).
#include "fresh_queue.h"

namespace {

// The browser says that it has no network.
struct Offline : FreshQueue {
  Offline() { tab.has_no_network = true; }
};

}  // namespace

TEST_CASE_FIXTURE(Offline, "12.5 of several writes on a record one request is made") {
  const auto one = queued_update("b");
  one->set({{"t", "c"}});
  backbone->lose(backbone->update(posts, one));
  tab.give_locks();
  backbone->lose(sent.back());
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
}

TEST_CASE_FIXTURE(Offline,
                  "12.5 a patch that is laid over a create keeps what another one has added with wait") {
  const auto one = queued_create(fetched(posts, two_rows));
  backbone->patch(posts, one, {{"m", 7}}, true);
  backbone->patch(posts, one, {{"t", "newer"}});
  CHECK(replay() == 1);
  CHECK(last() == R"(create /rows {"t":"newer","m":7})");
}

TEST_CASE_FIXTURE(Offline, "12.5 a patch that is laid over an update keeps what that has written with wait") {
  fetched(posts, two_rows);
  backbone->lose(backbone->update(posts, model({{"id", 1}, {"t", "a"}, {"m", 7}}), true));
  backbone->patch(posts, model({{"id", 1}, {"t", "newer"}}), {{"t", "newer"}});
  tab.give_locks();
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"newer","m":7})");
}

TEST_CASE_FIXTURE(Offline,
                  "12.5, 12.12 the cache shows a patch on, whatever waits for the server behind it") {
  fetched(posts, two_rows);
  backbone->lose(backbone->patch(posts, model({{"id", 1}, {"t", "b"}}), {{"t", "b"}}));
  SUBCASE("an update") {
    backbone->update(posts, model({{"id", 1}, {"t", "c"}, {"m", 7}}), true);
    CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
    backbone->patch(posts, model({{"id", 1}, {"k", 1}}), {{"k", 1}});
    CHECK(item("1-_burry_p") == R"({"id":1,"t":"b","k":1})");
    tab.give_locks();
    CHECK(last() == R"(update /rows/1 {"id":1,"t":"c","m":7,"k":1})");
  }
  SUBCASE("a delete") {
    backbone->destroy(posts, model({{"id", 1}}), true);
    CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
    CHECK(item("__ids__-_burry_p") == "[1,2]");
    reload();
    CHECK(item("1-_burry_p") == R"({"id":1,"t":"b"})");
    replay();
    CHECK(last() == "delete /rows/1 ");
  }
}

TEST_CASE_FIXTURE(Offline, "12.5 create and delete are none") {
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

TEST_CASE_FIXTURE(Offline, "12.5 a patch by a model that is not up to date changes what waits, and no more") {
  fetched(posts, two_rows);
  backbone->lose(backbone->update(posts, model({{"id", 1}, {"t", "b"}, {"m", 7}})));
  backbone->patch(posts, model({{"id", 1}, {"t", "newer"}, {"m", 6}}), {{"t", "newer"}});
  tab.give_locks();
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"newer","m":7})");
}

TEST_CASE_FIXTURE(Offline, "12.5 a patch behind a delete that fails is the whole row") {
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

TEST_CASE_FIXTURE(FreshQueue,
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

TEST_CASE_FIXTURE(FreshQueue, "12.5 writes to different URLs are a request each, in their order") {
  fetched(posts, two_rows);
  const auto one = queued_update("edited");
  in_memory::Call action = call_of(posts, one);
  action.request.method = caching::Method::update;
  action.url = "/rows/1/publish";
  backbone->lose(backbone->start(std::move(action)));
  REQUIRE(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"edited"})");
  backbone->succeed(sent.back(), nullptr);
  REQUIRE(sent.size() == 2);
  CHECK(last() == R"(update /rows/1/publish {"id":1,"t":"edited"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.5, 12.10 an action on an unsent row follows its create, with the server's id") {
  const auto one = queued_create(fetched(posts, two_rows));
  in_memory::Call action = call_of(posts, one);
  action.request.method = caching::Method::update;
  action.url = "/rows/" + one->key() + "/publish";
  backbone->lose(backbone->start(std::move(action)));
  REQUIRE(replay() == 1);
  CHECK(last() == R"(create /rows {"t":"new"})");
  backbone->succeed(sent.back(), {{"id", 3}, {"t", "new"}});
  REQUIRE(sent.size() == 2);
  CHECK(last() == R"(update /rows/3/publish {"t":"new","id":3})");
}

TEST_CASE_FIXTURE(Offline,
                  "9.1, 12.5 a storage that swallows changes does not make folding go on without end") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int second = backbone->update(posts, one);
  backbone->lose(first);
  page.storage.changes_left = 3;
  backbone->lose(second);
  page.storage.changes_left = {};
  page.storage.has_ended = false;
  CHECK(outcome(second) == "1 told, 0 failed, queued, resolved");
}
