// What other tabs write and remove (contract 13): which of it this page is told, and what
// is told.
#include <utility>

#include "fresh_backbone.h"

namespace {

using Text = std::optional<std::string>;

struct HearingTabs : FreshBackbone {
  const int posts = decorate("p", 60);

  // What the page is told when an event of the browser arrives.
  std::string event(const Text& stored, const Text& before, const Text& now) {
    const std::string all =
        backbone->sync.storage_changed(stored.value_or(""), {before.value_or(""), now.value_or("")});
    return all.substr(1, all.size() - 2);
  }
  // Another tab writes, or removes (none), and the event of it arrives at once.
  std::string write(const std::string& stored, const Text& now) {
    const Text before = page.storage.get(stored);
    page.storage.change(stored, now);
    return event(stored, before, now);
  }
  // What the page is told of all that has been done to storage since, in another tab.
  std::vector<std::string> heard() {
    std::vector<std::string> heard;
    for (const in_memory::StorageEvent& one : std::exchange(page.storage.events, {})) {
      const std::string told = event_in(event(one.key, one.before, one.now));
      if (!told.empty()) heard.push_back(told);
    }
    return heard;
  }
  std::string write_record(const std::string& key, const Text& now) { return write(key + "-_burry_p", now); }
  static bool has(const std::string& told, const std::string& part) { return told.find(part) != told.npos; }
  static std::string event_in(const std::string& told) {
    const std::size_t at = told.find("\"event\":");
    if (at == told.npos) return {};
    const std::size_t end = told.find(",\"key\":", at);
    return told.substr(at + 8, end == told.npos ? told.size() - at - 9 : end - at - 8);
  }
};

const std::string one = R"({"id":1,"t":"a","u":"x"})", changed = R"({"id":1,"t":"b","u":"x"})";

}  // namespace

TEST_CASE_FIXTURE(HearingTabs,
                  "13.1 a record that another tab has written is told with its id and attributes") {
  CHECK(write_record("1", one) ==
        R"({"ns":"p","event":["change",1,{"id":1,"t":"a","u":"x"}],"key":"1","before":null,"now":)"
        R"("{\"id\":1,\"t\":\"a\",\"u\":\"x\"}"})");
}

