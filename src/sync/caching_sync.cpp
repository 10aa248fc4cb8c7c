#include "sync/caching_sync.h"

#include <algorithm>
#include <utility>

namespace caching {
namespace {

constexpr int forbidden = 403, not_found = 404, gone = 410;

bool says_it_is_gone(int status) { return status == not_found || status == gone; }

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

// All that the decorators of one namespace share.
struct CachingSync::Namespace {
  Namespace(page::Page page, burry::Registry& registry, const std::string& ns)
      : store(page, registry, ns), lists(page, store), journal(page, store) {}

  burry::Store store;
  Lists lists;
  Journal journal;
  History history;
};

// One call between its start and its outcome.
struct CachingSync::Operation {
  Operation(Namespace& space, Request asked, Policy policy_of_call, Sequence number)
      : ns(space), request(std::move(asked)), policy(policy_of_call), sequence(number) {}

  Namespace& ns;
  Request request;
  Policy policy;
  Sequence sequence;
  page::Minutes expiry = page::never;  // of what is written now
  bool hit = false;
  bool answered = false;
  bool in_wrapped = false;    // wrapped has not returned
  bool has_failed = false;    // before wrapped returned, as failure and status tell
  Outcome failure = Outcome::failure;
  int status = 0;
  bool delivering = false;    // the server phase, and the model has not taken it yet
  bool stored = false;        // the cache knows of the answer
  bool refused = false;       // the model's validation did not take the answer
  bool has_rows = false;      // the answer is of use to the cache
  bool overtaken = false;     // a newer answer to the same question came first
  std::vector<std::string> newer;  // keys whose records are newer than the answer

