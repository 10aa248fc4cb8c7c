#include "sync/policy.h"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace caching {
namespace {

// One option as the page described it.
struct Given {
  std::string name, type, text;
  double number = 0;
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

constexpr Option options[] = {
    {"ttl", "a number of minutes", read_ttl},
    {"callbacks", "'each' or 'once'", read_callbacks},
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
struct Description {
  using Text = nlohmann::json::string_t;

  Policy& policy;
  Given given;
  bool type_read = false;
  std::string wrong;

  bool key(Text& name) {
    given = Given();
    given.name = std::move(name);
    type_read = false;
    return true;
  }
  bool string(Text& text) {
    (type_read ? given.text : given.type) = std::move(text);
    type_read = true;
    return true;
  }
  bool number(double number) {
    given.number = number;
    return true;
  }
  bool number_integer(std::int64_t value) { return number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) { return number(static_cast<double>(value)); }
  bool number_float(double value, const Text&) { return number(value); }
  // NaN and the infinities have no JSON; the page writes null.
  bool null() { return number(std::nan("")); }

  bool end_array() {
    const Option* option = find(given.name);
    if (!option) {
      wrong = "unknown option '" + given.name + "'; expected one of " + known_names();
    } else if (!option->read(given, policy)) {
      wrong = "option '" + given.name + "': expected " + option->expected + ", got " + came();
    }
    return wrong.empty();
  }
  std::string came() const {
    if (given.type == "string") return "'" + given.text + "'";
    if (given.type == "number") return "NaN";
    return given.type;
  }

  bool start_object(std::size_t) { return true; }
  bool end_object() { return true; }
  bool start_array(std::size_t) { return true; }
  bool boolean(bool) { return true; }
  bool binary(nlohmann::json::binary_t&) { return true; }
  template <class Exception>
  bool parse_error(std::size_t, const Text&, const Exception&) {
    return false;
  }
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
  Description reader{policy, {}, false, {}};
  nlohmann::json::sax_parse(description, &reader);
  return reader.wrong;
}

}  // namespace caching
