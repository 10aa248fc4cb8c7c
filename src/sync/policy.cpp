#include "sync/policy.h"

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "json/json.h"

namespace caching {
namespace {

// One option as the page found it.
struct Given {
  const std::string& name;
  const std::string& type;
  const std::string& value;
};

struct Option {
  const char* name;
  const char* expected;
  bool (*read)(const Given& given, Policy& policy);
  Edition since = Edition::plain;
  bool is_of_calls = true;  // false: of a decorator only

  bool is_in(Edition edition) const { return since <= edition; }
};

// NaN where it is none.
double number_of(const std::string& value) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (value == "Infinity") return infinity;
  if (value == "-Infinity") return -infinity;
  return json::read_number(value).value_or(std::nan(""));
}

bool read_ttl(const Given& given, Policy& policy) {
  policy.ttl = number_of(given.value);
  return given.type == "number" && !std::isnan(policy.ttl);
}

bool read_callbacks(const Given& given, Policy& policy) {
  policy.once = given.value == "once";
  return given.type == "string" && (policy.once || given.value == "each");
}

bool read_loose_keys(const Given& given, Policy& policy) {
  policy.loose_keys = given.value == "true";
  return given.type == "boolean";
}

bool read_dedupe(const Given& given, Policy& policy) {
  policy.dedupe = given.value == "true";
  return given.type == "boolean";
}

bool read_evict(const Given& given, Policy& policy) {
  policy.evict = given.value == "true";
  return given.type == "boolean";
}

bool read_queue_option(const Given& given, Policy& policy) {
  policy.queue = given.value == "true";
  return given.type == "boolean";
}

bool read_fetch_policy(const Given& given, Policy& policy) {
  using enum FetchPolicy;
  constexpr std::pair<std::string_view, FetchPolicy> names[] = {
      {"cache-and-network", cache_and_network}, {"cache-first", cache_first}, {"network-only", network_only},
      {"network-first", network_first},         {"cache-only", cache_only},   {"no-cache", no_cache},
  };
  for (const auto& [name, fetch_policy] : names) {
    if (given.type != "string" || given.value != name) continue;
    policy.fetch_policy = fetch_policy;
    return true;
  }
  return false;
}

bool read_fresh_for(const Given& given, Policy& policy) {
  policy.fresh_for = number_of(given.value);
  return given.type == "number" && policy.fresh_for >= 0;
}

bool read_live(const Given& given, Policy& policy) {
  policy.live = given.value == "true";
  return given.type == "boolean";
}

// The page keeps the function and gives its result with each call.
bool read_cache_key(const Given& given, Policy&) { return given.type == "function"; }

// The page keeps the class, for the requests of queued writes (12.17).
bool read_model(const Given& given, Policy& policy) {
  policy.has_model = true;
  return given.type == "function";
}

// The page keeps these, too (12.19).
bool read_origins(const Given& given, Policy&) { return given.type == "object"; }

constexpr Option options[] = {
    {"ttl", "a number of minutes", read_ttl},
    {"callbacks", "'each' or 'once'", read_callbacks},
    {"looseKeys", "true or false", read_loose_keys},
    {"cacheKey", "a function (method, model, options)", read_cache_key},
    {"fetchPolicy",
     "'cache-and-network', 'cache-first', 'network-only', 'network-first', 'cache-only' or 'no-cache'",
     read_fetch_policy},
    {"dedupe", "true or false", read_dedupe},
    {"evict", "true or false", read_evict},
    {"freshFor", "a number of minutes, 0 or more", read_fresh_for},
    {"queue", "true or false", read_queue_option, Edition::offline},
    {"live", "true or false", read_live, Edition::offline},
    {"model", "a class of models", read_model, Edition::offline, false},
    {"origins", "an array of origins", read_origins, Edition::offline, false},
};

const Option* find(const std::string& name) {
  for (const Option& option : options) {
    if (name == option.name) return &option;
  }
  return nullptr;
}

std::string unknown(const std::string& name, Edition edition) {
  std::string known;
  for (const Option& option : options) {
    if (!option.is_in(edition)) continue;
    if (!known.empty()) known += ", ";
    known += option.name;
  }
  return "unknown option '" + name + "'; expected one of " + known;
}

std::string came(const Given& given) {
  if (given.type == "string") return "'" + given.value + "'";
  return given.type == "boolean" ? given.type : given.value;
}

std::string wrong(const Option& option, const Given& given) {
  return std::string("option '") + option.name + "': expected " + option.expected + ", got " + came(given);
}

// Returns what is wrong with it; then the policy is as it was.
std::string read_option(const Given& given, Policy& policy, Edition edition) {
  const Option* option = find(given.name);
  if (!option) return unknown(given.name, edition);
  if (given.type == "undefined") return {};
  if (!option->is_in(edition)) return unknown(given.name, edition);
  Policy read = policy;
  if (!option->read(given, read)) return wrong(*option, given);
  policy = read;
  return {};
}

// Calls back with each option of a text.
template <class Action>
void each(const std::string& given, Action action) {
  const json::Scalars texts = json::read_flat_array(given).value_or(json::Scalars());
  for (std::size_t at = 0; at + 2 < texts.size(); at += 3) {
    action({texts[at].text, texts[at + 1].text, texts[at + 2].text});
  }
}

}  // namespace

std::string read_options(const std::string& given, Policy& policy, Edition edition) {
  std::string first_wrong;
  each(given, [&](const Given& one) {
    std::string wrong = read_option(one, policy, edition);
    if (first_wrong.empty()) first_wrong = std::move(wrong);
  });
  // The age of a record is told by its expiry.
  if (policy.fresh_for > 0 && !(policy.ttl > 0)) {
    policy.fresh_for = 0;
    if (first_wrong.empty()) first_wrong = "option 'freshFor': expected a ttl above 0 beside it, got none";
  }
  return first_wrong;
}

std::string offline_option(const std::string& given) {
  std::string name;
  each(given, [&](const Given& one) {
    const Option* option = find(one.name);
    const bool is_offline = option && !option->is_in(Edition::plain) && one.type != "undefined";
    if (name.empty() && is_offline) name = one.name;
  });
  return name;
}

std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const Option& option : options) {
    if (option.is_of_calls) names.emplace_back(option.name);
  }
  return names;
}

}  // namespace caching
