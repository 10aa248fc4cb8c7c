// The seam between the decorator and a queue of unsent writes. The decorator asks a queue what it
// holds, and lets it make the operations of writes; it knows nothing else of one. A page that only
// caches has PlainWrites (plain_sync.h), which holds nothing.
#pragma once

#include <memory>
#include <string>

#include "sync/operation.h"
#include "sync/policy.h"

namespace caching {

struct WriteRequest {
  Method method = Method::update;
  bool wait = false;    // nothing is shown before the server confirms (4.5)
  std::string own_key;  // the key that the page's own rule makes of the URL of a model without an id
};

class WriteQueue {
 public:
  WriteQueue() = default;
  WriteQueue(const WriteQueue&) = delete;
  virtual ~WriteQueue() = default;

  // Makes the operation of a write of this page.
  virtual std::shared_ptr<Operation> make_write(Operation::Start start, WriteRequest request) = 0;

  // A decorator of the namespace was made.
  virtual void decorated(int /*decorator*/, const Policy&) {}
  // A call of the page begins. id: of its model, or nullptr.
  virtual void call_begins(int /*decorator*/, const Policy&, const std::string* /*id*/) {}
  // A read is about to be sent.
  virtual void read_begins(page::Call&, const Policy&, const Subject&) {}
  // The model of a call stands for what lies under this key from now on.
  virtual void stands_for(page::Call&, const Policy&, const std::string& /*key*/) {}
  // A turn (turn.h) begins: another tab may have changed the queue. A turn ends; the last one completes
  // the calls that need not wait any longer.
  virtual void enter() {}
  virtual void leave() {}
  // The server has answered a request of the namespace, so there is a network.
  virtual void server_answered() {}
  // The confirmed states of some records have changed.
  virtual void confirmed_changed() {}

  // True if no server can have given this id.
  virtual bool is_unsent_id(const std::string& /*id*/) const { return false; }
  // True if the row of this id is not created yet, so the server knows nothing of it.
  virtual bool holds_create(const std::string& /*id*/) { return false; }
  // True if a write of this record waits.
  virtual bool holds(const std::string& /*key*/) { return false; }
  // The rows that the queue adds to a list.
  virtual Keys rows_of(const std::string& /*list*/) { return {}; }
  // True if `orphans_in` may find any.
  virtual bool may_have_orphans() const { return false; }
  // Those ids in the text of a list that no server has given and whose creates are gone.
  virtual Keys orphans_in(const std::string& /*list*/) { return {}; }

  // The namespace is about to be emptied. `lost`: the writes that nobody will send. `last`: what
  // the keys begin with that are removed last, so that a page that ends in between leaves the queue whole.
  struct Clearing {
    int lost = 0;
    std::string last;
  };
  virtual Clearing clear_begins() { return {}; }
  // The namespace is empty. The callers of lost writes learn it.
  virtual void cleared() {}
};

// Makes the queue of a namespace.
class QueueMaker {
 public:
  virtual std::unique_ptr<WriteQueue> make_queue(Namespace& ns) = 0;

 protected:
  ~QueueMaker() = default;
};

}  // namespace caching
