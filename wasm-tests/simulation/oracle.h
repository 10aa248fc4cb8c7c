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

// What a failure of all pending writes of a record returns to.
struct Base {
  std::string text;  // empty: nothing
  page::Minutes expiry = page::never;
  bool is_whole = false;  // a patch may be laid over it
};

// What is known of one record.
struct Truth {
  bool known = false;  // this is its last confirmed state:
  bool deleted = false;
  std::string text;  // empty: deleted, or JSON cannot spell it
  page::Minutes expiry = page::never;

  Time written_by = 0;            // when the newest write that is confirmed was sent,
  Time replaced_by = 0;           // the newest one of the whole record,
  Time read_by = 0;               // and the newest read
  Time confirmed_at = 0;          // a read that was sent before this knows less (5.2)
  std::map<Time, Content> set;    // what confirmed patches have set, by when they were sent;
  std::map<Time, Content> since;  // by when they were confirmed, with the newer ones
  Base base;                      // while writes are pending
  bool is_unsure = false;         // a patch was laid over what nobody can know
  std::set<std::string> states;   // all that the server ever told of it

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

// A confirmed patch, with the answer over what was sent.
struct ToldPatch {
  std::string key;
  Content set;
  page::Minutes expiry;
  Time sent_at;
};

// A record with what a patch sets; empty: it is none.
std::string patched(const std::string& record, const Content& changes);

class Oracle {
 public:
  Truth& of(const std::string& key) { return truths_[key]; }
  const std::map<std::string, Truth>& all() const { return truths_; }
  std::map<std::string, Truth>& all() { return truths_; }

  // roomy: storage takes what is written.
  void wrote(const Told& told, Time now, bool roomy);
  // is_certain: what the patch is laid over is known.
  void patched(const ToldPatch& told, Time now, bool roomy, bool is_certain);
  void created(const Told& told, Time now, bool roomy, bool listed);
  void removed(const std::string& key, Time sent_at, Time now);
  void read(const Told& told, bool roomy);
  // 404, 410 or 403 on the read of a record.
  void refused(const std::string& key, Time sent_at);
  // Whether the call knows less of a record than is known already.
  bool is_older(const std::string& key, Time sent_at) const;
  // Whether a patch has been confirmed since; and a row with all of these.
  bool is_patched_since(const std::string& key, Time sent_at) const;
  std::string with_patches_since(const std::string& key, Time sent_at, std::string row) const;

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
