#include "offline/offline_sync.h"

#include "json/json.h"

namespace caching {

std::unique_ptr<WriteQueue> OfflineSync::make_queue(Namespace& ns) {
  Origin& origin = *this;
  return std::make_unique<OfflineQueue>(ns, calls_, tab_, origin);
}

std::string OfflineSync::pending(int decorator) {
  Outbox& outbox = queue_of(decorator).outbox;
  outbox.refresh();
  json::Members writes;
  for (const QueuedWrite& write : outbox.writes()) writes.push_back({{}, spell_pending(write)});
  return json::spell_array(writes);
}

void OfflineSync::replay(int decorator) {
  OfflineQueue& queue = queue_of(decorator);
  queue.replay.begin();
  queue.release_waiting();
}

void OfflineSync::online() {
  for (Namespace& ns : opened_) {
    if (queue_of(ns).outbox.is_open()) wake(queue_of(ns).name());
  }
}

void OfflineSync::wake(const std::string& ns) {
  Namespace* opened = find(ns);
  if (!opened) return;
  queue_of(*opened).replay.wake();
  // Another tab may have sent what this one waits for.
  queue_of(*opened).release_waiting();
}

void OfflineSync::locked(const std::string& ns, bool is_free) {
  Namespace* opened = find(ns);
  if (!opened) return;
  queue_of(*opened).replay.locked(is_free);
  queue_of(*opened).release_waiting();
}

void OfflineSync::stored_elsewhere(const std::string& key, const std::optional<std::string>& text) {
  for (Namespace& ns : opened_) {
    OfflineQueue& queue = queue_of(ns);
    const bool is_open = queue.outbox.is_open();
    if (is_open && key == ns.store.names().record(burry::flush_key)) {
      queue.outbox.refresh();
      queue.outbox.forget_missing();
      queue.release_waiting();
    }
    if (key != ns.store.names().record(queue_key)) continue;
    // A page that does not queue may have taken a temporary id, too (13.2).
    const QueueText news = is_open ? queue.outbox.hear(text) : read_queue(text.value_or(""));
    const std::string& name = ns.store.names().ns();
    for (const json::Member& named : news.ids) {
      if (const std::optional<Id> id = read_id(named.value)) ids_[named.name] = *id;
      tab_.identify(name, named.name, named.value);
    }
    for (const json::Member& ended : news.ended) {
      if (ended.value.starts_with('{')) tab_.tell_rejected(name, ended.value, 0);
    }
    queue.release_waiting();
  }
}

void OfflineSync::events_missed() {
  for (Namespace& ns : opened_) {
    OfflineQueue& queue = queue_of(ns);
    if (!queue.outbox.is_open()) continue;
    queue.outbox.refresh();
    queue.outbox.forget_missing();
    queue.release_waiting();
  }
}

bool OfflineSync::is_queued(const std::string& temporary) {
  for (const std::string& ns : registry_.known()) {
    const burry::Keys names(ns);
    const std::string text = page_.storage.get(names.record(queue_key)).value_or("");
    if (text.find(temporary) == text.npos) continue;
    for (const QueuedWrite& write : read_queue(text).writes) {
      if (write.is_create() && write.key() == temporary) return true;
    }
  }
  return false;
}

// The namespace of the create saves its own queue when that is done, so that a crash before
// loses nothing.
void OfflineSync::identify(const std::string& temporary, const Id& id) {
  std::string home;
  ids_[temporary] = id;
  for (const std::string& ns : registry_.known()) {
    Outbox& outbox = queue_of(open(ns)).outbox;
    if (outbox.newest(temporary)) home = ns;
    if (!outbox.identify(temporary, id)) continue;
    if (home == ns) outbox.announce(temporary, id);
    else outbox.save_bases();
    if (outbox.is_open()) tab_.wake(ns, 0);
  }
  tab_.identify(home, temporary, json::spell(id));
}

void OfflineSync::name(QueuedWrite& write) const {
  for (const std::string& temporary : mentioned(write)) {
    const auto known = ids_.find(temporary);
    if (known != ids_.end()) caching::identify(write, temporary, known->second);
  }
}

std::string OfflineSync::storage_changed(const std::string& stored, const StorageEvent& change) {
  json::Members all;
  for (Namespace& ns : opened_) {
    OtherTabs& other_tabs = queue_of(ns).other_tabs;
    if (stored == ns.store.names().record(queue_key)) other_tabs.queue_changed(change, all);
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
