// Runs random schedules against the core; ends at the first that violates what
// must hold, and prints it.
//   simulate [--schedules N] [--seconds S] [--seed FIRST] [--steps N] [--progress N] [--kind KIND]
// --seconds: no more than these; --progress: a line after each N schedules; --kind: `cache` or
// `queue` alone, where a seed makes a schedule of each; or `long`: what thousands of queued writes cost;
// or `race`: `queue`, with tabs that act between two changes which another tab makes to storage.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "offline_long_queue.h"
#include "offline_schedule.h"
#include "schedule.h"

namespace {

struct Options {
  std::uint64_t schedules = 100000, seed = 1, progress = 0;
  double seconds = 1e9;
  int steps = 0;  // 0: as many as a schedule of its kind has
  std::string kind;
};

bool read(int count, char** arguments, Options& options) {
  for (int i = 1; i + 1 < count; i += 2) {
    const char* value = arguments[i + 1];
    if (!std::strcmp(arguments[i], "--schedules")) options.schedules = std::strtoull(value, nullptr, 10);
    else if (!std::strcmp(arguments[i], "--seconds")) options.seconds = std::atof(value);
    else if (!std::strcmp(arguments[i], "--seed")) options.seed = std::strtoull(value, nullptr, 10);
    else if (!std::strcmp(arguments[i], "--steps")) options.steps = std::atoi(value);
    else if (!std::strcmp(arguments[i], "--progress")) options.progress = std::strtoull(value, nullptr, 10);
    else if (!std::strcmp(arguments[i], "--kind")) options.kind = value;
    else return false;
  }
  return count % 2 == 1;
}

int steps_of(const Options& options) {
  if (options.steps) return options.steps;
  return options.kind == "long" ? 2000 : 60;
}

std::optional<simulation::Violation> run(const Options& options, std::uint64_t seed, int steps, bool trace) {
  if (options.kind == "long") return simulation::offline::LongQueue(seed, trace).run(steps);
  const bool is_race = options.kind == "race";
  if (options.kind == "queue" || is_race)
    return simulation::offline::Schedule(seed, trace, is_race).run(steps);
  return simulation::Schedule(seed, trace).run(steps);
}

// Leaves the kind that does in the options.
bool violates(Options& options, std::uint64_t seed) {
  const std::string asked = options.kind;
  for (const char* kind : {"cache", "queue", "long", "race"}) {
    options.kind = kind;
    const bool is_usual = options.kind == "cache" || options.kind == "queue";
    const bool is_asked = asked == kind || (asked.empty() && is_usual);
    if (is_asked && run(options, seed, steps_of(options), false)) return true;
  }
  options.kind = asked;
  return false;
}

// The violation shows at rest only, perhaps; fewer steps may do.
int shortest_prefix(const Options& options, std::uint64_t seed) {
  const int steps = steps_of(options), stride = std::max(1, steps / 60);
  for (int prefix = stride; prefix < steps; prefix += stride) {
    if (run(options, seed, prefix, false)) return prefix;
  }
  return steps;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  if (!read(count, arguments, options)) {
    std::puts(
        "simulate [--schedules N] [--seconds S] [--seed FIRST] [--steps N] [--progress N] "
        "[--kind cache|queue|long|race]");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t done = 0;
  for (; done < options.schedules; ++done) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (passed.count() > options.seconds) break;
    const std::uint64_t seed = options.seed + done;
    if (!violates(options, seed)) {
      if (options.progress && (done + 1) % options.progress == 0) {
        std::printf("%llu of %llu schedules, %.0f s: no violation\n",
                    static_cast<unsigned long long>(done + 1),
                    static_cast<unsigned long long>(options.schedules), passed.count());
        std::fflush(stdout);
      }
      continue;
    }
    const int prefix = shortest_prefix(options, seed);
    std::printf("after %llu schedules, seed %llu violates an invariant; its shortest prefix has %d steps:\n",
                static_cast<unsigned long long>(done + 1), static_cast<unsigned long long>(seed), prefix);
    run(options, seed, prefix, true);
    std::printf("again: simulate --schedules 1 --seed %llu --steps %d --kind %s\n0 passed, 1 failed\n",
                static_cast<unsigned long long>(seed), prefix, options.kind.c_str());
    return 1;
  }
  const bool cut = done < options.schedules;
  std::printf(
      "%llu schedules of %d steps, seeds %llu to %llu: no violation%s\n",
      static_cast<unsigned long long>(done), steps_of(options), static_cast<unsigned long long>(options.seed),
      static_cast<unsigned long long>(options.seed + done - 1), cut ? "; CUT SHORT by --seconds" : "");
}
