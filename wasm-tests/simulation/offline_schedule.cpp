#include "offline_schedule.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace simulation::offline {

using caching::Method;
using in_memory::Model;

constexpr std::size_t most_tabs = 4;

Schedule::Schedule(std::uint64_t seed, bool trace, bool is_race) : random_(seed * 3 + 1), trace_(trace) {
  const auto one_in = [this](std::size_t chances) { return random_.one_in(chances); };
  traits_.two_tabs = one_in(2);
  traits_.three_tabs = traits_.two_tabs && one_in(3);
  traits_.opens = one_in(3);
  traits_.crashes = one_in(2);
  traits_.waits = one_in(3);
  traits_.refusals = one_in(2);
  traits_.mentions = one_in(2);
  traits_.full = one_in(6);
  traits_.clears = one_in(8);
  traits_.wipes = one_in(8);
  traits_.impatient = one_in(3);
  traits_.expiry = one_in(3);
  traits_.stale = one_in(6);
  traits_.no_locks = one_in(3);
  traits_.no_tokens = one_in(5);
  traits_.is_alert = one_in(2);
  traits_.lags = one_in(2);
  traits_.interleaves = one_in(4) && is_race;
  page_.clock.set_minute(1000);
  page_.storage.on_change = [this](const in_memory::StorageEvent& event) { changed(event); };
  servers_.resize(spaces.size());
  for (std::size_t space = 0; space < spaces.size(); ++space) {
    servers_[space].refuses = traits_.refusals;
    servers_[space].knows_tokens = !traits_.no_tokens;
    for (int i = 0; i < 3; ++i) {
      const int u = ++last_u_;
      oracle_.had(space, u, servers_[space].add({{"u", u}, {"n", 0}}));
    }
  }
  tabs_.reserve(most_tabs);
  tabs_.resize(traits_.three_tabs ? 3 : traits_.two_tabs ? 2 : 1);
  for (LoadedTab& tab : tabs_) load(tab);
}

std::optional<Violation> Schedule::run(int steps) {
  for (step_ = 1; step_ <= steps && !violation_; ++step_) step();
  if (!violation_) finish();
  if (!violation_) at_rest();
  return violation_;
}

void Schedule::step() {
  const std::size_t what = random_.below(25);
  if (what < 16) {
    const bool is_of_network = what < 6 && !requests_.empty();
    const std::size_t at = is_of_network ? random_.below(requests_.size()) : 0;
    LoadedTab& tab = is_of_network ? *find(requests_[at].life) : some_tab();
    const bool is_last = traits_.crashes && random_.one_in(12);
    if (is_last) page_.storage.changes_left = random_.below(12);
    in(tab, [&] {
      if (is_of_network) go_on(at);
      else if (what < 13) act(tab);
      else if (what < 15) replay(tab);
      else tab.backbone->tab.ring();
    });
    if (is_last) crash(tab);
  } else {
    disturb(what);
  }
  deliver();
  has_fired();
  look();
}

// What no single tab does.
void Schedule::disturb(std::size_t what) {
  if (what < 19) return pass_time();
  if (what < 20) return tell_again();
  if (what < 22 || (what == 22 && !traits_.full)) return toggle_network();
  if (what == 22) return change_quota();
  if (what == 24) return open();
  if (traits_.wipes && random_.one_in(4)) return wipe();
  LoadedTab& tab = some_tab();
  in(tab, [&] { discard(tab, random_.below(spaces.size())); });
}

// The browser says that it has no network, or there is one that leads nowhere.
void Schedule::toggle_network() {
  is_online_ = !is_online_;
  is_known_offline_ = !is_online_ && random_.one_in(2);
  for (LoadedTab& tab : tabs_) tab.backbone->tab.has_no_network = is_known_offline_;
  say(is_online_ ? "online" : is_known_offline_ ? "offline, and the browser says so" : "offline");
}

void Schedule::act(LoadedTab& tab) {
  const std::size_t space = traits_.mentions ? random_.below(2) : 0;
  const std::size_t what = random_.below(12);
  if (what < 2) return read(tab, space);
  if (what < 5) return create(tab, space);
  if (what < 9) return edit(tab, space);
  if (what < 11) return destroy(tab, space);
  if (traits_.clears && random_.one_in(4)) clear(tab, space);
}

