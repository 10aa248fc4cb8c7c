#include <doctest/doctest.h>

#include <cmath>

#include "json/json.h"
#include "sync/policy.h"

using namespace caching;

namespace {

struct Given {
  std::string name, type, value;
};
Given number(const std::string& name, const std::string& value) { return {name, "number", value}; }
Given text(const std::string& name, const std::string& value) { return {name, "string", value}; }
Given truth(const std::string& name, bool value) { return {name, "boolean", value ? "true" : "false"}; }
Given function(const std::string& name) { return {name, "function", "function"}; }
Given nothing(const std::string& name) { return {name, "undefined", "undefined"}; }
Given null(const std::string& name) { return {name, "object", "null"}; }
Given object(const std::string& name) { return {name, "object", "object"}; }

struct GivenOptions {
  Policy policy;
  Edition edition = Edition::offline;

  // What is wrong with an option; empty: nothing.
  std::string wrong(const Given& given) { return read({given}); }
  std::string read(const std::vector<Given>& all) { return read_options(given(all), policy, edition); }
  // Returns options as the page gives them.
  static std::string given(const std::vector<Given>& all) {
    std::vector<std::string> texts;
    for (const Given& given : all) texts.insert(texts.end(), {given.name, given.type, given.value});
    return json::spell(texts);
  }
};

}  // namespace

