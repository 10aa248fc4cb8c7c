// The writes that a namespace has sent and the server has not answered, record
// by record, with the state that the server confirmed last (BEHAVIOUR 5).
#pragma once

#include "burry/store.h"
#include "page/reachable.h"
#include "sync/list.h"

namespace caching {

// Calls are numbered in the order in which they were sent.
using Sequence = unsigned;

// What a record holds, or is to hold.
struct State {
  page::Value text;  // empty: nothing is cached
  page::Minutes expiry = page::never;
  bool deleted = false;
};

class Journal {
 public:
  Journal(const page::Page& page, burry::Store& store) : page_(page), store_(store) {}

  // A write was sent. Unless it is hidden (`wait`), the cache shows it at once.
  void begin(page::Name key, Sequence sequence, const State& state, bool hidden);
  // Remembers from which lists the newest write took the id.
  void took_from_lists(page::Name key, const Places& places);
  Places places(page::Name key) const;
  // The server has the record like this after the write of this number. The cache
  // shows it, unless a newer write is pending. False: a newer write has been
  // confirmed already.
  // stored, where given: whether a record lies in storage now.
  bool confirm(page::Name key, Sequence sequence, const State& state, bool* stored = nullptr);
  // A read of this number tells what the server has. Of a write that is pending
  // nobody knows whether the server saw it before or after the read: the cache
  // goes on to show the write, and its failure returns to what was read.
  // Returns whether a record lies in storage now.
  bool confirm_read(page::Name key, Sequence sequence, const State& state);
  // A write came to nothing. Tells what becomes of the id in the lists.
  struct Undone {
    Places put_back;
    bool deleted = false;  // it is to be in none
  };
  Undone fail(page::Name key, Sequence sequence);

  // Whether the cache shows something that the server has not confirmed.
  bool shows_pending(page::Name key) const;
  // Whether the newest that is known of a record is that it is deleted.
  bool shows_deleted(page::Name key) const;
  // Whether the server had a record when the first pending write was sent.
  bool had_record(page::Name key) const;
  page::Names pending_keys() const;
  // The same, and those of which only hidden or superseded writes are under way.
  page::Names keys() const;
  int size() const { return entries_.size(); }
  // The record was taken out of the cache: what is pending on it is hidden, and
  // its failure returns to nothing.
  void forget(page::Name key);
  // What is pending is to leave no trace.
  void clear() {
    entries_.clear();
    pending_.clear();
    taken_.clear();
  }

  void add_reachable(page::Reachable& reachable) const;

 private:
  struct Pending {
    page::Name key;
    Sequence sequence;
    State state;
    bool hidden;
  };
  struct Entry {
    page::Name key;
    State confirmed;
    Sequence written_by = 0;  // the newest write, and the newest read, that
    Sequence read_by = 0;     // confirmed it
    page::Value in_storage;   // what we believe lies there
  };
  struct Taken {
    page::Name key;
    Place place;
  };

  // Storage may be the page's own, whose code calls in again. So no entry is kept
  // across what asks it; it is found anew.
  Entry* find(page::Name key);
  const Entry* find(page::Name key) const;
  Entry& open(page::Name key);
  const Pending* newest(const Entry& entry) const;
  const State& shown(const Entry& entry) const;
  bool is_pending(page::Name key) const;
  bool put(page::Name key, const State& state);
  // Returns whether a record lies in storage now.
  bool show(page::Name key);
  void hide_pending(Entry& entry);
  void end(page::Name key, Sequence sequence);
  void forget_places(page::Name key);
  // Whether what we put there still lies in storage.
  bool ours(page::Name key);
  void erase_if_at_rest(page::Name key);

  const page::Page& page_;
  burry::Store& store_;
  page::List<Entry> entries_;
  page::List<Pending> pending_;  // in the order of their numbers
  page::List<Taken> taken_;      // the places that these writes took ids from
};

}  // namespace caching
