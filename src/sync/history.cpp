#include "sync/history.h"

namespace caching {

void History::end(Sequence sequence) {
  under_way_.erase_if([sequence](Sequence other) { return other == sequence; });
  noted_.erase_if([this](const Newer& newer) { return !is_wanted(newer.sequence); });
}

bool History::is_wanted(Sequence sequence) const {
  return !under_way_.empty() && under_way_.front() < sequence;
}

// A list of thousands may be noted while another one is on its way, so that no
// name may cost a walk through all of them.
int History::place(page::Name name) const {
  const auto at = std::lower_bound(
      noted_.begin(), noted_.end(), name,
      [](const Newer& newer, page::Name wanted) { return newer.name < wanted; });
  return static_cast<int>(at - noted_.begin());
}

const History::Newer* History::find(page::Name name) const {
  const int at = place(name);
  return at < noted_.size() && noted_[at].name == name ? &noted_[at] : nullptr;
}

void History::note(page::Name name, Sequence sequence, bool deleted, page::Value text) {
  if (!is_wanted(sequence)) return;
  const int at = place(name);
  const Newer newer = {name, sequence, deleted, text};
  if (at == noted_.size() || noted_[at].name != name) {
    noted_.insert(at, newer);
  } else if (noted_[at].sequence < sequence) {
    noted_[at] = newer;
  }
}

bool History::has_newer(page::Name name, Sequence sequence) const {
  const Newer* newer = find(name);
  return newer && newer->sequence > sequence;
}

bool History::is_deleted(page::Name name) const {
  const Newer* newer = find(name);
  return newer && newer->deleted;
}

page::List<History::Newer> History::newer_than(Sequence sequence) const {
  page::List<Newer> newer;
  for (const Newer& noted : noted_) {
    if (noted.sequence >= sequence) newer.push_back(noted);
  }
  newer.sort([](const Newer& a, const Newer& b) { return a.sequence < b.sequence; });
  return newer;
}

void History::add_reachable(page::Reachable& reachable) const {
  for (const Newer& newer : noted_) {
    reachable.add(newer.name);
    reachable.add(newer.text);
  }
}

}  // namespace caching
