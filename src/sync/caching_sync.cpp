#include "sync/caching_sync.h"

#include <limits>
#include <optional>

namespace caching {
namespace {

constexpr int forbidden = 403, not_found = 404, gone = 410;

bool says_it_is_gone(int status) { return status == not_found || status == gone; }

// Of names that are sorted, of which there may be thousands.
bool has(const page::Names& sorted, page::Name name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}
void add(page::Names& sorted, page::Name name) {
  const page::Name* at = std::lower_bound(sorted.begin(), sorted.end(), name);
  if (at == sorted.end() || *at != name) sorted.insert(static_cast<int>(at - sorted.begin()), name);
}

// Finds the key of a request, or that it cannot be told from others (3.1, 3.10).
void name_subject(page::Texts& texts, Request& request, const Policy& policy) {
  const bool is_list = request.subject == Subject::collection;
  if (is_list || request.subject == Subject::singleton) {
    const bool has_own_key = !request.own_key.empty();
    if (!has_own_key && request.query.kind == Data::opaque) request.subject = Subject::unnamed;
    if (is_list && has_own_key) {
      request.key = texts.joined(query_prefix, request.own_key);
    } else if (is_list) {
      request.key = policy.loose_keys ? plain_list : list_name(texts, request.query);
    } else {
      request.key = has_own_key ? request.own_key : canonical(texts, request.query);
    }
  }
  if (!is_list && is_list_name(texts, request.key)) request.subject = Subject::unnamed;
}

}  // namespace

// All that the decorators of one namespace share.
struct CachingSync::Namespace {
  Namespace(const page::Page& page, burry::Registry& registry, page::Name ns)
      : store(page, registry, ns), lists(page, store), journal(page, store) {}

  burry::Store store;
  Lists lists;
  Journal journal;
  History history;
  double hits = 0, misses = 0;
};

// One call between its start and its outcome.
struct CachingSync::Operation {
  Operation(Namespace& space, Request asked, Policy policy_of_call, Sequence number)
      : ns(space), request(asked), policy(policy_of_call), sequence(number) {}

  Namespace& ns;
  Request request;
  Policy policy;
  Sequence sequence;
  page::Minutes expiry = page::never;  // of what is written now
  bool invoked = false;       // wrapped has returned
  bool loaded = false;        // the data of the cached phase is at hand
  bool hit = false;           // the cached phase has been delivered
  bool answered = false;
  std::optional<Failure> early;  // wrapped failed before it returned
  bool delivering = false;    // the server phase, and the model has not taken it yet
  bool stored = false;        // the cache knows of the answer
  bool refused = false;       // the model's validation did not take the answer
  bool has_rows = false;      // the answer is of use to the cache
  bool overtaken = false;     // a newer answer to the same question came first
  bool lacks_row = false;     // the record of one of its rows is newer, and unknown
  page::Names newer;          // keys whose records are newer than the answer, sorted

