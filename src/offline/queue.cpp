#include "offline/queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "json/json.h"
#include "sync/query.h"
#include "sync/record.h"

namespace caching {
namespace {

constexpr Method write_methods[] = {Method::create, Method::update, Method::patch, Method::remove};

bool is_token(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z');
}

// The members of an object of ours.
class Fields {
 public:
  explicit Fields(json::Members members) : members_(std::move(members)) {}
  std::string json(const char* name) const {
    const std::string* found = json::find(members_, name);
    return found ? *found : std::string();
  }
  std::string text(const char* name) const { return json::read_text(json(name)).value_or(""); }
  std::optional<Id> id(const char* name) const { return read_id(json(name)); }
  double number(const char* name, double otherwise) const {
    return json::read_number(json(name)).value_or(otherwise);
  }
  bool flag(const char* name) const { return json(name) == "true"; }

 private:
  json::Members members_;
};

// The list, the id, the neighbour and the index, one after the other.
std::string spell_places(const Places& places) {
  Ids spelled;
  for (const Place& place : places) {
    spelled.insert(spelled.end(), {{place.list}, place.id, {place.after}, {std::to_string(place.index)}});
  }
  return json::spell(spelled);
}

Places read_places(const std::string& text) {
  Places places;
  const Ids ids = json::read_flat_array(text).value_or(Ids());
  for (std::size_t at = 0; at + 3 < ids.size(); at += 4) {
    const double index = json::read_number(ids[at + 3].text).value_or(0);
    places.push_back({ids[at].text, ids[at + 1], ids[at + 2].text, static_cast<std::size_t>(index)});
  }
  return places;
}

std::optional<QueuedWrite> read_write(const std::string& text) {
  const std::optional<json::Members> members = json::read_object(text);
  if (!members) return {};
  const Fields fields(*members);
  const std::string method = fields.text("method");
  const auto* named = std::find_if(std::begin(write_methods), std::end(write_methods),
                                   [&](Method one) { return method == name_of(one); });
  const std::optional<Id> id = fields.id("id");
  if (named == std::end(write_methods) || !id || fields.text("token").empty()) return {};
  QueuedWrite write;
  write.method = *named;
  write.token = fields.text("token");
  write.id = *id;
  write.url = fields.text("url");
  write.id_attribute = fields.text("idAttribute");
  write.attributes = fields.json("attributes");
  write.body = fields.json("body");
  write.record = json::read_text(fields.json("record"));
  if (fields.flag("isPlain")) write.record = write.attributes;
  write.base.text = json::read_text(fields.json("base"));
  write.base.expiry = fields.number("baseExpiry", burry::never);
  write.list = fields.text("list");
  write.places = read_places(fields.json("places"));
  write.since = fields.number("since", 0);
  write.hidden = fields.flag("wait");
  write.sending = fields.number("sending", 0) > 0;
  write.changed = fields.flag("changed");
  return write;
}

void add_text(json::Object& object, const char* name, const std::string& text) {
  if (!text.empty()) object.add(name, json::spell(std::string_view(text)));
}
void add_json(json::Object& object, const char* name, const std::string& value) {
  if (!value.empty()) object.add(name, value);
}

std::string spell_whole(double number) { return std::to_string(static_cast<long long>(number)); }

std::string spell_write(const QueuedWrite& write) {
  json::Object object;
  add_text(object, "method", name_of(write.method));
  object.add("id", json::spell(write.id));
  add_text(object, "token", write.token);
  add_text(object, "url", write.url);
  add_text(object, "idAttribute", write.id_attribute);
  add_json(object, "attributes", write.attributes);
  add_json(object, "body", write.body);
  if (write.record && write.record == write.attributes) object.add("isPlain", "true");
  else if (write.record) object.add("record", json::spell(std::string_view(*write.record)));
  if (write.base.text) object.add("base", json::spell(std::string_view(*write.base.text)));
  if (write.base.text && write.base.expiry != burry::never) {
    object.add("baseExpiry", spell_whole(write.base.expiry));
  }
  add_text(object, "list", write.list);
  if (!write.places.empty()) object.add("places", spell_places(write.places));
  object.add("since", spell_whole(write.since));
  if (write.hidden) object.add("wait", "true");
  // Of one length, so that it is written also where storage is full.
  object.add("sending", write.sending ? "1" : "0");
  if (write.changed) object.add("changed", "true");
  return object.text();
}

// In JSON: a text by itself, and no name of a member.
bool is_value(const std::string& text, std::size_t begin, std::size_t end) {
  const bool is_text = begin > 0 && text[begin - 1] == '"' && (begin < 2 || text[begin - 2] != '\\');
  return is_text && end < text.size() && text[end] == '"' && (end + 1 == text.size() || text[end + 1] != ':');
}

// In a URL: what stands between slashes, or in front of a query.
bool is_segment(const std::string& text, std::size_t begin, std::size_t end) {
  return begin > 0 && text[begin - 1] == '/' && (end == text.size() || !is_token(text[end]));
}

}  // namespace

QueuedWrite* find(QueuedWrites& writes, const std::string& token) {
  const auto found = std::find_if(writes.begin(), writes.end(),
                                  [&](const QueuedWrite& write) { return write.token == token; });
  return found == writes.end() ? nullptr : &*found;
}

std::optional<Id> read_id(const std::string& json) {
  const std::optional<Ids> ids = json::read_flat_array("[" + json + "]");
  return ids && ids->size() == 1 ? std::optional(ids->front()) : std::nullopt;
}

// True if the cache shows all that a patch sends: what was folded into it with `wait` is hidden.
static bool shows_all(const QueuedWrite& write) {
  if (!write.record) return true;
  const std::optional<json::Members> record = json::read_object(*write.record);
  const json::Members sent = json::read_object(write.attributes).value_or(json::Members());
  return record && std::all_of(sent.begin(), sent.end(), [&](const json::Member& member) {
           const std::string* shown = json::find(*record, member.name);
           return shown && *shown == member.value;
         });
}

Change QueuedWrite::change() const {
  // (A delete that waits with `wait` for an answer takes nothing out.)
  if (removes()) return Change::removing();
  // A patch in a class with its own `parse` has been made by JavaScript.
  const bool is_form = record && record->ends_with(form_mark);
  if (method == Method::patch && !is_form && shows_all(*this)) return Change::merging(attributes);
  Change change = Change::replacing(record, burry::never);
  if (method == Method::patch) change.members = attributes;
  return change;
}

bool is_temporary(const std::string& key) { return key.starts_with(temporary_prefix); }

std::vector<std::string> temporary_ids(const std::string& text) {
  std::vector<std::string> ids;
  const std::string prefix = temporary_prefix;
  for (std::size_t at = text.find(prefix); at != text.npos; at = text.find(prefix, at + 1)) {
    std::size_t end = at + prefix.size();
    while (end < text.size() && is_token(text[end])) ++end;
    const bool is_whole = is_value(text, at, end) || is_segment(text, at, end);
    if (is_whole && end - at > prefix.size()) ids.push_back(text.substr(at, end - at));
  }
  return ids;
}

std::vector<std::string> mentioned(const QueuedWrite& write) {
  std::vector<std::string> ids;
  for (const std::string* text : {&write.url, &write.attributes, &write.body}) {
    for (std::string& id : temporary_ids(*text)) {
      if (id != write.key() || !write.is_create()) ids.push_back(std::move(id));
    }
  }
  return ids;
}

std::string with_id(std::string json, const std::string& temporary, const Id& id) {
  const std::string spelled = json::spell(id);
  for (std::size_t at = json.find(temporary); at != json.npos; at = json.find(temporary, at + 1)) {
    if (is_value(json, at, at + temporary.size())) json.replace(at - 1, temporary.size() + 2, spelled);
  }
  return json;
}

std::string url_with_id(std::string url, const std::string& temporary, const Id& id) {
  for (std::size_t at = url.find(temporary); at != url.npos; at = url.find(temporary, at + 1)) {
    if (is_segment(url, at, at + temporary.size())) url.replace(at, temporary.size(), encode(id.text));
  }
  return url;
}

bool identify(QueuedWrite& write, const std::string& temporary, const Id& id) {
  const QueuedWrite before = write;
  write.url = url_with_id(write.url, temporary, id);
  for (std::string* json : {&write.attributes, &write.body}) *json = with_id(std::move(*json), temporary, id);
  for (std::optional<std::string>* text : {&write.record, &write.base.text}) {
    if (*text) *text = with_id(std::move(**text), temporary, id);
  }
  identify(write.places, temporary, id);
  if (write.key() == temporary) write.id = id;
  const bool is_changed = before.url != write.url || before.attributes != write.attributes ||
                          before.body != write.body || before.record != write.record;
  return is_changed || before.key() != write.key();
}

// The server is to find an id for it: a member that holds the temporary one is left out, as JSON
// leaves out what is undefined.
static std::string without_id(const std::string& text, const std::string& temporary) {
  const std::optional<json::Members> members = json::read_object(text);
  if (!members) return text;
  const std::string id = json::spell(std::string_view(temporary));
  json::Object object;
  for (const json::Member& member : *members) {
    if (member.value != id) object.add(member.name, member.value);
  }
  return object.text();
}

std::string url_of_row(const std::string& url, const Id& id) {
  return url + (url.ends_with('/') ? "" : "/") + encode(id.text);
}

bool can_fold(const QueuedWrite& queued, const QueuedWrite& later) {
  const bool is_of_row = queued.is_create() && later.url == url_of_row(queued.url, queued.id);
  if (queued.url != later.url && !is_of_row) return false;
  const bool shows_delete = !queued.hidden && queued.removes();
  return !shows_delete || !later.hidden || later.method == Method::remove;
}

bool fold(QueuedWrite& queued, QueuedWrite&& later, const page::Sent& sent) {
  if (later.method == Method::remove) {
    if (queued.is_create()) return false;
    later.token = queued.token;
    later.base = queued.base;
    later.since = queued.since;
    if (later.hidden && !queued.hidden) {
      later.record = queued.record;
      later.sequence = queued.sequence;
      later.hidden = false;
    }
    later.callers.insert(later.callers.end(), queued.callers.begin(), queued.callers.end());
    queued = std::move(later);
    return true;
  }
  const bool are_patches = later.method == Method::patch && queued.method == Method::patch;
  queued.attributes = are_patches ? json::merged(queued.attributes, sent.changes) : sent.attributes;
  if (!are_patches) queued.body = sent.body;
  if (queued.is_create()) {
    for (std::string* json : {&queued.attributes, &queued.body}) *json = without_id(*json, queued.key());
    queued.changed = true;
  } else {
    if (!are_patches) queued.method = Method::update;
    queued.url = later.url;
  }
  if (!later.hidden) {
    queued.record = std::move(later.record);
    queued.sequence = later.sequence;
    queued.hidden = false;
  }
  if (later.decorator >= 0) queued.decorator = later.decorator;
  queued.callers.insert(queued.callers.end(), later.callers.begin(), later.callers.end());
  return true;
}

std::string spell_pending(const QueuedWrite& write, std::optional<int> status) {
  json::Object object;
  add_text(object, "method", name_of(write.method));
  object.add("id", json::spell(write.id));
  add_json(object, "attributes", write.attributes);
  if (status) object.add("status", std::to_string(*status));
  else object.add("since", spell_whole(write.since));
  return object.text();
}

QueueText read_queue(const std::string& text) {
  QueueText queue;
  const std::optional<json::Members> members = json::read_object(text);
  if (!members) return queue;
  const Fields fields(*members);
  for (const json::Member& element : json::read_array(fields.json("writes")).value_or(json::Members())) {
    if (std::optional<QueuedWrite> write = read_write(element.value))
      queue.writes.push_back(std::move(*write));
  }
  queue.ids = json::read_object(fields.json("ids")).value_or(json::Members());
  queue.ended = json::read_object(fields.json("ended")).value_or(json::Members());
  return queue;
}

std::string spell_queue(const QueueText& queue) {
  json::Members writes;
  for (const QueuedWrite& write : queue.writes) writes.push_back({{}, spell_write(write)});
  json::Object object;
  object.add("writes", json::spell_array(writes));
  if (!queue.ids.empty()) object.add("ids", json::spell_object(queue.ids));
  if (!queue.ended.empty()) object.add("ended", json::spell_object(queue.ended));
  return object.text();
}

}  // namespace caching
