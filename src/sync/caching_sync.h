// The decorator: every read, create, update, patch and delete goes to the wrapped sync
// and through the cache (contract 3 to 5). It knows the decorators, their namespaces
// and the calls in progress; read.h and write.h know what becomes of a call.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "burry/registry.h"
#include "page/call.h"
#include "page/page.h"
#include "sync/namespace.h"
#include "sync/operation.h"
#include "sync/policy.h"
#include "sync/query.h"
#include "sync/replay.h"
#include "sync/write.h"

namespace caching {

// What the page tells of a call when it begins.
struct Request {
  Method method = Method::read;
  bool is_collection = false;
  // Of a model: its id as text, if it has one; whether it has one that is neither text
  // nor number, or no well-formed text (3.1).
  std::optional<std::string> id;
  bool has_strange_id = false;
  // Of a collection, or of a model without an id: empty where there is none.
  std::string url;
  bool url_is_static = false;  // the collection's own `url`, which is no function
  Data data;
  std::string own_key;     // what the page's own rule makes of that query (cacheKey)
  bool own_parse = false;  // the collection's own `parse` finds the rows in the answer
  bool wait = false;
};

// Of a namespace, since the page was loaded; bytes: what lies in storage now.
struct Stats {
  double hits, misses, saved_writes, bytes;
};

class CachingSync final : private Origin {
 public:
  CachingSync(const page::Page& page, burry::Registry& registry, page::Tab& tab);
  CachingSync(const CachingSync&) = delete;

  // A decorator of a namespace; two decorators of one namespace are one cache. Returns
  // its number.
  int decorate(const std::string& ns, const Policy& policy);
  const Policy& policy(int decorator) const override;

  // One call of the decorator, from the call of wrapped to the cached phase. number:
  // any that was not used before.
  void start(int decorator, int number, std::unique_ptr<page::Call> call, const Request& request,
             const Policy& policy);
  // The outcome of a call; its first one counts, every other is ignored (7.1). status
  // is the HTTP status of a failure, or 0.
  void answered(int number, Outcome outcome, int status);
  // The page has called a read off whose request others may share (8.3). Returns whether the
  // request is to be aborted.
  bool withdraw(int number);
  // The collection's own `parse` has found the rows in the answer (6.1).
  void parsed(int number);
  // The model has taken the answer (false: its validation refused it).
  void settled(int number, bool taken);

  // Empties a namespace. What is under way may end, but does not write (5.5). Returns how many
  // queued writes are lost by it (12.9).
  int clear(int decorator);
  // Empties every namespace of this origin.
  int clear_all();
  // Takes a record out, and its id from every list.
  void drop(int decorator, const std::string& key);
  // The JSON of the plain list; none where there is none.
  std::optional<std::string> ids(int decorator);
  Stats stats(int decorator);
  // Another tab has changed what lies in storage under this name; empty: it has emptied
  // storage. Returns a JSON array of what the page is to do about it (other_tabs.h).
  std::string storage_changed(const std::string& stored, const Change& change);

  // The queued writes of a namespace: a JSON array of {method, id, attributes, since}.
  std::string pending(int decorator);
  // Takes the queued writes of a record back. False: there is none, or it is under way.
  bool discard(int decorator, const std::string& key);
  // Sends what is queued (12.6). tab.tell_replayed says how that has ended.
  void replay(int decorator);
  // The browser says that there is a network.
  void online();
  // What tab.wake and tab.request_lock have asked for.
  void wake(const std::string& ns);
  void locked(const std::string& ns, bool is_free);
  // Another tab has written this key of storage (none: has removed it).
  void stored_elsewhere(const std::string& key, const std::optional<std::string>& text);
  // Other tabs have done what no key was told of: they have emptied storage, or the page was
  // asleep.
  void events_missed();

  // Calls whose outcome has not come yet.
  int calls_in_progress() const { return calls_.size(); }
  // Records of which the cache shows, or could have to show again, something else than
  // storage held before.
  int records_in_doubt() const;

 private:
  // A namespace, and what sends its queue.
  struct Opened {
    Opened(const page::Page& page, burry::Registry& registry, Sequences& sequences, const std::string& name,
           Calls& calls, page::Tab& tab, Origin& origin)
        : ns(page, registry, sequences, name), replay(ns, calls, tab, origin) {}
    Namespace ns;
    Replay replay;
  };
  struct Decorator {
    Opened& opened;
    Policy policy;
  };

  Opened& open(const std::string& ns);
  Opened* find(const std::string& ns);
  Opened& opened_of(int decorator);
  Namespace& ns_of(int decorator) { return opened_of(decorator).ns; }
  int clear(Opened& opened);
  bool is_queued(const std::string& temporary) override;
  void identify(const std::string& temporary, const Id& id) override;
  void name(QueuedWrite& write) const override;
  void dropped_create() override;
  // Queues what needs not wait any longer for another request, and ends the calls that waited for
  // what this page will hear no more of.
  void release_waiting(Namespace& ns);

  std::map<std::string, Id> ids_;  // what temporary ones have become while the page is there

  page::Page page_;
  burry::Registry& registry_;
  page::Tab& tab_;
  Sequences sequences_;
  // A list, since one may be opened while they are gone through.
  std::list<Opened> opened_;
  std::vector<Decorator> decorators_;
  Calls calls_;
};

}  // namespace caching
