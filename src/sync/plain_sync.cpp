#include "sync/plain_sync.h"

#include <algorithm>
#include <utility>

#include "sync/query.h"
#include "sync/write.h"

namespace caching {

std::shared_ptr<Operation> PlainWrites::make_write(Operation::Start start, WriteRequest request) {
  return std::make_shared<Write>(std::move(start), std::move(request));
}

int PlainWrites::take_unsent() { return std::exchange(has_told_, true) ? 0 : count_unsent(); }

// Without a stamp there is no entry, and nobody has to look at all keys. What looks like a queue in a
// namespace that shadows another one belongs to that (9.4).
int PlainWrites::count_unsent() {
  if (store_.names().shadows_another() || !store_.has(queue_key)) return 0;
  const Keys keys = store_.keys();
  const auto is_entry = [](const std::string& key) { return is_queue_entry(key); };
  return static_cast<int>(std::count_if(keys.begin(), keys.end(), is_entry));
}

}  // namespace caching
