#include "sync/list.h"

#include <algorithm>

#include "sync/query.h"

namespace caching {
namespace {

std::size_t position(const Ids& ids, const std::string& key) {
  std::size_t at = 0;
  while (at < ids.size() && ids[at].name != key) ++at;
  return at;
}

std::vector<std::string> sorted_names(const Ids& ids) {
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const burry::Element& id : ids) names.push_back(id.name);
  std::sort(names.begin(), names.end());
  return names;
}

// Keeps of names those that are not among the ids.
void subtract(std::vector<std::string>& names, const Ids& ids) {
  const std::vector<std::string> taken = sorted_names(ids);
  std::erase_if(names, [&](const std::string& name) {
    return std::binary_search(taken.begin(), taken.end(), name);
  });
}

}  // namespace

std::vector<std::string> Lists::names() {
  std::vector<std::string> names = {plain_list};
  const page::Value text = store_.read(query_prefix).text;
  Ids indexed;
  if (text) burry::read_flat_array(page_.json.copy(text), indexed);
  for (burry::Element& list : indexed) {
    if (list.is_text() && is_list_name(list.name)) names.push_back(std::move(list.name));
  }
  return names;
}

void Lists::index(const std::string& list) {
  if (list == plain_list) return;
  std::vector<std::string> known = names();
  if (std::find(known.begin(), known.end(), list) != known.end()) return;
  known.push_back(list);
  Ids indexed;
  for (const std::string& name : known) {
    if (name == plain_list || (name != list && !store_.read(name).text)) continue;
    indexed.push_back({page_.json.copy(page_.json.stringify(page_.json.text(name))), name});
  }
  if (write(query_prefix, indexed, {})) return;
  // A list that nobody knows of would keep what has been deleted.
  for (const burry::Element& name : indexed) discard(name.name);
}

bool Lists::read(const std::string& list, page::Stored& stored, Ids& ids) {
  stored = store_.read(list);
  return stored.text && store_.is_live(stored) &&
         burry::read_flat_array(page_.json.copy(stored.text), ids);
}

std::vector<std::string> Lists::left(const std::string& list, const Ids& before, const Ids& after) {
  std::vector<std::string> gone = sorted_names(before);
  subtract(gone, after);
  // A list that names a list is rubbish, and no reason to remove one (9.3).
  std::erase_if(gone, is_list_name);
  if (gone.empty()) return gone;
  for (const std::string& other : names()) {
    page::Stored stored;
    Ids ids;
    if (other != list && read(other, stored, ids)) subtract(gone, ids);
  }
  return gone;
}

std::vector<std::string> Lists::replace(const std::string& list, const page::Value& text,
                                        page::Minutes expiry,
                                        const std::vector<std::string>& untold) {
  const page::Stored before = store_.read(list);
  const bool unchanged = before.text && page_.json.same(before.text, text);
  std::vector<std::string> gone;
  if (before.text && !unchanged) {
    Ids ids, after;
    // Ids that the core cannot read (lone surrogates) leave nothing to compare.
    if (burry::read_flat_array(page_.json.copy(before.text), ids) &&
        burry::read_flat_array(page_.json.copy(text), after)) {
      gone = left(list, ids, after);
    }
  }
  if (!unchanged || before.expiry != expiry) store_.write(list, text, expiry);
  index(list);
  if (list == plain_list) {
    std::erase_if(joined_, [&untold](const burry::Element& id) {
      return !std::binary_search(untold.begin(), untold.end(), id.name);
    });
  }
  return gone;
}

void Lists::discard(const std::string& list) {
  store_.remove(std::vector<std::string>{list, envelope_name(list)});
}

std::vector<std::string> Lists::drop(const std::string& list) {
  page::Stored stored;
  Ids ids;
  read(list, stored, ids);
  if (stored.text) discard(list);
  return left(list, ids, {});
}

bool Lists::write(const std::string& list, const Ids& ids, const page::Stored& before) {
  page::Value text = page_.json.text(burry::write_flat_array(ids));
  const bool written = store_.write(list, text, before.expiry);
  if (list != plain_list) return written;
  const bool was_ours = joined_.empty() || is_last_plain(before.text);
  last_plain_ = was_ours ? std::move(text) : page::Value();
  return written;
}

bool Lists::is_last_plain(const page::Value& text) {
  return text && last_plain_ && page_.json.same(text, last_plain_);
}

bool Lists::append(const burry::Element& id) {
  page::Stored stored;
  Ids ids;
  if (!read(plain_list, stored, ids)) return false;
  if (position(ids, id.name) < ids.size()) {
    // Somebody else has put it there, and may take it away again.
    if (!is_last_plain(stored.text)) last_plain_ = {};
    return true;
  }
  ids.push_back(id);
  // The list has not been fetched again, so it is as old as it was.
  write(plain_list, ids, stored);
  return true;
}

void Lists::bring_back_vanished() {
  if (joined_.empty()) return;
  if (is_last_plain(store_.read(plain_list).text)) return;
  std::erase_if(joined_, [this](const burry::Element& id) {
    return !store_.read(id.name).text || !append(id);
  });
  last_plain_ = store_.read(plain_list).text;
}

void Lists::drop_lists_with(const std::string& key) {
  for (const std::string& list : names()) {
    page::Stored stored;
    Ids ids;
    if (read(list, stored, ids) && position(ids, key) < ids.size()) discard(list);
  }
}

void Lists::drop_lists_with_holes() {
  for (const std::string& list : names()) {
    page::Stored stored;
    Ids ids;
    const bool is_whole = !read(list, stored, ids) ||
                          std::all_of(ids.begin(), ids.end(), [this](const burry::Element& id) {
                            return static_cast<bool>(store_.read(id.name).text);
                          });
    if (!is_whole) discard(list);
  }
}

std::vector<Place> Lists::remove(const std::string& key) {
  std::vector<Place> places;
  for (const std::string& list : names()) {
    page::Stored stored;
    Ids ids;
    if (!read(list, stored, ids)) continue;
    const std::size_t at = position(ids, key);
    if (at == ids.size()) continue;
    places.push_back({list, ids[at], at ? ids[at - 1].name : "", at});
    std::erase_if(ids, [&key](const burry::Element& id) { return id.name == key; });
    write(list, ids, stored);
  }
  std::erase_if(joined_, [&key](const burry::Element& id) { return id.name == key; });
  return places;
}

void Lists::restore(const Place& place) {
  page::Stored stored;
  Ids ids;
  if (!read(place.list, stored, ids) || position(ids, place.id.name) < ids.size()) return;
  std::size_t at = std::min(place.index, ids.size());
  if (place.index) {
    const std::size_t before = position(ids, place.after);
    if (before < ids.size()) at = before + 1;
  }
  ids.insert(ids.begin() + static_cast<std::ptrdiff_t>(at), place.id);
  write(place.list, ids, stored);
}

}  // namespace caching
