// One random schedule of everything that a page, its network, its browser and
// another tab do to the core. A seed makes the same one on every machine.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "invariants.h"
#include "random.h"
#include "scene.h"

namespace simulation {

// What another tab writes.
inline constexpr const char* spoilt = "rubbish";
std::string their_record(const std::string& key);

// What went wrong, and in which step.
struct Violation {
  int step;
  std::string what;
};

class Schedule {
 public:
  // trace: print each step.
  Schedule(std::uint64_t seed, bool trace);
  // Runs the steps, then lets all calls end that ever do, and looks again.
  std::optional<Violation> run(int steps);

 private:
  // What may happen in this schedule, drawn at its start.
  struct Traits {
    bool expiry, full, forbidden, other_tab, clears, flushes, drops, reentrant, impatient, waits, throws,
        cycles, silence, merging, enveloped, policies, shares, freshness, evicts;
  };

  void add_space(const std::string& ns);
  // One of the second URL only where it is known whose the plain list is.
  std::size_t some_collection(const Space& space);
  void step();
  // What a callback may do as well.
  void act();

  void start_something(Space& space);
  void start_list(Space& space);
  void start_read(Space& space);
  void start_create(Space& space);
  void start_write(Space& space);
  std::shared_ptr<in_memory::Model> some_model(Space& space);
  in_memory::Call a_call(Space& space, caching::Method method);
  // Enters the flight and starts the call.
  void launch(Space& space, in_memory::Call call, std::string key, std::optional<std::size_t> query = {});
  // Of a call that has sent nothing (8.1).
  void answered_by_cache(Flight flight, int number, bool undisturbed);

  // In options.cpp.
  void give_options(in_memory::Call& call);
  int leader_of(const Space& space, const in_memory::Call& call, const std::string& key);
  std::vector<int> followers_of(int leader) const;
  void begin_write(Space& space, const std::string& key);
  void joined(int number);
  void nothing_sent(int number);
  void answer_is_there(int number);
  void call_off();
  // A read that shares the request of one that fails.
  struct Follower {
    Flight flight;
    bool is_answered;  // the cache is to answer in place of the failure (8.1)
  };
  static std::vector<int> numbers_of(const std::vector<Follower>& followers);
  void has_failed(const Follower& follower, bool undisturbed);

  Flight& entered();
  bool invoked(int number);
  void heard(int number, page::Phase phase);
  void heard_failure(int number);
  Flight* landing(int number);

  void process(Flight& flight);
  void answer(int number);
  void fail(int number, int status);
  bool keeps_list(const Flight& flight);
  std::size_t home_of(const Space& space, const in_memory::Collection& collection) const;
  std::optional<std::size_t> list_to_join(const Flight& flight);
  bool is_being_removed(const Space& space, const std::string& key) const;
  void tell_again();
  bool keeps(const Space& space, const std::string& key);
  void read_is_told(const Flight& flight);
  void write_is_told(const Flight& flight);
  void is_refused(const Flight& flight);
  Flight land(int number);
  page::Minutes expiry_of(const Flight& flight);

  // In disturbances.cpp.
  void disturb();
  void pass_time();
  void change_quota();
  void forbid();
  void clear(Space& space);
  void clear_all();
  void use_store(Space& space);
  void drop(Space& space);
  void play_other_tab(Space& space);
  void is_cleared(Space& space);
  void may_lack(Space& space);
  void notice_dropped_list(Space& space);
  void excuse(Space& space, const std::string& key);
  // Rows of this collection without a record get one, as old as they are.
  void may_write_rows_of(Space& space, const in_memory::Collection& collection,
                         const in_memory::Model* except);

  int some_flight();
  Space& some_space() { return *scene_.spaces[random_.below(scene_.spaces.size())]; }
  void happens(Space& space);
  void say(const std::string& text) const;

  Random random_;
  bool trace_;
  int step_ = 0, depth_ = 0;
  Time time_ = 0;
  Traits traits_;
  Scene scene_;
  std::vector<Flight> refused_;  // reads whose failure has not been told yet
  std::optional<Violation> violation_;
  Invariants invariants_;
};

}  // namespace simulation
