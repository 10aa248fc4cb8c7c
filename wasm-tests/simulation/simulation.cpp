#include "simulation.h"

#include <algorithm>
#include <cstdio>

#include "sync/query.h"

namespace simulation {
namespace {

using caching::Method;
using in_memory::Collection;
using in_memory::Model;

// Somebody else's data, which nobody may touch (9.4).
const std::map<std::string, std::string> foreign = {
    {"token", "secret"},
    {"1", "one"},
    {"1-_burry", "1"},
    {"_burry_", "x"},
    {"1-_burry_other", "{\"id\":1}"},
    {"1-_burry_exp_other", "12"},
    {"__ids__", "[]"},
};

constexpr double ttl = 5;
const caching::Query tagged = {"", caching::Data::text, "tag=1"};

std::string record_key(const std::string& ns, const std::string& key) {
  return key + "-_burry_" + ns;
}
std::string expiry_key(const std::string& ns, const std::string& key) {
  return key + "-_burry_exp_" + ns;
}

bool is_read(const in_memory::Call& call) { return call.request.method == Method::read; }

}  // namespace

// splitmix64
std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

Simulation::Simulation(std::uint64_t seed, bool trace) : random_(seed), trace_(trace) {
  traits_ = {random_.one_in(2), random_.one_in(3), random_.one_in(4), random_.one_in(4),
             random_.one_in(2), random_.one_in(2), random_.one_in(2), random_.one_in(3)};
  for (const auto& [key, value] : foreign) page_.storage.items[key] = value;
  page_.clock.set_minute(1000);
  backbone_ = std::make_unique<in_memory::Backbone>(page_);
  for (const char* ns : {"", "x"}) {
    auto space = std::make_unique<Space>();
    space->ns = ns;
    caching::Policy policy;
    policy.ttl = traits_.expiry ? ttl : 0;
    space->decorators = {backbone_->sync.decorate(ns, policy), backbone_->sync.decorate(ns, policy)};
    // Two of the plain list, one of a query.
    for (int i = 0; i < 3; ++i) space->collections.push_back(std::make_shared<Collection>());
    for (int i = 0; i < 4; ++i) {
      const std::string id = std::to_string(++space->last_id);
      space->server[id] = {{"id", space->last_id}, {"n", 0}, {"tag", i % 2}};
    }
    spaces_.push_back(std::move(space));
  }
  backbone_->wrapped = [this](int number) {
    // Entered before the call began; calls inside it are entered after it.
    const auto flight = std::find_if(flights_.rbegin(), flights_.rend(),
                                     [](const Flight& other) { return other.number == 0; });
    flight->number = number;
    if (traits_.throws && random_.one_in(12)) {
      say("  wrapped throws");
      flights_.erase(std::next(flight).base());
      return false;
    }
    if (traits_.impatient && random_.one_in(6)) settle_at_once(number);
    return true;
  };
  backbone_->on_success = [this](int number, page::Phase phase) { heard(number, phase); };
  backbone_->on_error = [this](int number) { heard(number, page::Phase::server); };
}

std::optional<Violation> Simulation::run(int steps) {
  for (step_ = 1; step_ <= steps && !violation_; ++step_) {
    step();
    check();
  }
  traits_.reentrant = false;
  while (!violation_ && !flights_.empty()) {
    if (random_.one_in(4)) fail(0, 500);
    else answer(0);
    check();
  }
  if (!violation_) check_rest();
  return violation_;
}

void Simulation::step() {
  const std::size_t what = random_.below(20);
  if (what < 8 || flights_.empty()) {
    start_something(*spaces_[random_.below(spaces_.size())]);
  } else if (what < 11) {
    process(flights_[random_.below(flights_.size())]);
  } else if (what < 15) {
    answer(random_.below(flights_.size()));
  } else if (what < 17) {
    fail(random_.below(flights_.size()), random_.one_in(5) ? 404 : 500);
  } else if (what < 18 && !ended_.empty()) {
    // A second outcome of a call that has ended is none (7.1).
    const int number = ended_[random_.below(ended_.size())];
    say("second outcome of " + std::to_string(number));
    if (random_.one_in(2)) backbone_->sync.answered(number, caching::Outcome::success, 0);
    else backbone_->fail(number);
  } else {
    disturb();
  }
}

void Simulation::start_something(Space& space) {
  if (random_.one_in(3)) start_read(space);
  else start_write(space);
}

void Simulation::start_read(Space& space) {
  const int decorator = space.decorators[random_.below(2)];
  const std::size_t which = random_.below(4);
  ++time_;
  if (which < 3) {
    const bool query = which == 2;
    say("read list " + std::string(query ? "tagged" : "plain") + " of '" + space.ns + "'");
    const std::string list = query ? caching::list_name(tagged) : caching::plain_list;
    const unsigned sent_at = time_;
    flights_.push_back({static_cast<int>(0), &space, list, sent_at, false, 200, {}, {}, {}, false, {}});
    const int number = backbone_->read(decorator, space.collections[which], query ? tagged : caching::Query());
    launched(space, number, list, {});
    return;
  }
  auto model = some_model(space);
  if (!model) return;
  say("read " + model->key() + " of '" + space.ns + "'");
  flights_.push_back({0, &space, model->key(), time_, false, 200, {}, {}, {}, false, {}});
  const std::string key = model->key();
  launched(space, backbone_->read(decorator, model), key, {});
}

// A model of a collection, or one of its own that stands for a row of the server.
std::shared_ptr<Model> Simulation::some_model(Space& space) {
  const auto& models = space.collections[random_.below(3)]->models;
  if (!models.empty() && random_.one_in(2)) {
    auto model = models[random_.below(models.size())];
    if (model->id()) return model;
  }
  if (space.server.empty()) return nullptr;
  auto row = space.server.begin();
  std::advance(row, static_cast<std::ptrdiff_t>(random_.below(space.server.size())));
  auto model = std::make_shared<Model>();
  model->attributes = row->second;
  return model;
}

void Simulation::start_write(Space& space) {
  const int decorator = space.decorators[random_.below(2)];
  const bool wait = traits_.waits && random_.one_in(3);
  const std::size_t which = random_.below(8);
  const int value = static_cast<int>(random_.below(1000));
  if (which < 2) {
    auto& collection = space.collections[random_.below(3)];
    std::shared_ptr<Model> model;
    const Content attributes = {{"n", value}, {"tag", value % 2}};
    if (random_.one_in(4)) {
      model = std::make_shared<Model>();
      model->attributes = attributes;
    } else {
      model = collection->add(attributes);
    }
    say("create n=" + std::to_string(value) + " in '" + space.ns + "'");
    ++time_;
    flights_.push_back({0, &space, "", time_, false, 200, {}, {}, {}, false, {}});
    launched(space, backbone_->create(decorator, model), "", {});
    return;
  }
  auto model = some_model(space);
  if (!model) return;
  const std::string key = model->key();
  const Snapshot before = snapshot(space, key);
  ++time_;
  flights_.push_back({0, &space, key, time_, false, 200, {}, {}, {}, !other_flight_on(space, key, 0), {}});
  if (which < 5) {
    say("update " + key + " n=" + std::to_string(value) + (wait ? " wait" : "") + " in '" + space.ns + "'");
    model->attributes["n"] = value;
    launched(space, backbone_->update(decorator, model, wait), key, before);
  } else if (which < 6) {
    say("patch " + key + " m=" + std::to_string(value) + (wait ? " wait" : "") + " in '" + space.ns + "'");
    model->attributes["m"] = value;
    launched(space, backbone_->patch(decorator, model, {{"m", value}}, wait), key, before);
  } else {
    say("delete " + key + (wait ? " wait" : "") + " in '" + space.ns + "'");
    const int number = backbone_->destroy(decorator, model, wait);
    if (!wait && model->collection) model->collection->remove(key);
    launched(space, number, key, before);
  }
}

// The call may have ended already, or others may have begun inside it.
void Simulation::launched(Space& space, int number, const std::string& key, Snapshot before) {
  for (Flight& flight : flights_) {
    if (flight.number != number) continue;
    flight.before = before;
    flight.after = snapshot(space, key);
    flight.truth = told(space, key);
    return;
  }
}

Simulation::Snapshot Simulation::snapshot(const Space& space, const std::string& key) const {
  const auto item = [this](const std::string& stored) {
    const auto found = page_.storage.items.find(stored);
    return found == page_.storage.items.end() ? std::string("-") : found->second;
  };
  return {item(record_key(space.ns, key)), item(expiry_key(space.ns, key)),
          item(record_key(space.ns, caching::plain_list)),
          item(expiry_key(space.ns, caching::plain_list)), page_.clock.milliseconds};
}

std::string Simulation::told(Space& space, const std::string& key) const {
  const Truth &truth = space.truths[key], &list = space.truths[caching::plain_list];
  return truth.text + '@' + std::to_string(truth.read_by) + ',' + std::to_string(list.read_by) +
         ',' + std::to_string(space.created);
}

bool Simulation::other_flight_on(const Space& space, const std::string& key, int number) const {
  return std::any_of(flights_.begin(), flights_.end(), [&](const Flight& flight) {
    return flight.space == &space && flight.key == key && flight.number != number;
  });
}

// The server does what the call asks; the answer is under way from now on.
void Simulation::process(Flight& flight) {
  if (flight.processed) return;
  flight.processed = true;
  const in_memory::Call& call = backbone_->call(flight.number);
  auto& rows = flight.space->server;
  say("server processes " + std::to_string(flight.number));
  switch (call.request.method) {
    case Method::read:
      if (call.is_collection()) {
        const bool query = flight.key != caching::plain_list;
        flight.answer = Content::array();
        for (const auto& [id, row] : rows) {
          if (!query || row.value("tag", 0) == 1) flight.answer.push_back(row);
        }
      } else if (rows.contains(flight.key)) {
        flight.answer = rows[flight.key];
      } else {
        flight.status = 404;
      }
      return;
    case Method::create: {
      Content row = call.sent;
      row["id"] = ++flight.space->last_id;
      rows[std::to_string(flight.space->last_id)] = row;
      flight.answer = random_.one_in(2) ? row : Content{{"id", row["id"]}};
      return;
    }
    case Method::update: {
      rows[flight.key] = call.sent;
      flight.answer = random_.one_in(2) ? call.sent : Content();
      return;
    }
    case Method::patch:
      if (!rows.contains(flight.key)) {
        flight.status = 404;
        return;
      }
      rows[flight.key].update(call.patch);
      flight.answer = random_.one_in(2) ? rows[flight.key] : Content();
      return;
    case Method::remove:
      flight.status = rows.erase(flight.key) ? 200 : 404;
      return;
  }
}

void Simulation::answer(std::size_t index) {
  process(flights_[index]);
  if (flights_[index].status != 200) return fail(index, flights_[index].status);
  const Flight flight = flights_[index];
  flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(index));
  say("answer to " + std::to_string(flight.number) + " " + flight.answer.dump());
  in_memory::Call& call = backbone_->call(flight.number);
  if (is_read(call)) confirm_read(flight);
  else confirm_write(flight);
  ended_.push_back(flight.number);
  backbone_->succeed(flight.number, flight.answer);
}

