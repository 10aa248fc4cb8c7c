#include "offline/queued_write.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "json/json.h"
#include "sync/query.h"
#include "sync/record.h"

namespace caching {
namespace {

constexpr Method write_methods[] = {Method::create, Method::update, Method::patch, Method::remove};

constexpr const char* delivery_names[] = {"waiting", "first_try", "replaying", "confirmed"};

// Those of a browser are much longer.
constexpr std::size_t shortest_token = 6;

bool is_token_character(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z');
}

// The members of an object of ours. A parser for each of them would take two thirds of the time in which a
// page with 2,000 queued writes starts, so what needs none is read as it stands.
class Fields {
 public:
  explicit Fields(json::Members members) : members_(std::move(members)) {}
  std::string json(const char* name) const {
    const std::string* found = json::find(members_, name);
    return found ? *found : std::string();
  }
  // None: there is no such member, or it is no text.
  std::optional<std::string> text_of(const char* name) const {
    const std::string* found = json::find(members_, name);
    if (!found || !found->starts_with('"')) return {};
    if (found->find_first_of("\\\xEF") != found->npos) return json::read_text(*found);
    return found->substr(1, found->size() - 2);
  }
  std::string text(const char* name) const { return text_of(name).value_or(""); }
  std::optional<Id> id(const char* name) const {
    if (std::optional<std::string> text = text_of(name)) return Id{std::move(*text)};
    const std::string* found = json::find(members_, name);
    return found ? read_id(*found) : std::nullopt;
  }
  // All numbers of ours are whole.
  double number(const char* name, double otherwise) const {
    const std::string* found = json::find(members_, name);
    const bool is_number = found && (found->starts_with('-') || (*found >= "0" && *found < ":"));
    return is_number ? static_cast<double>(std::strtoll(found->c_str(), nullptr, 10)) : otherwise;
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
  if (text.empty()) return places;
  const Ids ids = json::read_flat_array(text).value_or(Ids());
  for (std::size_t at = 0; at + 3 < ids.size(); at += 4) {
    const double index = json::read_number(ids[at + 3].text).value_or(0);
    places.push_back({ids[at].text, ids[at + 1], ids[at + 2].text, static_cast<std::size_t>(index)});
  }
  return places;
}

void add_text(json::Object& object, const char* name, const std::string& text) {
  if (!text.empty()) object.add(name, json::spell(std::string_view(text)));
}
void add_json(json::Object& object, const char* name, const std::string& value) {
  if (!value.empty()) object.add(name, value);
}

std::string spell_whole(double number) { return std::to_string(static_cast<long long>(number)); }

// In JSON: a text by itself, and no name of a member.
bool is_value(const std::string& text, std::size_t begin, std::size_t end) {
  const bool is_text = begin > 0 && text[begin - 1] == '"' && (begin < 2 || text[begin - 2] != '\\');
  return is_text && end < text.size() && text[end] == '"' && (end + 1 == text.size() || text[end + 1] != ':');
}

// In a URL: what stands between slashes, or in front of a query.
bool is_segment(const std::string& text, std::size_t begin, std::size_t end) {
  return begin > 0 && text[begin - 1] == '/' && (end == text.size() || !is_token_character(text[end]));
}

}  // namespace

std::optional<Id> read_id(const std::string& json) {
  const std::optional<Ids> ids = json::read_flat_array("[" + json + "]");
  return ids && ids->size() == 1 ? std::optional(ids->front()) : std::nullopt;
}

Change QueuedWrite::change() const {
  // (A delete that waits with `wait` for an answer takes nothing out.)
  if (removes()) return Change::removing();
  if (method != Method::patch && patch.members.empty()) return Change::replacing(record, burry::never);
  Change change = Change::merging(shown_members());
  change.id = patch.id;
  change.dates = patch.dates;
  return change;
}

const std::string& QueuedWrite::shown_members() const {
  return patch.members.empty() ? attributes : patch.members;
}

bool is_token(std::string_view text) {
  const auto is_digit = [](char character) { return character >= '0' && character <= '9'; };
  return text.size() >= shortest_token && std::all_of(text.begin(), text.end(), is_token_character) &&
         std::any_of(text.begin(), text.end(), is_digit);
}

bool is_temporary(const std::string& key) {
  return key.starts_with(temporary_prefix) && is_token(token_of(key));
}

std::string token_of(const std::string& temporary) {
  return temporary.substr(std::string_view(temporary_prefix).size());
}

std::vector<std::string> temporary_ids(const std::string& text) {
  std::vector<std::string> ids;
  const std::string prefix = temporary_prefix;
  for (std::size_t at = text.find(prefix); at != text.npos; at = text.find(prefix, at + 1)) {
    std::size_t end = at + prefix.size();
    while (end < text.size() && is_token_character(text[end])) ++end;
    const bool is_whole = is_value(text, at, end) || is_segment(text, at, end);
    std::string id = text.substr(at, end - at);
    if (is_whole && is_temporary(id)) ids.push_back(std::move(id));
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
  for (std::string* json : {&write.attributes, &write.body, &write.patch.members, &write.patch.id}) {
    *json = with_id(std::move(*json), temporary, id);
  }
  for (std::optional<std::string>* text : {&write.record, &write.base.text}) {
    if (*text) *text = with_id(std::move(**text), temporary, id);
  }
  identify(write.places, temporary, id);
  if (write.key() == temporary) write.id = id;
  const bool is_changed = before.url != write.url || before.attributes != write.attributes ||
                          before.body != write.body || before.record != write.record;
  return is_changed || before.key() != write.key();
}

// The server is to give the row its id, so a member that has the temporary id is left out, as JSON
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
  if (!queued.is_untried() || (queued.url != later.url && !is_of_row)) return false;
  const bool shows_delete = !queued.hidden && queued.removes();
  return !shows_delete || !later.hidden || later.method == Method::remove;
}

// The later change is what the cache shows now, unless it waits for the server.
static void show_later(QueuedWrite& queued, const QueuedWrite& later) {
  if (later.hidden) return;
  const bool is_patch = later.method == Method::patch;
  if (is_patch && queued.record) {
    queued.record = patched(*queued.record, later.shown_members(), later.patch.id, later.patch.dates);
  } else if (is_patch && !queued.patch.members.empty()) {
    queued.patch.members = json::merged(queued.patch.members, later.shown_members());
  } else if (!is_patch) {
    queued.record = later.record;
    queued.patch = {};
  }
  queued.places = later.places;
  queued.hidden = false;
}

// The cache goes on to show a patch if a later write waits for the server (`wait`).
static void keep_shown_patch(QueuedWrite& queued) {
  if (queued.method == Method::patch && !queued.hidden) {
    queued.patch.members = std::string(queued.shown_members());
  }
}

// A patch that waits for the server is sent with the other, and not shown.
static void fold_patches(QueuedWrite& queued, const QueuedWrite& later) {
  std::string shown = queued.hidden ? std::string() : queued.shown_members();
  if (!later.hidden)
    shown = shown.empty() ? later.shown_members() : json::merged(shown, later.shown_members());
  queued.patch.members = queued.hidden && later.hidden ? std::string() : shown;
  if (!later.patch.dates.empty()) queued.patch.dates = later.patch.dates;
  queued.attributes = json::merged(queued.attributes, later.attributes);
  queued.hidden = queued.hidden && later.hidden;
}

static void fold_delete(QueuedWrite& queued, QueuedWrite& later) {
  if (later.hidden) keep_shown_patch(queued);
  queued.method = Method::remove;
  queued.attributes.clear();
  queued.body.clear();
  show_later(queued, later);
}

static void fold_change(QueuedWrite& queued, QueuedWrite& later, const page::Sent& sent) {
  const bool is_patch = later.method == Method::patch;
  if (is_patch && queued.method == Method::patch) return fold_patches(queued, later);
  if (later.hidden) keep_shown_patch(queued);
  if (is_patch && !queued.attributes.empty()) {
    queued.attributes = json::merged(queued.attributes, later.attributes);
    if (!queued.body.empty()) queued.body = json::merged(queued.body, later.attributes);
  } else {
    queued.attributes = sent.attributes;
    queued.body = sent.body;
  }
  if (queued.is_create()) {
    for (std::string* json : {&queued.attributes, &queued.body}) *json = without_id(*json, queued.key());
  } else {
    queued.method = Method::update;
  }
  show_later(queued, later);
}

bool fold(QueuedWrite& queued, QueuedWrite&& later, const page::Sent& sent) {
  const bool removes = later.method == Method::remove;
  if (removes && queued.is_create()) return false;
  if (removes) fold_delete(queued, later);
  else fold_change(queued, later, sent);
  if (later.decorator >= 0) queued.decorator = later.decorator;
  queued.callers.insert(queued.callers.end(), later.callers.begin(), later.callers.end());
  return true;
}

bool supersedes(const QueuedWrite& confirmed, const QueuedWrite& older) {
  if (older.method == Method::remove) return true;
  return confirmed.method != Method::patch && confirmed.url == older.url;
}

bool rebase(QueuedWrite& write, const QueuedWrite& answered, const std::string& confirmed) {
  const std::optional<json::Members> sent = json::read_object(answered.attributes);
  const std::optional<json::Members> now = json::read_object(write.attributes);
  const std::optional<json::Members> answer = json::read_object(confirmed);
  const std::string url = answered.is_create() ? url_of_row(answered.url, write.id) : answered.url;
  const bool is_of_row = write.method == Method::update && write.body.empty() && write.url == url;
  if (!is_of_row || !sent || !now || !answer) return true;
  json::Members changes;
  for (const json::Member& member : *now) {
    const std::string* before = json::find(*sent, member.name);
    const bool is_id = member.name == write.id_attribute;
    if (!is_id && (!before || *before != member.value)) changes.push_back(member);
  }
  const auto is_unset = [&](const json::Member& member) {
    return json::find(*sent, member.name) && !json::find(*now, member.name);
  };
  json::Members rest;
  std::copy_if(answer->begin(), answer->end(), std::back_inserter(rest),
               [&](const json::Member& member) { return !is_unset(member); });
  write.attributes = json::merged(json::spell_object(rest), json::spell_object(changes));
  write.record = write.attributes;
  return !changes.empty() || rest.size() != answer->size();
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

std::optional<QueuedWrite> read_write(const std::string& token, const std::string& text) {
  const std::optional<json::Members> members = json::read_object(text);
  if (!members || !is_token(token)) return {};
  const Fields fields(*members);
  const std::string method = fields.text("method"), delivery = fields.text("delivery");
  const auto* named = std::find_if(std::begin(write_methods), std::end(write_methods),
                                   [&](Method one) { return method == name_of(one); });
  const std::optional<Id> id = fields.id("id");
  if (named == std::end(write_methods) || !id) return {};
  QueuedWrite write;
  for (std::size_t at = 0; at < std::size(delivery_names); ++at) {
    if (delivery == delivery_names[at]) write.delivery = static_cast<Delivery>(at);
  }
  write.tries = static_cast<int>(fields.number("tries", 0));
  write.page = fields.text("page");
  write.sent = fields.number("sent", 0);
  write.since = fields.number("since", 0);
  write.token = token;
  write.method = *named;
  write.id = *id;
  write.url = fields.text("url");
  write.id_attribute = fields.text("idAttribute");
  write.attributes = fields.json("attributes");
  write.body = fields.json("body");
  write.record = fields.text_of("record");
  if (fields.flag("isPlain")) write.record = write.attributes;
  write.base.text = fields.text_of("base");
  write.base.expiry = fields.number("baseExpiry", burry::never);
  write.patch = {fields.json("members"), fields.json("named"), fields.json("dates")};
  write.list = fields.text("list");
  write.places = read_places(fields.json("places"));
  write.hidden = fields.flag("wait");
  write.text = text;
  return write;
}

// What changes with each request stands first and has one length, so that it is also written where
// storage is full.
std::string spell_write(const QueuedWrite& write) {
  json::Object object;
  const std::string delivery = delivery_names[static_cast<std::size_t>(write.delivery)];
  object.add("delivery", json::spell(std::string_view(delivery)));
  object.add("tries", std::to_string(write.tries));
  add_text(object, "page", write.page);
  object.add("sent", spell_whole(write.sent));
  object.add("since", spell_whole(write.since));
  add_text(object, "method", name_of(write.method));
  object.add("id", json::spell(write.id));
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
  add_json(object, "members", write.patch.members);
  add_json(object, "named", write.patch.id);
  add_json(object, "dates", write.patch.dates);
  add_text(object, "list", write.list);
  if (!write.places.empty()) object.add("places", spell_places(write.places));
  if (write.hidden) object.add("wait", "true");
  return object.text();
}

std::optional<Id> id_in(const std::string& text) {
  return Fields(json::read_object(text).value_or(json::Members())).id("id");
}

}  // namespace caching
