// What the decorator asks of one call of the decorated sync: its model, its options,
// the wrapped sync and the promise. The page's code may run in any of these functions
// that says so, and may call into the core again; what it throws stays outside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "page/page.h"

namespace page {

enum class Phase { cached, server };

// Whom a phase is reported to: options.success and the event `sync`, or only the
// model, which takes the data in silence about the call (3.6).
enum class Report { callbacks, data_only };

// What is to become of one row of an answer, because something newer is known.
enum class Change {
  replace,            // the newer record stands in its place, if it is there
  replace_or_append,  // it stands in its place, or at the end
  take_out,
};
struct Amendment {
  std::string key;
  Change change;
  std::string text;  // the newer record; empty to take out
};

// What a patch sets. Each text is JSON.
struct Patch {
  std::string members;  // an object; empty: it has no JSON
  std::string id;       // an object with the id that a record without one is given (2.8); `{}`: none
  std::string dates;    // the paths of the dates in it; empty: the class has no `parse` of its own
};

// What a model stands for once the server has confirmed a write.
struct Confirmed {
  std::optional<std::string> text;  // the JSON of its record; none: it has no JSON
  std::optional<json::Scalar> id;   // none: it has no id, or one of another type
  // Of a model that has no id and is in no collection; empty: it has none either.
  std::string url;
  bool in_collection = false;
};

// The home of a new model: how to find the list that it joins (contract 4.1).
struct Home {
  std::string list;          // the list that its collection was fetched into last, or empty
  std::string url;           // the URL of its collection or, without one, of its class, or empty
  bool is_computed = false;  // the collection's URL is a function
};

// How many rows the answer brought that the collection now holds, how many of its rows
// have no id, and how many models with an id the collection holds in all.
struct Held {
  int answered = 0;
  int unnamed = 0;
  int all = 0;
};

enum class Rows {
  answered,        // those that the answer brought and the collection holds
  without_record,  // models of the collection that have no record yet
};
// What became of a number of rows.
struct Written {
  int failed = 0;  // they could not be written, and have no record now
  int full = 0;    // of these, because the quota is reached
  int saved = 0;   // they were there already
};

enum class Listed { answered, all };

// The answer that a collection's own `parse` found the rows in, and beside it what is
// kept of it. Each text is JSON.
struct Envelope {
  // With a mark of the page's in the place of its rows, where they stand in it as they are.
  std::string answer;
  // The headers that `parse` has asked the request for: an object. Empty: none.
  std::string headers;
};

// What the offline module asks besides (page/offline_call.h).
class OfflineCall;

// A call knows how the keys of its namespace lie in storage; here a key is a record's own.
class Call {
 public:
  virtual ~Call() = default;

  // Returns nullptr where the page has no offline module, which alone asks.
  virtual OfflineCall* offline() { return nullptr; }

  // Calls the wrapped sync and listens for its outcome, which may arrive before this
  // returns. False: it threw, and the caller of sync will see that.
  virtual bool invoke() = 0;

  // In place of `invoke`: no request is sent, and the caller's callbacks and promise are
  // ready all the same (8.1).
  virtual void send_nothing() = 0;
  // The outcome that a miss has where no request may be sent: a failure of status 0.
  virtual void answer_with_miss() = 0;

  // Where reads share a request (8.3). What makes the request of a read: its URL, data and
  // headers. None: they cannot be told from others.
  virtual std::optional<std::string> request_text() = 0;
  // In place of `invoke`: waits for the answer to the request of another call. The promises
  // of both stand for that request, but each can be called off by itself.
  virtual void join(int leader) = 0;
  // Takes a copy of the answer of the call that it has joined.
  virtual void take_answer_of(int leader) = 0;
  // The request answers to another call from now on.
  virtual void hand_over(int heir) = 0;
  // The outcome that a call has which the page has called off.
  virtual void answer_with_abort() = 0;

  // Reads the record of this key, or the rows of a list (its JSON), out of storage for
  // the cached phase. expiry: where given, the first minute in which a row of the list
  // expires. False: something is missing, or not what such a model needs (9.3).
  virtual bool load_record(const std::string& key) = 0;
  virtual bool load_rows(const std::string& list, Minutes& expiry) = 0;
  // Takes the answer that a collection's own `parse` is to be given in the cached
  // phase, before it takes the rows. False: it is not what was expected (9.3).
  virtual bool load_envelope(const Envelope& envelope) = 0;

  // Spells the rows of the answer before anybody can change them; or its record, with the id
  // that the model was asked for in front where it has no member for it (2.8). False: it
  // has none, so there is nothing to be cached.
  virtual bool take_answer() = 0;
  // The ids of those of the answer's rows that have one.
  virtual json::Scalars answered_ids() = 0;
  // The records of rows (or of the model, whatever the key) as the answer has them, one
  // for each key; empty where it has none.
  virtual std::vector<std::string> answered_texts(const std::vector<std::string>& keys) = 0;
  // Lays newer records over old rows of the answer and takes out the rows that are
  // gone. A text that is no such record changes nothing (9.3).
  virtual void amend_answer(const std::vector<Amendment>& amendments) = 0;
  // Delivers what was loaded (by load_rows) in place of the answer.
  virtual void answer_with_loaded() = 0;

  // Gives the data to the model through Backbone's own success path. In the server
  // phase the page says `parsed` when a collection's own `parse` has found the rows,
  // and `settled` when the model has taken the answer, before any callback runs, if it
  // can. Runs the page's code, like all that follow up to `reject`.
  virtual void deliver(Phase phase, Report report) = 0;
  // Tells options.error.
  virtual void report_failure() = 0;
  // Settles the promise, if it is not settled yet.
  virtual void resolve(Phase phase) = 0;
  virtual void reject() = 0;

  // The record that a write sends: the model's attributes or, where base is a record,
  // base with the attributes of a patch. None: it has no JSON.
  virtual std::optional<std::string> sent_text(const std::optional<std::string>& base) = 0;
  virtual Patch patch() = 0;
  // Returns the record after the answer. After a patch this is what was sent and the answer over it or,
  // in a class with an own `parse`, the record that was last given to sent_text with these over it.
  virtual Confirmed confirmed() = 0;

  // The rows of a collection after the server phase.
  virtual Held held() = 0;
  // Writes rows whose text is not there already; these keys are left alone, and so are those that
  // begin with what no model may have (query.h). A row that cannot be written loses its record.
  virtual Written write_rows(Rows rows, Minutes expiry, const std::vector<std::string>& except) = 0;
  // Writes the record of the answer under a key.
  virtual Wrote write_answer(const std::string& key, Minutes expiry) = 0;
  // The JSON of the ids that the call's collection holds: of those that the answer
  // brought, or of all. None: the collection does not tell.
  virtual std::optional<std::string> list_text(Listed which) = 0;
  // Notes the list that the call's collection is fetched into, for `home`. A delivered list replaces the
  // one before; a list that is only asked for does not.
  enum class Fetched { asked, delivered };
  virtual void fetched_into(const std::string& list, Fetched fetched) = 0;
  virtual Home home() = 0;

  // What is kept of the answer that a collection's own `parse` was given. None: it has no
  // JSON.
  virtual std::optional<Envelope> envelope() = 0;
};

}  // namespace page
