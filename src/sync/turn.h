// One entry into the core about a namespace: a call of the page, an outcome, a timer, an event.
#pragma once

#include "sync/namespace.h"
#include "sync/write_queue.h"

namespace caching {

// Reads what another tab has changed, and decides whether live records may be evicted (8.3). At the end
// of the outermost turn the calls that need not wait any longer are completed.
class Turn {
 public:
  Turn(Namespace& ns, bool may_evict) : ns_(ns), allowed_(ns.recency, may_evict) { ns_.queue->enter(); }
  Turn(const Turn&) = delete;
  ~Turn() { ns_.queue->leave(); }

 private:
  Namespace& ns_;
  const Recency::Allowed allowed_;
};

}  // namespace caching
