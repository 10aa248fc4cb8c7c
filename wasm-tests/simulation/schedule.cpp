#include "schedule.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace simulation {
namespace {

using caching::FetchPolicy;
using caching::Method;
using in_memory::Collection;
using in_memory::Model;

bool is_refusal(int status) { return status == 404 || status == 410 || status == 403; }

Content enveloped(const Content& rows) { return {{"total", rows.size()}, {"items", rows}}; }

std::string id_of(const Content& record) {
  return record.contains("id") ? in_memory::key_of(record["id"]) : session;
}

std::string name_of(FetchPolicy fetch_policy) {
  switch (fetch_policy) {
    case FetchPolicy::cache_and_network: break;
    case FetchPolicy::cache_first: return ", cache-first";
    case FetchPolicy::network_only: return ", network-only";
    case FetchPolicy::network_first: return ", network-first";
    case FetchPolicy::cache_only: return ", cache-only";
    case FetchPolicy::no_cache: return ", no-cache";
  }
  return "";
}

std::string policy_of(const in_memory::Call& call) {
  std::string text = name_of(call.policy.fetch_policy);
  if (call.policy.fresh_for > 0)
    text += ", freshFor " + std::to_string(static_cast<int>(call.policy.fresh_for));
  if (call.policy.ttl > 0) text += ", ttl " + std::to_string(static_cast<int>(call.policy.ttl));
  return text + (call.policy.dedupe ? ", dedupe" : "") + (call.policy.evict ? ", evict" : "");
}

}  // namespace

Schedule::Schedule(std::uint64_t seed, bool trace)
    : random_(seed), trace_(trace), invariants_(scene_, [this](const std::string& what) {
        if (violation_) return;
        violation_ = {step_, what};
        say("VIOLATED: " + what);
      }) {
  traits_ = {random_.one_in(2),
             random_.one_in(4),
             random_.one_in(16),
             random_.one_in(4),
             random_.one_in(4),
             random_.one_in(4),
             random_.one_in(4),
             random_.one_in(2),
             random_.one_in(2),
             random_.one_in(2),
             random_.one_in(3),
             random_.one_in(4),
             random_.one_in(3),
             random_.one_in(3),
             random_.one_in(2),
             random_.one_in(3),
             false,
             false,
             false};
  // Of their own, so that a schedule without these is what it was before them.
  Random options(~seed);
  traits_.shares = options.one_in(3);
  traits_.freshness = traits_.expiry && options.one_in(3);
  traits_.evicts = scene_.evicts = traits_.full && options.one_in(2);
  const bool is_plain = options.one_in(2);
  for (const auto& [key, value] : foreign()) scene_.page.storage.items[key] = value;
  scene_.page.clock.set_minute(1000);
  scene_.backbone = std::make_unique<in_memory::Backbone>(
      scene_.page, is_plain ? caching::Edition::plain : caching::Edition::offline);
  add_space("");
  add_space("x");
  scene_.backbone->wrapped = [this](int number) { return invoked(number); };
  scene_.backbone->on_joined = [this](int number) { joined(number); };
  scene_.backbone->on_nothing_sent = [this](int number) { nothing_sent(number); };
  scene_.backbone->on_answer = [this](int number) { answer_is_there(number); };
  scene_.backbone->on_success = [this](int number, page::Phase phase) { heard(number, phase); };
  scene_.backbone->on_error = [this](int number) { heard_failure(number); };
}

void Schedule::add_space(const std::string& ns) {
  auto space = std::make_unique<Space>();
  space->ns = ns;
  space->ttl = traits_.expiry ? 5 : 0;
  caching::Policy policy;
  policy.ttl = space->ttl;
  for (int i = 0; i < 2; ++i) space->decorators.push_back(scene_.backbone->decorate(ns, policy));
  // That of the third query has a function.
  for (const char* url : {first_url, first_url, first_url, "", second_url}) {
    space->collections.push_back(std::make_shared<Collection>());
    space->collections.back()->url = url;
  }
  space->store = std::make_unique<burry::Store>(scene_.page, scene_.backbone->registry, ns);
  scene_.spaces.push_back(std::move(space));
}

