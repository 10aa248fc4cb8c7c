#include <doctest/doctest.h>

#include <cmath>

#include "page_in_memory.h"
#include "sync/policy.h"

using namespace caching;

namespace {

in_memory::Texts texts;

std::string read(Policy& policy, const Given& given) {
  return in_memory::text(read_option(texts, given, policy));
}
std::string wrong(const Given& given) {
  Policy policy;
  return read(policy, given);
}

}  // namespace

TEST_CASE("1.2 a plain ttl that gives a number is one, and any other is none with a warning") {
  Policy policy;
  CHECK(read_positional(10, policy).empty());
  CHECK(policy.ttl == 10);
  Policy none;
  CHECK_FALSE(read_positional(NAN, none).empty());
  CHECK(none.ttl == 0);
}

TEST_CASE("8.5 options are read") {
  Policy policy;
  CHECK(read(policy, {"ttl", Type::number, -5, "number"}).empty());
  CHECK(read(policy, {"callbacks", Type::text, NAN, "once"}).empty());
  CHECK(read(policy, {"looseKeys", Type::truth, 1, "boolean"}).empty());
  CHECK(policy.ttl == -5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
  CHECK(read(policy, {"callbacks", Type::text, NAN, "each"}).empty());
  CHECK(read(policy, {"looseKeys", Type::truth, 0, "boolean"}).empty());
  CHECK_FALSE(policy.once);
  CHECK_FALSE(policy.loose_keys);
  CHECK(wrong({"cacheKey", Type::function, NAN, "function"}).empty());
}

TEST_CASE("8.5 an option that is undefined is not given") {
  Policy policy = {7, true, true};
  for (const page::Name name : option_names()) {
    CHECK(read(policy, {name, Type::undefined, NAN, "undefined"}).empty());
  }
  CHECK(policy.ttl == 7);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
}

TEST_CASE("8.5 an unknown option is named, with those that are known") {
  const std::string message = wrong({"tll", Type::number, 10, "number"});
  CHECK(message.find("'tll'") != std::string::npos);
  for (const page::Name name : option_names()) {
    CHECK(message.find(in_memory::text(name)) != std::string::npos);
  }
  CHECK_FALSE(wrong({"__proto__", Type::other, NAN, "object"}).empty());
}

TEST_CASE("8.5 a wrong type is named, with what was expected and what came") {
  CHECK(wrong({"ttl", Type::text, NAN, "10"}) == "option 'ttl': expected a number of minutes, got '10'");
  CHECK(wrong({"ttl", Type::number, NAN, "NaN"}) == "option 'ttl': expected a number of minutes, got NaN");
  CHECK(wrong({"callbacks", Type::text, NAN, "twice"}) == "option 'callbacks': expected 'each' or 'once', got 'twice'");
  CHECK(wrong({"callbacks", Type::other, NAN, "null"}) == "option 'callbacks': expected 'each' or 'once', got null");
  CHECK(wrong({"looseKeys", Type::number, 1, "1"}) == "option 'looseKeys': expected true or false, got 1");
  CHECK(wrong({"cacheKey", Type::text, NAN, "a"}).find("expected a function") != std::string::npos);
}

TEST_CASE("8.5 an option that is wrong changes nothing") {
  Policy policy = {7, true, true};
  CHECK_FALSE(read(policy, {"ttl", Type::text, NAN, "5"}).empty());
  CHECK_FALSE(read(policy, {"callbacks", Type::other, NAN, "null"}).empty());
  CHECK_FALSE(read(policy, {"looseKeys", Type::number, 0, "number"}).empty());
  CHECK(policy.ttl == 7);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
}
