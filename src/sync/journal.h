// The writes that a namespace has sent and the server has not answered, record by
// record, with the state that the server confirmed last (contract 5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "burry/store.h"
#include "sync/history.h"
#include "sync/lists.h"

namespace caching {

// What a record holds, or is to hold.
struct State {
  std::optional<std::string> text;  // none: nothing is cached
  burry::Minutes expiry = burry::never;
  bool deleted = false;
};

class Journal {
 public:
  explicit Journal(burry::Store& store) : store_(store) {}

  // A write was sent. Unless it is hidden (`wait`), the cache shows it at once.
  void begin(const std::string& key, Sequence sequence, const State& state, bool hidden);
  // Remembers from which lists the newest write took the id.
  void took_from_lists(const std::string& key, const Places& places);
  Places places(const std::string& key) const;
  // The server has the record like this after the write of this number. The cache shows
  // it, unless a newer write is pending.
  struct Shown {
    bool newest = true;   // false: a newer write has been confirmed already
    bool stored = false;  // whether a record lies in storage now
  };
  Shown confirm(const std::string& key, Sequence sequence, const State& state);
  // A read of this number tells what the server has. Of a write that is pending nobody
  // knows whether the server saw it before or after the read: the cache goes on to show
  // the write, and its failure returns to what was read. Returns whether a record lies
  // in storage now.
  bool confirm_read(const std::string& key, Sequence sequence, const State& state);
  // A write came to nothing. Tells what becomes of the id in the lists.
  struct Undone {
    Places put_back;
    bool deleted = false;  // it is to be in none
  };
  Undone fail(const std::string& key, Sequence sequence);

  // Of a write that waits in the queue (12). It goes on to be shown, as it is now.
  void amend(const std::string& key, Sequence sequence, const State& state, bool hidden);
  // A write that another page, or this one before it was loaded, has queued. base: what its
  // failure returns to, if this page knows nothing newer.
  void restore(const std::string& key, Sequence sequence, const State& base, const State& state, bool hidden);
  // What lies in storage is somebody else's: puts there again what is to be shown.
  void show_again(const std::string& key);
  // A write is no more, and what storage holds is right: it is part of a later one, or another
  // page has seen to it.
  void leave(const std::string& key, Sequence sequence);
  // A write of this number, which the server has confirmed, has changed this (JSON; empty: it has
  // replaced the record): what was sent earlier and may be sent again is a part of that.
  void cover(const std::string& key, Sequence sequence, const std::string& changes);
  bool is_replaced(const std::string& key, Sequence sequence) const;
  struct Changes {
    Sequence sequence = 0;  // of the newest
    std::string json;
  };
  Changes changes_since(const std::string& key, Sequence sequence) const;
  // The record has got another key. What it is to show there, `amend` says.
  void move(const std::string& from, const Id& id);
  // What a write that is under way shows, or is to show.
  std::optional<std::string> text_of(const std::string& key, Sequence sequence) const;
  // What the server has confirmed last; nullptr where nothing is under way.
  const State* confirmed(const std::string& key) const;

  // Whether a write is under way.
  bool contains(const std::string& key) const { return find(key) != nullptr; }
  // Whether the cache shows something that the server has not confirmed.
  bool shows_pending(const std::string& key) const;
  // Whether the newest that is known of a record is that it is deleted.
  bool shows_deleted(const std::string& key) const;
  // Whether the server had a record when the first pending write was sent.
  bool had_record(const std::string& key) const;
  Keys pending_keys() const;
  // The same, and those of which only hidden or superseded writes are under way.
  Keys keys() const;
  int size() const { return static_cast<int>(entries_.size()); }
  // The record was taken out of the cache: what is pending on it is hidden, and its
  // failure returns to nothing.
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
    State confirmed;
    Sequence written_by = 0;                  // the newest write, and the newest read, that
    Sequence read_by = 0;                     // confirmed it
    std::optional<std::string> in_storage;    // what we believe lies there
    std::vector<Pending> pending;             // the oldest first
    Places taken;                             // the places that these writes took the id from
    Sequence replaced_by = 0;                 // the newest write that the server has for the whole record
    std::map<Sequence, std::string> patches;  // what others that it has confirmed have changed
  };

  // Storage may be the page's own, whose code calls in again. So no entry is kept across
  // what asks it; it is found anew.
  Entry* find(const std::string& key);
  const Entry* find(const std::string& key) const;
  static const Pending* newest(const Entry& entry);
  static const State& shown(const Entry& entry);
  static void hide_pending(Entry& entry);
  static void insert(Entry& entry, Pending pending);
  static void end(Entry& entry, Sequence sequence);
  void merge(const std::string& key, Entry moved);
  bool put(const std::string& key, const State& state);
  // Returns whether a record lies in storage now.
  bool show(const std::string& key);
  // Whether what we put there still lies in storage.
  bool is_ours(const std::string& key);
  void erase_if_at_rest(const std::string& key);

  burry::Store& store_;
  std::map<std::string, Entry> entries_;
};

}  // namespace caching