std::optional<Violation> Schedule::run(int steps) {
  for (step_ = 1; step_ <= steps && !violation_; ++step_) {
    step();
    invariants_.after_step();
  }
  traits_.reentrant = false;
  while (!violation_) {
    const auto next = std::find_if(scene_.flights.begin(), scene_.flights.end(),
                                   [](const Flight& flight) { return !flight.lost && !flight.leader; });
    if (next == scene_.flights.end()) break;
    if (random_.one_in(4)) fail(next->number, 500);
    else answer(next->number);
    invariants_.after_step();
  }
  if (!violation_) invariants_.at_rest();
  return violation_;
}

void Schedule::step() {
  if (traits_.shares && random_.one_in(12)) return call_off();
  const std::size_t what = random_.below(20);
  const int number = some_flight();
  if (what == 19) return disturb();
  if (what == 18) return tell_again();
  if (what < 8 || !number) return start_something(some_space());
  if (what < 11) return process(*scene_.find(number));
  if (what < 15) return answer(number);
  fail(number, random_.one_in(5) ? 404 : 500);
}

void Schedule::act() {
  if (traits_.shares && random_.one_in(6)) return call_off();
  const std::size_t what = random_.below(8);
  const int number = some_flight();
  if (what == 0) return disturb();
  if (what == 1) return tell_again();
  if (what == 2 && number) return answer(number);
  if (what == 3 && number) return fail(number, 500);
  start_something(some_space());
}

// A call that can be answered; 0 where there is none.
int Schedule::some_flight() {
  std::vector<int> numbers;
  for (const Flight& flight : scene_.flights) {
    if (flight.number && !flight.lost && !flight.leader) numbers.push_back(flight.number);
  }
  return numbers.empty() ? 0 : numbers[random_.below(numbers.size())];
}

void Schedule::start_something(Space& space) {
  const std::size_t what = random_.below(12);
  if (what < 3) return start_list(space);
  if (what < 4) return start_read(space);
  if (what < 6) return start_create(space);
  start_write(space);
}

in_memory::Call Schedule::a_call(Space& space, Method method) {
  in_memory::Call call;
  call.decorator = space.decorators[random_.below(space.decorators.size())];
  call.request.method = method;
  call.policy.once = random_.one_in(4);
  if (method == Method::read && traits_.policies) {
    call.policy.fetch_policy = static_cast<FetchPolicy>(random_.below(6));
  }
  // A ttl of the call wins over the decorator's (8.3).
  if (traits_.expiry && random_.one_in(3)) call.policy.ttl = random_.one_in(2) ? 2 : 9;
  give_options(call);
  return call;
}

std::size_t Schedule::some_collection(const Space& space) {
  return random_.below(space.collections.size() - (space.has_owner ? 0 : 1));
}

void Schedule::start_list(Space& space) {
  const std::size_t which = some_collection(space);
  const std::size_t asked = which ? which - 1 : 0;
  in_memory::Call call = a_call(space, Method::read);
  const bool is_cached = call.policy.fetch_policy != FetchPolicy::no_cache;
  space.has_owner |= is_cached && space.collections[which]->url == first_url;
  call.collection = space.collections[which];
  call.request.query = query(asked);
  call.own_parse = asked == of_second_url && traits_.enveloped;
  call.remove_others = !(traits_.merging && random_.one_in(3));
  say("read " + list_of(asked) + " of '" + space.ns + "'" + (call.remove_others ? "" : ", remove: false") +
      policy_of(call));
  launch(space, std::move(call), list_of(asked), asked);
}

void Schedule::start_read(Space& space) {
  auto model = some_model(space);
  if (!model) return;
  in_memory::Call call = a_call(space, Method::read);
  call.model = model;
  if (!model->id()) call.request.query.url = session;
  const std::string key = model->id() ? model->key() : session;
  say("read " + key + " of '" + space.ns + "'" + policy_of(call));
  launch(space, std::move(call), key);
}

void Schedule::start_create(Space& space) {
  auto& collection = space.collections[some_collection(space)];
  const int value = static_cast<int>(random_.below(1000));
  Content attributes = {{"n", value}, {"tag", value % 2}};
  if (traits_.cycles && random_.one_in(4)) attributes[cycle] = true;
  in_memory::Call call = a_call(space, Method::create);
  if (random_.one_in(4)) {
    call.model = std::make_shared<Model>();
    call.model->attributes = attributes;
  } else {
    call.model = collection->add(attributes);
  }
  say("create " + attributes.dump() + " in '" + space.ns + "'");
  launch(space, std::move(call), "");
}

