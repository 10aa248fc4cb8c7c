#include "offline/offline_write.h"

#include <algorithm>
#include <iterator>

#include "json/json.h"
#include "offline/offline_queue.h"
#include "sync/http_status.h"
#include "sync/record.h"

namespace caching {

OfflineWrite::OfflineWrite(Start start, WriteRequest request, OfflineQueue& queue)
    : Write(std::move(start), std::move(request)), queue_(queue) {
  queue_.enter(*this);
}

OfflineWrite::~OfflineWrite() { queue_.leave(*this); }

void OfflineWrite::start() {
  if (policy_.queue || !queue_.outbox.writes().empty() || is_behind_deferred()) {
    page().keep_in_use();
    sent_ = page().sent();
  }
  const bool waits = waits_for_others();
  if (is_create()) {
    // Nothing is cached before the server confirms (4.1).
    ns_.history.begin(sequence_);
    token_ = policy_.queue ? queue_.replay.token() : std::string();
    if (policy_.queue) page().name_request(token_);
  } else {
    // Hide it until it is saved: a crash would orphan its temporary id.
    show(request_.wait || (!is_removal() && mentions_unsent()));
  }
  if (waits) return enqueue_at_once();
  call_wrapped();
}

bool OfflineWrite::is_writing(const std::string& record) const {
  return queued_ == Queued::no && subject_.is_cached() && !is_create() && record == key();
}

void OfflineWrite::abandon() {
  if (is_deferred()) discard();
}

Change OfflineWrite::change() {
  if (!is_patch() && sent_.is_record) return Change::replacing(sent_.attributes, expiry_);
  return Write::change();
}

void OfflineWrite::failed(const Failure& failure) {
  const bool may_wait = failure.outcome == Outcome::unanswered && policy_.queue;
  if (may_wait && subject_.is_cached() && queued_ == Queued::no) {
    state_ = State::suspended;
    queued_ = Queued::deferred;
    unanswered_ = failure;
    return;
  }
  if (queued_ == Queued::no) return Write::failed(failure);
  // A row that is not there is as good as deleted (4.4).
  if (is_removal() && http::is_missing(failure.status)) tell_cache();
  report(failure);
}

void OfflineWrite::store() {
  if (queued_ == Queued::told) return join_as_queued();
  Write::store();
}

bool OfflineWrite::is_behind_deferred() const { return !key().empty() && !queue_.deferred(key()).empty(); }

// True if something queued must be sent first (12.3, 12.10, 12.11).
bool OfflineWrite::waits_for_others() const {
  if (!subject_.is_cached()) return false;
  if (!is_create() && (queue_.outbox.newest(key()) || is_behind_deferred())) return true;
  return mentions_unsent();
}

bool OfflineWrite::mentions_unsent() const {
  const std::string* const texts[] = {&sent_.url, &sent_.attributes, &sent_.body};
  return std::any_of(std::begin(texts), std::end(texts),
                     [](const std::string* text) { return !temporary_ids(*text).empty(); });
}

void OfflineWrite::enqueue_at_once() {
  call_->send_nothing();
  state_ = State::suspended;
  if (is_behind_deferred() || queue_.is_writing(key(), this)) {
    queued_ = Queued::deferred;
    return;
  }
  if (!enqueue()) {
    call_->answer_with_miss();
    state_ = State::waiting;
    return answered(Outcome::failure, 0);
  }
  const bool is_known = !is_create() && !is_temporary(key()) && temporary_ids(sent_.url).empty() &&
                        temporary_ids(sent_.attributes).empty();
  if (is_known) return queue_.replay.begin();
  // Any tab may discard the write that this one waits for, without an event.
  queue_.replay.wait();
  if (request_.wait) return page().tell_queued();
  tell_queued();
}

// Puts the write into the queue. False: storage refuses.
bool OfflineWrite::enqueue() {
  if (!subject_.is_cached() || (!is_removal() && sent_.attributes.empty())) return false;
  QueuedWrite write = to_queue();
  lay_newer_over(write);
  queue_.replay.origin().name(write);
  const bool joins = is_create() || (!is_removal() && !ns_.journal.had_record(key()));
  page::Confirmed joining;
  joining.in_collection = sent_.in_collection;
  if (joins) write.list = list_to_join(joining);
  const std::string key = write.key();
  if (queue_.outbox.keep(std::move(write), sent_)) {
    queued_ = Queued::waiting;
    if (is_create() && !request_.wait) subject_ = {Subject::Kind::model, key};
    return true;
  }
  if (is_create()) ns_.take_back(key, written_);
  return false;
}

QueuedWrite OfflineWrite::to_queue() {
  QueuedWrite write;
  write.method = request_.method;
  write.token = token_.empty() ? queue_.replay.token() : token_;
  write.id = sent_.id.value_or(Id{key()});
  write.url = sent_.url;
  write.id_attribute = sent_.id_attribute;
  write.attributes = is_patch() ? sent_.changes : sent_.attributes;
  if (is_removal()) write.attributes.clear();
  else if (!is_patch()) write.body = sent_.body;
  write.hidden = request_.wait;
  write.since = calls_.now();
  write.sequence = written_;
  write.decorator = decorator_;
  if (request_.wait || state_ == State::suspended) write.callers = {number_};
  if (is_create()) {
    write.id = {temporary_prefix + write.token};
    if (!request_.wait) page().take_temporary_id(write.id.text);
    write.record = call_->sent_text({});
    // Hidden until it lies in the queue, too.
    if (!request_.wait) ns_.journal.begin(write.key(), written_, write.change(), true);
  } else if (!is_removal()) {
    write.record = ns_.journal.text_after(key(), written_);
  } else {
    write.places = ns_.journal.places(key());
  }
  return write;
}

// The server has confirmed a patch that was sent later: that is not to be undone (12.11).
void OfflineWrite::lay_newer_over(QueuedWrite& write) {
  if (is_create() || is_removal()) return;
  const Journal::Changes newer = ns_.journal.changes_since(key(), written_);
  if (newer.json.empty()) return;
  for (std::string* json : {&write.attributes, &write.body, &sent_.attributes, &sent_.changes, &sent_.body}) {
    if (!json->empty()) *json = json::merged(*json, newer.json);
  }
  const caching::State* known = ns_.journal.confirmed(key());
  const caching::State confirmed = known ? *known : caching::State();
  if (write.record) write.record = patched(*write.record, newer.json);
  ns_.journal.leave(key(), written_);
  write.sequence = written_ = newer.sequence;
  ns_.journal.restore(key(), written_, confirmed, write.change(), write.hidden);
}

// The caller hears success, with what was sent (12.2).
void OfflineWrite::tell_queued() {
  queued_ = Queued::told;
  state_ = State::delivering;
  page().answer_with_sent();
  call_->deliver(page::Phase::server, page::Report::callbacks);
  if (is_over()) return;
  tell_cache();
  call_->resolve(page::Phase::server);
  page().tell_queued();
  end();
}

void OfflineWrite::report_unsent(bool is_final) {
  if (queued_ == Queued::waiting && (!request_.wait || is_final)) tell_queued();
}

void OfflineWrite::complete(int leader, Outcome outcome, int status) {
  if (queued_ != Queued::waiting) return;
  leave_cache();
  // Nothing was sent, if what it waits for has been taken back.
  if (leader) take_answer_of(leader);
  else call_->answer_with_miss();
  state_ = State::waiting;
  answered(outcome, status);
}

// A new row is in its list already, before the server knows of it.
void OfflineWrite::join_as_queued() {
  const QueuedWrite* write = queue_.outbox.newest(key());
  if (!write || write->list.empty()) return;
  page::Confirmed joining;
  joining.id = write->id;
  // It may have been taken out of its collection since it was sent.
  joining.in_collection = call_->confirmed().in_collection;
  join_stored_list(std::string(write->list), joining);
}

// True if the server has confirmed a later write that leaves nothing of this one to send. Any later write
// overtakes a delete, since it has found the row (12.11).
bool OfflineWrite::is_overtaken() const {
  if (!subject_.is_cached() || is_create()) return false;
  if (ns_.journal.is_replaced(key(), written_)) return true;
  return is_removal() && !ns_.journal.changes_since(key(), written_).json.empty();
}

void OfflineWrite::enqueue_deferred() {
  queued_ = Queued::no;
  state_ = State::failing;
  if (is_overtaken()) {
    // A delete returns the id to its lists by this.
    take_back();
    return tell_queued();
  }
  if (enqueue()) {
    queue_.replay.wait();
    if (!request_.wait) return tell_queued();
    state_ = State::suspended;
    return page().tell_queued();
  }
  take_back();
  if (!unanswered_) call_->answer_with_miss();
  report(unanswered_.value_or(Failure{Outcome::failure, 0}));
}

void OfflineWrite::discard() {
  queued_ = Queued::no;
  take_back();
  call_off();
}

}  // namespace caching
