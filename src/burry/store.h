// Burry's key-value store with expiry on localStorage (BEHAVIOUR 2 and 11).
#pragma once

#include "burry/keys.h"
#include "burry/registry.h"
#include "page/page.h"

namespace burry {

// Whole minutes since the epoch (2.2).
page::Minutes minutes_now(page::Clock& clock);
inline bool has_passed(page::Minutes expiry, page::Minutes now) { return expiry < now; }
// The minute in which something written now with this ttl expires, `never`
// where ttl is 0 or no number. A negative ttl has expired at once; a part of a
// minute counts as a whole one.
page::Minutes expiry_of(double ttl, page::Minutes now);
page::Minutes expiry_from_now(double ttl, page::Clock& clock);

// Removes whatever has expired in any of these namespaces; true if anything had.
bool remove_expired(const page::Page& page, const page::Names& namespaces);

// One namespace. Several stores of the same name are the same store, since
// nothing is remembered between two calls (2.7). A ttl is in minutes; 0 or NaN
// stands for the default, which is given with each call because the page may
// change it.
class Store {
 public:
  // Creates the namespace in the registry. (A namespace that shadows another is
  // created too, so that whoever lists the stores sees it.)
  Store(const page::Page& page, Registry& registry, page::Name ns);

  const Keys& names() const { return keys_; }

  // The live value of a key. What has expired is removed.
  page::Value get(page::Name key);
  // False where the value has no JSON or storage does not take it; the key is
  // empty then, rather than stale.
  bool set(page::Name key, page::Value value, double ttl, double default_ttl);
  // set, if the key has no live value / if it has one.
  bool add(page::Name key, page::Value value, double ttl, double default_ttl);
  bool replace(page::Name key, page::Value value, double ttl, double default_ttl);
  void remove(page::Name key);

  // What is missing, expired or no number counts as 0. A live counter keeps its
  // expiry, a new one gets the default.
  double counter(page::Name key);
  void count(page::Name key, double by, double default_ttl);

  bool has_expired(page::Name key);
  page::Names keys();
  // Those with an expiry that is a number, and in which minute each expires.
  page::Names expirable_keys(page::List<page::Minutes>& minutes);

  void flush();
  void flush_expired();

  // What the records and expiries of this store take up in storage.
  double bytes();
  // Writes that were not made, because storage held the same already.
  double saved_writes() const { return saved_writes_; }
  void count_saved_writes(int more) { saved_writes_ += more; }

  // The raw record, live or not.
  page::Stored read(page::Name key);
  page::Value text(page::Name key);
  bool is_live(const page::Stored& record);
  // Writes a text as it is. When the quota is reached, what has expired in any
  // store makes room; if that is not enough, the old record is removed (9.2).
  bool write(page::Name key, page::Value text, page::Minutes expiry);
  // Room for one more try; false where there was nothing to remove.
  bool make_room();
  void remove(const page::Names& keys);

 private:
  const page::Page& page_;
  Registry& registry_;
  Keys keys_;
  double saved_writes_ = 0;
};

}  // namespace burry
