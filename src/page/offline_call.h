// What the offline module asks of one call of the decorated sync, besides what page/call.h has.
#pragma once

#include <optional>
#include <string>

#include "page/call.h"

namespace page {

// What a write is to send, as the model was when it began (12.4). Each text but the URL and the
// name is JSON.
struct Sent {
  std::string url;
  std::optional<json::Scalar> id;
  bool in_collection = false;
  std::string id_attribute;
  std::string attributes;  // all of the model's; empty: they have no JSON
  bool is_record = false;  // these are the record that is sent, as sent_text spells it
  std::string changes;     // of a patch
  std::string body;        // what the model's own toJSON makes of them; empty: it has none
  int creating = 0;        // the call in flight that creates the same model; 0: there is none
};

class OfflineCall {
 public:
  // Holds the model weakly, as one that now stands for what lies under this key (13.2).
  virtual void hold(const std::string& key) = 0;
  // The model or the collection is to hear, while it is in use, what becomes of queued writes.
  virtual void keep_in_use() = 0;
  // What the call is about to send.
  virtual Sent sent() = 0;
  // Lets the request say by a header which write it is (12.5); the answer may be lost.
  virtual void name_request(const std::string& token) = 0;
  // The model is about to have this id, which no server has given (12.3).
  virtual void take_temporary_id(const std::string& id) = 0;
  // What was sent stands for the answer, which comes later (12.2).
  virtual void answer_with_sent() = 0;
  // `sync.cache` fires `queue`. Runs the page's code.
  virtual void tell_queued() = 0;

 protected:
  ~OfflineCall() = default;
};

}  // namespace page
