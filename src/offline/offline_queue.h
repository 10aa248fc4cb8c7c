// The offline module's part of a namespace: the queue, its replay, and other tabs.
#pragma once

#include <map>
#include <memory>
#include <set>
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
  void read_begins(page::Call& call, const Policy& policy, const Subject& subject) override;
  void stands_for(page::Call& call, const Policy& policy, const std::string& key) override;
  void enter() override;
  void leave() override;
  void server_answered() override;
  void confirmed_changed() override {
    for (const std::string& key : ns_.journal.take_rebased()) outbox.save_base(key);
  }
  bool is_unsent_id(const std::string& id) const override { return is_temporary(id); }
  bool holds_create(const std::string& id) override { return outbox.has_create(id); }
  bool holds(const std::string& key) override { return outbox.newest(key); }
  Keys rows_of(const std::string& list) override { return outbox.rows_of(list); }
  bool may_have_orphans() const override { return outbox.is_open(); }
  Keys orphans_in(const std::string& list) override;
  Clearing clear_begins() override;
  void cleared() override;

  // Reads the queue, as far as it has changed.
  void open(int decorator);
  // Another tab has begun a queue, which no decorator of this page has read.
  void decorated_late();
  // Notifies the callers of writes that are queued, and not in flight for the first time: of one record
  // or, without a key, of all.
  void report_waiting(const std::string& key);
  // Rolls back the queued writes of a record. Returns false if it rolled back none: a write in flight stays.
  bool discard(const std::string& key);
  const std::string& name() const { return ns_.store.names().ns(); }
  std::string token() { return tab_.token(); }
  Origin& origin() { return origin_; }

  // The writes of this page that have not ended, by number.
  void enter(OfflineWrite& write) { writes_[write.number()] = &write; }
  void leave(const OfflineWrite& write) { writes_.erase(write.number()); }
  std::shared_ptr<OfflineWrite> find(int number) const;
  // True if a write waits for the first request of a create of this page (12.13).
  bool waits_for_first_try(const QueuedWrite& write);
  // True if another write of its record waits for the create of this token.
  bool is_mentioned(const std::string& token) const;

 private:
  void complete_waiting();
  void discard(const QueuedWrite& write);

  Namespace& ns_;
  Calls& calls_;
  page::Tab& tab_;
  Origin& origin_;
  int first_decorator_ = -1;
  bool awaits_class_ = false;  // nobody has said, or shown, which class queued writes have
  int turns_ = 0;              // one within the other
  std::map<int, OfflineWrite*> writes_;

 public:
  Outbox outbox;
  OtherTabs other_tabs;
  Replay replay;
};

}  // namespace caching
