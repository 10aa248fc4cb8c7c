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

#include "page/calls.h"
#include "page_in_memory.h"
#include "sync/caching_sync.h"

namespace in_memory {

struct Collection;

// An attribute `cycle` stands for a value that JSON cannot spell.
struct Model {
  Content attributes = Content::object();
  Collection* collection = nullptr;

  const Content* id() const;
  // The id as a key; empty where there is none.
  std::string key() const;
  void set(const Content& changes);
};

struct Collection {
  std::vector<std::shared_ptr<Model>> models;
  Content total;  // as an own `parse` keeps it

  std::shared_ptr<Model> get(const std::string& key) const;
  std::shared_ptr<Model> add(const Content& attributes);
  void remove(const std::string& key);
  // As Backbone's own: known rows are merged, new ones added, others removed.
  void set(const Content& rows, bool remove_others);
};

// What the page asks for, in texts of its own: those of the core do not outlive a call
// into it.
struct Query {
  std::string url;
  caching::Data kind = caching::Data::none;
  std::string data;

  operator caching::Query() const { return {url, kind, data}; }
};
struct Request {
  caching::Method method = caching::Method::read;
  caching::Subject subject = caching::Subject::unnamed;
  Query query;
  std::string own_key;
  bool wait = false;
};

// One call of sync, from its start to the end of the page's interest in it.
struct Call {
  Request request;
  std::shared_ptr<Model> model;           // its subject, or
  std::shared_ptr<Collection> collection;  // its subject
  Content patch;                          // the attributes of a patch
  bool remove_others = true;              // options.remove
  // The collection's `parse` takes the rows out of {"items": rows, "total": n}, and
  // keeps the total.
  bool own_parse = false;
  caching::Policy policy;
  int decorator = 0;

  // What the page has seen of it.
  int cached_phases = 0, server_phases = 0, failures = 0;
  bool resolved = false, rejected = false, forgotten = false;
  Content delivered;  // the data of the last phase

  // In the course of the call.
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

class Backbone final : public page::Calls {
 public:
  explicit Backbone(Page& page) : page_(page), registry(page), sync(page, *this, registry) {}

  // A call into the core. They are nested where the page's code calls in again; after
  // the outermost one, whatever the core does not name is forgotten.
  class Turn {
   public:
    explicit Turn(Backbone& backbone) : backbone_(backbone) { ++backbone_.depth_; }
    ~Turn() {
      if (--backbone_.depth_ == 0) sweep(backbone_.sync.reachable());
    }
    Turn(const Turn&) = delete;

   private:
    Backbone& backbone_;
  };

  int decorate(const std::string& ns, const caching::Policy& policy);
  void clear(int decorator);
  void clear_all();
  void drop(int decorator, const std::string& key);

  // Starts a call and returns its number, by which `calls` knows it for ever.
  int read(int decorator, std::shared_ptr<Collection> collection, Query query = {});
  int read(int decorator, std::shared_ptr<Model> model);
  int create(int decorator, std::shared_ptr<Model> model);
  int update(int decorator, std::shared_ptr<Model> model, bool wait = false);
  int patch(int decorator, std::shared_ptr<Model> model, Content attributes, bool wait = false);
  int destroy(int decorator, std::shared_ptr<Model> model, bool wait = false);
  int start(Call call);

  void succeed(int number, Content answer);
  void fail(int number, int status = 500);

  Call& call(int number) { return calls_.at(number); }

  // The wrapped sync; false: it throws. It may settle the call at once.
  std::function<bool(int number)> wrapped = [](int) { return true; };
  // Runs as options.success (and `sync`), or as options.error.
  std::function<void(int number, page::Phase phase)> on_success = [](int, page::Phase) {};
  std::function<void(int number)> on_error = [](int) {};

  bool invoke(page::Call number) override;
  bool load_record(page::Call number, page::Value text) override;
  bool load_rows(page::Call number, page::Value list, const page::Ends& ends,
                 page::Minutes& expiry) override;
  bool load_envelope(page::Call number, page::Value text) override;
  bool take_answer(page::Call number) override;
  page::Ids answered_ids(page::Call number) override;
  page::Value answered_text(page::Call number, page::Name key) override;
  void amend_answer(page::Call number, const page::List<page::Amendment>& amendments) override;
  void answer_with_loaded(page::Call number) override;
  void deliver(page::Call number, page::Phase phase, page::Report report) override;
  void report_failure(page::Call number) override;
  void resolve(page::Call number, page::Phase phase) override;
  void reject(page::Call number) override;
  void forget(page::Call number) override;
  page::Value sent_text(page::Call number, page::Value base) override;
  page::Confirmed confirmed(page::Call number) override;
  page::Held held(page::Call number) override;
  page::Written write_rows(page::Call number, page::Rows rows, const page::Ends& ends,
                           page::Minutes expiry, const page::Names& except) override;
  page::Value list_text(page::Call number, page::Listed which) override;
  page::Value envelope_text(page::Call number) override;

 private:
  void take(Call& call, Content data, page::Phase phase, int number);
  Content parse(Call& call, const Content& data, page::Phase phase, int number);
  Content record_after(const Call& call) const;
  std::vector<Call::Row> kept(const Call& call) const;

  Page& page_;
  std::map<int, Call> calls_;
  int last_number_ = 0, depth_ = 0;

 public:
  burry::Registry registry;
  caching::CachingSync sync;
};

}  // namespace in_memory
