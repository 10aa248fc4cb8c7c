#include "sync/journal.h"

namespace caching {

Journal::Entry* Journal::find(page::Name key) {
  return const_cast<Entry*>(std::as_const(*this).find(key));
}

const Journal::Entry* Journal::find(page::Name key) const {
  for (const Entry& entry : entries_) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

Journal::Entry& Journal::open(page::Name key) {
  if (Entry* entry = find(key)) return *entry;
  entries_.push_back({});
  entries_.back().key = key;
  return entries_.back();
}

// The newest write that the cache is to show, if the server has confirmed
// nothing newer.
const Journal::Pending* Journal::newest(const Entry& entry) const {
  for (int at = pending_.size(); at--;) {
    const Pending& pending = pending_[at];
    if (pending.key != entry.key) continue;
    if (pending.sequence < entry.written_by) return nullptr;
    if (!pending.hidden) return &pending;
  }
  return nullptr;
}

const State& Journal::shown(const Entry& entry) const {
  const Pending* pending = newest(entry);
  return pending ? pending->state : entry.confirmed;
}

bool Journal::is_pending(page::Name key) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [key](const Pending& pending) { return pending.key == key; });
}

bool Journal::put(page::Name key, const State& state) {
  if (state.text) return store_.write(key, state.text, state.expiry);
  store_.remove(key);
  return false;
}

bool Journal::show(page::Name key) {
  const State state = shown(*find(key));
  const bool written = put(key, state);
  if (Entry* entry = find(key)) entry->in_storage = written ? state.text : page::Value();
  return written;
}

void Journal::hide_pending(Entry& entry) {
  for (Pending& pending : pending_) {
    if (pending.key == entry.key) pending.hidden = true;
  }
  forget_places(entry.key);
}

void Journal::forget_places(page::Name key) {
  taken_.erase_if([key](const Taken& taken) { return taken.key == key; });
}

bool Journal::ours(page::Name key) {
  const page::Value text = store_.text(key);
  const Entry* entry = find(key);
  if (!entry) return false;
  if (!text || !entry->in_storage) return !text && !entry->in_storage;
  return page_.json.same(text, entry->in_storage);
}

void Journal::begin(page::Name key, Sequence sequence, const State& state, bool hidden) {
  // What somebody else has put there, or cleared away, is the truth (2.7).
  if (!find(key) || !ours(key)) {
    const page::Stored stored = store_.read(key);
    Entry& entry = open(key);
    hide_pending(entry);
    entry.in_storage = stored.text;
    // Under an expiry that is none lies a miss, to which nothing returns (9.3).
    if (stored.expiry != page::unreadable) entry.confirmed = {stored.text, stored.expiry};
  }
  pending_.push_back({key, sequence, state, hidden});
  if (!hidden) show(key);
}

void Journal::took_from_lists(page::Name key, const Places& places) {
  if (!find(key)) return;
  for (const Place& place : places) taken_.push_back({key, place});
}

Places Journal::places(page::Name key) const {
  Places places;
  for (const Taken& taken : taken_) {
    if (taken.key == key) places.push_back(taken.place);
  }
  return places;
}

void Journal::end(page::Name key, Sequence sequence) {
  pending_.erase_if([=](const Pending& pending) {
    return pending.key == key && pending.sequence == sequence;
  });
}

bool Journal::confirm(page::Name key, Sequence sequence, const State& state, bool* stored) {
  Entry* entry = find(key);
  if (!entry) {
    const bool written = put(key, state);
    if (stored) *stored = written;
    return true;
  }
  end(key, sequence);
  const bool newest = sequence > entry->written_by;
  if (newest) {
    if (state.deleted) forget_places(key);
    entry->confirmed = state;
    entry->written_by = sequence;
  }
  const bool written = show(key);
  if (stored) *stored = written;
  erase_if_at_rest(key);
  return newest;
}

bool Journal::confirm_read(page::Name key, Sequence sequence, const State& state) {
  Entry* entry = find(key);
  if (!entry) return put(key, state);
  if (sequence < entry->read_by) return static_cast<bool>(entry->in_storage);
  entry->confirmed = state;
  entry->read_by = sequence;
  return show(key);
}

Journal::Undone Journal::fail(page::Name key, Sequence sequence) {
  if (!find(key)) return {};
  end(key, sequence);
  Undone undone;
  // What somebody else has put there, or cleared away, is not ours to undo (2.7).
  if (ours(key)) {
    const bool written = show(key);
    undone.deleted = shows_deleted(key);
    // An id without a record would make a miss of its list, for longer than a write
    // that JSON cannot spell is pending.
    const bool listed = written || (shows_pending(key) && !undone.deleted);
    if (listed) {
      undone.put_back = places(key);
      forget_places(key);
    }
  }
  erase_if_at_rest(key);
  return undone;
}

bool Journal::shows_pending(page::Name key) const {
  const Entry* entry = find(key);
  return entry && newest(*entry);
}

bool Journal::shows_deleted(page::Name key) const {
  const Entry* entry = find(key);
  return entry && shown(*entry).deleted;
}

bool Journal::had_record(page::Name key) const {
  const Entry* entry = find(key);
  return entry && entry->confirmed.text;
}

page::Names Journal::pending_keys() const {
  page::Names keys;
  for (const Entry& entry : entries_) {
    if (newest(entry)) keys.push_back(entry.key);
  }
  return keys;
}

page::Names Journal::keys() const {
  page::Names keys;
  for (const Entry& entry : entries_) keys.push_back(entry.key);
  return keys;
}

void Journal::forget(page::Name key) {
  Entry* entry = find(key);
  if (!entry) return;
  hide_pending(*entry);
  entry->confirmed = {};
  entry->in_storage = {};
}

void Journal::erase_if_at_rest(page::Name key) {
  if (is_pending(key)) return;
  entries_.erase_if([key](const Entry& entry) { return entry.key == key; });
  forget_places(key);
}

void Journal::add_reachable(page::Reachable& reachable) const {
  for (const Entry& entry : entries_) {
    reachable.add(entry.key);
    reachable.add(entry.confirmed.text);
    reachable.add(entry.in_storage);
  }
  for (const Pending& pending : pending_) reachable.add(pending.state.text);
  for (const Taken& taken : taken_) {
    reachable.add(taken.place.list);
    reachable.add(taken.place.id.name);
    reachable.add(taken.place.after);
  }
}

}  // namespace caching
