// The writes that a namespace has sent and the server has not answered, record
// by record, with the state that the server confirmed last (BEHAVIOUR 5).
#pragma once

#include <string>
#include <vector>

#include "burry/store.h"
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
  Journal(page::Page page, burry::Store& store) : page_(page), store_(store) {}

  // A write was sent. Unless it is hidden (`wait`), the cache shows it at once.
  void begin(const std::string& key, Sequence sequence, State state, bool hidden);
  // Remembers from which lists the newest write took the id.
  void took_from_lists(const std::string& key, std::vector<Place> places);
  std::vector<Place> places(const std::string& key) const;
  // The server has the record like this after the write of this number. The cache
  // shows it, unless a newer write is pending. False: a newer write has been
  // confirmed already.
  bool confirm(const std::string& key, Sequence sequence, State state);
  // A read of this number tells what the server has. Of a write that is pending
  // nobody knows whether the server saw it before or after the read: the cache
  // goes on to show the write, and its failure returns to what was read.
  void confirm_read(const std::string& key, Sequence sequence, State state);
  // A write came to nothing. Tells what becomes of the id in the lists.
  struct Undone {
    std::vector<Place> put_back;
    bool deleted = false;  // it is to be in none
  };
  Undone fail(const std::string& key, Sequence sequence);

  // Whether the cache shows something that the server has not confirmed.
  bool shows_pending(const std::string& key) const;
  // Whether the newest that is known of a record is that it is deleted.
  bool shows_deleted(const std::string& key) const;
  // Whether the server had a record when the first pending write was sent.
  bool had_record(const std::string& key) const;
  std::vector<std::string> pending_keys() const;
  // The same, and those of which only hidden or superseded writes are under way.
  std::vector<std::string> keys() const;
  std::size_t size() const { return entries_.size(); }
  // The record was taken out of the cache: what is pending on it is hidden, and
  // its failure returns to nothing.
  void forget(const std::string& key);
  // What is pending is to leave no trace.
  void clear() { entries_.clear(); }

 private:
  struct Pending {
    Sequence sequence;
    State state;
    bool hidden;
  };
  struct Entry {
    std::string key;
    State confirmed;
    Sequence written_by = 0;  // the newest write, and the newest read, that
    Sequence read_by = 0;     // confirmed it
    std::vector<Pending> pending;  // in the order of their numbers
    page::Value in_storage;        // what we believe lies there
    std::vector<Place> places;
  };

  Entry* find(const std::string& key);
  const Entry* find(const std::string& key) const;
  static const Pending* newest(const Entry& entry);
  static const State& shown(const Entry& entry);
  bool put(const std::string& key, const State& state);
  void show(Entry& entry);
  static void hide_pending(Entry& entry);
  // Whether what we put there still lies in storage.
  bool ours(const Entry& entry);
  void erase_if_at_rest(const std::string& key);

  page::Page page_;
  burry::Store& store_;
  std::vector<Entry> entries_;
};

}  // namespace caching
