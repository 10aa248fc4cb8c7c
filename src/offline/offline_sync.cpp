#include "offline/offline_sync.h"

#include <algorithm>
#include <vector>

#include "json/json.h"
#include "sync/query.h"
#include "sync/turn.h"

namespace caching {

std::unique_ptr<WriteQueue> OfflineSync::make_queue(Namespace& ns) {
  Origin& origin = *this;
  return std::make_unique<OfflineQueue>(ns, calls_, tab_, origin);
}

std::string OfflineSync::pending(int decorator) {
  const Turn turn(ns_of(decorator), false);
  OfflineQueue& queue = queue_of(decorator);
  queue.open(decorator);
  json::Members writes;
  for (const auto& [order, write] : queue.outbox.writes()) {
    if (write.is_pending()) writes.push_back({{}, spell_pending(write)});
  }
  return json::spell_array(writes);
}

bool OfflineSync::discard(int decorator, const std::string& key) {
  const Turn turn(ns_of(decorator), false);
  OfflineQueue& queue = queue_of(decorator);
  queue.open(decorator);
  return queue.discard(key);
}

void OfflineSync::replay(int decorator) {
  const Turn turn(ns_of(decorator), false);
  OfflineQueue& queue = queue_of(decorator);
  queue.open(decorator);
  queue.replay.begin();
}

void OfflineSync::online() {
  for (Namespace& ns : opened_) {
    if (queue_of(ns).outbox.is_open()) wake(queue_of(ns).name());
  }
}

void OfflineSync::wake(const std::string& ns) {
  Namespace* opened = find(ns);
  if (!opened) return;
  const Turn turn(*opened, false);
  queue_of(*opened).replay.wake();
}

void OfflineSync::locked(const std::string& ns, bool is_free) {
  Namespace* opened = find(ns);
  if (!opened) return;
  const Turn turn(*opened, false);
  queue_of(*opened).replay.locked(is_free);
}

std::string OfflineSync::known_id(const std::string& temporary) {
  const std::optional<Id> id = is_temporary(temporary) ? id_of(temporary) : std::nullopt;
  return id ? json::spell(*id) : std::string();
}

void OfflineSync::found_pages(const std::string& ns, const std::optional<std::set<std::string>>& living) {
  Namespace* opened = find(ns);
  if (!opened) return;
  const Turn turn(*opened, false);
  queue_of(*opened).replay.found_pages(living);
}

void OfflineSync::stored_elsewhere(const std::string& stored, const std::optional<std::string>& text) {
  for (Namespace& ns : opened_) {
    const burry::Keys& names = ns.store.names();
    if (stored == names.record(burry::flush_key)) {
      if (text) cleared_elsewhere(ns);
      continue;
    }
    const std::optional<std::string> key = names.key_of_record(stored);
    if (key && is_queue_key(*key)) learn(ns, *key, text);
  }
}

void OfflineSync::learn(Namespace& ns, const std::string& key, const std::optional<std::string>& text) {
  OfflineQueue& queue = queue_of(ns);
  if (!queue.outbox.is_open()) return queue.decorated_late();
  const Turn turn(ns, false);
  const Outbox::Learnt learnt = queue.outbox.learn(key, text);
  if (!learnt.temporary.empty()) {
    for (Namespace& other : opened_) queue_of(other).outbox.identify(learnt.temporary, learnt.id, false, 0);
    tab_.identify(queue.name(), learnt.temporary, json::spell(learnt.id));
  }
  if (!learnt.rejected.empty()) tab_.tell_rejected(queue.name(), learnt.rejected, 0);
}

// A clear in another tab counts as one in this tab (13.4).
void OfflineSync::cleared_elsewhere(Namespace& ns) {
  const int lost = queue_of(ns).outbox.count_lost();
  forget(ns);
  if (lost) tab_.tell_lost(queue_of(ns).name(), lost);
}

void OfflineSync::events_missed() {
  for (Namespace& ns : opened_) {
    const Turn turn(ns, false);
    if (!ns.store.is_on_record()) cleared_elsewhere(ns);
    queue_of(ns).outbox.forget_missing();
  }
}

bool OfflineSync::is_queued(const std::string& temporary) {
  for (Namespace& ns : opened_) {
    if (queue_of(ns).outbox.has_create(temporary)) return true;
  }
  const std::string key = key_of_entry(token_of(temporary));
  const std::vector<std::string> known = registry_.known();
  return std::any_of(known.begin(), known.end(), [&](const std::string& ns) {
    return page_.storage.get(burry::Keys(ns).record(key)).has_value();
  });
}

std::optional<Id> OfflineSync::id_of(const std::string& temporary) {
  for (Namespace& ns : opened_) {
    if (const Id* id = queue_of(ns).outbox.known_id(temporary)) return *id;
  }
  const std::string key = key_of_id(temporary);
  for (const std::string& ns : registry_.known()) {
    const std::optional<std::string> text = page_.storage.get(burry::Keys(ns).record(key));
    if (text) return id_in(*text);
  }
  return {};
}

// The namespace of the create ends its entry when that is done, so that a crash before loses nothing.
void OfflineSync::identify(const std::string& temporary, const Id& id, bool is_shown) {
  std::string home;
  for (Namespace& ns : opened_) {
    if (queue_of(ns).outbox.has_create(temporary)) home = queue_of(ns).name();
  }
  for (Namespace& ns : opened_) {
    OfflineQueue& queue = queue_of(ns);
    const bool is_home = queue.name() == home;
    const bool is_concerned = queue.outbox.identify(temporary, id, is_home, calls_.now());
    if (is_concerned && queue.outbox.is_open()) tab_.wake(queue.name(), 0);
  }
  if (is_shown) tab_.identify(home, temporary, json::spell(id));
}

void OfflineSync::name(QueuedWrite& write) {
  std::vector<std::string> ids = mentioned(write);
  for (std::string& shown : temporary_ids(write.record.value_or(""))) ids.push_back(std::move(shown));
  for (const std::string& temporary : ids) {
    if (write.is_create() && temporary == write.key()) continue;
    if (const std::optional<Id> id = id_of(temporary)) caching::identify(write, temporary, *id);
  }
}

std::string OfflineSync::storage_changed(const std::string& stored, const StorageEvent& change) {
  json::Members all;
  for (Namespace& ns : opened_) {
    OtherTabs& other_tabs = queue_of(ns).other_tabs;
    const std::optional<std::string> key = ns.store.names().key_of_record(stored);
    if (key && is_queue_key(*key)) other_tabs.queue_changed(*key, change, all);
    std::string news = other_tabs.changed(stored, change);
    if (!news.empty()) all.push_back({{}, std::move(news)});
  }
  return json::spell_array(all);
}

void OfflineSync::dropped_create() {
  for (Namespace& ns : opened_) {
    if (queue_of(ns).outbox.is_open()) tab_.wake(queue_of(ns).name(), 0);
  }
}

}  // namespace caching
