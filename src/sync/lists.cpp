#include "sync/lists.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sync/query.h"

namespace caching {
namespace {

// In the index, before the URL that the plain list belongs to.
constexpr std::string_view owner_prefix = "__ids__=";

std::set<std::string> keys_in(const IdList& list) {
  std::set<std::string> keys;
  for (const Id& id : list.ids()) keys.insert(id.text);
  return keys;
}

// The keys of a list that are not in another one.
Keys missing(const IdList& list, const IdList& other) {
  const std::set<std::string> there = keys_in(other);
  Keys keys;
  for (const Id& id : list.ids()) {
    if (!there.contains(id.text)) keys.push_back(id.text);
  }
  return keys;
}

}  // namespace

std::optional<std::string> Lists::live_text(const std::string& list) {
  burry::Stored stored = store_.read(list);
  if (!stored.text || !store_.is_live(stored.expiry)) return {};
  return std::move(stored.text);
}

std::optional<IdList> Lists::parse(std::string text) {
  if (parsed_.text() == text) return std::move(parsed_);
  if (parsed_before_.text() == text) return std::move(parsed_before_);
  return IdList::read(std::move(text));
}

void Lists::keep(IdList list) {
  parsed_before_ = std::move(parsed_);
  parsed_ = std::move(list);
}

std::optional<Lists::Listing> Lists::open(const std::string& list) {
  burry::Stored stored = store_.read(list);
  if (!stored.text || !store_.is_live(stored.expiry)) return {};
  std::optional<IdList> ids = parse(std::move(*stored.text));
  if (!ids) return {};
  return Listing{std::move(*ids), stored.expiry};
}

bool Lists::contains(const std::string& list, const std::string& key) {
  std::optional<Listing> listing = open(list);
  if (!listing) return false;
  const bool found = listing->list.contains(key);
  keep(std::move(listing->list));
  return found;
}

std::set<std::string> Lists::keys_of(const std::string& list) {
  std::optional<Listing> listing = open(list);
  if (!listing) return {};
  std::set<std::string> keys = keys_in(listing->list);
  keep(std::move(listing->list));
  return keys;
}

Lists::Index Lists::read_index() {
  Index index;
  const std::optional<std::string> text = store_.text(query_prefix);
  const std::optional<Ids> entries = text ? json::read_flat_array(*text) : std::nullopt;
  if (!entries) return index;
  for (const Id& entry : *entries) {
    if (!entry.is_text) continue;
    if (entry.text.starts_with(owner_prefix)) index.owner = entry.text.substr(owner_prefix.size());
    else if (is_list_key(entry.text)) index.lists.push_back(entry.text);
  }
  return index;
}

void Lists::write_index(const Index& index) {
  Ids entries;
  if (!index.owner.empty()) entries.push_back({std::string(owner_prefix) + index.owner});
  for (const std::string& list : index.lists) entries.push_back({list});
  if (store_.write(query_prefix, json::spell(entries), burry::never)) return;
  // A list that nobody knows of would keep what has been deleted.
  for (const std::string& list : index.lists) discard(list);
}

Keys Lists::names() {
  Keys names = read_index().lists;
  names.insert(names.begin(), plain_list);
  return names;
}

void Lists::enter(const std::string& list) {
  if (list == plain_list) return;
  Index index = read_index();
  if (std::find(index.lists.begin(), index.lists.end(), list) != index.lists.end()) return;
  std::erase_if(index.lists, [this](const std::string& known) { return !store_.has(known); });
  index.lists.push_back(list);
  write_index(index);
}

bool Lists::claim_plain(const std::string& url) {
  if (url.empty()) return true;
  Index index = read_index();
  if (first_url_.empty()) first_url_ = index.owner.empty() ? url : index.owner;
  const std::string owner = index.owner.empty() ? first_url_ : index.owner;
  if (owner == url) return true;
  if (index.owner.empty()) {
    index.owner = owner;
    write_index(index);
  }
  return false;
}

std::string Lists::list_to_join(const std::string& url, bool in_collection) {
  if (url.empty()) return plain_list;
  std::string own = list_key({url, {}});
  if (in_collection) return claim_plain(url) ? plain_list : own;
  const Index index = read_index();
  const std::string& owner = index.owner.empty() ? first_url_ : index.owner;
  const bool is_known = std::find(index.lists.begin(), index.lists.end(), own) != index.lists.end();
  return owner != url && is_known ? own : plain_list;
}

Keys Lists::left(const std::string& list, Keys gone) {
  if (gone.empty()) return gone;
  // A list that names a list is rubbish, and no reason to remove one (9.3).
  std::erase_if(gone, [](const std::string& key) { return is_list_key(key); });
  for (const std::string& other : names()) {
    if (other == list) continue;
    std::optional<Listing> listing = open(other);
    if (!listing) continue;
    const std::set<std::string> there = keys_in(listing->list);
    std::erase_if(gone, [&](const std::string& key) { return there.contains(key); });
    keep(std::move(listing->list));
  }
  return gone;
}

Keys Lists::replace(const std::string& list, const std::string& text, burry::Minutes expiry,
                    const std::set<std::string>& untold) {
  burry::Stored before = store_.read(list);
  const bool unchanged = before.text == text;
  Keys gone;
  if (before.text && !unchanged) {
    const std::optional<IdList> was = parse(std::move(*before.text));
    std::optional<IdList> is = IdList::read(text);
    if (was && is) {
      gone = left(list, missing(*was, *is));
      keep(std::move(*is));
    }
  }
  if (!unchanged || before.expiry != expiry) store_.write(list, text, expiry);
  enter(list);
  if (list == plain_list) {
    std::erase_if(joined_, [&](const Id& id) { return !untold.contains(id.text); });
  }
  return gone;
}

void Lists::discard(const std::string& list) { store_.remove(Keys{list, envelope_key(list)}); }

Keys Lists::drop(const std::string& list) {
  const std::optional<Listing> listing = open(list);
  if (listing || store_.has(list)) discard(list);
  if (!listing) return {};
  return left(list, missing(listing->list, IdList()));
}

bool Lists::write(const std::string& list, Listing listing, const std::string& before) {
  const bool written = store_.write(list, listing.list.text(), listing.expiry);
  if (list == plain_list) {
    const bool was_ours = joined_.empty() || is_last_plain(before);
    last_plain_ = was_ours ? std::optional(listing.list.text()) : std::nullopt;
  }
  keep(std::move(listing.list));
  return written;
}

bool Lists::is_last_plain(const std::optional<std::string>& text) const {
  return text && last_plain_ && *text == *last_plain_;
}

bool Lists::append(const std::string& list, const Id& id) {
  std::optional<Listing> listing = open(list);
  if (!listing) return false;
  const std::string before = listing->list.text();
  if (listing->list.contains(id.text)) {
    // Somebody else has put it there, and may take it away again.
    if (list == plain_list && !is_last_plain(before)) last_plain_ = {};
    keep(std::move(listing->list));
    return true;
  }
  listing->list.append(id);
  write(list, std::move(*listing), before);
  return true;
}

void Lists::bring_back_vanished() {
  if (joined_.empty()) return;
  if (is_last_plain(store_.text(plain_list))) return;
  const Ids joined = std::exchange(joined_, {});
  for (const Id& id : joined) {
    if (store_.has(id.text) && append(plain_list, id)) joined_.push_back(id);
  }
  last_plain_ = store_.text(plain_list);
}

void Lists::drop_lists_with(const std::string& key) {
  for (const std::string& list : names()) {
    if (contains(list, key)) discard(list);
  }
}

void Lists::drop_lists_with_holes() {
  for (const std::string& list : names()) {
    const std::optional<Listing> listing = open(list);
    if (!listing) continue;
    const Ids& ids = listing->list.ids();
    const bool is_whole =
        std::all_of(ids.begin(), ids.end(), [this](const Id& id) { return store_.has(id.text); });
    if (!is_whole) discard(list);
  }
}

Places Lists::remove(const std::string& key) {
  Places places;
  for (const std::string& list : names()) {
    std::optional<Listing> listing = open(list);
    if (!listing) continue;
    const std::optional<std::size_t> at = listing->list.position(key);
    if (!at) {
      keep(std::move(listing->list));
      continue;
    }
    const Ids& ids = listing->list.ids();
    places.push_back({list, ids[*at], *at ? ids[*at - 1].text : std::string(), *at});
    const std::string before = listing->list.text();
    listing->list.erase(key);
    write(list, std::move(*listing), before);
  }
  std::erase_if(joined_, [&](const Id& id) { return id.text == key; });
  return places;
}

void Lists::restore(const Place& place) {
  std::optional<Listing> listing = open(place.list);
  if (!listing) return;
  IdList& list = listing->list;
  if (list.contains(place.id.text)) return keep(std::move(list));
  std::size_t at = std::min(place.index, list.ids().size());
  if (place.index) {
    const std::optional<std::size_t> before = list.position(place.after);
    if (before) at = *before + 1;
  }
  const std::string before = list.text();
  list.insert(at, place.id);
  write(place.list, std::move(*listing), before);
}

void Lists::forget() {
  joined_.clear();
  last_plain_ = {};
  first_url_.clear();
  parsed_ = parsed_before_ = {};
}

}  // namespace caching
