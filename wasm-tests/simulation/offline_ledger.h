// The queues of all namespaces, as their records in storage go from one change to the next.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "offline_oracle.h"

namespace simulation::offline {

inline const std::vector<std::string> spaces = {"p", "c"};

// A queued write, from its first text in storage on.
struct Entry {
  std::size_t space = 0;
  std::string token, id, method, delivery;
  std::string content;  // what it sends, and where
  double since = 0;
  int u = 0;                // of its record
  int n = 0;                // of the record that the cache is to show
  bool is_hidden = false;   // `wait`: the cache does not show it
  bool is_whole = false;    // it says what the whole record is
  bool is_removal = false;  // the cache shows its record as deleted
  bool is_stored = false;   // it lies in storage
  std::set<int> writes;     // the users' writes that it consists of
  std::string ended;        // what it says of its end; empty: nothing
  int ended_by = 0;         // the tab that says it
  // By the schedule.
  std::optional<Sent> sent;   // its first request that a server may know of
  bool is_refused = false;    // the server has refused it
  bool is_confirmed = false;  // the tab that sent it has received the confirmation
  bool is_taken_back = false;

  bool is_create() const { return method == "create"; }
  bool is_in_flight() const { return delivery == "first_try" || delivery == "replaying"; }
  // True if the cache shows nothing of it yet (4.1).
  bool is_unseen() const { return is_create() && delivery == "first_try"; }
  bool is_rejected() const { return !ended.empty() && ended != R"({"ended":false})"; }
};

class Ledger {
 public:
  // Returns the place of a record of a queue: its namespace and its token. Returns none for any other key.
  struct Place {
    std::size_t space;
    std::string token;
  };
  static std::optional<Place> place_of(const std::string& stored_key);

  // A record of the queue has changed to this text; empty: it was removed. starting: the write that its tab
  // is about to begin. Returns the users' writes that are part of the entry from now on.
  std::vector<int> changed(const Place& place, const std::string& text, const UserWrite* starting);

  Entry* find(const std::string& token);
  // The entries of a namespace that lie in storage, in their order.
  std::vector<Entry*> stored(std::size_t space);
  // By the ids of the records: the newest write that the cache is to show.
  std::map<std::string, Entry*> shown(std::size_t space);
  std::map<std::string, Entry>& entries() { return entries_; }
  // An entry that had ended was written again, or lies in storage without a write of a user.
  const std::string& fault() const { return fault_; }

  bool is_taking_back = false;  // what is removed now is discarded, or cleared

 private:
  std::vector<int> take(Entry& entry, const Content& text, const UserWrite* starting);
  std::vector<int> remove(Entry& entry, const UserWrite* starting);
  bool has_delete(const std::string& id);
  std::vector<int> folded_into(const Entry& entry, int n, const UserWrite* starting);

  std::map<std::string, Entry> entries_;  // by token
  std::set<std::string> stored_;
  std::string fault_;
};

}  // namespace simulation::offline
