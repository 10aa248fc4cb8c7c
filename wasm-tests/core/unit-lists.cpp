// All lists of a namespace and the index of them (contract 2.4, 3.8 to 3.10, 4.4, 5.6).
#include "fresh_page.h"
#include "sync/lists.h"

using caching::Id;
using caching::Keys;
using caching::Lists;
using caching::Place;
using caching::Places;
using KeySet = std::set<std::string>;

namespace {

const std::string plain = "__ids__", first = "__ids__?a=1", second = "__ids__?a=2";

struct ListsOfPage : FreshPage {
  burry::Store store = open("p");
  Lists lists{store};

  void put(const std::string& key, const std::string& text) { items[key + "-_burry_p"] = text; }
  std::string item(const std::string& key) const {
    const auto found = items.find(key + "-_burry_p");
    return found == items.end() ? "-" : found->second;
  }
  void record(const std::string& key) { put(key, "{}"); }
  Keys replace(const std::string& list, const std::string& text, KeySet untold = {}) {
    return lists.replace(list, text, burry::never, untold);
  }
  // An id that this page has put into the plain list.
  void join(const Id& id) {
    record(id.text);
    REQUIRE(lists.append(plain, id));
    lists.note_joined(id);
  }
};

Id number(int value) { return {std::to_string(value), false}; }

}  // namespace

TEST_CASE_FIXTURE(ListsOfPage, "2.4 a list that is there and live has its text and its keys") {
  CHECK_FALSE(lists.live_text(plain));
  CHECK(lists.keys_of(plain).empty());
  CHECK_FALSE(lists.contains(plain, "1"));
  put(plain, R"([1,"b",1])");
  CHECK(lists.live_text(plain) == R"([1,"b",1])");
  CHECK(lists.keys_of(plain) == KeySet{"1", "b"});
  CHECK(lists.contains(plain, "1"));
  CHECK_FALSE(lists.contains(plain, "2"));
}

TEST_CASE_FIXTURE(ListsOfPage, "2.2 a list that has expired is none") {
  put(plain, "[1]");
  items[plain + "-_burry_exp_p"] = "1000";
  CHECK(lists.live_text(plain));
  page.clock.set_minute(1001);
  CHECK_FALSE(lists.live_text(plain));
  CHECK_FALSE(lists.contains(plain, "1"));
  CHECK_FALSE(lists.append(plain, number(2)));
  CHECK(lists.remove("1").empty());
}

TEST_CASE_FIXTURE(
    ListsOfPage,
    "2.7 a list that somebody else has written is read anew, and that of another is no other's") {
  put(plain, "[1]");
  put(first, "[2]");
  CHECK(lists.contains(plain, "1"));
  CHECK(lists.contains(first, "2"));
  CHECK_FALSE(lists.contains(plain, "2"));
  put(plain, "[3]");
  CHECK(lists.contains(plain, "3"));
  CHECK_FALSE(lists.contains(plain, "1"));
  put(plain, "rubbish");
  CHECK(lists.keys_of(plain).empty());
  CHECK(lists.contains(first, "2"));
}

TEST_CASE_FIXTURE(ListsOfPage, "3.8 a list is written as the page spelled it, and tells who has left") {
  CHECK(replace(plain, R"([1,2,"c"])").empty());
  CHECK(item(plain) == R"([1,2,"c"])");
  CHECK(replace(plain, "[ 2 ]") == Keys{"1", "c"});
  CHECK(item(plain) == "[ 2 ]");
  CHECK(replace(plain, "[]") == Keys{"2"});
}

TEST_CASE_FIXTURE(ListsOfPage, "3.8 who stands in another list has not left") {
  replace(first, "[1,2]");
  replace(plain, "[1,2,3]");
  CHECK(replace(plain, "[]") == Keys{"3"});
  CHECK(replace(first, "[2]") == Keys{"1"});
  CHECK(lists.drop(first) == Keys{"2"});
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "2.5 a list that is there already is not written again, but with another expiry") {
  lists.replace(plain, "[1]", 1005, {});
  const std::size_t writes = page.storage.writes;
  CHECK(lists.replace(plain, "[1]", 1005, {}).empty());
  CHECK(page.storage.writes == writes);
  lists.replace(plain, "[1]", 1006, {});
  CHECK(items[plain + "-_burry_exp_p"] == "1006");
  lists.replace(plain, "[1]", burry::never, {});
  CHECK_FALSE(items.contains(plain + "-_burry_exp_p"));
}

