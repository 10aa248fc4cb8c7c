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
const std::string lease_key = std::string(queue_key) + ".lease";
constexpr double lease_time = 60 * 1000, check_time = 50;

}  // namespace

void Replay::begin() {
  if (state_ != State::idle) return;
  queue_.outbox.refresh();
  if (!queue_.outbox.is_open() || queue_.outbox.is_empty()) return end();
  state_ = State::asking;
  has_lock_ = tab_.request_lock(queue_.name());
  if (!has_lock_) take_lease();
}

void Replay::wait() {
  if (state_ != State::idle) return;
  failures_ = std::max(failures_, 1);
  tab_.wake(queue_.name(), std::fmin(std::ldexp(first_wait, failures_ - 1), longest_wait));
}

void Replay::answered() {
  if (state_ != State::idle || was_answered_ || !queue_.outbox.is_open() || queue_.outbox.is_empty()) return;
  tab_.wake(queue_.name(), 0);
}

void Replay::wake() {
  if (state_ == State::checking) return locked(has_lease());
  // A request may take longer than a lease.
  if (state_ == State::sending) return renew_lease();
  if (state_ != State::idle) return;
  queue_.outbox.refresh();
  if (!queue_.outbox.is_empty()) begin();
}

void Replay::locked(bool is_free) {
  if (is_free) return prepare();
  // Another tab sends what is queued, also what this one has queued; should it end, this one
  // goes on.
  state_ = State::idle;
  ++failures_;
  wait();
  end();
}

// Only a browser with locks knows which pages live.
void Replay::prepare() {
  queue_.outbox.refresh();
  passed_ = {};
  has_sent_ = false;
  if (queue_.outbox.has_foreign_try()) {
    state_ = State::finding;
    if (tab_.find_pages(queue_.name())) return;
    queue_.outbox.release_old(calls_.now());
  }
  state_ = State::ready;
  go_on();
}

void Replay::found_pages(const std::optional<std::set<std::string>>& living) {
  queue_.outbox.refresh();
  if (living) queue_.outbox.release_ended(*living);
  else queue_.outbox.release_old(calls_.now());
  if (state_ != State::finding) return;
  state_ = State::ready;
  go_on();
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
  while (const QueuedWrite* write = next()) {
    // Another page may have learned what a temporary id has become.
    QueuedWrite named = *write;
    origin_.name(named);
    if (named.url != write->url || named.attributes != write->attributes) write = queue_.outbox.rename(named);
    const Readiness readiness = this->readiness(*write);
    if (readiness == Readiness::blocked) continue;
    has_sent_ = true;
    if (readiness == Readiness::ready) return send(*write);
    const bool is_rejected =
        readiness == Readiness::orphaned ? reject_orphan(*write) : reject_untrusted(*write);
    return is_rejected ? void() : give_up();
  }
  passed_ = {};
  if (std::exchange(has_sent_, false)) return;
  release();
  // What waits for a create of another namespace, which another tab may take back, looks again.
  if (queue_.outbox.is_empty()) failures_ = 0;
  else ++failures_, wait();
  end();
}

// Returns the next write of this pass; nullptr: the pass has ended.
QueuedWrite* Replay::next() {
  const Outbox::Writes& writes = queue_.outbox.writes();
  const auto found = passed_ ? writes.upper_bound(*passed_) : writes.begin();
  if (found == writes.end()) return nullptr;
  passed_ = found->first;
  return queue_.outbox.find(found->second.token);
}

Replay::Readiness Replay::readiness(const QueuedWrite& write) {
  const bool is_next = queue_.outbox.oldest(write.key())->token == write.token;
  if (!is_next || write.delivery != Delivery::waiting) return Readiness::blocked;
  // A newer write in flight may reach the server before this one, which would undo it there.
  if (queue_.outbox.has_try(write.key())) return Readiness::blocked;
  for (const std::string& id : mentioned(write)) {
    return origin_.is_queued(id) ? Readiness::blocked : Readiness::orphaned;
  }
  return trust(write);
}

// Whoever can write to storage can add a write. jQuery takes the answer to a URL with `=?` or `??` for a
// script to run.
Replay::Readiness Replay::trust(const QueuedWrite& write) {
  const bool runs_script =
      write.url.find("=?") != std::string::npos || write.url.find("??") != std::string::npos;
  if (write.url.empty() || runs_script) return Readiness::untrusted;
  switch (tab_.target_of(queue_.outbox.decorator_of(write), write.url)) {
    case page::Target::known: return Readiness::ready;
    case page::Target::unknown: return Readiness::blocked;
    case page::Target::foreign: return Readiness::untrusted;
  }
  return Readiness::untrusted;
}

bool Replay::reject_untrusted(const QueuedWrite& write) {
  if (!std::exchange(has_warned_, true)) {
    tab_.warn("queue: a write to " + (write.url.empty() ? "no URL" : write.url) +
              " is not sent. This page has sent nothing there, and the option `origins` does not name it.");
  }
  return reject(QueuedWrite(write), 0, 0);
}

