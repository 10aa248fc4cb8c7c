#include <doctest/doctest.h>

#include "sync/query.h"

using namespace caching;

namespace {
std::string name(const std::string& url, Data kind = Data::none, const std::string& data = "") {
  return list_name({url, kind, data});
}
}  // namespace

TEST_CASE("3.10 a fetch without data from the collection's own URL has the plain list") {
  CHECK(name("") == "__ids__");
  CHECK(name("", Data::json, "{}") == "__ids__");
  CHECK(name("", Data::text, "") == "__ids__");
}

TEST_CASE("3.10 parameters stand in canonical order") {
  CHECK(name("", Data::json, R"({"sort":"name","page":2})") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::json, R"({"page":2,"sort":"name"})") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::text, "sort=name&page=2") == "__ids__?page=2&sort=name");
  CHECK(name("", Data::text, "?sort=name&&page=2") == "__ids__?page=2&sort=name");
}

TEST_CASE("3.10 page 2 is not page 1, nor one user another") {
  CHECK(name("", Data::json, R"({"page":1})") != name("", Data::json, R"({"page":2})"));
  CHECK(name("/users/1/posts") != name("/users/2/posts"));
  CHECK(name("/users/1/posts") != "__ids__");
}

TEST_CASE("3.10 a computed URL and its parameters name the list") {
  CHECK(name("/users/5/posts") == "__ids__?/users/5/posts");
  CHECK(name("/posts?b=2&a=1") == "__ids__?/posts?a=1&b=2");
  CHECK(name("/posts?b=2", Data::json, R"({"a":1})") == "__ids__?/posts?a=1&b=2");
}

TEST_CASE("3.10 objects and arrays are named as jQuery names them") {
  CHECK(canonical_parameters(Data::json, R"({"a":{"b":1,"c":[1,2]}})") ==
        "a%5Bb%5D=1&a%5Bc%5D%5B%5D=1&a%5Bc%5D%5B%5D=2");
  CHECK(canonical_parameters(Data::json, R"({"a":[{"b":1},{"b":2}]})") ==
        "a%5B0%5D%5Bb%5D=1&a%5B1%5D%5Bb%5D=2");
  CHECK(canonical_parameters(Data::json, R"({"a":null,"b":true,"c":1.5,"d":""})") == "a=&b=true&c=1.5&d=");
  CHECK(canonical_parameters(Data::json, R"({"a":[],"b":{}})") == "");
}

TEST_CASE("3.10 an array of names and values is one of parameters") {
  const auto of = [](const char* json) { return canonical_parameters(Data::json, json); };
  CHECK(of(R"([{"name":"b","value":2},{"value":"x y","name":"a"}])") == "a=x%20y&b=2");
  CHECK(of(R"([{"name":"a","value":2},{"name":"a","value":1}])") == "a=2&a=1");
  CHECK(of(R"([{"name":"a"},{"value":1},{"name":null,"value":true}])") == "=true&a=&undefined=1");
  // Nothing else is left out, or one list would stand for two questions.
  CHECK(of(R"([{"name":"a","value":{"b":1}}])") != of(R"([{"name":"a","value":{"b":2}}])"));
  CHECK(of(R"([{"id":1}])") != of(R"([{"id":2}])"));
  CHECK(of(R"({"a":{"name":"b","value":1}})") == "a%5Bname%5D=b&a%5Bvalue%5D=1");
}

TEST_CASE("3.10 a body that is no list of parameters is taken as it is") {
  for (const char* body : {R"({"q":"b&a"})", R"( ["b&a"])", "<q>b&a</q>", "query { b&a }", "line\nb&a"}) {
    CHECK(canonical_parameters(Data::text, body) == body);
  }
  CHECK(canonical_parameters(Data::text, "filter[b]=1&filter[a]=2") == "filter[a]=2&filter[b]=1");
}

TEST_CASE("3.10 two values of one parameter keep their order") {
  CHECK(canonical_parameters(Data::json, R"({"a":[2,1]})") != canonical_parameters(Data::json, R"({"a":[1,2]})"));
  CHECK(canonical_parameters(Data::text, "b=1&a=2&a=1") == "a=2&a=1&b=1");
}

TEST_CASE("3.10 a value cannot pass for a further parameter") {
  CHECK(canonical_parameters(Data::json, R"({"a":"1&b=2"})") == "a=1%26b%3D2");
  CHECK(canonical_parameters(Data::json, R"({"a":"x y/é"})") == "a=x%20y%2F%C3%A9");
}

TEST_CASE("9.4 what is spelled like a list is known for one") {
  CHECK(is_list_name("__ids__"));
  CHECK(is_list_name("__ids__?"));
  CHECK(is_list_name("__ids__?page=2"));
  CHECK_FALSE(is_list_name("__ids__x"));
  CHECK_FALSE(is_list_name(""));
  CHECK_FALSE(is_list_name("__proto__"));
}