TEST_CASE_FIXTURE(ListsOfPage, "9.3 rubbish in the place of a list tells nothing of who has left") {
  for (const std::string rubbish : {"", "null", "{}", "[[1]]", "[1"}) {
    put(plain, rubbish);
    CHECK(replace(plain, "[2]").empty());
    CHECK(item(plain) == "[2]");
  }
  put(plain, R"(["__ids__?a=1","__ids__?",1])");
  CHECK(replace(plain, "[]") == Keys{"1"});
}

TEST_CASE_FIXTURE(ListsOfPage, "3.10 the index names the lists of queries, and not the plain one") {
  replace(plain, "[1]");
  CHECK(item("__ids__?") == "-");
  replace(first, "[1]");
  replace(second, "[2]");
  replace(first, "[1,2]");
  CHECK(item("__ids__?") == R"(["__ids__?a=1","__ids__?a=2"])");
  CHECK(lists.names() == Keys{plain, first, second});
}

TEST_CASE_FIXTURE(ListsOfPage, "3.10 a list that is gone leaves the index when another one comes") {
  replace(first, "[1]");
  lists.discard(first);
  CHECK(item("__ids__?") == R"(["__ids__?a=1"])");
  replace(second, "[1]");
  CHECK(item("__ids__?") == R"(["__ids__?a=2"])");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "9.3 an index that is rubbish names nothing, and what is no list is left out of it") {
  for (const std::string rubbish : {"", "null", "{}", "[[]]", "[1", R"(["1",2,"__proto__",""])"}) {
    put("__ids__?", rubbish);
    CHECK(lists.names() == Keys{plain});
    CHECK(lists.claim_plain("/a"));
  }
}

TEST_CASE_FIXTURE(ListsOfPage, "9.2 where the index does not fit, neither are its lists kept") {
  replace(first, "[1]");
  put("__ids__?", "[]");
  put(second, "[2]");
  page.storage.quota = page.storage.units();
  replace(second, "[2]");
  CHECK(item(second) == "-");
  CHECK(item("__ids__?") == "-");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "9.2 where whose the plain list is does not fit, no list is kept that nobody knows of") {
  lists.claim_plain("/a");
  replace(first, "[1]");
  page.storage.quota = page.storage.units();
  CHECK_FALSE(lists.claim_plain("/b"));
  CHECK(item("__ids__?") == "-");
  CHECK(item(first) == "-");
}

TEST_CASE_FIXTURE(ListsOfPage, "6.1 with a list goes what lies beside it") {
  for (const std::string& list : {plain, first}) {
    replace(list, "[1]");
    const std::string beside = list == plain ? "__ids__?#" : "__ids__?#a=1";
    put(beside, "{}");
    lists.discard(list);
    CHECK(item(list) == "-");
    CHECK(item(beside) == "-");
  }
}

TEST_CASE_FIXTURE(ListsOfPage, "3.7 a list that is dropped tells who stands in no other") {
  replace(plain, "[1,2]");
  replace(first, "[2,3]");
  CHECK(lists.drop(plain) == Keys{"1"});
  CHECK(item(plain) == "-");
  CHECK(lists.drop(plain).empty());
  put(first, "rubbish");
  CHECK(lists.drop(first).empty());
  CHECK(item(first) == "-");
}

TEST_CASE_FIXTURE(ListsOfPage, "4.1 an id is appended to a list that is stored and lacks it") {
  CHECK_FALSE(lists.append(plain, number(1)));
  CHECK(item(plain) == "-");
  put(plain, "[]");
  CHECK(lists.append(plain, number(1)));
  CHECK(lists.append(plain, {"b"}));
  CHECK(item(plain) == R"([1,"b"])");
  const std::size_t writes = page.storage.writes;
  CHECK(lists.append(plain, {"1"}));
  CHECK(page.storage.writes == writes);
}

TEST_CASE_FIXTURE(ListsOfPage, "4.1 a list that is changed keeps the expiry that it had") {
  lists.replace(plain, "[1]", 1005, {});
  page.clock.set_minute(1003);
  lists.append(plain, number(2));
  lists.remove("1");
  CHECK(item(plain) == "[2]");
  CHECK(items[plain + "-_burry_exp_p"] == "1005");
}

