// The decorator of a page that only caches (contract 1.6): each write is sent at once, and a failed
// one is rolled back. What another page has queued is counted and left alone.
#pragma once

#include <memory>
#include <string>

#include "sync/caching_sync.h"
#include "sync/namespace.h"
#include "sync/write_queue.h"

namespace caching {

class PlainWrites final : public WriteQueue {
 public:
  explicit PlainWrites(burry::Store& store) : store_(store) {}

  std::shared_ptr<Operation> make_write(Operation::Start start, WriteRequest request) override;
  // The stamp goes last, so that a page that ends in between leaves what remains of the queue valid.
  Clearing clear_begins() override { return {count_unsent(), queue_key}; }

  // Returns the number of queued writes in the namespace when it is called for the first time, and 0
  // later.
  int take_unsent();

 private:
  int count_unsent();

  burry::Store& store_;
  bool has_told_ = false;
};

class PlainSync final : private QueueMaker, public CachingSync {
 public:
  PlainSync(const page::Page& page, burry::Registry& registry)
      : CachingSync(page, registry, static_cast<QueueMaker&>(*this)) {}

  // Returns the number of queued writes in the namespace of a decorator, if the page has not asked
  // before; else 0.
  int take_unsent(int decorator) { return static_cast<PlainWrites&>(*ns_of(decorator).queue).take_unsent(); }

 private:
  std::unique_ptr<WriteQueue> make_queue(Namespace& ns) override {
    return std::make_unique<PlainWrites>(ns.store);
  }
};

}  // namespace caching
