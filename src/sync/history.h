// What the server confirmed while older reads are still under way, so that their late
// answers are known for what they are (contract 5.2 and 5.3).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

namespace caching {

// Calls are numbered in the order in which they were sent.
using Sequence = unsigned;
class Sequences {
 public:
  Sequence next() { return ++last_; }

 private:
  Sequence last_ = 0;
};

class History {
 public:
  // A read is under way from its number until it has ended; so is a create, of which
  // nobody knows before its answer which record it is about.
  void begin(Sequence sequence) { under_way_.insert(sequence); }
  void end(Sequence sequence);

  struct Newer {
    std::string key;
    Sequence sequence = 0;
    bool deleted = false;
    std::optional<std::string> text = {};  // the record of a write, which may leave the cache before that
    std::string members = {};              // what a patch has set; empty: the call knew the whole record
  };
  // A call told what a record (or a list) is now, or that it is gone, or has set some of its members.
  // Remembered only as long as an older call is under way.
  void note(const Newer& newer);
  // Whether somebody may ask for what is noted of a call of this number.
  bool is_wanted(Sequence sequence) const;
  // Whether a record or a list was told, patched, or deleted, newer than by the call of this
  // number.
  bool has_newer(const std::string& key, Sequence sequence) const;
  // The same, but for a patch alone, of which that call may know the rest.
  bool has_newer_whole(const std::string& key, Sequence sequence) const;
  bool is_deleted(const std::string& key) const;
  // Returns the record that was told last, with the patches since; none: no text was told.
  std::optional<std::string> text_of(const std::string& key) const;
  // Returns what patches after the call of this number have set, as one object; empty: nothing.
  std::string members_since(const std::string& key, Sequence sequence) const;
  // Returns what calls after that of this number told, the oldest first. `members` are given where
  // there were patches alone.
  using Told = std::multimap<Sequence, Newer>;
  Told newer_than(Sequence sequence) const;
  void clear() { noted_.clear(); }

 private:
  struct Noted {
    Newer whole;
    std::map<Sequence, std::string> patches;  // since that was told

    Sequence newest() const { return patches.empty() ? whole.sequence : patches.rbegin()->first; }
    std::string members_since(Sequence sequence) const;
    std::optional<std::string> text() const;
  };
  const Noted* find(const std::string& key) const;

  std::multiset<Sequence> under_way_;  // reads that share a request share its number
  std::map<std::string, Noted> noted_;
};

}  // namespace caching