bool Replay::reject_orphan(const QueuedWrite& write) {
  const std::vector<std::string> ids = mentioned(write);
  const auto refused =
      std::find_if(ids.begin(), ids.end(), [&](const auto& id) { return refused_.contains(id); });
  const Refusal refusal = refused == ids.end() ? Refusal{0, 0} : refused_[*refused];
  return reject(QueuedWrite(write), refusal.number, refusal.status);
}

void Replay::send(const QueuedWrite& next) {
  state_ = State::sending;
  const QueuedWrite write = next;
  queue_.outbox.begin_try(write.token, calls_.now());
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
  const bool is_vain = write.is_removal() && is_temporary(write.key());
  const std::string rejected = spell_pending(write, status);
  if (write.is_create()) {
    tab_.identify(queue_.name(), write.key(), {});
    ns_.lists.remove(write.key());
  }
  ns_.take_back(write.key(), queue_.outbox.find(write.token)->sequence);
  // Behind that: a crash leaves nothing that the queue does not know of.
  if (!queue_.outbox.remove(write.token, is_vain ? std::string() : rejected)) return false;
  if (write.is_create()) origin_.dropped_create();
  tell_callers(write, number, is_vain ? Outcome::success : Outcome::failure, status);
  if (is_vain) return true;
  ++rejected_;
  tab_.tell_rejected(queue_.name(), rejected, number);
  return true;
}

void Replay::stopped(const QueuedWrite& write, bool is_answered, bool is_unsent) {
  queue_.outbox.lose(write.token, is_unsent);
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

// The promises of replay(), and the callers that waited for this try, are notified.
void Replay::end() {
  tab_.tell_replayed(queue_.name(), std::exchange(sent_, 0), std::exchange(rejected_, 0),
                     queue_.outbox.count_pending());
  queue_.report_waiting({});
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
  tab_.wake(queue_.name(), check_time);
}

bool Replay::has_lease() {
  const std::string text = ns_.store.text(lease_key).value_or("");
  return !text.empty() && text.find(lease_) != text.npos;
}

void Replay::renew_lease() {
  // (Another tab may have taken it, as this one has slept, or somebody has emptied the namespace.)
  if (has_lock_ || !has_lease()) return;
  write_lease();
  if (state_ == State::sending) tab_.wake(queue_.name(), lease_time / 2);
}

void Replay::write_lease() {
  const json::Scalars lease = {{lease_},
                               {std::to_string(static_cast<long long>(calls_.now() + lease_time)), false}};
  ns_.store.write(lease_key, json::spell(lease), burry::never);
}

void Replay::release() {
  state_ = State::idle;
  if (has_lock_) tab_.release_lock(queue_.name());
  else if (has_lease()) ns_.store.remove(lease_key);
}

Resend::Resend(Start start, QueuedWrite write, OfflineQueue& queue)
    : OfflineWrite(std::move(start), {write.method, false, {}}, queue), write_(std::move(write)) {
  token_ = write_.token;
  written_ = write_.sequence;
}

void Resend::start() {
  if (is_create()) ns_.history.begin(sequence_);
  begin_request();
  call_wrapped();
}

void Resend::succeeded(bool with_data) {
  // Another page has begun to clear the namespace, and has ended in the middle of that.
  if (!subject_.is_cached()) queue_.outbox.remove(token_);
  OfflineWrite::succeeded(with_data);
  queue_.replay.confirmed(write_, number_);
}

void Resend::failed(const Failure& failure) {
  if (is_removal() && http::is_missing(failure.status)) {
    tell_cache();
    end();
    return queue_.replay.confirmed(write_, number_);
  }
  const bool is_refused = http::is_rejection(failure.status) && failure.outcome == Outcome::failure;
  end();
  if (is_refused) queue_.replay.rejected(write_, number_, failure.status);
  else queue_.replay.stopped(write_, failure.status > 0, failure.status == 0 && was_offline());
}

// The same request would throw again.
void Resend::thrown() { queue_.replay.rejected(write_, number_, 0); }

// Where the entry is gone, another tab has ended the write, or cleared the namespace (13.4).
void Resend::store() {
  if (!follow_entry()) return;
  store_answer();
  queue_.outbox.confirm(token_);
}

page::Confirmed Resend::confirmed() {
  page::Confirmed confirmed = answered_record();
  if (confirmed.text && write_.record && write_.record->ends_with(form_mark)) take_form(confirmed);
  if (!is_create()) return confirmed;
  // Without an id in the answer nobody can tell which row it is.
  const bool is_named = confirmed.id && !is_temporary(confirmed.id->text);
  if (is_named) {
    queue_.origin().identify(write_.key(), *confirmed.id, true);
    follow_entry();
    return confirmed;
  }
  queue_.replay.tab().identify(queue_.name(), write_.key(), {});
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
