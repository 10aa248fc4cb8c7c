// The offline module's part of a namespace: the queue, its replay, and other tabs.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "offline/offline_write.h"
#include "offline/other_tabs.h"
#include "offline/outbox.h"
#include "offline/replay.h"
#include "sync/namespace.h"
#include "sync/write_queue.h"

namespace caching {

class OfflineQueue final : public WriteQueue {
 public:
  OfflineQueue(Namespace& ns, Calls& calls, page::Tab& tab, Origin& origin);

  std::shared_ptr<Operation> make_write(Operation::Start start, WriteRequest request) override;
  void decorated(int decorator, const Policy& policy) override;
  void call_begins(int decorator, const Policy& policy, const std::string* id) override;
  void read_begins(page::Call& call, const Policy& policy) override;
  void outcome_comes() override;
  void call_left(bool is_answered) override;
  void confirmed_changed() override {
    if (!ns_.journal.take_rebased().empty()) outbox.save_bases();
  }
  bool is_unsent_id(const std::string& id) const override { return is_temporary(id); }
  bool holds_create(const std::string& id) override { return is_temporary(id) && outbox.newest(id); }
  bool holds(const std::string& key) override { return outbox.newest(key); }
  Keys rows_of(const std::string& list) override;
  bool may_have_orphans() const override { return outbox.is_open(); }
  Keys orphans_in(const std::string& list) override;
  Clearing clear_begins() override;
  void cleared() override;

  // Queues what needs not be deferred any longer, and completes the calls that waited for what this
  // page learns no more of.
  void release_waiting();
  // Rolls back the queued and deferred writes of a record. Returns false if there is none, or if it is
  // being sent.
  bool discard(const std::string& key);
  const std::string& name() const { return ns_.store.names().ns(); }

  // The writes of this page that have not ended, by number.
  void enter(OfflineWrite& write) { writes_[write.number()] = &write; }
  void leave(const OfflineWrite& write) { writes_.erase(write.number()); }
  std::shared_ptr<OfflineWrite> find(int number) const;
  // True if a request of this page to write a record is under way.
  bool is_writing(const std::string& key, const OfflineWrite* except = nullptr) const;
  // The deferred writes of a record; without a key, of all.
  std::vector<std::shared_ptr<OfflineWrite>> deferred(const std::string& key = {}) const;

 private:
  std::shared_ptr<OfflineWrite> next_to_enqueue() const;

  Namespace& ns_;
  Calls& calls_;
  page::Tab& tab_;
  Origin& origin_;
  std::map<int, OfflineWrite*> writes_;
  std::vector<std::shared_ptr<OfflineWrite>> lost_;  // while the namespace is being emptied

 public:
  Outbox outbox;
  OtherTabs other_tabs;
  Replay replay;
};

}  // namespace caching
