// One call of a decorator between its start and its end: a Read or a Write.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "page/call.h"
#include "page/page.h"
#include "sync/namespace.h"
#include "sync/policy.h"

namespace caching {

class Operation;

enum class Method { read, create, update, patch, remove };
// As Backbone names it.
const char* name_of(Method method);

// How a call ended, as the wrapped sync tells it.
enum class Outcome {
  success,
  success_without_data,
  failure,     // as the server has answered, or wrapped tells
  unanswered,  // the network has failed
  aborted,     // by the page
  canceled,    // by the page, before anything was sent: nobody is told
};

// What a call is about (contract 3.1).
struct Subject {
  enum class Kind {
    collection,  // key: its list
    model,       // key: its id
    singleton,   // a model without an id; key: its URL
    uncached,    // it has neither, or is not to be told from others; or the cache was cleared since
  };
  Kind kind = Kind::uncached;
  std::string key;

  bool is_cached() const { return kind != Kind::uncached; }
  bool is_collection() const { return kind == Kind::collection; }
};

// The calls in progress, and the clock of the sequence in which calls are sent and
// writes are confirmed.
class Calls {
 public:
  Calls(page::Clock& clock, Sequences& sequences) : clock_(clock), sequences_(sequences) {}

  Sequence next() { return sequences_.next(); }
  double now() const { return clock_.now(); }
  burry::Minutes minutes_now() const { return burry::minutes_now(clock_); }
  burry::Minutes expiry_from_now(const Policy& policy) { return burry::expiry_from_now(policy.ttl, clock_); }

  void begin(std::shared_ptr<Operation> operation);
  std::shared_ptr<Operation> find(int number) const;
  void end(const Operation& operation);
  // Whether the answer to another call about the same is on its way into a model: what
  // is cached of it is about to be replaced.
  bool is_about_to_change(const Operation& reader) const;
  // What is under way may end, but does not write (5.5).
  void detach(const Namespace& ns);
  int size() const { return static_cast<int>(operations_.size()); }

 private:
  page::Clock& clock_;
  Sequences& sequences_;
  std::map<int, std::shared_ptr<Operation>> operations_;
};

// What the operations of one call have in common. The page's code may run in any question
// to the page, and end the operation meanwhile: it lives on until the frames that work on
// it have returned, and they ask is_over().
class Operation {
 public:
  struct Start {
    Calls& calls;
    Namespace& ns;
    int decorator;
    int number;  // the page's own, by which it tells the outcome
    std::unique_ptr<page::Call> call;
    Subject subject;
    Policy policy;
  };
  explicit Operation(Start start);
  virtual ~Operation() = default;
  Operation(const Operation&) = delete;

  // From the call of wrapped to the cached phase.
  virtual void start() = 0;
  // The outcome; the first one counts, every other is ignored (7.1).
  void answered(Outcome outcome, int status);
  // The collection's own `parse` has found the rows in the answer (6.1).
  virtual void parsed() {}
  // The page has called it off, and the request goes on for others (8.3).
  void call_off();
  // The request goes on for this call.
  void hand_over(int heir) { call_->hand_over(heir); }
  // Takes a copy of the answer to a request that it shares.
  void take_answer_of(int leader) { call_->take_answer_of(leader); }
  // The model has taken the answer, or its validation has refused it.
  virtual void settled(bool taken);
  // The page has called the call off before its request was sent.
  virtual void abandon() {}

  int number() const { return number_; }
  Sequence sequence() const { return sequence_; }
  Namespace& ns() const { return ns_; }
  bool may_evict() const { return policy_.evict; }
  // The answer is on its way into the model, and the cache does not know it yet.
  bool is_on_its_way() const { return state_ == State::delivering && !cache_knows_; }
  // Whether the data of one are data of the other.
  bool overlaps(const Operation& other) const;
  void detach() { subject_.kind = Subject::Kind::uncached; }
  const std::string& key() const { return subject_.key; }

 protected:
  // How a failed call ended; status is the HTTP status, or 0.
  struct Failure {
    Outcome outcome;
    int status;
  };
  enum class State {
    calling,       // wrapped has not returned yet
    waiting,       // for its outcome
    suspended,     // nothing is sent for it, and it ends as something else does
    failed_early,  // wrapped has failed before it returned: the cached phase comes first (3.4)
    delivering,    // the answer is on its way into the model
    failing,       // the failure is being told
    over,
  };

  // Calls wrapped. False: the call is over.
  bool call_wrapped();
  bool is_over() const { return state_ == State::over; }
  // Tells of a failure before wrapped had returned.
  void fail_early() { failed(early_); }
  // Lets the cache take the answer, once.
  void tell_cache();
  // The cache needs no telling.
  void leave_cache() { cache_knows_ = true; }
  // The model stands for what lies under this key from now on, and takes what is told of it
  // later by more than this call (13.2).
  void hold_model();
  // Tells of the failure what the page is to hear, and ends.
  void report(const Failure& failure);
  void end();

  // Whether a failure before wrapped has returned waits for a cached phase.
  virtual bool has_cached_phase() { return false; }
  virtual void succeeded(bool with_data) = 0;
  virtual void failed(const Failure& failure) = 0;
  // Wrapped threw: nothing was sent.
  virtual void thrown() = 0;
  // What the cache is to hold now that the server has confirmed the call.
  virtual void store() = 0;

  Calls& calls_;
  Namespace& ns_;
  const int decorator_;
  const int number_;
  const std::unique_ptr<page::Call> call_;
  Subject subject_;
  const Policy policy_;
  Sequence sequence_;
  burry::Minutes expiry_;  // of what is written now
  State state_ = State::calling;

 private:
  Failure early_ = {};
  bool cache_knows_ = false;
};

// Writes rows of the collection of a call. These keys are left alone, and those of lists
// (9.4). False: one could not be written, although what has expired made room.
bool write_rows(Namespace& ns, page::Call& call, page::Rows rows, burry::Minutes expiry, Keys except);

// A list may be what a collection holds, which still holds what has been deleted; and a
// full storage does not take every record. Takes such keys out of the lists.
void leave_out_missing(Namespace& ns, const Keys& keys);

// A list (JSON) of what a collection holds, without rows whose creates are gone.
std::string without_orphans(Namespace& ns, const std::string& list);

}  // namespace caching