void Schedule::start_write(Space& space) {
  auto model = some_model(space);
  if (!model) return;
  const std::string key = model->id() ? model->key() : session;
  const std::size_t what = random_.below(6);
  const int value = static_cast<int>(random_.below(1000));
  in_memory::Call call = a_call(space, what < 3 ? Method::update : what < 4 ? Method::patch : Method::remove);
  call.request.wait = traits_.waits && random_.one_in(3);
  if (!model->id()) call.request.query.url = session;
  call.model = model;
  const std::string where = key + " of '" + space.ns + "'" + (call.request.wait ? ", wait" : "");
  if (what < 3) {
    model->attributes["n"] = value;
    model->attributes.erase(cycle);
    if (traits_.cycles && random_.one_in(4)) model->attributes[cycle] = true;
    say("update " + where + " " + model->attributes.dump());
    return launch(space, std::move(call), key);
  }
  if (what < 4) {
    model->attributes["m"] = value;
    call.patch = {{"m", value}};
    say("patch " + where + " " + call.patch.dump());
    return launch(space, std::move(call), key);
  }
  say("delete " + where);
  const bool at_once = !call.request.wait;
  launch(space, std::move(call), key);
  if (at_once && model->collection) model->collection->remove(model->key());
}

// A model of a collection, one of its own that stands for a row of the server, or
// the singleton.
std::shared_ptr<Model> Schedule::some_model(Space& space) {
  const auto& models = space.collections[some_collection(space)]->models;
  if (!models.empty() && random_.one_in(2)) {
    auto model = models[random_.below(models.size())];
    if (model->id()) return model;
  }
  auto model = std::make_shared<Model>();
  const bool single = random_.one_in(8);
  const Content row = single ? Content{{"user", 1}} : space.server.row(random_.below(8));
  if (row.is_null()) return nullptr;
  model->attributes = row;
  return model;
}

void Schedule::launch(Space& space, in_memory::Call call, std::string key, std::optional<std::size_t> which) {
  Flight flight;
  flight.space = &space;
  flight.method = call.request.method;
  flight.key = std::move(key);
  flight.query = which;
  flight.sent_at = ++time_;
  const FetchPolicy fetch_policy = call.policy.fetch_policy;
  flight.cut = fetch_policy == FetchPolicy::no_cache;
  const Time sent_at = flight.sent_at;
  flight.lost = traits_.silence && random_.one_in(8);
  flight.visible = !flight.is_read() && flight.method != Method::create && !call.request.wait;
  if (!flight.is_read() && depth_ == 0 && !space.lists_edited) flight.before = scene_.items_of(space);
  happens(space);
  if (flight.is_read()) flight.to_join = leader_of(space, call, flight.key);
  else begin_write(space, flight.key);
  const unsigned happenings = flight.happenings = space.happenings;
  const bool outermost = depth_ == 0;
  const page::Minutes minute = scene_.now();
  scene_.flights.push_back(std::move(flight));
  const Flight& begun = scene_.flights.back();
  if (!begun.is_read() && !begun.key.empty()) scene_.begin(space, begun);

  space.lists_edited = false;
  const int number = scene_.backbone->start(std::move(call));
  notice_dropped_list(space);
  const bool undisturbed = outermost && space.happenings == happenings && scene_.now() == minute;
  const auto unsent = std::find_if(scene_.flights.begin(), scene_.flights.end(), [=](const Flight& one) {
    return one.sent_at == sent_at && one.number == 0;
  });
  if (unsent != scene_.flights.end()) {
    const Flight flown = *unsent;
    scene_.flights.erase(unsent);
    return answered_by_cache(flown, number, undisturbed);
  }
  const Flight* launched = scene_.find(number);
  if (undisturbed && launched && launched->is_read()) {
    if (fetch_policy == FetchPolicy::cache_and_network || fetch_policy == FetchPolicy::cache_first) {
      invariants_.hit_if_whole(*launched);
    } else {
      invariants_.asks_server_alone(*launched);
    }
  }
}

