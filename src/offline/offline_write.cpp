#include "offline/offline_write.h"

#include <algorithm>

#include "json/json.h"
#include "offline/offline_queue.h"
#include "sync/http_status.h"
#include "sync/record.h"

namespace caching {
namespace {

// Returns the record of a new row with its temporary id.
std::string with_temporary_id(const std::string& record, const QueuedWrite& create) {
  json::Object named;
  named.add(create.id_attribute, json::spell(create.id));
  return json::merged(record, named.text()) + (record.ends_with(form_mark) ? form_mark : "");
}

}  // namespace

OfflineWrite::OfflineWrite(Start start, WriteRequest request, OfflineQueue& queue)
    : Write(std::move(start), std::move(request)), queue_(queue) {
  queue_.enter(*this);
}

OfflineWrite::~OfflineWrite() { queue_.leave(*this); }

// Without a network: `enqueue` saves the entry, wrapped is called, `failed` finds that no server has
// answered, and `lose` lets the entry wait and notifies the caller.
void OfflineWrite::start() {
  if (!may_be_queued()) return Write::start();
  page().keep_in_use();
  sent_ = page().sent();
  follow_create();
  QueuedWrite entry = make_entry();
  const bool waits = must_wait(entry);
  // A write without JSON cannot be stored, so it cannot wait.
  const bool has_json = is_removal() || !sent_.attributes.empty();
  if (!has_json && !waits) return Write::start();
  if (is_create()) ns_.history.begin(sequence_);
  const bool is_concerned = has_json && (policy_.queue || waits || queue_.outbox.newest(entry.key()));
  if (waits) entry.callers = {number_};
  else entry.delivery = Delivery::first_try, entry.tries = 1;
  if (is_concerned && subject_.is_cached() && enqueue(std::move(entry))) {
    if (waits) return wait_in_queue();
    begin_request();
    return static_cast<void>(call_wrapped());
  }
  if (!waits) return start_unqueued();
  // There is no entry, and an older write has to be sent first.
  take_back();
  call_->send_nothing();
  call_->answer_with_miss();
  state_ = State::waiting;
  answered(Outcome::failure, 0);
}

// A second save of a new model is no second row: it is an update of the row, behind its create (12.13).
void OfflineWrite::follow_create() {
  const auto create = is_create() && sent_.creating ? queue_.find(sent_.creating) : nullptr;
  const QueuedWrite* entry = create ? queue_.outbox.find(create->token_) : nullptr;
  // A body of the page's own cannot wait for the create.
  if (!entry || !entry->is_create() || sent_.attributes.empty()) return;
  follows_create_ = true;
  request_.method = Method::update;
  sent_.id = entry->id;
  sent_.attributes = with_temporary_id(sent_.attributes, *entry);
  sent_.is_record = false;
  sent_.url = url_of_row(entry->url, entry->id);
  subject_ = {Subject::Kind::model, entry->id.text};
}

bool OfflineWrite::may_be_queued() const {
  return subject_.is_cached() && (policy_.queue || !queue_.outbox.is_empty());
}

QueuedWrite OfflineWrite::make_entry() {
  QueuedWrite entry;
  entry.method = request_.method;
  entry.token = queue_.token();
  entry.id = is_create() ? Id{temporary_prefix + entry.token} : sent_.id.value_or(Id{key()});
  entry.page = queue_.outbox.page();
  entry.sent = entry.since = calls_.now();
  entry.url = sent_.url;
  entry.id_attribute = sent_.id_attribute;
  if (!is_removal()) entry.attributes = is_patch() ? sent_.changes : sent_.attributes;
  if (!is_removal() && !is_patch()) entry.body = sent_.body;
  entry.hidden = request_.wait;
  entry.decorator = decorator_;
  mentions_unsent_ = !mentioned(entry).empty();
  queue_.origin().name(entry);
  if (!is_create() && subject_.is_cached()) subject_.key = entry.key();
  return entry;
}

// A write waits behind an older one of its record that is queued already, and behind the creates of the
// rows that it mentions (12.10, 12.11): also if an id is known that the page has yet to learn, since the
// page's own request would have the temporary one. Beside first tries it is sent, as it would be without a
// queue.
bool OfflineWrite::must_wait(const QueuedWrite& entry) const {
  if (mentions_unsent_) return true;
  const std::vector<std::string> tokens = queue_.outbox.tokens_of(entry.key());
  return std::any_of(tokens.begin(), tokens.end(), [this](const std::string& token) {
    const QueuedWrite& older = *queue_.outbox.find(token);
    return older.is_create() || older.is_pending();
  });
}

// Adds the entry to the queue, and shows its change. Returns false if storage refuses the entry: nothing
// is shown then.
bool OfflineWrite::enqueue(QueuedWrite entry) {
  token_ = entry.token;
  note_change(entry);
  // An attribute's own `toJSON` may have emptied the cache.
  if (!subject_.is_cached()) return false;
  note_places(entry);
  if (is_create()) page().name_request(entry.token);
  make_whole(entry);
  queue_.origin().name(entry);
  return add_or_fold(std::move(entry));
}

// Begins the change in the journal, which hides it until the entry is saved.
void OfflineWrite::note_change(QueuedWrite& entry) {
  if (is_create()) {
    entry.record = call_->sent_text({});
    if (entry.record) entry.record = with_temporary_id(*entry.record, entry);
    return;
  }
  const Change change = is_removal() ? Change::removing() : this->change();
  if (!subject_.is_cached()) return;
  ns_.journal.begin(entry.key(), written_, change, true);
  entry.sequence = written_;
  entry.record = change.text;
  if (change.kind == Change::Kind::merge) {
    const bool is_sent = change.members == entry.attributes;
    entry.patch = {is_sent ? std::string() : change.members, change.id, change.dates};
  }
  if (follows_create_ && entry.record) entry.record = with_temporary_id(*entry.record, entry);
  const caching::State* confirmed = ns_.journal.confirmed(entry.key());
  if (confirmed) entry.base = *confirmed;
}

// A delete returns to these places, and a new row joins this list.
void OfflineWrite::note_places(QueuedWrite& entry) {
  if (is_removal()) {
    entry.places = ns_.lists.places_of(entry.key());
    return;
  }
  const bool joins = is_create() || (!is_patch() && !ns_.journal.had_record(entry.key()));
  if (!joins) return;
  page::Confirmed joining;
  joining.in_collection = sent_.in_collection;
  entry.list = list_to_join(joining);
}

bool OfflineWrite::add_or_fold(QueuedWrite entry) {
  const std::string record_key = entry.key();
  const QueuedWrite* newest = queue_.outbox.newest(record_key);
  if (entry.delivery != Delivery::waiting || !newest || !can_fold(*newest, entry)) {
    if (!queue_.outbox.add(std::move(entry))) return false;
    stage_ = Stage::trying;
    return true;
  }
  const std::string queued = newest->token;
  if (!queue_.outbox.fold(entry, sent_)) return false;
  ns_.journal.leave(record_key, written_);
  token_ = queued;
  return true;
}

// A patch of a row that is to be deleted makes the row again, with all that the model has.
void OfflineWrite::make_whole(QueuedWrite& entry) {
  const QueuedWrite* older = queue_.outbox.newest(entry.key());
  if (!is_patch() || !older || !older->is_removal() || !older->is_pending()) return;
  entry.method = Method::update;
  entry.patch = {};
  entry.record = call_->sent_text({});
  entry.attributes = sent_.attributes;
  entry.body = sent_.body;
}

// Storage has no room for the entry, or is not there: the write goes as it would without a queue.
void OfflineWrite::start_unqueued() {
  token_.clear();
  if (!is_create()) {
    take_back();
    show(request_.wait);
  }
  call_wrapped();
}

void OfflineWrite::wait_in_queue() {
  call_->send_nothing();
  state_ = State::suspended;
  stage_ = Stage::waiting;
  const QueuedWrite* entry = queue_.outbox.find(token_);
  // A create and its delete: nothing is left to be sent.
  if (!entry) return;
  // Its caller is notified when it is known what becomes of the first try.
  if (queue_.waits_for_first_try(*entry)) return;
  const bool is_known = !is_temporary(entry->key()) && mentioned(*entry).empty();
  if (is_known) return queue_.replay.begin();
  // Any tab may discard the write that this one waits for, without an event.
  queue_.replay.wait();
  if (request_.wait) return page().tell_queued();
  report_queued();
}

// The page has serialized it already.
Change OfflineWrite::change() {
  if (!is_patch() && sent_.is_record) return Change::replacing(sent_.attributes, expiry_);
  return Write::change();
}

void OfflineWrite::begin_request() { began_offline_ = queue_.replay.tab().is_offline(); }

bool OfflineWrite::was_offline() const { return began_offline_ && queue_.replay.tab().is_offline(); }

bool OfflineWrite::follow_entry() {
  const QueuedWrite* entry = queue_.outbox.find(token_);
  if (entry && entry->sequence) written_ = entry->sequence;
  return entry != nullptr;
}

void OfflineWrite::failed(const Failure& failure) {
  if (stage_ == Stage::unqueued) return Write::failed(failure);
  if (stage_ == Stage::trying) {
    const bool is_lost = failure.outcome == Outcome::unanswered && policy_.queue;
    if (is_lost && subject_.is_cached()) return lose();
    // A row that is not there is as good as deleted (4.4).
    if (is_removal() && http::is_missing(failure.status)) tell_cache();
    else end_entry();
  }
  report(failure);
}

void OfflineWrite::thrown() {
  if (stage_ == Stage::unqueued) return Write::thrown();
  end_entry();
}

// No server has answered: the entry waits, and another request of it follows (12.1).
void OfflineWrite::lose() {
  state_ = State::suspended;
  stage_ = Stage::waiting;
  // A newer write of the record is confirmed, which leaves nothing of this one to be sent (12.11).
  if (!follow_entry()) {
    take_back();
    return report_queued();
  }
  const QueuedWrite entry = *queue_.outbox.find(token_);
  if (is_create() && !request_.wait) {
    page().take_temporary_id(entry.id.text);
    subject_ = {Subject::Kind::model, entry.id.text};
  }
  if (request_.wait) queue_.outbox.find(token_)->callers = {number_};
  queue_.outbox.lose(token_, was_offline());
  queue_.replay.wait();
  if (request_.wait) page().tell_queued();
  else report_queued();
  queue_.report_waiting(entry.key());
}

// A server has refused the write, or the page has called it off: its change is taken back first, so that
// no crash leaves a change without its entry.
void OfflineWrite::end_entry() {
  if (!subject_.is_cached()) return drop_late_entry(true);
  follow_entry();
  take_back();
  queue_.outbox.remove(token_);
  if (is_create()) queue_.origin().dropped_create();
}

void OfflineWrite::succeeded(bool with_data) {
  if (stage_ == Stage::trying && !subject_.is_cached()) drop_late_entry(false);
  Write::succeeded(with_data);
}

// This page had yet to learn that another one had cleared the namespace, when the write began. So the entry
// is still there, and another page would send it again.
void OfflineWrite::drop_late_entry(bool is_undone) {
  const QueuedWrite* entry = token_.empty() ? nullptr : queue_.outbox.find(token_);
  if (!entry || entry->delivery != Delivery::first_try) return;
  if (is_undone && entry->sequence) ns_.take_back(std::string(entry->key()), entry->sequence);
  queue_.outbox.remove(token_);
}

void OfflineWrite::store() {
  if (stage_ == Stage::reported) return join_as_queued();
  if (stage_ == Stage::unqueued) return Write::store();
  if (!follow_entry()) return ns_.journal.leave(key(), written_);
  // A crash between the two is no second row: nothing mentions it yet.
  if (is_create() && !queue_.is_mentioned(token_)) queue_.outbox.remove(token_);
  Write::store();
  queue_.outbox.confirm(token_);
}

page::Confirmed OfflineWrite::confirmed() {
  page::Confirmed confirmed = Write::confirmed();
  const bool is_awaited = is_create() && stage_ == Stage::trying && queue_.outbox.find(token_);
  if (is_awaited && confirmed.id) {
    queue_.origin().identify(temporary_prefix + token_, *confirmed.id, false);
  }
  return confirmed;
}

void OfflineWrite::abandon() {
  const QueuedWrite* entry = stage_ == Stage::waiting ? queue_.outbox.find(token_) : nullptr;
  // What other calls have folded into it is sent all the same.
  if (!entry || !entry->is_untried() || entry->callers != std::vector<int>{number_}) return;
  follow_entry();
  end_entry();
  call_off();
}

// Notifies the caller of success, with what was sent (12.2).
void OfflineWrite::report_queued() {
  stage_ = Stage::reported;
  state_ = State::delivering;
  page().answer_with_sent();
  call_->deliver(page::Phase::server, page::Report::callbacks);
  if (is_over()) return;
  tell_cache();
  call_->resolve(page::Phase::server);
  page().tell_queued();
  end();
}

void OfflineWrite::report_queued(bool is_final) {
  if (stage_ == Stage::waiting && (!request_.wait || is_final)) report_queued();
}

void OfflineWrite::complete(int leader, Outcome outcome, int status) {
  if (stage_ != Stage::waiting) return;
  leave_cache();
  // Nothing was sent, if what it waits for has been taken back.
  if (leader) take_answer_of(leader);
  else call_->answer_with_miss();
  state_ = State::waiting;
  answered(outcome, status);
}

// A new row is in its list before the server knows of it (12.3).
void OfflineWrite::join_as_queued() {
  const QueuedWrite* entry = queue_.outbox.find(token_);
  if (!entry || entry->list.empty()) return;
  page::Confirmed joining;
  joining.id = entry->id;
  // It may have been taken out of its collection since it was sent.
  joining.in_collection = call_->confirmed().in_collection;
  join_stored_list(std::string(entry->list), joining);
}

}  // namespace caching