  bool is_collection() const { return request.subject == Subject::collection; }
  bool is_cached() const { return request.subject != Subject::unnamed; }
  // Whether the data of one are data of the other.
  bool overlaps(const Operation& other) const {
    return &ns == &other.ns &&
           (is_collection() || other.is_collection() || key() == other.key());
  }
  page::Name key() const { return request.key; }
};

CachingSync::CachingSync(const page::Page& page, page::Calls& calls, burry::Registry& registry)
    : page_(page), calls_(calls), registry_(registry) {}
CachingSync::~CachingSync() {
  for (const Operation* operation : operations_) delete operation;
  for (const Namespace* ns : namespaces_) delete ns;
}

CachingSync::Namespace& CachingSync::open(page::Name ns) {
  for (Namespace* known : namespaces_) {
    if (known->store.names().ns() != ns) continue;
    // It may have been struck off since (2.7).
    registry_.add(ns);
    return *known;
  }
  namespaces_.push_back(new Namespace(page_, registry_, ns));
  return *namespaces_.back();
}

int CachingSync::decorate(page::Name ns, Policy policy) {
  decorators_.push_back({&open(ns), policy});
  return static_cast<int>(decorators_.size()) - 1;
}

CachingSync::Namespace& CachingSync::ns_of(int decorator) {
  return *decorators_[decorator].ns;
}

void CachingSync::clear(int decorator) { clear(ns_of(decorator)); }

void CachingSync::clear(Namespace& ns) {
  ns.store.flush();
  ns.journal.clear();
  ns.history.clear();
  ns.lists.forget_joined();
  for (Operation* operation : operations_) {
    if (&operation->ns == &ns) operation->request.subject = Subject::unnamed;
  }
}

void CachingSync::clear_all() {
  for (const page::Name ns : registry_.known()) clear(open(ns));
}

void CachingSync::drop(int decorator, page::Name key) {
  Namespace& ns = ns_of(decorator);
  if (is_list_name(page_.texts, key)) return;
  ns.journal.forget(key);
  ns.store.remove(key);
  ns.lists.remove(key);
}

Stats CachingSync::stats(int decorator) {
  Namespace& ns = ns_of(decorator);
  return {ns.hits, ns.misses, ns.store.saved_writes(), ns.store.bytes()};
}

page::Value CachingSync::ids(int decorator) {
  page::Stored stored;
  return ns_of(decorator).lists.read(plain_list, stored) ? stored.text : page::Value();
}

const Policy& CachingSync::policy(int decorator) const {
  return decorators_[decorator].policy;
}

int CachingSync::records_in_doubt() const {
  int count = 0;
  for (const Namespace* ns : namespaces_) count += ns->journal.size();
  return count;
}

page::Reachable CachingSync::reachable() const {
  page::Reachable reachable;
  for (const Namespace* ns : namespaces_) {
    ns->lists.add_reachable(reachable);
    ns->journal.add_reachable(reachable);
    ns->history.add_reachable(reachable);
  }
  for (Operation* operation : operations_) {
    reachable.add(operation->request.key);
    reachable.add(operation->request.own_key);
    for (const page::Name key : operation->newer) reachable.add(key);
  }
  return reachable;
}

int CachingSync::place(page::Call call) const {
  Operation* const* at = std::lower_bound(
      operations_.begin(), operations_.end(), call,
      [](const Operation* operation, page::Call number) { return operation->request.call < number; });
  return static_cast<int>(at - operations_.begin());
}

CachingSync::Operation* CachingSync::find(page::Call call) {
  const int at = place(call);
  const bool found = at < operations_.size() && operations_[at]->request.call == call;
  return found ? operations_[at] : nullptr;
}

void CachingSync::end(page::Call call) {
  if (Operation* operation = find(call)) {
    operation->ns.history.end(operation->sequence);
    operations_.erase(place(call));
    delete operation;
  }
  calls_.forget(call);
}

void CachingSync::start(int decorator, Request request, Policy policy) {
  const page::Call call = request.call;
  const Method method = request.method;
  Namespace& ns = ns_of(decorator);
  name_subject(page_.texts, request, policy);
  auto* operation = new Operation(ns, request, policy, ++last_sequence_);
  operation->expiry = expiry_from_now(policy);
  // In the order of their numbers, whatever the page's storage may call.
  operations_.push_back(operation);
  ns.lists.bring_back_vanished();

  switch (method) {
    case Method::read: return read(call);
    case Method::create: return create(call);
    case Method::update:
    case Method::patch: return update(call);
    case Method::remove: return remove(call);
  }
}

page::Minutes CachingSync::expiry_from_now(const Policy& policy) {
  return burry::expiry_from_now(policy.ttl, page_.clock);
}

// Nothing of an operation is kept across a call into the page: it may call back
// in and end the operation.
CachingSync::Operation* CachingSync::invoke(page::Call call) {
  const bool returned = calls_.invoke(call);
  Operation* operation = find(call);
  if (!operation) return nullptr;
  operation->invoked = true;
  if (returned) return operation;
  if (operation->early) {
    failed(call, *operation->early);
    return nullptr;
  }
  take_back(*operation);
  end(call);
  return nullptr;
}

void CachingSync::read(page::Call call) {
  Operation* operation = find(call);
  operation->ns.history.begin(operation->sequence);
  operation = invoke(call);
  // A wrapped that has answered already has supplied the only phase (3.4).
  if (!operation) return;
  const bool cached = operation->is_cached();
  const bool hit = operation->loaded || load(*operation);
  if (!(operation = find(call))) return;
  operation->hit = hit;
  if (cached) ++(operation->hit ? operation->ns.hits : operation->ns.misses);
  if (!operation->hit) return;
  calls_.resolve(call, page::Phase::cached);
  calls_.deliver(call, page::Phase::cached, page::Report::callbacks);
  operation = find(call);
  if (operation && operation->early) failed(call, *operation->early);
}

void CachingSync::create(page::Call call) {
  Operation* operation = find(call);
  operation->ns.history.begin(operation->sequence);
  invoke(call);
}

void CachingSync::update(page::Call call) {
  Operation& operation = *find(call);
  if (operation.is_cached()) {
    Namespace& ns = operation.ns;
    page::Value base;
    if (operation.request.method == Method::patch) {
      page::Stored stored = ns.store.read(operation.key());
      if (ns.store.is_live(stored)) base = stored.text;
    }
    const page::Value text = calls_.sent_text(call, base);
    // An attribute's own `toJSON` may have emptied the cache.
    if (operation.is_cached()) {
      ns.journal.begin(operation.key(), operation.sequence, {text, operation.expiry},
                       operation.request.wait);
    }
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
  for (const Operation* other : operations_) {
    if (other->delivering && !other->stored && other != &operation &&
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
  if (!ns.lists.read(operation.key(), stored)) return false;
  if (operation.request.own_parse && !load_envelope(operation)) return false;
  page::Stored rows;
  return calls_.load_rows(operation.request.call, stored.text, ns.store.names().ends(), rows.expiry) &&
         ns.store.is_live(rows);
}

// A `parse` that finds the rows in an answer is to be given that answer again.
bool CachingSync::load_envelope(Operation& operation) {
  burry::Store& store = operation.ns.store;
  const page::Stored stored = store.read(envelope_name(page_.texts, operation.key()));
  return stored.text && store.is_live(stored) &&
         calls_.load_envelope(operation.request.call, stored.text);
}

void CachingSync::answered(page::Call call, Outcome outcome, int status) {
  Operation* operation = find(call);
  if (!operation || operation->answered) return;
  operation->answered = true;
  operation->expiry = expiry_from_now(operation->policy);
  if (outcome == Outcome::success || outcome == Outcome::success_without_data) {
    return succeeded(call, outcome == Outcome::success);
  }
  // A wrapped that has failed already leaves the cached phase, then its error (3.4).
  if (!operation->invoked && operation->request.method == Method::read && load(*operation)) {
    operation = find(call);
    operation->loaded = true;
    operation->early = {outcome, status};
    return;
  }
  failed(call, {outcome, status});
}

void CachingSync::succeeded(page::Call call, bool with_data) {
  Operation* operation = find(call);
  const bool reads = operation->request.method == Method::read;
  if (reads && operation->is_cached()) {
    if (operation->request.own_parse) overtake(*operation);
    else take_rows(*operation);
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

void CachingSync::parsed(page::Call call) {
  Operation* operation = find(call);
  const bool awaited = operation && operation->delivering && operation->request.own_parse;
  if (awaited && operation->is_cached() && !operation->overtaken) take_rows(*operation);
}

void CachingSync::take_rows(Operation& operation) {
  operation.has_rows = calls_.take_answer(operation.request.call);
  if (operation.has_rows) bring_up_to_date(operation);
}

void CachingSync::settled(page::Call call, bool taken) {
  Operation* operation = find(call);
  if (!operation || !operation->delivering) return;
  operation->refused = !taken;
  store(*operation);
}

void CachingSync::failed(page::Call call, Failure failure) {
  Operation& operation = *find(call);
  const int status = failure.status;
  if (operation.request.method == Method::read) {
    if (status == forbidden || says_it_is_gone(status)) forget_refused(operation);
  } else if (operation.request.method == Method::remove && says_it_is_gone(status)) {
    store(operation);
  } else {
    take_back(operation);
  }
  if (failure.outcome != Outcome::canceled) calls_.report_failure(call);
  calls_.reject(call);
  end(call);
}

// The answer to the same question, asked later, has come first: it is delivered
// in place of this one (5.3).
bool CachingSync::overtake(Operation& operation) {
  const bool is_list = operation.is_collection();
  if (!is_list || !operation.ns.history.has_newer(operation.key(), operation.sequence)) return false;
  operation.overtaken = true;
  if (load(operation)) calls_.answer_with_loaded(operation.request.call);
  return true;
}

// Lays what is known to be newer over the answer of a read (5.2 to 5.4).
void CachingSync::bring_up_to_date(Operation& operation) {
  Namespace& ns = operation.ns;
  const page::Call call = operation.request.call;
  const Sequence sequence = operation.sequence;
  ns.lists.bring_back_vanished();
  if (overtake(operation)) return;
  const auto concerns = [&operation](page::Name key) {
    return operation.is_collection() || key == operation.key();
  };
  page::List<page::Amendment> amendments;
  // What is newer and not in the cache (any more) cannot be laid over the answer:
  // the model gets what there is, but an old row is not cached for that.
  const auto amend = [&](page::Name key, bool deleted, page::Change change) {
    const page::Value text = deleted ? page::Value() : ns.store.text(key);
    add(operation.newer, key);
    if (!deleted && !text) {
      const bool is_row = change == page::Change::replace_or_append || calls_.answered_text(call, key);
      operation.lacks_row = operation.lacks_row || is_row;
      return;
    }
    amendments.push_back({key, deleted ? page::Change::take_out : change, text});
  };

  const page::List<History::Newer> noted_since = ns.history.newer_than(sequence);
  page::Stored list;
  const bool is_listed = operation.is_collection() && !noted_since.empty() &&
                         ns.lists.read(operation.key(), list);
  // A row that has joined the list since the read was sent stays in it.
  const auto change = [&](page::Name key) {
    const bool joined = is_listed && ns.history.has_newer(key, sequence) &&
                        page_.arrays.position(list.text, key) >= 0;
    return joined ? page::Change::replace_or_append : page::Change::replace;
  };

  for (const page::Name key : ns.journal.pending_keys()) {
    if (!concerns(key)) continue;
    confirm_under_pending(operation, key);
    const bool deleted = ns.journal.shows_deleted(key);
    if (deleted && operation.is_collection()) remember_place(operation, key);
    amend(key, deleted, change(key));
  }
  for (const History::Newer& noted : noted_since) {
    if (is_list_name(page_.texts, noted.name) || !concerns(noted.name) || has(operation.newer, noted.name)) {
      continue;
    }
    bring_back(ns, noted, operation.expiry);
    amend(noted.name, noted.deleted, change(noted.name));
  }
  if (!amendments.empty()) calls_.amend_answer(call, amendments);
}

// A list was dropped, and the record of a newer write with it; that write is no
// less true.
void CachingSync::bring_back(Namespace& ns, const History::Newer& noted, page::Minutes expiry) {
  if (!noted.text || ns.journal.shows_pending(noted.name)) return;
  if (!ns.store.text(noted.name)) ns.store.write(noted.name, noted.text, expiry);
}

// A write on this row is pending, and the cache goes on to show it; what the
// answer tells is what a failure of that write returns to (5.1, 5.4).
void CachingSync::confirm_under_pending(Operation& operation, page::Name key) {
  Namespace& ns = operation.ns;
  if (ns.history.has_newer(key, operation.sequence)) return add(operation.newer, key);
  const page::Value text = calls_.answered_text(operation.request.call, key);
  if (!text) return;
  add(operation.newer, key);
  ns.journal.confirm_read(key, operation.sequence, {text, operation.expiry});
  ns.history.note(key, operation.sequence, false);
}

// The deletion of this row is pending. If it fails, the row belongs to the list
// of this answer, too (4.4).
void CachingSync::remember_place(Operation& operation, page::Name key) {
  const page::Ids ids = calls_.answered_ids(operation.request.call);
  for (int at = 0; at < ids.size(); ++at) {
    if (ids[at].name != key) continue;
    const page::Name after = at ? ids[at - 1].name : page::Name();
    operation.ns.journal.took_from_lists(key, {{operation.key(), ids[at], after, at}});
  }
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
  // The journal keeps it under a write that began while the answer was on its
  // way into the model.
  const page::Value text = calls_.answered_text(operation.request.call, operation.key());
  const bool stored =
      ns.journal.confirm_read(operation.key(), operation.sequence, {text, operation.expiry});
  ns.history.note(operation.key(), operation.sequence, false);
  if (!stored) drop_lists_of_missing(ns, operation.key());
}

// Storage did not take a record, or JSON could not spell it.
void CachingSync::drop_lists_of_missing(Namespace& ns, page::Name key) {
  if (ns.journal.shows_pending(key) || ns.store.text(key)) return;
  ns.lists.drop_lists_with(key);
}

void CachingSync::store_rows(Operation& operation) {
  Namespace& ns = operation.ns;
  const page::Call call = operation.request.call;
  // Of these rows the journal keeps what a failure returns to.
  for (const page::Name key : ns.journal.keys()) {
    if (has(operation.newer, key)) continue;
    if (ns.journal.shows_pending(key)) add(operation.newer, key);
    confirm_under_pending(operation, key);
  }

  // What else the collection holds belongs to the plain list (3.11), but is no
  // answer to a query.
  const bool is_plain = operation.key() == plain_list;
  // A row without an id has no record, and a list without it would be a lesser one.
  const page::Held held = calls_.held(call);
  bool written = write_rows(operation, page::Rows::answered, operation.newer);
  if (is_plain && held.all > held.answered) {
    written = write_rows(operation, page::Rows::without_record, operation.newer) && written;
  }
  const page::Value list =
      calls_.list_text(call, is_plain ? page::Listed::all : page::Listed::answered);
  const bool complete = written && held.unnamed == 0 && !operation.lacks_row && list;
  if (list) {
    page::Names untold = operation.newer.copy();
    untold.erase_if([&](page::Name key) { return !ns.history.has_newer(key, operation.sequence); });
    page::Names left =
        ns.lists.replace(operation.key(), list, operation.expiry, untold);
    left.erase_if([&](page::Name key) { return has(operation.newer, key); });
    take_out(ns, left);
  }
  leave_out_missing(ns, operation.newer);
  // A list with a row that is not there would be a miss for ever (3.9). The other
  // lists may hold a row that was not written, too.
  if (!complete || !store_envelope(operation)) ns.lists.discard(operation.key());
  if (!written) ns.lists.drop_lists_with_holes();

  if (!ns.history.is_wanted(operation.sequence)) return;
  ns.history.note(operation.key(), operation.sequence, false);
  for (const page::Id& id : calls_.answered_ids(call)) {
    if (!has(operation.newer, id.name)) ns.history.note(id.name, operation.sequence, false);
  }
}

// Records that stand in no list any more. A hidden write that fails does not
// return to them.
void CachingSync::take_out(Namespace& ns, const page::Names& keys) {
  if (keys.empty()) return;
  ns.store.remove(keys);
  for (const page::Name key : ns.journal.keys()) {
    if (keys.contains(key)) ns.journal.forget(key);
  }
}

bool CachingSync::store_envelope(Operation& operation) {
  if (!operation.request.own_parse) return true;
  const page::Value text = calls_.envelope_text(operation.request.call);
  return text && operation.ns.store.write(envelope_name(page_.texts, operation.key()), text, operation.expiry);
}

// False if a row could not be written, although what has expired made room.
bool CachingSync::write_rows(Operation& operation, page::Rows rows,
                             const page::Names& except) {
  burry::Store& store = operation.ns.store;
  const burry::Keys& names = store.names();
  if (names.shadows_another()) return false;
  // A row may have an id that is spelled like a list, and covers none (9.4).
  page::Names left_alone = operation.ns.lists.names();
  left_alone.push_back(query_prefix);
  if (operation.is_collection()) left_alone.push_back(envelope_name(page_.texts, operation.key()));
  left_alone.append(except);
  const auto write = [&] {
    const page::Written written =
        calls_.write_rows(operation.request.call, rows, names.ends(), operation.expiry, left_alone);
    store.count_saved_writes(written.saved);
    return written.failed == 0;
  };
  return write() || (store.make_room() && write());
}

void CachingSync::store_written(Operation& operation) {
  Namespace& ns = operation.ns;
  const Sequence sequence = operation.sequence;
  // A read that was sent before this answer came may not have seen the write.
  const Sequence now = ++last_sequence_;
  const State deleted = {{}, page::never, true};
  if (operation.request.method == Method::remove) {
    const Places taken_from = ns.journal.places(operation.key());
    const bool newest = ns.journal.confirm(operation.key(), sequence, deleted);
    if (newest) ns.history.note(operation.key(), now, true);
    if (newest || !ns.store.text(operation.key())) return void(ns.lists.remove(operation.key()));
    // A newer save has made the row anew, which belongs to the plain list (4.6).
    for (const Place& place : taken_from) {
      if (place.list == plain_list) ns.lists.restore(place);
    }
    return;
  }
  const bool created = operation.request.method == Method::create;
  page::Confirmed confirmed = calls_.confirmed(operation.request.call);
  if (!confirmed.has_id && !created) {
    confirmed.id.name = operation.key();
    confirmed.key_known = true;
  } else if (!confirmed.has_id) {
    const page::Name own_key = operation.request.own_key;
    confirmed.id.name = own_key.empty() ? canonical(page_.texts, {confirmed.id.name}) : own_key;
  }
  const page::Name key = confirmed.id.name;
  if (!created && key != operation.key()) {
    // The server has given it another id: the old one is no more.
    ns.journal.confirm(operation.key(), sequence, deleted);
    ns.lists.remove(operation.key());
  }
  if (!confirmed.key_known || is_list_name(page_.texts, key)) return;
  const bool joins = created || !ns.journal.had_record(key);
  // The row may have been read, written or deleted before the answer to its
  // creation came.
  bool stored = false;
  if (created && ns.history.has_newer(key, sequence)) {
    if (ns.history.is_deleted(key)) return;
    const History::Newer noted = *ns.history.find(key);
    bring_back(ns, noted, operation.expiry);
    stored = static_cast<bool>(ns.store.text(key));
  } else {
    if (!ns.journal.confirm(key, sequence, {confirmed.text, operation.expiry}, &stored)) {
      // Deleted since, though a collection that still holds it may have listed it.
      const bool is_gone = ns.journal.shows_deleted(key) || !ns.journal.shows_pending(key);
      if (is_gone && !ns.store.text(key)) ns.lists.remove(key);
      return;
    }
    ns.history.note(key, now, false, confirmed.text);
  }
  if (!confirmed.has_id) return;
  // JSON could not spell it, storage did not take it, or what is newer has left the
  // cache: no list may hold it, and none that lacks it is whole.
  if (!stored && !ns.journal.shows_pending(key)) {
    if (joins) ns.lists.discard(plain_list);
    return ns.lists.drop_lists_with(key);
  }
  if (!joins) return;
  if (!ns.journal.shows_deleted(key)) return join_plain_list(operation, confirmed);
  const int at_the_end = std::numeric_limits<int>::max();
  ns.journal.took_from_lists(key, {{plain_list, confirmed.id, {}, at_the_end}});
}

// A new id is appended to the stored list. Where none is stored, the list is
// what the model's collection holds (4.1, 4.6).
void CachingSync::join_plain_list(Operation& operation, const page::Confirmed& confirmed) {
  Lists& lists = operation.ns.lists;
  const page::Id id = confirmed.id;
  if (lists.append(id)) return lists.note_joined(id);
  if (!confirmed.in_collection) return;
  if (!write_rows(operation, page::Rows::without_record, operation.ns.journal.pending_keys())) return;
  const page::Value list = calls_.list_text(operation.request.call, page::Listed::all);
  if (!list) return;
  lists.replace(plain_list, list, operation.expiry, {});
  lists.note_joined(id);
  leave_out_missing(operation.ns, operation.ns.journal.pending_keys());
}

// A list may be what a collection holds, which still holds what has been deleted;
// and a full storage does not take every record.
void CachingSync::leave_out_missing(Namespace& ns, const page::Names& keys) {
  for (const page::Name key : keys) {
    if (ns.store.text(key)) continue;
    if (ns.journal.shows_deleted(key) || ns.history.is_deleted(key)) {
      ns.journal.took_from_lists(key, ns.lists.remove(key));
    } else {
      drop_lists_of_missing(ns, key);
    }
  }
}

// A write came to nothing: its change is undone, and no other.
void CachingSync::take_back(Operation& operation) {
  if (!operation.is_cached() || operation.request.method == Method::read) return;
  Namespace& ns = operation.ns;
  const Journal::Undone undone = ns.journal.fail(operation.key(), operation.sequence);
  for (const Place& place : undone.put_back) ns.lists.restore(place);
  if (undone.deleted) {
    // An older deletion is pending still, and may fail in its turn.
    ns.journal.took_from_lists(operation.key(), ns.lists.remove(operation.key()));
    return;
  }
  drop_lists_of_missing(ns, operation.key());
}

// The server will not show it (any more): neither does the cache (3.7).
void CachingSync::forget_refused(Operation& operation) {
  Namespace& ns = operation.ns;
  if (!operation.is_cached() || ns.history.has_newer(operation.key(), operation.sequence)) return;
  ns.history.note(operation.key(), operation.sequence, true);
  if (operation.is_collection()) {
    page::Names left = ns.lists.drop(operation.key());
    const page::Names pending = ns.journal.pending_keys();
    left.erase_if([&](page::Name key) { return pending.contains(key); });
    take_out(ns, left);
    return;
  }
  ns.journal.confirm_read(operation.key(), operation.sequence, {{}, page::never, true});
  if (!ns.journal.shows_pending(operation.key())) ns.lists.remove(operation.key());
}

}  // namespace caching
