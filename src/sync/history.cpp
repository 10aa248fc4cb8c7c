#include "sync/history.h"

namespace caching {

void History::end(Sequence sequence) {
  const auto ended = under_way_.find(sequence);
  if (ended != under_way_.end()) under_way_.erase(ended);
  std::erase_if(noted_, [this](const auto& noted) { return !is_wanted(noted.second.sequence); });
}

bool History::is_wanted(Sequence sequence) const {
  return !under_way_.empty() && *under_way_.begin() < sequence;
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
