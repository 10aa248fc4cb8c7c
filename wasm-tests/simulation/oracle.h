// What must be true of the records of one namespace, from the calls and their
// answers alone (contract 4 and 5). It knows nothing of how the core works.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "server.h"

namespace simulation {

// One for each call that is sent, and for each write that is confirmed.
using Time = unsigned;

// What is known of one record.
struct Truth {
  bool known = false;  // this is its last confirmed state:
  bool deleted = false;
  std::string text;  // empty: deleted, or JSON cannot spell it
  page::Minutes expiry = page::never;

  Time written_by = 0;           // when the write that confirmed it was sent,
  Time read_by = 0;              // or the newest read that did
  Time confirmed_at = 0;         // a read that was sent before this knows less (5.2)
  std::set<std::string> states;  // all that the server ever told of it

  bool must_have = false;       // it lies in the cache, and nobody may take it out
  bool must_be_listed = false;  // the same, in the plain list
  bool joined = false;          // the plain list has not been told since (5.6)
  bool lost = false;            // it was found missing since it was confirmed
  bool may_be_listed = false;   // in whatever state it is
  bool excused = false;         // a list may name it though it is missing
};

// A confirmed write, or a read's row.
struct Told {
  std::string key;
  std::string text;
  page::Minutes expiry;
  Time sent_at;
};

class Oracle {
 public:
  Truth& of(const std::string& key) { return truths_[key]; }
  const std::map<std::string, Truth>& all() const { return truths_; }
  std::map<std::string, Truth>& all() { return truths_; }

  // roomy: storage takes what is written.
  void wrote(const Told& told, Time now, bool roomy);
  void created(const Told& told, Time now, bool roomy, bool listed);
  void removed(const std::string& key, Time sent_at, Time now);
  void read(const Told& told, bool roomy);
  // 404, 410 or 403 on the read of a record.
  void refused(const std::string& key, Time sent_at);
  // Whether the call knows less of a record than is known already.
  bool is_older(const std::string& key, Time sent_at) const;

  // The newest answer to a list: false, if this is older (5.3).
  bool told_list(const std::string& list, Time sent_at);
  Time list_told_by(const std::string& list) const;
  // These keys have left a list.
  void left(const std::vector<std::string>& keys, Time sent_at);

  // The record may be missing from now on, or may have been written by others.
  void may_lack(const std::string& key);
  void may_lack_all();
  void clear();

 private:
  void put(const Told& told, Truth& truth, bool roomy);

  std::map<std::string, Truth> truths_;
  std::map<std::string, Time> lists_;
};

}  // namespace simulation
