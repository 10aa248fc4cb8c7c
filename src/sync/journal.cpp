#include "sync/journal.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "json/json.h"
#include "sync/record.h"

namespace caching {

Journal::Entry* Journal::find(const std::string& key) {
  const auto entry = entries_.find(key);
  return entry == entries_.end() ? nullptr : &entry->second;
}

const Journal::Entry* Journal::find(const std::string& key) const {
  return const_cast<Journal*>(this)->find(key);
}

// True if the cache is to show a write: the server has confirmed no newer write of the whole record.
bool Journal::is_shown(const Entry& entry, const Pending& pending) {
  return !pending.hidden && pending.sequence >= entry.replaced_by;
}

bool Journal::shows_change(const Entry& entry) {
  return std::any_of(entry.pending.begin(), entry.pending.end(),
                     [&](const Pending& pending) { return is_shown(entry, pending); });
}

bool Journal::knows_record(const Entry& entry) { return entry.confirmed.text && !entry.confirmed.expired; }

// A delete leaves the text to a patch behind it, which is of the row before (4.3).
void Journal::lay_over(State& state, const Change& change) {
  switch (change.kind) {
    case Change::Kind::remove: state.deleted = true; return;
    case Change::Kind::replace: state = {change.text, change.expiry}; return;
    case Change::Kind::merge: break;
  }
  if (!state.text || state.expired) return;
  std::optional<std::string> text = patched(*state.text, change.members, change.id, change.dates);
  if (text) state = {std::move(text), change.expiry};
}

// Returns the confirmed state with the visible changes in their order and, behind an older change,
// the patches that are confirmed.
State Journal::shown(const Entry& entry) {
  State state = entry.confirmed;
  std::optional<Sequence> last;  // the change that was laid over it last
  for (const Pending& pending : entry.pending) {
    if (!is_shown(entry, pending)) continue;
    if (last) state = with_patches_between(entry, *last, pending.sequence, std::move(state));
    last = pending.sequence;
    lay_over(state, pending.change);
  }
  if (last) state = with_newer_patches(entry, *last, std::move(state));
  if (state.deleted) state.text.reset();
  return state;
}

State Journal::with_patches_between(const Entry& entry, Sequence after, Sequence before, State state) {
  for (auto patch = entry.patches.upper_bound(after); patch != entry.patches.end(); ++patch) {
    if (patch->first >= before) break;
    lay_over(state, Change::merging(patch->second, state.expiry));
  }
  return state;
}

State Journal::with_newer_patches(const Entry& entry, Sequence sequence, State state) {
  return with_patches_between(entry, sequence, std::numeric_limits<Sequence>::max(), std::move(state));
}

// Returns the record that storage has. An expiry that is no number makes it a miss, to which nothing
// returns (9.3).
State Journal::stored(const std::string& key) {
  burry::Stored stored = store_.read(key);
  if (!stored.text || stored.expiry == burry::unreadable) return {};
  return {std::move(stored.text), stored.expiry, false, !store_.is_live(stored.expiry)};
}

void Journal::rebase(const std::string& key, State confirmed) {
  Entry* entry = find(key);
  if (!entry) return;
  entry->confirmed = std::move(confirmed);
  if (!entry->pending.empty()) rebased_.insert(key);
}

Keys Journal::take_rebased() {
  Keys keys(rebased_.begin(), rebased_.end());
  rebased_.clear();
  return keys;
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
    const std::optional<std::string> text = store_.text(key);
    State state = stored(key);
    Entry& entry = entries_[key];
    hide_pending(entry);
    entry.in_storage = text;
    rebase(key, std::move(state));
  }
  entries_[key].pending.push_back({sequence, change, hidden});
  if (!hidden) show(key);
}

void Journal::took_from_lists(const std::string& key, const Places& places) {
  Entry* entry = find(key);
  if (!entry) return;
  for (const Place& place : places) entry->taken.push_back(place);
  if (!entry->taken.empty()) with_places_.insert(key);
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

std::optional<std::string> Journal::base_text(const std::string& key) {
  const Entry* entry = find(key);
  if (entry && knows_record(*entry)) return entry->confirmed.text;
  if (entry && is_ours(key)) return {};
  const State there = stored(key);
  return there.expired ? std::nullopt : there.text;
}

Journal::Shown Journal::confirm(const std::string& key, Sequence sequence, const Change& change) {
  const bool is_patch = !change.members.empty(), is_removal = change.kind == Change::Kind::remove;
  const bool is_known = !is_patch || change.text;
  State state = {change.text, change.expiry, is_removal};
  Entry* entry = find(key);
  if (!entry) return {true, is_known ? put(key, state) : store_.has(key), change.text, change.members};
  end(*entry, sequence);
  // A delete that was sent before a patch has been overtaken, since the patch has found the row.
  Sequence newest = entry->replaced_by;
  if (is_removal && !entry->patches.empty()) newest = std::max(newest, entry->patches.rbegin()->first);
  Shown shown;
  shown.newest = sequence >= newest;
  if (shown.newest) {
    if (is_removal) entry->taken.clear();
    if (is_patch) shown.members = with_newer_patches(*entry, sequence, {change.members}).text.value_or("");
    if (is_known) rebase(key, with_newer_patches(*entry, sequence, std::move(state)));
    else entry->confirmed.deleted = false;
    if (is_known) shown.text = entry->confirmed.text;
  }
  if (is_patch) entry->patches[sequence] = change.members;
  else entry->replaced_by = std::max(entry->replaced_by, sequence);
  shown.stored = show(key);
  erase_if_at_rest(key);
  return shown;
}

bool Journal::confirm_read(const std::string& key, Sequence sequence, const State& state) {
  Entry* entry = find(key);
  if (!entry) return put(key, state);
  if (sequence < entry->read_by) return entry->in_storage.has_value();
  rebase(key, state);
  entry->read_by = sequence;
  return show(key);
}

Journal::Undone Journal::fail(const std::string& key, Sequence sequence) {
  Entry* entry = find(key);
  if (!entry) return {};
  Undone undone;
  undone.was_shown = !lacks_record(key);
  end(*entry, sequence);
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
    // Somebody may have brought the record that a patch needs.
    const bool lacks_base = change.kind == Change::Kind::merge && !base.text;
    const State state = lacks_base ? stored(key) : base;
    Entry& entry = entries_[key];
    entry.in_storage = text;
    entry.confirmed = state;
  }
  insert(entries_[key], {sequence, change, hidden});
}

