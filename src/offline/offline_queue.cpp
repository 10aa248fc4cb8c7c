#include "offline/offline_queue.h"

#include <algorithm>
#include <utility>

#include "sync/query.h"

namespace caching {

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
  const bool holds_writes = ns_.store.has(queue_key);
  if (policy.queue || holds_writes) outbox.open(decorator);
  // Not in the same tick: the page is still being made (12.6).
  if (holds_writes) tab_.wake(name(), 0);
}

// Another page may have queued since (12.18). Of a row with a temporary id the server knows nothing, so
// another page queues here (12.3).
void OfflineQueue::call_begins(int decorator, const Policy& policy, const std::string* id) {
  const bool is_used = outbox.is_open() || policy.queue || (id && is_temporary(*id));
  if (is_used || ns_.store.has(queue_key)) outbox.open(decorator);
  if (outbox.is_open()) outbox.refresh();
}

void OfflineQueue::read_begins(page::Call& call, const Policy& policy) {
  if (policy.queue) call.offline()->keep_in_use();
}

void OfflineQueue::stands_for(page::Call& call, const Policy& policy, const std::string& key) {
  if (policy.live) call.offline()->hold(key);
}

void OfflineQueue::outcome_comes() {
  if (outbox.is_open()) outbox.refresh();
}

void OfflineQueue::call_left(bool is_answered) {
  release_waiting();
  if (is_answered && outbox.is_open()) replay.answered();
}

void OfflineQueue::release_waiting() {
  while (const auto write = next_to_enqueue()) {
    const Recency::Allowed allowed(ns_.recency, write->may_evict());
    write->enqueue_deferred();
  }
  for (const int number : outbox.take_stranded()) {
    if (const auto waiting = find(number)) waiting->report_unsent(true);
  }
  for (const int number : outbox.take_refused()) {
    if (const auto waiting = find(number)) waiting->complete(0, Outcome::failure, 0);
  }
}

Keys OfflineQueue::rows_of(const std::string& list) {
  Keys rows;
  for (const QueuedWrite& write : outbox.writes()) {
    if (write.list == list) rows.push_back(write.key());
  }
  return rows;
}

Keys OfflineQueue::orphans_in(const std::string& list) {
  Keys keys = temporary_ids(list);
  std::erase_if(keys, [&](const std::string& key) { return outbox.newest(key) != nullptr; });
  return keys;
}

WriteQueue::Clearing OfflineQueue::clear_begins() {
  outbox.refresh();
  lost_ = deferred();
  return {static_cast<int>(outbox.writes().size() + lost_.size()), queue_key};
}

void OfflineQueue::cleared() {
  outbox.forget();
  for (const auto& write : std::exchange(lost_, {})) write->discard();
  for (const int number : outbox.take_stranded()) {
    if (const auto waiting = calls_.find(number)) waiting->call_off();
  }
}

bool OfflineQueue::discard(const std::string& key) {
  outbox.refresh();
  const auto deferred = key.empty() ? std::vector<std::shared_ptr<OfflineWrite>>() : this->deferred(key);
  for (const auto& write : deferred) write->discard();
  const QueuedWrite* queued = outbox.newest(key);
  if (!queued || queued->sending) return !deferred.empty();
  const QueuedWrite write = *queued;
  if (write.is_create()) {
    tab_.identify(name(), key, {});
    ns_.lists.remove(key);
  }
  ns_.take_back(key, write.sequence);
  // Callers in other tabs learn that it has failed, and nothing else.
  outbox.erase(write.token, "false");
  if (write.is_create()) origin_.dropped_create();
  for (const int number : write.callers) {
    if (const auto waiting = calls_.find(number)) waiting->call_off();
  }
  return true;
}

std::shared_ptr<OfflineWrite> OfflineQueue::find(int number) const {
  const auto operation = writes_.contains(number) ? calls_.find(number) : nullptr;
  return std::static_pointer_cast<OfflineWrite>(operation);
}

bool OfflineQueue::is_writing(const std::string& key, const OfflineWrite* except) const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    return entry.second != except && calls_.find(entry.first) && entry.second->is_writing(key);
  });
}

std::vector<std::shared_ptr<OfflineWrite>> OfflineQueue::deferred(const std::string& key) const {
  std::vector<std::shared_ptr<OfflineWrite>> found;
  for (const auto& [number, write] : writes_) {
    const bool is_meant = key.empty() || write->key() == key;
    if (!is_meant || !write->is_deferred()) continue;
    if (const auto operation = calls_.find(number))
      found.push_back(std::static_pointer_cast<OfflineWrite>(operation));
  }
  return found;
}

// The deferred write that was sent first, of those whose record nobody else is writing.
std::shared_ptr<OfflineWrite> OfflineQueue::next_to_enqueue() const {
  std::shared_ptr<OfflineWrite> next;
  for (const auto& write : deferred()) {
    const bool is_ready = !is_writing(write->key());
    if (is_ready && (!next || write->sequence() < next->sequence())) next = write;
  }
  return next;
}

}  // namespace caching
