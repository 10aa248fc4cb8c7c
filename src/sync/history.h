// What the server confirmed while older reads are still under way, so that
// their late answers are known for what they are (BEHAVIOUR 5.2 and 5.3).
#pragma once

#include "sync/journal.h"

namespace caching {

class History {
 public:
  // A read is under way from its number until it has ended; so is a create, of
  // which nobody knows before its answer which record it is about.
  void begin(Sequence sequence) { under_way_.push_back(sequence); }
  void end(Sequence sequence);

  // The call of this number told what a record (or a list) is now, or that it is
  // gone. Remembered only as long as an older call is under way.
  // text: the record of a write, which may leave the cache before that.
  void note(page::Name name, Sequence sequence, bool deleted, page::Value text = {});
  // Whether somebody may ask for what is noted of a call of this number.
  bool is_wanted(Sequence sequence) const;
  // Whether a record or a list was told, or deleted, newer than by the call of
  // this number.
  bool has_newer(page::Name name, Sequence sequence) const;
  bool is_deleted(page::Name name) const;

  struct Newer {
    page::Name name;
    Sequence sequence;
    bool deleted;
    page::Value text;
  };
  // What is noted of a name, if anything.
  const Newer* find(page::Name name) const;
  // What the call of this number and later ones told, the oldest first.
  page::List<Newer> newer_than(Sequence sequence) const;
  void clear() { noted_.clear(); }

  void add_reachable(page::Reachable& reachable) const;

 private:
  int place(page::Name name) const;

  page::List<Sequence> under_way_;  // in the order of their numbers
  page::List<Newer> noted_;         // by name
};

}  // namespace caching
