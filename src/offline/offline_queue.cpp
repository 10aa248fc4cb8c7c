#include "offline/offline_queue.h"

#include <algorithm>
#include <utility>

#include "sync/query.h"

namespace caching {

// A page that is being loaded makes its first call within this, in milliseconds.
constexpr double time_to_begin = 500;

OfflineQueue::OfflineQueue(Namespace& ns, Calls& calls, page::Tab& tab, Origin& origin)
    : ns_(ns),
      calls_(calls),
      tab_(tab),
      origin_(origin),
      outbox(ns.store, ns.lists, ns.journal, ns.sequences),
      other_tabs(ns.store, ns.lists, ns.journal),
      replay(ns, *this, calls, tab, origin) {}

std::shared_ptr<Operation> OfflineQueue::make_write(Operation::Start start, WriteRequest request) {
  return std::make_shared<OfflineWrite>(std::move(start), std::move(request), *this);
}

// The queue belongs to the namespace, so any decorator shows and sends what an earlier page has left
// (12.18).
void OfflineQueue::decorated(int decorator, const Policy& policy) {
  if (first_decorator_ < 0) first_decorator_ = decorator;
  if (!policy.queue && !ns_.store.has(queue_key)) return;
  open(decorator);
  if (outbox.is_empty()) return;
  // Requests of a page that has ended have no answer.
  if (outbox.has_foreign_try() && !tab_.find_pages(name())) outbox.release_old(calls_.now());
  // Not in the same tick: the page is still being made (12.6). Its first call shows the class of the
  // writes, which wrapped may need (12.17).
  awaits_class_ = !policy.has_model;
  tab_.wake(name(), awaits_class_ ? time_to_begin : 0);
}

void OfflineQueue::open(int decorator) { outbox.open(decorator, tab_.page(), calls_.now()); }

void OfflineQueue::decorated_late() {
  if (first_decorator_ >= 0) open(first_decorator_);
}

// Another page may have queued since (12.18). Of a row with a temporary id the server knows nothing, so
// another page queues here (12.3).
void OfflineQueue::call_begins(int decorator, const Policy& policy, const std::string* id) {
  const bool is_used = policy.queue || (id && is_temporary(*id));
  if (is_used || outbox.is_open() || ns_.store.has(queue_key)) {
    open(decorator);
  }
  if (std::exchange(awaits_class_, false)) tab_.wake(name(), 0);
  if (id) outbox.show(*id);
}

void OfflineQueue::read_begins(page::Call& call, const Policy& policy, const Subject& subject) {
  if (policy.queue) call.offline()->keep_in_use();
  if (subject.is_collection()) outbox.show_rows_of(subject.key);
}

void OfflineQueue::stands_for(page::Call& call, const Policy& policy, const std::string& key) {
  if (policy.live) call.offline()->hold(key);
}

void OfflineQueue::enter() {
  ++turns_;
  if (outbox.is_open()) outbox.refresh();
}

void OfflineQueue::leave() {
  if (turns_ == 1) complete_waiting();
  --turns_;
}

void OfflineQueue::server_answered() {
  if (outbox.is_open()) replay.answered();
}

// This page will learn no more of what these calls wait for. Their callbacks may end others.
void OfflineQueue::complete_waiting() {
  std::vector<int> orphans = outbox.take_orphans(), refused = outbox.take_refused();
  while (!orphans.empty() || !refused.empty()) {
    for (const int number : orphans) {
      if (const auto waiting = find(number)) waiting->report_queued(true);
    }
    for (const int number : refused) {
      if (const auto waiting = find(number)) waiting->complete(0, Outcome::failure, 0);
    }
    orphans = outbox.take_orphans();
    refused = outbox.take_refused();
  }
}

void OfflineQueue::report_waiting(const std::string& key) {
  std::vector<int> callers;
  const auto add_callers = [&](const QueuedWrite& write) {
    if (write.callers.empty() || waits_for_first_try(write)) return;
    callers.insert(callers.end(), write.callers.begin(), write.callers.end());
  };
  if (key.empty()) {
    for (const auto& [order, write] : outbox.writes()) add_callers(write);
  }
  for (const std::string& token : outbox.tokens_of(key)) add_callers(*outbox.find(token));
  for (const int caller : callers) {
    if (const auto waiting = find(caller)) waiting->report_queued(false);
  }
}

Keys OfflineQueue::orphans_in(const std::string& list) {
  Keys keys = temporary_ids(list);
  std::erase_if(keys, [&](const std::string& key) { return outbox.newest(key) != nullptr; });
  return keys;
}

WriteQueue::Clearing OfflineQueue::clear_begins() {
  if (outbox.is_open()) outbox.refresh();
  return {outbox.count_pending(), queue_key};
}

void OfflineQueue::cleared() {
  outbox.forget();
  for (const int number : outbox.take_orphans()) {
    if (const auto waiting = calls_.find(number)) waiting->call_off();
  }
}

bool OfflineQueue::discard(const std::string& key) {
  bool is_discarded = false;
  std::vector<std::string> tokens = outbox.tokens_of(key);
  // The newest first, so that each returns to the one before.
  std::reverse(tokens.begin(), tokens.end());
  for (const std::string& token : tokens) {
    const QueuedWrite* queued = outbox.find(token);
    if (!queued || queued->delivery != Delivery::waiting) continue;
    discard(QueuedWrite(*queued));
    is_discarded = true;
  }
  return is_discarded;
}

void OfflineQueue::discard(const QueuedWrite& write) {
  if (write.is_create()) {
    tab_.identify(name(), write.key(), {});
    ns_.lists.remove(write.key());
  }
  ns_.take_back(write.key(), write.sequence);
  // Callers in other tabs learn that it has failed, and nothing else.
  outbox.remove(write.token, "false");
  if (write.is_create()) origin_.dropped_create();
  for (const int number : write.callers) {
    if (const auto waiting = calls_.find(number)) waiting->call_off();
  }
}

std::shared_ptr<OfflineWrite> OfflineQueue::find(int number) const {
  const auto operation = writes_.contains(number) ? calls_.find(number) : nullptr;
  return std::static_pointer_cast<OfflineWrite>(operation);
}

bool OfflineQueue::waits_for_first_try(const QueuedWrite& write) {
  const auto is_tried = [&](const QueuedWrite* one) {
    return one && one->token != write.token && one->is_create() && one->delivery == Delivery::first_try &&
           one->page == outbox.page();
  };
  if (is_tried(outbox.oldest(write.key()))) return true;
  const std::vector<std::string> ids = mentioned(write);
  return std::any_of(ids.begin(), ids.end(),
                     [&](const std::string& id) { return is_tried(outbox.find(token_of(id))); });
}

bool OfflineQueue::is_mentioned(const std::string& token) const {
  return outbox.tokens_of(temporary_prefix + token).size() > 1;
}

}  // namespace caching