void Simulation::fail(std::size_t index, int status) {
  const Flight flight = flights_[index];
  flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(index));
  say("failure " + std::to_string(status) + " of " + std::to_string(flight.number));
  const in_memory::Call& call = backbone_->call(flight.number);
  const bool refused = status == 404 || status == 410 || status == 403;
  Truth& truth = flight.space->truths[flight.key];
  if (refused && is_read(call) && flight.sent_at >= truth.confirmed_at && flight.sent_at >= truth.read_by) {
    truth.deleted = true;
    truth.known = true;
    truth.read_by = flight.sent_at;
    truth.must_have = truth.must_be_listed = false;
  } else if (refused && call.request.method == Method::remove) {
    confirm_write(flight);
  }
  if (refused && is_read(call) && call.is_collection()) {
    for (auto& [key, other] : flight.space->truths) other.must_have = other.must_be_listed = false;
  }
  ended_.push_back(flight.number);
  // Nothing else has happened to this record and to the list: what the write did
  // is undone to the byte (4.2, 4.4).
  const bool undisturbed = !is_read(call) && !refused && flight.alone && !tainted_ &&
                           call.request.method != Method::create && !flight.key.empty() &&
                           flight.truth == told(*flight.space, flight.key) &&
                           flight.after == snapshot(*flight.space, flight.key) &&
                           !other_flight_on(*flight.space, flight.key, flight.number);
  const bool quiet = !traits_.reentrant;
  backbone_->fail(flight.number, status);
  // A list with a hole is dropped rather than believed (3.9).
  if (stored(*flight.space, caching::plain_list).empty()) {
    for (auto& [key, other] : flight.space->truths) other.must_be_listed = false;
  }
  if (undisturbed && quiet && !(flight.before == snapshot(*flight.space, flight.key))) {
    violated("a failure of " + flight.key + " did not put everything back");
  }
}

