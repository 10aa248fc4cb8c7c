// Fetch policies, freshFor, reads that share a request, and eviction (contract 8.1 to 8.3).
#include <utility>

#include "fresh_backbone.h"

using caching::FetchPolicy;

namespace {

struct Policies : FreshBackbone {
  const int posts = decorate("p", 60);
  int sent = 0;

  Policies() {
    backbone->wrapped = [this](int) { return ++sent > 0; };
  }

  int read(FetchPolicy fetch_policy, double fresh_for = 0) {
    in_memory::Call call;
    call.decorator = posts;
    call.collection = std::make_shared<Collection>();
    call.policy.fetch_policy = fetch_policy;
    call.policy.fresh_for = fresh_for;
    return backbone->start(std::move(call));
  }
  // One line about a call: its phases, failures, and what became of its promise.
  std::string outcome(int number) {
    const in_memory::Call& one = call(number);
    return std::to_string(one.cached_phases) + " cached, " + std::to_string(one.server_phases) + " server, " +
           std::to_string(one.failures) + " failed" + (one.resolved ? ", resolved" : "") +
           (one.rejected ? ", rejected" : "");
  }
  void fill() {
    fetched(posts, two_rows);
    sent = 0;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Policies, "8.1 cache-first: a hit sends no request") {
  fill();
  const int number = read(FetchPolicy::cache_first);
  CHECK(outcome(number) == "1 cached, 0 server, 0 failed, resolved");
  CHECK(sent == 0);
  CHECK(call(number).forgotten);
  CHECK(call(number).collection->models.size() == 2);
  CHECK(backbone->core.stats(posts).hits == 1);
}

TEST_CASE_FIXTURE(Policies, "8.1 cache-first: a miss asks the server") {
  const int number = read(FetchPolicy::cache_first);
  CHECK(sent == 1);
  backbone->succeed(number, two_rows);
  CHECK(outcome(number) == "0 cached, 1 server, 0 failed, resolved");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(backbone->core.stats(posts).misses == 1);
}

TEST_CASE_FIXTURE(Policies, "8.1 network-only: the cache is not asked, and takes the answer") {
  fill();
  const int number = read(FetchPolicy::network_only);
  CHECK(outcome(number) == "0 cached, 0 server, 0 failed");
  backbone->succeed(number, {{{"id", 3}}});
  CHECK(outcome(number) == "0 cached, 1 server, 0 failed, resolved");
  CHECK(item("__ids__-_burry_p") == "[3]");
}

TEST_CASE_FIXTURE(Policies, "8.1 network-only: a failure is one, also before wrapped returns") {
  fill();
  const int number = read(FetchPolicy::network_only);
  backbone->fail(number);
  CHECK(outcome(number) == "0 cached, 0 server, 1 failed, rejected");
  backbone->wrapped = [this](int early) {
    backbone->fail(early);
    return true;
  };
  CHECK(outcome(read(FetchPolicy::network_only)) == "0 cached, 0 server, 1 failed, rejected");
  CHECK(item("__ids__-_burry_p") == "[1,2]");
}

TEST_CASE_FIXTURE(Policies, "8.1 network-first: the answer is the one phase") {
  fill();
  const int number = read(FetchPolicy::network_first);
  CHECK(outcome(number) == "0 cached, 0 server, 0 failed");
  backbone->succeed(number, two_rows);
  CHECK(outcome(number) == "0 cached, 1 server, 0 failed, resolved");
}

TEST_CASE_FIXTURE(Policies, "8.1 network-first: where the server fails, the cache is the one phase") {
  fill();
  for (const int status : {0, 408, 429, 500, 503}) {
    const int number = read(FetchPolicy::network_first);
    backbone->fail(number, status);
    CHECK(outcome(number) == "1 cached, 0 server, 0 failed, resolved");
    CHECK(call(number).forgotten);
  }
  const int lost = read(FetchPolicy::network_first);
  backbone->lose(lost);
  CHECK(outcome(lost) == "1 cached, 0 server, 0 failed, resolved");
  backbone->wrapped = [this](int early) {
    backbone->fail(early);
    return true;
  };
  CHECK(outcome(read(FetchPolicy::network_first)) == "1 cached, 0 server, 0 failed, resolved");
}

TEST_CASE_FIXTURE(Policies, "8.1 network-first: what the server refuses is a failure") {
  for (const int status : {400, 401, 403, 404, 410, 422}) {
    fill();
    const int number = read(FetchPolicy::network_first);
    backbone->fail(number, status);
    CHECK(outcome(number) == "0 cached, 0 server, 1 failed, rejected");
  }
}

TEST_CASE_FIXTURE(Policies, "8.1 network-first: without a cache a failure is one") {
  const int number = read(FetchPolicy::network_first);
  backbone->fail(number, 0);
  CHECK(outcome(number) == "0 cached, 0 server, 1 failed, rejected");
}

TEST_CASE_FIXTURE(Policies, "8.1, 8.4 a read that does not ask the cache is neither hit nor miss") {
  fill();
  const caching::Stats before = backbone->core.stats(posts);
  backbone->succeed(read(FetchPolicy::network_only), two_rows);
  backbone->succeed(read(FetchPolicy::network_first), two_rows);
  CHECK(backbone->core.stats(posts).misses == before.misses);
  CHECK(backbone->core.stats(posts).hits == before.hits);
  backbone->fail(read(FetchPolicy::network_first));
  CHECK(backbone->core.stats(posts).misses == before.misses);
  CHECK(backbone->core.stats(posts).hits == before.hits + 1);
}

TEST_CASE_FIXTURE(Policies, "8.1 cache-only: never a request; a miss is a failure") {
  const int miss = read(FetchPolicy::cache_only);
  CHECK(outcome(miss) == "0 cached, 0 server, 1 failed, rejected");
  CHECK(call(miss).missed);
  CHECK(call(miss).forgotten);
  CHECK(sent == 0);
  fill();
  CHECK(outcome(read(FetchPolicy::cache_only)) == "1 cached, 0 server, 0 failed, resolved");
  CHECK(sent == 0);
}

TEST_CASE_FIXTURE(Policies, "8.1 no-cache: neither read nor written") {
  const int miss = read(FetchPolicy::no_cache);
  backbone->succeed(miss, two_rows);
  CHECK(outcome(miss) == "0 cached, 1 server, 0 failed, resolved");
  CHECK(item("__ids__-_burry_p") == "-");
  fill();
  const int number = read(FetchPolicy::no_cache);
  CHECK(outcome(number) == "0 cached, 0 server, 0 failed");
  backbone->succeed(number, {{{"id", 3}}});
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("3-_burry_p") == "-");
}

TEST_CASE_FIXTURE(Policies, "8.2 freshFor: a hit that is younger sends no request") {
  const auto sends = [&](double fresh_for) {
    sent = 0;
    const int number = read(FetchPolicy::cache_and_network, fresh_for);
    CHECK(call(number).cached_phases == 1);
    if (sent) backbone->fail(number, 0);
    return sent == 1;
  };
  backbone->page.clock.set_minute(1000);
  fill();
  CHECK_FALSE(sends(5));
  CHECK(sends(0));
  backbone->page.clock.set_minute(1004);
  CHECK_FALSE(sends(5));
  backbone->page.clock.set_minute(1005);
  CHECK(sends(5));
  // A row that is older, or has no expiry, makes the list so.
  backbone->page.clock.set_minute(1000);
  fill();
  backbone->page.storage.items["1-_burry_exp_p"] = "1050";
  CHECK(sends(5));
  fill();
  CHECK_FALSE(sends(5));
  backbone->page.storage.items["__ids__-_burry_exp_p"] = "1050";
  CHECK(sends(5));
}

TEST_CASE_FIXTURE(Policies,
                  "8.2 freshFor: what has no expiry, or one that this ttl cannot give, is not fresh") {
  backbone->page.clock.set_minute(1000);
  const auto sends = [&](std::shared_ptr<Model> one) {
    sent = 0;
    in_memory::Call call = call_of(posts, std::move(one));
    call.policy.fresh_for = 5;
    const int number = backbone->start(std::move(call));
    if (sent) backbone->fail(number, 0);
    return sent == 1;
  };
  fill();
  CHECK_FALSE(sends(model({{"id", 1}})));
  backbone->page.storage.items["1-_burry_exp_p"] = "1061";
  CHECK(sends(model({{"id", 1}})));
  backbone->page.storage.items.erase("1-_burry_exp_p");
  CHECK(sends(model({{"id", 1}})));
}

namespace {

struct Sharing : Policies {
  int deduped(const std::string& url = "/posts") {
    in_memory::Call call;
    call.decorator = posts;
    call.collection = collection_at(url);
    call.policy.dedupe = true;
    return backbone->start(std::move(call));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: reads of the same share a request, and each has its answer") {
  const int first = deduped(), second = deduped(), third = deduped();
  CHECK(sent == 1);
  CHECK(call(second).leader == first);
  CHECK(call(third).leader == first);
  backbone->succeed(first, two_rows);
  for (const int number : {first, second, third}) {
    CHECK(outcome(number) == "0 cached, 1 server, 0 failed, resolved");
    CHECK(call(number).collection->models.size() == 2);
    CHECK(call(number).forgotten);
  }
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  deduped();
  CHECK(sent == 2);
}

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: each has the cached phase, and the failure") {
  fill();
  const int first = deduped(), second = deduped();
  CHECK(sent == 1);
  backbone->fail(first);
  CHECK(outcome(first) == "1 cached, 0 server, 1 failed, resolved");
  CHECK(outcome(second) == "1 cached, 0 server, 1 failed, resolved");
}

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: what differs is not shared, nor what does not ask for it") {
  deduped("/posts");
  deduped("/comments");
  CHECK(sent == 2);
  read(FetchPolicy::cache_and_network);
  CHECK(sent == 3);
  const int other = decorate("p");
  in_memory::Call call;
  call.decorator = other;
  call.collection = collection_at("/posts");
  call.policy.dedupe = true;
  backbone->start(std::move(call));
  CHECK(sent == 4);
}

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: a write on the namespace, or clear, ends the joining") {
  const int first = deduped();
  const int save = backbone->update(posts, model({{"id", 1}, {"t", "new"}}));
  const int second = deduped();
  CHECK(call(second).leader == 0);
  const int third = deduped();
  CHECK(call(third).leader == second);
  backbone->clear(posts);
  CHECK(call(deduped()).leader == 0);
  backbone->succeed(first, two_rows);
  CHECK(outcome(second) == "0 cached, 0 server, 0 failed");
  backbone->succeed(save, {});
}

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: a read that is called off leaves the others") {
  const int first = deduped(), second = deduped(), third = deduped();
  CHECK_FALSE(backbone->core.withdraw(second));
  CHECK(outcome(second) == "0 cached, 0 server, 1 failed, rejected");
  CHECK(call(second).called_off);
  // The one that has sent it hands it over.
  CHECK_FALSE(backbone->core.withdraw(first));
  CHECK(call(first).heir == third);
  CHECK(outcome(first) == "0 cached, 0 server, 1 failed, rejected");
  backbone->succeed(third, two_rows);
  CHECK(outcome(third) == "0 cached, 1 server, 0 failed, resolved");
  CHECK(outcome(second) == "0 cached, 0 server, 1 failed, rejected");
}

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: a write that begins before wrapped returns ends the joining") {
  backbone->wrapped = [this](int) {
    if (++sent == 1) backbone->update(posts, model({{"id", 1}, {"t", "new"}}));
    return true;
  };
  const int first = deduped(), second = deduped();
  CHECK(call(second).leader == 0);
  CHECK(call(deduped()).leader == second);
  backbone->succeed(first, two_rows);
}

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: a read is called off though its leader has its answer already") {
  const int first = deduped(), second = deduped(), third = deduped();
  backbone->on_success = [&](int number, page::Phase) {
    if (number == first) CHECK_FALSE(backbone->core.withdraw(second));
  };
  backbone->succeed(first, two_rows);
  CHECK(outcome(second) == "0 cached, 0 server, 1 failed, rejected");
  CHECK(outcome(third) == "0 cached, 1 server, 0 failed, resolved");
  CHECK(backbone->core.withdraw(third));
}

