// Collections with a `parse` of their own (contract 6).
#include "fresh_backbone.h"

namespace {

// A collection whose `parse` finds the rows in {items, total}.
struct Enveloped : FreshBackbone {
  int posts = decorate("p");
  const Content enveloped = {{"items", two_rows}, {"total", 9}};

  static std::shared_ptr<Collection> rows() { return std::make_shared<Collection>(); }
  int fetch(std::shared_ptr<in_memory::Collection> collection) {
    in_memory::Call call;
    call.decorator = posts;
    call.collection = std::move(collection);
    call.own_parse = true;
    return backbone->start(std::move(call));
  }
  void fetched(const Content& answer) { backbone->succeed(fetch(rows()), answer); }
};

}  // namespace

TEST_CASE_FIXTURE(Enveloped, "6.1 what a collection's parse keeps comes back from the cache") {
  fetched(enveloped);
  CHECK(item("__ids__-_burry_p") == "[1,2]");
  CHECK(item("__ids__?#-_burry_p") == R"({"answer":{"items":[],"total":9}})");

  const auto collection = rows();
  const int number = fetch(collection);
  CHECK(backbone->call(number).cached_phases == 1);
  CHECK(collection->total == 9);
  CHECK(collection->models.size() == 2);
  CHECK(item("1-_burry_p") == two_rows[0].dump());
}

TEST_CASE_FIXTURE(Enveloped, "6.1 a list whose answer is missing or rubbish is a miss") {
  for (const char* rubbish : {"", "7", "[", "null", "{}", R"({"answer":7})", R"({"items":[],"total":9})"}) {
    CAPTURE(rubbish);
    fetched(enveloped);
    page.storage.items["__ids__?#-_burry_p"] = rubbish;
    CHECK(backbone->call(fetch(rows())).cached_phases == 0);
  }
  fetched(enveloped);
  page.storage.items.erase("__ids__?#-_burry_p");
  CHECK(backbone->call(fetch(rows())).cached_phases == 0);
}

TEST_CASE_FIXTURE(Enveloped, "6.1 with its list goes the answer that lay beside it") {
  fetched(enveloped);
  backbone->fail(fetch(rows()), 404);
  CHECK(item("__ids__-_burry_p") == "-");
  CHECK(item("__ids__?#-_burry_p") == "-");
}

TEST_CASE_FIXTURE(Enveloped, "5.2 a newer record stands in an enveloped answer, too") {
  fetched(enveloped);
  const auto collection = rows();
  const int number = fetch(collection);
  const auto model = collection->get("1");
  model->attributes["n"] = "mine";
  const int write = backbone->update(posts, model);
  backbone->succeed(number, enveloped);
  CHECK(collection->get("1")->attributes["n"] == "mine");
  backbone->succeed(write, {});
  CHECK(in_memory::Content::parse(item("1-_burry_p"))["n"] == "mine");
}

TEST_CASE_FIXTURE(Enveloped, "5.3 an overtaken answer is delivered with the newer rows and total") {
  const auto first = rows(), second = rows();
  const int early = fetch(first), late = fetch(second);
  backbone->succeed(late, {{"items", {{{"id", 3}}}}, {"total", 1}});
  backbone->succeed(early, enveloped);
  CHECK(first->total == 1);
  CHECK(first->models.size() == 1);
  CHECK(item("__ids__-_burry_p") == "[3]");
}
