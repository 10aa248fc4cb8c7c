// The decorator with the offline queue and other tabs (contract 12 and 13).
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "offline/offline_queue.h"
#include "page/tab.h"
#include "sync/caching_sync.h"

namespace caching {

class OfflineSync final : private QueueMaker, private Origin, public CachingSync {
 public:
  OfflineSync(const page::Page& page, burry::Registry& registry, page::Tab& tab)
      : CachingSync(page, registry, static_cast<QueueMaker&>(*this)), tab_(tab) {}

  // Another tab has changed what lies in storage under this name; empty: it has emptied
  // storage. Returns a JSON array of what the page is to do about it (other_tabs.h).
  std::string storage_changed(const std::string& stored, const StorageEvent& change);

  // Returns the queued writes of a namespace: a JSON array of {method, id, attributes, since}.
  std::string pending(int decorator);
  // Rolls back the queued writes of a record. Returns false if there is none, or if it is in flight.
  bool discard(int decorator, const std::string& key);
  // Sends what is queued (12.6). tab.tell_replayed says how that has ended.
  void replay(int decorator);
  // The browser says that there is a network.
  void online();
  // Answers to tab.wake, tab.request_lock and tab.find_pages.
  void wake(const std::string& ns);
  void locked(const std::string& ns, bool is_free);
  // living: the names of the pages that live; none: the browser does not know.
  void found_pages(const std::string& ns, const std::optional<std::set<std::string>>& living);
  // Returns the JSON of the id that a temporary one has become, or "" (12.18).
  std::string known_id(const std::string& temporary);
  // Another tab has written this key of storage (none: has removed it).
  void stored_elsewhere(const std::string& stored, const std::optional<std::string>& text);
  // Other tabs have made changes without an event: they have emptied storage, or the page was asleep.
  void events_missed();

 private:
  std::unique_ptr<WriteQueue> make_queue(Namespace& ns) override;
  static OfflineQueue& queue_of(Namespace& ns) { return static_cast<OfflineQueue&>(*ns.queue); }
  OfflineQueue& queue_of(int decorator) { return queue_of(ns_of(decorator)); }
  void learn(Namespace& ns, const std::string& key, const std::optional<std::string>& text);
  void cleared_elsewhere(Namespace& ns);
  std::optional<Id> id_of(const std::string& temporary);

  const Policy& policy_of(int decorator) const override { return policy(decorator); }
  bool is_queued(const std::string& temporary) override;
  void identify(const std::string& temporary, const Id& id, bool is_shown) override;
  void name(QueuedWrite& write) override;
  void dropped_create() override;

  page::Tab& tab_;
};

}  // namespace caching
