// Sends what a namespace has queued, one request at a time, in one tab (contract 12.6, 12.7,
// 12.10 and 12.11).
//
//   idle      nothing is to be sent, or not before a timer, a sign of the network or the page
//   asking    for the lock among the tabs
//   checking  whether a lease was written over by another tab, where there are no locks
//   ready     to send the next write
//   sending   a request is under way
#pragma once

#include <map>
#include <optional>
#include <string>

#include "offline/offline_write.h"
#include "page/tab.h"

namespace caching {

// What a replay asks about the other namespaces of the origin.
class Origin {
 public:
  virtual const Policy& policy_of(int decorator) const = 0;
  // Whether the create of a temporary id is queued in any namespace.
  virtual bool is_queued(const std::string& temporary) = 0;
  // Puts the server's id in its place in all of them. Those that had waited for it are sent.
  virtual void identify(const std::string& temporary, const Id& id) = 0;
  // Puts the ids into a write that the server has given while it was not in the queue yet.
  virtual void name(QueuedWrite& write) const = 0;
  // A create has been taken back: what waits for it is not to wait any longer.
  virtual void dropped_create() = 0;

 protected:
  ~Origin() = default;
};

class OfflineQueue;

class Replay {
 public:
  Replay(Namespace& ns, OfflineQueue& queue, Calls& calls, page::Tab& tab, Origin& origin)
      : ns_(ns), queue_(queue), calls_(calls), tab_(tab), origin_(origin) {}

  // Sends what is queued, if nothing is being sent.
  void begin();
  // Not now: when a while has passed.
  void wait();
  // A request of the namespace has been answered: there is a network.
  void answered();
  // The timer that was asked for.
  void wake();
  void locked(bool is_free);
  std::string token() { return tab_.token(); }

  // How the request of a queued write has ended.
  void confirmed(const QueuedWrite& write, int number);
  void rejected(const QueuedWrite& write, int number, int status);
  // is_answered: by a server that may take it later.
  void stopped(const QueuedWrite& write, bool is_answered);
  Origin& origin() { return origin_; }
  page::Tab& tab() { return tab_; }

 private:
  enum class State { idle, asking, checking, ready, sending };
  enum class Readiness { ready, waits, orphaned };

  void go_on();
  void step();
  Readiness readiness(const QueuedWrite& write);
  void send(const QueuedWrite& write);
  bool reject(const QueuedWrite& write, int number, int status);
  void give_up();
  void tell_callers(const QueuedWrite& write, int leader, Outcome outcome, int status);
  void end();
  void tell_waiting();
  void take_lease();
  bool has_lease();
  void renew_lease();
  void write_lease();
  void release();

  Namespace& ns_;
  OfflineQueue& queue_;
  Calls& calls_;
  page::Tab& tab_;
  Origin& origin_;
  State state_ = State::idle;
  bool is_stepping_ = false;
  bool has_lock_ = false;      // of the browser; else a lease
  bool was_answered_ = false;  // the last failure: the server may take it later
  int failures_ = 0;           // one after the other
  int sent_ = 0, rejected_ = 0;
  std::string lease_;
  struct Refusal {
    int number, status;
  };
  std::map<std::string, Refusal> refused_;  // creates, by their temporary ids
};

// The request of a queued write.
class Resend final : public OfflineWrite {
 public:
  Resend(Start start, QueuedWrite write, OfflineQueue& queue);
  void start() override;
  // It is none of the page's own: what is written meanwhile is queued behind it.
  bool is_writing(const std::string&) const override { return false; }

 private:
  void succeeded(bool with_data) override;
  void failed(const Failure& failure) override;
  void thrown() override;
  void store() override;
  page::Confirmed confirmed() override;
  std::string list_to_join(const page::Confirmed& confirmed) override;
  void take_form(page::Confirmed& confirmed);
  bool tells_of_first_try();

  QueuedWrite write_;
};

}  // namespace caching
