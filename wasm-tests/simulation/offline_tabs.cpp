// The pages of an offline schedule: how they are loaded and end, what they receive, and what they do to
// storage.
#include <algorithm>
#include <utility>

#include "offline_schedule.h"

namespace simulation::offline {

using caching::Method;
using in_memory::Collection;
using in_memory::Model;

// Another page is opened while the first tries of others are in flight, or one ends for good.
void Schedule::open() {
  if (!traits_.opens) return;
  const bool is_closed = tabs_.size() > 1 && random_.one_in(2);
  if (is_closed) {
    LoadedTab& tab = some_tab();
    say("tab " + std::to_string(tab.life) + " is closed");
    end(tab);
    tabs_.erase(tabs_.begin() + (&tab - tabs_.data()));
  } else if (tabs_.size() < tabs_.capacity()) {
    load(tabs_.emplace_back());
  }
}

void Schedule::load(LoadedTab& tab) {
  tab = LoadedTab();
  tab.life = ++last_life_;
  say("tab " + std::to_string(tab.life) + " is loaded");
  tab.backbone = std::make_unique<in_memory::Backbone>(page_, origin_);
  in_memory::Backbone& backbone = *tab.backbone;
  const int life = tab.life;
  backbone.tab.has_locks = !traits_.no_locks;
  backbone.tab.has_no_network = is_known_offline_;
  backbone.wrapped = [this, life](int number) { return invoked(*find(life), number); };
  backbone.on_success = [this, life](int number, page::Phase phase) {
    if (phase == page::Phase::server) received(*find(life), number);
  };
  backbone.on_nothing_sent = [this, life](int number) {
    LoadedTab& waiting = *find(life);
    if (waiting.starting) waiting.writes[number] = waiting.starting;
  };
  backbone.on_error = [this, life](int number) { failed(*find(life), number); };
  backbone.tab.on_event = [this, life](const std::string& event) { fired(*find(life), event); };
  caching::Policy policy;
  policy.queue = true;
  policy.ttl = traits_.expiry ? 5 : 0;
  in(tab, [&] {
    for (const std::string& ns : spaces) {
      tab.decorators.push_back(backbone.decorate(ns, policy));
      tab.collections.push_back(std::make_shared<Collection>());
      tab.collections.back()->url = "/rows";
    }
  });
}

LoadedTab* Schedule::find(int life) {
  const auto tab =
      std::find_if(tabs_.begin(), tabs_.end(), [=](const LoadedTab& one) { return one.life == life; });
  return tab == tabs_.end() ? nullptr : &*tab;
}

// What it has sent may reach the server all the same; nobody receives the answer. What it has queued is
// sent by a later page (12.4).
void Schedule::end(LoadedTab& tab) {
  for (Request& request : requests_) {
    const bool may_arrive = request.life == tab.life && is_online_ && !request.reaches_nobody;
    if (may_arrive && random_.one_in(2)) process(request);
  }
  std::erase_if(requests_, [&](const Request& request) { return request.life == tab.life; });
  for (auto& [number, write] : oracle_.writes()) {
    const Entry* entry = ledger_.find(write.entry);
    const bool is_told = write.told != UserWrite::Told::nothing;
    if (write.life == tab.life && !is_told && entry && entry->is_stored) write.is_left = true;
  }
}

// The next page may end while it is being made.
void Schedule::crash(LoadedTab& tab) {
  for (bool is_loaded = false; !is_loaded;) {
    say("tab " + std::to_string(tab.life) + " ends" +
        (page_.storage.has_ended ? ", in the middle of it" : ""));
    end(tab);
    page_.storage.changes_left = {};
    page_.storage.has_ended = false;
    if (random_.one_in(4)) page_.storage.changes_left = random_.below(4);
    load(tab);
    is_loaded = !page_.storage.has_ended;
  }
  page_.storage.changes_left = {};
}

bool Schedule::invoked(LoadedTab& tab, int number) {
  if (page_.storage.has_ended) return true;
  const in_memory::Call& call = tab.backbone->call(number);
  Request request;
  request.life = tab.life;
  request.number = number;
  request.space = tab.backbone->ns_of(call.decorator) == "p" ? 0 : 1;
  request.since = page_.clock.now();
  request.reaches_nobody = tab.backbone->tab.has_no_network;
  request.sent.method = call.request.method;
  request.is_resent = call.resent.has_value();
  if (call.resent) {
    const page::Resent& write = *call.resent;
    request.sent = {call.request.method, write.url,
                    in_memory::parsed(write.body.empty() ? write.attributes : write.body), write.token};
  } else {
    const bool is_of_row = call.model && call.request.method != Method::create;
    request.sent.url = is_of_row ? "/rows/" + call.model->key() : "/rows";
    request.sent.token = call.token;
    if (call.model) request.sent.body = call.request.method == Method::patch ? call.patch : call.sent;
  }
  if (call.request.method == Method::remove) request.sent.body = Content();
  say("  request " + std::to_string(number) + ": " + caching::name_of(request.sent.method) + " " +
      request.sent.url + " of " + tab.backbone->ns_of(call.decorator) + " " + request.sent.body.dump() +
      (request.is_resent ? ", again" : ""));
  has_no_temporary_ids(request.sent.url + request.sent.body.dump(), "a request");
  if (!request.is_resent && request.sent.method != Method::read) {
    tab.writes[number] = tab.starting;
    request.u = oracle_.of(tab.starting).u;
    request.writes = {tab.starting};
  }
  if (request.sent.method != Method::read) is_sent(tab, request);
  requests_.push_back(std::move(request));
  if (!traits_.impatient || is_finishing_ || !random_.one_in(4)) return true;
  say("  at once:");
  const std::size_t at = requests_.size() - 1;
  if (!is_online_ || requests_[at].reaches_nobody) lose(at);
  else answer(at);
  return true;
}

UserWrite& Schedule::write_of(LoadedTab& tab, int number) {
  if (!tab.writes.contains(number)) tab.writes[number] = tab.starting;
  return oracle_.of(tab.writes[number]);
}

void Schedule::received(LoadedTab& tab, int number) {
  if (page_.storage.has_ended) return;
  const in_memory::Call& call = tab.backbone->call(number);
  if (call.is_collection()) return look_at_list(tab, number);
  if (call.resent || call.request.method == Method::read) return;
  UserWrite& write = write_of(tab, number);
  say("  number " + std::to_string(write.number) + " succeeds" + (call.queued ? ", queued" : ""));
  if (write.told != UserWrite::Told::nothing)
    violates("write " + std::to_string(write.number) + " has a second outcome");
  write.told = UserWrite::Told::success;
  // (A change may have been folded into a delete.)
  const bool is_vain = (write.deletes() || write.waits) && oracle_.has_never_been(write.u);
  const bool is_known = call.queued || write.is_processed || write.is_excused || write.is_rejected || is_vain;
  if (!is_known && !was_full_)
    violates("write " + std::to_string(write.number) + " succeeds, and no server has it");
  if (!write.known) write.known = oracle_.tick();
}

void Schedule::failed(LoadedTab& tab, int number) {
  if (page_.storage.has_ended) return;
  const in_memory::Call& call = tab.backbone->call(number);
  if (call.is_collection() || call.resent || call.request.method == Method::read) return;
  UserWrite& write = write_of(tab, number);
  say("  number " + std::to_string(write.number) + " fails");
  if (write.told != UserWrite::Told::nothing)
    violates("write " + std::to_string(write.number) + " has a second outcome");
  write.told = UserWrite::Told::failure;
  const Entry* entry = ledger_.find(write.entry);
  // (Other tabs take a clear for one whose tab has ended in the middle of it.)
  if (entry && entry->is_stored && !was_full_ && !half_cleared_.contains(entry->space))
    violates("write " + std::to_string(write.number) + " fails, and is queued all the same");
}

// `reject` reports what a tab has taken back, once in each tab (12.7, 12.10).
void Schedule::fired(LoadedTab& tab, const std::string& event) {
  if (page_.storage.has_ended) return;
  say("  event " + event);
  const std::string what = event.substr(3);
  if (!what.starts_with("reject ")) return;
  const std::string ended = R"({"ended":)" + what.substr(7) + '}';
  // Two writes may end with the same words: the tab's own comes first.
  for (const bool is_own : {true, false}) {
    for (const auto& [token, entry] : ledger_.entries()) {
      const bool is_told = entry.ended == ended && (entry.ended_by == tab.life) == is_own;
      if (is_told && fired_.insert({tab.life, token}).second) return;
    }
  }
  if (!was_full_) violates("`reject` reports what nobody has taken back, or twice: " + what);
}

void Schedule::changed(const in_memory::StorageEvent& event) {
  for (LoadedTab& tab : tabs_) {
    if (tab.life != acting_ && tab.life) tab.inbox.push_back(event);
  }
  if (const auto place = Ledger::place_of(event.key)) entry_changed(*place, event.now);
  if (traits_.interleaves && !is_interleaved_ && !is_finishing_ && acting_ && random_.one_in(16))
    interleave();
}

void Schedule::entry_changed(const Ledger::Place& place, const std::string& text) {
  const LoadedTab* tab = find(acting_);
  const UserWrite* starting = tab && tab->starting ? &oracle_.of(tab->starting) : nullptr;
  for (const int number : ledger_.changed(place, text, starting)) {
    UserWrite& write = oracle_.of(number);
    write.entry = place.token;
    if (!write.known) write.known = oracle_.tick();
  }
  if (!ledger_.fault().empty() && !traits_.interleaves) violates(ledger_.fault());
  Entry& entry = *ledger_.find(place.token);
  const bool is_rejected = entry.is_rejected();
  if (is_rejected && !entry.ended_by) {
    entry.ended_by = acting_;
    if (!entry.is_refused && !is_orphan(entry) && !was_full_)
      violates("what the server has not refused is taken back: " + entry.ended);
  }
  for (const int number : entry.writes) {
    UserWrite& write = oracle_.of(number);
    write.is_rejected = write.is_rejected || is_rejected;
    write.is_excused = write.is_excused || entry.is_taken_back || entry.ended == R"({"ended":false})";
  }
  if (entry.ended == R"({"ended":false})") entry.is_taken_back = true;
}

// True if a write mentions a record whose create was taken back (12.10).
bool Schedule::is_orphan(const Entry& entry) {
  const std::vector<std::string> ids = caching::temporary_ids(entry.content);
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const Entry* create = ledger_.find(caching::token_of(id));
    return create && (create->is_taken_back || create->is_rejected() || create->is_refused);
  });
}

