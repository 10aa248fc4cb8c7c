// What the options of section 8 do to a schedule: reads that share a request, that are fresh,
// and calls whose writes may evict.
#include <algorithm>

#include "schedule.h"

namespace simulation {

using caching::FetchPolicy;
using caching::Method;

void Schedule::give_options(in_memory::Call& call) {
  call.policy.evict = traits_.evicts && random_.one_in(2);
  if (call.request.method != Method::read) return;
  call.policy.dedupe = traits_.shares && !random_.one_in(4);
  if (traits_.freshness && random_.one_in(2))
    call.policy.fresh_for = static_cast<double>(1 + random_.below(4));
}

// Whose request a read has to join: the last one of the same by the same decorator, which both of
// them share with others, that has been sent and after which no write has begun (8.3).
int Schedule::leader_of(const Space& space, const in_memory::Call& call, const std::string& key) {
  if (!call.policy.dedupe) return 0;
  const auto is_cached = [](const in_memory::Call& one) {
    return one.policy.fetch_policy != FetchPolicy::no_cache;
  };
  const Flight* leader = nullptr;
  for (const Flight& other : scene_.flights) {
    const bool may_be_joined = other.is_sent && !other.leader && other.sent_in == space.joining_ends;
    if (other.space != &space || !other.is_read() || !may_be_joined || other.key != key) continue;
    const in_memory::Call& sent = scene_.backbone->call(other.number);
    const bool is_same = sent.decorator == call.decorator && is_cached(sent) == is_cached(call);
    const bool is_later = !leader || other.sent_at > leader->sent_at;
    if (sent.policy.dedupe && is_same && is_later) leader = &other;
  }
  return leader ? leader->number : 0;
}

// In the order in which they joined.
std::vector<int> Schedule::followers_of(int leader) const {
  std::vector<int> followers;
  for (const Flight& flight : scene_.flights) {
    if (flight.number && flight.leader == leader) followers.push_back(flight.number);
  }
  return followers;
}

// No request from before is to be joined; and a full storage may not take what it writes.
void Schedule::begin_write(Space& space, const std::string& key) {
  ++space.joining_ends;
  if (scene_.was_tight && !key.empty()) space.oracle.of(key).must_have = false;
}

void Schedule::joined(int number) {
  Flight& flight = entered();
  const in_memory::Call& call = scene_.backbone->call(number);
  flight.number = number;
  flight.leader = call.leader;
  scene_.reports[number].once = call.policy.once;
  say("  joins the request of " + std::to_string(call.leader));
  invariants_.asks_server(flight);
  invariants_.joins(flight, call.leader);
  const Flight* leader = scene_.find(call.leader);
  if (!leader) return;
  // What it is answered is as old as the request.
  flight.sent_at = leader->sent_at;
  flight.lost = leader->lost;
}

void Schedule::nothing_sent(int number) {
  Flight flight = entered();
  flight.number = number;
  invariants_.asks_nobody(flight);
}

// Of one that shares a request: that of its leader was told when it came.
void Schedule::answer_is_there(int number) {
  const Flight* waiting = scene_.find(number);
  if (!waiting || !waiting->leader) return;
  const Flight flight = land(number);
  say("  and to " + std::to_string(number));
  if (!flight.cut) read_is_told(flight);
  scene_.compute_all(*flight.space);
  scene_.reports[number].outcome = Report::succeeded;
  scene_.landing.push_back(flight);
}

std::vector<int> Schedule::numbers_of(const std::vector<Follower>& followers) {
  std::vector<int> numbers;
  for (const Follower& follower : followers) numbers.push_back(follower.flight.number);
  return numbers;
}

// undisturbed: nothing else has happened since the failure came.
void Schedule::has_failed(const Follower& follower, bool undisturbed) {
  const int number = follower.flight.number;
  Report& report = scene_.reports[number];
  // It has been called off before its turn.
  if (report.outcome != Report::pending) return;
  const bool is_from_cache = !scene_.backbone->call(number).failures;
  say("  and of " + std::to_string(number));
  report.outcome = is_from_cache ? Report::from_cache : Report::failed;
  if (undisturbed) invariants_.failure_is_answered(follower.flight, follower.is_answered, is_from_cache);
}

// A read is called off: the request goes on for those that share it, or is aborted (8.3).
void Schedule::call_off() {
  std::vector<int> reads;
  for (const Flight& flight : scene_.flights) {
    if (flight.number && flight.is_read()) reads.push_back(flight.number);
  }
  if (reads.empty()) return;
  const int number = reads[random_.below(reads.size())];
  const Flight flight = land(number);
  happens(*flight.space);
  say("call " + std::to_string(number) + " is called off");
  const std::vector<int> followers = followers_of(number);
  const int heir = followers.empty() ? 0 : followers.front();
  for (const int follower : followers) scene_.find(follower)->leader = heir;
  if (heir) {
    Flight& inherits = *scene_.find(heir);
    inherits.leader = 0;
    inherits.processed = flight.processed;
    inherits.answer = flight.answer;
    inherits.is_sent = flight.is_sent;
    inherits.sent_in = flight.sent_in;
  }
  scene_.reports[number].outcome = Report::failed;
  const bool is_early = !flight.is_sent && !flight.leader;
  const bool is_aborted = scene_.backbone->abort(number);
  if (!is_early) invariants_.called_off(flight, heir, flight.leader || heir, is_aborted);
}

}  // namespace simulation
