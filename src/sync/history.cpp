#include "sync/history.h"

#include <algorithm>
#include <utility>

namespace caching {

void History::end(Sequence sequence) {
  std::erase(under_way_, sequence);
  std::erase_if(noted_, [this](const Newer& newer) { return !is_wanted(newer.sequence); });
}

bool History::is_wanted(Sequence sequence) const {
  return !under_way_.empty() && under_way_.front() < sequence;
}

// A list of thousands may be noted while another one is on its way, so that no
// name may cost a walk through all of them.
std::vector<History::Newer>::const_iterator History::place(const std::string& name) const {
  return std::lower_bound(
      noted_.begin(), noted_.end(), name,
      [](const Newer& newer, const std::string& wanted) { return newer.name < wanted; });
}

const History::Newer* History::find(const std::string& name) const {
  const auto at = place(name);
  return at != noted_.end() && at->name == name ? &*at : nullptr;
}

void History::note(const std::string& name, Sequence sequence, bool deleted, page::Value text) {
  if (!is_wanted(sequence)) return;
  const auto at = noted_.begin() + (place(name) - noted_.begin());
  Newer newer = {name, sequence, deleted, std::move(text)};
  if (at == noted_.end() || at->name != name) {
    noted_.insert(at, std::move(newer));
  } else if (at->sequence < sequence) {
    *at = std::move(newer);
  }
}

bool History::has_newer(const std::string& name, Sequence sequence) const {
  const Newer* newer = find(name);
  return newer && newer->sequence > sequence;
}

bool History::is_deleted(const std::string& name) const {
  const Newer* newer = find(name);
  return newer && newer->deleted;
}

std::vector<History::Newer> History::newer_than(Sequence sequence) const {
  std::vector<Newer> newer;
  for (const Newer& noted : noted_) {
    if (noted.sequence >= sequence) newer.push_back(noted);
  }
  std::sort(newer.begin(), newer.end(), [](const Newer& a, const Newer& b) {
    return a.sequence != b.sequence ? a.sequence < b.sequence : a.name < b.name;
  });
  return newer;
}

}  // namespace caching
