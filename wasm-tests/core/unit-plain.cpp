// The decorator of a page that only caches, beside the queue of another page (contract 1.6).
#include "fresh_backbone.h"
#include "sync/query.h"

namespace {

struct FreshPlain : FreshBackbone {
  FreshPlain() { backbone = std::make_unique<in_memory::Backbone>(page, caching::Edition::plain); }
  // Puts a stamp and entries with these tokens into a namespace.
  void queue(const std::string& ns, const std::vector<std::string>& tokens) {
    items["__queue__-_burry_" + ns] = "stamp";
    for (const std::string& token : tokens) items["__queue__" + token + "-_burry_" + ns] = "{}";
  }
  int take_unsent(int decorator) { return backbone->plain.take_unsent(decorator); }
};

}  // namespace

TEST_CASE("1.6 an entry of the queue has a token of digits and small letters behind the key of the queue") {
  for (const char* key : {"__queue__0", "__queue__z9", "__queue__queue"}) CHECK(caching::is_queue_entry(key));
  for (const char* key : {"__queue__", "__queue__A", "__queue__a-", "__queue__a_b", "__queue__ü",
                          "a__queue__a", "__queue_a", "", "1"}) {
    CHECK_FALSE(caching::is_queue_entry(key));
  }
}

TEST_CASE_FIXTURE(FreshPlain, "1.6 the queued writes of a namespace are told once, by whatever decorator") {
  queue("p", {"a", "b0"});
  items["__queue__lease-1-_burry_p"] = "no entry";
  queue("q", {"c"});
  const int one = decorate("p"), other = decorate("p"), q = decorate("q"), none = decorate("none");
  CHECK(take_unsent(other) == 2);
  CHECK(take_unsent(one) == 0);
  CHECK(take_unsent(q) == 1);
  CHECK(take_unsent(none) == 0);
  // What is queued later is no news of this page's.
  queue("none", {"d"});
  CHECK(take_unsent(none) == 0);
}

TEST_CASE_FIXTURE(FreshPlain, "1.6 without a stamp there is no queue, and nobody looks at all keys") {
  items["__queue__a-_burry_p"] = "{}";
  const int posts = decorate("p");
  CHECK(take_unsent(posts) == 0);
  CHECK(backbone->clear(posts) == 0);
}

TEST_CASE_FIXTURE(FreshPlain, "1.6 operations leave the queue of another page alone") {
  queue("p", {"a"});
  const auto before = items;
  const int posts = decorate("p", 10);
  auto collection = fetched(posts, {{{"id", 1}, {"t", "a"}}, {{"id", "__queue__a"}}, {{"id", "__queue__"}}});
  backbone->succeed(backbone->update(posts, model({{"id", "__queue__a"}, {"t", "x"}})), {});
  backbone->fail(backbone->destroy(posts, model({{"id", "__queue__a"}})));
  backbone->succeed(backbone->create(posts, collection->add({{"t", "y"}})), {{"id", "__queue__"}});
  backbone->drop(posts, "__queue__a");
  for (const auto& [key, text] : before) CHECK(item(key) == text);
}

TEST_CASE_FIXTURE(
    FreshPlain,
    "1.6, 12.9 clear takes the queue along, returns the number of lost writes, and removes the stamp last") {
  queue("p", {"a", "b"});
  queue("q", {"c"});
  const int posts = decorate("p");
  page.storage.keeps_events = true;
  CHECK(backbone->clear(posts) == 2);
  std::string last;
  for (const in_memory::StorageEvent& event : page.storage.events) {
    if (event.now.empty() && event.key.starts_with("__queue__")) last = event.key;
  }
  CHECK(last == "__queue__-_burry_p");
  CHECK(item("__queue__a-_burry_p") == "-");
  CHECK(backbone->clear(posts) == 0);
  decorate("q");
  CHECK(backbone->clear_all() == 1);
}

TEST_CASE_FIXTURE(FreshPlain,
                  "1.6, 9.4 in a namespace that shadows another, what looks like a queue is none") {
  queue("exp_p", {"a"});
  const int shadow = decorate("exp_p");
  CHECK(take_unsent(shadow) == 0);
  CHECK(backbone->clear(shadow) == 0);
  CHECK(item("__queue__a-_burry_exp_p") == "{}");
}

TEST_CASE_FIXTURE(FreshPlain, "1.6, 4.2 a write that nobody answers is rolled back") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const std::string before = item("1-_burry_p");
  const int update = backbone->update(posts, model({{"id", 1}, {"t", "x"}}));
  backbone->lose(update);
  CHECK(item("1-_burry_p") == before);
  CHECK(call(update).failures == 1);
  CHECK(backbone->core.records_in_doubt() == 0);
}
