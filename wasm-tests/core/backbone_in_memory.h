// Backbone as the tests of the core play it: models, collections, and calls of
// sync whose outcome the test decides. It does with a call what js/call.js does
// in a browser.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edition.h"
#include "offline/offline_sync.h"
#include "page/offline_call.h"
#include "page_in_memory.h"
#include "sync/plain_sync.h"
#include "tab_in_memory.h"

namespace in_memory {

struct Collection;

// An attribute `cycle` stands for a value that JSON cannot spell.
struct Model {
  Content attributes = Content::object();
  Collection* collection = nullptr;
  std::string url_root;  // its class's own, which is no function

  const Content* id() const;
  // The id as a key; empty where there is none.
  std::string key() const;
  void set(const Content& changes);
};

struct Collection {
  std::vector<std::shared_ptr<Model>> models;
  std::string url;
  bool is_computed = false;                  // the URL is a function
  Content total;                             // as an own `parse` keeps it
  std::map<std::string, std::string> lists;  // that it was fetched into last, by namespace

  std::shared_ptr<Model> get(const std::string& key) const;
  std::shared_ptr<Model> add(const Content& attributes);
  void remove(const std::string& key);
  // As Backbone's own: known rows are merged, new ones added, others removed.
  void set(const Content& rows, bool remove_others);
};

// What the page asks for. The URL of a collection's own fetch is static.
struct Query {
  std::string url;
  bool url_is_static = false;
  caching::Data data;
};
struct Request {
  caching::Method method = caching::Method::read;
  Query query;
  std::string own_key;
  bool wait = false;
};

// One call of sync, from its start to the end of the page's interest in it.
struct Call {
  Request request;
  std::shared_ptr<Model> model;            // its subject, or
  std::shared_ptr<Collection> collection;  // its subject
  Content patch;                           // the attributes of a patch
  bool remove_others = true;               // options.remove
  // The collection's `parse` takes the rows out of {"items": rows, "total": n}, and
  // keeps the total.
  bool own_parse = false;
  bool is_invalid = false;  // the model's validation refuses the answer
  caching::Policy policy;
  int decorator = 0;

  // What the page has seen of it.
  int cached_phases = 0, server_phases = 0, failures = 0;
  bool resolved = false, rejected = false, forgotten = false, missed = false, called_off = false;
  int leader = 0, heir = 0;            // whose request it has joined; and who has got its own
  std::optional<std::string> held_as;  // the key that the model is held for
  Content delivered;                   // the data of the last phase

  std::string url;    // that it is sent to; else one that its method and id give
  std::string token;  // its Idempotency-Key
  bool queued = false;
  std::optional<page::Resent> resent;  // of a queued write

  // In the course of the call.
  Content asked;  // the id of the model, as it was asked for
  Content sent, answer, loaded, envelope;
  struct Row {
    std::string key;
    Content id;
    std::string text;
  };
  std::vector<Row> rows;
  std::optional<Content> taken;  // what Backbone has set of the answer

  bool is_collection() const { return collection != nullptr; }
};

class Backbone;

// One call as the core sees it.
class PageCall final : public page::Call, public page::OfflineCall {
 public:
  PageCall(Backbone& backbone, int number) : backbone_(backbone), number_(number) {}
  ~PageCall() override;

  page::OfflineCall* offline() override { return this; }

  bool invoke() override;
  void send_nothing() override;
  void hold(const std::string& key) override { call().held_as = key; }
  void answer_with_miss() override { call().missed = true; }
  std::optional<std::string> request_text() override;
  void join(int leader) override;
  void take_answer_of(int leader) override;
  void hand_over(int heir) override { call().heir = heir; }
  void answer_with_abort() override { call().called_off = true; }
  bool load_record(const std::string& key) override;
  bool load_rows(const std::string& list, page::Minutes& expiry) override;
  bool load_envelope(const page::Envelope& envelope) override;
  bool take_answer() override;
  json::Scalars answered_ids() override;
  std::vector<std::string> answered_texts(const std::vector<std::string>& keys) override;
  void amend_answer(const std::vector<page::Amendment>& amendments) override;
  void answer_with_loaded() override;
  void deliver(page::Phase phase, page::Report report) override;
  void report_failure() override;
  void resolve(page::Phase phase) override;
  void reject() override;
  std::optional<std::string> sent_text(const std::optional<std::string>& base) override;
  page::Patch patch() override;
  page::Confirmed confirmed() override;
  page::Held held() override;
  page::Written write_rows(page::Rows rows, page::Minutes expiry,
                           const std::vector<std::string>& except) override;
  page::Wrote write_answer(const std::string& key, page::Minutes expiry) override;
  std::optional<std::string> list_text(page::Listed which) override;
  void fetched_into(const std::string& list, Fetched fetched) override;
  page::Home home() override;
  std::optional<page::Envelope> envelope() override;
  void keep_in_use() override;
  page::Sent sent() override;
  void name_request(const std::string& token) override { call().token = token; }
  void take_temporary_id(const std::string& id) override { call().sent["id"] = id; }
  void answer_with_sent() override;
  void tell_queued() override;

