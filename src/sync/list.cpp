#include "sync/list.h"

#include "sync/query.h"

namespace caching {

page::Names Lists::names() {
  page::Names names = {plain_list};
  const page::Value index = store_.text(query_prefix);
  if (!index || !page_.arrays.is_flat(index)) return names;
  for (const page::Id& list : page_.arrays.ids(index)) {
    if (list.is_text && is_list_name(page_.texts, list.name)) names.push_back(list.name);
  }
  return names;
}

void Lists::index(page::Name list) {
  if (list == plain_list) return;
  page::Names known = names();
  if (known.contains(list)) return;
  known.push_back(list);
  page::Ids indexed;
  for (const page::Name name : known) {
    if (name == plain_list || (name != list && !store_.text(name))) continue;
    indexed.push_back({name, true});
  }
  if (write(query_prefix, page_.arrays.array(indexed), {})) return;
  // A list that nobody knows of would keep what has been deleted.
  for (const page::Id& name : indexed) discard(name.name);
}

bool Lists::read(page::Name list, page::Stored& stored) {
  stored = store_.read(list);
  return stored.text && store_.is_live(stored) && page_.arrays.is_flat(stored.text);
}

page::Names Lists::left(page::Name list, page::Names gone) {
  if (gone.empty()) return gone;
  // A list that names a list is rubbish, and no reason to remove one (9.3).
  gone = page_.texts.without(gone, query_prefix);
  gone.erase_if([](page::Name name) { return name == plain_list; });
  for (const page::Name other : names()) {
    page::Stored stored;
    if (other != list && read(other, stored)) gone = page_.arrays.missing(gone, stored.text);
  }
  return gone;
}

page::Names Lists::replace(page::Name list, page::Value text, page::Minutes expiry,
                           const page::Names& untold) {
  const page::Stored before = store_.read(list);
  const bool unchanged = before.text && page_.json.same(before.text, text);
  page::Names gone;
  if (before.text && !unchanged && page_.arrays.is_flat(before.text)) {
    gone = left(list, page_.arrays.missing(before.text, text));
  }
  if (!unchanged || before.expiry != expiry) store_.write(list, text, expiry);
  index(list);
  if (list == plain_list) {
    joined_.erase_if([&untold](const page::Id& id) { return !untold.contains(id.name); });
  }
  return gone;
}

void Lists::discard(page::Name list) {
  store_.remove(page::Names{list, envelope_name(page_.texts, list)});
}

page::Names Lists::drop(page::Name list) {
  page::Stored stored;
  const bool is_list = read(list, stored);
  if (stored.text) discard(list);
  if (!is_list) return {};
  return left(list, page_.arrays.missing(stored.text, page_.arrays.array({})));
}

bool Lists::write(page::Name list, page::Value text, const page::Stored& before) {
  const bool written = store_.write(list, text, before.expiry);
  if (list != plain_list) return written;
  const bool was_ours = joined_.empty() || is_last_plain(before.text);
  last_plain_ = was_ours ? text : page::Value();
  return written;
}

bool Lists::is_last_plain(page::Value text) {
  return text && last_plain_ && page_.json.same(text, last_plain_);
}

bool Lists::append(const page::Id& id) {
  page::Stored stored;
  if (!read(plain_list, stored)) return false;
  if (page_.arrays.position(stored.text, id.name) >= 0) {
    // Somebody else has put it there, and may take it away again.
    if (!is_last_plain(stored.text)) last_plain_ = {};
    return true;
  }
  // The list has not been fetched again, so it is as old as it was.
  write(plain_list, page_.arrays.inserted(stored.text, page_.arrays.size(stored.text), id), stored);
  return true;
}

void Lists::bring_back_vanished() {
  if (joined_.empty()) return;
  if (is_last_plain(store_.text(plain_list))) return;
  // Reading storage may call in again, if it is the page's own.
  const page::Ids joined = std::exchange(joined_, {});
  for (const page::Id& id : joined) {
    if (store_.text(id.name) && append(id)) joined_.push_back(id);
  }
  last_plain_ = store_.text(plain_list);
}

void Lists::drop_lists_with(page::Name key) {
  for (const page::Name list : names()) {
    page::Stored stored;
    if (read(list, stored) && page_.arrays.position(stored.text, key) >= 0) discard(list);
  }
}

void Lists::drop_lists_with_holes() {
  for (const page::Name list : names()) {
    page::Stored stored;
    if (!read(list, stored)) continue;
    const page::Ids ids = page_.arrays.ids(stored.text);
    const bool is_whole = std::all_of(ids.begin(), ids.end(), [this](const page::Id& id) {
      return static_cast<bool>(store_.text(id.name));
    });
    if (!is_whole) discard(list);
  }
}

Places Lists::remove(page::Name key) {
  Places places;
  for (const page::Name list : names()) {
    page::Stored stored;
    if (!read(list, stored)) continue;
    const int at = page_.arrays.position(stored.text, key);
    if (at < 0) continue;
    const page::Name after = at ? page_.arrays.at(stored.text, at - 1).name : page::Name();
    places.push_back({list, page_.arrays.at(stored.text, at), after, at});
    write(list, page_.arrays.without(stored.text, key), stored);
  }
  joined_.erase_if([key](const page::Id& id) { return id.name == key; });
  return places;
}

void Lists::restore(const Place& place) {
  page::Stored stored;
  if (!read(place.list, stored) || page_.arrays.position(stored.text, place.id.name) >= 0) return;
  int at = std::min(place.index, page_.arrays.size(stored.text));
  if (place.index) {
    const int before = page_.arrays.position(stored.text, place.after);
    if (before >= 0) at = before + 1;
  }
  write(place.list, page_.arrays.inserted(stored.text, at, place.id), stored);
}

void Lists::add_reachable(page::Reachable& reachable) const {
  for (const page::Id& id : joined_) reachable.add(id.name);
  reachable.add(last_plain_);
}

}  // namespace caching
