// The decorator: every read, create, update, patch and delete goes to the
// wrapped sync and through the cache (BEHAVIOUR 3 to 5).
#pragma once

#include "burry/registry.h"
#include "burry/store.h"
#include "page/calls.h"
#include "sync/history.h"
#include "sync/journal.h"
#include "sync/list.h"
#include "sync/policy.h"
#include "sync/query.h"

namespace caching {

enum class Method { read, create, update, patch, remove };

// What a call is about (3.1).
enum class Subject {
  collection,
  model,      // it has an id; key is that id
  singleton,  // it has none; key is its URL
  unnamed,    // it has neither, or an id that is no text and no number
};

// What the page tells of a call when it begins.
struct Request {
  page::Call call = 0;
  Method method = Method::read;
  Subject subject = Subject::unnamed;
  page::Name key = {};
  Query query = {};          // of a collection or a singleton
  page::Name own_key = {};  // what the page's own rule makes of that query (cacheKey)
  bool own_parse = false;  // the collection's own `parse` finds the rows in the answer
  bool wait = false;
};

// How a call ended, as the wrapped sync tells it.
enum class Outcome {
  success,
  success_without_data,
  failure,
  canceled,  // by the page, before anything was sent: nobody is told
};

// How a failed call ended; status is the HTTP status, or 0.
struct Failure {
  Outcome outcome;
  int status;
};

// Of a namespace, since the page was loaded; bytes: what lies in storage now.
struct Stats {
  double hits, misses, saved_writes, bytes;
};

class CachingSync {
 public:
  CachingSync(const page::Page& page, page::Calls& calls, burry::Registry& registry);
  ~CachingSync();

  // A decorator of a namespace; two decorators of one namespace are one cache.
  // Returns its number.
  int decorate(page::Name ns, Policy policy);

  // One call of the decorator, from the call of wrapped to the cached phase.
  void start(int decorator, Request request, Policy policy);
  // The outcome of a call; its first one counts, every other is ignored (7.1).
  // status is the HTTP status of a failure, or 0.
  void answered(page::Call call, Outcome outcome, int status);
  // The collection's own `parse` has found the rows in the answer (6.1).
  void parsed(page::Call call);
  // The model has taken the answer (false: its validation refused it).
  void settled(page::Call call, bool taken);

  const Policy& policy(int decorator) const;
  // Empties a namespace. What is under way may end, but does not write (5.5).
  void clear(int decorator);
  // Empties every namespace of this origin.
  void clear_all();
  // Takes a record out, and its id from every list.
  void drop(int decorator, page::Name key);
  // The plain list; empty where there is none.
  page::Value ids(int decorator);
  Stats stats(int decorator);

  // Calls whose outcome has not come yet.
  int calls_in_progress() const { return operations_.size(); }
  // Records of which the cache shows, or could have to show again, something else
  // than storage held before.
  int records_in_doubt() const;

  // What is needed of the page's values and names when no call into the core is
  // under way.
  page::Reachable reachable() const;

 private:
  struct Namespace;
  struct Operation;

  page::Minutes expiry_from_now(const Policy& policy);
  Namespace& open(page::Name ns);
  Namespace& ns_of(int decorator);
  void clear(Namespace& ns);
  // Where the call stands among the operations, or would stand.
  int place(page::Call call) const;
  Operation* find(page::Call call);
  void end(page::Call call);
  // Calls wrapped. Empty: the call is over when it returns.
  Operation* invoke(page::Call call);

  void read(page::Call call);
  void create(page::Call call);
  void update(page::Call call);
  void remove(page::Call call);

  bool load(Operation& operation);
  bool load_record(Operation& operation);
  bool load_rows(Operation& operation);
  bool load_envelope(Operation& operation);
  void take_rows(Operation& operation);
  bool overtake(Operation& operation);
  void bring_up_to_date(Operation& operation);
  void bring_back(Namespace& ns, const History::Newer& noted, page::Minutes expiry);
  void remember_place(Operation& operation, page::Name key);
  void confirm_under_pending(Operation& operation, page::Name key);

  void succeeded(page::Call call, bool with_data);
  void failed(page::Call call, Failure failure);
  void store(Operation& operation);
  void store_record(Operation& operation);
  void store_rows(Operation& operation);
  bool store_envelope(Operation& operation);
  void store_written(Operation& operation);
  void join_plain_list(Operation& operation, const page::Confirmed& confirmed);
  void drop_lists_of_missing(Namespace& ns, page::Name key);
  void take_out(Namespace& ns, const page::Names& keys);
  void leave_out_missing(Namespace& ns, const page::Names& keys);
  bool write_rows(Operation& operation, page::Rows rows, const page::Names& except);
  void take_back(Operation& operation);
  void forget_refused(Operation& operation);

  const page::Page& page_;
  page::Calls& calls_;
  burry::Registry& registry_;
  page::List<Namespace*> namespaces_;
  struct Decorator {
    Namespace* ns;
    Policy policy;
  };
  page::List<Decorator> decorators_;
  page::List<Operation*> operations_;  // by number of the call
  Sequence last_sequence_ = 0;
};

}  // namespace caching
