// What must hold of an offline schedule.
#include <algorithm>
#include <utility>

#include "offline_schedule.h"

namespace simulation::offline {

// What is queued is shown, whatever has become of the cache (12.8).
void Schedule::look() {
  if (violation_ || was_full_ || !random_.one_in(3)) return;
  LoadedTab& tab = some_tab();
  // A tab that ends between a change and its stamp leaves the events to say so.
  if (traits_.crashes) receive(tab);
  in(tab, [&] {
    for (std::size_t space = 0; space < spaces.size() && !violation_; ++space) {
      for (const auto& [id, entry] : ledger_.shown(space)) {
        // A page may have ended between the answer to a create and the end of its entry.
        const bool is_answered = !stored(space, "__queue__" + id).empty();
        if (!is_answered) look_at_record(tab, *entry);
      }
    }
  });
}

void Schedule::look_at_record(LoadedTab& tab, const Entry& entry) {
  in_memory::Call call;
  call.decorator = tab.decorators[entry.space];
  call.policy.fetch_policy = caching::FetchPolicy::cache_only;
  call.model = std::make_shared<in_memory::Model>();
  const Content id = in_memory::parsed(entry.id);
  call.model->attributes["id"] = id.is_number() ? id : Content(entry.id);
  const int number = tab.backbone->start(std::move(call));
  const in_memory::Call& read = tab.backbone->call(number);
  if (!entry.is_stored) return;
  const std::string shown = read.cached_phases ? read.delivered.dump() : "nothing";
  // A patch lives no longer than the record that it is made to, and without one shows nothing.
  const bool may_lack_record = traits_.expiry || !entry.is_whole;
  if (may_lack_record && entry.method == "patch" && !read.cached_phases) return;
  const bool is_right = entry.is_removal ? !read.cached_phases : number_in(read.delivered, "n") == entry.n;
  if (!is_right)
    violates("the cache shows " + shown + ", and queued is number " + std::to_string(entry.n) + " of " +
             entry.id + ", " + entry.content);
}

// A list has queued creates in it and queued deletes out of it (12.8).
void Schedule::look_at_list(LoadedTab& tab, int number) {
  const in_memory::Call& call = tab.backbone->call(number);
  const std::size_t space = tab.backbone->ns_of(call.decorator) == "p" ? 0 : 1;
  // What was sent before the cache was cleared is nobody's any more (5.5).
  if (was_full_ || number <= tab.cleared_behind[space]) return;
  for (const auto& [id, entry] : ledger_.shown(space)) {
    const bool is_there = call.collection->get(id) != nullptr;
    const bool is_answered = !stored(space, "__queue__" + id).empty();
    if (entry->is_create() && !is_answered && !is_there)
      violates("the list lacks " + id + ", whose create is queued");
    if (entry->is_removal && is_there) violates("the list holds " + id + ", whose delete is queued");
  }
}

// A tab that takes a write back reports that (12.7).
void Schedule::has_fired() {
  for (const auto& [token, entry] : ledger_.entries()) {
    if (!entry.is_rejected() || !find(entry.ended_by)) continue;
    if (!fired_.contains({entry.ended_by, token})) violates("nothing reports " + entry.ended);
  }
}

// There is a network from now on, and nothing fails.
void Schedule::finish() {
  is_online_ = is_finishing_ = true;
  is_known_offline_ = false;
  page_.storage.quota = 5 * 1024 * 1024;
  say("at last: online");
  constexpr int most_rounds = 300;
  for (LoadedTab& tab : tabs_) {
    tab.backbone->tab.has_no_network = false;
    if (traits_.is_alert) in(tab, [&] { tab.backbone->sync.online(); });
  }
  for (int round = 0; !violation_ && round < most_rounds; ++round) {
    while (!requests_.empty() && !violation_) {
      LoadedTab& tab = *find(requests_[0].life);
      in(tab, [&] { requests_[0].reaches_nobody ? lose(0) : answer(0); });
      deliver();
    }
    has_fired();
    page_.clock.milliseconds += round % 5 ? 1000 : 300000;
    for (LoadedTab& tab : tabs_) {
      in(tab, [&] {
        tab.backbone->tab.ring();
        // An answer to any request says that there is a network (12.6).
        for (std::size_t space = 0; space < spaces.size() && round == 3; ++space) read(tab, space);
      });
      deliver();
    }
    if (is_idle() && round > 5) return;
  }
  if (violation_) return;
  for (std::size_t space = 0; space < spaces.size(); ++space) {
    for (const Entry* entry : ledger_.stored(space)) violates("something is never sent: " + entry->content);
  }
}

bool Schedule::is_idle() {
  return requests_.empty() && ledger_.stored(0).empty() && ledger_.stored(1).empty();
}

void Schedule::has_no_temporary_ids(const std::string& text, const std::string& where) {
  if (text.find("_new_") != text.npos) violates("a temporary id in " + where + ": " + text);
}

// Another tab may have made a model for what has never been, or is deleted.
void Schedule::has_real_ids(const in_memory::Model& model) {
  // Storage may have had no room to say what the id has become; and with `wait`, a model takes what its
  // call was given, perhaps long ago.
  if (was_full_ || traits_.waits) return;
  for (const std::string& id : caching::temporary_ids(model.attributes.dump())) {
    const Entry* create = ledger_.find(caching::token_of(id));
    if (!create || create->is_taken_back || create->is_rejected() || !create->is_confirmed) continue;
    const bool is_used =
        oracle_.is_relied_on(number_in(model.attributes, "u")) && oracle_.is_relied_on(create->u);
    if (is_used) violates("a temporary id in a model: " + model.attributes.dump());
  }
}

// What has expired is as good as not there, and so is an expiry that a page has not lived to
// remove with its record. What a temporary id has become is known for a day (12.18).
bool Schedule::is_of_no_use(const std::string& stored_key) {
  if (was_full_ || stored_key.starts_with("__queue___new_")) return true;
  std::string key;
  for (const std::string& ns : spaces) {
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
      // A server that knows no Idempotency-Key makes a row for each try of a create.
      if (servers_[space].creates_of(u) > 1 && traits_.no_tokens) continue;
      // What storage has no room for is sent as without a queue, in whatever order (12.4).
      if (was_full_ && oracle_.has_unqueued(u)) continue;
      // Other tabs take it for a clear, which has left some entries (13.4).
      if (half_cleared_.contains(space)) continue;
      if (const auto objection = oracle_.objection(u, servers_[space]))
        violates(spaces[space] + ": " + *objection);
    }
    cache_is_servers(space);
  }
  for (const auto& [key, text] : page_.storage.items) {
    if (!is_of_no_use(key)) has_no_temporary_ids(key + " " + text, "storage");
    // (A tab that ends does not give its lease back, and may leave a stamp to the next queue.)
    const bool is_stamp = key.starts_with("__queue__-") && traits_.crashes;
    const bool may_stay = is_stamp || key.starts_with("__queue___new_") || key.starts_with("__queue__.lease");
    if (key.starts_with("__queue__") && !may_stay) violates("at rest: " + key);
  }
  for (LoadedTab& tab : tabs_) has_ended(tab);
}

