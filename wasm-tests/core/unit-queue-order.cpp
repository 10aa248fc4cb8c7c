// The order in which writes are sent, and queued writes that newer writes contain (contract
// 12.5, 12.11).
#include "fresh_queue.h"

TEST_CASE_FIXTURE(FreshQueue, "12.11 what is queued meanwhile is sent behind what is under way") {
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

TEST_CASE_FIXTURE(FreshQueue, "12.11 a save behind a queued one leaves nothing in the queue") {
  fetched(posts, two_rows);
  const auto one = queued_update("b");
  sent.clear();
  one->set({{"t", "c"}});
  const int number = backbone->update(posts, one);
  tab.give_locks();
  REQUIRE(sent.size() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
  backbone->succeed(sent.back(), {{"id", 1}, {"t", "b"}, {"v", 3}});
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c","v":3})");
  backbone->succeed(sent.back(), {{"id", 1}, {"t", "c"}, {"v", 4}});
  CHECK(outcome(number) == "1 told, 0 failed, resolved");
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c","v":4})");
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 two writes that were lost are sent again in their order") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int newer = backbone->update(posts, one);
  backbone->lose(newer);
  backbone->lose(older);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c"})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
  CHECK(queue() == "-");
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 a newer write that succeeds has a lost older one in it") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int newer = backbone->update(posts, one);
  backbone->lose(older);
  CHECK(outcome(older) == "1 told, 0 failed, queued, resolved");
  // The older one, sent now, might reach the server behind the newer one, and undo it.
  CHECK(replay() == 0);
  backbone->succeed(newer, {{"id", 1}, {"t", "c"}});
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c"})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue,
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

TEST_CASE_FIXTURE(FreshQueue, "12.11 an older write that is lost does not undo a newer patch") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}, {"n", 1}});
  const int older = backbone->update(posts, one);
  one->set({{"t", "c"}});
  const int newer = backbone->patch(posts, one, {{"t", "c"}});
  backbone->succeed(newer, nullptr);
  backbone->lose(older);
  CHECK(in_memory::parsed(item("1-_burry_p")) == Content({{"id", 1}, {"t", "c"}, {"n", 1}}));
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b","n":1})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(patch /rows/1 {"t":"c"})");
  CHECK(in_memory::parsed(item("1-_burry_p")) == Content({{"id", 1}, {"t", "c"}, {"n", 1}}));
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
  CHECK(in_memory::parsed(item("1-_burry_p")) == Content({{"id", 1}, {"t", "c"}, {"n", 1}}));
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 a confirmed patch is sent again only if the older write was lost") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->update(posts, one);
  const int newer = backbone->patch(posts, one, {{"n", 2}});
  backbone->succeed(newer, nullptr);
  CHECK(queue() != "-");
  CHECK(backbone->sync.pending(posts) == "[]");
  SUBCASE("the older write is confirmed") { backbone->succeed(older, nullptr); }
  SUBCASE("the older write is refused") { backbone->fail(older, 422); }
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p").find(R"("n":2)") != std::string::npos);
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 a patch and then an update that succeed have an older write in them") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int older = backbone->patch(posts, one, {{"t", "b"}, {"n", 1}});
  one->set({{"t", "c"}});
  const int patch = backbone->patch(posts, one, {{"t", "c"}});
  one->set({{"t", "d"}});
  const int update = backbone->update(posts, one);
  backbone->lose(older);
  backbone->succeed(patch, nullptr);
  CHECK(outcome(older) == "1 told, 0 failed, queued, resolved");
  backbone->succeed(update, nullptr);
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"d"})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 of three writes the middle one, confirmed last, has the oldest in it") {
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

TEST_CASE_FIXTURE(FreshQueue,
                  "12.11 a delete that is lost is not sent where a later patch has found the row") {
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

TEST_CASE_FIXTURE(
    FreshQueue,
    "12.5 records are sent in the order in which their writes were, in whatever order those were lost") {
  fetched(posts, two_rows);
  const int first = backbone->update(posts, model({{"id", 1}, {"t", "b"}}));
  const int second = backbone->update(posts, model({{"id", 2}, {"t", "d"}}));
  backbone->lose(second);
  backbone->lose(first);
  REQUIRE(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b"})");
}

TEST_CASE_FIXTURE(FreshQueue,
                  "12.11 a patch that is confirmed when the older write was lost is sent again behind that") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}, {"n", 1}});
  const int older = backbone->update(posts, one);
  const int newer = backbone->patch(posts, one, {{"n", 2}});
  backbone->lose(older);
  backbone->succeed(newer, nullptr);
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"b","n":1})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(last() == R"(patch /rows/1 {"n":2})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(outcome(newer) == "1 told, 0 failed, resolved");
  CHECK(in_memory::parsed(item("1-_burry_p")) == Content({{"id", 1}, {"t", "b"}, {"n", 2}}));
  CHECK(queue() == "-");
}
