#include "sync/journal.h"

#include <algorithm>
#include <utility>

#include "json/json.h"

namespace caching {

Journal::Entry* Journal::find(const std::string& key) {
  const auto entry = entries_.find(key);
  return entry == entries_.end() ? nullptr : &entry->second;
}

const Journal::Entry* Journal::find(const std::string& key) const {
  return const_cast<Journal*>(this)->find(key);
}

// The newest write that the cache is to show, if the server has confirmed nothing newer.
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
  if (state.text) return store_.write(key, *state.text, state.expiry);
  store_.remove(key);
  return false;
}

bool Journal::show(const std::string& key) {
  const State state = shown(*find(key));
  const bool written = put(key, state);
  if (Entry* entry = find(key)) entry->in_storage = written ? state.text : std::nullopt;
  return written;
}

void Journal::hide_pending(Entry& entry) {
  for (Pending& pending : entry.pending) pending.hidden = true;
  entry.taken.clear();
}

bool Journal::is_ours(const std::string& key) {
  const std::optional<std::string> text = store_.text(key);
  const Entry* entry = find(key);
  return entry && text == entry->in_storage;
}

void Journal::begin(const std::string& key, Sequence sequence, const State& state, bool hidden) {
  // What somebody else has put there, or cleared away, is the truth (2.7).
  if (!find(key) || !is_ours(key)) {
    const burry::Stored stored = store_.read(key);
    Entry& entry = entries_[key];
    hide_pending(entry);
    entry.in_storage = stored.text;
    // Under an expiry that is none lies a miss, to which nothing returns (9.3).
    if (stored.expiry != burry::unreadable) entry.confirmed = {stored.text, stored.expiry};
  }
  entries_[key].pending.push_back({sequence, state, hidden});
  if (!hidden) show(key);
}

void Journal::took_from_lists(const std::string& key, const Places& places) {
  Entry* entry = find(key);
  if (!entry) return;
  for (const Place& place : places) entry->taken.push_back(place);
}

Places Journal::places(const std::string& key) const {
  const Entry* entry = find(key);
  return entry ? entry->taken : Places();
}

// The first one: what was queued late may have been laid behind it with the same number.
void Journal::end(Entry& entry, Sequence sequence) {
  const auto ended = std::find_if(entry.pending.begin(), entry.pending.end(),
                                  [=](const Pending& pending) { return pending.sequence == sequence; });
  if (ended != entry.pending.end()) entry.pending.erase(ended);
}

Journal::Shown Journal::confirm(const std::string& key, Sequence sequence, const State& state) {
  Entry* entry = find(key);
  if (!entry) return {true, put(key, state)};
  end(*entry, sequence);
  const bool newest = sequence >= entry->written_by;
  if (newest) {
    if (state.deleted) entry->taken.clear();
    entry->confirmed = state;
    entry->written_by = sequence;
  }
  const bool stored = show(key);
  erase_if_at_rest(key);
  return {newest, stored};
}

bool Journal::confirm_read(const std::string& key, Sequence sequence, const State& state) {
  Entry* entry = find(key);
  if (!entry) return put(key, state);
  if (sequence < entry->read_by) return entry->in_storage.has_value();
  entry->confirmed = state;
  entry->read_by = sequence;
  return show(key);
}

Journal::Undone Journal::fail(const std::string& key, Sequence sequence) {
  Entry* entry = find(key);
  if (!entry) return {};
  end(*entry, sequence);
  Undone undone;
  // What somebody else has put there, or cleared away, is not ours to undo (2.7).
  if (is_ours(key)) {
    const bool written = show(key);
    undone.deleted = shows_deleted(key);
    // An id without a record would make a miss of its list, for longer than a write
    // that JSON cannot spell is pending.
    const bool listed = written || (shows_pending(key) && !undone.deleted);
    entry = find(key);
    if (listed && entry) undone.put_back = std::exchange(entry->taken, {});
  }
  erase_if_at_rest(key);
  return undone;
}

