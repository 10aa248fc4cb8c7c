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

TEST_CASE_FIXTURE(FreshQueue, "12.11 a save that is sent over a queued one leaves nothing in the queue") {
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

TEST_CASE_FIXTURE(FreshQueue, "12.11 of two writes under way the older one is not sent over the newer") {
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

TEST_CASE_FIXTURE(FreshQueue,
                  "12.11 a newer write that succeeds has the older one in it, which is not queued") {
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
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"c","n":1})");
  CHECK(replay() == 1);
  CHECK(last() == R"(update /rows/1 {"id":1,"t":"c","n":1})");
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
  CHECK(outcome(older) == "0 told, 0 failed");
  backbone->succeed(update, nullptr);
  CHECK(outcome(older) == "1 told, 0 failed, queued, resolved");
  CHECK(queue() == "-");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"d"})");
  CHECK(backbone->sync.records_in_doubt() == 0);
}

TEST_CASE_FIXTURE(FreshQueue, "12.11 two older patches that are lost are one write behind a newer one") {
  fetched(posts, two_rows);
  const auto one = model({{"id", 1}, {"t", "b"}});
  const int first = backbone->patch(posts, one, {{"t", "b"}, {"n", 1}});
  const int second = backbone->patch(posts, one, {{"t", "b"}, {"m", 2}});
  one->set({{"t", "c"}});
  backbone->succeed(backbone->patch(posts, one, {{"t", "c"}}), nullptr);
  backbone->lose(first);
  backbone->lose(second);
  CHECK(replay() == 1);
  CHECK(last() == R"(patch /rows/1 {"t":"c","n":1,"m":2})");
  backbone->succeed(sent.back(), nullptr);
  CHECK(queue() == "-");
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
