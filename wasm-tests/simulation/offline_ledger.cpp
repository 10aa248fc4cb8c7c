#include "offline_ledger.h"

#include <algorithm>
#include <string_view>

#include "offline/queued_write.h"
#include "page_in_memory.h"
#include "sync/query.h"

namespace simulation::offline {
namespace {

std::string text_in(const Content& record, const char* name) {
  return record.contains(name) && record[name].is_string() ? record[name].get<std::string>() : "";
}

bool is_before(const Entry* one, const Entry* other) {
  return std::pair(one->since, one->token) < std::pair(other->since, other->token);
}

}  // namespace

std::optional<Ledger::Place> Ledger::place_of(const std::string& stored_key) {
  for (std::size_t space = 0; space < spaces.size(); ++space) {
    std::string key;
    if (!in_memory::Keys(spaces[space]).is_record(stored_key, key)) continue;
    if (!key.starts_with(caching::queue_key)) return {};
    std::string token = key.substr(std::string_view(caching::queue_key).size());
    return caching::is_token(token) ? std::optional(Place{space, std::move(token)}) : std::nullopt;
  }
  return {};
}

Entry* Ledger::find(const std::string& token) {
  const auto found = entries_.find(token);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<Entry*> Ledger::stored(std::size_t space) {
  std::vector<Entry*> found;
  for (const std::string& token : stored_) {
    Entry& entry = entries_.at(token);
    if (entry.space == space) found.push_back(&entry);
  }
  std::sort(found.begin(), found.end(), is_before);
  return found;
}

std::map<std::string, Entry*> Ledger::shown(std::size_t space) {
  std::map<std::string, Entry*> newest;
  std::set<std::string> unseen, known;
  for (Entry* entry : stored(space)) {
    if (entry->is_unseen()) unseen.insert(entry->id);
    // A patch of a record that nobody knows shows nothing (4.3).
    if (entry->is_whole) known.insert(entry->id);
    const bool is_seen = !entry->is_hidden && !unseen.contains(entry->id) && known.contains(entry->id);
    if (is_seen) newest[entry->id] = entry;
  }
  return newest;
}

std::vector<int> Ledger::changed(const Place& place, const std::string& text, const UserWrite* starting) {
  Entry& entry = entries_[place.token];
  entry.space = place.space;
  entry.token = place.token;
  if (text.empty()) return remove(entry, starting);
  const Content members = in_memory::parsed(text);
  if (!members.contains("ended")) return take(entry, members, starting);
  entry.ended = text;
  stored_.erase(entry.token);
  entry.is_stored = false;
  return {};
}

// A create and its delete are none (12.5): as the delete begins, or when the create that it waits behind
// turns out to have reached no server.
std::vector<int> Ledger::remove(Entry& entry, const UserWrite* starting) {
  stored_.erase(entry.token);
  const bool was_stored = std::exchange(entry.is_stored, false);
  const bool is_begun = starting && starting->deletes() && starting->u == entry.u && starting->entry.empty();
  const bool is_late = !starting && !entry.sent && has_delete(entry.id);
  const bool is_vain = was_stored && entry.is_create() && (is_begun || is_late);
  const Entry* create = caching::is_temporary(entry.id) ? find(caching::token_of(entry.id)) : nullptr;
  const bool is_of_none = create && create->is_taken_back && entry.method == "delete";
  if (is_taking_back || is_vain || is_of_none) entry.is_taken_back = true;
  if (!is_vain || !is_begun) return {};
  entry.writes.insert(starting->number);
  return {starting->number};
}

bool Ledger::has_delete(const std::string& id) {
  return std::any_of(stored_.begin(), stored_.end(), [&](const std::string& token) {
    const Entry& entry = entries_.at(token);
    return entry.id == id && entry.method == "delete";
  });
}

std::vector<int> Ledger::take(Entry& entry, const Content& text, const UserWrite* starting) {
  const bool is_new = entry.method.empty();
  if (!is_new && !entry.is_stored) fault_ = "an entry that has ended is written again: " + text.dump();
  if (is_new && !starting) fault_ = "an entry of no write: " + text.dump();
  entry.is_stored = true;
  stored_.insert(entry.token);
  const Content attributes = text.contains("attributes") ? text["attributes"] : Content();
  const std::string method = text_in(text, "method"), record = text_in(text, "record");
  const std::string content = method + ' ' + text_in(text, "url") + ' ' + attributes.dump();
  entry.id = in_memory::key_of(text["id"]);
  entry.delivery = text_in(text, "delivery");
  entry.since = text["since"].get<double>();
  const bool is_patch = method == "patch", is_plain = text.contains("isPlain") || is_patch;
  entry.n = number_in(is_plain ? attributes : in_memory::parsed(record), "n");
  // Also of a write with `wait` that was folded into a patch.
  const bool has_members = text.contains("members");
  if (has_members) entry.n = number_in(text["members"], "n");
  entry.is_hidden = text.contains("wait") && entry.delivery != "confirmed";
  const bool has_record = text.contains("isPlain") || text.contains("record");
  const bool was_delete = std::exchange(entry.method, method) == "delete";
  entry.is_removal = method == "delete" && !has_record && !has_members;
  entry.is_whole = (has_record && !entry.is_hidden) || entry.is_removal || text.contains("base");
  std::vector<int> writes;
  if (is_new && starting) writes = {starting->number}, entry.u = starting->u;
  const bool is_changed = !is_new && entry.content != content;
  const bool becomes_delete = is_changed && method == "delete" && !was_delete;
  if (becomes_delete || (is_changed && number_in(attributes, "n"))) {
    writes = folded_into(entry, number_in(attributes, "n"), starting);
  }
  entry.content = content;
  entry.writes.insert(writes.begin(), writes.end());
  return writes;
}

// A write is folded into an entry as it begins, or with the entry that it has been.
std::vector<int> Ledger::folded_into(const Entry& entry, int n, const UserWrite* starting) {
  const bool is_meant = starting && starting->u == entry.u && starting->entry.empty();
  if (is_meant && (n ? n == starting->number : starting->deletes())) return {starting->number};
  for (const Entry* later : stored(entry.space)) {
    if (later->token == entry.token || later->u != entry.u) continue;
    const bool is_it = n ? later->writes.contains(n) : later->method == "delete";
    if (is_it) return {later->writes.begin(), later->writes.end()};
  }
  return {};
}

}  // namespace simulation::offline