 private:
  in_memory::Call& call() const;
  Keys keys() const;
  void take(Content data, page::Phase phase);
  Content parse(const Content& data, page::Phase phase);
  Content id_of_record() const;
  // What was sent, with what the answer says.
  Content record_after() const;
  std::vector<in_memory::Call::Row> kept() const;
  const Collection& holder() const;
  void amend(const page::Amendment& amendment);

  Backbone& backbone_;
  const int number_;
};

class Backbone final {
 public:
  explicit Backbone(Page& played, caching::Edition edition = edition_of_run)
      : Backbone(played, own_origin_, edition) {}
  Backbone(Page& played, Origin& origin, caching::Edition edition = edition_of_run)
      : page(played),
        registry(played),
        tab(*this, origin),
        sync(played, registry, tab),
        plain(played, registry),
        core(edition == caching::Edition::plain ? static_cast<caching::CachingSync&>(plain) : sync) {}

  int decorate(const std::string& ns, const caching::Policy& policy);
  int clear(int decorator) { return core.clear(decorator); }
  int clear_all() { return core.clear_all(); }
  void drop(int decorator, const std::string& key) { core.drop(decorator, key); }

  // Starts a call and returns its number, by which `calls` knows it for ever.
  int read(int decorator, std::shared_ptr<Collection> collection, Query query = {});
  int read(int decorator, std::shared_ptr<Model> model);
  int create(int decorator, std::shared_ptr<Model> model);
  int update(int decorator, std::shared_ptr<Model> model, bool wait = false);
  int patch(int decorator, std::shared_ptr<Model> model, Content attributes, bool wait = false);
  int destroy(int decorator, std::shared_ptr<Model> model, bool wait = false);
  int start(Call call);
  // The call of a queued write, which the core starts.
  std::unique_ptr<page::Call> resend(Call call, int& number);

  // Returns the number of the call in flight, other than this one, that creates a model; 0: there is none.
  int creating(const Model& model, int beside) const;

  void succeed(int number, Content answer);
  void fail(int number, int status = 500);
  // The page calls a call off. Returns whether its request was aborted for that.
  bool abort(int number);
  // Nobody answers.
  void lose(int number) { core.answered(number, caching::Outcome::unanswered, 0); }

  Call& call(int number) { return calls_.at(number); }
  int last_number() const { return last_number_; }
  const std::string& ns_of(int decorator) const { return namespaces_.at(decorator); }

  // The wrapped sync; false: it throws. It may settle the call at once.
  std::function<bool(int number)> wrapped = [](int) { return true; };
  // Nobody is asked: the cache alone answers, or nothing does (8.1). The request of another
  // call is joined (8.3).
  std::function<void(int number)> on_nothing_sent = [](int) {};
  std::function<void(int number)> on_joined = [](int) {};
  // The answer is there, and nobody has looked at it yet.
  std::function<void(int number)> on_answer = [](int) {};
  // Runs as a handler of `change`, when the model has an answer and nobody has heard of it yet.
  std::function<void(int number)> on_change = [](int) {};
  // Runs as options.success (and `sync`), or as options.error.
  std::function<void(int number, page::Phase phase)> on_success = [](int, page::Phase) {};
  std::function<void(int number)> on_error = [](int) {};

  Page& page;

 private:
  Origin own_origin_;  // outlives the tab

 public:
  burry::Registry registry;
  Tab tab;

 private:
  std::map<int, std::string> namespaces_;  // by decorator
  std::map<int, Call> calls_;
  int last_number_ = 0;

 public:
  // Behind the calls, which they forget at their end. The page uses one of them.
  caching::OfflineSync sync;
  caching::PlainSync plain;
  caching::CachingSync& core;
};

}  // namespace in_memory
