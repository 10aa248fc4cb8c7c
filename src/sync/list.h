// The cached ids of a query, and all such lists of a namespace (BEHAVIOUR 2.4 and
// 3.10).
#pragma once

#include "burry/store.h"
#include "page/reachable.h"

namespace caching {

// Where an id stood in a list: after whom, and if he is gone, at which index.
struct Place {
  page::Name list;
  page::Id id;
  page::Name after;
  int index;
};
using Places = page::List<Place>;

class Lists {
 public:
  Lists(const page::Page& page, burry::Store& store) : page_(page), store_(store) {}

  // True if the list is there, live, and an array of ids. stored is what lies
  // there in any case.
  bool read(page::Name list, page::Stored& stored);
  // Writes the text that the page spelled, unless it is there already, and
  // returns the keys that have left the namespace's lists by that. untold:
  // ids of which the server may not have known when it told the list.
  page::Names replace(page::Name list, page::Value text, page::Minutes expiry,
                      const page::Names& untold);
  // Removes the list and what lies beside it.
  void discard(page::Name list);
  // The same; returns the keys that stand in no other.
  page::Names drop(page::Name list);

  // Appends an id to the plain list, if it is stored and lacks it. False: there is
  // no such list.
  bool append(const page::Id& id);
  // The plain list was stored with this id by this page.
  void note_joined(const page::Id& id) { joined_.push_back(id); }
  // Another tab may have written the plain list in the same instant, without an
  // id that this page has appended. If its record is there, it comes back (5.6).
  void bring_back_vanished();
  // Removes every list that holds an id whose record is gone while the row is not:
  // such a list is a miss, and without the id it would be a lie.
  void drop_lists_with(page::Name key);
  // The same for whatever rows; this reads every row of every list.
  void drop_lists_with_holes();
  // Takes an id out of every list, and puts it back.
  Places remove(page::Name key);
  void restore(const Place& place);

  // Nothing that this page has appended is to come back.
  void forget_joined() {
    joined_.clear();
    last_plain_ = {};
  }

  // Of all lists that are, or were, stored.
  page::Names names();

  void add_reachable(page::Reachable& reachable) const;

 private:
  // Puts a query's list into the index, from which lists that are gone drop out.
  void index(page::Name list);
  page::Names left(page::Name list, page::Names gone);
  // before: what the text was made of. If this page has not left it there, ids of
  // ours may have vanished from it, and are to be looked for.
  bool write(page::Name list, page::Value text, const page::Stored& before);
  bool is_last_plain(page::Value text);

  const page::Page& page_;
  burry::Store& store_;
  page::Ids joined_;        // since the server last told the plain list
  page::Value last_plain_;  // the plain list with all of these, if it is known
};

}  // namespace caching
