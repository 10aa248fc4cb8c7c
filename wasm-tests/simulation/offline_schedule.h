// One random schedule of what users do in several tabs of one storage while the network comes
// and goes, and tabs end in the middle of anything. A seed makes the same one on every machine.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "offline_ledger.h"
#include "offline_oracle.h"
#include "offline_server.h"
#include "random.h"
#include "schedule.h"

namespace simulation::offline {

// A request that is under way.
struct Request {
  int life = 0;    // of the tab that has sent it
  int number = 0;  // of its call
  std::size_t space = 0;
  Sent sent;
  double since = 0;      // in milliseconds
  int u = 0;             // of its record; 0: of a read
  std::string token;     // of its entry in the queue; empty: it has none
  std::set<int> writes;  // the users' writes that it sends
  bool is_resent = false;
  bool reaches_nobody = false;  // the browser says that it has no network
  bool is_processed = false;
  Answer answer;
};

// A page that is loaded, with what it has in use.
struct LoadedTab {
  int life = 0;
  std::unique_ptr<in_memory::Backbone> backbone;
  std::vector<int> decorators;                                      // by namespace
  std::vector<std::shared_ptr<in_memory::Collection>> collections;  // the same
  std::vector<std::pair<std::size_t, std::shared_ptr<in_memory::Model>>> singles;
  std::map<int, int> writes;   // the users' writes, by the numbers of their calls
  int starting = 0;            // the write whose call is about to begin; 0: none is
  int cleared_behind[2] = {};  // by namespace: the last call before its cache was cleared
  bool is_to_clear[2] = {};    // another tab has cleared it, and this one has yet to learn that
  std::deque<in_memory::StorageEvent> inbox;  // events `storage` that it has yet to receive
};

class Schedule {
 public:
  // trace: print each step.
  // is_race: a tab may also act between two changes that another tab makes to storage.
  Schedule(std::uint64_t seed, bool trace, bool is_race = false);
  // Runs the steps, then lets everything be sent, and looks whether nothing is lost.
  std::optional<Violation> run(int steps);

 private:
  // What may happen in this schedule, drawn at its start.
  struct Traits {
    bool two_tabs, three_tabs, opens, crashes, waits, refusals, mentions, full, clears, wipes, impatient,
        expiry, stale, no_locks, no_tokens, is_alert, lags, interleaves;
  };

  // Pages, in offline_tabs.cpp.
  void open();
  void load(LoadedTab& tab);
  void end(LoadedTab& tab);
  void crash(LoadedTab& tab);
  LoadedTab* find(int life);
  LoadedTab& some_tab() { return tabs_[random_.below(tabs_.size())]; }
  bool invoked(LoadedTab& tab, int number);
  UserWrite& write_of(LoadedTab& tab, int number);
  void received(LoadedTab& tab, int number);
  void failed(LoadedTab& tab, int number);
  void fired(LoadedTab& tab, const std::string& event);
  // Storage has changed, while a tab is at work.
  void changed(const in_memory::StorageEvent& event);
  void entry_changed(const Ledger::Place& place, const std::string& text);
  bool is_orphan(const Entry& entry);
  void interleave();
  // Delivers events `storage`.
  void deliver();
  void receive(LoadedTab& tab);
  // Runs something in a tab: what it changes in storage is of this tab.
  template <class Act>
  void in(LoadedTab& tab, Act act) {
    const int outer = std::exchange(acting_, tab.life);
    act();
    acting_ = outer;
  }

  // What users do.
  void step();
  void disturb(std::size_t what);
  void act(LoadedTab& tab);
  void create(LoadedTab& tab, std::size_t space);
  void edit(LoadedTab& tab, std::size_t space);
  void destroy(LoadedTab& tab, std::size_t space);
  void read(LoadedTab& tab, std::size_t space);
  void discard(LoadedTab& tab, std::size_t space);
  void replay(LoadedTab& tab);
  void clear(LoadedTab& tab, std::size_t space);
  void wipe();
  void forget_orphans();
  void pass_time();
  void toggle_network();
  void change_quota();
  void launch(LoadedTab& tab, std::size_t space, in_memory::Call call, UserWrite write);
  void is_second_delete(UserWrite& write, const std::string& key);
  std::shared_ptr<in_memory::Model> some_model(LoadedTab& tab, std::size_t space);
  void mention(LoadedTab& tab, Content& attributes);

  // The network, in offline_network.cpp.
  void go_on(std::size_t at);
  void process(Request& request);
  void lose(std::size_t at);
  void lose_old(double now);
  void fail(std::size_t at, int status);
  void answer(std::size_t at);
  void tell_again();
  Request take(std::size_t at);
  void is_sent(const LoadedTab& tab, Request& request);
  void is_first_try(const Request& request, const Entry& entry);
  void is_replay(const Request& request, const Entry& entry);

  // What must hold, in offline_invariants.cpp.
  void look();
  void look_at_record(LoadedTab& tab, const Entry& entry);
  void look_at_list(LoadedTab& tab, int number);
  void has_fired();
  void finish();
  bool is_idle();
  void at_rest();
  void cache_is_servers(std::size_t space);
  void has_no_temporary_ids(const std::string& text, const std::string& where);
  bool is_of_no_use(const std::string& stored_key);
  void has_real_ids(const in_memory::Model& model);
  void has_ended(LoadedTab& tab);

  std::string stored(std::size_t space, const std::string& key) const;
  void violates(const std::string& what);
  void say(const std::string& text) const;

  Random random_;
  bool trace_;
  int step_ = 0;
  Traits traits_;
  in_memory::Page page_;
  in_memory::Origin origin_;
  std::vector<Server> servers_;
  Oracle oracle_;
  Ledger ledger_;
  std::vector<LoadedTab> tabs_;
  std::vector<Request> requests_;
  std::set<std::size_t> half_cleared_;  // spaces whose `clear` a page has ended in the middle of
  bool is_online_ = true, is_known_offline_ = false, was_full_ = false, is_finishing_ = false;
  int acting_ = 0;               // the tab that is at work
  bool is_interleaved_ = false;  // another tab is in the middle of its work
  int last_life_ = 0, last_u_ = 0, last_n_ = 0;
  std::set<std::pair<int, std::string>> fired_;  // tabs, and the entries that they have fired `reject` for
  std::optional<Violation> violation_;
};

}  // namespace simulation::offline
