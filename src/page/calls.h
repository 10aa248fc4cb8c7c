// What the decorator asks of a page: one call of the decorated sync that is in
// progress, with its model, its options, the wrapped sync and the promise.
#pragma once

#include "page/page.h"

namespace page {

// The number that the page gave to a call. No number is used twice.
using Call = int;

enum class Phase { cached, server };

// Whom a phase is reported to: options.success and the event `sync`, or only
// the model, which takes the data in silence about the call (BEHAVIOUR 3.6).
enum class Report { callbacks, data_only };

// What a model stands for once the server has confirmed a call.
struct Confirmed {
  Value text;  // the JSON of its record; empty: it has none
  Id id = {};  // its id, or its URL where it has no id
  bool has_id = false;
  bool key_known = false;  // false: neither id nor URL, or an id of another type
  bool in_collection = false;
};

// How many rows the answer brought that the collection now holds, how many of
// its rows have no id, and how many models with an id the collection holds in all.
struct Held {
  int answered = 0;
  int unnamed = 0;
  int all = 0;
};

// What is to become of one row of an answer, because something newer is known.
enum class Change {
  replace,            // the newer record stands in its place, if it is there
  replace_or_append,  // it stands in its place, or at the end
  take_out,
};
struct Amendment {
  Name key;
  Change change;
  Value text;
};

// What became of a number of rows.
struct Written {
  int failed = 0;  // they could not be written, and have no record now
  int saved = 0;   // they were there already
};

enum class Rows {
  answered,        // those that the answer brought and the collection holds
  without_record,  // models of the collection that have no record yet
};

enum class Listed { answered, all };

class Calls {
 public:
  // Calls the wrapped sync and listens for its outcome, which may arrive before
  // this returns. False: it threw, and the caller of sync will see that.
  virtual bool invoke(Call call) = 0;

  // Takes a record (or the records of a list) for the cached phase. False: it is
  // not what such a model needs (9.3). expiry: the first in which a row expires.
  virtual bool load_record(Call call, Value text) = 0;
  virtual bool load_rows(Call call, Value list, const Ends& ends, Minutes& expiry) = 0;
  // Takes the answer that a collection's own `parse` is to be given in the cached
  // phase, before it takes the rows. False: it is not what was expected (9.3).
  virtual bool load_envelope(Call call, Value text) = 0;

  // Spells the rows (or the record) of the answer before anybody can change them.
  // False: it has none, so there is nothing to be cached.
  virtual bool take_answer(Call call) = 0;
  // The ids of those of these rows that have one.
  virtual Ids answered_ids(Call call) = 0;
  // The record of one row (or of the model) as the answer has it, or empty.
  virtual Value answered_text(Call call, Name key) = 0;
  // Lays newer records over old rows of the answer and takes out the rows that
  // are gone. A text that is no such record changes nothing (9.3).
  virtual void amend_answer(Call call, const List<Amendment>& amendments) = 0;
  // Delivers what was loaded (by load_rows) in place of the answer.
  virtual void answer_with_loaded(Call call) = 0;

  // Gives the data to the model through Backbone's own success path. In the
  // server phase the page says `parsed` when a collection's own `parse` has found
  // the rows, and `settled` when the model has taken the answer, before any
  // callback runs, if it can.
  virtual void deliver(Call call, Phase phase, Report report) = 0;
  // Tells options.error.
  virtual void report_failure(Call call) = 0;
  // Settles the promise, if it is not settled yet.
  virtual void resolve(Call call, Phase phase) = 0;
  virtual void reject(Call call) = 0;
  // The call is over; the page may forget its number.
  virtual void forget(Call call) = 0;

  // The record that a write sends: the model's attributes or, where base is a
  // record, base with the attributes of a patch. Empty: it has no JSON.
  virtual Value sent_text(Call call, Value base) = 0;
  virtual Confirmed confirmed(Call call) = 0;

  // The rows of a collection after the server phase.
  virtual Held held(Call call) = 0;
  // Writes rows whose text is not there already. A row that cannot be written
  // loses its record.
  virtual Written write_rows(Call call, Rows rows, const Ends& ends, Minutes expiry,
                             const Names& except) = 0;
  // The JSON of the ids that the call's collection holds: of those that the answer
  // brought, or of all. Empty: the collection does not tell.
  virtual Value list_text(Call call, Listed which) = 0;
  // The answer that a collection's own `parse` was given, without the rows where
  // they stand in it as they are. Empty: it has no JSON.
  virtual Value envelope_text(Call call) = 0;

 protected:
  ~Calls() = default;
};

}  // namespace page
