#include "backbone_in_memory.h"

#include <algorithm>
#include <utility>

namespace in_memory {
namespace {

// None where JSON cannot spell it (4.8).
std::optional<std::string> spelled(const Content& record) {
  if (record.contains("cycle")) return {};
  return record.dump();
}

// As JSON.stringify spells an array of ids.
std::string list_of(const std::vector<Content>& ids) {
  std::string list = "[";
  for (const Content& id : ids) {
    if (list.size() > 1) list += ',';
    list += id.is_string() ? id.dump() : key_of(id);
  }
  return list + ']';
}

}  // namespace

const Content* Model::id() const {
  const auto found = attributes.find("id");
  return found == attributes.end() || found->is_null() ? nullptr : &*found;
}

std::string Model::key() const { return id() ? key_of(*id()) : ""; }

void Model::set(const Content& changes) {
  for (const auto& [name, value] : changes.items()) attributes[name] = value;
}

std::shared_ptr<Model> Collection::get(const std::string& key) const {
  for (const auto& model : models) {
    if (model->id() && model->key() == key) return model;
  }
  return nullptr;
}

std::shared_ptr<Model> Collection::add(const Content& attributes) {
  auto model = std::make_shared<Model>();
  model->attributes = attributes;
  model->collection = this;
  models.push_back(model);
  return model;
}

void Collection::remove(const std::string& key) {
  std::erase_if(models, [&](const auto& model) { return model->id() && model->key() == key; });
}

void Collection::set(const Content& rows, bool remove_others) {
  std::vector<std::shared_ptr<Model>> answered;
  for (const Content& row : rows) {
    std::shared_ptr<Model> model = row.contains("id") ? get(key_of(row["id"])) : nullptr;
    if (model) model->set(row);
    else model = add(row);
    answered.push_back(model);
  }
  if (!remove_others) return;
  for (const auto& model : models) {
    if (std::find(answered.begin(), answered.end(), model) == answered.end()) {
      model->collection = nullptr;
    }
  }
  models = answered;
}

int Backbone::decorate(const std::string& ns, const caching::Policy& policy) {
  const int decorator = core.decorate(ns, policy);
  namespaces_[decorator] = ns;
  return decorator;
}

int Backbone::read(int decorator, std::shared_ptr<Collection> collection, Query query) {
  Call call;
  call.decorator = decorator;
  call.collection = std::move(collection);
  call.request.query = std::move(query);
  return start(std::move(call));
}

int Backbone::read(int decorator, std::shared_ptr<Model> model) {
  Call call;
  call.decorator = decorator;
  call.model = std::move(model);
  return start(std::move(call));
}

int Backbone::create(int decorator, std::shared_ptr<Model> model) {
  Call call;
  call.decorator = decorator;
  call.request.method = caching::Method::create;
  call.model = std::move(model);
  return start(std::move(call));
}

int Backbone::update(int decorator, std::shared_ptr<Model> model, bool wait) {
  Call call;
  call.decorator = decorator;
  call.request.method = caching::Method::update;
  call.request.wait = wait;
  call.model = std::move(model);
  return start(std::move(call));
}

int Backbone::patch(int decorator, std::shared_ptr<Model> model, Content attributes, bool wait) {
  Call call;
  call.decorator = decorator;
  call.request.method = caching::Method::patch;
  call.request.wait = wait;
  call.model = std::move(model);
  call.patch = std::move(attributes);
  return start(std::move(call));
}

int Backbone::destroy(int decorator, std::shared_ptr<Model> model, bool wait) {
  Call call;
  call.decorator = decorator;
  call.request.method = caching::Method::remove;
  call.request.wait = wait;
  call.model = std::move(model);
  return start(std::move(call));
}

int Backbone::start(Call call) {
  const int number = ++last_number_;
  const Request& asked = call.request;
  caching::Request request;
  request.method = asked.method;
  request.is_collection = call.is_collection();
  request.url = asked.query.url;
  request.url_is_static = asked.query.url_is_static;
  request.data = asked.query.data;
  request.own_key = asked.own_key;
  request.own_parse = call.own_parse;
  request.wait = asked.wait;
  if (call.collection && asked.query.url.empty()) {
    request.url = call.collection->url;
    request.url_is_static = true;
  }
  if (call.model) {
    call.sent = call.model->attributes;
    if (const Content* id = call.model->id()) {
      request.id = call.model->key();
      request.has_strange_id = !id->is_string() && !id->is_number();
      call.asked = *id;
    }
  }
  const int decorator = call.decorator;
  caching::Policy policy = call.policy;
  if (policy.ttl == 0) policy.ttl = core.policy(decorator).ttl;
  policy.queue = policy.queue || core.policy(decorator).queue;
  calls_.emplace(number, std::move(call));
  core.start(decorator, number, std::make_unique<PageCall>(*this, number), request, policy);
  return number;
}

int Backbone::creating(const Model& model, int beside) const {
  for (const auto& [number, call] : calls_) {
    const bool is_create = call.request.method == caching::Method::create && !call.forgotten;
    if (number != beside && call.model.get() == &model && is_create) return number;
  }
  return 0;
}

std::unique_ptr<page::Call> Backbone::resend(Call call, int& number) {
  number = ++last_number_;
  calls_.emplace(number, std::move(call));
  return std::make_unique<PageCall>(*this, number);
}

void Backbone::succeed(int number, Content answer) {
  Call& call = calls_.at(number);
  const bool with_data = !answer.is_null();
  if (!call.server_phases && !call.failures && call.answer.is_null()) call.answer = std::move(answer);
  core.answered(number, with_data ? caching::Outcome::success : caching::Outcome::success_without_data, 0);
}

void Backbone::fail(int number, int status) { core.answered(number, caching::Outcome::failure, status); }

bool Backbone::abort(int number) {
  const bool is_aborted = core.withdraw(number);
  if (is_aborted) core.answered(number, caching::Outcome::aborted, 0);
  return is_aborted;
}

PageCall::~PageCall() { call().forgotten = true; }

in_memory::Call& PageCall::call() const { return backbone_.call(number_); }
Keys PageCall::keys() const { return Keys(backbone_.ns_of(call().decorator)); }

bool PageCall::invoke() { return backbone_.wrapped(number_); }
void PageCall::send_nothing() { backbone_.on_nothing_sent(number_); }

std::optional<std::string> PageCall::request_text() {
  const in_memory::Call& call = this->call();
  const std::string url = call.request.query.url + ' ' + call.request.query.data.text + ' ';
  return url + (call.is_collection() ? call.collection->url : call.model->key());
}

void PageCall::join(int leader) {
  call().leader = leader;
  backbone_.on_joined(number_);
}

void PageCall::take_answer_of(int leader) { call().answer = backbone_.call(leader).answer; }

bool PageCall::load_record(const std::string& key) {
  const std::optional<std::string> text = backbone_.page.storage.get(keys().record(key));
  Content record = text ? parsed(*text) : Content();
  if (!record.is_object()) return false;
  call().loaded = std::move(record);
  return true;
}

bool PageCall::load_rows(const std::string& list, page::Minutes& expiry) {
  const Content ids = parsed(list);
  if (!ids.is_array()) return false;
  const Keys names = keys();
  Content rows = Content::array();
  for (const Content& id : ids) {
    if (!id.is_string() && !id.is_number()) return false;
    const std::string key = key_of(id);
    const std::optional<std::string> text = backbone_.page.storage.get(names.record(key));
    const Content row = text ? parsed(*text) : Content();
    if (!row.is_object() || !row.contains("id") || key_of(row["id"]) != key) return false;
    expiry = std::min(expiry, backbone_.page.storage.minute(names.expiry(key)));
    rows.push_back(row);
  }
  call().loaded = std::move(rows);
  return true;
}

bool PageCall::load_envelope(const page::Envelope& envelope) {
  call().envelope = parsed(envelope.answer);
  return call().envelope.is_object();
}

bool PageCall::take_answer() {
  backbone_.on_answer(number_);
  in_memory::Call& call = this->call();
  if (!call.answer.is_structured()) return false;
  if (!call.is_collection()) {
    if (!call.answer.is_object()) return false;
    Content record = call.answer;
    if (!call.asked.is_null() && !record.contains("id")) {
      record = {{"id", call.asked}};
      record.update(call.answer);
    }
    call.rows = {{call.model->key(), {}, record.dump()}};
    return true;
  }
  for (const Content& row : call.own_parse ? call.answer["items"] : call.answer) {
    const Content id = row.is_object() && row.contains("id") ? row["id"] : Content();
    call.rows.push_back({key_of(id), id, row.dump()});
  }
  return true;
}

json::Scalars PageCall::answered_ids() {
  json::Scalars ids;
  for (const in_memory::Call::Row& row : call().rows) {
    if (!row.id.is_null()) ids.push_back({row.key, row.id.is_string()});
  }
  return ids;
}

std::vector<std::string> PageCall::answered_texts(const std::vector<std::string>& keys) {
  const auto text_of = [this](const std::string& key) -> std::string {
    for (const in_memory::Call::Row& row : call().rows) {
      if (!call().is_collection() || row.key == key) return row.text;
    }
    return {};
  };
  std::vector<std::string> texts;
  for (const std::string& key : keys) texts.push_back(text_of(key));
  return texts;
}

void PageCall::amend(const page::Amendment& amendment) {
  in_memory::Call& call = this->call();
  const bool take_out = amendment.change == page::Change::take_out;
  const Content newer = take_out ? Content::object() : parsed(amendment.text);
  if (!newer.is_object()) return;
  const bool has_id = newer.contains("id");
  if (has_id && key_of(newer["id"]) != amendment.key) return;
  if (!call.is_collection()) {
    call.answer = newer;
    if (!take_out && !call.rows.empty()) call.rows.front().text = amendment.text;
    return;
  }
  if (!take_out && !has_id) return;
  const auto row = std::find_if(call.rows.begin(), call.rows.end(), [&](const in_memory::Call::Row& other) {
    return other.key == amendment.key;
  });
  if (take_out) {
    if (row != call.rows.end()) call.rows.erase(row);
  } else if (row != call.rows.end()) {
    row->text = amendment.text;
  } else if (amendment.change == page::Change::replace_or_append) {
    call.rows.push_back({amendment.key, newer["id"], amendment.text});
  }
}

void PageCall::amend_answer(const std::vector<page::Amendment>& amendments) {
  for (const page::Amendment& amendment : amendments) amend(amendment);
  in_memory::Call& call = this->call();
  if (!call.is_collection()) return;
  Content rows = Content::array();
  for (const in_memory::Call::Row& row : call.rows) rows.push_back(parsed(row.text));
  if (call.own_parse) call.answer["items"] = rows;
  else call.answer = rows;
}

void PageCall::answer_with_loaded() {
  in_memory::Call& call = this->call();
  call.answer = call.loaded;
  if (!call.own_parse) return;
  call.answer = call.envelope;
  call.answer["items"] = call.loaded;
}

void PageCall::deliver(page::Phase phase, page::Report report) {
  in_memory::Call& call = this->call();
  const bool cached = phase == page::Phase::cached;
  if (!cached) backbone_.on_answer(number_);
  ++(cached ? call.cached_phases : call.server_phases);
  call.delivered = cached ? call.loaded : call.answer;
  if (cached && call.own_parse) {
    call.delivered = call.envelope;
    call.delivered["items"] = call.loaded;
  }
  take(call.delivered, phase);
  // Newer rows have been laid over the answer when `parse` had found the old ones.
  if (!cached && call.own_parse) call.delivered = call.answer;
  if (report == page::Report::callbacks) backbone_.on_success(number_, phase);
}

Content PageCall::parse(const Content& data, page::Phase phase) {
  call().collection->total = data["total"];
  if (phase == page::Phase::cached) return data["items"];
  backbone_.core.parsed(number_);
  return call().answer["items"];
}

void PageCall::take(Content data, page::Phase phase) {
  in_memory::Call& call = this->call();
  if (call.request.method == caching::Method::remove) {
    if (call.model->collection) call.model->collection->remove(call.model->key());
    return;
  }
  // With `wait`, Backbone sets what was sent even where the answer is empty.
  if (data.is_null() && !call.request.wait) return;
  if (call.is_invalid && phase == page::Phase::server) return backbone_.core.settled(number_, false);
  if (call.own_parse) data = parse(data, phase);
  // The model has what was sent already, but for a temporary id. It may have got the server's since.
  const bool is_create = call.request.method == caching::Method::create;
  if (call.queued && !call.request.wait)
    data = is_create ? Content{{"id", call.sent["id"]}} : Content::object();
  else if (call.queued && call.model->id() && data.is_object()) data["id"] = *call.model->id();
  if (call.is_collection()) call.collection->set(data, call.remove_others);
  else call.model->set(data.is_null() ? Content::object() : data);
  if (phase == page::Phase::cached) return;
  call.taken = data;
  backbone_.on_change(number_);
  backbone_.core.settled(number_, true);
}

void PageCall::report_failure() {
  ++call().failures;
  backbone_.on_error(number_);
}

void PageCall::resolve(page::Phase) { call().resolved = true; }
void PageCall::reject() {
  if (!call().resolved) call().rejected = true;
}

std::optional<std::string> PageCall::sent_text(const std::optional<std::string>& base) {
  in_memory::Call& call = this->call();
  if (call.request.method == caching::Method::patch && base) {
    const Content record = parsed(*base);
    if (record.is_object()) {
      call.sent = record;
      call.sent.update(call.patch);
    }
  }
  return spelled(call.sent);
}

page::Patch PageCall::patch() { return {spelled(call().patch).value_or(""), id_of_record().dump(), ""}; }

// The id that a record is given which has none.
Content PageCall::id_of_record() const {
  const Content& asked = call().asked;
  return asked.is_null() ? Content::object() : Content{{"id", asked}};
}

Content PageCall::record_after() const {
  const in_memory::Call& call = this->call();
  Content record = call.sent;
  if (call.request.method == caching::Method::patch) {
    record = id_of_record();
    record.update(call.patch);
  }
  if (call.answer.is_object()) record.update(call.answer);
  return record;
}

page::Confirmed PageCall::confirmed() {
  const Content record = record_after();
  page::Confirmed confirmed;
  confirmed.text = spelled(record);
  confirmed.in_collection = call().model->collection != nullptr;
  if (record.contains("id")) confirmed.id = {key_of(record["id"]), record["id"].is_string()};
  else if (!confirmed.in_collection) confirmed.url = call().request.query.url;
  return confirmed;
}

std::vector<in_memory::Call::Row> PageCall::kept() const {
  const in_memory::Call& call = this->call();
  std::vector<in_memory::Call::Row> kept;
  for (const in_memory::Call::Row& row : call.rows) {
    if (!row.id.is_null() && (!call.taken || call.collection->get(row.key))) kept.push_back(row);
  }
  return kept;
}

const Collection& PageCall::holder() const {
  return call().is_collection() ? *call().collection : *call().model->collection;
}

page::Held PageCall::held() {
  const in_memory::Call& call = this->call();
  page::Held held;
  held.answered = held.all = static_cast<int>(kept().size());
  held.unnamed = static_cast<int>(std::count_if(
      call.rows.begin(), call.rows.end(), [](const in_memory::Call::Row& row) { return row.id.is_null(); }));
  if (!call.taken) return held;
  held.all = static_cast<int>(std::count_if(call.collection->models.begin(), call.collection->models.end(),
                                            [](const auto& model) { return model->id(); }));
  return held;
}

page::Written PageCall::write_rows(page::Rows which, page::Minutes expiry,
                                   const std::vector<std::string>& except) {
  Storage& storage = backbone_.page.storage;
  const Keys names = keys();
  std::vector<in_memory::Call::Row> rows;
  if (which == page::Rows::answered) {
    rows = kept();
  } else {
    for (const auto& model : holder().models) {
      if (!model->id() || storage.get(names.record(model->key()))) continue;
      rows.push_back({model->key(), *model->id(), spelled(model->attributes).value_or("")});
    }
  }
  page::Written written;
  for (const in_memory::Call::Row& row : rows) {
    const bool is_left = std::find(except.begin(), except.end(), row.key) != except.end();
    if (is_left || row.key.starts_with(caching::queue_key)) continue;
    const std::string record = names.record(row.key), minute = names.expiry(row.key);
    const page::Wrote wrote =
        row.text.empty() ? page::Wrote::refused : storage.write(record, row.text, minute, expiry);
    if (wrote == page::Wrote::saved) ++written.saved;
    if (wrote == page::Wrote::saved || wrote == page::Wrote::done) continue;
    storage.remove({record, minute});
    ++written.failed;
    if (wrote == page::Wrote::full) ++written.full;
  }
  return written;
}

page::Wrote PageCall::write_answer(const std::string& key, page::Minutes expiry) {
  const std::string text = answered_texts({key}).front();
  if (text.empty()) return page::Wrote::refused;
  return backbone_.page.storage.write(keys().record(key), text, keys().expiry(key), expiry);
}

std::optional<std::string> PageCall::list_text(page::Listed which) {
  const in_memory::Call& call = this->call();
  if (call.is_collection() && (which == page::Listed::answered || !call.taken)) {
    std::vector<Content> answered;
    for (const in_memory::Call::Row& row : kept()) answered.push_back(row.id);
    return list_of(answered);
  }
  // A model that was created here and read before its answer came stands twice.
  std::vector<Content> ids;
  const auto add = [&ids](const Model& model) {
    const Content* id = model.id();
    if (id && std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(*id);
  };
  for (const auto& model : holder().models) add(*model);
  if (call.model) add(*call.model);
  return list_of(ids);
}

void PageCall::fetched_into(const std::string& list, Fetched fetched) {
  std::string& known = call().collection->lists[backbone_.ns_of(call().decorator)];
  if (fetched == Fetched::delivered || known.empty()) known = list;
}

page::Home PageCall::home() {
  const in_memory::Call& call = this->call();
  const Collection* collection = call.is_collection() ? call.collection.get() : call.model->collection;
  if (!collection) return {{}, call.model->url_root, false};
  const auto list = collection->lists.find(backbone_.ns_of(call.decorator));
  return {list == collection->lists.end() ? std::string() : list->second, collection->url,
          collection->is_computed};
}

std::optional<page::Envelope> PageCall::envelope() {
  Content envelope = call().answer;
  envelope["items"] = Content::array();
  return page::Envelope{envelope.dump(), ""};
}

void PageCall::keep_in_use() {
  const std::string& ns = backbone_.ns_of(call().decorator);
  if (call().is_collection()) backbone_.tab.use(ns, call().collection);
  else backbone_.tab.use(ns, call().model);
}

page::Sent PageCall::sent() {
  const in_memory::Call& call = this->call();
  const Content* id = call.model->id();
  page::Sent sent;
  sent.url = !call.url.empty() ? call.url : id ? "/rows/" + call.model->key() : "/rows";
  if (id) sent.id = {call.model->key(), id->is_string()};
  sent.in_collection = call.model->collection != nullptr;
  sent.id_attribute = "id";
  if (!id) sent.creating = backbone_.creating(*call.model, number_);
  sent.attributes = spelled(call.sent).value_or("");
  sent.is_record = !sent.attributes.empty() && call.request.method != caching::Method::patch;
  if (call.request.method == caching::Method::patch) sent.changes = call.patch.dump();
  return sent;
}

void PageCall::answer_with_sent() {
  call().queued = true;
  call().answer = call().sent;
}

void PageCall::tell_queued() {
  backbone_.tab.tell(backbone_.ns_of(call().decorator) + ": queue " + call().model->attributes.dump());
}

}  // namespace in_memory
