// One random schedule of everything that a page, its network and its browser do
// to the core, and what must hold after each step.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backbone_in_memory.h"

namespace simulation {

using in_memory::Content;

// The same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // From 0 to below - 1.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
  bool one_in(std::size_t chances) { return below(chances) == 0; }

 private:
  std::uint64_t state_;
};

// What went wrong, and in which step.
struct Violation {
  int step;
  std::string what;
};

class Simulation {
 public:
  // trace: print each step.
  Simulation(std::uint64_t seed, bool trace);
  // Runs the steps, then lets all calls end, and looks again at rest.
  std::optional<Violation> run(int steps);

 private:
  // What may happen in this schedule, drawn at its start.
  struct Traits {
    bool expiry, faults, other_tab, clears, reentrant, impatient, waits, throws;
  };
  // What is known of one record from the answers alone.
  struct Truth {
    std::string text;             // the last confirmed state
    bool deleted = false;
    bool known = false;
    unsigned written_by = 0, read_by = 0;
    unsigned confirmed_at = 0;    // no read sent before this may contradict
    std::set<std::string> states;  // all that it has ever been
    bool must_have = false;       // a write has put it into the cache, and nothing took it out
    bool must_be_listed = false;
  };
  struct Space {
    std::string ns;
    std::vector<int> decorators;
    std::vector<std::shared_ptr<in_memory::Collection>> collections;
    std::map<std::string, Content> server;
    int last_id = 0;
    int created = 0;  // answers to creates, each of which may change the list
    std::map<std::string, Truth> truths;
  };
  struct Snapshot {
    std::string record, expiry, list, list_expiry;
    double milliseconds = 0;
    bool operator==(const Snapshot&) const = default;
  };
  struct Flight {
    int number;
    Space* space;
    std::string key;  // of the record, or of the list
    unsigned sent_at;
    bool processed = false;
    int status = 200;
    Content answer;
    Snapshot before, after;
    bool alone = false;  // no other call on this record
    std::string truth;   // what was confirmed when it was sent
  };

  void step();
  void start_something(Space& space);
  void start_read(Space& space);
  void start_write(Space& space);
  std::shared_ptr<in_memory::Model> some_model(Space& space);
  void launched(Space& space, int number, const std::string& key, Snapshot before);
  void process(Flight& flight);
  void answer(std::size_t index);
  void fail(std::size_t index, int status);
  void disturb();
  void settle_at_once(int number);
  void heard(int number, page::Phase phase);

  void excuse_pending();
  void confirm_write(const Flight& flight);
  void confirm_read(const Flight& flight);
  void confirm_row(Space& space, const Flight& flight, const Content& row);
  Snapshot snapshot(const Space& space, const std::string& key) const;
  // What the answers have told of a record and of the plain list.
  std::string told(Space& space, const std::string& key) const;
  bool other_flight_on(const Space& space, const std::string& key, int number) const;

  void check();
  void check_records(const Space& space);
  void check_pairs(const Space& space);
  void check_rest();
  void violated(const std::string& what);
  std::string stored(const Space& space, const std::string& key) const;
  std::vector<std::string> listed(const Space& space, const std::string& list) const;
  void say(const std::string& text) const;

  Random random_;
  bool trace_;
  int step_ = 0;
  int depth_ = 0;
  unsigned time_ = 0;  // one for each call started and each write confirmed
  Traits traits_;
  bool was_forbidden_ = false;  // what was shown then may still lie there
  bool tainted_ = false;  // storage has failed, or somebody else has written
  in_memory::Page page_;
  std::unique_ptr<in_memory::Backbone> backbone_;
  std::vector<std::unique_ptr<Space>> spaces_;
  std::vector<Flight> flights_;
  std::vector<int> ended_;
  std::optional<Violation> violation_;
};

}  // namespace simulation
