#include "sync/history.h"

namespace caching {

void History::end(Sequence sequence) {
  std::erase(under_way_, sequence);
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

std::optional<History::Newer> History::find(const std::string& key) const {
  const auto noted = noted_.find(key);
  if (noted == noted_.end()) return {};
  return noted->second;
}

bool History::has_newer(const std::string& key, Sequence sequence) const {
  const auto noted = noted_.find(key);
  return noted != noted_.end() && noted->second.sequence > sequence;
}

bool History::is_deleted(const std::string& key) const {
  const auto noted = noted_.find(key);
  return noted != noted_.end() && noted->second.deleted;
}

std::vector<History::Newer> History::newer_than(Sequence sequence) const {
  std::multimap<Sequence, const Newer*> ordered;
  for (const auto& [key, noted] : noted_) {
    if (noted.sequence >= sequence) ordered.emplace(noted.sequence, &noted);
  }
  std::vector<Newer> newer;
  for (const auto& [noted_by, noted] : ordered) newer.push_back(*noted);
  return newer;
}

}  // namespace caching
