// The writes in flight of a namespace: for each record, the state that the server has confirmed last,
// and the changes of pending writes (contract 5). The cache shows the changes applied to that state in
// their order, which is computed again when either changes. So a write that fails takes back its own
// change and no other, and a patch has nothing of an earlier write that failed.
#pragma once

#include <map>
#include <optional>
#include <set>
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
  bool expired = false;  // a rollback returns to the text, but no patch is laid over it
};

// What a write does to its record.
struct Change {
  enum class Kind {
    replace,  // it puts `text` in its place; none: it cannot be serialized
    merge,    // it lays `members` over a whole record; where none is known, it changes nothing (4.3)
    remove,
  };
  Kind kind = Kind::replace;
  std::optional<std::string> text;
  // The members that a patch sets, as a JSON object; empty: the write is of the whole record.
  std::string members;
  burry::Minutes expiry = burry::never;
  // Of a merge, as page::Patch has them.
  std::string id = {}, dates = {};

  static Change replacing(std::optional<std::string> text, burry::Minutes expiry) {
    return {Kind::replace, std::move(text), {}, expiry};
  }
  static Change merging(std::string members, burry::Minutes expiry = burry::never) {
    return {Kind::merge, {}, std::move(members), expiry};
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
  // Returns the record that a confirmed patch is laid over: the confirmed state, or what somebody else
  // has stored. None: no whole record is known.
  std::optional<std::string> base_text(const std::string& key);
  // The server has confirmed a write: the record is removed or, after it, has this text. With members,
  // the write was a patch, which has set them; without a text, no whole record is known then. Newer
  // patches that are confirmed, and what is pending, are laid over it.
  struct Shown {
    bool newest = true;   // false: a newer write of the whole record is confirmed already
    bool stored = false;  // a record is in storage now
    // What is confirmed now and, of a patch, what it has set, both with newer patches.
    std::optional<std::string> text = {};
    std::string members = {};
  };
  Shown confirm(const std::string& key, Sequence sequence, const Change& change);
  // A read of this number tells what the server has. Of a write that is pending nobody
  // knows whether the server saw it before or after the read: the cache goes on to show
  // the write, and its failure returns to what was read. Returns whether a record lies
  // in storage now.
  bool confirm_read(const std::string& key, Sequence sequence, const State& state);
  // A write came to nothing. Tells what becomes of the id in the lists.
  struct Undone {
    Places put_back;
    bool deleted = false;   // it is to be in none
    bool was_shown = true;  // false: a patch showed nothing, since no whole record was known
  };
  Undone fail(const std::string& key, Sequence sequence);

  // Replaces the change of a write in flight.
  void amend(const std::string& key, Sequence sequence, const Change& change, bool hidden);
  // Adds a write that began before this page, or in another one. base: the state that the server had
  // confirmed before it, if this page knows nothing newer. `show_restored` then writes the record.
  void restore(const std::string& key, Sequence sequence, const State& base, const Change& change,
               bool hidden);
  void show_restored(const std::string& key);
  // Replaces the confirmed state, of which another page knows more.
  void rebase(const std::string& key, State confirmed);
  // Writes the record to storage again, where somebody else has changed it.
  void show_again(const std::string& key);
  // Removes a write whose effect on storage another write, or another page, has.
  void leave(const std::string& key, Sequence sequence);
  // Moves the writes of a record to another key. `amend` then says what they show there.
  void move(const std::string& from, const Id& id);
  // True if a write of this number is in flight.
  bool has_write(const std::string& key, Sequence sequence) const;
  // Returns what the server has confirmed last; nullptr where nothing is in flight, or where it has
  // expired before that.
  const State* confirmed(const std::string& key) const;
  // Returns the records whose confirmed state has changed under pending writes since the last call.
  Keys take_rebased();

  // Whether a write is under way.
  bool contains(const std::string& key) const { return find(key) != nullptr; }
  // Whether the cache shows something that the server has not confirmed.
  bool shows_pending(const std::string& key) const;
  // Returns the record that the cache is to show while writes are pending; storage may have refused it.
  std::optional<std::string> shown_text(const std::string& key) const;
  // Whether the newest that is known of a record is that it is deleted.
  bool shows_deleted(const std::string& key) const;
  // True if patches are pending, and no whole record is known that they could be laid over (4.3).
  bool lacks_record(const std::string& key) const;
  // Whether the server had a record when the first pending write was sent.
  bool had_record(const std::string& key) const;
  Keys pending_keys() const;
  // The same, and those of which only hidden or superseded writes are under way.
  Keys keys() const;
  // The same two, of these ids alone.
  Keys pending_among(const Ids& ids) const;
  Keys keys_among(const Ids& ids) const;
  int size() const { return static_cast<int>(entries_.size()); }
  // The record was taken out of the cache: what is pending on it is hidden, and its
  // failure returns to nothing.
  void forget(const std::string& key);
  // What is pending is to leave no trace.
  void clear();

 private:
  struct Pending {
    Sequence sequence;
    Change change;
    bool hidden;
  };
  struct Entry {
    State confirmed;
    Sequence read_by = 0;                   // the newest read that confirmed it
    std::optional<std::string> in_storage;  // what we believe is there
    std::vector<Pending> pending;           // the oldest first
    Places taken;                           // the places that these writes took the id from
    Sequence replaced_by = 0;               // the newest confirmed write of the whole record
    // The members that confirmed patches have set. They may be newer than a pending write.
    std::map<Sequence, std::string> patches;
  };

  // Storage may be the page's own, whose code calls in again. So no entry is kept across
  // what asks it; it is found anew.
  Entry* find(const std::string& key);
  const Entry* find(const std::string& key) const;
  static bool is_shown(const Entry& entry, const Pending& pending);
  static bool shows_change(const Entry& entry);
  static bool knows_record(const Entry& entry);
  static void lay_over(State& state, const Change& change);
  static State shown(const Entry& entry);
  static State with_patches_between(const Entry& entry, Sequence after, Sequence before, State state);
  static State with_newer_patches(const Entry& entry, Sequence sequence, State state);
  State stored(const std::string& key);
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
  void erase(const std::string& key);

  burry::Store& store_;
  std::map<std::string, Entry> entries_;
  std::set<std::string> with_places_;  // the records that may have been taken out of lists
  std::set<std::string> rebased_;
};

}  // namespace caching