void Schedule::answered_by_cache(Flight flight, int number, bool undisturbed) {
  flight.number = number;
  const bool hit = scene_.backbone->call(number).cached_phases > 0;
  say(hit ? "  from the cache alone" : "  a miss, and no request");
  scene_.reports[number].outcome = hit ? Report::from_cache : Report::failed;
  if (undisturbed) invariants_.hit_if_whole(flight);
}

// wrapped: the core has shown the write already, if it is to be seen.
bool Schedule::invoked(int number) {
  Flight& flight = entered();
  const in_memory::Call& call = scene_.backbone->call(number);
  flight.number = number;
  flight.sent_in = flight.space->joining_ends;
  if (flight.is_read()) invariants_.asks_server(flight);
  if (flight.to_join) invariants_.joins(flight, 0);
  scene_.reports[number].once = call.policy.once;
  // Older writes that storage does not hold any more may be shown again, or not.
  for (Flight& other : scene_.flights) {
    const bool older = &other != &flight && other.space == flight.space && other.key == flight.key;
    other.covered |= older && !flight.is_read() && !other.kept;
  }
  if (flight.visible) {
    flight.whole = flight.method == Method::update ? record_text(call.sent) : "";
    flight.patch = call.patch;
    flight.own_expiry = expiry_of(flight);
    flight.kept = scene_.roomy();
    scene_.compute(*flight.space, flight.key);
    // Whether its lists get it back, if it fails, is for `undone` to check.
    if (flight.method == Method::remove) flight.space->oracle.of(flight.key).must_be_listed = false;
  }
  if (traits_.throws && random_.one_in(12)) {
    say("  wrapped throws");
    scene_.reports[number].outcome = Report::thrown;
    land(number);
    return false;
  }
  if (traits_.shares && traits_.reentrant && depth_ < 2 && random_.one_in(8)) {
    ++depth_;
    say("  from wrapped:");
    act();
    --depth_;
  }
  Flight* sent = scene_.find(number);
  if (traits_.impatient && sent && !sent->lost && random_.one_in(6)) {
    say("  at once:");
    if (random_.one_in(3)) fail(number, random_.one_in(4) ? 404 : 500);
    else answer(number);
    sent = scene_.find(number);
  }
  if (sent) sent->is_sent = true;
  return true;
}

// Calls inside of another's wrapped are entered after it.
Flight& Schedule::entered() {
  return *std::find_if(scene_.flights.rbegin(), scene_.flights.rend(),
                       [](const Flight& flight) { return flight.number == 0; });
}

page::Minutes Schedule::expiry_of(const Flight& flight) {
  const double own = scene_.backbone->call(flight.number).policy.ttl;
  return burry::expiry_of(own != 0 ? own : flight.space->ttl, scene_.now());
}

Flight* Schedule::landing(int number) {
  for (Flight& flight : scene_.landing) {
    if (flight.number == number) return &flight;
  }
  return nullptr;
}

void Schedule::heard(int number, page::Phase phase) {
  const bool cached = phase == page::Phase::cached;
  ++(cached ? scene_.reports[number].cached : scene_.reports[number].server);
  const Flight* flight = cached ? scene_.find(number) : landing(number);
  if (flight && cached) invariants_.delivered_from_cache(*flight);
  else if (flight && flight->is_read()) invariants_.delivered(*flight);
  // It is over, which its leader is already.
  if (flight && cached && flight->leader && !scene_.find(flight->leader)) land(number);
  if (!traits_.reentrant || depth_ > 2 || !random_.one_in(6)) return;
  ++depth_;
  say("  from a callback:");
  act();
  --depth_;
}

void Schedule::heard_failure(int number) {
  ++scene_.reports[number].errors;
  const auto refused = std::find_if(refused_.begin(), refused_.end(),
                                    [number](const Flight& flight) { return flight.number == number; });
  if (refused != refused_.end()) {
    is_refused(*refused);
    refused_.erase(refused);
  }
  if (const Flight* flight = scene_.find(number); flight && flight->leader) land(number);
  if (!traits_.reentrant || depth_ > 2 || !random_.one_in(6)) return;
  ++depth_;
  say("  from a callback:");
  act();
  --depth_;
}