TEST_CASE_FIXTURE(HearingTabs, "13.1, 13.2 a changed record is told with the one before") {
  write_record("1", one);
  const std::string told = write_record("1", changed);
  CHECK(event_in(told) == R"(["change",1,{"id":1,"t":"b","u":"x"}])");
  CHECK(has(told, R"("before":"{\"id\":1,\"t\":\"a\",\"u\":\"x\"}","now":"{\"id\":1,\"t\":\"b\")"));
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 the id is as the model has it, whatever its attribute") {
  CHECK(event_in(write_record("7", R"({"n":8,"_id":7})")) == R"(["change",7,{"n":8,"_id":7}])");
  CHECK(event_in(write_record("8", R"({"_id":"8","id":9})")) == R"(["change","8",{"_id":"8","id":9}])");
  CHECK(event_in(write_record("/me", R"({"name":"a"})")) == R"(["change","/me",{"name":"a"}])");
  CHECK(event_in(write_record("true", R"({"is":true})")) == R"(["change","true",{"is":true}])");
  CHECK(event_in(write_record("", R"({"is":""})")) == R"(["change","",{"is":""}])");
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 a record that another tab has removed") {
  write_record("1", one);
  CHECK(write_record("1", {}) == R"({"ns":"p","event":["remove",1]})");
}

TEST_CASE_FIXTURE(HearingTabs,
                  "13.1, 6 a form of ours is told as the server sent it, with what was written over it") {
  CHECK(event_in(write_record("1", R"({"id":1,"cents":500} )")) == R"(["change",1,{"id":1,"cents":500}])");
  CHECK(
      event_in(write_record(
          "1", R"({"id":1,"cents":5,"a":1,"_burry_":{"written":{"cents":7},"unset":["a"],"dates":[]}} )")) ==
      R"(["change",1,{"id":1,"cents":7}])");
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 what did not change is not told") {
  write_record("1", one);
  CHECK(write_record("1", R"({"t":"a","u":"x","id":1})") == "");
  CHECK(write_record("1", one + " ") == "");
  write_record("__ids__", "[1,2]");
  CHECK(write_record("__ids__", "[1, 2]") == "");
}

TEST_CASE_FIXTURE(HearingTabs, "13.1, 9.3 what is no record is not told") {
  for (const char* rubbish :
       {"", "7", "[1]", "null", "{", "\"x\"", "{\"id\":1}x", R"({"a":1,"_burry_":5} )"}) {
    CAPTURE(rubbish);
    CHECK(write_record("1", rubbish) == "");
    CHECK(write_record("1", {}) == "");
  }
  for (const char* rubbish : {"{}", "[[1]]", "[true]", "7"}) {
    CAPTURE(rubbish);
    CHECK(write_record("__ids__", rubbish) == "");
  }
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 keys that are none of ours, registry, index and expiries are not told") {
  CHECK(write("1", one) == "");
  CHECK(write("1-_burry_other", one) == "");
  CHECK(write("_burry_stores_", R"(["","p"])") == "");
  CHECK(write("1-_burry_exp_p", "1100") == "");
  CHECK(write_record("__ids__?", R"(["__ids__?a=1"])") == "");
  CHECK(write_record("__ids__?#", R"({"answer":{"items":["_burry_rows_"]}})") == "");
}

TEST_CASE_FIXTURE(HearingTabs, "9.4 a namespace that shadows another is told nothing") {
  decorate("exp_p");
  decorate("x-_burry_p");
  CHECK(write("1-_burry_exp_p", one) == "");
  CHECK(write("1-_burry_x-_burry_p", one).find(R"("ns":"p")") == 1);
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 the plain list is told by its ids, a query's to collections only") {
  CHECK(write_record("__ids__", "[1,\"a\"]") ==
        R"({"ns":"p","event":["list",[1,"a"]],"key":"__ids__","ids":[1,"a"],"left":[],"gone":[]})");
  CHECK(write_record("__ids__?a=1", "[1]") ==
        R"({"ns":"p","key":"__ids__?a=1","ids":[1],"left":[],"gone":[]})");
}

TEST_CASE_FIXTURE(HearingTabs, "13.2 what has left a list, and whether its record is gone") {
  write_record("1", one);
  write_record("__ids__", "[1,2,3]");
  CHECK(has(write_record("__ids__", "[3]"), R"("left":["1","2"],"gone":["2"])"));
}

TEST_CASE_FIXTURE(HearingTabs,
                  "13.2 a list that is removed tells nothing, and the next one goes on from it") {
  write_record("__ids__", "[1,2]");
  CHECK(write_record("__ids__", {}) == "");
  const std::string told = write_record("__ids__", "[1]");
  CHECK(event_in(told) == R"(["list",[1]])");
  CHECK(has(told, R"("left":["2"])"));
}

TEST_CASE_FIXTURE(HearingTabs, "13.2, 6.1 the envelope beside a list is told with it, and when it changes") {
  write_record("__ids__?#", R"({"answer":{"items":["_burry_rows_"],"n":1}})");
  CHECK(has(write_record("__ids__", "[1]"), R"("beside":{"answer":{"items":["_burry_rows_"],"n":1}})"));
  const std::string told = write_record("__ids__?#", R"({"answer":{"items":["_burry_rows_"],"n":2}})");
  CHECK(event_in(told) == "");
  CHECK(has(
      told,
      R"("key":"__ids__","ids":[1],"left":[],"gone":[],"beside":{"answer":{"items":["_burry_rows_"],"n":2}})"));
}

TEST_CASE_FIXTURE(HearingTabs, "13.3 an event that storage has moved on from is ignored") {
  items["1-_burry_p"] = changed;
  CHECK(event("1-_burry_p", {}, one) == "");
  CHECK(event("1-_burry_p", one, {}) == "");
  items.erase("1-_burry_p");
  CHECK(event("1-_burry_p", one, changed) == "");
  items["__ids__-_burry_p"] = "[1]";
  CHECK(event("__ids__-_burry_p", {}, "[2]") == "");
  CHECK(event({}, {}, {}) == "");
}

TEST_CASE_FIXTURE(HearingTabs, "13.3, 13.2 the next event goes on from where the last one told was") {
  const std::string last = R"({"id":1,"t":"b","u":"y"})";
  items["1-_burry_p"] = last;
  CHECK(event("1-_burry_p", one, changed) == "");
  CHECK(has(event("1-_burry_p", changed, last), R"("before":"{\"id\":1,\"t\":\"a\",\"u\":\"x\"}")"));
  // There and back again is no change.
  CHECK(event("1-_burry_p", last, one) == "");
  CHECK(event("1-_burry_p", one, last) == "");
  // This tab has written in between: what was before is gone for good.
  CHECK(event("1-_burry_p", last, one) == "");
  items["1-_burry_p"] = last;
  CHECK(has(event("1-_burry_p", changed, last), R"("before":"{\"id\":1,\"t\":\"b\",\"u\":\"x\"}")"));
  // A record that is new since counts as new.
  items["2-_burry_p"] = changed;
  CHECK(event("2-_burry_p", {}, one) == "");
  CHECK(!has(event("2-_burry_p", one, changed), R"("before":"{)"));
}

TEST_CASE_FIXTURE(
    HearingTabs,
    "13.1, 13.2 a record that was removed and comes back is told, and goes on from the old one") {
  write_record("1", one);
  write_record("1", {});
  const std::string told = write_record("1", one);
  CHECK(event_in(told) == R"(["change",1,{"id":1,"t":"a","u":"x"}])");
  CHECK(has(told, "\"before\""));
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 what has expired is not told before its new expiry is there") {
  items["1-_burry_exp_p"] = "900";
  CHECK(write_record("1", one) == "");
  CHECK(write("1-_burry_exp_p", "950") == "");
  CHECK(event_in(write("1-_burry_exp_p", "1060")) == R"(["change",1,{"id":1,"t":"a","u":"x"}])");
  CHECK(write("1-_burry_exp_p", "1070") == "");
  items["__ids__-_burry_exp_p"] = "900";
  CHECK(write_record("__ids__", "[1]") == "");
  CHECK(event_in(write("__ids__-_burry_exp_p", "1060")) == R"(["list",[1]])");
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 what the decorators of two tabs on one storage hear of each other") {
  using Heard = std::vector<std::string>;
  in_memory::Backbone other(page);
  caching::Policy policy;
  policy.ttl = 60;
  const int there = other.decorate("p", policy);
  page.storage.keeps_events = true;
  other.succeed(other.read(there, std::make_shared<Collection>()), {{{"id", 1}}, {{"id", 2}}});
  CHECK(heard() == Heard{R"(["change",1,{"id":1}])", R"(["change",2,{"id":2}])", R"(["list",[1,2]])"});
  other.succeed(other.create(there, model({{"t", "new"}})), {{"id", 3}});
  CHECK(heard() == Heard{R"(["change",3,{"t":"new","id":3}])", R"(["list",[1,2,3]])"});
  const int update = other.update(there, model({{"id", 1}, {"t", "b"}}));
  CHECK(heard() == Heard{R"(["change",1,{"id":1,"t":"b"}])"});
  other.succeed(update, {});
  CHECK(heard().empty());
  other.succeed(other.destroy(there, model({{"id", 2}})), {});
  CHECK(heard() == Heard{R"(["remove",2])", R"(["list",[1,3]])"});
  // What was taken back before anybody heard of it is no change.
  other.fail(other.update(there, model({{"id", 1}, {"t", "refused"}})));
  CHECK(heard().empty());
  other.clear(there);
  CHECK(heard() == Heard{R"(["clear"])"});
  other.succeed(other.read(there, model({{"id", 1}})), {{"id", 1}, {"t", "b"}});
  CHECK(heard() == Heard{R"(["change",1,{"id":1,"t":"b"}])"});
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 after a clear removals are told again") {
  fetched(posts, {{{"id", 1}}});
  page.storage.keeps_events = true;
  backbone->clear(posts);
  CHECK(heard() == std::vector<std::string>{R"(["clear"])"});
  write_record("1", one);
  CHECK(has(write_record("1", {}), "remove"));
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 a clear that came to no end hides nothing later") {
  write_record("1", one);
  write_record("__flush__", "flush");
  write_record("2", changed);
  CHECK(has(write_record("1", {}), "remove"));
}

TEST_CASE_FIXTURE(HearingTabs, "13.1 a model whose id is spelled like the word of a clear is a record") {
  CHECK(event_in(write_record("__flush__", R"({"id":"__flush__"})")) ==
        R"(["change","__flush__",{"id":"__flush__"}])");
  CHECK(event_in(write_record("__flush__", {})) == R"(["remove","__flush__"])");
}

TEST_CASE_FIXTURE(HearingTabs,
                  "13.1 localStorage.clear() in another tab clears every namespace that is empty since") {
  decorate("q");
  items["1-_burry_q"] = one;
  CHECK(event({}, {}, {}) == R"({"ns":"p","event":["clear"]})");
}

TEST_CASE_FIXTURE(HearingTabs, "13.1, 2.5 clear leaves no key of its own, also where storage is full") {
  fetched(posts, {{{"id", 1}}});
  page.storage.quota = page.storage.units();
  backbone->clear(posts);
  CHECK(items.size() == 1);
  const std::size_t writes = page.storage.writes;
  backbone->clear(posts);
  CHECK(page.storage.writes == writes);
}

TEST_CASE_FIXTURE(
    HearingTabs,
    "13.2, 5.4 what this tab has pending is not told to models, nor brought back to collections") {
  fetched(posts, {{{"id", 1}, {"t", "a"}}, {{"id", 2}}});
  const int update = backbone->update(posts, model({{"id", 1}, {"t", "mine"}}));
  const std::string told = write_record("1", changed);
  CHECK(event_in(told) == R"(["change",1,{"id":1,"t":"b","u":"x"}])");
  CHECK(!has(told, "now"));
  const int remove = backbone->destroy(posts, model({{"id", 2}}));
  CHECK(has(write_record("__ids__", "[2,1]"), R"("ids":[1])"));
  backbone->fail(update);
  backbone->fail(remove);
}

TEST_CASE_FIXTURE(HearingTabs,
                  "13.2, 5.4 what models were not told of, since a write was pending, they are told later") {
  write_record("1", one);
  const int update = backbone->update(posts, model({{"id", 1}, {"u", "mine"}}));
  items["1-_burry_p"] = one;  // it was covered by another tab, of which nothing is told
  CHECK(!has(write_record("1", changed), "now"));
  CHECK(write("1-_burry_exp_p", "1070") == "");
  backbone->fail(update);
  const std::string told = write_record("1", R"({"id":1,"t":"b","u":"y"})");
  CHECK(has(told, R"("before":"{\"id\":1,\"t\":\"a\",\"u\":\"x\"}")"));
}

TEST_CASE_FIXTURE(HearingTabs, "13.2, 5.6 an id of this tab that another one has covered does not leave") {
  fetched(posts, {{{"id", 1}}});
  backbone->succeed(backbone->create(posts, model({{"t", "new"}})), {{"id", 2}});
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(has(write_record("__ids__", "[1]"), R"("left":[])"));
}

TEST_CASE_FIXTURE(HearingTabs, "13.3 no event writes to storage") {
  fetched(posts, {{{"id", 1}}});
  const std::size_t writes = page.storage.writes;
  write_record("1", one);
  write_record("__ids__", "[]");
  event({}, {}, {});
  CHECK(page.storage.writes == writes);
}

TEST_CASE_FIXTURE(HearingTabs,
                  "13.2 models are held by `live` alone, as what they were read as, when data comes") {
  const auto read = [&](bool live, std::shared_ptr<Model> model) {
    in_memory::Call call = call_of(posts, std::move(model));
    call.policy.live = live;
    return backbone->start(std::move(call));
  };
  const int plain = read(false, model({{"id", 1}})), live = read(true, model({{"id", 2}}));
  CHECK(!call(live).held_as);
  backbone->succeed(plain, {{"id", 1}});
  backbone->succeed(live, {{"id", 2}});
  CHECK(!call(plain).held_as);
  CHECK(call(live).held_as == "2");
  const int hit = read(true, model({{"id", 2}}));
  CHECK(call(hit).held_as == "2");
  backbone->fail(hit);
  const int failed = read(true, model({{"id", 3}}));
  backbone->fail(failed);
  CHECK(!call(failed).held_as);
}
