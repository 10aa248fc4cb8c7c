#include <doctest/doctest.h>

#include "sync/query.h"

using namespace caching;

namespace {

// The list of a fetch from a URL that is not the plain list's.
std::string list_at(const std::string& url) { return list_key({url, {}}); }
std::string list_at(const std::string& url, const std::string& data) {
  return list_key({url, {Data::Kind::text, data}});
}
std::string parameters(const std::string& data) { return canonical({"", {Data::Kind::text, data}}); }
std::string encoded(const std::string& json) { return encode_parameters(json).value_or("none"); }

}  // namespace

TEST_CASE("3.10 a fetch without data from the collection's own URL has the plain list") {
  CHECK(list_at("") == "__ids__");
  CHECK(list_at("", "") == "__ids__");
  CHECK(list_at("", "?") == "__ids__");
  CHECK(list_at("", "&&") == "__ids__");
}

TEST_CASE("3.10 parameters stand in canonical order") {
  CHECK(list_at("", "page=2&sort=name") == "__ids__?page=2&sort=name");
  CHECK(list_at("", "sort=name&page=2") == "__ids__?page=2&sort=name");
  CHECK(list_at("", "?sort=name&&page=2") == "__ids__?page=2&sort=name");
  CHECK(parameters("b&a&c=") == "a&b&c=");
  CHECK(parameters("ab=1&a=2") == "a=2&ab=1");
  CHECK(parameters("filter[b]=1&filter[a]=2") == "filter[a]=2&filter[b]=1");
  CHECK(parameters("a%5B1%5D%5Bb%5D=2&a%5B0%5D%5Bb%5D=1") == "a%5B0%5D%5Bb%5D=1&a%5B1%5D%5Bb%5D=2");
}

TEST_CASE("3.10 page 2 is not page 1, nor one user another") {
  CHECK(list_at("", "page=1") != list_at("", "page=2"));
  CHECK(list_at("/users/1/posts") != list_at("/users/2/posts"));
  CHECK(list_at("/users/1/posts") != "__ids__");
  CHECK(list_at("", "page") != list_at("", "page="));
}

TEST_CASE("3.10 a computed URL and its parameters name the list") {
  CHECK(list_at("/users/5/posts") == "__ids__?/users/5/posts");
  CHECK(list_at("/users/5/posts?") == "__ids__?/users/5/posts");
  CHECK(list_at("/posts?b=2&a=1") == "__ids__?/posts?a=1&b=2");
  CHECK(list_at("/posts?b=2", "a=1") == "__ids__?/posts?a=1&b=2");
  CHECK(list_at("/posts?b=2&a=1", "?b=1") == "__ids__?/posts?a=1&b=2&b=1");
  CHECK(list_at("/posts?a=?") == "__ids__?/posts?a=?");
}

TEST_CASE("3.10 a body that is no list of parameters is taken as it is") {
  for (const char* body :
       {R"({"q":"b&a"})", R"( ["b&a"])", "<q>b&a</q>", "query { b&a }", "line\nb&a", "?b a&a"}) {
    CHECK(parameters(body) == body);
  }
}

TEST_CASE("3.10 two values of one parameter keep their order") {
  CHECK(parameters("a%5B%5D=2&a%5B%5D=1") == "a%5B%5D=2&a%5B%5D=1");
  CHECK(parameters("b=1&a=2&a=1") == "a=2&a=1&b=1");
}

TEST_CASE("3.10 a value keeps its =, and characters of any kind") {
  CHECK(parameters("b=1=2&a==") == "a==&b=1=2");
  CHECK(parameters("é=1&a=😀") == "a=😀&é=1");
  CHECK(parameters("a=1%26b%3D2") == "a=1%26b%3D2");
}

TEST_CASE("6.1 what lies beside a list is named after it") {
  CHECK(envelope_key("__ids__") == "__ids__?#");
  CHECK(envelope_key("__ids__?page=2") == "__ids__?#page=2");
  CHECK(envelope_key("__ids__?/posts?a=1") == "__ids__?#/posts?a=1");
}

TEST_CASE("9.4 what is spelled like a list is known for one") {
  for (const std::string key : {"__ids__", "__ids__?", "__ids__?page=2", "__ids__?#"})
    CHECK(is_list_key(key));
  for (const std::string key : {"__ids__x", "", "__proto__", "_ids__", "x__ids__?"})
    CHECK_FALSE(is_list_key(key));
}

