// Burry's key-value store with expiry on localStorage (contract 2 and 11).
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "burry/keys.h"
#include "burry/registry.h"
#include "page/page.h"

namespace burry {

using page::Minutes;
using page::never;
// An expiry is there and is no number: such a record is of no use (9.3).
constexpr Minutes unreadable = -std::numeric_limits<double>::infinity();

// Whole minutes since the epoch (2.2).
Minutes minutes_now(page::Clock& clock);
inline bool has_passed(Minutes expiry, Minutes now) { return expiry < now; }
// The minute in which something written now with this ttl expires, `never` where ttl
// is 0 or no number. A negative ttl has expired at once; a part of a minute counts as
// a whole one.
Minutes expiry_of(double ttl, Minutes now);
Minutes expiry_from_now(double ttl, page::Clock& clock);

// Removes whatever has expired in any of these namespaces; true if anything had.
bool remove_expired(const page::Page& page, const std::vector<std::string>& namespaces);

// One record as it lies in storage.
struct Stored {
  std::optional<std::string> text;
  Minutes expiry = never;
};

// Who knows which live records may go when the quota is reached (8.3).
class Evictor {
 public:
  // Removes some, but none of these. False: there is nothing left to remove.
  virtual bool evict(const std::vector<std::string>& kept) = 0;

 protected:
  ~Evictor() = default;
};

// One namespace. Several stores of the same name are the same store, since nothing is
// remembered between two calls (2.7). A ttl is in minutes; 0 or NaN stands for the
// default, which is given with each call because the page may change it.
class Store {
 public:
  // Creates the namespace in the registry. (A namespace that shadows another is
  // created too, so that whoever lists the stores sees it.)
  Store(const page::Page& page, Registry& registry, std::string ns);

  const Keys& names() const { return keys_; }
  // False where somebody has emptied the whole storage.
  bool is_on_record() const { return registry_.has(keys_.ns()); }
  // How often this page has emptied it.
  int flushes() const { return registry_.flushes(keys_.ns()); }

  // The text of a key's live value, if there is one. What has expired is removed.
  std::optional<std::string> get(const std::string& key);
  // text: the JSON of the value; none: it has none. False where it has none or storage
  // does not take it; the key is empty then, rather than stale.
  bool set(const std::string& key, const std::optional<std::string>& text, double ttl, double default_ttl);
  // set, if the key has no live value / if it has one.
  bool add(const std::string& key, const std::optional<std::string>& text, double ttl, double default_ttl);
  bool replace(const std::string& key, const std::optional<std::string>& text, double ttl,
               double default_ttl);
  void remove(const std::string& key) { remove(std::vector{key}); }
  void remove(const std::vector<std::string>& keys);

  // What is missing, expired or no number counts as 0. A live counter keeps its
  // expiry, a new one gets the default.
  double counter(const std::string& key);
  void count(const std::string& key, double by, double default_ttl);

  bool has_expired(const std::string& key);
  std::vector<std::string> keys();
  // Those with an expiry that is a number.
  std::vector<std::string> expirable_keys();

  // last: records whose keys begin with this go behind all others, and the one of this key is the last.
  void flush(const std::string& last = {});
  void flush_expired();

  // What the records and expiries of this store take up in storage, keys and values:
  // two bytes for each UTF-16 unit.
  double bytes();
  // Writes that were not made, because storage held the same already.
  double saved_writes() const { return saved_writes_; }
  void count_saved_writes(int more) { saved_writes_ += more; }

  // The raw record, live or not.
  Stored read(const std::string& key);
  std::optional<std::string> text(const std::string& key);
  Minutes expiry(const std::string& key);
  bool has(const std::string& key) { return text(key).has_value(); }
  bool is_live(Minutes expiry);
  // Writes a text as it is, and its expiry (`never` removes it); what is there already
  // is not written again. When the quota is reached, what has expired in any store
  // makes room, then what the evictor lets go; if that is not enough, the old record is
  // removed (9.2).
  bool write(const std::string& key, const std::string& text, Minutes expiry);
  // The same of a record that `put` writes.
  template <class Put>
  bool write(const std::string& key, Put put) {
    return !keys_.shadows_another() && settle(key, put_with_room(key, put));
  }
  // Writes a text without an expiry. Where storage does not take it, what lay there stays.
  bool write_or_leave(const std::string& key, const std::string& text);
  // Room for one more try; false where there was nothing to remove.
  bool make_room();
  bool evict(const std::vector<std::string>& kept) { return evictor_ && evictor_->evict(kept); }
  // None: what is live stays. Returns the one before.
  Evictor* set_evictor(Evictor* evictor) { return std::exchange(evictor_, evictor); }

 private:
  bool has_value(const std::string& key);
  template <class Put>
  page::Wrote put_with_room(const std::string& key, Put put) {
    page::Wrote wrote = put();
    if (wrote == page::Wrote::full && make_room()) wrote = put();
    while (wrote == page::Wrote::full && evict({key})) wrote = put();
    return wrote;
  }
  // Whether a record lies there now; an old one that could not be overwritten goes.
  bool settle(const std::string& key, page::Wrote wrote);

  page::Page page_;
  Registry& registry_;
  Keys keys_;
  double saved_writes_ = 0;
  Evictor* evictor_ = nullptr;
};

}  // namespace burry
