// The options of a decorator (BEHAVIOUR 1.2 and 8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caching {

struct Policy {
  double ttl = 0;     // minutes; 0: records never expire
  bool once = false;  // callbacks: 'once' (3.6)
  bool loose_keys = false;  // one list per namespace, whatever the query (3.10)
};

// The third argument as a plain value, which an old page may fill with anything:
// what gives no number means no expiry, and a warning. number is NaN then.
struct PositionalTtl {
  bool given = false;
  double number = 0;
};
// Returns the warning, or nothing.
std::string read_positional(PositionalTtl ttl, Policy& policy);

// The third argument as an object. description is a JSON object of what the page
// found in it, each option as [type, value]: {"ttl":["number",10]}. Returns what
// is wrong, naming the option, what was expected and what came; or nothing (8.5).
std::string read_options(std::string_view description, Policy& policy);
// Those that read_options knows.
std::vector<std::string> option_names();

}  // namespace caching
