#include "sync/history.h"

#include <algorithm>

#include "json/json.h"
#include "sync/record.h"

namespace caching {

void History::end(Sequence sequence) {
  const auto ended = under_way_.find(sequence);
  if (ended != under_way_.end()) under_way_.erase(ended);
  std::erase_if(noted_, [this](const auto& noted) { return !is_wanted(noted.second.newest()); });
}

bool History::is_wanted(Sequence sequence) const {
  return !under_way_.empty() && *under_way_.begin() < sequence;
}

void History::note(const Newer& newer) {
  if (!is_wanted(newer.sequence)) return;
  Noted& noted = noted_[newer.key];
  if (newer.sequence <= noted.whole.sequence) return;
  if (!newer.members.empty()) {
    noted.patches[newer.sequence] = newer.members;
    return;
  }
  noted.whole = newer;
  // Whoever tells the whole record knows the patches before.
  noted.patches.erase(noted.patches.begin(), noted.patches.lower_bound(newer.sequence));
}

const History::Noted* History::find(const std::string& key) const {
  const auto noted = noted_.find(key);
  return noted == noted_.end() ? nullptr : &noted->second;
}

std::string History::Noted::members_since(Sequence sequence) const {
  std::string members;
  for (auto patch = patches.upper_bound(sequence); patch != patches.end(); ++patch) {
    members = members.empty() ? patch->second : json::merged(members, patch->second);
  }
  return members;
}

std::optional<std::string> History::Noted::text() const {
  if (!whole.text || patches.empty()) return whole.text;
  return patched(*whole.text, members_since(whole.sequence));
}

bool History::has_newer(const std::string& key, Sequence sequence) const {
  const Noted* noted = find(key);
  return noted && noted->newest() > sequence;
}

bool History::has_newer_whole(const std::string& key, Sequence sequence) const {
  const Noted* noted = find(key);
  return noted && noted->whole.sequence > sequence;
}

// A patch has found the row since.
bool History::is_deleted(const std::string& key) const {
  const Noted* noted = find(key);
  return noted && noted->whole.deleted && noted->patches.empty();
}

std::optional<std::string> History::text_of(const std::string& key) const {
  const Noted* noted = find(key);
  return noted ? noted->text() : std::nullopt;
}

std::string History::members_since(const std::string& key, Sequence sequence) const {
  const Noted* noted = find(key);
  return noted ? noted->members_since(sequence) : std::string();
}

History::Told History::newer_than(Sequence sequence) const {
  Told told;
  for (const auto& [key, noted] : noted_) {
    if (noted.newest() <= sequence) continue;
    Newer newer = {key, noted.newest()};
    if (noted.whole.sequence > sequence) {
      newer.deleted = is_deleted(key);
      newer.text = noted.text();
    } else {
      newer.members = noted.members_since(sequence);
    }
    told.emplace(newer.sequence, std::move(newer));
  }
  return told;
}

}  // namespace caching
