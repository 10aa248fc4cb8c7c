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

State changed(const Change& change) {
  return {change.text, change.expiry, change.kind == Change::Kind::remove};
}

// True if the cache is to show a write: the server has confirmed nothing newer.
bool Journal::is_shown(const Entry& entry, const Pending& pending) {
  return !pending.hidden && pending.sequence >= entry.written_by;
}

bool Journal::shows_change(const Entry& entry) {
  return std::any_of(entry.pending.begin(), entry.pending.end(),
                     [&](const Pending& pending) { return is_shown(entry, pending); });
}

State Journal::shown(const Entry& entry) {
  State state = entry.confirmed;
  for (const Pending& pending : entry.pending) {
    if (is_shown(entry, pending)) state = changed(pending.change);
  }
  return state;
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

void Journal::begin(const std::string& key, Sequence sequence, const Change& change, bool hidden) {
  // What somebody else has put there, or cleared away, is the truth (2.7).
  if (!find(key) || !is_ours(key)) {
    const burry::Stored stored = store_.read(key);
    Entry& entry = entries_[key];
    hide_pending(entry);
    entry.in_storage = stored.text;
    // Under an expiry that is none lies a miss, to which nothing returns (9.3).
    if (stored.expiry != burry::unreadable) entry.confirmed = {stored.text, stored.expiry};
  }
  entries_[key].pending.push_back({sequence, change, hidden});
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
Change Journal::end(Entry& entry, Sequence sequence) {
  const auto ended = std::find_if(entry.pending.begin(), entry.pending.end(),
                                  [=](const Pending& pending) { return pending.sequence == sequence; });
  if (ended == entry.pending.end()) return {};
  Change change = std::move(ended->change);
  entry.pending.erase(ended);
  return change;
}

Journal::Shown Journal::confirm(const std::string& key, Sequence sequence, const State& state) {
  Entry* entry = find(key);
  if (!entry) return {true, put(key, state)};
  const Change change = end(*entry, sequence);
  if (change.members.empty()) entry->replaced_by = std::max(entry->replaced_by, sequence);
  else entry->patches[sequence] = change.members;
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

void Journal::amend(const std::string& key, Sequence sequence, const Change& change, bool hidden) {
  Entry* entry = find(key);
  if (!entry) return;
  for (Pending& pending : entry->pending) {
    if (pending.sequence != sequence) continue;
    pending.change = change;
    pending.hidden = hidden;
  }
  if (!hidden) show(key);
}

void Journal::restore(const std::string& key, Sequence sequence, const State& base, const Change& change,
                      bool hidden) {
  if (!find(key)) {
    const std::optional<std::string> text = store_.text(key);
    Entry& entry = entries_[key];
    entry.in_storage = text;
    entry.confirmed = base;
  }
  insert(entries_[key], {sequence, change, hidden});
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

bool Journal::has_write(const std::string& key, Sequence sequence) const {
  const Entry* entry = find(key);
  return entry && std::any_of(entry->pending.begin(), entry->pending.end(),
                              [=](const Pending& pending) { return pending.sequence == sequence; });
}

std::optional<std::string> Journal::text_after(const std::string& key, Sequence sequence) const {
  const Entry* entry = find(key);
  if (!entry) return {};
  for (const Pending& pending : entry->pending) {
    if (pending.sequence == sequence) return changed(pending.change).text;
  }
  return {};
}

const State* Journal::confirmed(const std::string& key) const {
  const Entry* entry = find(key);
  return entry ? &entry->confirmed : nullptr;
}

bool Journal::shows_pending(const std::string& key) const {
  const Entry* entry = find(key);
  return entry && shows_change(*entry);
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
    if (shows_change(entry)) keys.push_back(key);
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