void Journal::amend(const std::string& key, Sequence sequence, const State& state, bool hidden) {
  Entry* entry = find(key);
  if (!entry) return;
  for (Pending& pending : entry->pending) {
    if (pending.sequence != sequence) continue;
    pending.state = state;
    pending.hidden = hidden;
  }
  if (!hidden) show(key);
}

void Journal::restore(const std::string& key, Sequence sequence, const State& base, const State& state,
                      bool hidden) {
  if (!find(key)) {
    const std::optional<std::string> text = store_.text(key);
    Entry& entry = entries_[key];
    entry.in_storage = text;
    entry.confirmed = base;
  }
  insert(entries_[key], {sequence, state, hidden});
  if (!hidden) show(key);
}

void Journal::show_again(const std::string& key) {
  if (shows_pending(key) && store_.text(key) != shown(*find(key)).text) show(key);
}

void Journal::leave(const std::string& key, Sequence sequence) {
  Entry* entry = find(key);
  if (!entry) return;
  end(*entry, sequence);
  erase_if_at_rest(key);
}

void Journal::cover(const std::string& key, Sequence sequence, const std::string& changes) {
  Entry* entry = find(key);
  if (!entry) return;
  if (changes.empty()) entry->replaced_by = std::max(entry->replaced_by, sequence);
  else entry->patches[sequence] = changes;
}

bool Journal::is_replaced(const std::string& key, Sequence sequence) const {
  const Entry* entry = find(key);
  return entry && entry->replaced_by > sequence;
}

Journal::Changes Journal::changes_since(const std::string& key, Sequence sequence) const {
  Changes changes;
  const Entry* entry = find(key);
  if (!entry) return changes;
  for (const auto& [later, changed] : entry->patches) {
    if (later <= sequence) continue;
    changes = {later, changes.json.empty() ? changed : json::merged(changes.json, changed)};
  }
  return changes;
}

void Journal::move(const std::string& from, const Id& id) {
  for (auto& [key, entry] : entries_) identify(entry.taken, from, id);
  Entry* entry = find(from);
  if (!entry) return;
  const std::string& to = id.text;
  Entry moved = std::move(*entry);
  entries_.erase(from);
  store_.remove(from);
  if (find(to)) return merge(to, std::move(moved));
  moved.in_storage = store_.text(to);
  entries_[to] = std::move(moved);
}

// A list may have told the row of a create that is not confirmed, and somebody has written that.
void Journal::merge(const std::string& key, Entry moved) {
  Entry& there = *find(key);
  for (Pending& pending : moved.pending) insert(there, std::move(pending));
  there.taken.insert(there.taken.end(), moved.taken.begin(), moved.taken.end());
}

void Journal::insert(Entry& entry, Pending pending) {
  const auto later = std::find_if(entry.pending.begin(), entry.pending.end(),
                                  [&](const Pending& one) { return one.sequence > pending.sequence; });
  entry.pending.insert(later, std::move(pending));
}

std::optional<std::string> Journal::text_of(const std::string& key, Sequence sequence) const {
  const Entry* entry = find(key);
  if (!entry) return {};
  for (const Pending& pending : entry->pending) {
    if (pending.sequence == sequence) return pending.state.text;
  }
  return {};
}

const State* Journal::confirmed(const std::string& key) const {
  const Entry* entry = find(key);
  return entry ? &entry->confirmed : nullptr;
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

Keys Journal::pending_keys() const {
  Keys keys;
  for (const auto& [key, entry] : entries_) {
    if (newest(entry)) keys.push_back(key);
  }
  return keys;
}

Keys Journal::keys() const {
  Keys keys;
  for (const auto& [key, entry] : entries_) keys.push_back(key);
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
  const Entry* entry = find(key);
  if (entry && entry->pending.empty()) entries_.erase(key);
}

}  // namespace caching
