// What the core asks of the tab that it runs in, besides its storage and its calls:
// randomness, time to come, a lock among all tabs of the origin, and the models in use.
#pragma once

#include <memory>
#include <string>

#include "json/json.h"
#include "page/call.h"

namespace page {

// A queued write that is to be sent (contract 12.6). Id, attributes and body are
// JSON.
struct Resent {
  std::string method;  // as Backbone names it
  std::string url;
  std::string id_attribute;
  std::string id;          // empty: a create
  std::string key;         // of its record
  std::string attributes;  // of a patch its changes; empty: a delete
  std::string record;      // a text: what the cache shows; empty: nothing
  std::string body;        // empty: the attributes are what is sent
  std::string token;       // of a create, for the header Idempotency-Key; empty: none
};

// The origin of a URL, as far as a page has to do with it (12.19).
enum class Target {
  known,    // the page's own, or one that calls of the decorator, or its option `origins`, have named
  unknown,  // none of these; the decorator has had no call yet that could have named it
  foreign,  // none of these
};

class Tab {
 public:
  // A text of letters and digits, random at its beginning, and other each time in any tab.
  virtual std::string token() = 0;
  // Returns the name of this page, which no other page of the origin has. The page holds a lock of this
  // name for as long as it lives, where the browser has locks.
  virtual std::string page() = 0;
  // Returns whose a URL is, resolved as a request of this page.
  virtual Target target_of(int decorator, const std::string& url) = 0;
  // Warns the developer of the page.
  virtual void warn(const std::string& text) = 0;
  // True if the browser says that it has no network, so that nothing it sends reaches a server.
  virtual bool is_offline() = 0;
  // Asks which pages of the origin live; OfflineSync::found_pages is given their names. Returns false if
  // this browser has no locks.
  virtual bool find_pages(const std::string& ns) = 0;
  // Calls CachingSync::wake for this namespace in so many milliseconds, and not earlier, as it
  // may have been asked for before.
  virtual void wake(const std::string& ns, double milliseconds) = 0;
  // Asks for the lock of a namespace among all tabs; CachingSync::locked says whether it was
  // free. False: this browser has no locks.
  virtual bool request_lock(const std::string& ns) = 0;
  virtual void release_lock(const std::string& ns) = 0;

  // The call that sends a queued write through the wrapped sync of a decorator, with what the
  // page has in use of its model. callers: the calls that wait for its outcome (JSON of their
  // numbers), whose models take the answer themselves. number: by which the page tells it.
  virtual std::unique_ptr<Call> resend(int decorator, const Resent& write, const std::string& callers,
                                       int& number) = 0;
  // Models in use take the server's id (JSON) in place of a temporary one, as their own and in
  // their attributes, and `sync.cache` fires `id`. Empty: the id is none of anybody any more.
  virtual void identify(const std::string& ns, const std::string& temporary, const std::string& id) = 0;
  // `sync.cache` fires `reject` with this (JSON of an object), and the failure's response.
  virtual void tell_rejected(const std::string& ns, const std::string& rejected, int call) = 0;
  // Another tab has cleared the namespace, with so many writes that nobody will send (13.4).
  virtual void tell_lost(const std::string& ns, int writes) = 0;
  // Ends the promises that sync.cache.replay() has returned.
  virtual void tell_replayed(const std::string& ns, int sent, int rejected, int left) = 0;

 protected:
  ~Tab() = default;
};

}  // namespace page