// wrapped settles the call before it returns.
void Simulation::settle_at_once(int number) {
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    if (flights_[i].number != number) continue;
    say("  at once:");
    if (random_.one_in(3)) fail(i, 500);
    else answer(i);
    return;
  }
}

void Simulation::heard(int number, page::Phase phase) {
  (void)number, (void)phase;
  if (!traits_.reentrant || depth_ > 2 || !random_.one_in(6)) return;
  ++depth_;
  say("  from a callback:");
  start_something(*spaces_[random_.below(spaces_.size())]);
  --depth_;
}

void Simulation::confirm_write(const Flight& flight) {
  const in_memory::Call& call = backbone_->call(flight.number);
  ++time_;
  flight.space->created += call.request.method == Method::create;
  Content record = call.sent;
  if (flight.answer.is_object()) record.update(flight.answer);
  const bool deleted = call.request.method == Method::remove;
  const std::string key = deleted ? flight.key : in_memory::key_of(record["id"]);
  if (call.model->collection) {
    // If this id is new to the cache, rows without a record get one from here, as
    // old as they are (4.1, 4.6).
    for (const auto& model : call.model->collection->models) {
      if (model == call.model || !model->id()) continue;
      Truth& row = flight.space->truths[model->key()];
      row.states.insert(model->attributes.dump());
      if (row.deleted || stored(*flight.space, model->key()).empty()) row.known = false;
    }
  }
  Truth& truth = flight.space->truths[key];
  truth.states.insert(record.dump());
  if (flight.sent_at < truth.written_by) return;
  // A read that has seen the row saw it after its creation.
  if (call.request.method == Method::create && flight.sent_at < truth.read_by) return;
  truth.written_by = flight.sent_at;
  truth.confirmed_at = time_;
  truth.known = true;
  truth.deleted = deleted;
  truth.text = deleted ? "" : record.dump();
  truth.must_have = !deleted;
  // Where no list is stored, only a collection makes one (4.1).
  truth.must_be_listed = call.request.method == Method::create &&
                         (call.model->collection || !stored(*flight.space, caching::plain_list).empty());
}

