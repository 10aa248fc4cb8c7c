#include "sync/caching_sync.h"

#include <utility>

#include "json/json.h"
#include "sync/read.h"
#include "sync/turn.h"

namespace caching {
namespace {

// Of the list of a collection (3.10). Empty: it cannot be told from others.
std::string key_of_list(Namespace& ns, const Request& request, const Policy& policy) {
  if (!request.own_key.empty()) return query_prefix + request.own_key;
  const Data data = spelled(request.data);
  if (data.kind == Data::Kind::opaque) return {};
  if (policy.loose_keys) return plain_list;
  const bool is_of_plain = request.url_is_static && ns.lists.claim_plain(request.url);
  return list_key({is_of_plain ? std::string() : request.url, data});
}

Subject subject_of(Namespace& ns, const Request& request, const Policy& policy) {
  using Kind = Subject::Kind;
  // Unsent creates exist only in the cache.
  const bool is_unsent = request.id && ns.queue->is_unsent_id(*request.id);
  if (request.has_strange_id || (policy.fetch_policy == FetchPolicy::no_cache && !is_unsent)) return {};
  if (request.is_collection) {
    std::string key = key_of_list(ns, request, policy);
    return key.empty() ? Subject() : Subject{Kind::collection, std::move(key)};
  }
  if (request.id) return is_reserved(*request.id) ? Subject() : Subject{Kind::model, *request.id};
  // Which record it is about, only the answer tells.
  if (request.method == Method::create) return {Kind::singleton, {}};
  if (request.url.empty()) return {};
  const bool has_own_key = !request.own_key.empty();
  const Data data = spelled(request.data);
  if (!has_own_key && data.kind == Data::Kind::opaque) return {};
  std::string key = has_own_key ? request.own_key : canonical({request.url, data});
  return is_reserved(key) ? Subject() : Subject{Kind::singleton, std::move(key)};
}

void answer(Operation& operation, Outcome outcome, int status) {
  const Turn turn(operation.ns(), operation.may_evict());
  operation.answered(outcome, status);
}

}  // namespace

Namespace::Namespace(const page::Page& page, burry::Registry& registry, Sequences& of_page, std::string ns)
    : store(page, registry, std::move(ns)),
      lists(store),
      journal(store),
      recency(store, lists, journal),
      sequences(of_page) {}

Namespace::~Namespace() = default;

CachingSync::CachingSync(const page::Page& page, burry::Registry& registry, QueueMaker& queues)
    : page_(page), registry_(registry), queues_(queues), calls_(page.clock, sequences_) {}

Namespace* CachingSync::find(const std::string& ns) {
  for (Namespace& opened : opened_) {
    if (opened.store.names().ns() == ns) return &opened;
  }
  return nullptr;
}

Namespace& CachingSync::open(const std::string& ns) {
  if (Namespace* known = find(ns)) {
    // It may have been struck off since (2.7).
    registry_.add(ns);
    return *known;
  }
  Namespace& opened = opened_.emplace_back(page_, registry_, sequences_, ns);
  opened.queue = queues_.make_queue(opened);
  return opened;
}

int CachingSync::decorate(const std::string& ns, const Policy& policy) {
  Namespace& opened = open(ns);
  const int decorator = static_cast<int>(decorators_.size());
  decorators_.push_back({opened, policy});
  opened.queue->decorated(decorator, policy);
  return decorator;
}

const Policy& CachingSync::policy(int decorator) const {
  return decorators_[static_cast<std::size_t>(decorator)].policy;
}

void CachingSync::start(int decorator, int number, std::unique_ptr<page::Call> call, const Request& request,
                        const Policy& policy) {
  Namespace& ns = ns_of(decorator);
  const Turn turn(ns, policy.evict);
  ns.queue->call_begins(decorator, policy, request.id ? &*request.id : nullptr);
  Operation::Start start = {calls_, ns, decorator, number, std::move(call), subject_of(ns, request, policy),
                            policy};
  std::shared_ptr<Operation> operation;
  if (request.method == Method::read) {
    operation = std::make_shared<Read>(std::move(start), request.own_parse);
  } else {
    // What was sent before may not have seen it (8.3).
    ns.shared_requests.end_joining();
    operation = ns.queue->make_write(std::move(start), {request.method, request.wait, request.own_key});
  }
  calls_.begin(operation);
  ns.lists.bring_back_vanished();
  operation->start();
}

void CachingSync::answered(int number, Outcome outcome, int status) {
  const auto operation = calls_.find(number);
  if (!operation) return;
  Namespace& ns = operation->ns();
  const Turn turn(ns, false);
  // Each takes the answer before the leader's model, or a handler, can change it.
  const std::vector<int> followers = ns.shared_requests.answered(number);
  for (const int follower : followers) {
    if (const auto found = calls_.find(follower)) found->take_answer_of(number);
  }
  answer(*operation, outcome, status);
  for (const int follower : followers) {
    ns.shared_requests.turn_comes(follower);
    if (const auto found = calls_.find(follower)) answer(*found, outcome, status);
  }
  const bool is_success = outcome == Outcome::success || outcome == Outcome::success_without_data;
  if (is_success || status > 0) ns.queue->server_answered();
}

bool CachingSync::withdraw(int number) {
  const auto operation = calls_.find(number);
  if (!operation) return true;
  operation->abandon();
  const auto [goes_on, heir] = operation->ns().shared_requests.withdraw(number);
  if (!goes_on) return true;
  if (heir) operation->hand_over(*heir);
  operation->call_off();
  return false;
}

void CachingSync::parsed(int number) {
  if (const auto operation = calls_.find(number)) operation->parsed();
}

void CachingSync::settled(int number, bool taken) {
  const auto operation = calls_.find(number);
  if (!operation) return;
  const Turn turn(operation->ns(), operation->may_evict());
  operation->settled(taken);
}

int CachingSync::clear(int decorator) { return clear(ns_of(decorator)); }

int CachingSync::clear(Namespace& ns) {
  const WriteQueue::Clearing clearing = ns.queue->clear_begins();
  ns.store.flush(clearing.last);
  forget(ns);
  return clearing.lost;
}

void CachingSync::forget(Namespace& ns) {
  ns.journal.clear();
  ns.history.clear();
  ns.lists.forget();
  ns.recency.forget();
  ns.shared_requests.end_joining();
  calls_.detach(ns);
  ns.queue->cleared();
}

int CachingSync::clear_all() {
  int lost = 0;
  for (const std::string& ns : registry_.known()) lost += clear(open(ns));
  return lost;
}

void CachingSync::drop(int decorator, const std::string& key) {
  if (is_reserved(key)) return;
  Namespace& ns = ns_of(decorator);
  if (ns.queue->holds(key)) return;
  ns.journal.forget(key);
  ns.store.remove(key);
  ns.lists.remove(key);
}

std::optional<std::string> CachingSync::ids(int decorator) {
  std::optional<std::string> text = ns_of(decorator).lists.live_text(plain_list);
  if (!text || !IdList::read(*text)) return {};
  return text;
}

Stats CachingSync::stats(int decorator) {
  Namespace& ns = ns_of(decorator);
  return {ns.hits, ns.misses, ns.store.saved_writes(), ns.store.bytes()};
}

int CachingSync::records_in_doubt() const {
  int count = 0;
  for (const Namespace& ns : opened_) count += ns.journal.size();
  return count;
}

}  // namespace caching