  bool is_collection() const { return request.subject == Subject::collection; }
  bool is_cached() const { return request.subject != Subject::unnamed; }
  // Whether the data of one are data of the other.
  bool overlaps(const Operation& other) const {
    return &ns == &other.ns &&
           (is_collection() || other.is_collection() || key() == other.key());
  }
  const std::string& key() const { return request.key; }
};

CachingSync::CachingSync(page::Page page, page::Calls& calls, burry::Registry& registry)
    : page_(page), calls_(calls), registry_(registry) {}
CachingSync::~CachingSync() = default;

CachingSync::Namespace& CachingSync::open(const std::string& ns) {
  for (const auto& known : namespaces_) {
    if (known->store.names().ns() != ns) continue;
    // It may have been struck off since (2.7).
    registry_.add(ns);
    return *known;
  }
  namespaces_.push_back(std::make_unique<Namespace>(page_, registry_, ns));
  return *namespaces_.back();
}

int CachingSync::decorate(const std::string& ns, Policy policy) {
  decorators_.push_back({&open(ns), policy});
  return static_cast<int>(decorators_.size()) - 1;
}

const Policy& CachingSync::policy(int decorator) const {
  return decorators_[static_cast<std::size_t>(decorator)].policy;
}

CachingSync::Operation* CachingSync::find(page::Call call) {
  const auto found =
      std::lower_bound(operations_.begin(), operations_.end(), call,
                       [](const auto& operation, page::Call number) {
                         return operation->request.call < number;
                       });
  if (found == operations_.end() || (*found)->request.call != call) return nullptr;
  return found->get();
}

void CachingSync::end(page::Call call) {
  if (Operation* operation = find(call)) {
    if (operation->request.method == Method::read) {
      operation->ns.history.end_read(operation->sequence);
    }
    std::erase_if(operations_, [call](const auto& other) { return other->request.call == call; });
  }
  calls_.forget(call);
}

void CachingSync::start(int decorator, Request request, Policy policy) {
  const page::Call call = request.call;
  const Method method = request.method;
  Namespace& ns = *decorators_[static_cast<std::size_t>(decorator)].ns;
  if (request.subject == Subject::collection && request.key.empty()) request.key = plain_list;
  const bool taken_for_list =
      request.subject != Subject::collection && is_list_name(request.key);
  if (!request.plain || taken_for_list) request.subject = Subject::unnamed;
  operations_.push_back(
      std::make_unique<Operation>(ns, std::move(request), policy, ++last_sequence_));
  operations_.back()->expiry =
      burry::expiry_of(policy.ttl, burry::minutes_now(page_.clock));

  switch (method) {
    case Method::read: return read(call);
    case Method::create: return create(call);
    case Method::update:
    case Method::patch: return update(call);
    case Method::remove: return remove(call);
  }
}

// Nothing of an operation is kept across a call into the page: it may call back
// in and end the operation.
CachingSync::Operation* CachingSync::invoke(page::Call call) {
  const bool returned = calls_.invoke(call);
  Operation* operation = find(call);
  if (!operation || returned) return operation;
  if (operation->has_failed) {
    failed(call, operation->failure, operation->status);
    return nullptr;
  }
  take_back(*operation);
  end(call);
  return nullptr;
}

void CachingSync::read(page::Call call) {
  Operation* operation = find(call);
  operation->ns.history.begin_read(operation->sequence);
  operation->in_wrapped = true;
  operation = invoke(call);
  // A wrapped that has answered already has supplied the only phase (3.4).
  if (!operation) return;
  operation->in_wrapped = false;
  if (load(*operation)) {
    operation->hit = true;
    calls_.resolve(call, page::Phase::cached);
    calls_.deliver(call, page::Phase::cached, page::Report::callbacks);
  }
  operation = find(call);
  if (operation && operation->has_failed) failed(call, operation->failure, operation->status);
}

void CachingSync::create(page::Call call) { invoke(call); }

void CachingSync::update(page::Call call) {
  Operation& operation = *find(call);
  if (operation.is_cached()) {
    Namespace& ns = operation.ns;
    page::Value base;
    if (operation.request.method == Method::patch) {
      page::Stored stored = ns.store.read(operation.key());
      if (ns.store.is_live(stored)) base = std::move(stored.text);
    }
    page::Value text = calls_.sent_text(call, base);
    ns.journal.begin(operation.key(), operation.sequence, {std::move(text), operation.expiry},
                     operation.request.wait);
  }
  invoke(call);
}

void CachingSync::remove(page::Call call) {
  Operation& operation = *find(call);
  if (operation.is_cached()) {
    Namespace& ns = operation.ns;
    const bool wait = operation.request.wait;
    ns.journal.begin(operation.key(), operation.sequence, {{}, page::never, true}, wait);
    if (!wait) ns.journal.took_from_lists(operation.key(), ns.lists.remove(operation.key()));
  }
  invoke(call);
}

// Takes the cached data of a read, if it is there, whole and live. While an
// answer is on its way into a model, what is cached of it is about to be
// replaced, so a read of the same out of a handler is a miss (3.4).
bool CachingSync::load(Operation& operation) {
  if (!operation.is_cached()) return false;
  for (const auto& other : operations_) {
    if (other->delivering && !other->stored && other.get() != &operation &&
        other->overlaps(operation)) {
      return false;
    }
  }
  return operation.is_collection() ? load_rows(operation) : load_record(operation);
}

bool CachingSync::load_record(Operation& operation) {
  burry::Store& store = operation.ns.store;
  const page::Stored stored = store.read(operation.key());
  if (!stored.text) return false;
  if (store.is_live(stored)) return calls_.load_record(operation.request.call, stored.text);
  store.remove(operation.key());
  return false;
}

bool CachingSync::load_rows(Operation& operation) {
  Namespace& ns = operation.ns;
  page::Stored stored;
  Ids ids;
  if (!ns.lists.read(operation.key(), stored, ids)) return false;
  std::vector<page::Minutes> expiries(ids.size(), page::never);
  const burry::Keys& names = ns.store.names();
  if (!calls_.load_rows(operation.request.call, stored.text, names.record_suffix(),
                        names.expiry_suffix(), expiries.data())) {
    return false;
  }
  const page::Minutes now = burry::minutes_now(page_.clock);
  return std::none_of(expiries.begin(), expiries.end(), [now](page::Minutes expiry) {
    return burry::has_passed(expiry, now);
  });
}

void CachingSync::answered(page::Call call, Outcome outcome, int status) {
  Operation* operation = find(call);
  if (!operation || operation->answered) return;
  operation->answered = true;
  if (outcome == Outcome::success || outcome == Outcome::success_without_data) {
    succeeded(call, outcome == Outcome::success);
  } else if (operation->in_wrapped) {
    // The cached phase comes first, its error then (3.4).
    operation->has_failed = true;
    operation->failure = outcome;
    operation->status = status;
  } else {
    failed(call, outcome, status);
  }
}

void CachingSync::succeeded(page::Call call, bool with_data) {
  Operation* operation = find(call);
  const bool reads = operation->request.method == Method::read;
  if (reads && operation->is_cached()) {
    operation->has_rows = calls_.take_answer(call);
    if (operation->has_rows) bring_up_to_date(*operation);
  }
  // Backbone sets nothing in these cases, so the model stands for the answer
  // already, and the cache is right before anybody is called back.
  const bool sets_nothing = operation->request.method == Method::remove ||
                            (!reads && !with_data && !operation->request.wait);
  if (sets_nothing) store(*operation);

  operation->delivering = true;
  const bool told_already = operation->hit && operation->policy.once;
  calls_.deliver(call, page::Phase::server,
                 told_already ? page::Report::data_only : page::Report::callbacks);
  if ((operation = find(call))) store(*operation);
  calls_.resolve(call, page::Phase::server);
  end(call);
}

void CachingSync::settled(page::Call call, bool taken) {
  Operation* operation = find(call);
  if (!operation || !operation->delivering) return;
  operation->refused = !taken;
  store(*operation);
}

void CachingSync::failed(page::Call call, Outcome outcome, int status) {
  Operation& operation = *find(call);
  if (operation.request.method == Method::read) {
    if (status == forbidden || says_it_is_gone(status)) forget_refused(operation);
  } else if (operation.request.method == Method::remove && says_it_is_gone(status)) {
    store(operation);
  } else {
    take_back(operation);
  }
  if (outcome != Outcome::canceled) calls_.report_failure(call);
  calls_.reject(call);
  end(call);
}

// Lays what is known to be newer over the answer of a read (5.2 to 5.4).
void CachingSync::bring_up_to_date(Operation& operation) {
  Namespace& ns = operation.ns;
  const page::Call call = operation.request.call;
  const Sequence sequence = operation.sequence;
  if (operation.is_collection() && ns.history.has_newer(operation.key(), sequence)) {
    operation.overtaken = true;
    if (load(operation)) calls_.answer_with_loaded(call);
    return;
  }
  const auto concerns = [&operation](const std::string& key) {
    return operation.is_collection() || key == operation.key();
  };
  std::vector<page::Amendment> amendments;
  const auto amend = [&](const std::string& key, bool deleted, page::Change change) {
    operation.newer.push_back(key);
    if (deleted) return amendments.push_back({key, page::Change::take_out, {}});
    page::Value text = ns.store.read(key).text;
    if (text) amendments.push_back({key, change, std::move(text)});
  };

  for (const std::string& key : ns.journal.pending_keys()) {
    if (!concerns(key)) continue;
    page::Value text = calls_.answered_text(call, key);
    if (text && !ns.history.has_newer(key, sequence)) {
      ns.journal.confirm(key, sequence, {std::move(text), operation.expiry});
    }
    amend(key, ns.journal.shows_deleted(key), page::Change::replace);
  }
  page::Stored stored;
  Ids ids;
  if (operation.is_collection() && !ns.history.noted().empty()) {
    ns.lists.read(operation.key(), stored, ids);
  }
  for (const History::Newer& noted : ns.history.noted()) {
    if (noted.sequence < sequence || is_list_name(noted.name) || !concerns(noted.name) ||
        contains(operation.newer, noted.name)) {
      continue;
    }
    const bool listed = std::any_of(ids.begin(), ids.end(), [&noted](const burry::Element& id) {
      return id.name == noted.name;
    });
    amend(noted.name, noted.deleted,
          listed ? page::Change::replace_or_append : page::Change::replace);
  }
  if (!amendments.empty()) calls_.amend_answer(call, amendments);
}

void CachingSync::store(Operation& operation) {
  if (std::exchange(operation.stored, true) || !operation.is_cached()) return;
  if (operation.request.method != Method::read) return store_written(operation);
  if (operation.refused || operation.overtaken || !operation.has_rows) return;
  if (operation.is_collection()) return store_rows(operation);
  store_record(operation);
}

void CachingSync::store_record(Operation& operation) {
  if (!operation.newer.empty()) return;
  Namespace& ns = operation.ns;
  // Written while the answer was on its way into the model.
  if (ns.journal.shows_pending(operation.key())) return;
  ns.journal.confirm(operation.key(), operation.sequence,
                     {calls_.answered_text(operation.request.call, operation.key()),
                      operation.expiry});
  ns.history.note(operation.key(), operation.sequence, false);
}

void CachingSync::store_rows(Operation& operation) {
  Namespace& ns = operation.ns;
  const page::Call call = operation.request.call;
  for (const std::string& key : ns.journal.pending_keys()) operation.newer.push_back(key);

  const page::Held held = calls_.held(call);
  bool complete = write_rows(operation, page::Rows::answered, operation.newer);
  if (held.all > held.answered) {
    complete = write_rows(operation, page::Rows::without_record, operation.newer) && complete;
  }
  std::vector<std::string> left =
      ns.lists.replace(operation.key(), calls_.list_text(call), operation.expiry);
  std::erase_if(left, [&](const std::string& key) { return contains(operation.newer, key); });
  if (!left.empty()) ns.store.remove(left);
  // A list with a row that is not there would be a miss for ever (3.9).
  if (!complete) ns.store.remove(operation.key());

  if (!ns.history.is_wanted(operation.sequence)) return;
  ns.history.note(operation.key(), operation.sequence, false);
  for (const std::string& key : calls_.answered_keys(call)) {
    if (!contains(operation.newer, key)) ns.history.note(key, operation.sequence, false);
  }
}

// False if a row could not be written, although what has expired made room.
bool CachingSync::write_rows(Operation& operation, page::Rows rows,
                             const std::vector<std::string>& except) {
  burry::Store& store = operation.ns.store;
  const burry::Keys& names = store.names();
  if (names.shadows_another()) return false;
  const auto write = [&] {
    return calls_.write_rows(operation.request.call, rows, names.record_suffix(),
                             names.expiry_suffix(), operation.expiry, except) == 0;
  };
  return write() || (store.make_room() && write());
}

void CachingSync::store_written(Operation& operation) {
  Namespace& ns = operation.ns;
  const Sequence sequence = operation.sequence;
  if (operation.request.method == Method::remove) {
    ns.journal.confirm(operation.key(), sequence, {{}, page::never, true});
    ns.history.note(operation.key(), sequence, true);
    ns.lists.remove(operation.key());
    return;
  }
  const bool created = operation.request.method == Method::create;
  page::Confirmed confirmed = calls_.confirmed(operation.request.call);
  if (!created && confirmed.key != operation.key()) {
    // The server has given it another id: the old one is no more.
    ns.journal.confirm(operation.key(), sequence, {{}, page::never, true});
    ns.lists.remove(operation.key());
  }
  if (!confirmed.key_known || is_list_name(confirmed.key)) return;
  const bool joins = created || !ns.journal.had_record(confirmed.key);
  ns.journal.confirm(confirmed.key, sequence, {std::move(confirmed.text), operation.expiry});
  ns.history.note(confirmed.key, sequence, false);
  if (joins && !confirmed.id_token.empty() && !ns.journal.shows_deleted(confirmed.key)) {
    join_plain_list(operation, confirmed);
  }
}

// A new id is appended to the stored list. Where none is stored, the list is
// what the model's collection holds (4.1, 4.6).
void CachingSync::join_plain_list(Operation& operation, const page::Confirmed& confirmed) {
  Lists& lists = operation.ns.lists;
  if (lists.append(plain_list, {confirmed.id_token, confirmed.key})) return;
  if (!confirmed.in_collection) return;
  if (!write_rows(operation, page::Rows::without_record, operation.ns.journal.pending_keys())) return;
  lists.replace(plain_list, calls_.list_text(operation.request.call), operation.expiry);
}

// A write came to nothing: its change is undone, and no other.
void CachingSync::take_back(Operation& operation) {
  if (!operation.is_cached() || operation.request.method == Method::read) return;
  Namespace& ns = operation.ns;
  for (const Place& place : ns.journal.fail(operation.key(), operation.sequence)) {
    ns.lists.restore(place);
  }
}

// The server will not show it (any more): neither does the cache (3.7).
void CachingSync::forget_refused(Operation& operation) {
  Namespace& ns = operation.ns;
  if (!operation.is_cached() || ns.history.has_newer(operation.key(), operation.sequence)) return;
  if (operation.is_collection()) {
    std::vector<std::string> left = ns.lists.drop(operation.key());
    const std::vector<std::string> pending = ns.journal.pending_keys();
    std::erase_if(left, [&](const std::string& key) { return contains(pending, key); });
    if (!left.empty()) ns.store.remove(left);
    return;
  }
  ns.journal.confirm(operation.key(), operation.sequence, {{}, page::never, true});
  if (!ns.journal.shows_pending(operation.key())) ns.lists.remove(operation.key());
  ns.history.note(operation.key(), operation.sequence, true);
}

}  // namespace caching
