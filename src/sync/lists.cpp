#include "sync/lists.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sync/query.h"

namespace caching {
namespace {

// In the index, before the URL that the plain list belongs to.
constexpr std::string_view owner_prefix = "__ids__=";

std::set<std::string> keys_in(const IdList* list) {
  std::set<std::string> keys;
  if (!list) return keys;
  for (const Id& id : list->ids()) keys.insert(id.text);
  return keys;
}

void subtract(std::set<std::string>& keys, const IdList* list) {
  if (!list) return;
  for (const Id& id : list->ids()) keys.erase(id.text);
}

bool contains(const Keys& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

void identify(Places& places, const std::string& key, const Id& id) {
  for (Place& place : places) {
    if (place.id.text == key) place.id = id;
    if (place.after == key) place.after = id.text;
  }
}

std::optional<std::string> Lists::live_text(const std::string& list) {
  burry::Stored stored = store_.read(list);
  if (!stored.text || !store_.is_live(stored.expiry)) return {};
  return std::move(stored.text);
}

IdList* Lists::parse(const std::string& text) {
  if (parsed_.text() == text) return &parsed_;
  std::swap(parsed_, parsed_before_);
  if (parsed_.text() == text) return &parsed_;
  std::optional<IdList> list = IdList::read(text);
  if (!list) return nullptr;
  parsed_ = std::move(*list);
  return &parsed_;
}

IdList* Lists::open(const std::string& list) {
  const std::optional<std::string> text = live_text(list);
  if (!text) return nullptr;
  if (list == plain_list && text != last_plain_) last_plain_ = {};
  return parse(*text);
}

bool Lists::contains(const std::string& list, const std::string& key) {
  const IdList* opened = open(list);
  return opened && opened->contains(key);
}

std::set<std::string> Lists::keys_of(const std::string& list) { return keys_in(open(list)); }

Keys Lists::rows_that(const std::string& list, const std::function<bool(const std::string&)>& holds) {
  Keys rows;
  const IdList* opened = open(list);
  if (!opened) return rows;
  for (const Id& id : opened->ids()) {
    if (holds(id.text)) rows.push_back(id.text);
  }
  return rows;
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
  Keys names = {plain_list};
  for (const std::string& list : read_index().lists) names.push_back(list);
  return names;
}

std::set<std::string> Lists::keys_being_written() {
  return being_written_ ? keys_in(parse(*being_written_)) : std::set<std::string>();
}

void Lists::enter(const std::string& list) {
  if (list == plain_list) return;
  const Index index = read_index();
  if (caching::contains(index.lists, list)) return;
  Index entered = {index.owner, {}};
  for (const std::string& known : index.lists) {
    if (store_.has(known)) entered.lists.push_back(known);
  }
  entered.lists.push_back(list);
  write_index(entered);
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

std::string Lists::list_of_url(const std::string& url) {
  return claim_plain(url) ? plain_list : list_key({url, {}});
}

std::string Lists::list_to_join(const page::Home& home, bool in_collection) {
  if (!home.list.empty()) return home.list;
  if (home.url.empty()) return plain_list;
  if (in_collection && !home.is_computed) return list_of_url(home.url);
  // The row cannot be in a list that is not stored, but for the plain one.
  std::string own = list_key({home.url, {}});
  const Index index = read_index();
  const std::string& owner = index.owner.empty() ? first_url_ : index.owner;
  const bool is_plain = owner == home.url && !home.is_computed;
  return !is_plain && caching::contains(index.lists, own) ? own : plain_list;
}

bool Lists::is_whole(const std::string& list, const page::Home& home) {
  return !home.is_computed && list == list_of_url(home.url);
}

Keys Lists::left(const std::string& list, std::set<std::string> gone) {
  Keys left;
  if (gone.empty()) return left;
  for (const std::string& other : names()) {
    if (other != list) subtract(gone, open(other));
  }
  // A list that names a list is rubbish, and no reason to remove one (9.3).
  for (const std::string& key : gone) {
    if (!is_reserved(key)) left.push_back(key);
  }
  return left;
}

Keys Lists::replace(const std::string& list, const std::string& text, burry::Minutes expiry,
                    const std::set<std::string>& untold) {
  const burry::Stored before = store_.read(list);
  std::set<std::string> gone;
  if (before.text && before.text != text && parse(text)) {
    gone = keys_in(parse(*before.text));
    subtract(gone, parse(text));
  }
  Keys left = this->left(list, std::move(gone));
  const std::string* outer = std::exchange(being_written_, &text);
  if (before.text != text || before.expiry != expiry) store_.write(list, text, expiry);
  enter(list);
  being_written_ = outer;
  if (list != plain_list) return left;
  for (const Id& id : std::exchange(joined_, {})) {
    if (untold.contains(id.text)) joined_.push_back(id);
  }
  return left;
}

void Lists::discard(const std::string& list) { store_.remove(Keys{list, envelope_key(list)}); }

Keys Lists::drop(const std::string& list) {
  std::set<std::string> gone = keys_of(list);
  discard(list);
  return left(list, std::move(gone));
}

void Lists::write(const std::string& list, std::string text) {
  const std::string* outer = std::exchange(being_written_, &text);
  store_.write(list, text, store_.expiry(list));
  being_written_ = outer;
  if (list == plain_list && (has_no_own() || last_plain_)) last_plain_ = std::move(text);
}

bool Lists::append(const std::string& list, const Id& id) {
  IdList* opened = open(list);
  if (!opened) return false;
  if (opened->contains(id.text)) return true;
  opened->append(id);
  write(list, opened->text());
  return true;
}

bool Lists::has_joined(const std::string& key) const {
  return std::any_of(joined_.begin(), joined_.end(), [&](const Id& id) { return id.text == key; });
}

void Lists::bring_back_vanished() {
  if (has_no_own() || (last_plain_ && last_plain_ == store_.text(plain_list))) return;
  for (const auto& [key, id] : identified_) identify_in(plain_list, key, id);
  for (const Id& id : std::exchange(joined_, {})) {
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
    for (const std::string& key : keys_of(list)) {
      if (store_.has(key)) continue;
      discard(list);
      break;
    }
  }
}

static std::optional<Place> place_in(const std::string& list, const IdList* opened, const std::string& key) {
  const std::optional<std::size_t> at = opened ? opened->position(key) : std::nullopt;
  if (!at) return {};
  const Ids& ids = opened->ids();
  return Place{list, ids[*at], *at ? ids[*at - 1].text : std::string(), *at};
}

Places Lists::places_of(const std::string& key) {
  Places places;
  for (const std::string& list : names()) {
    if (auto place = place_in(list, open(list), key)) places.push_back(std::move(*place));
  }
  return places;
}

Places Lists::remove(const std::string& key) {
  Places places;
  for (const std::string& list : names()) {
    IdList* opened = open(list);
    auto place = place_in(list, opened, key);
    if (!place) continue;
    places.push_back(std::move(*place));
    opened->erase(key);
    write(list, opened->text());
  }
  erase(joined_, key);
  return places;
}

void Lists::restore(const Place& place) {
  IdList* opened = open(place.list);
  if (!opened || opened->contains(place.id.text)) return;
  std::size_t at = std::min(place.index, opened->ids().size());
  if (place.index) {
    if (const auto before = opened->position(place.after)) at = *before + 1;
  }
  opened->insert(at, place.id);
  write(place.list, opened->text());
}

void Lists::identify_in(const std::string& list, const std::string& key, const Id& id) {
  IdList* opened = open(list);
  const std::optional<std::size_t> at = opened ? opened->position(key) : std::nullopt;
  if (!at) return;
  // The server's list may have come first.
  const bool is_there = opened->contains(id.text);
  opened->erase(key);
  if (!is_there) opened->insert(*at, id);
  write(list, opened->text());
}

void Lists::identify(const std::string& key, const Id& id) {
  for (const std::string& list : names()) identify_in(list, key, id);
  identified_[key] = id;
  for (Id& joined : joined_) {
    if (joined.text == key) joined = id;
  }
}

void Lists::forget() {
  joined_.clear();
  identified_.clear();
  last_plain_ = {};
  first_url_.clear();
  parsed_ = parsed_before_ = {};
}

}  // namespace caching
