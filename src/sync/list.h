// The cached ids of a query, and all such lists of a namespace (BEHAVIOUR 2.4 and
// 3.10).
#pragma once

#include <string>
#include <vector>

#include "burry/flat_array.h"
#include "burry/store.h"

namespace caching {

using Ids = std::vector<burry::Element>;

// Where an id stood in a list: after whom, and if he is gone, at which index.
struct Place {
  std::string list;
  burry::Element id;
  std::string after;
  std::size_t index;
};

class Lists {
 public:
  Lists(page::Page page, burry::Store& store) : page_(page), store_(store) {}

  // True if the list is there, live, and an array of ids. stored is what lies
  // there in any case.
  bool read(const std::string& list, page::Stored& stored, Ids& ids);
  // Writes the text that the page spelled, unless it is there already, and
  // returns the keys that have left the namespace's lists by that. untold, sorted:
  // ids of which the server may not have known when it told the list.
  std::vector<std::string> replace(const std::string& list, const page::Value& text,
                                   page::Minutes expiry, const std::vector<std::string>& untold);
  // Removes the list and what lies beside it.
  void discard(const std::string& list);
  // The same; returns the keys that stand in no other.
  std::vector<std::string> drop(const std::string& list);

  // Appends an id to the plain list, if it is stored and lacks it. False: there is
  // no such list.
  bool append(const burry::Element& id);
  // The plain list was stored with this id by this page.
  void note_joined(const burry::Element& id) { joined_.push_back(id); }
  // Another tab may have written the plain list in the same instant, without an
  // id that this page has appended. If its record is there, it comes back (5.6).
  void bring_back_vanished();
  // Removes every list that holds an id whose record is gone while the row is not:
  // such a list is a miss, and without the id it would be a lie.
  void drop_lists_with(const std::string& key);
  // The same for whatever rows; this reads every row of every list.
  void drop_lists_with_holes();
  // Takes an id out of every list, and puts it back.
  std::vector<Place> remove(const std::string& key);
  void restore(const Place& place);

  // Nothing that this page has appended is to come back.
  void forget_joined() {
    joined_.clear();
    last_plain_ = {};
  }

  // Of all lists that are, or were, stored.
  std::vector<std::string> names();

 private:
  // Puts a query's list into the index, from which lists that are gone drop out.
  void index(const std::string& list);
  std::vector<std::string> left(const std::string& list, const Ids& before, const Ids& after);
  // before: what the ids were made of. If this page has not left it there, ids of
  // ours may have vanished from it, and are to be looked for.
  bool write(const std::string& list, const Ids& ids, const page::Stored& before);
  bool is_last_plain(const page::Value& text);

  page::Page page_;
  burry::Store& store_;
  Ids joined_;              // since the server last told the plain list
  page::Value last_plain_;  // the plain list with all of these, if it is known
};

}  // namespace caching