void Simulation::confirm_read(const Flight& flight) {
  const in_memory::Call& call = backbone_->call(flight.number);
  if (!call.is_collection()) return confirm_row(*flight.space, flight, flight.answer);
  Truth& list = flight.space->truths[flight.key];
  if (flight.sent_at < list.read_by) return;  // overtaken (5.3)
  list.read_by = flight.sent_at;
  std::set<std::string> keys;
  for (const Content& row : flight.answer) {
    keys.insert(in_memory::key_of(row["id"]));
    confirm_row(*flight.space, flight, row);
  }
  for (auto& [key, truth] : flight.space->truths) {
    if (!keys.contains(key) && flight.sent_at >= truth.confirmed_at) {
      truth.must_have = truth.must_be_listed = false;
    }
  }
}

void Simulation::confirm_row(Space& space, const Flight& flight, const Content& row) {
  Truth& truth = space.truths[in_memory::key_of(row["id"])];
  truth.states.insert(row.dump());
  if (flight.sent_at < truth.confirmed_at || flight.sent_at < truth.read_by) return;
  truth.read_by = flight.sent_at;
  truth.known = true;
  truth.deleted = false;
  truth.text = row.dump();
}

// The browser, the clock, and another tab.
void Simulation::disturb() {
  Space& space = *spaces_[random_.below(spaces_.size())];
  switch (random_.below(6)) {
    case 0:
      if (!traits_.expiry) return;
      say("two minutes pass");
      page_.clock.milliseconds += 2 * 60 * 1000;
      return;
    case 1:
      if (!traits_.faults) return;
      tainted_ = true;
      page_.storage.quota = random_.one_in(2) ? page_.storage.units() + 20 : 5 * 1024 * 1024;
      say("quota " + std::to_string(page_.storage.quota));
      return;
    case 2:
      if (!traits_.faults) return;
      tainted_ = true;
      page_.storage.forbidden = !page_.storage.forbidden;
      was_forbidden_ = true;
      say(page_.storage.forbidden ? "storage forbidden" : "storage allowed");
      return;
    case 3: {
      if (!traits_.other_tab || page_.storage.forbidden) return;
      tainted_ = true;
      const std::string id = std::to_string(1 + random_.below(5));
      const Content row = {{"id", std::stoi(id)}, {"n", "other tab"}};
      space.truths[id].states.insert(row.dump());
      say("another tab writes " + id + " of '" + space.ns + "'");
      page_.storage.items[record_key(space.ns, id)] = row.dump();
      return;
    }
    case 4:
      if (!traits_.other_tab || page_.storage.forbidden) return;
      tainted_ = true;
      say("localStorage.clear()");
      page_.storage.items.clear();
      for (const auto& [key, value] : foreign) page_.storage.items[key] = value;
      return;
    case 5:
      if (!traits_.clears) return;
      tainted_ = true;
      say("clear of '" + space.ns + "'");
      backbone_->sync.clear(space.decorators[0]);
      if (!page_.storage.forbidden) {
        for (const auto& [key, value] : page_.storage.items) {
          if (!foreign.contains(key) && key.ends_with("-_burry_" + space.ns)) {
            violated("after clear there is " + key + " = " + value);
          }
        }
      }
      return;
  }
}

