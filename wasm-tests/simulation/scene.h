// What a schedule is played in: one page, its Backbone, two namespaces with a
// server each, and the calls that are under way.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backbone_in_memory.h"
#include "burry/store.h"
#include "oracle.h"
#include "server.h"

namespace simulation {

using Items = std::map<std::string, std::string>;

// A namespace.
struct Space {
  std::string ns;
  std::vector<int> decorators;
  double ttl = 0;
  // Two of the plain list, one of each other query.
  bool has_owner = false;  // the plain list is the first URL's, since that has been fetched
  std::vector<std::shared_ptr<in_memory::Collection>> collections;
  std::unique_ptr<burry::Store> store;  // the page's own, of the same name
  Server server;
  Oracle oracle;
  unsigned happenings = 0;    // calls, answers and disturbances
  bool lists_edited = false;  // by another tab, since the last call
  unsigned joining_ends = 0;  // writes that have begun, and clears: no request from before is joined (8.3)
};

// A call that has been sent and not ended.
struct Flight {
  Space* space = nullptr;
  caching::Method method = caching::Method::read;
  std::string key;                   // of the record, or of the list; empty for a create
  std::optional<std::size_t> query;  // of the read of a list
  Time sent_at = 0;
  bool lost = false;       // it is never answered
  int number = 0;          // 0 before wrapped is called
  bool processed = false;  // by the server
  Answer answer;

  // Of a write:
  bool visible = false;  // the cache shows it at once
  std::string whole;     // the record that it has sent; empty: none that JSON can spell
  Content patch;         // or the members
  page::Minutes own_expiry = page::never;
  // What the cache shows, where this is the newest: the visible changes in their order over the base.
  std::string text;  // empty: nothing
  page::Minutes expiry = page::never;
  bool is_unsure = false;  // a patch is laid over what nobody can know
  bool kept = false;       // storage took it, and nobody has taken it out
  bool is_there = false;   // it lay in storage after the last step, and nobody has come since
  bool covered = false;    // another tab may have written over it
  bool cut = false;        // `clear` has come in between (5.5)
  Items before;            // the namespace when it was sent
  unsigned happenings = 0;

  // Of a read that may share its request (8.3):
  int to_join = 0;       // whose request it has to join; 0: nobody's
  int leader = 0;        // whose it has joined
  bool is_sent = false;  // wrapped has returned,
  unsigned sent_in = 0;  // and was called after so many ends of the joining

  bool is_read() const { return method == caching::Method::read; }
  bool is_list() const { return query.has_value(); }
};

// What the page has heard of a call.
struct Report {
  // from_cache: by its fetch policy the cache alone has answered.
  enum { pending, succeeded, failed, thrown, from_cache } outcome = pending;
  bool once = false;
  int cached = 0, server = 0, errors = 0;
};

struct Scene {
  in_memory::Page page;
  std::unique_ptr<in_memory::Backbone> backbone;
  std::vector<std::unique_ptr<Space>> spaces;
  std::deque<Flight> flights;
  std::vector<Flight> landing;    // whose outcome is being told
  std::map<int, Report> reports;  // by number of the call
  bool is_tight = false;          // the quota is nearly reached
  bool was_tight = false;
  bool evicts = false;         // what is live may go then, for some calls
  bool was_forbidden = false;  // storage kept what it showed then

  page::Minutes now() { return burry::minutes_now(page.clock); }
  bool roomy() { return !is_tight && page.storage.available(); }
  Flight* find(int number);
  // The newest write on a record that the cache is to show before its answer.
  const Flight* shown(const Space& space, const std::string& key) const;
  // Computes what the pending writes of a record show.
  void compute(Space& space, const std::string& key);
  void compute_all(Space& space);
  // A write of a record begins: what it returns to is what the cache holds, unless older ones are pending.
  void begin(Space& space, const Flight& flight);
  // Records that are in no list any more have left the cache: hidden writes return to nothing.
  void have_left(Space& space, const std::vector<std::string>& keys);
  // A write is about to be confirmed. Somebody may have brought the record that a patch needs.
  void find_base(Space& space, const std::string& key);

  const std::string* item(const std::string& key) const;
  // The record of a key as it lies in storage; empty where there is none.
  std::string stored(const Space& space, const std::string& key) const;
  page::Minutes expiry(const Space& space, const std::string& key) const;
  bool is_live(const Space& space, const std::string& key);
  std::vector<std::string> listed(const Space& space, const std::string& list) const;
  Items items_of(const Space& space) const;
};

std::string record_key(const Space& space, const std::string& key);
std::string expiry_key(const Space& space, const std::string& key);

// The index of the lists that have a query, and whether a key is that or a list's (2.4).
inline const std::string list_index = "__ids__?";
bool is_list(const std::string& key);

}  // namespace simulation
