#include "sync/history.h"

#include <algorithm>

namespace caching {

void History::begin(Sequence sequence) {
  under_way_.push_back(sequence);
  for (auto at = under_way_.end() - 1; at != under_way_.begin() && *(at - 1) > *at; --at)
    std::iter_swap(at - 1, at);
}

void History::end(Sequence sequence) {
  const auto ended = std::find(under_way_.begin(), under_way_.end(), sequence);
  if (ended != under_way_.end()) under_way_.erase(ended);
  std::erase_if(noted_, [this](const auto& noted) { return !is_wanted(noted.second.sequence); });
}

bool History::is_wanted(Sequence sequence) const {
  return !under_way_.empty() && under_way_.front() < sequence;
}

void History::note(const Newer& newer) {
  if (!is_wanted(newer.sequence)) return;
  Newer& noted = noted_[newer.key];
  if (noted.sequence < newer.sequence) noted = newer;
}

const History::Newer* History::find(const std::string& key) const {
  const auto noted = noted_.find(key);
  return noted == noted_.end() ? nullptr : &noted->second;
}

bool History::has_newer(const std::string& key, Sequence sequence) const {
  const Newer* noted = find(key);
  return noted && noted->sequence > sequence;
}

bool History::is_deleted(const std::string& key) const {
  const Newer* noted = find(key);
  return noted && noted->deleted;
}

History::Told History::newer_than(Sequence sequence) const {
  Told told;
  for (const auto& [key, noted] : noted_) {
    if (noted.sequence > sequence) told.emplace(noted.sequence, noted);
  }
  return told;
}

}  // namespace caching
