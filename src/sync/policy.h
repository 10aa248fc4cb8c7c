// The options of a decorator (BEHAVIOUR 1.2 and 8).
#pragma once

#include "page/page.h"

namespace caching {

struct Policy {
  double ttl = 0;     // minutes; 0: records never expire
  bool once = false;  // callbacks: 'once' (3.6)
  bool loose_keys = false;  // one list per namespace, whatever the query (3.10)
};

// What typeof says of a value.
enum class Type { undefined, number, text, truth, function, other };

// One option as the page found it. number: a truth is 1 or 0. text: a text or a number
// as it is spelled, and else what typeof says.
struct Given {
  page::Name name;
  Type type;
  double number;
  page::Name text;
};

// The third argument as a plain value, which an old page may fill with anything:
// what gives no number means no expiry, and a warning. number is NaN then.
// Returns the warning, or nothing.
page::Name read_positional(double number, Policy& policy);

// Returns what is wrong with an option, naming it, what was expected and what
// came; or nothing (8.5).
page::Name read_option(page::Texts& texts, const Given& given, Policy& policy);
// Those that read_option knows.
page::Names option_names();

}  // namespace caching