std::string Simulation::stored(const Space& space, const std::string& key) const {
  const auto found = page_.storage.items.find(record_key(space.ns, key));
  return found == page_.storage.items.end() ? "" : found->second;
}

std::vector<std::string> Simulation::listed(const Space& space, const std::string& list) const {
  const Content ids = Content::parse(stored(space, list), nullptr, false);
  std::vector<std::string> keys;
  if (!ids.is_array()) return keys;
  for (const Content& id : ids) keys.push_back(in_memory::key_of(id));
  return keys;
}

// Storage that cannot be written keeps what it showed when it could.
void Simulation::excuse_pending() {
  for (const Flight& flight : flights_) {
    flight.space->truths[flight.key].states.insert(backbone_->call(flight.number).sent.dump());
  }
}

void Simulation::check() {
  if (was_forbidden_) excuse_pending();
  for (const auto& [key, value] : foreign) {
    const auto found = page_.storage.items.find(key);
    if (found == page_.storage.items.end() || found->second != value) {
      violated("somebody else's key '" + key + "' was touched");
    }
  }
  for (const auto& space : spaces_) {
    check_records(*space);
    check_pairs(*space);
  }
  for (const int number : ended_) {
    const in_memory::Call& call = backbone_->call(number);
    if (call.server_phases + call.failures != 1 || call.cached_phases > 1) {
      violated("call " + std::to_string(number) + " was reported " +
               std::to_string(call.server_phases + call.failures) + " times, and from the cache " +
               std::to_string(call.cached_phases) + " times");
    }
    if (!call.resolved && !call.rejected) violated("a promise never settles");
  }
}

