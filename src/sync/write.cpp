#include "sync/write.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "json/json.h"
#include "sync/http_status.h"
#include "sync/query.h"
#include "sync/replay.h"

namespace caching {
namespace {

const State deleted = {{}, burry::never, true};

}  // namespace

void Write::start() {
  if (policy_.queue || !ns_.outbox.writes().empty() || is_behind_put_off()) {
    call_->keep_in_use();
    sent_ = call_->sent();
  }
  const bool waits = waits_for_others();
  if (is_create()) {
    // Nothing is cached before the server confirms (4.1).
    ns_.history.begin(sequence_);
    token_ = policy_.queue ? replay_.token() : std::string();
    if (policy_.queue) call_->name_request(token_);
  } else if (subject_.is_cached() && method_ == Method::remove) {
    show_removal();
  } else if (subject_.is_cached()) {
    // Until it lies in the queue, so that no crash leaves a temporary id that nobody knows.
    const bool is_hidden = wait_ || mentions_unmade();
    show_change(is_hidden);
  }
  if (waits) return queue_at_once();
  call_wrapped();
}

bool Write::is_behind_put_off() const { return !key().empty() && !calls_.put_off(ns_, key()).empty(); }

// Whether something that is queued must be sent first (12.3, 12.10, 12.11).
bool Write::waits_for_others() const {
  if (!subject_.is_cached()) return false;
  if (!is_create() && (ns_.outbox.newest(key()) || is_behind_put_off())) return true;
  return mentions_unmade();
}

bool Write::mentions_unmade() const {
  const std::string* const texts[] = {&sent_.url, &sent_.attributes, &sent_.body};
  return std::any_of(std::begin(texts), std::end(texts),
                     [](const std::string* text) { return !temporary_ids(*text).empty(); });
}

void Write::queue_at_once() {
  call_->send_nothing();
  state_ = State::queued;
  if (is_behind_put_off() || calls_.is_writing(ns_, key(), this)) {
    queued_ = Queued::put_off;
    return;
  }
  if (!keep()) {
    call_->answer_with_miss();
    state_ = State::waiting;
    return answered(Outcome::failure, 0);
  }
  const bool is_known = !is_create() && !is_temporary(key()) && temporary_ids(sent_.url).empty() &&
                        temporary_ids(sent_.attributes).empty();
  if (is_known) return replay_.begin();
  // What it waits for may be taken back without a word, in whatever tab.
  replay_.wait();
  if (wait_) return call_->tell_queued();
  tell_queued();
}

// Puts the write into the queue. False: storage refuses.
bool Write::keep() {
  if (!subject_.is_cached() || (method_ != Method::remove && sent_.attributes.empty())) return false;
  QueuedWrite write = to_queue();
  lay_newer_over(write);
  replay_.origin().name(write);
  const bool joins = is_create() || (method_ != Method::remove && !ns_.journal.had_record(key()));
  page::Confirmed joining;
  joining.in_collection = sent_.in_collection;
  if (joins) write.list = list_to_join(joining);
  const std::string key = write.key();
  if (ns_.outbox.keep(std::move(write), sent_)) {
    queued_ = Queued::waiting;
    if (is_create() && !wait_) subject_ = {Subject::Kind::model, key};
    return true;
  }
  if (is_create()) ns_.take_back(key, written_);
  return false;
}

QueuedWrite Write::to_queue() {
  QueuedWrite write;
  write.method = method_;
  write.token = token_.empty() ? replay_.token() : token_;
  write.id = sent_.id.value_or(Id{key()});
  write.url = sent_.url;
  write.id_attribute = sent_.id_attribute;
  write.attributes = method_ == Method::patch ? sent_.changes : sent_.attributes;
  if (method_ == Method::remove) write.attributes.clear();
  else if (method_ != Method::patch) write.body = sent_.body;
  write.hidden = wait_;
  write.since = calls_.now();
  write.sequence = written_;
  write.decorator = decorator_;
  if (wait_ || state_ == State::queued) write.callers = {number_};
  if (is_create()) {
    write.id = {temporary_prefix + write.token};
    if (!wait_) call_->take_temporary_id(write.id.text);
    write.record = call_->sent_text({});
    // Hidden until it lies in the queue, too.
    if (!wait_) ns_.journal.begin(write.key(), written_, write.shown(), true);
  } else if (method_ != Method::remove) {
    write.record = ns_.journal.text_of(key(), written_);
  } else {
    write.places = ns_.journal.places(key());
  }
  return write;
}

// The server has confirmed a patch that was sent later: that is not to be undone (12.11).
void Write::lay_newer_over(QueuedWrite& write) {
  if (is_create() || method_ == Method::remove) return;
  const Journal::Changes newer = ns_.journal.changes_since(key(), written_);
  if (newer.json.empty()) return;
  for (std::string* json : {&write.attributes, &write.body, &sent_.attributes, &sent_.changes, &sent_.body}) {
    if (!json->empty()) *json = json::merged(*json, newer.json);
  }
  const caching::State confirmed = *ns_.journal.confirmed(key());
  write.record = confirmed.text;
  ns_.journal.leave(key(), written_);
  write.sequence = written_ = newer.sequence;
  ns_.journal.restore(key(), written_, confirmed, write.shown(), write.hidden);
}

// The caller hears success, with what was sent (12.2).
void Write::tell_queued() {
  queued_ = Queued::told;
  state_ = State::delivering;
  call_->answer_with_sent();
  call_->deliver(page::Phase::server, page::Report::callbacks);
  if (is_over()) return;
  tell_cache();
  call_->resolve(page::Phase::server);
  call_->tell_queued();
  end();
}

void Write::heard_nothing(bool is_final) {
  if (queued_ == Queued::waiting && (!wait_ || is_final)) tell_queued();
}

void Write::heard(int leader, Outcome outcome, int status) {
  if (queued_ == Queued::waiting) Operation::heard(leader, outcome, status);
}

// A new row is in its list already, before the server knows of it.
void Write::join_as_queued() {
  const QueuedWrite* write = ns_.outbox.newest(key());
  if (!write || write->list.empty()) return;
  page::Confirmed joining;
  joining.id = write->id;
  // It may have been taken out of its collection since it was sent.
  joining.in_collection = call_->confirmed().in_collection;
  join_stored_list(std::string(write->list), joining);
}

// What was sent earlier, and comes to nothing, is part of this one (12.11).
void Write::cover_earlier() {
  const std::string changes = method_ == Method::patch ? sent_.changes : std::string();
  if (method_ == Method::patch && changes.empty()) return;
  ns_.journal.cover(key(), written_, changes);
}

void Write::show_change(bool hidden) {
  std::optional<std::string> base;
  if (method_ == Method::patch) base = ns_.lists.live_text(key());
  const std::optional<std::string> text = sent_.is_record ? sent_.attributes : call_->sent_text(base);
  // An attribute's own `toJSON` may have emptied the cache.
  if (subject_.is_cached()) ns_.journal.begin(key(), written_, {text, expiry_}, hidden);
}

void Write::show_removal() {
  ns_.journal.begin(key(), written_, deleted, wait_);
  if (!wait_) ns_.journal.took_from_lists(key(), ns_.lists.remove(key()));
}

void Write::succeeded(bool with_data) {
  // Backbone sets nothing in these cases, so the model stands for the answer already, and
  // the cache is right before anybody is called back.
  if (method_ == Method::remove || (!with_data && !wait_)) tell_cache();
  call_->deliver(page::Phase::server, page::Report::callbacks);
  if (is_over()) return;
  tell_cache();
  call_->resolve(page::Phase::server);
  end();
}

void Write::failed(const Failure& failure) {
  const bool is_gone = http::is_missing(failure.status);
  const bool may_wait = failure.outcome == Outcome::unanswered && policy_.queue;
  if (may_wait && subject_.is_cached() && queued_ == Queued::no) {
    state_ = State::queued;
    queued_ = Queued::put_off;
    unanswered_ = failure;
    return;
  }
  // What is not there is as good as deleted (4.4).
  if (method_ == Method::remove && is_gone) tell_cache();
  else if (queued_ == Queued::no) take_back();
  report(failure);
}

// Whether the server has confirmed a later write that leaves nothing to be sent of this one: of a
// delete any one, as there is a row again (12.11).
bool Write::is_overtaken() const {
  if (!subject_.is_cached() || is_create()) return false;
  if (ns_.journal.is_replaced(key(), written_)) return true;
  return method_ == Method::remove && !ns_.journal.changes_since(key(), written_).json.empty();
}

void Write::queue_up() {
  queued_ = Queued::no;
  state_ = State::failing;
  if (is_overtaken()) {
    // Of a delete this brings the id back to its lists.
    take_back();
    return tell_queued();
  }
  if (keep()) {
    replay_.wait();
    if (!wait_) return tell_queued();
    state_ = State::queued;
    return call_->tell_queued();
  }
  take_back();
  if (!unanswered_) call_->answer_with_miss();
  report(unanswered_.value_or(Failure{Outcome::failure, 0}));
}

void Write::discard() {
  queued_ = Queued::no;
  take_back();
  call_off();
}

// The write came to nothing: its change is undone, and no other (4.2, 4.4, 5.1).
void Write::take_back() {
  if (!subject_.is_cached() || is_create()) return;
  ns_.take_back(key(), written_);
}

void Write::store() {
  if (queued_ == Queued::told) return join_as_queued();
  if (method_ == Method::remove) confirm_removal();
  else confirm_record();
}

// A read that was sent before the answer to a write came may not have seen the write: so
// what is noted has the number of this moment.
void Write::confirm_removal() {
  const Sequence now = calls_.next();
  const Places taken_from = ns_.journal.places(key());
  const bool newest = ns_.journal.confirm(key(), written_, deleted).newest;
  if (newest) cover_earlier();
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
  return own_key_.empty() ? canonical({confirmed.url, {}}) : own_key_;
}

// The server has given the record another id: the old one is no more.
void Write::leave_former_key() {
  ns_.journal.confirm(key(), written_, deleted);
  ns_.lists.remove(key());
}

void Write::confirm_record() {
  const Sequence now = calls_.next();
  const page::Confirmed confirmed = this->confirmed();
  const std::string key = key_of(confirmed);
  if (!is_create()) cover_earlier();
  if (!is_create() && key != this->key()) leave_former_key();
  const bool has_key = confirmed.id || !key.empty();
  if (!has_key || is_reserved(key)) return;
  const bool joins = is_create() || !ns_.journal.had_record(key);
  // The row may have been read, written or deleted before the answer to its creation came.
  // (What was queued is shown as it was, and its end is for the journal.)
  const bool was_queued = ns_.journal.text_of(key, written_).has_value();
  const bool is_late = is_create() && !was_queued && ns_.history.has_newer(key, sequence_);
  const Kept kept = is_late ? keep_created(key) : keep(key, confirmed, now);
  if (kept == Kept::superseded || !confirmed.id) return;
  // JSON could not spell it, storage did not take it, or what is newer has left the
  // cache: no list may hold it, and none that lacks it is whole.
  if (kept == Kept::missing && !ns_.journal.shows_pending(key)) {
    if (joins) ns_.lists.discard(list_to_join(confirmed));
    return ns_.lists.drop_lists_with(key);
  }
  if (joins) join_list(key, confirmed);
}

Write::Kept Write::keep_created(const std::string& key) {
  if (ns_.history.is_deleted(key)) return Kept::superseded;
  const History::Newer* noted = ns_.history.find(key);
  const std::optional<std::string> text = noted ? noted->text : std::nullopt;
  const bool is_gone = text && !ns_.journal.shows_pending(key) && !ns_.store.has(key);
  if (is_gone) ns_.store.write(key, *text, expiry_);
  return ns_.store.has(key) ? Kept::stored : Kept::missing;
}

Write::Kept Write::keep(const std::string& key, const page::Confirmed& confirmed, Sequence now) {
  if (policy_.evict) ns_.recency.used(key);
  const Journal::Shown shown = ns_.journal.confirm(key, written_, {confirmed.text, expiry_});
  if (shown.newest) {
    ns_.history.note({key, now, false, confirmed.text});
    return shown.stored ? Kept::stored : Kept::missing;
  }
  // Deleted since, though a collection that still holds it may have listed it.
  const bool is_gone = ns_.journal.shows_deleted(key) || !ns_.journal.shows_pending(key);
  if (is_gone && !ns_.store.has(key)) ns_.lists.remove(key);
  return Kept::superseded;
}

std::string Write::list_to_join(const page::Confirmed& confirmed) {
  if (policy_.loose_keys) return plain_list;
  return ns_.lists.list_to_join(call_->collection_url(), confirmed.in_collection);
}

void Write::join_list(const std::string& key, const page::Confirmed& confirmed) {
  const std::string list = list_to_join(confirmed);
  if (!ns_.journal.shows_deleted(key)) return join_stored_list(list, confirmed);
  constexpr std::size_t at_the_end = std::numeric_limits<std::size_t>::max();
  ns_.journal.took_from_lists(key, {{list, *confirmed.id, {}, at_the_end}});
}

// A new id is appended to the stored list. Where none is stored, the list is what the
// model's collection holds (4.1, 4.6).
void Write::join_stored_list(const std::string& list, const page::Confirmed& confirmed) {
  const bool is_plain = list == plain_list;
  if (ns_.lists.append(list, *confirmed.id)) {
    if (is_plain) ns_.lists.note_joined(*confirmed.id);
    return;
  }
  if (!confirmed.in_collection) return;
  const Keys pending = ns_.journal.pending_keys();
  if (!write_rows(ns_, *call_, page::Rows::without_record, expiry_, pending)) return;
  const std::optional<std::string> text = call_->list_text(page::Listed::all);
  if (!text) return;
  ns_.lists.replace(list, without_never_made(ns_, *text), expiry_, {});
  if (is_plain) ns_.lists.note_joined(*confirmed.id);
  leave_out_missing(ns_, ns_.journal.pending_keys());
}

}  // namespace caching
