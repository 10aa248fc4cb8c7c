// What the users of some tabs have done to the records of the origin, and what they were told
// of it: from the calls and their outcomes alone, and from what lies in the queue.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offline_server.h"

namespace simulation::offline {

using Time = unsigned;

// One write of a user.
struct UserWrite {
  int number = 0;  // it stands in the record as `n`
  int u = 0;       // of its record
  std::size_t space = 0;
  int life = 0;  // of the tab, from its loading to its end
  caching::Method method = caching::Method::update;
  Content attributes;  // that it writes; of a patch its changes
  bool waits = false;  // `wait`
  // By a temporary id; or by the server's, which a list has told, while its create is queued still:
  // nobody can know that they are one record.
  bool is_by_temporary = false, is_beside_create = false;
  Time started = 0;
  Time known = 0;  // since when every tab can know of it; 0: never

  enum class Told { nothing, success, failure } told = Told::nothing;
  std::string entry;          // the token of the queued write that it is part of; empty: it was never queued
  bool is_left = false;       // its page has ended, and left it in the queue
  bool is_processed = false;  // the server has taken it
  bool is_rejected = false;   // as `reject` has said
  bool is_excused = false;    // discarded or cleared: nobody relies on it any more

  bool deletes() const { return method == caching::Method::remove; }
  bool is_relied_on() const { return (told == Told::success || is_left) && !is_rejected && !is_excused; }
};

class Oracle {
 public:
  Time tick() { return ++now_; }
  UserWrite& begin(UserWrite write);
  UserWrite& of(int number) { return writes_.at(number); }
  bool knows(int number) const { return writes_.contains(number); }
  std::map<int, UserWrite>& writes() { return writes_; }
  // A record that the server had at the start.
  void had(std::size_t space, int u, const Content& row) { first_[u] = {space, row}; }

  // What is wrong with the record of this `u`; none: nothing.
  std::optional<std::string> objection(int u, const Server& server) const;
  std::vector<int> records(std::size_t space) const;
  // Whether a user has deleted it, as far as is known.
  bool is_deleted(int u) const;
  // Whether its create was taken back before the server had confirmed it.
  bool has_never_been(int u) const;
  // Whether a write of it was never in the queue.
  bool has_unqueued(int u) const;
  // Whether nobody has deleted it, refused, discarded a write of it, or cleared it away.
  bool is_relied_on(int u) const;

 private:
  struct First {
    std::size_t space;
    Content row;
  };
  // Whether everybody agrees that one comes before the other.
  bool is_before(const UserWrite& one, const UserWrite& other) const;
  // Whether a later write that somebody relies on writes another value; earlier: none is the
  // record as it was at the start.
  bool is_overwritten(const UserWrite* earlier, int u, const char* name, const Content& value) const;
  bool makes_anew(const UserWrite& patch) const;
  bool may_be_missing(int u) const;

  std::map<int, UserWrite> writes_;
  std::map<int, First> first_;
  Time now_ = 0;
};

}  // namespace simulation::offline