TEST_CASE_FIXTURE(Sharing, "8.3 dedupe: the last one aborts the request") {
  const int first = deduped(), second = deduped();
  CHECK_FALSE(backbone->core.withdraw(first));
  CHECK(backbone->core.withdraw(second));
  backbone->fail(second, 0);
  CHECK(outcome(second) == "0 cached, 0 server, 1 failed, rejected");
  // What is over is nobody's.
  CHECK(backbone->core.withdraw(second));
}

TEST_CASE_FIXTURE(Sharing, "8.3, 5.2 dedupe: a shared answer is as old as its request") {
  fill();
  // Sent before the request and confirmed before the second read.
  const int save = backbone->update(posts, model({{"id", 1}, {"t", "new"}}));
  const int first = deduped();
  backbone->succeed(save, {});
  const int second = deduped();
  CHECK(call(second).leader == first);
  backbone->succeed(first, two_rows);
  CHECK(call(second).collection->get("1")->attributes["t"] == "new");
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"new"})");
}

TEST_CASE_FIXTURE(Sharing,
                  "8.3 dedupe: a shared answer is written with the ttl of each, the last one's at last") {
  // Because of an older call, what the answer tells is noted.
  backbone->create(posts, model({{"t", "new"}}));
  const int first = deduped();
  in_memory::Call call;
  call.decorator = posts;
  call.collection = collection_at("/posts");
  call.policy.dedupe = true;
  call.policy.ttl = 5;
  CHECK(this->call(backbone->start(std::move(call))).leader == first);
  backbone->succeed(first, two_rows);
  CHECK(item("__ids__-_burry_exp_p") == "1005");
  CHECK(item("1-_burry_exp_p") == "1005");
}

