#include "offline_long_queue.h"

#include <algorithm>
#include <cstdio>

namespace simulation::offline {

using caching::Method;

namespace {

// So many writes are a short queue.
constexpr int few = 100;

}  // namespace

LongQueue::LongQueue(std::uint64_t seed, bool trace) : random_(seed * 3 + 1), trace_(trace) {
  page_.clock.set_minute(1000);
  page_.storage.quota = in_memory::Storage::unlimited;
}

void LongQueue::load() {
  backbone_ = std::make_unique<in_memory::Backbone>(page_);
  backbone_->wrapped = [this](int number) {
    sent_.push_back(number);
    return true;
  };
  caching::Policy policy;
  policy.queue = true;
  decorator_ = backbone_->decorate("p", policy);
}

std::optional<Violation> LongQueue::run(int writes) {
  load();
  backbone_->tab.has_no_network = true;
  for (step_ = 1; step_ <= writes && !violation_; ++step_) {
    queue_write();
    read_row();
  }
  page_.storage.scans = page_.storage.reads = 0;
  load();
  const std::size_t most_reads = 20 * static_cast<std::size_t>(writes) + 100;
  if (page_.storage.scans > 2 || page_.storage.reads > most_reads) {
    violates("to load the queue takes " + std::to_string(page_.storage.scans) + " scans of all keys and " +
             std::to_string(page_.storage.reads) + " reads");
  }
  if (!violation_) send_all(writes);
  return violation_;
}

template <class Step>
void LongQueue::measure(const std::string& what, bool is_short, Step step) {
  in_memory::Storage& storage = page_.storage;
  const Cost before = {storage.reads, storage.writes, storage.scans};
  step();
  const Cost cost = {storage.reads - before.reads, storage.writes - before.writes,
                     storage.scans - before.scans};
  if (trace_)
    std::printf("%5d %s: %zu reads, %zu writes, %zu scans\n", step_, what.c_str(), cost.reads, cost.writes,
                cost.scans);
  Cost& most = costs_[what];
  if (is_short) {
    most = {std::max(most.reads, cost.reads), std::max(most.writes, cost.writes),
            std::max(most.scans, cost.scans)};
  } else if (cost.reads > most.reads || cost.writes > most.writes || cost.scans > most.scans) {
    violates("beside a long queue, to " + what + " takes " + std::to_string(cost.reads) + " reads, " +
             std::to_string(cost.writes) + " writes and " + std::to_string(cost.scans) +
             " scans of all keys; and beside a short one " + std::to_string(most.reads) + ", " +
             std::to_string(most.writes) + " and " + std::to_string(most.scans));
  }
}

// Each of a record of its own.
void LongQueue::queue_write() {
  const int u = ++last_u_;
  constexpr Method methods[] = {Method::create, Method::update, Method::patch, Method::remove};
  in_memory::Call call;
  call.decorator = decorator_;
  call.request.method = methods[random_.below(4)];
  call.model = std::make_shared<in_memory::Model>();
  call.model->attributes = {{"u", u}, {"n", u}};
  if (call.request.method != Method::create) call.model->attributes = server_.add({{"u", u}, {"n", 0}});
  if (call.request.method == Method::patch) call.patch = {{"n", u}};
  const std::string what = std::string("queue a ") + caching::name_of(call.request.method);
  measure(what, step_ <= few, [&] { backbone_->lose(backbone_->start(std::move(call))); });
}

void LongQueue::read_row() {
  auto model = std::make_shared<in_memory::Model>();
  model->attributes = {{"id", 1 + static_cast<int>(random_.below(static_cast<std::size_t>(last_u_)))}};
  in_memory::Call call;
  call.decorator = decorator_;
  call.model = std::move(model);
  call.policy.fetch_policy = caching::FetchPolicy::cache_only;
  measure("read a row", step_ <= few, [&] { backbone_->start(std::move(call)); });
}

// The last ones are a short queue, whose cost is known when all are sent.
void LongQueue::send_all(int writes) {
  struct Sending {
    std::string what;
    Cost cost;
  };
  std::vector<Sending> all;
  sent_.clear();
  backbone_->sync.replay(decorator_);
  backbone_->tab.give_locks();
  in_memory::Storage& storage = page_.storage;
  while (!sent_.empty()) {
    const int number = sent_.back();
    sent_.clear();
    const page::Resent& write = *backbone_->call(number).resent;
    const Method method = backbone_->call(number).request.method;
    const Answer answer =
        server_.process({method, write.url, in_memory::parsed(write.attributes), write.token});
    const Cost before = {storage.reads, storage.writes, storage.scans};
    backbone_->succeed(number, answer.body);
    all.push_back(
        {caching::name_of(method),
         {storage.reads - before.reads, storage.writes - before.writes, storage.scans - before.scans}});
  }
  if (static_cast<int>(all.size()) != writes)
    violates("only " + std::to_string(all.size()) + " writes are sent");
  Cost most;
  for (std::size_t at = all.size(); at-- > 0;) {
    const Cost& cost = all[at].cost;
    const bool is_short = at + few >= all.size();
    if (trace_)
      std::printf("%5zu send a %s: %zu reads, %zu writes, %zu scans\n", at, all[at].what.c_str(), cost.reads,
                  cost.writes, cost.scans);
    if (is_short) {
      most = {std::max(most.reads, cost.reads), std::max(most.writes, cost.writes),
              std::max(most.scans, cost.scans)};
    } else if (cost.reads > most.reads || cost.writes > most.writes || cost.scans > most.scans) {
      violates("with a long queue behind it, to send a " + all[at].what + " takes " +
               std::to_string(cost.reads) + " reads, " + std::to_string(cost.writes) + " writes and " +
               std::to_string(cost.scans) + " scans");
    }
  }
}

void LongQueue::violates(const std::string& what) {
  if (violation_) return;
  violation_ = {step_, what};
  if (trace_) std::printf("%5d VIOLATED: %s\n", step_, what.c_str());
}

}  // namespace simulation::offline
