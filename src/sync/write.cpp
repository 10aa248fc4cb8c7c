#include "sync/write.h"

#include <limits>

#include "sync/http_status.h"
#include "sync/query.h"
#include "sync/record.h"

namespace caching {
namespace {

// What a patch has set, without the id that JavaScript puts in front of it.
std::string without_id(const std::string& set, const std::string& id) {
  json::Members members = json::read_object(set).value_or(json::Members());
  const json::Members named = json::read_object(id).value_or(json::Members());
  std::erase_if(members, [&](const json::Member& member) { return json::find(named, member.name); });
  return json::spell_object(members);
}

}  // namespace

void Write::start() {
  // Nothing is cached of a create before the server confirms it (4.1).
  if (is_create()) ns_.history.begin(sequence_);
  else show(request_.wait);
  call_wrapped();
}

void Write::show(bool hidden) {
  if (!subject_.is_cached()) return;
  if (is_removal()) return show_removal(hidden);
  const Change change = this->change();
  // An attribute's own `toJSON` may have emptied the cache.
  if (subject_.is_cached()) ns_.journal.begin(key(), written_, change, hidden);
}

Change Write::change() {
  if (!is_patch()) return Change::replacing(call_->sent_text({}), expiry_);
  page::Patch patch = call_->patch();
  // A value that cannot be serialized drops the record (4.8).
  if (patch.members.empty()) return Change::replacing({}, expiry_);
  Change change = Change::merging(std::move(patch.members), expiry_);
  change.id = std::move(patch.id);
  change.dates = std::move(patch.dates);
  return change;
}

page::Confirmed Write::confirmed() {
  if (!is_patch()) return call_->confirmed();
  const page::Patch patch = call_->patch();
  const std::optional<std::string> base = ns_.journal.base_text(key());
  const bool has_own_parse = !patch.dates.empty();
  if (has_own_parse) call_->sent_text(base);
  page::Confirmed confirmed = call_->confirmed();
  if (patch.members.empty() || !confirmed.text) return confirmed;
  set_ = has_own_parse ? patch.members : without_id(*confirmed.text, patch.id);
  if (!base) confirmed.text.reset();
  else if (!has_own_parse) confirmed.text = patched(*base, *confirmed.text, patch.id);
  return confirmed;
}

void Write::show_removal(bool hidden) {
  ns_.journal.begin(key(), written_, Change::removing(), hidden);
  if (!hidden) ns_.journal.took_from_lists(key(), ns_.lists.remove(key()));
}

void Write::succeeded(bool with_data) {
  // Backbone sets nothing in these cases, so the model stands for the answer already, and
  // the cache is right before anybody is called back.
  if (is_removal() || (!with_data && !request_.wait)) tell_cache();
  call_->deliver(page::Phase::server, page::Report::callbacks);
  if (is_over()) return;
  tell_cache();
  call_->resolve(page::Phase::server);
  end();
}

void Write::failed(const Failure& failure) {
  // What is not there is as good as deleted (4.4).
  if (is_removal() && http::is_missing(failure.status)) tell_cache();
  else take_back();
  report(failure);
}

void Write::take_back() {
  if (!subject_.is_cached() || is_create()) return;
  ns_.take_back(key(), written_);
}

void Write::store() {
  if (is_removal()) confirm_removal();
  else confirm_record();
}

// A read that was sent before the answer to a write came may not have seen the write: so
// what is noted has the number of this moment.
void Write::confirm_removal() {
  const Sequence now = calls_.next();
  const Places taken_from = ns_.journal.places(key());
  const bool newest = ns_.journal.confirm(key(), written_, Change::removing()).newest;
  if (newest) ns_.history.note({key(), now, true, {}});
  if (newest || !ns_.store.has(key())) {
    ns_.lists.remove(key());
    return;
  }
  // A newer save has made the row anew, which belongs to its lists of whole collections
  // (4.6).
  for (const Place& place : taken_from) {
    if (place.list == plain_list) ns_.lists.restore(place);
  }
}

std::string Write::key_of(const page::Confirmed& confirmed) const {
  if (confirmed.id) return confirmed.id->text;
  if (!is_create()) return key();
  if (confirmed.url.empty()) return {};
  return request_.own_key.empty() ? canonical({confirmed.url, {}}) : request_.own_key;
}

// The server has given the record another id: the old one is no more.
void Write::leave_former_key() {
  ns_.journal.confirm(key(), written_, Change::removing());
  ns_.lists.remove(key());
}

void Write::confirm_record() {
  const Sequence now = calls_.next();
  const page::Confirmed confirmed = this->confirmed();
  const std::string key = key_of(confirmed);
  if (!is_create() && key != this->key()) leave_former_key();
  const bool has_key = confirmed.id || !key.empty();
  if (!has_key || is_reserved(key)) return;
  const bool joins = is_create() || (!is_patch() && !ns_.journal.had_record(key));
  // The row may have been read, written or deleted before the answer to its creation came. (A create
  // that is in the journal has shown its row already, and ends there.)
  const bool is_in_journal = ns_.journal.has_write(key, written_);
  const bool is_late = is_create() && !is_in_journal && ns_.history.has_newer_whole(key, sequence_);
  const Kept kept = is_late ? keep_created(key) : keep(key, confirmed, now);
  if (kept == Kept::superseded || kept == Kept::unknown || !confirmed.id) return;
  // JSON could not spell it, storage did not take it, or what is newer has left the
  // cache: no list may hold it, and none that lacks it is whole.
  const bool is_shown = ns_.journal.shows_pending(key) && !ns_.journal.lacks_record(key);
  if (kept == Kept::missing && !is_shown) {
    if (joins) ns_.lists.discard(list_to_join(confirmed));
    return ns_.lists.drop_lists_with(key);
  }
  if (joins) join_list(key, confirmed);
}

Write::Kept Write::keep_created(const std::string& key) {
  if (ns_.history.is_deleted(key)) return Kept::superseded;
  const std::optional<std::string> text = ns_.history.text_of(key);
  const bool is_gone = text && !ns_.journal.shows_pending(key) && !ns_.store.has(key);
  if (is_gone) ns_.store.write(key, *text, expiry_);
  return ns_.store.has(key) ? Kept::stored : Kept::missing;
}

Write::Kept Write::keep(const std::string& key, const page::Confirmed& confirmed, Sequence now) {
  if (policy_.evict) ns_.recency.used(key);
  Change change = Change::replacing(with_patches_since(key, confirmed.text), expiry_);
  change.members = set_;
  const Journal::Shown shown = ns_.journal.confirm(key, written_, change);
  if (shown.newest) {
    // A class's own `parse` has made the whole record of the answer.
    const bool is_whole = shown.text && shown.text->ends_with(form_mark);
    ns_.history.note({key, now, false, shown.text, is_whole ? std::string() : shown.members});
    if (!set_.empty() && !confirmed.text) return Kept::unknown;
    return shown.stored ? Kept::stored : Kept::missing;
  }
  // Deleted since, though a collection that still holds it may have listed it.
  const bool is_gone = ns_.journal.shows_deleted(key) || !ns_.journal.shows_pending(key);
  if (is_gone && !ns_.store.has(key)) ns_.lists.remove(key);
  return Kept::superseded;
}

// A read may have told the row of a create before its answer, and somebody has patched it since.
std::optional<std::string> Write::with_patches_since(const std::string& key,
                                                     const std::optional<std::string>& text) const {
  if (!is_create() || !text) return text;
  const std::string members = ns_.history.members_since(key, sequence_);
  return members.empty() ? text : patched(*text, members);
}

std::string Write::list_to_join(const page::Confirmed& confirmed) {
  if (policy_.loose_keys) return plain_list;
  return ns_.lists.list_to_join(call_->home(), confirmed.in_collection);
}

bool Write::is_whole_in_collection(const std::string& list) {
  return policy_.loose_keys || ns_.lists.is_whole(list, call_->home());
}

void Write::join_list(const std::string& key, const page::Confirmed& confirmed) {
  const std::string list = list_to_join(confirmed);
  if (!ns_.journal.shows_deleted(key)) return join_stored_list(list, confirmed);
  constexpr std::size_t at_the_end = std::numeric_limits<std::size_t>::max();
  ns_.journal.took_from_lists(key, {{list, *confirmed.id, {}, at_the_end}});
}

// A new id is appended to the stored list. Where none is stored, the list is what the model's collection
// holds, if the collection stands for the whole list (4.1, 4.6).
void Write::join_stored_list(const std::string& list, const page::Confirmed& confirmed) {
  const bool is_plain = list == plain_list;
  if (ns_.lists.append(list, *confirmed.id)) {
    if (is_plain) ns_.lists.note_joined(*confirmed.id);
    return;
  }
  if (!confirmed.in_collection || !is_whole_in_collection(list)) return;
  const std::optional<std::string> text = call_->list_text(page::Listed::all);
  const std::optional<IdList> held = text ? IdList::read(*text) : std::nullopt;
  if (!held) return;
  if (!write_rows(ns_, *call_, page::Rows::without_record, expiry_, written_among(held->ids()))) return;
  ns_.lists.replace(list, without_orphans(ns_, *text), expiry_, {});
  if (is_plain) ns_.lists.note_joined(*confirmed.id);
  leave_out_missing(ns_, written_among(held->ids()));
}

// Returns the keys of rows with writes in flight, and of those that another model has deleted while the
// collection goes on to hold them.
Keys Write::written_among(const Ids& ids) const {
  Keys keys = ns_.journal.pending_among(ids);
  for (const Id& id : ids) {
    if (ns_.history.is_deleted(id.text)) keys.push_back(id.text);
  }
  return keys;
}

}  // namespace caching
