// One queued write, its record in storage, and the rules by which several writes of one record become
// one request (contract 12.4 and 12.5).
//
//   __queue__<token>   {"delivery":"waiting","tries":1,"page":"x","sent":0,"method":"update","id":7,…}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "page/offline_call.h"
#include "sync/journal.h"
#include "sync/operation.h"

namespace caching {

// The prefix of a temporary id, which is followed by the token of its create (12.3).
inline constexpr const char* temporary_prefix = "_new_";

enum class Delivery {
  waiting,    // no request is in flight
  first_try,  // the request of the page's own call is in flight
  replaying,  // a later request is in flight
  confirmed,  // the server has confirmed the write, but an older write of its record has no answer yet
};

struct QueuedWrite {
  // Storage has each of these.
  Delivery delivery = Delivery::waiting;
  int tries = 0;      // requests so far
  std::string page;   // the page that made the last request
  double sent = 0;    // when it made that, in milliseconds since the epoch
  double since = 0;   // when the write was made, in milliseconds; no two writes of a page have the same
  std::string token;  // unique; also the Idempotency-Key of a create
  Method method = Method::update;
  Id id;  // of its record
  std::string url;
  std::string id_attribute;
  std::string attributes;             // the JSON object that is sent: of a patch, its changes; empty: none
  std::string body;                   // the JSON that the model's own toJSON made; empty: there is none
  std::optional<std::string> record;  // the record that the cache shows after it; none: it has no JSON
  // The members that a patch sets, if they differ from its attributes. A write with `wait` that was folded
  // into a patch keeps the members that the cache shows.
  page::Patch patch;
  State base;           // the confirmed state below the oldest write of the record
  std::string list;     // the list that the new row joins; empty: none
  Places places;        // the places that a delete took the id from
  bool hidden = false;  // `wait`: the cache does not show it

  // Only this page knows these.
  Sequence sequence = 0;          // of its change in the journal; 0: the journal has none
  int decorator = -1;             // the decorator to send it through; -1: any
  std::vector<int> callers = {};  // the calls that wait for its outcome
  std::string text = {};          // its text in storage

  const std::string& key() const { return id.text; }
  bool is_create() const { return method == Method::create; }
  bool is_removal() const { return method == Method::remove; }
  bool is_in_flight() const { return delivery == Delivery::first_try || delivery == Delivery::replaying; }
  // True if nothing is cached of it before the server confirms it: a create in flight for the first time
  // exists only in its entry (4.1).
  bool is_unseen() const { return is_create() && delivery == Delivery::first_try; }
  // True if its row is in its list: a row is not before the outcome of the first request (4.6).
  bool is_listed() const { return delivery != Delivery::first_try; }
  // True if no server can know of it, so a later write may still change it.
  bool is_untried() const { return delivery == Delivery::waiting && tries == 0; }
  // True if `pending` lists it. The first request is the business of the page's own call.
  bool is_pending() const { return delivery == Delivery::waiting || delivery == Delivery::replaying; }
  // True if the cache shows its record as deleted.
  bool removes() const { return is_removal() && !record && patch.members.empty(); }
  // Returns what the write does to its record.
  Change change() const;
  // True if the cache shows the same of another state of this write.
  bool shows_same(const QueuedWrite& other) const {
    return key() == other.key() && method == other.method && hidden == other.hidden &&
           record == other.record && shown_members() == other.shown_members();
  }
  // Returns the attributes that the record takes of a patch.
  const std::string& shown_members() const;
};

// Returns an id that is written as JSON. Returns none if it is neither a string nor a number.
std::optional<Id> read_id(const std::string& json);

// True if a text has the form of this library's tokens: digits and small letters, not only a word of
// letters, which may be the id of a user's (12.19).
bool is_token(std::string_view text);
// True if a key is a temporary id of this library.
bool is_temporary(const std::string& key);
std::string token_of(const std::string& temporary);
// Returns the temporary ids in a text: each is a whole value of JSON, or a segment of a URL (12.10).
std::vector<std::string> temporary_ids(const std::string& text);
// Returns the temporary ids of other records that a write mentions.
std::vector<std::string> mentioned(const QueuedWrite& write);
// Returns a text of JSON, or a URL, with an id in the place of a temporary one.
std::string with_id(std::string json, const std::string& temporary, const Id& id);
std::string url_with_id(std::string url, const std::string& temporary, const Id& id);

// Puts an id in the place of a temporary one, everywhere in a write. Returns true if that changed it.
bool identify(QueuedWrite& write, const std::string& temporary, const Id& id);

// Returns the URL of a row, as Backbone makes it of the URL that its create is sent to.
std::string url_of_row(const std::string& url, const Id& id);

// True if one request can do what an untried write and a later one of the same record do. Their URLs are
// the same, or one is of the row and one of its create (12.5). A change with `wait` is no part of a
// delete that is shown: the cache goes on to show the delete.
bool can_fold(const QueuedWrite& queued, const QueuedWrite& later);
// Folds a later write of the same record into an untried one. `sent`: what the later write was to send.
// Returns false if nothing is left to be sent: a create and its delete.
bool fold(QueuedWrite& queued, QueuedWrite&& later, const page::Sent& sent);

// True if a confirmed write leaves nothing of an older one to be sent. Any later write supersedes a
// delete, since it has found the row (12.11).
bool supersedes(const QueuedWrite& confirmed, const QueuedWrite& older);

// Changes a write that was made before the answer to an older one of the record came. It sends the
// answer, with the attributes laid over it that differ from what the older write sent, so that what the
// server has changed stays (12.5). confirmed: the record after the answer. Returns false if nothing
// differs, so nothing is left to be sent.
bool rebase(QueuedWrite& write, const QueuedWrite& answered, const std::string& confirmed);

// Returns what sync.cache.pending() lists (12.9) or, with a status, what `reject` fires (12.7).
std::string spell_pending(const QueuedWrite& write, std::optional<int> status = {});

// Returns a write from its text in storage. Returns none if the text is no such write (9.3, 12.19).
std::optional<QueuedWrite> read_write(const std::string& token, const std::string& text);
std::string spell_write(const QueuedWrite& write);
// Returns the id in the record of a temporary id that has become known.
std::optional<Id> id_in(const std::string& text);

}  // namespace caching
