// What must hold of an offline schedule.
#include <algorithm>
#include <utility>

#include "offline_schedule.h"

namespace simulation::offline {
namespace {

std::string ns_of(std::size_t space) { return space ? "c" : "p"; }

}  // namespace

// Most steps leave the queue as it was, and reading it took half of the time of a schedule.
const std::vector<Entry>& Schedule::entries(std::size_t space) {
  auto& [text, entries] = read_[space];
  std::string now = stored(space, "__queue__");
  if (now != text) {
    text = std::move(now);
    entries = read_entries(space, text);
  }
  return entries;
}

std::vector<Entry> Schedule::read_entries(std::size_t space, const std::string& text) {
  std::vector<Entry> entries;
  const Content queue = in_memory::parsed(text);
  if (!queue.is_object()) return entries;
  for (const Content& write : queue["writes"]) {
    Entry entry;
    entry.token = write["token"].get<std::string>();
    entry.id = in_memory::key_of(write["id"]);
    entry.method = write["method"].get<std::string>();
    const Content attributes = write.contains("attributes") ? write["attributes"] : Content::object();
    entry.u = number_in(attributes, "u");
    // What the cache is to show.
    const bool is_plain = write.contains("isPlain");
    const Content record =
        write.contains("record") ? in_memory::parsed(write["record"].get<std::string>()) : Content();
    entry.n = number_in(is_plain ? attributes : record, "n");
    entry.is_sending = write.contains("sending");
    entry.is_hidden = write.contains("wait");
    // A delete with `wait` over a write that is shown takes nothing out.
    entry.is_removal = entry.method == "delete" && !record.is_object();
    if (entry.u) u_of_[ns_of(space) + entry.id] = entry.u;
    entries.push_back(std::move(entry));
  }
  return entries;
}

int Schedule::record_of(std::size_t space, const Entry& entry) const {
  if (entry.u) return entry.u;
  const auto known = u_of_.find(ns_of(space) + entry.id);
  return known == u_of_.end() ? 0 : known->second;
}

// Under which token a write lies in the queue: it may be folded into an earlier one.
void Schedule::is_queued(UserWrite& write) {
  write.is_queued = true;
  if (!write.known) write.known = oracle_.tick();
  std::string last;
  for (const Entry& entry : entries(write.space)) {
    if (record_of(write.space, entry) != write.u) continue;
    last = entry.token;
    if (entry.token == write.entry) return;
  }
  // Else it has come to nothing, or is part of what was sent.
  if (!last.empty()) write.entry = last;
  else if (write.deletes()) is_vain(write);
}

// A create and its delete are none (12.5), though the server may have heard of the create: its
// answer was lost.
void Schedule::is_vain(const UserWrite& removal) {
  const bool is_new = std::any_of(oracle_.writes().begin(), oracle_.writes().end(), [&](const auto& entry) {
    const UserWrite& write = entry.second;
    return write.u == removal.u && write.method == caching::Method::create && write.is_waiting();
  });
  if (!is_new) return;
  for (auto& [number, write] : oracle_.writes()) {
    if (write.u == removal.u && write.is_waiting()) write.is_excused = true;
  }
}

// Another write of the record, by the same page, may have to be answered before it is queued.
bool Schedule::is_put_off(const UserWrite& write) const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const Request& request) {
    return request.u == write.u && request.life == write.life && !request.is_resent;
  });
}

void Schedule::track() {
  for (auto& [number, write] : oracle_.writes()) {
    if (write.is_waiting()) is_queued(write);
    // Nobody is told of one that waits for the server's word.
    if (!write.may_wait || write.told != UserWrite::Told::nothing || write.is_queued) continue;
    if (is_put_off(write)) continue;
    for (const Entry& entry : entries(write.space)) {
      if (record_of(write.space, entry) == write.u) write.is_queued = true;
    }
    if (write.is_queued) is_queued(write);
  }
}

// The newest of each record that the cache is to show.
std::map<int, Entry> Schedule::shown(std::size_t space) {
  std::map<int, Entry> newest;
  for (const Entry& entry : entries(space)) {
    if (!entry.is_hidden) newest[record_of(space, entry)] = entry;
  }
  return newest;
}

// A page has sent a write of the record by itself, and shows that.
bool Schedule::is_being_written(int u) const {
  return std::any_of(requests_.begin(), requests_.end(),
                     [=](const Request& request) { return request.u == u && !request.is_resent; });
}

// What is queued is shown, whatever has become of the cache (12.8).
void Schedule::look() {
  if (violation_ || was_full_ || !random_.one_in(3)) return;
  LoadedTab& tab = some_tab();
  for (std::size_t space = 0; space < 2; ++space) {
    tab.backbone->sync.pending(tab.decorators[space]);
    for (const auto& [u, entry] : shown(space)) {
      // A patch of which no whole record is known shows nothing (4.3).
      const bool is_unknown = !entry.n && !entry.is_removal;
      if (is_being_written(u) || is_unknown) continue;
      const Content record = in_memory::parsed(stored(space, entry.id));
      // Nor does a patch of a row that somebody has deleted.
      if (entry.method == "patch" && !record.is_object() && servers_[space].rows_of(u).empty()) continue;
      if (entry.is_removal) {
        if (record.is_object()) violates("the cache shows " + entry.id + ", whose delete is queued");
      } else if (number_in(record, "n") != entry.n) {
        violates("the cache shows " + record.dump() + ", and queued is number " + std::to_string(entry.n));
      }
    }
  }
}