void Schedule::launch(LoadedTab& tab, std::size_t space, in_memory::Call call, UserWrite write) {
  call.decorator = tab.decorators[space];
  call.request.method = write.method;
  call.request.wait = write.waits = traits_.waits && random_.one_in(3);
  write.space = space;
  write.life = tab.life;
  write.number = write.number ? write.number : ++last_n_;
  say("tab " + std::to_string(tab.life) + ": " + caching::name_of(write.method) + " " + call.model->key() +
      " of " + spaces[space] + " " + write.attributes.dump() + (write.waits ? ", wait" : "") + ", number " +
      std::to_string(write.number));
  write.is_by_temporary = write.method == Method::create || caching::is_temporary(call.model->key());
  for (const Entry* entry : ledger_.stored(space)) {
    const bool is_other = entry->u == write.u && caching::is_temporary(entry->id);
    write.is_beside_create = write.is_beside_create || (is_other && !write.is_by_temporary);
  }
  tab.starting = write.number;
  oracle_.begin(std::move(write));
  const int number = tab.starting;
  const std::string key = call.model->key();
  tab.backbone->start(std::move(call));
  tab.starting = 0;
  if (oracle_.of(number).entry.empty() && !page_.storage.has_ended) is_second_delete(oracle_.of(number), key);
}

// It is folded into the first one, whose text stays as it is.
void Schedule::is_second_delete(UserWrite& write, const std::string& key) {
  for (Entry* entry : ledger_.stored(write.space)) {
    if (!write.deletes() || entry->id != key || entry->method != "delete") continue;
    write.entry = entry->token;
    write.known = oracle_.tick();
    entry->writes.insert(write.number);
  }
}

// A row of the other namespace, whose id this one is to hold.
void Schedule::mention(LoadedTab& tab, Content& attributes) {
  const auto& models = tab.collections[0]->models;
  if (models.empty()) return;
  const Model& post = *models[random_.below(models.size())];
  if (post.id()) attributes["post"] = *post.id();
}

void Schedule::create(LoadedTab& tab, std::size_t space) {
  UserWrite write;
  write.method = Method::create;
  write.u = ++last_u_;
  write.number = ++last_n_;
  write.attributes = {{"u", write.u}, {"n", write.number}};
  if (random_.one_in(2)) write.attributes["m"] = write.number;
  if (space == 1) mention(tab, write.attributes);
  in_memory::Call call;
  if (random_.one_in(4)) {
    call.model = std::make_shared<Model>();
    call.model->attributes = write.attributes;
    tab.singles.emplace_back(space, call.model);
  } else {
    call.model = tab.collections[space]->add(write.attributes);
  }
  launch(tab, space, std::move(call), std::move(write));
}

// A model with an id, that nobody has deleted, as the cache shows it.
std::shared_ptr<Model> Schedule::some_model(LoadedTab& tab, std::size_t space) {
  std::vector<std::shared_ptr<Model>> models = tab.collections[space]->models;
  for (const auto& [where, model] : tab.singles) {
    if (where == space) models.push_back(model);
  }
  if (models.empty()) return nullptr;
  auto model = models[random_.below(models.size())];
  const int u = number_in(model->attributes, "u");
  if (!model->id() || !u || oracle_.has_never_been(u)) return nullptr;
  if (oracle_.is_deleted(u) && !(traits_.stale && random_.one_in(4))) return nullptr;
  const Content record = in_memory::parsed(stored(space, model->key()));
  if (number_in(record, "u") == u && !(traits_.stale && random_.one_in(4))) model->attributes = record;
  return model;
}

void Schedule::edit(LoadedTab& tab, std::size_t space) {
  const auto model = some_model(tab, space);
  if (!model) return;
  UserWrite write;
  write.number = ++last_n_;
  write.u = number_in(model->attributes, "u");
  Content changes = {{"u", write.u}, {"n", write.number}};
  if (random_.one_in(2)) changes["m"] = write.number;
  if (space == 1 && random_.one_in(3)) mention(tab, changes);
  model->set(changes);
  in_memory::Call call;
  call.model = model;
  write.method = random_.one_in(3) ? Method::patch : Method::update;
  if (write.method == Method::patch) call.patch = changes;
  write.attributes = write.method == Method::patch ? changes : model->attributes;
  launch(tab, space, std::move(call), std::move(write));
}

void Schedule::destroy(LoadedTab& tab, std::size_t space) {
  const auto model = some_model(tab, space);
  if (!model) return;
  UserWrite write;
  write.method = Method::remove;
  write.u = number_in(model->attributes, "u");
  in_memory::Call call;
  call.model = model;
  launch(tab, space, std::move(call), std::move(write));
  if (!oracle_.of(last_n_).waits && model->collection) model->collection->remove(model->key());
}

