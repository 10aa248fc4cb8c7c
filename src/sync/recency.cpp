#include "sync/recency.h"

#include <algorithm>
#include <utility>

#include "sync/query.h"

namespace caching {

// A row was used when one of its lists was.
Recency::Uses Recency::uses() {
  Uses uses = used_;
  for (const std::string& list : lists_.names()) {
    const auto of_list = used_.find(list);
    if (of_list == used_.end()) continue;
    for (const std::string& key : lists_.keys_of(list)) uses[key] = std::max(uses[key], of_list->second);
  }
  return uses;
}

// What lies beside a list is of no use without its rows.
std::set<std::string> Recency::to_stay(const Keys& kept) {
  std::set<std::string> stay = lists_.keys_being_written();
  stay.insert(kept.begin(), kept.end());
  for (const std::string& list : lists_.names()) {
    if (stay.contains(envelope_key(list))) stay.merge(lists_.keys_of(list));
  }
  return stay;
}

bool Recency::evict(const Keys& kept) {
  const std::set<std::string> stay = to_stay(kept);
  Uses uses = this->uses();
  std::map<std::pair<Use, burry::Minutes>, Keys> oldest_first;
  std::size_t count = 0;
  for (const std::string& key : store_.keys()) {
    if (stay.contains(key) || is_reserved(key) || journal_.contains(key)) continue;
    oldest_first[{uses[key], store_.expiry(key)}].push_back(key);
    ++count;
  }
  // A write is tried again after each step: an eighth of them at a time costs few tries.
  Keys gone;
  for (const auto& [rank, keys] : oldest_first) {
    for (const std::string& key : keys) {
      if (gone.size() * 8 < count) gone.push_back(key);
    }
  }
  for (const std::string& key : gone) used_.erase(key);
  store_.remove(gone);
  for (const std::string& list : lists_.names()) {
    if (stay.contains(list)) continue;
    const std::set<std::string> rows = lists_.keys_of(list);
    const bool lacks_row =
        std::any_of(gone.begin(), gone.end(), [&](const auto& key) { return rows.contains(key); });
    if (lacks_row) lists_.discard(list);
  }
  return !gone.empty();
}

}  // namespace caching
