// All that the decorators of one namespace share.
#pragma once

#include <string>

#include "burry/store.h"
#include "sync/history.h"
#include "sync/journal.h"
#include "sync/lists.h"
#include "sync/other_tabs.h"
#include "sync/recency.h"
#include "sync/shared_requests.h"

namespace caching {

struct Namespace {
  Namespace(const page::Page& page, burry::Registry& registry, std::string ns)
      : store(page, registry, std::move(ns)),
        lists(store),
        journal(store),
        recency(store, lists, journal),
        other_tabs(store, lists, journal) {}
  Namespace(const Namespace&) = delete;

  burry::Store store;
  Lists lists;
  Journal journal;
  Recency recency;
  OtherTabs other_tabs;
  History history;
  SharedRequests shared_requests;
  double hits = 0, misses = 0;

  // Storage did not take a record, or JSON could not spell it: no list may hold it.
  void drop_lists_of_missing(const std::string& key) {
    if (!journal.shows_pending(key) && !store.has(key)) lists.drop_lists_with(key);
  }
};

}  // namespace caching
