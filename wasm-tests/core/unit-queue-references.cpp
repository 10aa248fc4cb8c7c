// Queued writes that mention the temporary id of another record (contract 12.10).
#include "fresh_queue.h"
#include "offline/queued_write.h"

TEST_CASE_FIXTURE(FreshQueue,
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

TEST_CASE_FIXTURE(FreshQueue, "12.10 if the create is refused, what waits for it is rejected with it") {
  const auto post = queued_create(fetched(posts, two_rows));
  const auto comment = model({{"post", post->key()}});
  backbone->create(posts, comment);
  CHECK(replay() == 1);
  backbone->fail(sent.back(), 403);
  CHECK(tab.events.back() == "p: replayed 0 sent, 2 rejected, 0 left");
  CHECK(queue() == "-");
  CHECK(!comment->id());
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.10 what waits for a refused create is rejected in other namespaces too, by itself") {
  const int comments = decorate_queueing("c");
  const auto post = queued_create(fetched(posts, two_rows));
  backbone->create(comments, model({{"post", post->key()}}));
  REQUIRE(replay() == 1);
  backbone->fail(sent.back(), 403);
  tab.ring();
  CHECK(queue("c") == "-");
  CHECK(tab.events[tab.events.size() - 2].starts_with("c: reject"));
}

TEST_CASE_FIXTURE(FreshQueue, "12.10 who waits for the server's word on what is orphaned hears a failure") {
  const auto one = model({{"id", 1}, {"post", "_new_gone01"}});
  const int number = backbone->update(posts, one, true);
  replay();
  CHECK(outcome(number) == "0 told, 1 failed, rejected");
}

TEST_CASE("12.10 a temporary id is a whole value of JSON, or a segment of a URL") {
  const caching::Id id = {"7", false};
  CHECK(caching::with_id(
            R"({"a":"_new_token1","_new_token1":["_new_token1","_new_token12","\"_new_token1\""]})",
            "_new_token1", id) == R"({"a":7,"_new_token1":[7,"_new_token12","\"_new_token1\""]})");
  CHECK(caching::url_with_id("/rows/_new_token1/parts?of=_new_token1", "_new_token1", {"a/b"}) ==
        "/rows/a%2Fb/parts?of=_new_token1");
  CHECK(caching::url_with_id("/rows/_new_token12", "_new_token1", id) == "/rows/_new_token12");
  CHECK(caching::temporary_ids(R"({"a":"_new_token1","_new_token3":"say _new_token4"})") ==
        std::vector<std::string>{"_new_token1"});
  CHECK(caching::temporary_ids("/rows/_new_token1/parts") == std::vector<std::string>{"_new_token1"});
}