// Another tab runs while this one is in the middle of its work.
void Schedule::interleave() {
  std::vector<int> others;
  for (const LoadedTab& tab : tabs_) {
    if (tab.life && tab.life != acting_ && tab.decorators.size() == spaces.size()) others.push_back(tab.life);
  }
  if (others.empty() || page_.storage.has_ended) return;
  is_interleaved_ = true;
  const auto left = std::exchange(page_.storage.changes_left, {});
  const bool is_taking_back = std::exchange(ledger_.is_taking_back, false);
  LoadedTab& tab = *find(others[random_.below(others.size())]);
  say("  in the middle of that:");
  in(tab, [&] {
    std::vector<std::size_t> theirs;
    for (std::size_t at = 0; at < requests_.size(); ++at) {
      if (requests_[at].life == tab.life) theirs.push_back(at);
    }
    if (!theirs.empty() && random_.one_in(2)) go_on(theirs[random_.below(theirs.size())]);
    else if (random_.one_in(3)) replay(tab);
    else act(tab);
  });
  say("  and on:");
  ledger_.is_taking_back = is_taking_back;
  page_.storage.changes_left = left;
  is_interleaved_ = false;
}

// Events `storage` come in their order, and perhaps late.
void Schedule::deliver() {
  constexpr int most_rounds = 100;
  for (int round = 0; round < most_rounds; ++round) {
    bool is_quiet = true;
    for (LoadedTab& tab : tabs_) {
      if (tab.inbox.empty() || (traits_.lags && !is_finishing_ && random_.one_in(3))) continue;
      is_quiet = false;
      receive(tab);
    }
    if (is_quiet) return;
  }
  violates("tabs answer each other's events without end");
}

void Schedule::receive(LoadedTab& tab) {
  in(tab, [&] {
    for (const in_memory::StorageEvent& event : std::exchange(tab.inbox, {})) {
      tab.backbone->sync.stored_elsewhere(event.key,
                                          event.now.empty() ? std::nullopt : std::optional(event.now));
    }
  });
  for (std::size_t space = 0; space < spaces.size(); ++space) {
    if (std::exchange(tab.is_to_clear[space], false)) tab.cleared_behind[space] = tab.backbone->last_number();
  }
}

}  // namespace simulation::offline
