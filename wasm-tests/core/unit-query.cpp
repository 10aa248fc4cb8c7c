#include "fresh_page.h"
#include "sync/query.h"

using namespace caching;
using in_memory::text;

namespace {

struct Fixture : FreshPage {
  std::string name(const std::string& url, Data kind = Data::none, const std::string& data = "") {
    return text(list_name(page.texts, {url, kind, data}));
  }
  std::string parameters(const std::string& data) { return text(canonical(page.texts, {"", Data::text, data})); }
  std::string beside(const std::string& list) { return text(envelope_name(page.texts, list)); }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "3.10 a fetch without data from the collection's own URL has the plain list") {
  CHECK(name("") == "__ids__");
  CHECK(name("", Data::text, "") == "__ids__");
  CHECK(name("", Data::text, "?") == "__ids__");
  CHECK(name("", Data::text, "&&") == "__ids__");
}

TEST_CASE_FIXTURE(Fixture, "3.10 parameters stand in canonical order") {
  CHECK(name("", Data::text, "page=2&sort=name") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::text, "sort=name&page=2") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::text, "?sort=name&&page=2") == "__ids__?page=2&sort=name");
  CHECK(parameters("b&a&c=") == "a&b&c=");
  CHECK(parameters("ab=1&a=2") == "a=2&ab=1");
  CHECK(parameters("filter[b]=1&filter[a]=2") == "filter[a]=2&filter[b]=1");
  CHECK(parameters("a%5B1%5D%5Bb%5D=2&a%5B0%5D%5Bb%5D=1") == "a%5B0%5D%5Bb%5D=1&a%5B1%5D%5Bb%5D=2");
}

TEST_CASE_FIXTURE(Fixture, "3.10 page 2 is not page 1, nor one user another") {
  CHECK(name("", Data::text, "page=1") != name("", Data::text, "page=2"));
  CHECK(name("/users/1/posts") != name("/users/2/posts"));
  CHECK(name("/users/1/posts") != "__ids__");
  CHECK(name("", Data::text, "page") != name("", Data::text, "page="));
}

TEST_CASE_FIXTURE(Fixture, "3.10 a computed URL and its parameters name the list") {
  CHECK(name("/users/5/posts") == "__ids__?/users/5/posts");
  CHECK(name("/users/5/posts?") == "__ids__?/users/5/posts");
  CHECK(name("/posts?b=2&a=1") == "__ids__?/posts?a=1&b=2");
  CHECK(name("/posts?b=2", Data::text, "a=1") == "__ids__?/posts?a=1&b=2");
  CHECK(name("/posts?b=2&a=1", Data::text, "?b=1") == "__ids__?/posts?a=1&b=2&b=1");
  CHECK(name("/posts?a=?", Data::none) == "__ids__?/posts?a=?");
}

TEST_CASE_FIXTURE(Fixture, "3.10 a body that is no list of parameters is taken as it is") {
  for (const char* body : {R"({"q":"b&a"})", R"( ["b&a"])", "<q>b&a</q>", "query { b&a }", "line\nb&a", "?b a&a"}) {
    CHECK(parameters(body) == body);
  }
}

TEST_CASE_FIXTURE(Fixture, "3.10 two values of one parameter keep their order") {
  CHECK(parameters("a%5B%5D=2&a%5B%5D=1") == "a%5B%5D=2&a%5B%5D=1");
  CHECK(parameters("b=1&a=2&a=1") == "a=2&a=1&b=1");
}

TEST_CASE_FIXTURE(Fixture, "3.10 a value keeps its =, and characters of any kind") {
  CHECK(parameters("b=1=2&a==") == "a==&b=1=2");
  CHECK(parameters("é=1&a=😀") == "a=😀&é=1");
  CHECK(parameters("a=1%26b%3D2") == "a=1%26b%3D2");
}

TEST_CASE_FIXTURE(Fixture, "6.1 what lies beside a list is named after it") {
  CHECK(beside("__ids__") == "__ids__?#");
  CHECK(beside("__ids__?page=2") == "__ids__?#page=2");
  CHECK(beside("__ids__?/posts?a=1") == "__ids__?#/posts?a=1");
}

TEST_CASE_FIXTURE(Fixture, "9.4 what is spelled like a list is known for one") {
  for (const std::string key : {"__ids__", "__ids__?", "__ids__?page=2", "__ids__?#"}) CHECK(is_list_name(page.texts, key));
  for (const std::string key : {"__ids__x", "", "__proto__", "_ids__", "x__ids__?"}) CHECK_FALSE(is_list_name(page.texts, key));
}
