// The options of a decorator (BEHAVIOUR 1.2 and 8).
#pragma once

#include <string>
#include <vector>

namespace caching {

struct Policy {
  double ttl = 0;           // minutes; 0: records never expire
  bool once = false;        // callbacks: 'once' (3.6)
  bool loose_keys = false;  // one list per namespace, whatever the query (3.10)
};

// Reads options over a policy. given: a JSON array of the name of each, what typeof says
// of it, and its value: a text, a number or a boolean as String() spells it; else typeof,
// or null. Returns what is wrong with the first one that is, naming it, what was expected
// and what came; or nothing (8.5). What is wrong changes nothing, and what is undefined is
// not given.
std::string read_options(const std::string& given, Policy& policy);

// Those that read_options knows.
std::vector<std::string> option_names();

}  // namespace caching
