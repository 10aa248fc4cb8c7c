#include <cmath>
#include <limits>
#include <set>

#include "fresh_page.h"

using in_memory::registry_key;
using Keys = std::vector<std::string>;
using Items = std::map<std::string, std::string>;

namespace {

constexpr double no_ttl = 0;
// Of a value that has none: undefined, a function, a cycle.
constexpr std::nullopt_t no_json = std::nullopt;

std::string quoted(const std::string& text) { return '"' + text + '"'; }

struct StoreOfPage : FreshPage {
  burry::Store store = open("ns");

  // The JSON of a value.
  bool set(const std::string& key, const std::string& json, double ttl = no_ttl) {
    return store.set(key, json, ttl, no_ttl);
  }
  bool set(const std::string& key, int number, double ttl = no_ttl) {
    return set(key, std::to_string(number), ttl);
  }
  // The JSON of the value; "nothing" where there is none, or rubbish.
  std::string get(const std::string& key) { return get(store, key); }
  std::string get(burry::Store& of, const std::string& key) {
    const std::optional<std::string> text = of.get(key);
    return text && page.json.accepts(*text) ? *text : "nothing";
  }
  // Everything but the registry.
  Items records() {
    Items records = items;
    records.erase(registry_key);
    return records;
  }
};

}  // namespace

TEST_CASE_FIXTURE(StoreOfPage, "2.1 a record is the JSON of the value and nothing around it") {
  CHECK(set("a", R"({"z":1,"a":[0.5,null,"b"]})"));
  CHECK(records() == Items{{"a-_burry_ns", R"({"z":1,"a":[0.5,null,"b"]})"}});
  CHECK(get("a") == R"({"z":1,"a":[0.5,null,"b"]})");
}