namespace {

struct Evicting : FreshBackbone {
  int evicting(const std::string& ns, double ttl = 0) {
    caching::Policy policy;
    policy.ttl = ttl;
    policy.evict = true;
    return backbone->decorate(ns, policy);
  }
  int read(int decorator, std::shared_ptr<Model> one) {
    in_memory::Call call = call_of(decorator, std::move(one));
    call.policy = backbone->core.policy(decorator);
    return backbone->start(std::move(call));
  }
  void fill(int decorator, int id) { backbone->succeed(read(decorator, model({{"id", id}})), record(id)); }
  void fetch(int decorator, const Content& rows, const std::string& data = "") {
    in_memory::Call call;
    call.decorator = decorator;
    call.collection = std::make_shared<Collection>();
    if (!data.empty()) call.request.query = of_data(data);
    call.policy = backbone->core.policy(decorator);
    backbone->succeed(backbone->start(std::move(call)), rows);
  }
  static Content record(int id) { return {{"id", id}, {"t", std::string(100, 'x')}}; }
  void is_full() { page.storage.quota = page.storage.units(); }
  std::string kept(int last) {
    std::string keys;
    for (int id = 1; id <= last; ++id) {
      if (items.contains(std::to_string(id) + "-_burry_p")) keys += std::to_string(id) + " ";
    }
    return keys;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Evicting, "8.3 evict: what was used least recently makes room") {
  const int posts = evicting("p");
  for (int id = 1; id <= 4; ++id) fill(posts, id);
  is_full();
  read(posts, model({{"id", 1}}));
  fill(posts, 5);
  CHECK(kept(5) == "1 3 4 5 ");
  fill(posts, 6);
  CHECK(kept(6) == "1 4 5 6 ");
}

TEST_CASE_FIXTURE(Evicting, "8.3, 9.2 without evict what is live stays, and the write is not kept") {
  const int posts = decorate("p");
  for (int id = 1; id <= 4; ++id) {
    backbone->succeed(backbone->read(posts, model({{"id", id}})), record(id));
  }
  is_full();
  backbone->succeed(backbone->read(posts, model({{"id", 5}})), record(5));
  CHECK(kept(5) == "1 2 3 4 ");
}

TEST_CASE_FIXTURE(Evicting,
                  "8.3 evict: what this page has not used goes first, what expires first before it") {
  const int posts = evicting("p", 60);
  for (int id = 1; id <= 3; ++id) fill(posts, id);
  page.storage.items["2-_burry_exp_p"] = "1010";
  backbone = std::make_unique<in_memory::Backbone>(page);
  const int again = evicting("p", 60);
  read(again, model({{"id", 1}}));
  is_full();
  fill(again, 4);
  CHECK(kept(4) == "1 3 4 ");
}

TEST_CASE_FIXTURE(Evicting, "8.3 evict: a list that lacks a row is a miss, one whose rows fit is whole") {
  const int posts = evicting("p");
  fetch(posts, {record(1), record(2)});
  is_full();
  page.storage.quota += 20;
  fill(posts, 3);
  CHECK(kept(3) == "2 3 ");
  CHECK(item("__ids__-_burry_p") == "-");
  fetch(posts, {record(4), record(5)});
  CHECK(kept(5) == "4 5 ");
  CHECK(item("__ids__-_burry_p") == "[4,5]");
}

TEST_CASE_FIXTURE(Evicting, "8.3 evict: a list, and its entry in the index, make no room of its own rows") {
  const int posts = evicting("p");
  for (const char* data : {"", "q=1"}) {
    page.storage.quota = 1000;
    fetch(posts, {record(1), record(2)}, data);
    is_full();
    const std::string list = *data ? "__ids__?q=1-_burry_p" : "__ids__-_burry_p";
    CHECK(item(list) == "[1,2]");
    for (int missing = 1; missing < 80; ++missing) {
      backbone->clear(posts);
      --page.storage.quota;
      fetch(posts, {record(1), record(2)}, data);
      CHECK((item(list) == "-" || kept(2) == "1 2 "));
    }
    backbone->clear(posts);
  }
}

TEST_CASE_FIXTURE(Evicting, "8.3 evict: a created row that joins its list takes none out of it") {
  const int posts = evicting("p");
  fetch(posts, {record(1), record(2)});
  page.storage.quota =
      page.storage.units() + in_memory::units("3-_burry_p") + in_memory::units(record(3).dump());
  auto created = std::make_shared<Model>();
  created->attributes = {{"t", std::string(100, 'x')}};
  in_memory::Call call = call_of(posts, created);
  call.request.method = caching::Method::create;
  call.policy = backbone->core.policy(posts);
  backbone->succeed(backbone->start(std::move(call)), record(3));
  const bool is_listed = item("__ids__-_burry_p") != "-";
  CHECK((!is_listed || kept(3) == "1 2 3 "));
}

TEST_CASE_FIXTURE(Evicting, "8.3 evict: a call without it evicts nothing, whatever calls came before") {
  const int posts = evicting("p"), others = decorate("p");
  for (int id = 1; id <= 4; ++id) fill(posts, id);
  is_full();
  // The second static URL is entered in the index as the read begins.
  backbone->read(others, collection_at("/a"));
  read(posts, model({{"id", 1}}));
  backbone->read(others, collection_at("/b"));
  CHECK(kept(4) == "1 2 3 4 ");
  // Inside of a callback of one with it, as well; what comes after that may evict again.
  bool is_inside = false;
  backbone->on_success = [&](int, page::Phase) {
    if (std::exchange(is_inside, true)) return;
    backbone->succeed(backbone->read(others, model({{"id", 5}})), record(5));
    CHECK(kept(5) == "1 2 3 4 ");
  };
  fill(posts, 4);
  fill(posts, 6);
  CHECK(kept(6) == "1 3 4 6 ");
}

TEST_CASE_FIXTURE(Evicting, "8.3, 8.4 evict: what a further try finds written is no write saved") {
  const int posts = evicting("p");
  for (int id = 1; id <= 4; ++id) fill(posts, id);
  is_full();
  page.storage.quota += 200;
  const double before = backbone->core.stats(posts).saved_writes;
  fetch(posts, {record(5), record(6)});
  CHECK(kept(6).ends_with("5 6 "));
  CHECK(backbone->core.stats(posts).saved_writes == before);
}

TEST_CASE_FIXTURE(Evicting, "8.3, 4.8 evict: a row that has no JSON makes no room") {
  const int posts = evicting("p");
  for (int id = 1; id <= 4; ++id) fill(posts, id);
  const auto collection = std::make_shared<Collection>();
  collection->add({{"id", 9}, {"cycle", true}});
  in_memory::Call call = call_of(posts, collection->add({{"t", "new"}}));
  call.request.method = caching::Method::create;
  call.policy = backbone->core.policy(posts);
  backbone->succeed(backbone->start(std::move(call)), record(5));
  CHECK(kept(5) == "1 2 3 4 5 ");
}

TEST_CASE_FIXTURE(Evicting, "8.3 evict: what is pending stays, and what fits nowhere is not kept") {
  const int posts = evicting("p");
  fill(posts, 1);
  const int save = backbone->update(posts, model({{"id", 1}, {"t", "unsent"}}));
  is_full();
  fill(posts, 2);
  CHECK(item("1-_burry_p") == R"({"id":1,"t":"unsent"})");
  CHECK(kept(2) == "1 ");
  page.storage.quota = 10;
  fetch(posts, {record(3), record(4)});
  CHECK(kept(4) == "1 ");
  backbone->fail(save);
}

TEST_CASE_FIXTURE(FreshBackbone, "8.3 of two requests that may be joined the one sent last is joined") {
  const int posts = decorate("p");
  const auto read = [&] {
    in_memory::Call call = call_of(posts, model({{"id", 1}}));
    call.policy.dedupe = true;
    return backbone->start(std::move(call));
  };
  // The inner one is sent last, and its wrapped returns first.
  int inner = 0;
  backbone->wrapped = [&](int number) {
    if (number == 1) inner = read();
    return true;
  };
  CHECK(read() == 1);
  CHECK(call(read()).leader == inner);
}

TEST_CASE_FIXTURE(FreshBackbone, "8.3 reads that share a request get the same, though storage is full") {
  const int posts = decorate("p");
  fetched(posts, two_rows);
  const int update = backbone->update(posts, model({{"id", 1}, {"t", "pending"}}));
  items.erase("1-_burry_p");
  page.storage.quota = page.storage.units();
  const int read = backbone->read(posts, std::make_shared<Collection>());
  backbone->succeed(read, two_rows);
  CHECK(call(read).delivered[0]["t"] == "pending");
  backbone->fail(update);
}
