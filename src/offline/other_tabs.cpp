#include "offline/other_tabs.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "json/json.h"
#include "sync/query.h"
#include "sync/record.h"

namespace caching {
namespace {

// More than that is forgotten, and what other tabs have changed counts from the next event on.
constexpr std::size_t most_untold = 1000;

std::string spell(const std::string& text) { return json::spell(std::string_view(text)); }

// A record lies under its id as a text. As the model has it, it stands in the record, mostly
// under this name; of what is read by a URL, the key is all there is.
std::string id_in(const json::Members& attributes, const std::string& key) {
  const std::string text = spell(key);
  const std::string* found = nullptr;
  for (const json::Member& member : attributes) {
    if (found && member.name != "id") continue;
    if (member.value == text || (member.value == key && json::read_number(key))) found = &member.value;
  }
  return found ? *found : text;
}

bool loses_temporary(const IdList& before, const IdList& now) {
  return std::any_of(before.ids().begin(), before.ids().end(),
                     [&](const Id& id) { return is_temporary(id.text) && !now.contains(id.text); });
}

// Returns a queued write that the cache shows.
std::optional<QueuedWrite> read_seen(const std::string& token, const std::string& text) {
  std::optional<QueuedWrite> write = read_write(token, text);
  return write && !write->is_unseen() ? write : std::nullopt;
}

// The record that a queued write shows.
const std::optional<std::string>& shown_by(const QueuedWrite& write) {
  return write.hidden || !write.record ? write.base.text : write.record;
}

}  // namespace

json::Object OtherTabs::begin_news() const {
  json::Object news;
  news.add("ns", spell(store_.names().ns()));
  return news;
}

std::string OtherTabs::changed(const std::string& stored, StorageEvent change) {
  json::Object news = begin_news();
  return tell_stored(stored, std::move(change), news) ? news.text() : std::string();
}

bool OtherTabs::tell_stored(const std::string& stored, StorageEvent change, json::Object& news) {
  const burry::Keys& names = store_.names();
  if (names.shadows_another()) return false;
  if (stored.empty()) return store_.keys().empty() && tell_flush(false, news);
  if (const std::optional<std::string> key = names.key_of_expiry(stored)) return tell_expiry(*key, news);
  const std::optional<std::string> key = names.key_of_record(stored);
  if (!key || is_queue_key(*key)) return false;
  const bool is_mark = *key == burry::flush_key;
  if (is_mark && change.now == burry::flush_word) return tell_flush(true, news);
  if (is_mark && change.before == burry::flush_word) return tell_flush(false, news);
  if (!change.now.empty()) is_being_flushed_ = false;  // whoever flushed it did not come to an end
  return tell(*key, std::move(change), news);
}

bool OtherTabs::tell_flush(bool begins, json::Object& news) {
  is_being_flushed_ = begins;
  news.add("event", R"(["clear"])");
  return !begins;
}

// A tab writes a record, and then its expiry: until that is there, the record lies under the
// expiry of the one before it, which may have passed.
bool OtherTabs::tell_expiry(const std::string& key, json::Object& news) {
  const auto untold = untold_.find(key);
  if (untold == untold_.end() || untold->second.now.empty() || journal_.shows_pending(key)) return false;
  const std::string now = untold->second.now;
  return tell(key, {now, now}, news);
}

bool OtherTabs::tell(const std::string& key, StorageEvent change, json::Object& news) {
  const burry::Stored stored = store_.read(key);
  const bool is_removed = change.now.empty();
  const bool is_told =
      stored.text.value_or("") == change.now && (is_removed || store_.is_live(stored.expiry));
  const bool is_shown = is_told && !is_removed && !journal_.shows_pending(key);
  if (untold_.size() > most_untold) untold_.clear();
  StorageEvent& untold = untold_[key];
  const bool goes_on = untold.now == change.before, was_there = !goes_on || !untold.now.empty();
  if (goes_on) change.before = std::move(untold.before);
  if (is_shown) untold_.erase(key);
  else untold = change;
  if (!is_told) return false;
  return is_list_key(key) ? tell_list(key, change, was_there, news)
                          : tell_record(key, change, was_there, news);
}

// was_there: and the page knows of no removal since.
bool OtherTabs::tell_record(const std::string& key, const StorageEvent& change, bool was_there,
                            json::Object& news) {
  const std::optional<json::Members> before = read_attributes(change.before);
  const std::optional<json::Members> now = read_attributes(change.now);
  const bool is_removal = change.now.empty();
  if (is_removal ? !before || is_being_flushed_ : !now) return false;
  if (now && before && was_there && are_same(*before, *now)) return false;
  std::string event = now ? R"(["change",)" : R"(["remove",)";
  event += id_in(now ? *now : *before, key);
  if (now) (event += ',') += json::spell_object(*now);
  news.add("event", event += ']');
  // What this tab has written, and the server has yet to confirm, the model goes on to show.
  if (now && !journal_.shows_pending(key)) {
    news.add("key", spell(key));
    news.add("before", before ? spell(change.before) : "null");
    news.add("now", spell(change.now));
  }
  return true;
}

bool OtherTabs::tell_list(const std::string& key, const StorageEvent& change, bool was_there,
                          json::Object& news) {
  const std::optional<std::string> list = list_of_envelope(key);
  const std::optional<IdList> now = IdList::read(list ? lists_.live_text(*list).value_or("") : change.now);
  if (key == query_prefix || !now || change.now.empty()) return false;
  const IdList before = list ? *now : IdList::read(change.before).value_or(IdList());
  if (!list && was_there && before.ids() == now->ids() && !change.before.empty()) return false;
  if (key == plain_list) news.add("event", R"(["list",)" + now->text() + ']');
  if (loses_temporary(before, *now)) {
    waiting_lists_.insert(list.value_or(key));
    return key == plain_list;
  }
  add_list(news, list.value_or(key), before, *now);
  return true;
}

void OtherTabs::add_list(json::Object& news, const std::string& list, const IdList& before, IdList now) {
  std::set<std::string> listed;
  for (const Id& id : now.ids()) listed.insert(id.text);
  Ids left, gone;
  for (const Id& id : before.ids()) {
    if (listed.contains(id.text)) continue;
    const bool is_stored = store_.has(id.text);
    // What this tab has appended comes back (5.6).
    if (is_stored && lists_.has_joined(id.text)) continue;
    const Id key = {id.text};
    left.push_back(key);
    if (!is_stored) gone.push_back(key);
  }
  for (const std::string& key : journal_.pending_keys()) {
    if (journal_.shows_deleted(key)) now.erase(key);
  }
  news.add("key", spell(list));
  news.add("ids", now.text());
  news.add("left", json::spell(left));
  news.add("gone", json::spell(gone));
  const std::optional<std::string> beside = lists_.live_text(envelope_key(list));
  if (beside && read_envelope(*beside)) news.add("beside", *beside);
}

void OtherTabs::queue_changed(const std::string& key, const StorageEvent& change, json::Members& all) {
  const std::string token = key.substr(std::string_view(queue_key).size());
  const std::optional<QueuedWrite> before = read_seen(token, change.before);
  const std::optional<QueuedWrite> now = read_seen(token, change.now);
  if (!before && !now) return;
  std::set<std::string> lists;
  const bool was_listed = before && before->is_listed(), is_listed = now && now->is_listed();
  if (was_listed != is_listed) {
    const QueuedWrite& write = now ? *now : *before;
    lists = std::exchange(waiting_lists_, {});
    if (!write.list.empty()) lists.insert(write.list);
    for (const Place& place : write.places) lists.insert(place.list);
  }
  if (now) add_record(all, now->key(), before ? shown_by(*before) : now->base.text);
  else add_ended(all, *before);
  IdList left;
  left.append((now ? now : before)->id);
  for (const std::string& list : lists) {
    const std::optional<IdList> ids = IdList::read(lists_.live_text(list).value_or(""));
    if (!ids) continue;
    json::Object news = begin_news();
    add_list(news, list, left, *ids);
    all.push_back({{}, news.text()});
  }
}

// A queued write has ended. The row of a create has got its id.
void OtherTabs::add_ended(json::Members& all, const QueuedWrite& ended) {
  const std::optional<std::string>& shown = shown_by(ended);
  const std::string named = store_.text(queue_key + ended.key()).value_or("");
  const std::optional<Id> id = ended.is_create() ? id_in(named) : std::nullopt;
  if (id && shown) add_record(all, id->text, with_id(*shown, ended.key(), *id));
  else add_record(all, ended.key(), shown);
}

// A record as it lies in storage now, for the models.
void OtherTabs::add_record(json::Members& all, const std::string& key,
                           const std::optional<std::string>& before) {
  const std::optional<std::string> now = store_.text(key);
  if (!now || now == before || !read_attributes(*now)) return;
  untold_.erase(key);
  json::Object news = begin_news();
  news.add("key", spell(key));
  news.add("before", before ? spell(*before) : "null");
  news.add("now", spell(*now));
  all.push_back({{}, news.text()});
}

}  // namespace caching
