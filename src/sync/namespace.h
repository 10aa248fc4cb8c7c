// All that the decorators of one namespace share.
#pragma once

#include <memory>
#include <string>

#include "burry/store.h"
#include "sync/history.h"
#include "sync/journal.h"
#include "sync/lists.h"
#include "sync/recency.h"
#include "sync/shared_requests.h"

namespace caching {

class WriteQueue;

struct Namespace {
  Namespace(const page::Page& page, burry::Registry& registry, Sequences& of_page, std::string ns);
  Namespace(const Namespace&) = delete;
  ~Namespace();

  burry::Store store;
  Lists lists;
  Journal journal;
  Recency recency;
  History history;
  SharedRequests shared_requests;
  Sequences& sequences;
  std::unique_ptr<WriteQueue> queue;
  double hits = 0, misses = 0;

  // Storage did not take a record, or JSON could not spell it: no list may hold it.
  void drop_lists_of_missing(const std::string& key) {
    const bool may_come = journal.shows_pending(key) && !journal.lacks_record(key);
    if (!may_come && !store.has(key)) lists.drop_lists_with(key);
  }
  // A write came to nothing: its change is undone, and no other (4.2, 4.4, 5.1).
  void take_back(const std::string& key, Sequence sequence) {
    const Journal::Undone undone = journal.fail(key, sequence);
    for (const Place& place : undone.put_back) lists.restore(place);
    // An older deletion is pending still, and may fail in its turn.
    if (undone.deleted) journal.took_from_lists(key, lists.remove(key));
    else if (undone.was_shown) drop_lists_of_missing(key);
  }
};

}  // namespace caching