void Schedule::read(LoadedTab& tab, std::size_t space) {
  say("tab " + std::to_string(tab.life) + ": read the list of " + spaces[space]);
  tab.backbone->read(tab.decorators[space], tab.collections[space]);
}

void Schedule::replay(LoadedTab& tab) {
  const std::size_t space = random_.below(spaces.size());
  say("tab " + std::to_string(tab.life) + ": replay " + spaces[space]);
  if (random_.one_in(2)) tab.backbone->sync.online();
  else tab.backbone->sync.replay(tab.decorators[space]);
  if (random_.one_in(2)) tab.backbone->tab.give_locks();
}

void Schedule::discard(LoadedTab& tab, std::size_t space) {
  if (!random_.one_in(3)) return;
  const auto model = some_model(tab, space);
  if (!model) return;
  say("tab " + std::to_string(tab.life) + ": discard " + model->key() + " of " + spaces[space]);
  ledger_.is_taking_back = true;
  tab.backbone->sync.discard(tab.decorators[space], model->key());
  ledger_.is_taking_back = false;
}

void Schedule::clear(LoadedTab& tab, std::size_t space) {
  say("tab " + std::to_string(tab.life) + ": clear " + spaces[space]);
  ledger_.is_taking_back = true;
  tab.backbone->clear(tab.decorators[space]);
  ledger_.is_taking_back = false;
  if (page_.storage.has_ended) half_cleared_.insert(space);
  tab.cleared_behind[space] = tab.backbone->last_number();
  for (LoadedTab& other : tabs_) other.is_to_clear[space] = other.life != tab.life;
  forget_orphans();
}

void Schedule::wipe() {
  say("somebody clears localStorage");
  deliver();
  ledger_.is_taking_back = true;
  for (const auto& [key, text] : std::map(page_.storage.items)) {
    const auto place = Ledger::place_of(key);
    page_.storage.items.erase(key);
    if (place) entry_changed(*place, "");
  }
  ledger_.is_taking_back = false;
  for (LoadedTab& tab : tabs_) {
    tab.inbox.clear();
    std::fill(std::begin(tab.cleared_behind), std::end(tab.cleared_behind), tab.backbone->last_number());
    in(tab, [&] { tab.backbone->sync.events_missed(); });
  }
  forget_orphans();
}

// Pages forget what they had made and is cleared, and what mentions it.
void Schedule::forget_orphans() {
  const auto is_orphan = [&](const auto& model) {
    for (const std::string& id : caching::temporary_ids(model->attributes.dump())) {
      const Entry* entry = ledger_.find(caching::token_of(id));
      if (entry && entry->is_taken_back) return true;
    }
    return false;
  };
  for (LoadedTab& tab : tabs_) {
    for (const auto& collection : tab.collections) std::erase_if(collection->models, is_orphan);
    std::erase_if(tab.singles, [&](const auto& single) { return is_orphan(single.second); });
  }
}

void Schedule::pass_time() {
  constexpr double lengths[] = {60, 1000, 5000, 70000, 400000};
  const double milliseconds = lengths[random_.below(5)];
  say(std::to_string(static_cast<int>(milliseconds)) + " ms pass");
  // No browser keeps a timer waiting for longer than this.
  constexpr double most_at_once = 20000;
  for (double left = milliseconds; left > 0; left -= most_at_once) {
    const double now = page_.clock.milliseconds + std::min(left, most_at_once);
    if (traits_.no_locks) lose_old(now);
    page_.clock.milliseconds = now;
    for (LoadedTab& tab : tabs_) {
      in(tab, [&] { tab.backbone->tab.ring(); });
      deliver();
    }
  }
}

void Schedule::change_quota() {
  const bool is_full = page_.storage.quota < 1000000 ? false : true;
  page_.storage.quota = is_full ? page_.storage.units() + random_.below(400) : 5 * 1024 * 1024;
  was_full_ = was_full_ || is_full;
  say(is_full ? "storage is nearly full" : "storage has room");
}

std::string Schedule::stored(std::size_t space, const std::string& key) const {
  const auto item = page_.storage.items.find(in_memory::Keys(spaces[space]).record(key));
  return item == page_.storage.items.end() ? "" : item->second;
}

void Schedule::violates(const std::string& what) {
  if (violation_) return;
  violation_ = {step_, what};
  say("VIOLATED: " + what);
}

void Schedule::say(const std::string& text) const {
  if (trace_) std::printf("%4d %s\n", step_, text.c_str());
}

}  // namespace simulation::offline