TEST_CASE("3.10 a fetch with parameters from the collection's own URL is told by them alone") {
  CHECK(list_at("", "page=2") == "__ids__?page=2");
  CHECK(list_at("/posts", "page=2") == "__ids__?/posts?page=2");
}

TEST_CASE("3.10 an object of data is spelled as it is sent") {
  CHECK(encoded("{}") == "");
  CHECK(encoded("[]") == "");
  CHECK(encoded(R"({"page":2,"sort":"name"})") == "page=2&sort=name");
  CHECK(encoded(R"-({"q":"a b&c=d/é","x":"-_.!~*'()"})-") == "q=a%20b%26c%3Dd%2F%C3%A9&x=-_.!~*'()");
  CHECK(encoded(R"({"a":null,"b":true,"c":false,"d":1.5,"e":""})") == "a=&b=true&c=false&d=1.5&e=");
  CHECK(encoded(R"({"a b":1,"":2})") == "a%20b=1&=2");
}

TEST_CASE("3.10 what is nested in data stands in brackets, an object in an array at its index") {
  CHECK(encoded(R"({"a":[1,2]})") == "a%5B%5D=1&a%5B%5D=2");
  CHECK(encoded(R"({"a":{"b":1,"c":{"d":2}}})") == "a%5Bb%5D=1&a%5Bc%5D%5Bd%5D=2");
  CHECK(encoded(R"({"a":[{"b":1},[2,3],4]})") ==
        "a%5B0%5D%5Bb%5D=1&a%5B1%5D%5B%5D=2&a%5B1%5D%5B%5D=3&a%5B%5D=4");
  CHECK(encoded(R"({"a":[],"b":{},"c":1})") == "c=1");
  CHECK(encoded("[1,[2]]") == "%5B%5D=1&%5B1%5D%5B%5D=2");
}

TEST_CASE("3.10 an array that serializeArray has made is what it was made of") {
  CHECK(encoded(R"([{"name":"a","value":"1"},{"name":"b","value":null}])") == "a=1&b=");
  CHECK(encoded(R"([{"name":"a"},{"value":1}])") == "a=&undefined=1");
  CHECK(encoded(R"([{"name":"a","value":1,"more":2}])") == "a=1&%5B0%5D%5Bmore%5D=2");
  CHECK(encoded(R"([{"name":["a"],"value":{"b":1}}])") ==
        "%5B0%5D%5Bname%5D%5B%5D=a&%5B0%5D%5Bvalue%5D%5Bb%5D=1");
  CHECK(encoded(R"([{"x":1}])") == "%5B0%5D%5Bx%5D=1");
}

TEST_CASE("3.10 data that no URL can spell tells nothing") {
  for (const char* json :
       {"", "1", "\"a\"", "null", "[", R"({"a":"\ud800"})", R"({"\udc00":1})", R"([{"name":"\ud800"}])"}) {
    CAPTURE(json);
    CHECK_FALSE(encode_parameters(json));
    CHECK(spelled({Data::Kind::object, json}).kind == Data::Kind::opaque);
  }
  // A pair is a character, and U+FFFF is one.
  CHECK(encoded(R"({"a":"\ud83d\ude00"})") == "a=%F0%9F%98%80");
  CHECK(encoded(R"({"a":"\uffff"})") != "none");
}

TEST_CASE("3.10 data is known as an object or as its text") {
  const Data object = {Data::Kind::object, R"({"b":1,"a":[2]})"};
  CHECK(spelled(object).text == "b=1&a%5B%5D=2");
  CHECK(list_key({"", object}) == list_at("", "a%5B%5D=2&b=1"));
  CHECK(list_key({"/posts?c=3", object}) == "__ids__?/posts?a%5B%5D=2&b=1&c=3");
  for (const Data::Kind kind : {Data::Kind::none, Data::Kind::text, Data::Kind::opaque}) {
    CHECK(spelled({kind, "x"}).kind == kind);
    CHECK(spelled({kind, "x"}).text == "x");
  }
}

TEST_CASE("3.1 a singleton is known by its URL, in canonical order") {
  CHECK(canonical({"/session", {}}) == "/session");
  CHECK(canonical({"/session?b=1&a=2", {Data::Kind::text, "c=3"}}) == "/session?a=2&b=1&c=3");
  CHECK(canonical({"", {}}) == "");
}