// A list that the server tells has queued creates in it and queued deletes out of it (12.8).
void Schedule::looks_at_list(const LoadedTab& tab, int number) {
  const in_memory::Call& call = tab.backbone->call(number);
  const std::size_t space = tab.backbone->ns_of(call.decorator) == "p" ? 0 : 1;
  // What was sent before the cache was cleared is nobody's any more (5.5).
  if (was_full_ || number <= tab.cleared_behind[space]) return;
  for (const auto& [u, entry] : shown(space)) {
    if (is_being_written(u)) continue;
    const bool is_there = call.collection->get(entry.id) != nullptr;
    if (entry.method == "create" && !is_there)
      violates("the list lacks " + entry.id + ", whose create is queued");
    if (entry.is_removal && is_there) violates("the list holds " + entry.id + ", whose delete is queued");
  }
}

// There is a network from now on, and nothing fails.
void Schedule::finish() {
  is_online_ = is_finishing_ = true;
  page_.storage.quota = 5 * 1024 * 1024;
  page_.storage.changes_left = {};
  say("at last: online");
  constexpr int most_rounds = 300;
  for (int round = 0; !violation_ && round < most_rounds; ++round) {
    while (!requests_.empty() && !violation_) {
      LoadedTab& tab = *find(requests_[0].life);
      answer(0);
      tell_others(tab);
    }
    track();
    if (traits_.is_alert && round == 0) {
      for (LoadedTab& tab : tabs_) {
        tab.backbone->sync.online();
        tell_others(tab);
      }
    }
    page_.clock.milliseconds += round % 5 ? 1000 : 300000;
    for (LoadedTab& tab : tabs_) ring(tab);
    if (is_idle() && round > 5) return;
  }
  if (violation_) return;
  for (const std::string ns : {"p", "c"}) {
    const std::string queue = stored(ns == "c", "__queue__");
    if (!queue.empty()) violates("something is never sent: " + queue);
  }
}

void Schedule::has_no_temporary_ids(const std::string& text, const std::string& where) {
  if (text.find("_new_") != text.npos) violates("a temporary id in " + where + ": " + text);
}

// Another tab may have made a model for what has never been, or is deleted.
void Schedule::has_real_ids(const in_memory::Model& model) {
  for (const auto& [name, value] : model.attributes.items()) {
    if (!value.is_string() || !caching::is_temporary(value.get<std::string>())) continue;
    for (std::size_t space = 0; space < servers_.size(); ++space) {
      const auto known = u_of_.find(ns_of(space) + value.get<std::string>());
      if (known == u_of_.end() || servers_[space].rows_of(known->second).empty()) continue;
      if (!oracle_.is_relied_on(number_in(model.attributes, "u")) || !oracle_.is_relied_on(known->second))
        continue;
      violates("a temporary id in a model: " + model.attributes.dump());
    }
  }
}

// What has expired is as good as not there, and so is an expiry that a page has not lived to
// remove with its record. What fits into a full storage is another question.
bool Schedule::is_of_no_use(const std::string& stored_key) {
  if (was_full_) return true;
  std::string key;
  for (const std::string ns : {"p", "c"}) {
    const in_memory::Keys names(ns);
    if (names.is_expiry(stored_key, key) && traits_.crashes) return true;
    if (names.is_record(stored_key, key) &&
        page_.storage.minute(names.expiry(key)) < burry::minutes_now(page_.clock)) {
      return true;
    }
  }
  return false;
}

void Schedule::at_rest() {
  for (std::size_t space = 0; space < servers_.size() && !violation_; ++space) {
    for (const int u : oracle_.records(space)) {
      if (const auto objection = oracle_.objection(u, servers_[space]))
        violates(ns_of(space) + ": " + *objection);
    }
  }
  for (const auto& [key, text] : page_.storage.items) {
    if (!is_of_no_use(key)) has_no_temporary_ids(key + " " + text, "storage");
  }
  for (const LoadedTab& tab : tabs_) has_ended(tab);
}

void Schedule::has_ended(const LoadedTab& tab) {
  for (const auto& collection : tab.collections) {
    for (const auto& model : collection->models) has_real_ids(*model);
  }
  for (const auto& single : tab.singles) has_real_ids(*single.second);
  const caching::OfflineSync& sync = tab.backbone->sync;
  if (sync.calls_in_progress()) violates("a call has not ended");
  // What another tab has ended, this one learns when it looks.
  for (const int decorator : tab.decorators) tab.backbone->sync.pending(decorator);
  if (sync.records_in_doubt() && !was_full_) violates("the journal is not empty");
  for (const auto& [call, number] : tab.writes) {
    const in_memory::Call& told = tab.backbone->call(call);
    const int outcomes = told.server_phases + told.failures;
    if (outcomes != 1)
      violates("write " + std::to_string(number) + " has " + std::to_string(outcomes) + " outcomes");
    if (told.resolved == told.rejected)
      violates("the promise of write " + std::to_string(number) + " says something else");
  }
}

}  // namespace simulation::offline