// The server does what the call asks; the answer is under way from now on.
void Schedule::process(Flight& flight) {
  if (std::exchange(flight.processed, true)) return;
  const in_memory::Call& call = scene_.backbone->call(flight.number);
  Server& server = flight.space->server;
  const bool brief = random_.one_in(2);
  say("server processes " + std::to_string(flight.number));
  switch (flight.method) {
    case Method::read:
      flight.answer = flight.is_list() ? server.list(*flight.query) : server.read(flight.key);
      if (call.own_parse) flight.answer.body = enveloped(flight.answer.body);
      return;
    case Method::create: flight.answer = server.create(call.sent, brief); return;
    case Method::update: flight.answer = server.update(flight.key, call.sent, brief); return;
    case Method::patch: flight.answer = server.patch(flight.key, call.patch, brief); return;
    case Method::remove: flight.answer = server.remove(flight.key); return;
  }
}

Flight Schedule::land(int number) {
  const auto at = std::find_if(scene_.flights.begin(), scene_.flights.end(),
                               [number](const Flight& flight) { return flight.number == number; });
  Flight flight = *at;
  scene_.flights.erase(at);
  if (flight.visible) scene_.compute(*flight.space, flight.key);
  return flight;
}

void Schedule::answer(int number) {
  process(*scene_.find(number));
  if (const int status = scene_.find(number)->answer.status; status != 200) return fail(number, status);
  if (const Flight& sent = *scene_.find(number); sent.method == Method::patch && !sent.cut) {
    scene_.find_base(*sent.space, sent.key);
  }
  const Flight flight = land(number);
  Space& space = *flight.space;
  happens(space);
  const unsigned happenings = space.happenings;
  say("answer to " + std::to_string(number) + " " + flight.answer.body.dump());
  const std::vector<int> followers = followers_of(number);
  for (const int follower : followers) scene_.find(follower)->answer = flight.answer;
  const bool is_kept = flight.is_list() && keeps_list(flight) &&
                       std::all_of(followers.begin(), followers.end(),
                                   [this](int follower) { return keeps_list(*scene_.find(follower)); });
  const std::vector<std::string> listed = scene_.listed(space, flight.key);
  const std::optional<std::size_t> joined = list_to_join(flight);
  if (!flight.cut && flight.is_read()) read_is_told(flight);
  else if (!flight.cut) write_is_told(flight);
  scene_.compute_all(space);
  scene_.reports[number].outcome = Report::succeeded;
  scene_.landing.push_back(flight);
  scene_.backbone->succeed(number, flight.answer.body);
  std::erase_if(scene_.landing,
                [&](const Flight& landed) { return landed.number == number || landed.leader == number; });
  notice_dropped_list(space);
  if (flight.is_list()) scene_.have_left(space, listed);
  invariants_.all_are_answered(number, followers);
  if (space.happenings != happenings) return;
  invariants_.share_answer(flight, followers);
  if (is_kept) invariants_.list_is_what_was_delivered(flight, listed);
  if (joined) invariants_.has_joined(flight, *joined);
}

// The list that a collection was fetched into last; else that of its URL.
std::size_t Schedule::home_of(const Space& space, const Collection& collection) const {
  const auto fetched = collection.lists.find(space.ns);
  for (std::size_t which = 0; which < queries && fetched != collection.lists.end(); ++which) {
    if (list_of(which) == fetched->second) return which;
  }
  return collection.url == second_url ? of_second_url : 0;
}

// The list that a row joins by its creation, if nobody has heard of it before, the list is
// stored, and storage takes what is written (4.1).
std::optional<std::size_t> Schedule::list_to_join(const Flight& flight) {
  if (flight.method != Method::create || flight.cut || traits_.cycles) return {};
  if (!scene_.roomy() || scene_.was_tight || scene_.was_forbidden) return {};
  const Space& space = *flight.space;
  const Collection* collection = scene_.backbone->call(flight.number).model->collection;
  if (!collection || collection->url.empty()) return {};
  const std::string key = id_of(flight.answer.body);
  const std::size_t which = home_of(space, *collection);
  const bool is_known = space.oracle.all().contains(key) || scene_.shown(space, key);
  if (is_known || !scene_.is_live(space, list_of(which))) return {};
  return which;
}

