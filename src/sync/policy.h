// The options of a decorator (contract 1.2 and 8).
#pragma once

#include <string>
#include <vector>

namespace caching {

// Whether a read asks the cache, the server, or both (8.1). Of writes only `no_cache` says
// something: they leave the cache alone.
enum class FetchPolicy {
  cache_and_network,
  cache_first,    // a hit sends no request
  network_only,   // the answer is cached, and the cache is not asked
  network_first,  // the cache is asked when the server fails
  cache_only,     // no request is ever sent
  no_cache,       // the cache is neither read nor written
};

struct Policy {
  double ttl = 0;           // minutes; 0: records never expire
  bool once = false;        // callbacks: 'once' (3.6)
  bool loose_keys = false;  // one list per namespace, whatever the query (3.10)
  FetchPolicy fetch_policy = FetchPolicy::cache_and_network;
  bool dedupe = false;     // a read joins one of the same that is under way (8.3)
  bool evict = false;      // what is live may go when the quota is reached (8.3)
  bool queue = false;      // a write waits for a network (12)
  double fresh_for = 0;    // minutes in which a hit sends no request (8.2)
  bool live = false;       // what was read takes what other tabs write (13.2)
  bool has_model = false;  // the page has said which class queued writes have (12.17)
};

// The file that a page has loaded (1.6).
enum class Edition {
  plain,    // caching alone: it knows no option of sections 12 and 13
  offline,  // all
};

// Reads options over a policy. given: a JSON array of the name of each, what typeof says
// of it, and its value: a text, a number or a boolean as String() spells it; else typeof,
// or null. Returns what is wrong with the first one that is, naming it, what was expected
// and what came; or nothing (8.5). What is wrong changes nothing, and what is undefined is
// not given.
std::string read_options(const std::string& given, Policy& policy, Edition edition);

// Returns the name of the first option that is given and that only the offline edition knows; or
// nothing. given: as above.
std::string offline_option(const std::string& given);

// The names of the options that one call may have, of all editions.
std::vector<std::string> option_names();

}  // namespace caching
