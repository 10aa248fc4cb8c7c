#include "sync/other_tabs.h"

#include <cstddef>
#include <utility>

#include "json/json.h"
#include "sync/query.h"
#include "sync/record.h"

namespace caching {
namespace {

// More than that is forgotten, and what other tabs have changed counts from the next event on.
constexpr std::size_t most_untold = 1000;

std::optional<json::Members> attributes_in(const std::optional<std::string>& record) {
  return record ? read_attributes(*record) : std::nullopt;
}

std::optional<IdList> list_in(const std::optional<std::string>& text) {
  return text ? IdList::read(*text) : std::nullopt;
}

// A record lies under its id as a text. As the model has it, it stands in the record, mostly
// under this name; of what is read by a URL, the key is all there is.
std::string id_in(const json::Members& attributes, const std::string& key) {
  const std::string text = json::spell(std::string_view(key));
  const auto is_id = [&](const std::string& value) {
    return value == text || (value == key && json::read_number(value));
  };
  const std::string* id = json::find(attributes, "id");
  if (id && is_id(*id)) return *id;
  for (const json::Member& member : attributes) {
    if (is_id(member.value)) return member.value;
  }
  return text;
}

std::string event_of(std::string_view name, const std::string& arguments) {
  return '[' + json::spell(name) + (arguments.empty() ? "" : ",") + arguments + ']';
}

}  // namespace

std::string News::text() const {
  json::Object object;
  object.add("ns", json::spell(std::string_view(ns)));
  if (!event.empty()) object.add("event", event);
  if (!record.empty()) object.add("record", record);
  if (!list.empty()) object.add("list", list);
  return object.text();
}

OtherTabs::Told OtherTabs::news(std::string event) const {
  return News{store_.names().ns(), std::move(event), {}, {}};
}

OtherTabs::Told OtherTabs::cleared() {
  is_being_flushed_ = false;
  if (store_.names().shadows_another() || !store_.keys().empty()) return {};
  return news(event_of("clear", {}));
}

OtherTabs::Told OtherTabs::changed(const std::string& stored, Change change) {
  const burry::Keys& names = store_.names();
  if (names.shadows_another()) return {};
  if (const std::optional<std::string> key = names.key_of_expiry(stored)) return expiry_changed(*key);
  const std::optional<std::string> key = names.key_of_record(stored);
  if (!key) return {};
  if (*key == burry::flush_key) {
    if (change.now == burry::flush_word) return flushed(true);
    if (!change.now && change.before == burry::flush_word) return flushed(false);
  }
  if (change.now) is_being_flushed_ = false;  // whoever flushed it did not come to an end
  const bool was_removed = go_on_from_untold(*key, change);
  if (!is_up_to_date(*key, change)) {
    remember(*key, {change, was_removed});
    return {};
  }
  if (!change.now) remember(*key, {change, true});
  return tell(*key, change, was_removed);
}

OtherTabs::Told OtherTabs::tell(const std::string& key, const Change& change, bool was_removed) {
  return is_list_key(key) ? list_changed(key, change, was_removed) : record_changed(key, change, was_removed);
}

// Returns whether the page knows that it was removed.
bool OtherTabs::go_on_from_untold(const std::string& key, Change& change) {
  const auto found = untold_.find(key);
  if (found == untold_.end()) return false;
  const Untold former = std::move(found->second);
  untold_.erase(found);
  if (former.change.now != change.before) return false;
  change.before = former.change.before;
  return former.is_removal_told;
}

// Storage has not moved on from it, and what it wrote has not expired.
bool OtherTabs::is_up_to_date(const std::string& key, const Change& change) {
  const burry::Stored stored = store_.read(key);
  return stored.text == change.now && (!change.now || store_.is_live(stored.expiry));
}

void OtherTabs::remember(const std::string& key, Untold untold) {
  if (untold_.size() >= most_untold) untold_.clear();
  untold_[key] = std::move(untold);
}

// A tab writes a record, and then its expiry: until that is there, the record lies under the
// expiry of the one before it, which may have passed.
OtherTabs::Told OtherTabs::expiry_changed(const std::string& key) {
  const auto found = untold_.find(key);
  if (found == untold_.end() || !found->second.change.now) return {};
  const auto [change, was_removed] = found->second;
  if (!is_up_to_date(key, change)) return {};
  untold_.erase(key);
  return tell(key, change, was_removed);
}

OtherTabs::Told OtherTabs::flushed(bool begins) {
  is_being_flushed_ = begins;
  if (begins) return {};
  return news(event_of("clear", {}));
}

OtherTabs::Told OtherTabs::record_changed(const std::string& key, const Change& change, bool was_removed) {
  const std::optional<json::Members> before = attributes_in(change.before), now = attributes_in(change.now);
  if (!change.now) {
    if (!before || is_being_flushed_) return {};
    return news(event_of("remove", id_in(*before, key)));
  }
  if (!now) return {};
  if (before && !was_removed && changed_names(*before, *now).empty()) return {};
  Told told = news(event_of("change", id_in(*now, key) + ',' + json::spell_object(*now)));
  // What this tab has written, and the server has yet to confirm, the model goes on to show.
  if (journal_.shows_pending(key)) return told;
  json::Object record;
  record.add("key", json::spell(std::string_view(key)));
  if (before) record.add("before", json::spell(std::string_view(*change.before)));
  record.add("now", json::spell(std::string_view(*change.now)));
  told->record = record.text();
  return told;
}

OtherTabs::Told OtherTabs::list_changed(const std::string& list, const Change& change, bool was_removed) {
  if (const std::optional<std::string> beside = list_of_envelope(list)) {
    const std::optional<IdList> ids = list_in(lists_.live_text(*beside));
    return ids && change.now ? tell_list(*beside, *ids, *ids) : std::nullopt;
  }
  const std::optional<IdList> before = list_in(change.before), now = list_in(change.now);
  if (list == query_prefix || !now) return {};
  if (before && !was_removed && before->ids() == now->ids()) return {};
  Told told = tell_list(list, before.value_or(IdList()), *now);
  if (list == plain_list) told->event = event_of("list", now->text());
  return told;
}

OtherTabs::Told OtherTabs::tell_list(const std::string& list, const IdList& before, const IdList& now) {
  Ids shown;
  for (const Id& id : now.ids()) {
    if (!journal_.shows_deleted(id.text)) shown.push_back(id);
  }
  Keys left, gone;
  for (const Id& id : before.ids()) {
    const bool is_stored = store_.has(id.text);
    // What this tab has appended comes back (5.6).
    if (now.contains(id.text) || (is_stored && lists_.has_joined(id.text))) continue;
    left.push_back(id.text);
    if (!is_stored) gone.push_back(id.text);
  }
  json::Object object;
  object.add("key", json::spell(std::string_view(list)));
  object.add("ids", json::spell(shown));
  object.add("left", json::spell(left));
  object.add("gone", json::spell(gone));
  const std::optional<std::string> text = lists_.live_text(envelope_key(list));
  if (const std::optional<page::Envelope> envelope = text ? read_envelope(*text) : std::nullopt) {
    object.add("answer", json::spell(std::string_view(envelope->answer)));
    object.add("headers", json::spell(std::string_view(envelope->headers)));
  }
  Told told = news({});
  told->list = object.text();
  return told;
}

}  // namespace caching