// Whether storage takes this answer, and all of its rows are known.
bool Schedule::keeps_list(const Flight& flight) {
  Space& space = *flight.space;
  const bool overtaken = flight.sent_at < space.oracle.list_told_by(flight.key);
  if (overtaken || flight.cut || !scene_.roomy() || scene_.was_tight || scene_.was_forbidden) return false;
  if (traits_.cycles || !scene_.backbone->call(flight.number).remove_others) return false;
  const Content& rows = rows_in(flight.answer.body);
  return std::none_of(rows.begin(), rows.end(), [&](const Content& row) {
    return space.oracle.of(id_of(row)).lost && space.oracle.is_older(id_of(row), flight.sent_at);
  });
}

void Schedule::fail(int number, int status) {
  const Flight flight = land(number);
  Space& space = *flight.space;
  const bool undisturbed = space.happenings == flight.happenings && scene_.roomy() && !scene_.was_tight &&
                           !scene_.was_forbidden && !space.lists_edited && flight.method != Method::create &&
                           !flight.is_read() && !flight.before.empty() &&
                           !is_being_removed(space, flight.key) && !space.oracle.of(flight.key).excused &&
                           !space.oracle.of(flight.key).may_be_listed;
  happens(space);
  const unsigned happenings = space.happenings;
  say("failure " + std::to_string(status) + " of " + std::to_string(number));
  const bool gone = flight.method == Method::remove && is_refusal(status);
  if (!flight.cut && gone) write_is_told(flight);
  scene_.compute_all(space);
  if (!flight.cut && flight.is_read() && is_refusal(status)) refused_.push_back(flight);
  const std::string text = scene_.stored(space, flight.key);
  const bool is_theirs = !flight.is_read() && (text == spoilt || text == their_record(flight.key));
  scene_.reports[number].outcome = Report::failed;
  const bool answers = invariants_.answers_failure(flight, status);
  std::vector<Follower> followers;
  for (const int follower : followers_of(number)) {
    const Flight& joined = *scene_.find(follower);
    followers.push_back({joined, invariants_.answers_failure(joined, status)});
    if (is_refusal(status) && !joined.cut) refused_.push_back(joined);
  }
  scene_.backbone->fail(number, status);
  invariants_.all_are_answered(number, numbers_of(followers));
  for (const Follower& follower : followers) has_failed(follower, space.happenings == happenings);
  const in_memory::Call& call = scene_.backbone->call(number);
  const bool is_from_cache = call.policy.fetch_policy == FetchPolicy::network_first && call.cached_phases;
  if (is_from_cache) scene_.reports[number].outcome = Report::from_cache;
  if (depth_ == 0 && scene_.landing.empty()) invariants_.failure_is_answered(flight, answers, is_from_cache);
  notice_dropped_list(space);
  if (undisturbed && !gone && space.happenings == happenings) invariants_.undone(flight);
  if (is_theirs && !gone && space.happenings == happenings) invariants_.is_theirs_still(flight, text);
}

// An older deletion is pending, which this write has brought to light again: the id
// may be back in its lists, or not.
bool Schedule::is_being_removed(const Space& space, const std::string& key) const {
  return std::any_of(scene_.flights.begin(), scene_.flights.end(), [&](const Flight& other) {
    return other.space == &space && other.key == key && other.method == Method::remove;
  });
}

// A second outcome of a call that has ended, or has thrown, is none (7.1).
void Schedule::tell_again() {
  if (scene_.reports.empty()) return;
  auto report = scene_.reports.begin();
  std::advance(report, static_cast<std::ptrdiff_t>(random_.below(scene_.reports.size())));
  if (report->second.outcome == Report::pending) return;
  const int number = report->first;
  say("second outcome of " + std::to_string(number));
  if (random_.one_in(2)) scene_.backbone->succeed(number, Content{{"id", 1}, {"n", "told twice"}});
  else scene_.backbone->fail(number, random_.one_in(2) ? 404 : 500);
}

// Whether storage takes a record, and nobody may take it out again: a pending write
// that has expired before its answer may be, and what is gone is not restored (2.7).
bool Schedule::keeps(const Space& space, const std::string& key) {
  const Flight* shown = scene_.shown(space, key);
  return scene_.roomy() && (!shown || shown->expiry >= scene_.now());
}

