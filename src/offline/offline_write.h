// A write of this page in a namespace that may queue it (contract 12).
//
//   start     waits in the queue at once behind what must be sent first, or is sent
//   failed    without an answer of a server it waits in the queue
//   store     stores what the server has confirmed, or what is queued
#pragma once

#include <optional>
#include <string>

#include "offline/queue.h"
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

  // Notifies the caller that the write waits in the queue, unsent.
  // is_final: this page will learn nothing more of it.
  void report_unsent(bool is_final);
  // The write in the queue has ended as another call did (12.2). leader: the number of that; 0: there
  // was none.
  void complete(int leader, Outcome outcome, int status);

  // True if its request is under way, or its outcome is being handled.
  virtual bool is_writing(const std::string& record) const;
  // True if it is to be queued when no other request to write its record is under way.
  bool is_deferred() const { return queued_ == Queued::deferred; }
  // Queues a deferred write.
  void enqueue_deferred();
  // Takes a deferred write back, and tells its caller.
  void discard();

 protected:
  void failed(const Failure& failure) override;
  void store() override;
  Change change() override;
  page::OfflineCall& page() { return *call_->offline(); }

  OfflineQueue& queue_;
  page::Sent sent_;  // where it may have to wait

 private:
  // deferred: what was sent later, and is under way, may be confirmed, or has to be queued behind it
  // (12.11).
  enum class Queued { no, deferred, waiting, told };

  bool is_behind_deferred() const;
  bool waits_for_others() const;
  bool mentions_unsent() const;
  void enqueue_at_once();
  QueuedWrite to_queue();
  bool enqueue();
  void tell_queued();
  void lay_newer_over(QueuedWrite& write);
  void join_as_queued();
  bool is_overtaken() const;

  Queued queued_ = Queued::no;
  std::optional<Failure> unanswered_;  // of its request; none: there was none
  std::string token_;                  // where it may have to wait
};

}  // namespace caching