// Tabs have read the lists at last. (An answer to one tab that is older than a delete by another leaves
// the record, and no list that holds it.)
void Schedule::cache_is_servers(std::size_t space) {
  if (was_full_) return;
  const Content list = in_memory::parsed(stored(space, "__ids__"));
  const auto is_listed = [&](const std::string& key) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Content& id) { return in_memory::key_of(id) == key; });
  };
  for (const auto& [stored_key, text] : page_.storage.items) {
    std::string key;
    const Content record = in_memory::parsed(text);
    if (!in_memory::Keys(spaces[space]).is_record(stored_key, key) || !number_in(record, "u")) continue;
    if (key.starts_with("_") || is_of_no_use(stored_key)) continue;
    if (last_life_ > 1 && !is_listed(key)) continue;
    const Content row = servers_[space].read(key).body;
    const bool is_same =
        number_in(row, "n") == number_in(record, "n") && number_in(row, "m") == number_in(record, "m");
    if (!is_same) violates("at rest the cache has " + text + ", and the server " + row.dump());
  }
}

void Schedule::has_ended(LoadedTab& tab) {
  for (const auto& collection : tab.collections) {
    for (const auto& model : collection->models) has_real_ids(*model);
  }
  for (const auto& single : tab.singles) has_real_ids(*single.second);
  caching::OfflineSync& sync = tab.backbone->sync;
  if (sync.calls_in_progress()) violates("a call has not ended");
  // What another tab has ended, this one learns when it looks.
  in(tab, [&] {
    for (const int decorator : tab.decorators) sync.pending(decorator);
  });
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
