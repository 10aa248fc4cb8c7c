#include "sync/journal.h"

#include <algorithm>
#include <utility>

namespace caching {

Journal::Entry* Journal::find(const std::string& key) {
  return const_cast<Entry*>(std::as_const(*this).find(key));
}

const Journal::Entry* Journal::find(const std::string& key) const {
  for (const Entry& entry : entries_) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

// The newest write that the cache is to show, if the server has confirmed
// nothing newer.
const Journal::Pending* Journal::newest(const Entry& entry) {
  for (auto pending = entry.pending.rbegin(); pending != entry.pending.rend(); ++pending) {
    if (pending->sequence < entry.written_by) return nullptr;
    if (!pending->hidden) return &*pending;
  }
  return nullptr;
}

const State& Journal::shown(const Entry& entry) {
  const Pending* pending = newest(entry);
  return pending ? pending->state : entry.confirmed;
}

bool Journal::put(const std::string& key, const State& state) {
  if (state.text) return store_.write(key, state.text, state.expiry);
  store_.remove(key);
  return false;
}

void Journal::show(Entry& entry) {
  const State& state = shown(entry);
  const bool written = put(entry.key, state);
  entry.in_storage = written ? state.text : page::Value();
}

void Journal::hide_pending(Entry& entry) {
  for (Pending& pending : entry.pending) pending.hidden = true;
  entry.places.clear();
}

bool Journal::ours(const Entry& entry) {
  const page::Value text = store_.read(entry.key).text;
  if (!text || !entry.in_storage) return !text && !entry.in_storage;
  return page_.json.same(text, entry.in_storage);
}

void Journal::begin(const std::string& key, Sequence sequence, State state, bool hidden) {
  Entry* entry = find(key);
  const bool is_new = !entry;
  if (is_new) {
    entries_.emplace_back();
    entry = &entries_.back();
    entry->key = key;
  }
  // What somebody else has put there, or cleared away, is the truth (2.7).
  if (is_new || !ours(*entry)) {
    page::Stored stored = store_.read(key);
    hide_pending(*entry);
    entry->in_storage = stored.text;
    // Under an expiry that is none lies a miss, to which nothing returns (9.3).
    if (stored.expiry != page::unreadable) entry->confirmed = {std::move(stored.text), stored.expiry};
  }
  entry->pending.push_back({sequence, std::move(state), hidden});
  if (!hidden) show(*entry);
}

void Journal::took_from_lists(const std::string& key, std::vector<Place> places) {
  Entry* entry = find(key);
  if (!entry) return;
  for (Place& place : places) entry->places.push_back(std::move(place));
}

std::vector<Place> Journal::places(const std::string& key) const {
  const Entry* entry = find(key);
  return entry ? entry->places : std::vector<Place>();
}

bool Journal::confirm(const std::string& key, Sequence sequence, State state) {
  Entry* entry = find(key);
  if (!entry) {
    put(key, state);
    return true;
  }
  std::erase_if(entry->pending,
                [&](const Pending& pending) { return pending.sequence == sequence; });
  const bool newest = sequence > entry->written_by;
  if (newest) {
    if (state.deleted) entry->places.clear();
    entry->confirmed = std::move(state);
    entry->written_by = sequence;
  }
  show(*entry);
  erase_if_at_rest(key);
  return newest;
}

void Journal::confirm_read(const std::string& key, Sequence sequence, State state) {
  Entry* entry = find(key);
  if (!entry) {
    put(key, state);
    return;
  }
  if (sequence < entry->read_by) return;
  entry->confirmed = std::move(state);
  entry->read_by = sequence;
  show(*entry);
}

Journal::Undone Journal::fail(const std::string& key, Sequence sequence) {
  Entry* entry = find(key);
  if (!entry) return {};
  std::erase_if(entry->pending,
                [&](const Pending& pending) { return pending.sequence == sequence; });
  Undone undone;
  // What somebody else has put there, or cleared away, is not ours to undo (2.7).
  if (ours(*entry)) {
    show(*entry);
    undone.deleted = shown(*entry).deleted;
    // An id without a record would make a miss of its list, for longer than a write
    // that JSON cannot spell is pending.
    const bool listed = entry->in_storage || (newest(*entry) && !undone.deleted);
    if (listed) undone.put_back = std::exchange(entry->places, {});
  }
  erase_if_at_rest(key);
  return undone;
}

bool Journal::shows_pending(const std::string& key) const {
  const Entry* entry = find(key);
  return entry && newest(*entry);
}

bool Journal::shows_deleted(const std::string& key) const {
  const Entry* entry = find(key);
  return entry && shown(*entry).deleted;
}

bool Journal::had_record(const std::string& key) const {
  const Entry* entry = find(key);
  return entry && entry->confirmed.text;
}

std::vector<std::string> Journal::pending_keys() const {
  std::vector<std::string> keys;
  for (const Entry& entry : entries_) {
    if (newest(entry)) keys.push_back(entry.key);
  }
  return keys;
}

std::vector<std::string> Journal::keys() const {
  std::vector<std::string> keys;
  for (const Entry& entry : entries_) keys.push_back(entry.key);
  return keys;
}

void Journal::forget(const std::string& key) {
  Entry* entry = find(key);
  if (!entry) return;
  hide_pending(*entry);
  entry->confirmed = {};
  entry->in_storage = {};
}

void Journal::erase_if_at_rest(const std::string& key) {
  std::erase_if(entries_,
                [&](const Entry& entry) { return entry.key == key && entry.pending.empty(); });
}

}  // namespace caching
