// A write of this page in a namespace that has a queue. It is an entry of the queue before it is sent;
// the page's own request is the first try of that entry, and a replay a later one (contract 12.4).
//
//   start     adds the entry, and sends the request, unless the write must wait for another one
//   failed    keeps the entry if no server has answered, and removes it otherwise
//   store     stores what the server has confirmed, and removes the entry
#pragma once

#include <string>

#include "offline/queued_write.h"
#include "page/offline_call.h"
#include "sync/write.h"

namespace caching {

class OfflineQueue;

class OfflineWrite : public Write {
 public:
  OfflineWrite(Start start, WriteRequest request, OfflineQueue& queue);
  ~OfflineWrite() override;

  void start() override;
  void abandon() override;

  // Notifies the caller that the write is queued, if it waits for that. is_final: this page will learn
  // nothing more of the write.
  void report_queued(bool is_final);
  // The queued write has ended as another call did (12.2). leader: the number of that; 0: there was none.
  void complete(int leader, Outcome outcome, int status);

 protected:
  void succeeded(bool with_data) override;
  void failed(const Failure& failure) override;
  void thrown() override;
  void store() override;
  Change change() override;
  page::Confirmed confirmed() override;
  // Stores the answer, and returns what it says, as for a write without a queue.
  void store_answer() { Write::store(); }
  page::Confirmed answered_record() { return Write::confirmed(); }
  page::OfflineCall& page() { return *call_->offline(); }
  // Notes whether the browser has a network as it sends the request, and whether it had none all the time.
  void begin_request();
  bool was_offline() const;
  // Takes the number by which the journal knows the write now. Returns false if the entry is gone: another
  // page has ended the write, or somebody has cleared the namespace.
  bool follow_entry();

  OfflineQueue& queue_;
  std::string token_;  // of the entry

 private:
  enum class Stage {
    unqueued,  // there is no entry: the write goes as it would without a queue
    trying,    // its own request is in flight
    waiting,   // the entry is not answered yet, and the caller waits for that
    reported,  // the caller has been notified that the write is queued
  };

  bool may_be_queued() const;
  void follow_create();
  QueuedWrite make_entry();
  bool must_wait(const QueuedWrite& entry) const;
  bool enqueue(QueuedWrite entry);
  void note_change(QueuedWrite& entry);
  void note_places(QueuedWrite& entry);
  bool add_or_fold(QueuedWrite entry);
  void make_whole(QueuedWrite& entry);
  void start_unqueued();
  void wait_in_queue();
  void lose();
  void end_entry();
  void drop_late_entry(bool is_undone);
  void report_queued();
  void join_as_queued();

  Stage stage_ = Stage::unqueued;
  bool began_offline_ = false, follows_create_ = false;
  bool mentions_unsent_ = false;  // it has a temporary id, as the page sends it
  page::Sent sent_;
};

}  // namespace caching
