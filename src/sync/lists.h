// All lists of a namespace: the plain one, one for each query, and the index of them
// (contract 2.4 and 3.10).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "burry/store.h"
#include "page/call.h"
#include "sync/id_list.h"

namespace caching {

using Keys = std::vector<std::string>;

// Where an id stood in a list: after whom, and if he is gone, at which index.
struct Place {
  std::string list;
  Id id;
  std::string after;
  std::size_t index;
};
using Places = std::vector<Place>;
// Puts an id in the place of another one.
void identify(Places& places, const std::string& key, const Id& id);

class Lists {
 public:
  explicit Lists(burry::Store& store) : store_(store) {}

  // The text of a list that is there and live; whether it is one is not looked at.
  std::optional<std::string> live_text(const std::string& list);
  bool contains(const std::string& list, const std::string& key);
  // The keys of its rows; none where there is no such list.
  std::set<std::string> keys_of(const std::string& list);
  // Returns the keys of its rows for which a condition holds.
  Keys rows_that(const std::string& list, const std::function<bool(const std::string&)>& holds);
  // Writes the text that the page spelled, unless it is there already, and returns the
  // keys that have left the namespace's lists by that. untold: ids of which the server
  // may not have known when it told the list.
  Keys replace(const std::string& list, const std::string& text, burry::Minutes expiry,
               const std::set<std::string>& untold);
  // Removes the list and what lies beside it.
  void discard(const std::string& list);
  // The same; returns the keys that stand in no other.
  Keys drop(const std::string& list);

  // Appends an id to a list, if that is stored and lacks it. False: there is no such
  // list.
  bool append(const std::string& list, const Id& id);
  // The plain list was stored with this id by this page.
  void note_joined(const Id& id) { joined_.push_back(id); }
  // Whether it would come back if it vanished from there.
  bool has_joined(const std::string& key) const;
  // Another tab may have written the plain list in the same instant, over what this page
  // had put there: an id that it has appended comes back, if its record is there; where
  // it has put one in the place of another, it does so again (5.6).
  void bring_back_vanished();
  // Removes every list that holds an id whose record is gone while the row is not: such
  // a list is a miss, and without the id it would be a lie.
  void drop_lists_with(const std::string& key);
  // The same for whatever rows; this reads every row of every list.
  void drop_lists_with_holes();
  // Returns the places of an id in all lists.
  Places places_of(const std::string& key);
  // Takes an id out of every list, and puts it back.
  Places remove(const std::string& key);
  void restore(const Place& place);
  // Puts an id in the place of another one, in every list.
  void identify(const std::string& key, const Id& id);

  // Whether the plain list belongs to the static URL of a collection that is fetched, or
  // that a new model joins: it belongs to the first one. When there is a second one, the
  // index says whose it is.
  bool claim_plain(const std::string& url);
  // Returns the list that a new model joins: the one that its collection was fetched into last, else that
  // of its URL, else the plain list (4.1).
  std::string list_to_join(const page::Home& home, bool in_collection);
  // True if the list is what a fetch of its collection's URL brings, so that the collection stands for all
  // of it: neither a query nor a computed URL says so (4.1).
  bool is_whole(const std::string& list, const page::Home& home);

  // Nothing that this page has appended is to come back, and the plain list is nobody's.
  void forget();

  // Of all lists that are, or were, stored.
  Keys names();
  // The rows of a list that is being written: it may not be known yet.
  std::set<std::string> keys_being_written();

 private:
  std::string list_of_url(const std::string& url);

  // What the index says.
  struct Index {
    std::string owner;  // the URL that the plain list belongs to; empty: it does not say
    Keys lists;         // those of queries
  };

  // A list that is there, live, and an array of ids; or nullptr. Storage may be the page's
  // own, whose code calls in again: the list is ours to read and to change until storage
  // is asked again.
  IdList* open(const std::string& list);
  // What a text says, parsed last, the time before, or now.
  IdList* parse(const std::string& text);

  Index read_index();
  // Where it does not fit, none of its lists is kept.
  void write_index(const Index& index);
  // Puts a query's list into the index, from which lists that are gone drop out.
  void enter(const std::string& list);
  // Those of the keys that stand in no other list.
  Keys left(const std::string& list, std::set<std::string> gone);
  // Writes a list that has been opened and changed, with the expiry it had: it has not
  // been fetched again.
  void write(const std::string& list, std::string text);
  // Puts an id in the place of another one, in one list.
  void identify_in(const std::string& list, const std::string& key, const Id& id);
  // Whether nothing of this page could vanish from the plain list.
  bool has_no_own() const { return joined_.empty() && identified_.empty(); }

  burry::Store& store_;
  IdList parsed_, parsed_before_;         // what was parsed last; a write touches a list or two
  Ids joined_;                            // since the server last told the plain list
  std::map<std::string, Id> identified_;  // what this page has put in the place of what
  // The plain list with all of these. None where it is not known: ids of ours may have
  // vanished from it, and are to be looked for.
  std::optional<std::string> last_plain_;
  std::string first_url_;  // the static URL that this page fetched first
  const std::string* being_written_ = nullptr;
};

}  // namespace caching
