// A write that the server has not heard of, how it lies in storage, and what becomes of
// several on one record (contract 12.4 and 12.5).
//
//   {"writes":[{"method":"create","id":"_new_x","token":"x","url":"/rows",…}],"ids":{},"ended":{}}
//
// What the other tabs are to hear stands in one text, and in the next no more: `ids`, which
// temporary ids have become; `ended`, the tokens of the writes that have left the queue, each
// with what `reject` tells (false: there was no room for that), or null.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "page/offline_call.h"
#include "sync/journal.h"
#include "sync/operation.h"

namespace caching {

// In front of the id of a record that the server has not seen (12.3).
inline constexpr const char* temporary_prefix = "_new_";

struct QueuedWrite {
  Method method = Method::update;
  std::string token;  // names it among all; of a create, also to the server
  Id id;              // of its record, which lies under the same text
  std::string url;
  std::string id_attribute;
  std::string attributes;  // JSON of those that are to be sent: of a patch its changes; empty: none
  std::string body;        // what the model's own toJSON made of them; empty: it has none
  // What the cache shows after it. None: JSON cannot spell it, or nothing.
  std::optional<std::string> record;
  State base;            // what a refusal returns to
  std::string list;      // that the row has joined, or joins when it is confirmed; may be empty
  Places places;         // that a delete took the id from
  double since = 0;      // milliseconds since the epoch
  bool hidden = false;   // `wait`: nothing is shown
  bool sending = false;  // it is under way, or was when its page ended: nothing is folded into it
  bool changed = false;  // a create, since its first try, of which the server may know

  // Of this page only: the number of the write in the journal, the decorator to send it
  // through (-1: any), and the calls that wait for its outcome.
  Sequence sequence = 0;
  int decorator = -1;
  std::vector<int> callers = {};

  const std::string& key() const { return id.text; }
  bool is_create() const { return method == Method::create; }
  Change change() const;
  bool removes() const { return method == Method::remove && !record; }
};
using QueuedWrites = std::vector<QueuedWrite>;
// nullptr: none has this token.
QueuedWrite* find(QueuedWrites& writes, const std::string& token);

// An id as JSON spells it; none: it is no text and no number.
std::optional<Id> read_id(const std::string& json);

// Whether a key is a temporary id.
bool is_temporary(const std::string& key);
// The temporary ids in a text: as a whole value of JSON, or as a segment of a URL.
std::vector<std::string> temporary_ids(const std::string& text);
// The same, but only those of other records.
std::vector<std::string> mentioned(const QueuedWrite& write);
// A text of JSON, or a URL, with an id in the place of a temporary one.
std::string with_id(std::string json, const std::string& temporary, const Id& id);
std::string url_with_id(std::string url, const std::string& temporary, const Id& id);

// Puts an id in the place of a temporary one, wherever the write has that. Returns whether the
// server, or the cache, is to hear something else of it now.
bool identify(QueuedWrite& write, const std::string& temporary, const Id& id);

// Returns the URL of a row, as Backbone makes it of the URL that its create is sent to.
std::string url_of_row(const std::string& url, const Id& id);

// True if one request can do what a queued write and a later one of the same record do. Their URLs are
// the same, or one may be of an action and not of the row (12.5). A change with `wait` is no part of a
// delete that is shown: the cache goes on to show the delete.
bool can_fold(const QueuedWrite& queued, const QueuedWrite& later);
// Lays a later write of the same record over one that waits. sent: what the later one was to
// send. False: they come to nothing, a create and its delete.
bool fold(QueuedWrite& queued, QueuedWrite&& later, const page::Sent& sent);

// As sync.cache.pending() tells of it, and `reject`; status: of its refusal (12.7, 12.9).
std::string spell_pending(const QueuedWrite& write, std::optional<int> status = {});

struct QueueText {
  QueuedWrites writes;
  json::Members ids = {}, ended = {};
};
// What is no such text holds nothing (9.3).
QueueText read_queue(const std::string& text);
std::string spell_queue(const QueueText& queue);

}  // namespace caching
