// One random schedule of what users do in several tabs of one storage while the network comes
// and goes, and tabs end in the middle of anything. A seed makes the same one on every machine.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  int u = 0;  // of its record; 0: of a read
  int n = 0;  // of a write of the page itself
  bool is_resent = false;
  std::string entry;  // of the queue, that is resent
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
  int starting = 0;            // the write whose call is about to begin
  int cleared_behind[2] = {};  // by namespace: the last call before its cache was cleared
};

// What lies in the queue of a namespace.
struct Entry {
  std::string token, id, method;
  int u = 0, n = 0;
  bool is_sending = false, is_hidden = false, is_removal = false;
};

class Schedule {
 public:
  // trace: print each step.
  Schedule(std::uint64_t seed, bool trace);
  // Runs the steps, then lets everything be sent, and looks whether nothing is lost.
  std::optional<Violation> run(int steps);

 private:
  // What may happen in this schedule, drawn at its start.
  struct Traits {
    bool two_tabs, three_tabs, crashes, waits, refusals, mentions, full, clears, wipes, impatient, expiry,
        stale, no_locks, no_tokens, is_alert;
  };

  // The page, in offline_tabs.cpp.
  void load(LoadedTab& tab);
  void end(LoadedTab& tab);
  void crash(LoadedTab& tab);
  void leave_deletes(const LoadedTab& tab);
  bool is_orphan(const UserWrite& write);
  void leave_orphans();
  LoadedTab* find(int life);
  LoadedTab& some_tab() { return tabs_[random_.below(tabs_.size())]; }
  bool invoked(LoadedTab& tab, int number);
  void heard(LoadedTab& tab, int number);
  void heard_failure(LoadedTab& tab, int number);
  void fired(LoadedTab& tab, const std::string& event);
  void is_rejected(const std::string& ns, const Content& rejected);
  void is_identified(const std::string& temporary, const Content& id);

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
  void excuse(std::size_t space);
  void pass_time();
  void ring(LoadedTab& tab);
  void tell_others(LoadedTab& tab);
  void change_quota();
  void launch(LoadedTab& tab, std::size_t space, in_memory::Call call, UserWrite write);
  std::shared_ptr<in_memory::Model> some_model(LoadedTab& tab, std::size_t space);
  int mention(LoadedTab& tab, Content& attributes);

  // The network, in offline_network.cpp.
  void go_on(std::size_t at);
  void process(Request& request);
  void lose(std::size_t at);
  void fail(std::size_t at, int status);
  void answer(std::size_t at);
  void is_settled(const Request& request, const std::vector<int>& numbers, bool is_success);
  void tell_again();
  Request take(std::size_t at);
  void resent(const LoadedTab& tab, Request& request);
  bool is_queued(const Request& request);
  bool is_idle() const;

  // What must hold, in offline_invariants.cpp.
  const std::vector<Entry>& entries(std::size_t space);
  std::vector<Entry> read_entries(std::size_t space, const std::string& text);
  std::map<int, Entry> shown(std::size_t space);
  int record_of(std::size_t space, const Entry& entry) const;
  bool is_put_off(const UserWrite& write) const;
  void track();
  void is_queued(UserWrite& write);
  void is_vain(const UserWrite& removal);
  bool is_being_written(int u) const;
  void look();
  void looks_at_list(const LoadedTab& tab, int number);
  void finish();
  void at_rest();
  void has_no_temporary_ids(const std::string& text, const std::string& where);
  bool is_of_no_use(const std::string& stored_key);
  void has_real_ids(const in_memory::Model& model);
  void has_ended(const LoadedTab& tab);

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
  std::vector<LoadedTab> tabs_;
  std::vector<Request> requests_;
  bool is_online_ = true, was_full_ = false, is_finishing_ = false;
  bool is_echo_ = false;  // a tab hears what another one has stored
  int last_life_ = 0, last_u_ = 0, last_n_ = 0;
  std::map<std::string, int> u_of_;                     // namespace and id
  std::pair<std::string, std::vector<Entry>> read_[2];  // the text of each queue, and what it says
  std::map<std::string, bool> is_refused_;              // entries of the queue that the server has refused
  std::map<std::string, bool> is_confirmed_;            // and those that it has taken, as their tab has heard
  std::optional<Violation> violation_;
};

}  // namespace simulation::offline
