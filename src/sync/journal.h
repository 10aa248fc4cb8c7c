// The writes in flight of a namespace: for each record, the state that the server has confirmed last,
// and the changes that writes have made since (contract 5). The cache shows the newest change. A write
// that fails takes back its own change and no other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "burry/store.h"
#include "sync/history.h"
#include "sync/lists.h"

namespace caching {

// What a record holds.
struct State {
  std::optional<std::string> text;  // none: nothing is cached
  burry::Minutes expiry = burry::never;
  bool deleted = false;
};

// What a write does to its record.
struct Change {
  enum class Kind {
    replace,  // it puts `text` in its place; none: JSON cannot spell it
    remove,
  };
  Kind kind = Kind::replace;
  std::optional<std::string> text;
  // The members that a patch sets, as a JSON object; empty: the write is of the whole record.
  std::string members;
  burry::Minutes expiry = burry::never;

  static Change replacing(std::optional<std::string> text, burry::Minutes expiry) {
    return {Kind::replace, std::move(text), {}, expiry};
  }
  static Change removing() { return {Kind::remove, {}, {}, burry::never}; }
};

class Journal {
 public:
  explicit Journal(burry::Store& store) : store_(store) {}

  // A write was sent. Unless it is hidden (`wait`), the cache shows it at once.
  void begin(const std::string& key, Sequence sequence, const Change& change, bool hidden);
  // Remembers from which lists the newest write took the id.
  void took_from_lists(const std::string& key, const Places& places);
  Places places(const std::string& key) const;
  // The server has confirmed a write: the record is like this after it. The cache shows that, unless
  // a newer write is in flight, or confirmed already.
  struct Shown {
    bool newest = true;   // false: a newer write is confirmed already
    bool stored = false;  // a record lies in storage now
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

  // Replaces the change of a write in flight.
  void amend(const std::string& key, Sequence sequence, const Change& change, bool hidden);
  // Adds a write that began before this page, or in another one. base: the state that the server had
  // confirmed before it, if this page knows nothing newer.
  void restore(const std::string& key, Sequence sequence, const State& base, const Change& change,
               bool hidden);
  // Writes the record to storage again, where somebody else has changed it.
  void show_again(const std::string& key);
  // Removes a write whose effect on storage another write, or another page, has.
  void leave(const std::string& key, Sequence sequence);
  // True if the server has confirmed a write of the whole record that was sent after this one.
  bool is_replaced(const std::string& key, Sequence sequence) const;
  // Returns what the confirmed patches have set that were sent after a write.
  struct Changes {
    Sequence sequence = 0;  // of the newest
    std::string json;
  };
  Changes changes_since(const std::string& key, Sequence sequence) const;
  // Moves the writes of a record to another key. `amend` then says what they show there.
  void move(const std::string& from, const Id& id);
  // True if a write of this number is in flight.
  bool has_write(const std::string& key, Sequence sequence) const;
  // Returns the record as it is after a write in flight, of whatever later ones.
  std::optional<std::string> text_after(const std::string& key, Sequence sequence) const;
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
    Change change;
    bool hidden;
  };
  struct Entry {
    State confirmed;
    Sequence written_by = 0;                  // the newest write, and the newest read, that
    Sequence read_by = 0;                     // confirmed it
    std::optional<std::string> in_storage;    // what we believe lies there
    std::vector<Pending> pending;             // the oldest first
    Places taken;                             // the places that these writes took the id from
    Sequence replaced_by = 0;                 // the newest confirmed write of the whole record
    std::map<Sequence, std::string> patches;  // the members that confirmed patches have set
  };

  // Storage may be the page's own, whose code calls in again. So no entry is kept across
  // what asks it; it is found anew.
  Entry* find(const std::string& key);
  const Entry* find(const std::string& key) const;
  static bool is_shown(const Entry& entry, const Pending& pending);
  static bool shows_change(const Entry& entry);
  static State shown(const Entry& entry);
  static void hide_pending(Entry& entry);
  static void insert(Entry& entry, Pending pending);
  static Change end(Entry& entry, Sequence sequence);
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
