#include "backbone_in_memory.h"

#include <algorithm>
#include <utility>

namespace in_memory {
namespace {

Content parse(const std::string& text) { return Content::parse(text, nullptr, false); }

// Empty where JSON cannot spell it (4.8).
page::Value spelled(const Content& record) {
  return record.contains("cycle") ? page::Value() : value(record.dump());
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

int Backbone::read(int decorator, std::shared_ptr<Collection> collection, Query query) {
  Call call;
  call.decorator = decorator;
  call.collection = std::move(collection);
  call.request.query = std::move(query);
  call.request.subject = caching::Subject::collection;
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

int Backbone::decorate(const std::string& ns, const caching::Policy& policy) {
  const Turn turn(*this);
  return sync.decorate(ns, policy);
}

void Backbone::clear(int decorator) {
  const Turn turn(*this);
  sync.clear(decorator);
}

void Backbone::clear_all() {
  const Turn turn(*this);
  sync.clear_all();
}

void Backbone::drop(int decorator, const std::string& key) {
  const Turn turn(*this);
  sync.drop(decorator, key);
}

int Backbone::start(Call call) {
  const Turn turn(*this);
  const int number = ++last_number_;
  const Request& asked = call.request;
  caching::Request request;
  request.call = number;
  request.method = asked.method;
  request.subject = asked.subject;
  request.query = asked.query;
  request.own_key = asked.own_key;
  request.own_parse = call.own_parse;
  request.wait = asked.wait;
  if (call.model) {
    request.subject = call.model->id() ? caching::Subject::model : caching::Subject::singleton;
    request.key = call.model->key();
    call.sent = call.model->attributes;
  }
  const int decorator = call.decorator;
  caching::Policy policy = call.policy;
  if (policy.ttl == 0) policy.ttl = sync.policy(decorator).ttl;
  calls_.emplace(number, std::move(call));
  sync.start(decorator, request, policy);
  return number;
}

void Backbone::succeed(int number, Content answer) {
  const Turn turn(*this);
  Call& call = calls_.at(number);
  const bool with_data = !answer.is_null();
  if (!call.server_phases && !call.failures && call.answer.is_null()) call.answer = std::move(answer);
  sync.answered(number,
                with_data ? caching::Outcome::success : caching::Outcome::success_without_data, 0);
}

void Backbone::fail(int number, int status) {
  const Turn turn(*this);
  sync.answered(number, caching::Outcome::failure, status);
}

bool Backbone::invoke(page::Call number) { return wrapped(number); }

bool Backbone::load_record(page::Call number, page::Value text_value) {
  Call& call = calls_.at(number);
  Content record = in_memory::parse(text(text_value));
  if (!record.is_object()) return false;
  if (record.contains("id") && call.model->id() && key_of(record["id"]) != call.model->key()) {
    return false;
  }
  call.loaded = std::move(record);
  return true;
}

bool Backbone::load_rows(page::Call number, page::Value list, const page::Ends& ends,
                         page::Minutes& expiry) {
  Content rows = Content::array();
  page::Minutes soonest = page::never;
  for (const Content& id : in_memory::parse(text(list))) {
    const std::string key = key_of(id);
    const page::Stored stored = page_.storage.read(ends, key);
    const Content row = stored.text ? in_memory::parse(text(stored.text)) : Content();
    if (!row.is_object() || !row.contains("id") || key_of(row["id"]) != key) return false;
    soonest = std::min(soonest, stored.expiry);
    rows.push_back(row);
  }
  expiry = soonest;
  calls_.at(number).loaded = std::move(rows);
  return true;
}

bool Backbone::load_envelope(page::Call number, page::Value text_value) {
  Call& call = calls_.at(number);
  call.envelope = in_memory::parse(text(text_value));
  return call.envelope.is_object();
}

bool Backbone::take_answer(page::Call number) {
  Call& call = calls_.at(number);
  if (!call.answer.is_structured()) return false;
  if (!call.is_collection()) {
    if (!call.answer.is_object()) return false;
    call.rows = {{call.model->key(), {}, call.answer.dump()}};
    return true;
  }
  for (const Content& row : call.own_parse ? call.answer["items"] : call.answer) {
    const Content id = row.is_object() && row.contains("id") ? row["id"] : Content();
    call.rows.push_back({key_of(id), id, row.dump()});
  }
  return true;
}

page::Ids Backbone::answered_ids(page::Call number) {
  page::Ids ids;
  for (const Call::Row& row : calls_.at(number).rows) {
    if (!row.id.is_null()) ids.push_back({row.key, row.id.is_string()});
  }
  return ids;
}

page::Value Backbone::answered_text(page::Call number, page::Name key) {
  const Call& call = calls_.at(number);
  for (const Call::Row& row : call.rows) {
    if (!call.is_collection() || row.key == text(key)) return value(row.text);
  }
  return {};
}

void Backbone::amend_answer(page::Call number, const page::List<page::Amendment>& amendments) {
  Call& call = calls_.at(number);
  for (const page::Amendment& amendment : amendments) {
    const bool take_out = amendment.change == page::Change::take_out;
    const Content newer = take_out ? Content::object() : in_memory::parse(text(amendment.text));
    const bool has_id = newer.is_object() && newer.contains("id");
    const std::string key = text(amendment.key);
    if (!newer.is_object() || (has_id && key_of(newer["id"]) != key)) continue;
    if (!call.is_collection()) {
      call.answer = newer;
      continue;
    }
    if (!take_out && !has_id) continue;
    const auto row = std::find_if(call.rows.begin(), call.rows.end(), [&](const Call::Row& other) {
      return other.key == key;
    });
    if (take_out) {
      if (row != call.rows.end()) call.rows.erase(row);
      continue;
    }
    if (row != call.rows.end()) row->text = text(amendment.text);
    else if (amendment.change == page::Change::replace_or_append) {
      call.rows.push_back({key, newer["id"], text(amendment.text)});
    }
  }
  if (!call.is_collection()) return;
  Content rows = Content::array();
  for (const Call::Row& row : call.rows) rows.push_back(in_memory::parse(row.text));
  if (call.own_parse) call.answer["items"] = rows;
  else call.answer = rows;
}

void Backbone::answer_with_loaded(page::Call number) {
  Call& call = calls_.at(number);
  call.answer = call.loaded;
  if (!call.own_parse) return;
  call.answer = call.envelope;
  call.answer["items"] = call.loaded;
}

void Backbone::deliver(page::Call number, page::Phase phase, page::Report report) {
  Call& call = calls_.at(number);
  const bool cached = phase == page::Phase::cached;
  ++(cached ? call.cached_phases : call.server_phases);
  call.delivered = cached ? call.loaded : call.answer;
  if (cached && call.own_parse) {
    call.delivered = call.envelope;
    call.delivered["items"] = call.loaded;
  }
  take(call, call.delivered, phase, number);
  if (report == page::Report::callbacks) on_success(number, phase);
}

Content Backbone::parse(Call& call, const Content& data, page::Phase phase, int number) {
  call.collection->total = data["total"];
  if (phase == page::Phase::cached) return data["items"];
  sync.parsed(number);
  return call.answer["items"];
}

void Backbone::take(Call& call, Content data, page::Phase phase, int number) {
  if (call.request.method == caching::Method::remove) {
    if (call.model->collection) call.model->collection->remove(call.model->key());
    return;
  }
  // With `wait`, Backbone sets what was sent even where the answer is empty.
  if (data.is_null() && !call.request.wait) return;
  if (call.own_parse) data = parse(call, data, phase, number);
  if (call.is_collection()) call.collection->set(data, call.remove_others);
  else call.model->set(data.is_null() ? Content::object() : data);
  if (phase == page::Phase::cached) return;
  call.taken = data;
  sync.settled(number, true);
}

void Backbone::report_failure(page::Call number) {
  ++calls_.at(number).failures;
  on_error(number);
}

void Backbone::resolve(page::Call number, page::Phase) { calls_.at(number).resolved = true; }
void Backbone::reject(page::Call number) {
  Call& call = calls_.at(number);
  if (!call.resolved) call.rejected = true;
}
void Backbone::forget(page::Call number) { calls_.at(number).forgotten = true; }

page::Value Backbone::sent_text(page::Call number, page::Value base) {
  Call& call = calls_.at(number);
  if (call.request.method == caching::Method::patch && base) {
    const Content record = in_memory::parse(text(base));
    if (record.is_object()) {
      call.sent = record;
      call.sent.update(call.patch);
    }
  }
  return spelled(call.sent);
}

// What was sent, with what the answer says.
Content Backbone::record_after(const Call& call) const {
  Content record = call.sent;
  if (call.answer.is_object()) record.update(call.answer);
  return record;
}

page::Confirmed Backbone::confirmed(page::Call number) {
  const Call& call = calls_.at(number);
  const Content record = record_after(call);
  page::Confirmed confirmed;
  confirmed.text = spelled(record);
  confirmed.in_collection = call.model->collection != nullptr;
  if (!record.contains("id")) return confirmed;
  confirmed.has_id = confirmed.key_known = true;
  confirmed.id = {key_of(record["id"]), record["id"].is_string()};
  return confirmed;
}

std::vector<Call::Row> Backbone::kept(const Call& call) const {
  std::vector<Call::Row> kept;
  for (const Call::Row& row : call.rows) {
    if (!row.id.is_null() && (!call.taken || call.collection->get(row.key))) kept.push_back(row);
  }
  return kept;
}

page::Held Backbone::held(page::Call number) {
  const Call& call = calls_.at(number);
  page::Held held;
  held.answered = held.all = static_cast<int>(kept(call).size());
  held.unnamed = static_cast<int>(std::count_if(
      call.rows.begin(), call.rows.end(), [](const Call::Row& row) { return row.id.is_null(); }));
  if (!call.taken) return held;
  held.all = static_cast<int>(std::count_if(call.collection->models.begin(), call.collection->models.end(),
                                            [](const auto& model) { return model->id(); }));
  return held;
}

page::Written Backbone::write_rows(page::Call number, page::Rows which, const page::Ends& ends,
                                   page::Minutes expiry, const page::Names& except) {
  const Call& call = calls_.at(number);
  const Collection& collection = call.is_collection() ? *call.collection : *call.model->collection;
  const Keys names(ends);
  std::vector<Call::Row> rows;
  if (which == page::Rows::answered) {
    rows = kept(call);
  } else {
    for (const auto& model : collection.models) {
      if (!model->id() || page_.storage.items.contains(names.record(model->key()))) continue;
      const page::Value text = spelled(model->attributes);
      rows.push_back({model->key(), *model->id(), text ? in_memory::text(text) : ""});
    }
  }
  page::Written written;
  for (const Call::Row& row : rows) {
    if (except.contains(row.key)) continue;
    const page::Wrote wrote = row.text.empty()
        ? page::Wrote::refused
        : page_.storage.write(ends, row.key, value(row.text), expiry);
    if (wrote == page::Wrote::saved) ++written.saved;
    if (wrote == page::Wrote::saved || wrote == page::Wrote::done) continue;
    page_.storage.remove(ends, {row.key});
    ++written.failed;
  }
  return written;
}

page::Value Backbone::list_text(page::Call number, page::Listed which) {
  const Call& call = calls_.at(number);
  Content ids = Content::array();
  if (call.is_collection() && (which == page::Listed::answered || !call.taken)) {
    for (const Call::Row& row : kept(call)) ids.push_back(row.id);
    return value(ids.dump());
  }
  const Collection& collection = call.is_collection() ? *call.collection : *call.model->collection;
  // A model that was created here and read before its answer came stands twice.
  const auto add = [&ids](const Model& model) {
    const Content* id = model.id();
    if (id && std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(*id);
  };
  for (const auto& model : collection.models) add(*model);
  if (call.model) add(*call.model);
  return value(ids.dump());
}

page::Value Backbone::envelope_text(page::Call number) {
  Content envelope = calls_.at(number).answer;
  envelope["items"] = Content::array();
  return value(envelope.dump());
}

}  // namespace in_memory
