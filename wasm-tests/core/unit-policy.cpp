#include <doctest/doctest.h>

#include <cmath>

#include "sync/policy.h"

using namespace caching;

namespace {
std::string wrong(const std::string& description) {
  Policy policy;
  return read_options(description, policy);
}
}  // namespace

TEST_CASE("1.2 a plain ttl that gives a number is one, and any other is none with a warning") {
  Policy policy;
  CHECK(read_positional({false, NAN}, policy).empty());
  CHECK(policy.ttl == 0);
  CHECK(read_positional({true, 10}, policy).empty());
  CHECK(policy.ttl == 10);
  Policy none;
  CHECK_FALSE(read_positional({true, NAN}, none).empty());
  CHECK(none.ttl == 0);
}

TEST_CASE("8.5 options are read") {
  Policy policy;
  CHECK(read_options(R"({"ttl":["number",-5],"callbacks":["string","once"],"looseKeys":["boolean",true]})", policy).empty());
  CHECK(policy.ttl == -5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
  CHECK(wrong(R"({"cacheKey":["function"]})").empty());
  CHECK(wrong(R"({"ttl":["undefined"],"callbacks":["undefined"],"looseKeys":["undefined"]})").empty());
  CHECK(wrong("{}").empty());
}

TEST_CASE("8.5 an unknown option is named, with those that are known") {
  const std::string message = wrong(R"({"tll":["number",10]})");
  CHECK(message.find("'tll'") != std::string::npos);
  for (const std::string& name : option_names()) CHECK(message.find(name) != std::string::npos);
  CHECK_FALSE(wrong(R"({"__proto__":["object"]})").empty());
}

TEST_CASE("8.5 a wrong type is named, with what was expected and what came") {
  CHECK(wrong(R"({"ttl":["string","10"]})") == "option 'ttl': expected a number of minutes, got '10'");
  CHECK(wrong(R"({"ttl":["number",null]})") == "option 'ttl': expected a number of minutes, got NaN");
  CHECK(wrong(R"({"callbacks":["string","twice"]})") == "option 'callbacks': expected 'each' or 'once', got 'twice'");
  CHECK(wrong(R"({"looseKeys":["number",1]})").find("expected true or false") != std::string::npos);
  CHECK(wrong(R"({"cacheKey":["string","a"]})").find("expected a function") != std::string::npos);
}

TEST_CASE("8.5 an option that is wrong changes nothing of the others") {
  Policy policy;
  CHECK_FALSE(read_options(R"({"ttl":["number",5],"callbacks":["null"]})", policy).empty());
  CHECK_FALSE(policy.once);
}
