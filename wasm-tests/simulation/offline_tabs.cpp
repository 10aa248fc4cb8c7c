// The pages of an offline schedule: how they are loaded and end, and what they hear.
#include <algorithm>
#include <utility>

#include "offline_schedule.h"

namespace simulation::offline {

using caching::Method;
using in_memory::Collection;
using in_memory::Model;

void Schedule::load(LoadedTab& tab) {
  tab = LoadedTab();
  tab.life = ++last_life_;
  tab.backbone = std::make_unique<in_memory::Backbone>(page_, origin_);
  in_memory::Backbone& backbone = *tab.backbone;
  const int life = tab.life;
  backbone.tab.has_locks = !traits_.no_locks;
  backbone.wrapped = [this, life](int number) { return invoked(*find(life), number); };
  backbone.on_success = [this, life](int number, page::Phase phase) {
    if (phase == page::Phase::server) heard(*find(life), number);
  };
  backbone.on_nothing_sent = [this, life](int number) {
    LoadedTab& waiting = *find(life);
    waiting.writes[number] = waiting.starting;
    if (!page_.storage.has_ended) oracle_.of(waiting.starting).may_wait = true;
  };
  backbone.on_error = [this, life](int number) { heard_failure(*find(life), number); };
  backbone.tab.on_event = [this, life](const std::string& event) { fired(*find(life), event); };
  caching::Policy policy;
  policy.queue = true;
  policy.ttl = traits_.expiry ? 5 : 0;
  for (const std::string ns : {"p", "c"}) {
    tab.decorators.push_back(backbone.decorate(ns, policy));
    tab.collections.push_back(std::make_shared<Collection>());
    tab.collections.back()->url = "/rows";
  }
}

LoadedTab* Schedule::find(int life) {
  const auto tab =
      std::find_if(tabs_.begin(), tabs_.end(), [=](const LoadedTab& one) { return one.life == life; });
  return tab == tabs_.end() ? nullptr : &*tab;
}

// What it has sent may reach the server all the same; nobody hears the answer.
void Schedule::end(LoadedTab& tab) {
  for (Request& request : requests_) {
    if (request.life != tab.life) continue;
    const bool is_create = request.sent.method == Method::create;
    if (is_online_ && random_.one_in(2) && !(is_create && traits_.no_tokens)) process(request);
  }
  std::erase_if(requests_, [&](const Request& request) { return request.life == tab.life; });
}

// A delete that the tab was queueing may have taken its create out of the queue already.
void Schedule::leave_deletes(const LoadedTab& tab) {
  for (const auto& [number, write] : oracle_.writes()) {
    if (write.life != tab.life || !write.deletes() || write.told != UserWrite::Told::nothing) continue;
    const std::vector<Entry> left = entries(write.space);
    const bool is_left = std::any_of(
        left.begin(), left.end(),
        [&, space = write.space, u = write.u](const Entry& entry) { return record_of(space, entry) == u; });
    if (write.may_wait && !is_left) is_vain(write);
  }
}

// Whether it holds the id of a record whose create was taken back.
bool Schedule::is_orphan(const UserWrite& write) {
  const Content& attributes = write.attributes;
  return std::any_of(attributes.begin(), attributes.end(), [&](const Content& value) {
    const bool is_temporary = value.is_string() && caching::is_temporary(value.get<std::string>());
    return is_temporary && oracle_.has_never_been(u_of_["p" + value.get<std::string>()]);
  });
}

// The tab that takes back what waits for a create that is no more may not live to tell of it.
void Schedule::leave_orphans() {
  track();
  std::map<std::string, bool> is_left, has_orphan;
  for (std::size_t space = 0; space < servers_.size(); ++space) {
    for (const Entry& entry : entries(space)) is_left[entry.token] = true;
  }
  for (const auto& [number, write] : oracle_.writes()) {
    if (write.is_waiting() && is_orphan(write)) has_orphan[write.entry] = true;
  }
  for (auto& [number, write] : oracle_.writes()) {
    if (write.is_waiting() && has_orphan[write.entry] && !is_left[write.entry]) write.is_rejected = true;
  }
}

// Some tab, by all means one that has tried to change storage after its end.
void Schedule::crash(LoadedTab& tab) {
  say("tab " + std::to_string(tab.life) + " ends" + (page_.storage.has_ended ? ", in the middle of it" : ""));
  end(tab);
  leave_deletes(tab);
  if (page_.storage.has_ended) leave_orphans();
  page_.storage.changes_left = {};
  page_.storage.has_ended = false;
  load(tab);
}

bool Schedule::invoked(LoadedTab& tab, int number) {
  if (page_.storage.has_ended) return true;
  const in_memory::Call& call = tab.backbone->call(number);
  Request request;
  request.life = tab.life;
  request.number = number;
  request.space = tab.backbone->ns_of(call.decorator) == "p" ? 0 : 1;
  request.sent.method = call.request.method;
  request.is_resent = call.resent.has_value();
  if (call.resent) {
    const page::Resent& write = *call.resent;
    request.sent = {call.request.method, write.url,
                    in_memory::parsed(write.body.empty() ? write.attributes : write.body), write.token};
    resent(tab, request);
  } else {
    const bool is_of_row = call.model && call.request.method != Method::create;
    request.sent.url = is_of_row ? "/rows/" + call.model->key() : "/rows";
    request.sent.token = call.token;
    if (call.model) request.sent.body = call.request.method == Method::patch ? call.patch : call.sent;
    if (call.request.method != Method::read) {
      request.n = tab.starting;
      request.u = oracle_.of(tab.starting).u;
      tab.writes[number] = tab.starting;
    }
  }
  say("  request " + std::to_string(number) + ": " + caching::name_of(request.sent.method) + " " +
      request.sent.url + " of " + tab.backbone->ns_of(call.decorator) + " " + request.sent.body.dump() +
      (request.is_resent ? ", again" : ""));
  has_no_temporary_ids(request.sent.url + request.sent.body.dump(), "a request");
  requests_.push_back(std::move(request));
  if (!traits_.impatient || is_finishing_ || !random_.one_in(4)) return true;
  say("  at once:");
  const std::size_t at = requests_.size() - 1;
  if (!is_online_) lose(at);
  else answer(at);
  return true;
}

void Schedule::heard(LoadedTab& tab, int number) {
  if (page_.storage.has_ended) return;
  const in_memory::Call& call = tab.backbone->call(number);
  if (call.is_collection()) return looks_at_list(tab, number);
  if (call.resent || call.request.method == Method::read) return;
  if (!tab.writes.contains(number)) tab.writes[number] = tab.starting;
  UserWrite& write = oracle_.of(tab.writes[number]);
  say("  number " + std::to_string(write.number) + " is told success" + (call.queued ? ", queued" : ""));
  if (write.told != UserWrite::Told::nothing)
    violates("write " + std::to_string(write.number) + " is told twice");
  write.told = UserWrite::Told::success;
  if (!write.known) write.known = oracle_.tick();
  if (call.queued) is_queued(write);
}

void Schedule::heard_failure(LoadedTab& tab, int number) {
  if (page_.storage.has_ended) return;
  const in_memory::Call& call = tab.backbone->call(number);
  if (call.is_collection() || call.resent || call.request.method == Method::read) return;
  if (!tab.writes.contains(number)) tab.writes[number] = tab.starting;
  UserWrite& write = oracle_.of(tab.writes[number]);
  say("  number " + std::to_string(write.number) + " is told failure");
  if (write.told != UserWrite::Told::nothing)
    violates("write " + std::to_string(write.number) + " is told twice");
  write.told = UserWrite::Told::failure;
}

void Schedule::fired(LoadedTab& tab, const std::string& event) {
  if (page_.storage.has_ended) return;
  say("  event " + event);
  const std::string ns = event.substr(0, 1), what = event.substr(3);
  if (is_echo_ && !what.starts_with("id ")) return;
  if (what.starts_with("reject ")) is_rejected(ns, in_memory::parsed(what.substr(7)));
  if (!what.starts_with("id ")) return;
  const std::size_t space = what.find(' ', 3);
  const std::string temporary = what.substr(3, space - 3), id = what.substr(space + 1);
  u_of_[ns + in_memory::key_of(in_memory::parsed(id))] = u_of_[ns + temporary];
  is_identified(temporary, in_memory::parsed(id));
  (void)tab;
}

// The other tabs hear of it as well, by the event `storage` of their browsers: models in use
// take the id, and what waits to be told.
void Schedule::is_identified(const std::string& temporary, const Content& id) {
  const auto identify = [&](Content& attributes) {
    for (auto& value : attributes) {
      if (value.is_string() && value.get<std::string>() == temporary) value = id;
    }
  };
  for (LoadedTab& other : tabs_) {
    for (const auto& collection : other.collections) {
      for (const auto& model : collection->models) identify(model->attributes);
    }
    for (const auto& single : other.singles) identify(single.second->attributes);
    for (const auto& [call, number] : other.writes) identify(other.backbone->call(call).sent);
  }
}

// Of what the server has refused, or what waits for such a create, each once (12.7, 12.10).
void Schedule::is_rejected(const std::string& ns, const Content& rejected) {
  const std::size_t space = ns == "p" ? 0 : 1;
  const Content attributes = rejected.contains("attributes") ? rejected["attributes"] : Content::object();
  int u = number_in(attributes, "u");
  if (!u) u = u_of_[ns + in_memory::key_of(rejected["id"])];
  const int n = number_in(attributes, "n");
  std::string entry;
  bool is_exact = false;
  for (auto& [number, write] : oracle_.writes()) {
    if (write.u != u || write.space != space || is_exact || !write.is_waiting()) continue;
    // What a later patch has changed stands in it, too.
    is_exact = number == n;
    const bool is_likely = is_refused_[write.entry] || (!n && entry.empty());
    if (is_exact || is_likely) entry = write.entry;
  }
  // It had been confirmed, and was sent again behind what another tab has sent (12.11).
  const bool was_confirmed = oracle_.knows(n) && oracle_.of(n).is_processed;
  if (entry.empty() && was_confirmed && rejected["status"] == 404) return;
  if (entry.empty())
    return violates("`reject` tells of what nobody has written, or tells twice: " + rejected.dump());
  bool is_orphan = false;
  for (auto& [number, write] : oracle_.writes()) {
    if (write.entry != entry || !write.is_waiting()) continue;
    write.is_rejected = true;
    is_orphan = is_orphan || attributes.dump().find("\"_new_") != std::string::npos ||
                caching::is_temporary(in_memory::key_of(rejected["id"]));
  }
  if (!is_refused_[entry] && !is_orphan && !was_full_)
    violates("`reject` tells of what the server has not refused: " + rejected.dump());
}

}  // namespace simulation::offline
