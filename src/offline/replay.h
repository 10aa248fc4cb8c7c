// Sends what a namespace has queued, one request at a time, in one tab (contract 12.6, 12.7, 12.10 and
// 12.11).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "offline/offline_write.h"
#include "offline/outbox.h"
#include "page/tab.h"

namespace caching {

// What a replay asks about the other namespaces of the origin.
class Origin {
 public:
  virtual const Policy& policy_of(int decorator) const = 0;
  // True if the create of a temporary id is queued in any namespace.
  virtual bool is_queued(const std::string& temporary) = 0;
  // Puts the server's id in the place of a temporary one in all of them, and replays those that have
  // waited for it. is_shown: models may have the temporary id.
  virtual void identify(const std::string& temporary, const Id& id, bool is_shown) = 0;
  // Puts the ids that are known into a write that mentions temporary ones.
  virtual void name(QueuedWrite& write) = 0;
  // A create was taken back: what waits for it is not to wait any longer.
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
  // Begins later: after a while, which doubles with each failure.
  void wait();
  // A request of the namespace has been answered: there is a network.
  void answered();
  // The timer rings that was asked for.
  void wake();
  // Answers to tab.request_lock and tab.find_pages.
  void locked(bool is_free);
  void found_pages(const std::optional<std::set<std::string>>& living);

  // How the request of a queued write has ended.
  void confirmed(const QueuedWrite& write, int number);
  void rejected(const QueuedWrite& write, int number, int status);
  // is_answered: by a server that may take the write later. is_unsent: no server can know of it.
  void stopped(const QueuedWrite& write, bool is_answered, bool is_unsent);
  Origin& origin() { return origin_; }
  page::Tab& tab() { return tab_; }

 private:
  enum class State {
    idle,      // nothing is to be sent, or not before a timer, a sign of the network, or the page
    asking,    // for the lock among the tabs
    checking,  // whether another tab has written over the lease, where there are no locks
    finding,   // which pages live, because writes are in flight in others
    ready,     // to send the next write
    sending,   // a request is in flight
  };
  enum class Readiness {
    ready,
    blocked,    // an older write, or a create, has to be sent first; or the page has yet to name an origin
    orphaned,   // it mentions a row that is never created
    untrusted,  // storage says to send it where this page sends nothing (12.19)
  };

  void prepare();
  void go_on();
  void step();
  QueuedWrite* next();
  Readiness readiness(const QueuedWrite& write);
  Readiness trust(const QueuedWrite& write);
  void send(const QueuedWrite& next);
  bool reject_orphan(const QueuedWrite& write);
  bool reject_untrusted(const QueuedWrite& write);
  bool reject(const QueuedWrite& write, int number, int status);
  void give_up();
  void tell_callers(const QueuedWrite& write, int leader, Outcome outcome, int status);
  void end();
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
  bool was_answered_ = false;  // the last failure: the server may take the write later
  int failures_ = 0;           // one after the other
  int sent_ = 0, rejected_ = 0;
  std::string lease_;
  // Where this pass over the queue stands. What has become ready behind it is sent by the next pass.
  std::optional<Outbox::Order> passed_;
  bool has_sent_ = false;    // in this pass
  bool has_warned_ = false;  // of writes that are not trusted
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
  void abandon() override {}

 private:
  void succeeded(bool with_data) override;
  void failed(const Failure& failure) override;
  void thrown() override;
  void store() override;
  page::Confirmed confirmed() override;
  std::string list_to_join(const page::Confirmed& confirmed) override;
  void take_form(page::Confirmed& confirmed);

  QueuedWrite write_;
};

}  // namespace caching
