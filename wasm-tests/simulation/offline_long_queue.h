// A queue with thousands of writes: it is made, loaded anew and sent. A step asks storage as often as it
// does where few writes wait (contract 12.4). A seed makes the same queue on every machine.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offline_server.h"
#include "random.h"
#include "schedule.h"

namespace simulation::offline {

class LongQueue {
 public:
  LongQueue(std::uint64_t seed, bool trace);
  std::optional<Violation> run(int writes);

 private:
  // How often storage was asked.
  struct Cost {
    std::size_t reads = 0, writes = 0, scans = 0;
  };

  void load();
  void queue_write();
  void read_row();
  void send_all(int writes);
  // Runs a step, and compares its cost with that of the same step beside a short queue.
  template <class Step>
  void measure(const std::string& what, bool is_short, Step step);
  void violates(const std::string& what);

  Random random_;
  bool trace_;
  int step_ = 0, last_u_ = 0;
  in_memory::Page page_;
  Server server_;
  std::unique_ptr<in_memory::Backbone> backbone_;
  int decorator_ = 0;
  std::vector<int> sent_;
  std::map<std::string, Cost> costs_;  // by what a step does: the most beside a short queue
  std::optional<Violation> violation_;
};

}  // namespace simulation::offline