void Schedule::read_is_told(const Flight& flight) {
  Space& space = *flight.space;
  const page::Minutes expiry = expiry_of(flight);
  if (!flight.is_list()) {
    return space.oracle.read({flight.key, record_text(flight.answer.body), expiry, flight.sent_at},
                             keeps(space, flight.key));
  }
  if (!space.oracle.told_list(flight.key, flight.sent_at)) return;
  const in_memory::Call& call = scene_.backbone->call(flight.number);
  if (!call.remove_others) may_write_rows_of(space, *call.collection, nullptr);
  std::vector<std::string> left = scene_.listed(space, flight.key);
  const Content& rows = rows_in(flight.answer.body);
  for (const Content& row : rows) {
    const std::string key = id_of(row);
    std::erase(left, key);
    space.oracle.read({key, row.dump(), expiry, flight.sent_at}, keeps(space, key));
  }
  space.oracle.left(left, flight.sent_at);
  if (flight.key != list_of(0)) return;
  for (auto& [key, truth] : space.oracle.all()) {
    const bool told =
        std::any_of(rows.begin(), rows.end(), [id = key](const Content& row) { return id_of(row) == id; });
    if (!told && flight.sent_at < truth.confirmed_at) continue;
    truth.joined = false;
    truth.must_be_listed = truth.must_be_listed && told;
  }
}

void Schedule::write_is_told(const Flight& flight) {
  Space& space = *flight.space;
  const in_memory::Call& call = scene_.backbone->call(flight.number);
  const Time now = ++time_;
  if (flight.method == Method::remove) return space.oracle.removed(flight.key, flight.sent_at, now);
  if (flight.method == Method::patch) {
    Content set = call.patch;
    if (flight.answer.body.is_object()) set.update(flight.answer.body);
    const bool is_certain =
        !space.oracle.of(flight.key).is_unsure && !scene_.was_tight && !scene_.was_forbidden;
    return space.oracle.patched({flight.key, set, expiry_of(flight), flight.sent_at}, now,
                                keeps(space, flight.key), is_certain);
  }
  Content record = call.sent;
  if (flight.answer.body.is_object()) record.update(flight.answer.body);
  const Told told = {id_of(record), record_text(record), expiry_of(flight), flight.sent_at};
  if (call.model->collection) may_write_rows_of(space, *call.model->collection, call.model.get());
  // Of a deletion that a newer write has overtaken, the lists know or not.
  if (is_being_removed(space, told.key)) space.oracle.of(told.key).may_be_listed = true;
  if (flight.method != Method::create) return space.oracle.wrote(told, now, keeps(space, told.key));
  // Where no list is stored, only a collection makes one (4.1).
  const Collection* collection = call.model->collection;
  const bool joins_other = collection && home_of(space, *collection) != 0;
  const bool listed = !joins_other && (collection || scene_.item(record_key(space, list_of(0))));
  space.oracle.created(told, now, keeps(space, told.key), listed && !is_being_removed(space, told.key));
  // What makes room for the rows of its collection may be the record of this one, which is written again.
  if (collection && traits_.evicts && !scene_.roomy()) space.oracle.of(told.key).known = false;
}

// Told when its failure is, which may be after the cached phase (3.4).
void Schedule::is_refused(const Flight& flight) {
  Space& space = *flight.space;
  if (!flight.is_list()) space.oracle.refused(flight.key, flight.sent_at);
  else if (space.oracle.told_list(flight.key, flight.sent_at)) {
    space.oracle.may_lack_all();
    std::vector<std::string> keys;
    for (const auto& [key, truth] : space.oracle.all()) keys.push_back(key);
    scene_.have_left(space, keys);
  }
  scene_.compute_all(space);
}

void Schedule::may_write_rows_of(Space& space, const Collection& collection, const Model* except) {
  for (const auto& model : collection.models) {
    if (model.get() == except || !model->id()) continue;
    Truth& truth = space.oracle.of(model->key());
    truth.states.insert(record_text(model->attributes));
    // What has expired may be removed before that, to make room, and what may be evicted.
    const bool may_go = traits_.evicts && !scene_.roomy();
    if (may_go || !scene_.is_live(space, model->key())) truth.known = false;
  }
}

void Schedule::say(const std::string& text) const {
  if (trace_) std::printf("%4d %s\n", step_, text.c_str());
}

}  // namespace simulation
