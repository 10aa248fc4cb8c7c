#include <doctest/doctest.h>

#include "page_in_memory.h"
#include "sync/query.h"

using namespace caching;

namespace {
in_memory::Texts texts;

std::string name(const std::string& url, Data kind = Data::none, const std::string& data = "") {
  return in_memory::text(list_name(texts, {url, kind, data}));
}
// The parameters of a fetch from the collection's own URL.
std::string parameters(const std::string& data) {
  return in_memory::text(canonical(texts, {"", Data::text, data}));
}
}  // namespace

TEST_CASE("3.10 a fetch without data from the collection's own URL has the plain list") {
  CHECK(name("") == "__ids__");
  CHECK(name("", Data::text, "?") == "__ids__");
  CHECK(name("", Data::text, "") == "__ids__");
}

TEST_CASE("3.10 parameters stand in canonical order") {
  CHECK(name("", Data::text, "sort=name&page=2") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::text, "page=2&sort=name") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::text, "sort=name&page=2") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::text, "?sort=name&&page=2") == "__ids__?page=2&sort=name");
}

TEST_CASE("3.10 page 2 is not page 1, nor one user another") {
  CHECK(name("", Data::text, "page=1") != name("", Data::text, "page=2"));
  CHECK(name("/users/1/posts") != name("/users/2/posts"));
  CHECK(name("/users/1/posts") != "__ids__");
}

TEST_CASE("3.10 a computed URL and its parameters name the list") {
  CHECK(name("/users/5/posts") == "__ids__?/users/5/posts");
  CHECK(name("/posts?b=2&a=1") == "__ids__?/posts?a=1&b=2");
  CHECK(name("/posts?b=2", Data::text, "a=1") == "__ids__?/posts?a=1&b=2");
}

TEST_CASE("3.10 a body that is no list of parameters is taken as it is") {
  for (const char* body : {R"({"q":"b&a"})", R"( ["b&a"])", "<q>b&a</q>", "query { b&a }", "line\nb&a"}) {
    CHECK(parameters(body) == body);
  }
  CHECK(parameters("filter[b]=1&filter[a]=2") == "filter[a]=2&filter[b]=1");
}

TEST_CASE("3.10 two values of one parameter keep their order") {
  CHECK(parameters("b=1&a=2&a=1") == "a=2&a=1&b=1");
}

TEST_CASE("9.4 what is spelled like a list is known for one") {
  CHECK(is_list_name(texts, "__ids__"));
  CHECK(is_list_name(texts, "__ids__?"));
  CHECK(is_list_name(texts, "__ids__?page=2"));
  CHECK_FALSE(is_list_name(texts, "__ids__x"));
  CHECK_FALSE(is_list_name(texts, ""));
  CHECK_FALSE(is_list_name(texts, "__proto__"));
}