// What is cached for a record is a state that the server confirmed, or what the
// newest pending write has sent.
void Simulation::check_records(const Space& space) {
  const std::string suffix = "-_burry_" + space.ns;
  for (const auto& [stored_key, text] : page_.storage.items) {
    if (!stored_key.ends_with(suffix) || foreign.contains(stored_key)) continue;
    const std::string key = stored_key.substr(0, stored_key.size() - suffix.size());
    if (caching::is_list_name(key)) continue;
    const auto truth = space.truths.find(key);
    if (truth != space.truths.end() && truth->second.states.contains(text)) continue;
    const Flight* newest = nullptr;
    for (const Flight& flight : flights_) {
      if (flight.space != &space || flight.key != key || !flight.number) continue;
      const in_memory::Call& call = backbone_->call(flight.number);
      if (is_read(call) || call.request.wait) continue;
      if (!newest || flight.sent_at > newest->sent_at) newest = &flight;
    }
    if (newest && backbone_->call(newest->number).sent.dump() == text) continue;
    violated("record " + key + " of '" + space.ns + "' is " + text +
             ", which nobody has confirmed or sent last");
  }
}

// Value and expiry are written both or neither (9.2).
void Simulation::check_pairs(const Space& space) {
  if (!traits_.expiry || traits_.other_tab || traits_.faults) return;
  const auto& items = page_.storage.items;
  for (const auto& [stored_key, text] : items) {
    const std::string suffix = "-_burry_" + space.ns;
    if (!stored_key.ends_with(suffix) || foreign.contains(stored_key)) continue;
    const std::string key = stored_key.substr(0, stored_key.size() - suffix.size());
    if (key != caching::query_prefix && !items.contains(expiry_key(space.ns, key))) {
      violated(key + " has no expiry");
    }
  }
}

void Simulation::check_rest() {
  if (backbone_->sync.calls_in_progress()) violated("at rest, calls are in progress");
  if (backbone_->sync.records_in_doubt()) violated("at rest, the journal is not empty");
  for (const auto& space : spaces_) {
    for (const auto& [key, truth] : space->truths) {
      const std::string text = stored(*space, key);
      if (caching::is_list_name(key)) continue;
      if (!tainted_ && truth.known && !text.empty() && (truth.deleted || text != truth.text)) {
        violated("at rest, record " + key + " of '" + space->ns + "' is " + text +
                 ", last confirmed was " + (truth.deleted ? "its deletion" : truth.text));
      }
      if (!tainted_ && !traits_.expiry && truth.must_have && text.empty()) {
        violated("at rest, the saved record " + key + " of '" + space->ns + "' is lost");
      }
      const auto plain = listed(*space, caching::plain_list);
      if (!tainted_ && !traits_.expiry && truth.must_be_listed && !stored(*space, caching::plain_list).empty() &&
          std::find(plain.begin(), plain.end(), key) == plain.end()) {
        violated("at rest, the created " + key + " of '" + space->ns + "' is in no list");
      }
    }
    if (tainted_ || traits_.expiry) continue;
    for (const std::string& list : {std::string(caching::plain_list), caching::list_name(tagged)}) {
      for (const std::string& key : listed(*space, list)) {
        if (stored(*space, key).empty()) violated("at rest, " + list + " has " + key + " without record");
      }
    }
  }
}

void Simulation::violated(const std::string& what) {
  if (violation_) return;
  violation_ = {step_, what};
  say("VIOLATED: " + what);
}

void Simulation::say(const std::string& text) const {
  if (trace_) std::printf("%4d %s\n", step_, text.c_str());
}

}  // namespace simulation