TEST_CASE_FIXTURE(StoreOfPage, "2.1 values that are false are values") {
  for (const std::string json : {"null", "false", "0", "\"\""}) {
    CHECK(set("a", json));
    CHECK(get("a") == json);
    CHECK_FALSE(store.add("a", "1", no_ttl, no_ttl));
    CHECK(store.replace("a", json, no_ttl, no_ttl));
  }
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "2.2 the expiry is the minute, where there is a ttl, and goes where there is none") {
  CHECK(set("a", 1, 10));
  CHECK(records() == Items{{"a-_burry_ns", "1"}, {"a-_burry_exp_ns", "1010"}});
  CHECK(set("a", 1));
  CHECK(records() == Items{{"a-_burry_ns", "1"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "2.2 a record lives through its minute and is expired in the next one") {
  set("a", 1, 10);
  page.clock.milliseconds = 1011 * 60000 - 1;
  CHECK(get("a") == "1");
  CHECK_FALSE(store.has_expired("a"));
  page.clock.set_minute(1011);
  CHECK(store.has_expired("a"));
  CHECK(get("a") == "nothing");
  CHECK(records().empty());
}

TEST_CASE("2.2 the expiry is a whole minute") {
  CHECK(burry::expiry_of(1, 1000) == 1001);
  CHECK(burry::expiry_of(0.1, 1000) == 1001);
  CHECK(burry::expiry_of(-0.1, 1000) == 999);
  CHECK(burry::expiry_of(-5, 1000) == 995);
}

TEST_CASE("11 no ttl, or one without end, is no expiry") {
  CHECK(burry::expiry_of(0, 1000) == burry::never);
  CHECK(burry::expiry_of(std::nan(""), 1000) == burry::never);
  CHECK(burry::expiry_of(std::numeric_limits<double>::infinity(), 1000) == burry::never);
  CHECK(burry::expiry_of(1e300, 1000) == burry::never);
  const double past = burry::expiry_of(-std::numeric_limits<double>::infinity(), 1000);
  CHECK(past < 1000);
  CHECK(std::isfinite(past));
}

TEST_CASE_FIXTURE(StoreOfPage, "2.6 the minute is the clock's at the moment of the call") {
  CHECK(burry::minutes_now(page.clock) == 1000);
  page.clock.milliseconds += 59999;
  CHECK(burry::minutes_now(page.clock) == 1000);
  page.clock.milliseconds += 1;
  CHECK(burry::minutes_now(page.clock) == 1001);
  set("a", 1, 10);
  page.clock.set_minute(900);
  set("b", 1, 10);
  CHECK(items["a-_burry_exp_ns"] == "1011");
  CHECK(items["b-_burry_exp_ns"] == "910");
}

TEST_CASE_FIXTURE(StoreOfPage, "2.5 what the old libraries have written is read") {
  items = {{"7-_burry_ns", R"({"id":7})"}, {"7-_burry_exp_ns", "1000"}, {"8-_burry_ns", "[8]"}};
  CHECK(get("7") == R"({"id":7})");
  CHECK(get("8") == "[8]");
  CHECK(store.keys() == Keys{"7", "8"});
}

TEST_CASE_FIXTURE(StoreOfPage, "2.7 what changes in storage is seen by the next call") {
  burry::Store other = open("ns");
  set("a", 1);
  CHECK(get(other, "a") == "1");
  other.set("a", "2", no_ttl, no_ttl);
  CHECK(get("a") == "2");
  items.clear();
  CHECK(get("a") == "nothing");
  CHECK(set("a", 3));
  CHECK(records() == Items{{"a-_burry_ns", "3"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "2.5 what is there already is not written again") {
  set("a", 1, 10);
  const std::size_t before = page.storage.writes;
  CHECK(set("a", 1, 10));
  CHECK(page.storage.writes == before);
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "8.4 writes that were not made are counted, and what the store takes up, in UTF-16") {
  set("a", 1, 10);
  CHECK(store.saved_writes() == 0);
  set("a", 1, 10);
  CHECK(store.saved_writes() == 1);
  set("a", 1, 11);
  set("a", 1);
  CHECK(store.saved_writes() == 1);
  store.count_saved_writes(2);
  CHECK(store.saved_writes() == 3);

  open("other").set("a", "1", 5, no_ttl);
  items.emplace("foreign", "1");
  CHECK(store.bytes() == 2 * std::string("a-_burry_ns"
                                         "1")
                                 .size());
  set("a", 1, 10);
  CHECK(store.bytes() == 2 * std::string("a-_burry_ns"
                                         "1"
                                         "a-_burry_exp_ns"
                                         "1010")
                                 .size());
  // Of one, one, one and two units.
  items = {{"a-_burry_ns", "z\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"}};
  CHECK(store.bytes() == 2 * (std::string("a-_burry_ns").size() + 5));
}

TEST_CASE_FIXTURE(StoreOfPage, "11 ttl 0 or none is the default of the store") {
  store.set("zero", "1", 0, 5);
  store.set("none", "1", std::nan(""), 5);
  store.set("own", "1", 7, 5);
  store.set("neither", "1", std::nan(""), std::nan(""));
  CHECK(items["zero-_burry_exp_ns"] == "1005");
  CHECK(items["none-_burry_exp_ns"] == "1005");
  CHECK(items["own-_burry_exp_ns"] == "1007");
  CHECK(items.count("neither-_burry_exp_ns") == 0);
}

TEST_CASE_FIXTURE(StoreOfPage, "11 a negative ttl is expired at once") {
  CHECK(set("a", 1, -1));
  CHECK(store.has_expired("a"));
  CHECK(store.keys() == Keys{"a"});
  CHECK(get("a") == "nothing");
  CHECK(records().empty());
}

TEST_CASE_FIXTURE(StoreOfPage, "11 add stores only what has no live value") {
  CHECK(store.add("a", "1", 10, no_ttl));
  CHECK_FALSE(store.add("a", "2", 20, no_ttl));
  CHECK(get("a") == "1");
  CHECK(items["a-_burry_exp_ns"] == "1010");
  page.clock.set_minute(1011);
  CHECK(store.add("a", "3", no_ttl, no_ttl));
  CHECK(records() == Items{{"a-_burry_ns", "3"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "11 replace stores only what has a live value") {
  CHECK_FALSE(store.replace("a", "1", no_ttl, no_ttl));
  CHECK(records().empty());
  set("a", 1, 10);
  CHECK(store.replace("a", "2", 20, no_ttl));
  CHECK(records() == Items{{"a-_burry_ns", "2"}, {"a-_burry_exp_ns", "1020"}});
  page.clock.set_minute(1021);
  CHECK_FALSE(store.replace("a", "3", no_ttl, no_ttl));
  CHECK(records().empty());
}

TEST_CASE_FIXTURE(StoreOfPage, "11 remove takes the value and its expiry, and nothing else") {
  set("a", 1, 10);
  set("aa", 1, 10);
  store.remove("a");
  store.remove("not there");
  CHECK(records() == Items{{"aa-_burry_ns", "1"}, {"aa-_burry_exp_ns", "1010"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "10 a value that has no JSON is not stored, and leaves no stale one") {
  CHECK_FALSE(store.set("a", no_json, 10, no_ttl));
  CHECK(records().empty());
  set("a", 1, 10);
  CHECK_FALSE(store.set("a", no_json, 10, no_ttl));
  CHECK(records().empty());
  CHECK_FALSE(store.add("a", no_json, 10, no_ttl));
}

TEST_CASE_FIXTURE(StoreOfPage, "9.3 a value that is no JSON is a miss, and can be written over") {
  for (const std::string rubbish : {"", "rubbish", "{", "undefined", "[1", "NaN"}) {
    items["a-_burry_ns"] = rubbish;
    CHECK(get("a") == "nothing");
    CHECK_FALSE(store.replace("a", "1", no_ttl, no_ttl));
    CHECK(store.counter("a") == 0);
    CHECK(store.add("a", "1", no_ttl, no_ttl));
    CHECK(get("a") == "1");
  }
}

TEST_CASE_FIXTURE(StoreOfPage, "9.3 an expiry that is no number makes a miss of its record") {
  set("a", 1);
  items["a-_burry_exp_ns"] = "rubbish";
  CHECK(store.has_expired("a"));
  CHECK(get("a") == "nothing");
  CHECK(store.expirable_keys().empty());
}

TEST_CASE_FIXTURE(StoreOfPage, "9.3 an expiry is any number that JavaScript reads") {
  const std::map<std::string, burry::Minutes> expiries = {{"0", 0},
                                                          {"1010", 1010},
                                                          {"-5", -5},
                                                          {"1000.5", 1000.5},
                                                          {"1e3", 1000},
                                                          {" 7 ", 7},
                                                          {"999999999999999", 999999999999999.0},
                                                          {"99999999999999999999", 1e20},
                                                          {"1e300", 1e300}};
  for (const auto& spelled : expiries) {
    const auto& text = spelled.first;
    const auto& minutes = spelled.second;
    CAPTURE(text);
    items["a-_burry_exp_ns"] = text;
    CHECK(store.expiry("a") == minutes);
  }
  for (const std::string text : {"", "-", "1010x", "0x10", "\"5\"", "null", "NaN", "Infinity", "1,5"}) {
    CAPTURE(text);
    items["a-_burry_exp_ns"] = text;
    CHECK(store.expiry("a") == burry::unreadable);
  }
}

// As the expiry that a record had before a write that failed (4.4).
TEST_CASE_FIXTURE(StoreOfPage, "9.3 an expiry of somebody else's is written again as what it is") {
  for (const std::string text : {"1010", "-5", "1000.5", "1e+300", "-1e+300", "rubbish"}) {
    CAPTURE(text);
    items["a-_burry_exp_ns"] = text;
    const burry::Minutes expiry = store.expiry("a");
    CHECK(store.write("b", "1", expiry));
    CHECK(store.expiry("b") == expiry);
    CHECK((text == "rubbish" || items["b-_burry_exp_ns"] == text));
  }
}

TEST_CASE_FIXTURE(StoreOfPage, "2.2 an expiry that means never, or is not as we spell it, is not left") {
  items["a-_burry_exp_ns"] = "1010.0";
  set("a", 1, 10);
  CHECK(items["a-_burry_exp_ns"] == "1010");
  items["a-_burry_exp_ns"] = "1e400";
  set("a", 1);
  CHECK(records() == Items{{"a-_burry_ns", "1"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "11 a counter starts at 0 and gets the default ttl") {
  store.count("up", 1, 30);
  store.count("down", -1, no_ttl);
  CHECK(records() == Items{{"up-_burry_ns", "1"}, {"up-_burry_exp_ns", "1030"}, {"down-_burry_ns", "-1"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "11 a live counter keeps its expiry, and the lack of one") {
  set("a", 41, 10);
  set("b", 41);
  page.clock.set_minute(1005);
  store.count("a", 1, 30);
  store.count("b", 1, 30);
  CHECK(records() == Items{{"a-_burry_ns", "42"}, {"a-_burry_exp_ns", "1010"}, {"b-_burry_ns", "42"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "10 incr does not go on from an expired value") {
  set("a", 41, 10);
  page.clock.set_minute(1011);
  store.count("a", 1, 30);
  CHECK(records() == Items{{"a-_burry_ns", "1"}, {"a-_burry_exp_ns", "1041"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "10 incr of what is no number starts at 0 and never stores NaN") {
  for (const std::string text : {"\"5\"", "null", "true", "{}", "[1]", "rubbish", "NaN", "Infinity"}) {
    items["a-_burry_ns"] = text;
    store.count("a", 1, no_ttl);
    CHECK(items["a-_burry_ns"] == "1");
  }
}

TEST_CASE_FIXTURE(StoreOfPage, "11 a counter can hold a fraction, and be a fraction below 0") {
  set("a", "-0.5");
  store.count("a", 1, no_ttl);
  CHECK(items["a-_burry_ns"] == "0.5");
  CHECK(store.counter("a") == 0.5);
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "10 a counter that grows beyond all numbers counts as 0, and never stores NaN") {
  set("a", "1e308");
  store.count("a", 1e308, no_ttl);
  CHECK(items["a-_burry_ns"] == "null");
  CHECK(store.counter("a") == 0);
}

TEST_CASE_FIXTURE(StoreOfPage, "11 the counter of nothing is 0") {
  CHECK(store.counter("a") == 0);
  set("a", quoted("5"));
  CHECK(store.counter("a") == 0);
  set("a", 5, -1);
  CHECK(store.counter("a") == 0);
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "11 keys are those of the store, live and expired, and expirable keys have their minute") {
  open("other").set("foreign", "1", 5, no_ttl);
  items.emplace("foreign", "1");
  set("live", 1, 5);
  set("past", 1, -5);
  set("lasting", 1);
  CHECK(store.keys() == Keys{"lasting", "live", "past"});
  CHECK(store.expirable_keys() == Keys{"live", "past"});
  CHECK(store.expiry("live") == 1005);
  CHECK(store.expiry("past") == 995);
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "11 flush empties this store and leaves the registry and what is not its own") {
  open("other").set("a", "1", 5, no_ttl);
  open("").set("a", "1", 5, no_ttl);
  items.emplace("foreign", "1");
  const Items others = items;
  set("a", 1, 5);
  set("b", 1, -5);
  items.emplace("orphan-_burry_exp_ns", "5");
  store.flush();
  CHECK(items == others);
}

TEST_CASE_FIXTURE(StoreOfPage, "11 flush_expired takes what has expired of this store only") {
  open("other").set("past", "1", -5, no_ttl);
  set("past", 1, -5);
  set("this minute", 1, 1);
  set("lasting", 1);
  page.clock.set_minute(1001);
  store.flush_expired();
  CHECK(records() == Items{{"past-_burry_other", "1"},
                           {"past-_burry_exp_other", "995"},
                           {"this minute-_burry_ns", "1"},
                           {"this minute-_burry_exp_ns", "1001"},
                           {"lasting-_burry_ns", "1"}});
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "10 deleting what has expired deletes nothing live, however the keys are spelled") {
  set("a", 1, -5);
  for (const std::string key : {"aa", "a-_burry_ns", "a-_burry_exp_ns", "-_burry_exp_", "", "exp_a"})
    set(key, 1, 5);
  burry::Store empty = open(""), longer = open("nsns");
  empty.set("a", "1", 5, no_ttl);
  longer.set("a", "1", 5, no_ttl);
  Items live = items;
  live.erase("a-_burry_ns");
  live.erase("a-_burry_exp_ns");
  CHECK(burry::remove_expired(page, registry.known()));
  CHECK(items == live);
  CHECK_FALSE(burry::remove_expired(page, registry.known()));
}

TEST_CASE_FIXTURE(StoreOfPage, "9.4 any key is only a key") {
  const std::set<std::string> keys = {
      "", "\n", "__ids__", "__proto__", "a-_burry_ns", "constructor", "\xED\xA0\x80"};
  for (const std::string& key : keys) CHECK(set(key, 1, 5));
  std::set<std::string> found;
  for (const std::string& key : store.keys()) found.insert(key);
  CHECK(found == keys);
  for (const std::string& key : keys) CHECK(store.get(key));
  store.remove("");
  CHECK(store.keys().size() == static_cast<int>(keys.size()) - 1);
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "9.4 a namespace that shadows another reads what is there and changes nothing") {
  set("a", 1, 10);
  set("past", 1, -10);
  set("k-_burry_a", 2);
  open("exp_ns");
  open("a-_burry_ns");
  const Items before = items;
  for (const std::string ns : {"exp_ns", "a-_burry_ns"}) {
    burry::Store shadow = open(ns);
    for (const std::string key : {"a", "k", "past", "new"}) {
      CHECK_FALSE(shadow.set(key, "3", -5, no_ttl));
      CHECK_FALSE(shadow.set(key, no_json, 5, no_ttl));
      CHECK_FALSE(shadow.replace(key, "3", 5, no_ttl));
      CHECK_FALSE(shadow.add(key, "3", 5, no_ttl));
      shadow.count(key, 1, -5);
      shadow.get(key);
      shadow.remove(key);
    }
    shadow.flush_expired();
    shadow.flush();
    CHECK(items == before);
  }
  CHECK(open("exp_ns").get("a") == "1010");
  CHECK(open("a-_burry_ns").get("k") == "2");
}

TEST_CASE_FIXTURE(StoreOfPage, "9.4 records of a namespace named exp_ are not taken for expiries") {
  items["a-_burry_exp_ns"] = R"({"old":"record"})";
  burry::remove_expired(page, {"", "ns", "exp_ns"});
  CHECK(items["a-_burry_exp_ns"] == R"({"old":"record"})");
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "9.4 what an old library let expire in a shadowing namespace stays where it shadows") {
  set("a", 1, 10);
  items["a-_burry_exp_exp_ns"] = "5";
  const Items before = items;
  burry::Store shadow = open("exp_ns");
  items = before;
  CHECK_FALSE(shadow.get("a"));
  shadow.flush_expired();
  CHECK_FALSE(burry::remove_expired(page, {"", "ns", "exp_ns"}));
  CHECK(items == before);
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "9.1 storage that is absent or forbidden holds nothing and refuses nothing loudly") {
  set("a", 1, 10);
  const Items before = items;
  for (bool* gone : {&page.storage.absent, &page.storage.forbidden}) {
    *gone = true;
    CHECK_FALSE(set("a", 2));
    CHECK_FALSE(store.add("b", "2", 5, no_ttl));
    CHECK_FALSE(store.replace("a", "2", 5, no_ttl));
    CHECK(get("a") == "nothing");
    store.count("a", 1, 5);
    CHECK(store.counter("a") == 0);
    CHECK(store.keys().empty());
    CHECK(store.expirable_keys().empty());
    CHECK_FALSE(store.has_expired("a"));
    store.remove("a");
    store.flush_expired();
    store.flush();
    *gone = false;
    CHECK(items == before);
  }
}

TEST_CASE_FIXTURE(StoreOfPage, "9.2 what has expired in any store makes room") {
  open("other").set("past", quoted(std::string(100, 'x')), -5, no_ttl);
  set("live", 1, 5);
  page.storage.quota = page.storage.units();
  CHECK(set("new", quoted(std::string(50, 'y'))));
  CHECK(records() == Items{{"live-_burry_ns", "1"},
                           {"live-_burry_exp_ns", "1005"},
                           {"new-_burry_ns", quoted(std::string(50, 'y'))}});
}

TEST_CASE_FIXTURE(StoreOfPage, "9.2 what has expired makes room though the registry was lost") {
  set("past", quoted(std::string(100, 'x')), -5);
  items.erase(registry_key);
  page.storage.quota = page.storage.units();
  CHECK(set("new", 1));
}

TEST_CASE_FIXTURE(StoreOfPage, "9.2 a value that does not fit is removed rather than left stale") {
  set("live", 1, 5);
  set("a", 1, 5);
  page.storage.quota = page.storage.units();
  CHECK_FALSE(set("a", quoted(std::string(50, 'y')), 5));
  CHECK(records() == Items{{"live-_burry_ns", "1"}, {"live-_burry_exp_ns", "1005"}});
}

TEST_CASE_FIXTURE(StoreOfPage,
                  "9.2 value and expiry are written both or neither, wherever the storage ends") {
  set("live", 1, 5);
  const Items before = records();
  const std::size_t full = page.storage.units();
  const std::size_t needed = std::string(
                                 "a-_burry_ns"
                                 "12345"
                                 "a-_burry_exp_ns"
                                 "1010")
                                 .size();
  for (std::size_t room = 0; room <= needed; ++room) {
    page.storage.quota = full + room;
    const bool written = set("a", 12345, 10);
    CHECK(written == (room == needed));
    Items expected = before;
    if (written) expected.insert({{"a-_burry_ns", "12345"}, {"a-_burry_exp_ns", "1010"}});
    CHECK(records() == expected);
  }
}

// The value is in place, its new expiry is not, and by the old one the record is
// the first to make room.
TEST_CASE_FIXTURE(StoreOfPage,
                  "9.2 a record is written though its old expiry makes it go while room is made") {
  set("past", 1, -5);
  set("a", quoted("before"), -5);
  page.storage.quota = page.storage.units();
  CHECK(set("a", quoted("after!"), 5));
  CHECK(records() == Items{{"a-_burry_ns", "\"after!\""}, {"a-_burry_exp_ns", "1005"}});
}

TEST_CASE_FIXTURE(StoreOfPage, "10 incr on a full storage throws nothing and leaves no stale value") {
  set("a", 9);
  page.storage.quota = page.storage.units();
  store.count("a", 1, no_ttl);
  CHECK(get("a") == "nothing");
  page.storage.quota = 0;
  store.count("b", 1, no_ttl);
  CHECK(get("b") == "nothing");
}