TEST_CASE_FIXTURE(ListsOfPage, "4.4 an id leaves every list, and comes back to where it stood") {
  replace(plain, "[1,2,3]");
  replace(first, R"(["2"])");
  replace(second, "[4]");
  const Places places = lists.remove("2");
  CHECK(item(plain) == "[1,3]");
  CHECK(item(first) == "[]");
  CHECK(item(second) == "[4]");
  REQUIRE(places.size() == 2);
  for (const Place& place : places) lists.restore(place);
  CHECK(item(plain) == "[1,2,3]");
  CHECK(item(first) == R"(["2"])");
  for (const Place& place : places) lists.restore(place);
  CHECK(item(plain) == "[1,2,3]");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "4.4 an id comes back behind the one it followed or, if that is gone, to its index") {
  replace(plain, "[1,2,3,4]");
  const Places places = lists.remove("3");
  put(plain, "[4,2,1]");
  lists.restore(places.front());
  CHECK(item(plain) == "[4,2,3,1]");
  put(plain, "[5,6,7]");
  lists.restore(places.front());
  CHECK(item(plain) == "[5,6,3,7]");
  put(plain, "[5]");
  lists.restore(places.front());
  CHECK(item(plain) == "[5,3]");
  items.erase(plain + "-_burry_p");
  lists.restore(places.front());
  CHECK(item(plain) == "-");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "4.4 the first of a list comes back as its first, though an id is an empty text") {
  replace(plain, R"([1,"",2])");
  const Places places = lists.remove("1");
  CHECK(item(plain) == R"(["",2])");
  lists.restore(places.front());
  CHECK(item(plain) == R"([1,"",2])");
}

TEST_CASE_FIXTURE(ListsOfPage, "3.9 every list that holds an id is dropped with its record") {
  replace(plain, "[1,2]");
  replace(first, "[2]");
  replace(second, "[1]");
  lists.drop_lists_with("1");
  CHECK(item(plain) == "-");
  CHECK(item(first) == "[2]");
  CHECK(item(second) == "-");
}

TEST_CASE_FIXTURE(ListsOfPage, "3.9 every list with a row that has no record is dropped") {
  record("1");
  replace(plain, "[1]");
  replace(first, "[1,2]");
  replace(second, "[]");
  lists.drop_lists_with_holes();
  CHECK(item(plain) == "[1]");
  CHECK(item(first) == "-");
  CHECK(item(second) == "[]");
}

TEST_CASE_FIXTURE(
    ListsOfPage,
    "5.6 an id of this page that has vanished from the plain list comes back, if its record is there") {
  replace(plain, "[1]");
  join(number(2));
  join({"c"});
  lists.bring_back_vanished();
  CHECK(item(plain) == R"([1,2,"c"])");
  put(plain, "[1,4]");
  items.erase("2-_burry_p");
  lists.bring_back_vanished();
  CHECK(item(plain) == R"([1,4,"c"])");
  put(plain, "[1,4]");
  record("2");
  lists.bring_back_vanished();
  CHECK(item(plain) == R"([1,4,"c"])");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "5.6 an id that the server's list leaves out, or that is deleted, does not come back") {
  replace(plain, "[1]");
  join(number(2));
  join(number(3));
  replace(plain, "[1]", {"3"});
  lists.bring_back_vanished();
  CHECK(item(plain) == "[1,3]");
  lists.remove("3");
  put(plain, "[7]");
  lists.bring_back_vanished();
  CHECK(item(plain) == "[7]");
}

TEST_CASE_FIXTURE(ListsOfPage, "5.6 an id that this page has put in the place of another one does so again") {
  replace(plain, R"([1,"_new_a","_new_b"])");
  lists.identify("_new_a", number(2));
  lists.identify("_new_b", number(3));
  CHECK(item(plain) == "[1,2,3]");
  put(plain, R"([1,2,"_new_b",5])");
  lists.bring_back_vanished();
  CHECK(item(plain) == "[1,2,3,5]");
  put(plain, R"([1,"_new_a",3])");
  lists.append(plain, number(6));
  lists.bring_back_vanished();
  CHECK(item(plain) == "[1,2,3,6]");
  lists.forget();
  put(plain, R"(["_new_a"])");
  lists.bring_back_vanished();
  CHECK(item(plain) == R"(["_new_a"])");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "5.6 what has vanished is looked for only where somebody else has written the list") {
  replace(plain, "[1]");
  join(number(2));
  lists.bring_back_vanished();
  const std::size_t writes = page.storage.writes;
  lists.append(plain, number(5));
  lists.bring_back_vanished();
  CHECK(page.storage.writes == writes + 1);
}