TEST_CASE_FIXTURE(GivenOptions, "1.2 a ttl that is no number is told of, and records do not expire") {
  CHECK_FALSE(wrong(number("ttl", "NaN")).empty());
  CHECK(policy.ttl == 0);
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 options are read") {
  CHECK(wrong(number("ttl", "-5")) == "");
  CHECK(wrong(text("callbacks", "once")) == "");
  CHECK(wrong(truth("looseKeys", true)) == "");
  CHECK(policy.ttl == -5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
  CHECK(wrong(text("callbacks", "each")) == "");
  CHECK(wrong(truth("looseKeys", false)) == "");
  CHECK_FALSE(policy.once);
  CHECK_FALSE(policy.loose_keys);
  CHECK(wrong(function("cacheKey")) == "");
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 a number of minutes is any that JavaScript has") {
  CHECK(wrong(number("ttl", "0.5")) == "");
  CHECK(policy.ttl == 0.5);
  CHECK(wrong(number("ttl", "1e+21")) == "");
  CHECK(policy.ttl == 1e21);
  CHECK(wrong(number("ttl", "Infinity")) == "");
  CHECK(policy.ttl == HUGE_VAL);
  CHECK(wrong(number("ttl", "-Infinity")) == "");
  CHECK(policy.ttl == -HUGE_VAL);
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 an option that is undefined leaves what there was") {
  policy = {5, true, true};
  for (const std::string& name : option_names()) CHECK(wrong(nothing(name)) == "");
  CHECK(policy.ttl == 5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 an unknown option is named, with those that are known") {
  CHECK(wrong(number("tll", "10")) ==
        "unknown option 'tll'; expected one of ttl, callbacks, looseKeys, cacheKey, fetchPolicy, dedupe, "
        "evict, freshFor, queue, live, model, origins");
  CHECK_FALSE(wrong(object("__proto__")).empty());
  CHECK_FALSE(wrong(nothing("tll")).empty());
  CHECK(option_names() == std::vector<std::string>{"ttl", "callbacks", "looseKeys", "cacheKey", "fetchPolicy",
                                                   "dedupe", "evict", "freshFor", "queue", "live"});
}

TEST_CASE_FIXTURE(GivenOptions,
                  "1.6 the edition that only caches knows no option of the other, and names the first") {
  edition = Edition::plain;
  for (const char* name : {"queue", "live", "model", "origins"}) {
    for (const bool value : {true, false}) {
      CHECK(
          wrong(truth(name, value)) ==
          "unknown option '" + std::string(name) +
              "'; expected one of ttl, callbacks, looseKeys, cacheKey, fetchPolicy, dedupe, evict, freshFor");
    }
    CHECK(wrong(nothing(name)) == "");
  }
  CHECK_FALSE(policy.queue);
  CHECK_FALSE(policy.live);
  CHECK(offline_option(given({number("ttl", "5"), truth("live", true), truth("queue", true)})) == "live");
  CHECK(offline_option(given({text("queue", "yes")})) == "queue");
  CHECK(offline_option(given({nothing("queue"), number("ttl", "5"), truth("tll", true)})) == "");
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 a wrong type is named, with what was expected and what came") {
  CHECK(wrong(text("ttl", "10")) == "option 'ttl': expected a number of minutes, got '10'");
  CHECK(wrong(number("ttl", "NaN")) == "option 'ttl': expected a number of minutes, got NaN");
  CHECK(wrong(null("ttl")) == "option 'ttl': expected a number of minutes, got null");
  CHECK(wrong(text("callbacks", "twice")) == "option 'callbacks': expected 'each' or 'once', got 'twice'");
  CHECK(wrong(text("callbacks", "")) == "option 'callbacks': expected 'each' or 'once', got ''");
  CHECK(wrong(object("callbacks")) == "option 'callbacks': expected 'each' or 'once', got object");
  CHECK(wrong(truth("ttl", true)) == "option 'ttl': expected a number of minutes, got boolean");
  CHECK(wrong(number("looseKeys", "1")) == "option 'looseKeys': expected true or false, got 1");
  CHECK(wrong(text("looseKeys", "true")) == "option 'looseKeys': expected true or false, got 'true'");
  CHECK(wrong(number("callbacks", "-0.5")) == "option 'callbacks': expected 'each' or 'once', got -0.5");
  CHECK(wrong(text("cacheKey", "a")).starts_with("option 'cacheKey': expected a function "));
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 an object whose String() is what an option takes is none") {
  CHECK_FALSE(wrong({"ttl", "object", "5"}).empty());
  CHECK_FALSE(wrong({"callbacks", "object", "once"}).empty());
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 of several options the first one that is wrong is named") {
  CHECK(
      read({number("ttl", "3"), text("callbacks", "no"), text("tll", "")}).starts_with("option 'callbacks'"));
  CHECK(read({number("ttl", "3"), truth("looseKeys", true)}).empty());
  CHECK(policy.ttl == 3);
  CHECK(policy.loose_keys);
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 what is given behind an option that is wrong is read all the same") {
  CHECK_FALSE(read({text("callbacks", "no"), text("tll", ""), number("ttl", "3")}).empty());
  CHECK(policy.ttl == 3);
  CHECK_FALSE(policy.once);
}

TEST_CASE_FIXTURE(GivenOptions, "8.5 an option that is wrong changes nothing") {
  policy = {5, true, true};
  CHECK_FALSE(wrong(number("ttl", "NaN")).empty());
  CHECK_FALSE(wrong(text("ttl", "7")).empty());
  CHECK_FALSE(wrong(text("callbacks", "twice")).empty());
  CHECK_FALSE(wrong(number("looseKeys", "0")).empty());
  CHECK_FALSE(wrong(number("unknown", "0")).empty());
  CHECK(policy.ttl == 5);
  CHECK(policy.once);
  CHECK(policy.loose_keys);
}

TEST_CASE_FIXTURE(GivenOptions, "8.1 a fetch policy is one of six") {
  using enum FetchPolicy;
  CHECK(policy.fetch_policy == cache_and_network);
  CHECK(wrong(text("fetchPolicy", "cache-first")) == "");
  CHECK(policy.fetch_policy == cache_first);
  CHECK(wrong(text("fetchPolicy", "network-only")) == "");
  CHECK(policy.fetch_policy == network_only);
  CHECK(wrong(text("fetchPolicy", "network-first")) == "");
  CHECK(policy.fetch_policy == network_first);
  CHECK(wrong(text("fetchPolicy", "cache-only")) == "");
  CHECK(policy.fetch_policy == cache_only);
  CHECK(wrong(text("fetchPolicy", "no-cache")) == "");
  CHECK(policy.fetch_policy == no_cache);
  CHECK(wrong(text("fetchPolicy", "cache_first")) ==
        "option 'fetchPolicy': expected 'cache-and-network', 'cache-first', 'network-only', 'network-first', "
        "'cache-only' or 'no-cache', got 'cache_first'");
  CHECK(wrong(truth("fetchPolicy", true)) ==
        "option 'fetchPolicy': expected 'cache-and-network', 'cache-first', 'network-only', 'network-first', "
        "'cache-only' or 'no-cache', got boolean");
  CHECK(policy.fetch_policy == no_cache);
  CHECK(wrong(text("fetchPolicy", "cache-and-network")) == "");
  CHECK(policy.fetch_policy == cache_and_network);
}

TEST_CASE_FIXTURE(GivenOptions, "8.3 dedupe is true or false") {
  CHECK(wrong(truth("dedupe", true)) == "");
  CHECK(policy.dedupe);
  CHECK(wrong(number("dedupe", "1")) == "option 'dedupe': expected true or false, got 1");
  CHECK(policy.dedupe);
  CHECK(wrong(truth("dedupe", false)) == "");
  CHECK_FALSE(policy.dedupe);
}

TEST_CASE_FIXTURE(GivenOptions, "8.2 freshFor is a number of minutes, and needs a ttl") {
  CHECK(wrong(number("freshFor", "5")) == "option 'freshFor': expected a ttl above 0 beside it, got none");
  CHECK(policy.fresh_for == 0);
  CHECK(read({number("freshFor", "5"), number("ttl", "10")}) == "");
  CHECK(policy.fresh_for == 5);
  CHECK(wrong(number("freshFor", "-1")) ==
        "option 'freshFor': expected a number of minutes, 0 or more, got -1");
  CHECK(wrong(text("freshFor", "5")) ==
        "option 'freshFor': expected a number of minutes, 0 or more, got '5'");
  CHECK(policy.fresh_for == 5);
  // A call may take the decorator's ttl away.
  CHECK(wrong(number("ttl", "0")) == "option 'freshFor': expected a ttl above 0 beside it, got none");
  CHECK(policy.fresh_for == 0);
}
