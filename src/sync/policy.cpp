#include "sync/policy.h"

#include <cmath>

namespace caching {
namespace {

struct Option {
  const char* name;
  const char* expected;
  bool (*read)(const Given& given, Policy& policy);
};

bool read_ttl(const Given& given, Policy& policy) {
  policy.ttl = given.number;
  return given.type == Type::number && !std::isnan(given.number);
}

bool read_callbacks(const Given& given, Policy& policy) {
  policy.once = given.text == "once";
  return given.type == Type::text && (policy.once || given.text == "each");
}

bool read_loose_keys(const Given& given, Policy& policy) {
  policy.loose_keys = given.number != 0;
  return given.type == Type::truth;
}

// The page keeps the function and gives its result with each call.
bool read_cache_key(const Given& given, Policy&) { return given.type == Type::function; }

constexpr Option options[] = {
    {"ttl", "a number of minutes", read_ttl},
    {"callbacks", "'each' or 'once'", read_callbacks},
    {"looseKeys", "true or false", read_loose_keys},
    {"cacheKey", "a function (method, model, options)", read_cache_key},
};

page::Name message(page::Texts& texts, std::initializer_list<page::Name> parts) {
  page::Name text;
  for (const page::Name part : parts) text = texts.joined(text, part);
  return text;
}

page::Name known_names(page::Texts& texts) {
  page::Name names;
  for (const page::Name name : option_names()) {
    names = names.empty() ? name : message(texts, {names, ", ", name});
  }
  return names;
}

page::Name came(page::Texts& texts, const Given& given) {
  return given.type == Type::text ? message(texts, {"'", given.text, "'"}) : given.text;
}

}  // namespace

page::Name read_positional(double number, Policy& policy) {
  if (std::isnan(number)) return "ttl: expected a number of minutes; records will not expire";
  policy.ttl = number;
  return {};
}

page::Name read_option(page::Texts& texts, const Given& given, Policy& policy) {
  for (const Option& option : options) {
    if (given.name != option.name) continue;
    Policy read = policy;
    if (given.type == Type::undefined) return {};
    if (option.read(given, read)) {
      policy = read;
      return {};
    }
    return message(texts, {"option '", given.name, "': expected ", option.expected, ", got ",
                           came(texts, given)});
  }
  return message(texts, {"unknown option '", given.name, "'; expected one of ", known_names(texts)});
}

page::Names option_names() {
  page::Names names;
  for (const Option& option : options) names.push_back(option.name);
  return names;
}

}  // namespace caching
