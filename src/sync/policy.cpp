#include "sync/policy.h"

#include <cmath>
#include <utility>

#include "burry/json_reader.h"

namespace caching {
namespace {

// One option as the page described it.
struct Given {
  std::string name, type, text;
  double number = 0;
  bool truth = false;
};

struct Option {
  const char* name;
  const char* expected;
  bool (*read)(const Given& given, Policy& policy);
};

bool read_ttl(const Given& given, Policy& policy) {
  if (given.type == "undefined") return true;
  if (given.type != "number" || std::isnan(given.number)) return false;
  policy.ttl = given.number;
  return true;
}

bool read_callbacks(const Given& given, Policy& policy) {
  if (given.type == "undefined") return true;
  policy.once = given.type == "string" && given.text == "once";
  return policy.once || (given.type == "string" && given.text == "each");
}

bool read_loose_keys(const Given& given, Policy& policy) {
  policy.loose_keys = given.truth;
  return given.type == "boolean" || given.type == "undefined";
}

// The page keeps the function and gives its result with each call.
bool read_cache_key(const Given& given, Policy&) {
  return given.type == "function" || given.type == "undefined";
}

constexpr Option options[] = {
    {"ttl", "a number of minutes", read_ttl},
    {"callbacks", "'each' or 'once'", read_callbacks},
    {"looseKeys", "true or false", read_loose_keys},
    {"cacheKey", "a function (method, model, options)", read_cache_key},
};

const Option* find(const std::string& name) {
  for (const Option& option : options) {
    if (name == option.name) return &option;
  }
  return nullptr;
}

std::string known_names() {
  std::string names;
  for (const std::string& name : option_names()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

// Reads the description: an object whose members are [type, value].
class Description final : public burry::JsonReader {
 public:
  explicit Description(Policy& policy) : policy_(policy) {}
  const std::string& wrong() const { return wrong_; }

  bool start_object() override { return true; }
  bool end_object() override { return true; }
  bool start_array() override { return true; }
  bool key(std::string& name) override {
    given_ = Given();
    given_.name = std::move(name);
    return true;
  }
  bool string(std::string& text) override {
    (given_.type.empty() ? given_.type : given_.text) = std::move(text);
    return true;
  }
  bool number(double value, const std::string&) override {
    given_.number = value;
    return true;
  }
  // NaN and the infinities have no JSON; the page writes null.
  bool null() override { return number(std::nan(""), {}); }
  bool boolean(bool truth) override {
    given_.truth = truth;
    return true;
  }
  bool end_array() override {
    const Option* option = find(given_.name);
    if (!option) {
      wrong_ = "unknown option '" + given_.name + "'; expected one of " + known_names();
    } else if (!option->read(given_, policy_)) {
      wrong_ = "option '" + given_.name + "': expected " + option->expected + ", got " + came();
    }
    return wrong_.empty();
  }

 private:
  std::string came() const {
    if (given_.type == "string") return "'" + given_.text + "'";
    if (given_.type == "number") return "NaN";
    return given_.type;
  }

  Policy& policy_;
  Given given_;
  std::string wrong_;
};

}  // namespace

std::string read_positional(PositionalTtl ttl, Policy& policy) {
  if (!ttl.given) return {};
  if (std::isnan(ttl.number)) return "ttl: expected a number of minutes; records will not expire";
  policy.ttl = ttl.number;
  return {};
}

std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const Option& option : options) names.emplace_back(option.name);
  return names;
}

std::string read_options(std::string_view description, Policy& policy) {
  Description reader(policy);
  burry::read_json(description, reader);
  return reader.wrong();
}

}  // namespace caching
