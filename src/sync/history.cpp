#include "sync/history.h"

#include <algorithm>
#include <utility>

namespace caching {

void History::end(Sequence sequence) {
  std::erase(under_way_, sequence);
  std::erase_if(noted_, [this](const Newer& newer) { return !is_wanted(newer.sequence); });
}

bool History::is_wanted(Sequence sequence) const {
  return std::any_of(under_way_.begin(), under_way_.end(),
                     [sequence](Sequence call) { return call < sequence; });
}

void History::note(const std::string& name, Sequence sequence, bool deleted, page::Value text) {
  if (!is_wanted(sequence)) return;
  for (Newer& newer : noted_) {
    if (newer.name != name) continue;
    if (newer.sequence < sequence) newer = {name, sequence, deleted, std::move(text)};
    return;
  }
  noted_.push_back({name, sequence, deleted, std::move(text)});
}

bool History::has_newer(const std::string& name, Sequence sequence) const {
  return std::any_of(noted_.begin(), noted_.end(), [&](const Newer& newer) {
    return newer.name == name && newer.sequence > sequence;
  });
}

bool History::is_deleted(const std::string& name) const {
  return std::any_of(noted_.begin(), noted_.end(), [&](const Newer& newer) {
    return newer.name == name && newer.deleted;
  });
}

}  // namespace caching
