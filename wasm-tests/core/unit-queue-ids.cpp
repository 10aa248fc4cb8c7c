// Temporary ids of queued creates, and the ids of the server that replace them (contract 12.3).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(FreshQueue, "12.3 a queued create has a temporary id until the server gives one") {
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

TEST_CASE_FIXTURE(FreshQueue, "12.5 the first try of a create has the same key as every other") {
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

TEST_CASE_FIXTURE(FreshQueue, "12.3 a save of what was created changes what is queued, if it was not tried") {
  tab.has_no_network = true;
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

TEST_CASE_FIXTURE(FreshQueue, "12.3 a new row that its collection has dropped meanwhile is queued alone") {
  const auto collection = std::make_shared<Collection>();
  const auto one = collection->add({{"t", "new"}});
  const int number = backbone->create(posts, one);
  one->collection = nullptr;
  backbone->lose(number);
  CHECK(outcome(number) == "1 told, 0 failed, queued, resolved");
  CHECK(item("_new_token1-_burry_p") == R"({"t":"new","id":"_new_token1"})");
  CHECK(item("__ids__-_burry_p") == "-");
}

TEST_CASE_FIXTURE(FreshQueue, "12.3 a list may tell the row of a queued create before its answer comes") {
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

TEST_CASE_FIXTURE(FreshQueue,
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

TEST_CASE_FIXTURE(
    FreshQueue, "12.3 what is written under the id that a list has told outlives the answer to the create") {
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

TEST_CASE_FIXTURE(FreshQueue, "12.3 what was written last of a row that has two ids is shown, and kept") {
  const auto made = queued_create(fetched(posts, two_rows));
  fetched(posts, {{{"id", 1}}, {{"id", 7}, {"t", "new"}}});
  const int update = backbone->update(posts, model({{"id", 7}, {"t", "edited"}}));
  made->set({{"t", "last"}});
  backbone->update(posts, made);
  backbone->lose(update);
  REQUIRE(replay() == 1);
  CHECK(last() == R"(create /rows {"t":"new"})");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "new"}});
  CHECK(item("7-_burry_p").find("last") != std::string::npos);
  CHECK(last() == R"(update /rows/7 {"id":7,"t":"edited"})");
  backbone->succeed(sent.back(), {{"id", 7}, {"t", "edited"}});
  CHECK(last() == R"(update /rows/7 {"id":7,"t":"last"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("7-_burry_p") == R"({"id":7,"t":"last"})");
  CHECK(item("__ids__-_burry_p") == "[1,7]");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.3 no crash leaves a temporary id in the cache that the queue does not know") {
  const int comments = decorate_queueing("c");
  const auto post = queued_create(fetched(posts, two_rows));
  const auto one = model({{"id", 1}, {"post", nullptr}});
  backbone->succeed(backbone->read(comments, one), {{"id", 1}, {"post", nullptr}});
  page.storage.keeps_events = true;
  page.storage.events.clear();
  one->attributes["post"] = post->key();
  backbone->patch(comments, one, {{"post", post->key()}});
  REQUIRE(!page.storage.events.empty());
  CHECK(page.storage.events.front().key.starts_with("__queue__"));
  CHECK(item("1-_burry_c") == R"({"id":1,"post":"_new_token1"})");
}

TEST_CASE_FIXTURE(
    FreshQueue,
    "12.3 what waits under the id that a list has told outlives a create that is sent before it") {
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
  CHECK(item("7-_burry_p") == R"({"t":"edited","id":7,"comment":9})");
  CHECK(queue() == "-");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.3 what is being sent lies under what else is queued of its row, wherever that stands") {
  leave("entry1",
        R"({"delivery":"waiting","since":3,"method":"update","id":7,"url":"/rows/7","idAttribute":"id",)"
        R"("attributes":{"id":7,"t":"edited","x":"_new_entry3"},"isPlain":true})");
  leave("entry2",
        R"({"delivery":"waiting","since":2,"tries":1,"method":"create","id":"_new_entry2","url":"/rows",)"
        R"("idAttribute":"id","attributes":{"t":"new"},"record":"{\"t\":\"new\",\"id\":\"_new_entry2\"}"})");
  leave("entry3",
        R"({"delivery":"waiting","since":1,"tries":1,"method":"create","id":"_new_entry3","url":"/rows",)"
        R"("idAttribute":"id","attributes":{"t":"c"},"record":"{\"t\":\"c\",\"id\":\"_new_entry3\"}"})",
        "c");
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
  CHECK(item("7-_burry_p") == R"({"t":"edited","id":7,"x":9})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "9.2, 12.18 a full storage has room for an id when its create has ended") {
  const auto made = queued_create(fetched(posts, two_rows));
  const std::string temporary = made->key();
  REQUIRE(replay() == 1);
  page.storage.quota = page.storage.units() + 5;
  backbone->succeed(sent.back(), {{"id", 7}});
  CHECK(queue() == "-");
  CHECK(item("__queue__" + temporary + "-_burry_p").find(R"("id":7)") != std::string::npos);
}
