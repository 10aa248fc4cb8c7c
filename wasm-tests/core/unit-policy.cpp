#include <cmath>

#include "fresh_page.h"
#include "sync/policy.h"

using namespace caching;
using in_memory::text;

namespace {

struct Fixture : FreshPage {
  Policy policy;

  // What is wrong with an option; empty: nothing.
  std::string wrong(const Given& given) { return text(read_option(page.texts, given, policy)); }
  // A value of no kind that any option takes.
  std::string wrong(const std::string& name, const std::string& type) {
    return wrong({name, Type::other, NAN, type});
  }
};

Given number(const std::string& name, double value) {
  return {name, Type::number, value, in_memory::key_of(value)};
}
Given of_text(const std::string& name, const std::string& value) { return {name, Type::text, NAN, value}; }
Given truth(const std::string& name, bool value) { return {name, Type::truth, double(value), "boolean"}; }
Given nothing(const std::string& name) { return {name, Type::undefined, NAN, "undefined"}; }
Given function(const std::string& name) { return {name, Type::function, NAN, "function"}; }

}  // namespace

TEST_CASE_FIXTURE(Fixture, "1.2 a plain ttl that gives a number is one, and any other is none with a warning") {
  CHECK(read_positional(0, policy).empty());
  CHECK(policy.ttl == 0);
  CHECK(read_positional(10, policy).empty());
  CHECK(policy.ttl == 10);
  Policy none;
  CHECK_FALSE(read_positional(NAN, none).empty());
  CHECK(none.ttl == 0);
}

TEST_CASE_FIXTURE(Fixture, "8.5 options are read") {
  CHECK(wrong(number("ttl", -5)) == "");
  CHECK(wrong(of_text("callbacks", "once")) == "");
  CHECK(wrong(truth("looseKeys", true)) == "");
  CHECK(policy.ttl == -5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
  CHECK(wrong(of_text("callbacks", "each")) == "");
  CHECK(wrong(truth("looseKeys", false)) == "");
  CHECK_FALSE(policy.once);
  CHECK_FALSE(policy.loose_keys);
  CHECK(wrong(function("cacheKey")) == "");
}

TEST_CASE_FIXTURE(Fixture, "8.5 an option that is undefined leaves what there was") {
  policy = {5, true, true};
  for (const page::Name name : option_names()) CHECK(wrong(nothing(text(name))) == "");
  CHECK(policy.ttl == 5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
}

TEST_CASE_FIXTURE(Fixture, "8.5 an unknown option is named, with those that are known") {
  CHECK(wrong(number("tll", 10)) ==
        "unknown option 'tll'; expected one of ttl, callbacks, looseKeys, cacheKey");
  CHECK_FALSE(wrong("__proto__", "object").empty());
  CHECK_FALSE(wrong(nothing("tll")).empty());
}

TEST_CASE_FIXTURE(Fixture, "8.5 a wrong type is named, with what was expected and what came") {
  CHECK(wrong(of_text("ttl", "10")) == "option 'ttl': expected a number of minutes, got '10'");
  CHECK(wrong(number("ttl", NAN)) == "option 'ttl': expected a number of minutes, got NaN");
  CHECK(wrong("ttl", "null") == "option 'ttl': expected a number of minutes, got null");
  CHECK(wrong(of_text("callbacks", "twice")) == "option 'callbacks': expected 'each' or 'once', got 'twice'");
  CHECK(wrong(of_text("callbacks", "")) == "option 'callbacks': expected 'each' or 'once', got ''");
  CHECK(wrong("callbacks", "object") == "option 'callbacks': expected 'each' or 'once', got object");
  CHECK(wrong(truth("ttl", true)) == "option 'ttl': expected a number of minutes, got boolean");
  CHECK(wrong(number("looseKeys", 1)) == "option 'looseKeys': expected true or false, got 1");
  CHECK(wrong(number("callbacks", -0.5)) == "option 'callbacks': expected 'each' or 'once', got -0.5");
  CHECK(wrong(of_text("cacheKey", "a")).starts_with("option 'cacheKey': expected a function "));
}

TEST_CASE_FIXTURE(Fixture, "8.5 an option that is wrong changes nothing") {
  policy = {5, true, true};
  CHECK_FALSE(wrong(number("ttl", NAN)).empty());
  CHECK_FALSE(wrong(of_text("ttl", "7")).empty());
  CHECK_FALSE(wrong(of_text("callbacks", "twice")).empty());
  CHECK_FALSE(wrong(number("looseKeys", 0)).empty());
  CHECK_FALSE(wrong(number("unknown", 0)).empty());
  CHECK(policy.ttl == 5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
}