TEST_CASE_FIXTURE(ListsOfPage, "5.5 after clear nothing comes back, and the plain list is nobody's") {
  replace(plain, "[1]");
  join(number(2));
  CHECK(lists.claim_plain("/a"));
  lists.forget();
  put(plain, "[1]");
  lists.bring_back_vanished();
  CHECK(item(plain) == "[1]");
  CHECK(lists.claim_plain("/b"));
  CHECK(item("__ids__?") == "-");
}

TEST_CASE_FIXTURE(
    ListsOfPage,
    "3.10 the plain list belongs to the URL that was fetched first, and nothing is written for that") {
  const auto before = items;
  CHECK(lists.claim_plain("/a"));
  CHECK(lists.claim_plain("/a"));
  CHECK(items == before);
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "3.10 as soon as a page has seen a second URL, the index says whose the plain list is") {
  CHECK(lists.claim_plain("/a"));
  CHECK_FALSE(lists.claim_plain("/b"));
  CHECK(item("__ids__?") == R"(["__ids__=/a"])");
  CHECK(lists.names() == Keys{plain});
  const std::size_t writes = page.storage.writes;
  CHECK(lists.claim_plain("/a"));
  CHECK_FALSE(lists.claim_plain("/b"));
  CHECK(page.storage.writes == writes);
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "3.10 another page believes the index, also where it has fetched another URL first") {
  Lists other(store);
  CHECK(other.claim_plain("/b"));
  lists.claim_plain("/a");
  lists.claim_plain("/b");
  CHECK_FALSE(other.claim_plain("/b"));
  CHECK(other.claim_plain("/a"));
  Lists third(store);
  CHECK_FALSE(third.claim_plain("/c"));
  CHECK(third.claim_plain("/a"));
}

TEST_CASE_FIXTURE(ListsOfPage, "3.10 whose the plain list is stays in the index with the lists") {
  lists.claim_plain("/a");
  lists.claim_plain("/b");
  replace(first, "[1]");
  CHECK(item("__ids__?") == R"(["__ids__=/a","__ids__?a=1"])");
  replace(second, "[1]");
  CHECK(item("__ids__?") == R"(["__ids__=/a","__ids__?a=1","__ids__?a=2"])");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "2.7 an index that has been cleared away is written again, by the URL that was first") {
  lists.claim_plain("/a");
  lists.claim_plain("/b");
  items.clear();
  CHECK_FALSE(lists.claim_plain("/b"));
  CHECK(item("__ids__?") == R"(["__ids__=/a"])");
}

TEST_CASE_FIXTURE(ListsOfPage, "3.10 a collection without a URL of its own has the plain list") {
  CHECK(lists.claim_plain(""));
  CHECK(lists.claim_plain("/a"));
  CHECK(lists.claim_plain(""));
  CHECK(item("__ids__?") == "-");
}

TEST_CASE_FIXTURE(ListsOfPage, "4.1 a new model joins the list of its collection's URL") {
  CHECK(lists.list_to_join({{}, ""}, true) == plain);
  lists.claim_plain("/a");
  CHECK(lists.list_to_join({{}, "/a"}, true) == plain);
  CHECK(lists.list_to_join({{}, "/b"}, true) == "__ids__?/b");
  CHECK(lists.list_to_join({{}, "/b?y=1&x=2"}, true) == "__ids__?/b?x=2&y=1");
}

TEST_CASE_FIXTURE(ListsOfPage, "3.10 a new model's collection takes the plain list as a fetch of it does") {
  CHECK(lists.list_to_join({{}, "/a"}, false) == plain);
  CHECK(lists.list_to_join({{}, "/b"}, true) == plain);
  CHECK(item("__ids__?") == "-");
  CHECK_FALSE(lists.claim_plain("/a"));
  CHECK(item("__ids__?") == R"(["__ids__=/b"])");
  items.clear();
  CHECK(lists.list_to_join({{}, "/c"}, true) == "__ids__?/c");
  CHECK(item("__ids__?") == R"(["__ids__=/b"])");
}

TEST_CASE_FIXTURE(ListsOfPage,
                  "4.1 a new model in no collection joins the list of its class's URL, if there is one") {
  lists.claim_plain("/a");
  lists.claim_plain("/b");
  CHECK(lists.list_to_join({{}, "/a"}, false) == plain);
  CHECK(lists.list_to_join({{}, "/b"}, false) == plain);
  replace("__ids__?/b", "[1]");
  CHECK(lists.list_to_join({{}, "/b"}, false) == "__ids__?/b");
  CHECK(lists.list_to_join({{}, "/c"}, false) == plain);
}
