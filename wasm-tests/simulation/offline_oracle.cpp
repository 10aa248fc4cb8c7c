#include "offline_oracle.h"

#include <algorithm>
#include <set>
#include <utility>

namespace simulation::offline {
namespace {

Content value_in(const Content& record, const char* name) {
  return record.contains(name) ? record[name] : Content();
}

// What a write makes of an attribute; none: it leaves it as it is.
std::optional<Content> value_of(const UserWrite& write, const char* name) {
  if (write.deletes()) return Content();
  if (write.attributes.contains(name)) return write.attributes[name];
  return write.method == caching::Method::patch ? std::nullopt : std::optional<Content>(Content());
}

std::string name_of(int u) { return "record " + std::to_string(u); }

}  // namespace

UserWrite& Oracle::begin(UserWrite write) {
  write.started = tick();
  const int number = write.number;
  return writes_[number] = std::move(write);
}

// The queue has them in the order in which they were begun, as soon as storage has the first one.
bool Oracle::is_before(const UserWrite& one, const UserWrite& other) const {
  const bool are_by_two_ids = one.is_by_temporary != other.is_by_temporary;
  if (are_by_two_ids && (one.is_beside_create || other.is_beside_create)) return false;
  if (one.life == other.life) return one.started < other.started;
  return one.known != 0 && one.known < other.started;
}

bool Oracle::is_overwritten(const UserWrite* earlier, int u, const char* name, const Content& value) const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    const UserWrite& later = entry.second;
    if (later.u != u || !later.is_relied_on() || (earlier && !is_before(*earlier, later))) return false;
    // An attribute that it does not have, it leaves as the answer to an older write had it (12.5).
    if (!later.deletes() && !later.attributes.contains(name)) return false;
    const std::optional<Content> written = value_of(later, name);
    return written && *written != value;
  });
}

// A patch that comes after a delete makes the row anew, with all that its model has.
bool Oracle::makes_anew(const UserWrite& patch) const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    const UserWrite& write = entry.second;
    return write.u == patch.u && write.deletes() && write.is_relied_on() && !is_before(patch, write);
  });
}

// A delete that may have come last; or it has never been made.
bool Oracle::may_be_missing(int u) const {
  bool is_made = first_.contains(u), is_relied_on = false;
  for (const auto& [number, write] : writes_) {
    if (write.u != u) continue;
    is_relied_on = is_relied_on || write.is_relied_on();
    is_made = is_made || write.is_processed;
  }
  if (!is_made && !is_relied_on) return true;
  return std::any_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    const UserWrite& write = entry.second;
    const bool may_count = write.is_relied_on() || write.is_processed;
    return write.u == u && write.deletes() && may_count && !is_overwritten(&write, u, "n", Content());
  });
}

std::optional<std::string> Oracle::objection(int u, const Server& server) const {
  const std::vector<Content> rows = server.rows_of(u);
  if (rows.size() > 1) return name_of(u) + " has been created twice";
  if (rows.empty()) {
    if (may_be_missing(u)) return {};
    return name_of(u) + " is not on the server";
  }
  for (const char* name : {"n", "m"}) {
    const Content value = value_in(rows[0], name);
    const auto first = first_.find(u);
    bool is_right = first != first_.end() && value_in(first->second.row, name) == value &&
                    !is_overwritten(nullptr, u, name, value);
    for (const auto& [number, write] : writes_) {
      const bool may_count = write.is_relied_on() || write.is_processed;
      if (write.u != u || write.deletes() || !may_count) continue;
      const bool is_told = value_of(write, name) == value || (!value_of(write, name) && makes_anew(write));
      if (!is_told) continue;
      is_right = is_right || !is_overwritten(&write, u, name, value);
    }
    if (!is_right)
      return name_of(u) + " is " + rows[0].dump() + " on the server, and a later " + name + " was told";
  }
  return {};
}

std::vector<int> Oracle::records(std::size_t space) const {
  std::set<int> found;
  for (const auto& [u, first] : first_) {
    if (first.space == space) found.insert(u);
  }
  for (const auto& [number, write] : writes_) {
    if (write.space == space) found.insert(write.u);
  }
  return {found.begin(), found.end()};
}

bool Oracle::is_deleted(int u) const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    const UserWrite& write = entry.second;
    const bool is_vain = write.told == UserWrite::Told::failure || write.is_rejected || write.is_excused;
    return write.u == u && write.deletes() && !is_vain;
  });
}

bool Oracle::has_never_been(int u) const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    const UserWrite& write = entry.second;
    const bool is_create = write.u == u && write.method == caching::Method::create;
    return is_create && (write.is_excused || write.is_rejected);
  });
}

bool Oracle::has_unqueued(int u) const {
  return std::any_of(writes_.begin(), writes_.end(),
                     [&](const auto& entry) { return entry.second.u == u && entry.second.entry.empty(); });
}

bool Oracle::is_relied_on(int u) const {
  return std::none_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    const UserWrite& write = entry.second;
    return write.u == u && (write.deletes() || write.is_excused || write.is_rejected);
  });
}

}  // namespace simulation::offline
