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

TEST_CASE("3.10 two values of one parameter keep their order") {
  CHECK(canonical_parameters(Data::json, R"({"a":[2,1]})") != canonical_parameters(Data::json, R"({"a":[1,2]})"));
  CHECK(canonical_parameters(Data::text, "b=1&a=2&a=1") == "a=2&a=1&b=1");
}

TEST_CASE("3.10 a value cannot pass for a further parameter") {
  CHECK(canonical_parameters(Data::json, R"({"a":"1&b=2"})") == "a=1%26b%3D2");
  CHECK(canonical_parameters(Data::json, R"({"a":"x y/é"})") == "a=x+y%2F%C3%A9");
}

TEST_CASE("9.4 what is spelled like a list is known for one") {
  CHECK(is_list_name("__ids__"));
  CHECK(is_list_name("__ids__?"));
  CHECK(is_list_name("__ids__?page=2"));
  CHECK_FALSE(is_list_name("__ids__x"));
  CHECK_FALSE(is_list_name(""));
  CHECK_FALSE(is_list_name("__proto__"));
}
