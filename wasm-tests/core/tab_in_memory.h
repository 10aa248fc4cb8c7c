// A tab as the tests of the core play it: timers that a test lets pass, locks that it gives,
// and what the page would hear of its queue.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "page/tab.h"
#include "page_in_memory.h"

namespace in_memory {

class Backbone;
class Tab;
struct Collection;
struct Model;

// What the tabs of one origin share besides its storage.
struct Origin {
  std::map<std::string, Tab*> locks;  // by namespace
};

class Tab final : public page::Tab {
 public:
  Tab(Backbone& backbone, Origin& origin);
  ~Tab();

  std::string token() override;
  std::string page() override;
  bool is_offline() override { return has_no_network; }
  page::Target target_of(int decorator, const std::string& url) override;
  void warn(const std::string& text) override { tell("warn " + text); }
  bool find_pages(const std::string& ns) override;
  void wake(const std::string& ns, double milliseconds) override;
  bool request_lock(const std::string& ns) override;
  void release_lock(const std::string& ns) override;
  std::unique_ptr<page::Call> resend(int decorator, const page::Resent& write, const std::string& callers,
                                     int& number) override;
  void identify(const std::string& ns, const std::string& temporary, const std::string& id) override;
  void tell_rejected(const std::string& ns, const std::string& rejected, int call) override;
  void tell_lost(const std::string& ns, int writes) override;
  void tell_replayed(const std::string& ns, int sent, int rejected, int left) override;

  void use(const std::string& ns, const std::shared_ptr<Model>& model) { models_.emplace_back(ns, model); }
  void use(const std::string& ns, const std::shared_ptr<Collection>& collection) {
    collections_.emplace_back(ns, collection);
  }
  // Those of a namespace that somebody still has; of all without one.
  std::vector<std::shared_ptr<Model>> models(const std::string* of = nullptr) const;

  // Answers all that have asked for a lock.
  void give_locks();
  // Rings what is due, until nothing is.
  void ring();
  // The same after so many milliseconds more.
  void pass(double milliseconds);

  bool has_locks = true;                        // else it is one of an older browser
  bool has_no_network = false;                  // as the browser says
  page::Target target = page::Target::foreign;  // of each URL that is not of the page
  std::map<std::string, double> timers;         // when they ring, in milliseconds; by namespace
  std::vector<std::string> asking;              // namespaces, for their locks
  std::vector<std::string> finding;             // namespaces, for the pages that live
  std::vector<std::string> events;              // what `sync.cache` has fired, and how replays ended
  std::function<void(const std::string& event)> on_event = [](const std::string&) {};
  void tell(std::string event);

 private:
  Backbone& backbone_;
  Origin& origin_;
  const std::string page_;
  std::vector<std::pair<std::string, std::weak_ptr<Model>>> models_;
  std::vector<std::pair<std::string, std::weak_ptr<Collection>>> collections_;
};

}  // namespace in_memory
