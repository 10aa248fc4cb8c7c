// The cached ids of a query, and all such lists of a namespace (BEHAVIOUR 2.4).
#pragma once

#include <string>
#include <vector>

#include "burry/flat_array.h"
#include "burry/store.h"

namespace caching {

using Ids = std::vector<burry::Element>;

// The name of the list of a fetch without a query.
inline constexpr const char* plain_list = "__ids__";
// A model whose id is spelled like a list is not cached, or it would be taken
// for one (9.4).
bool is_list_name(const std::string& key);

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
  // returns the keys that have left the namespace's lists by that.
  std::vector<std::string> replace(const std::string& list, const page::Value& text,
                                   page::Minutes expiry);
  // Removes the list; returns the keys that stand in no other.
  std::vector<std::string> drop(const std::string& list);

  // Appends an id to a stored list, if it is not there yet. False: there is no
  // such list.
  bool append(const std::string& list, const burry::Element& id);
  // Takes an id out of every list, and puts it back.
  std::vector<Place> remove(const std::string& key);
  void restore(const Place& place);

 private:
  std::vector<std::string> names();
  std::vector<std::string> left(const std::string& list, const Ids& before, const Ids& after);
  void write(const std::string& list, const Ids& ids, page::Minutes expiry);

  page::Page page_;
  burry::Store& store_;
};

}  // namespace caching
