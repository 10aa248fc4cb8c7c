// The decorator: every read, create, update, patch and delete goes to the wrapped sync
// and through the cache (contract 3 to 5). It knows the decorators, their namespaces
// and the calls in progress; read.h and write.h know what becomes of a call.
#pragma once

#include <list>
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
#include "sync/write_queue.h"

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

class CachingSync {
 public:
  CachingSync(const page::Page& page, burry::Registry& registry, QueueMaker& queues);
  CachingSync(const CachingSync&) = delete;

  // A decorator of a namespace; two decorators of one namespace are one cache. Returns
  // its number.
  int decorate(const std::string& ns, const Policy& policy);
  const Policy& policy(int decorator) const;

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

  // Empties a namespace. Pending calls complete, but write nothing (5.5). Returns the number of writes
  // that nobody will send.
  int clear(int decorator);
  // Empties every namespace of this origin.
  int clear_all();
  // Takes a record out, and its id from every list.
  void drop(int decorator, const std::string& key);
  // The JSON of the plain list; none where there is none.
  std::optional<std::string> ids(int decorator);
  Stats stats(int decorator);
  // Calls whose outcome has not come yet.
  int calls_in_progress() const { return calls_.size(); }
  // Records of which the cache shows, or could have to show again, something else than
  // storage held before.
  int records_in_doubt() const;

 protected:
  Namespace& open(const std::string& ns);
  // Returns the namespace of this name that the page has opened; nullptr: there is none.
  Namespace* find(const std::string& ns);
  // Forgets all that the page knows of a namespace that is empty. Pending calls write nothing (5.5).
  void forget(Namespace& ns);
  Namespace& ns_of(int decorator) { return decorators_[static_cast<std::size_t>(decorator)].ns; }

  const page::Page page_;
  burry::Registry& registry_;
  // A list, since one may be opened while they are gone through.
  std::list<Namespace> opened_;

 private:
  struct Decorator {
    Namespace& ns;
    Policy policy;
  };

  int clear(Namespace& ns);

  QueueMaker& queues_;
  Sequences sequences_;
  std::vector<Decorator> decorators_;

 protected:
  Calls calls_;
};

}  // namespace caching