void Journal::show_restored(const std::string& key) {
  if (find(key)) show(key);
}

void Journal::show_again(const std::string& key) {
  if (!shows_pending(key)) return;
  const std::optional<std::string> text = store_.text(key);
  if (text && text == find(key)->in_storage) return;
  State there = stored(key);
  Entry* entry = find(key);
  if (!entry) return;
  // Somebody has brought the record that a patch needs.
  const State shown = this->shown(*entry);
  if (there.text && !shown.text && !shown.deleted && !entry->confirmed.text) {
    rebase(key, std::move(there));
    show(key);
  } else if (text != shown.text) {
    show(key);
  } else {
    // Another tab has shown the same.
    entry->in_storage = text;
  }
}

void Journal::leave(const std::string& key, Sequence sequence) {
  Entry* entry = find(key);
  if (!entry) return;
  end(*entry, sequence);
  erase_if_at_rest(key);
}

void Journal::move(const std::string& from, const Id& id) {
  for (const std::string& key : Keys(with_places_.begin(), with_places_.end())) {
    if (Entry* entry = find(key)) identify(entry->taken, from, id);
  }
  Entry* entry = find(from);
  if (!entry) return;
  const std::string& to = id.text;
  Entry moved = std::move(*entry);
  erase(from);
  store_.remove(from);
  if (find(to)) return merge(to, std::move(moved));
  moved.in_storage = store_.text(to);
  if (!knows_record(moved)) moved.confirmed = stored(to);
  if (!moved.taken.empty()) with_places_.insert(to);
  entries_[to] = std::move(moved);
}

// A list may have told the row of a create that is not confirmed, and somebody has written that.
void Journal::merge(const std::string& key, Entry moved) {
  Entry& there = *find(key);
  for (Pending& pending : moved.pending) insert(there, std::move(pending));
  there.taken.insert(there.taken.end(), moved.taken.begin(), moved.taken.end());
  if (!there.taken.empty()) with_places_.insert(key);
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

const State* Journal::confirmed(const std::string& key) const {
  const Entry* entry = find(key);
  return entry && !entry->confirmed.expired ? &entry->confirmed : nullptr;
}

bool Journal::shows_pending(const std::string& key) const {
  const Entry* entry = find(key);
  return entry && shows_change(*entry);
}

std::optional<std::string> Journal::shown_text(const std::string& key) const {
  if (!shows_pending(key)) return {};
  const State state = shown(*find(key));
  return state.expired ? std::nullopt : state.text;
}

bool Journal::shows_deleted(const std::string& key) const {
  const Entry* entry = find(key);
  return entry && shown(*entry).deleted;
}

bool Journal::lacks_record(const std::string& key) const {
  const Entry* entry = find(key);
  if (!entry || knows_record(*entry)) return false;
  return shows_change(*entry) &&
         std::all_of(entry->pending.begin(), entry->pending.end(), [&](const Pending& pending) {
           return !is_shown(*entry, pending) || pending.change.kind == Change::Kind::merge;
         });
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

Keys Journal::pending_among(const Ids& ids) const {
  Keys keys = keys_among(ids);
  std::erase_if(keys, [this](const std::string& key) { return !shows_pending(key); });
  return keys;
}

Keys Journal::keys_among(const Ids& ids) const {
  Keys keys;
  for (const Id& id : ids) {
    if (contains(id.text)) keys.push_back(id.text);
  }
  return keys;
}

void Journal::clear() {
  entries_.clear();
  with_places_.clear();
  rebased_.clear();
}

void Journal::erase(const std::string& key) {
  entries_.erase(key);
  with_places_.erase(key);
  rebased_.erase(key);
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
  if (entry && entry->pending.empty()) erase(key);
}

}  // namespace caching
