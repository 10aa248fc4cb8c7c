#include "offline/replay.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "json/json.h"
#include "offline/offline_queue.h"
#include "sync/http_status.h"
#include "sync/query.h"
#include "sync/record.h"

namespace caching {
namespace {

constexpr double first_wait = 1000, longest_wait = 5 * 60 * 1000;  // milliseconds
// Beside the queue, where a browser has no locks. A tab that has ended cannot give it back.
const std::string lease_key = std::string(queue_key) + "lease";
constexpr double lease_time = 60 * 1000, check_time = 50;

}  // namespace

void Replay::begin() {
  if (state_ != State::idle) return;
  queue_.outbox.refresh();
  if (!queue_.outbox.is_open() || queue_.outbox.writes().empty()) return end();
  state_ = State::asking;
  has_lock_ = tab_.request_lock(ns_.store.names().ns());
  if (!has_lock_) take_lease();
}

void Replay::wait() {
  if (state_ != State::idle) return;
  failures_ = std::max(failures_, 1);
  tab_.wake(ns_.store.names().ns(), std::fmin(std::ldexp(first_wait, failures_ - 1), longest_wait));
}

void Replay::answered() {
  if (state_ != State::idle || was_answered_ || !queue_.outbox.is_open() || queue_.outbox.writes().empty())
    return;
  tab_.wake(ns_.store.names().ns(), 0);
}

void Replay::wake() {
  if (state_ == State::checking) return locked(has_lease());
  // A request may take longer than a lease.
  if (state_ == State::sending) return renew_lease();
  if (state_ != State::idle) return;
  queue_.outbox.refresh();
  if (!queue_.outbox.writes().empty()) begin();
  else queue_.outbox.tidy();
}

void Replay::locked(bool is_free) {
  if (is_free) {
    state_ = State::ready;
    return go_on();
  }
  // Another tab sends what is queued, also what this one has queued; should it end, this one
  // goes on.
  state_ = State::idle;
  ++failures_;
  wait();
  end();
}

// A wrapped that answers at once does not make the stack grow with the queue.
void Replay::go_on() {
  if (std::exchange(is_stepping_, true)) return;
  while (state_ == State::ready) step();
  is_stepping_ = false;
}

void Replay::step() {
  queue_.outbox.refresh();
  // Another tab may have taken it.
  if (!has_lock_ && !has_lease()) return give_up();
  const QueuedWrites writes = queue_.outbox.writes();
  for (const QueuedWrite& write : writes) {
    const Readiness readiness = this->readiness(write);
    if (readiness == Readiness::ready) return send(write);
    if (readiness == Readiness::waits) continue;
    const std::vector<std::string> ids = mentioned(write);
    const auto refused =
        std::find_if(ids.begin(), ids.end(), [&](const auto& id) { return refused_.contains(id); });
    const Refusal refusal = refused == ids.end() ? Refusal{0, 0} : refused_[*refused];
    if (reject(write, refusal.number, refusal.status)) return;
    return give_up();
  }
  release();
  // What waits for a create of another namespace, which another tab may take back, looks again.
  if (writes.empty()) failures_ = 0;
  else ++failures_, wait();
  end();
}

Replay::Readiness Replay::readiness(const QueuedWrite& write) {
  for (const QueuedWrite& earlier : queue_.outbox.writes()) {
    if (earlier.token == write.token) break;
    if (earlier.key() == write.key()) return Readiness::waits;
  }
  for (const std::string& id : mentioned(write)) {
    return origin_.is_queued(id) ? Readiness::waits : Readiness::orphaned;
  }
  return queue_.is_writing(write.key()) ? Readiness::waits : Readiness::ready;
}

void Replay::send(const QueuedWrite& write) {
  state_ = State::sending;
  queue_.outbox.begin_sending(write.token);
  renew_lease();
  const bool is_create = write.is_create();
  json::Scalars callers;
  for (const int caller : write.callers) callers.push_back({std::to_string(caller), false});
  const page::Resent resent = {name_of(write.method),
                               write.url,
                               write.id_attribute,
                               is_create && write.hidden ? std::string() : json::spell(write.id),
                               write.key(),
                               write.attributes,
                               write.record.value_or(""),
                               write.body,
                               is_create ? write.token : std::string()};
  const int decorator = queue_.outbox.decorator_of(write);
  int number = 0;
  std::unique_ptr<page::Call> call = tab_.resend(decorator, resent, json::spell(callers), number);
  Subject subject = {is_create ? Subject::Kind::singleton : Subject::Kind::model,
                     is_create ? std::string() : write.key()};
  auto operation =
      std::make_shared<Resend>(Operation::Start{calls_, ns_, decorator, number, std::move(call),
                                                std::move(subject), origin_.policy_of(decorator)},
                               write, queue_);
  calls_.begin(operation);
  operation->start();
}

void Replay::tell_callers(const QueuedWrite& write, int leader, Outcome outcome, int status) {
  for (const int caller : write.callers) {
    if (const auto waiting = queue_.find(caller)) waiting->complete(leader, outcome, status);
  }
}

void Replay::confirmed(const QueuedWrite& write, int number) {
  ++sent_;
  was_answered_ = false;
  tell_callers(write, number, Outcome::success, 0);
  // Where storage keeps it all the same, it is not to be sent without end.
  queue_.outbox.refresh();
  if (queue_.outbox.find(write.token)) return give_up();
  failures_ = 0;
  state_ = State::ready;
  go_on();
}

void Replay::rejected(const QueuedWrite& write, int number, int status) {
  failures_ = 0;
  if (write.is_create()) refused_[write.key()] = {number, status};
  if (!reject(write, number, status)) return give_up();
  state_ = State::ready;
  go_on();
}

// Takes a write back, as one that has failed, and tells of it (12.7). False: storage does not
// take that.
bool Replay::reject(const QueuedWrite& write, int number, int status) {
  if (!queue_.outbox.find(write.token)) return true;
  // Of a row that has never been, nobody minds that it is deleted.
  const bool is_vain = write.method == Method::remove && is_temporary(write.key());
  const std::string rejected = is_vain ? "null" : spell_pending(write, status);
  if (write.is_create()) tab_.identify(ns_.store.names().ns(), write.key(), {});
  if (write.is_create()) ns_.lists.remove(write.key());
  ns_.take_back(write.key(), write.sequence);
  // Behind that: a crash leaves nothing that the queue does not know of.
  if (!queue_.outbox.erase(write.token, rejected)) return false;
  if (write.is_create()) origin_.dropped_create();
  tell_callers(write, number, is_vain ? Outcome::success : Outcome::failure, status);
  if (is_vain) return true;
  ++rejected_;
  tab_.tell_rejected(ns_.store.names().ns(), rejected, number);
  return true;
}

void Replay::stopped(const QueuedWrite& write, bool is_answered) {
  queue_.outbox.end_sending(write.token);
  was_answered_ = is_answered;
  give_up();
}

// Until a while has passed.
void Replay::give_up() {
  ++failures_;
  release();
  wait();
  end();
}

// The promises of replay(), and whoever waited for this try, are told.
void Replay::end() {
  tab_.tell_replayed(ns_.store.names().ns(), std::exchange(sent_, 0), std::exchange(rejected_, 0),
                     static_cast<int>(queue_.outbox.writes().size()));
  tell_waiting();
}

void Replay::tell_waiting() {
  std::vector<int> callers;
  for (const QueuedWrite& write : queue_.outbox.writes()) {
    callers.insert(callers.end(), write.callers.begin(), write.callers.end());
  }
  for (const int caller : callers) {
    if (const auto waiting = queue_.find(caller)) waiting->report_unsent(false);
  }
}

void Replay::take_lease() {
  const std::string text = ns_.store.text(lease_key).value_or("");
  const json::Scalars there = json::read_flat_array(text).value_or(json::Scalars());
  const double until = there.size() == 2 ? json::read_number(there[1].text).value_or(0) : 0;
  const bool is_taken = until > calls_.now() && until < calls_.now() + 2 * lease_time;
  if (is_taken && there[0].text != lease_) return locked(false);
  if (lease_.empty()) lease_ = tab_.token();
  state_ = State::checking;
  write_lease();
  // Another tab may write its own in the same instant.
  tab_.wake(ns_.store.names().ns(), check_time);
}

bool Replay::has_lease() {
  const std::string text = ns_.store.text(lease_key).value_or("");
  return !text.empty() && text.find(lease_) != text.npos;
}

void Replay::renew_lease() {
  // (Another tab may have taken it, as this one has slept, or somebody has emptied the namespace.)
  if (has_lock_ || !has_lease()) return;
  write_lease();
  if (state_ == State::sending) tab_.wake(ns_.store.names().ns(), lease_time / 2);
}

void Replay::write_lease() {
  const json::Scalars lease = {{lease_},
                               {std::to_string(static_cast<long long>(calls_.now() + lease_time)), false}};
  ns_.store.write(lease_key, json::spell(lease), burry::never);
}

void Replay::release() {
  state_ = State::idle;
  if (has_lock_) tab_.release_lock(ns_.store.names().ns());
  else if (has_lease()) ns_.store.remove(lease_key);
}

Resend::Resend(Start start, QueuedWrite write, OfflineQueue& queue)
    : OfflineWrite(std::move(start), {write.method, false, {}}, queue), write_(std::move(write)) {
  written_ = write_.sequence;
  if (write_.method == Method::patch) sent_.changes = write_.attributes;
}

void Resend::start() {
  if (is_create()) ns_.history.begin(sequence_);
  call_wrapped();
}

void Resend::succeeded(bool with_data) {
  OfflineWrite::succeeded(with_data);
  queue_.replay.confirmed(write_, number_);
}

void Resend::failed(const Failure& failure) {
  if (write_.method == Method::remove && http::is_missing(failure.status)) {
    tell_cache();
    end();
    return queue_.replay.confirmed(write_, number_);
  }
  const bool is_refused = http::is_rejection(failure.status) && failure.outcome == Outcome::failure;
  end();
  if (is_refused) queue_.replay.rejected(write_, number_, failure.status);
  else queue_.replay.stopped(write_, failure.status > 0);
}

void Resend::thrown() { queue_.replay.stopped(write_, false); }

void Resend::store() {
  const bool is_old = write_.changed && tells_of_first_try();
  OfflineWrite::store();
  queue_.outbox.confirm(write_, is_old, queue_.replay.token());
}

// A server that knows the create by its key answers as it did to the first try, whose answer was
// lost: what was changed since has yet to be sent.
bool Resend::tells_of_first_try() {
  if (!call_->take_answer()) return false;
  const std::string answer = call_->answered_texts({write_.key()}).front();
  const json::Members told = json::read_object(answer).value_or(json::Members());
  const std::string& sent = write_.body.empty() ? write_.attributes : write_.body;
  const json::Members members = json::read_object(sent).value_or(json::Members());
  return std::any_of(members.begin(), members.end(), [&](const json::Member& member) {
    const std::string* value = json::find(told, member.name);
    return value && *value != member.value;
  });
}

page::Confirmed Resend::confirmed() {
  page::Confirmed confirmed = Write::confirmed();
  if (confirmed.text && write_.record && write_.record->ends_with(form_mark)) take_form(confirmed);
  if (!is_create()) return confirmed;
  // An answer without an id: nobody can tell which row it is.
  const bool is_named = confirmed.id && !is_temporary(confirmed.id->text);
  if (is_named) {
    queue_.replay.origin().identify(write_.key(), *confirmed.id);
    return confirmed;
  }
  queue_.replay.tab().identify(ns_.store.names().ns(), write_.key(), {});
  ns_.journal.leave(write_.key(), written_);
  ns_.store.remove(write_.key());
  ns_.lists.remove(write_.key());
  return {};
}

std::string Resend::list_to_join(const page::Confirmed& confirmed) {
  return write_.list.empty() ? Write::list_to_join(confirmed) : write_.list;
}

// The page has nothing in use of a class with its own `parse`: what it would make of the
// answer is not known, and not asked. The record is the answer or, where that is only a part of
// what is known, what was queued (6.1).
void Resend::take_form(page::Confirmed& confirmed) {
  if (confirmed.text->ends_with(form_mark) || !confirmed.id) return;
  const std::string shown = with_id(*write_.record, write_.key(), *confirmed.id);
  const std::optional<Form> form = read_form(shown);
  const std::string answer = call_->take_answer() ? call_->answered_texts({confirmed.id->text}).front() : "";
  const bool is_whole = !answer.empty() && form && !is_part(answer, form->row);
  confirmed.text = is_whole ? answer + form_mark : shown;
}

}  // namespace caching
