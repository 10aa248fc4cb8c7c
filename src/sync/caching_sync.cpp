#include "sync/caching_sync.h"

#include <utility>

#include "sync/read.h"
#include "sync/write.h"

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
  if (request.has_strange_id || policy.fetch_policy == FetchPolicy::no_cache) return {};
  if (request.is_collection) {
    std::string key = key_of_list(ns, request, policy);
    return key.empty() ? Subject() : Subject{Kind::collection, std::move(key)};
  }
  if (request.id) return is_list_key(*request.id) ? Subject() : Subject{Kind::model, *request.id};
  // Which record it is about, only the answer tells.
  if (request.method == Method::create) return {Kind::singleton, {}};
  if (request.url.empty()) return {};
  const bool has_own_key = !request.own_key.empty();
  const Data data = spelled(request.data);
  if (!has_own_key && data.kind == Data::Kind::opaque) return {};
  std::string key = has_own_key ? request.own_key : canonical({request.url, data});
  return is_list_key(key) ? Subject() : Subject{Kind::singleton, std::move(key)};
}

void answer(Operation& operation, Outcome outcome, int status) {
  const Recency::Allowed allowed(operation.ns().recency, operation.may_evict());
  operation.answered(outcome, status);
}

}  // namespace

CachingSync::CachingSync(const page::Page& page, burry::Registry& registry)
    : page_(page), registry_(registry), calls_(page.clock) {}

Namespace& CachingSync::open(const std::string& ns) {
  for (const auto& known : namespaces_) {
    if (known->store.names().ns() != ns) continue;
    // It may have been struck off since (2.7).
    registry_.add(ns);
    return *known;
  }
  namespaces_.push_back(std::make_unique<Namespace>(page_, registry_, ns));
  return *namespaces_.back();
}

int CachingSync::decorate(const std::string& ns, const Policy& policy) {
  decorators_.push_back({open(ns), policy});
  return static_cast<int>(decorators_.size()) - 1;
}

const Policy& CachingSync::policy(int decorator) const {
  return decorators_[static_cast<std::size_t>(decorator)].policy;
}

Namespace& CachingSync::ns_of(int decorator) { return decorators_[static_cast<std::size_t>(decorator)].ns; }

void CachingSync::start(int decorator, int number, std::unique_ptr<page::Call> call, const Request& request,
                        const Policy& policy) {
  Namespace& ns = ns_of(decorator);
  const Recency::Allowed allowed(ns.recency, policy.evict);
  Operation::Start start = {calls_, ns, number, std::move(call), subject_of(ns, request, policy), policy};
  std::shared_ptr<Operation> operation;
  if (request.method == Method::read) {
    operation = std::make_shared<Read>(std::move(start), decorator, request.own_parse);
  } else {
    // What was sent before may not have seen it (8.3).
    ns.shared_requests.end_joining();
    operation = std::make_shared<Write>(std::move(start), request.method, request.wait, request.own_key);
  }
  calls_.begin(operation);
  ns.lists.bring_back_vanished();
  operation->start();
}

void CachingSync::answered(int number, Outcome outcome, int status) {
  const auto operation = calls_.find(number);
  if (!operation) return;
  // Each takes the answer before the leader's model, or a handler, can change it.
  SharedRequests& shared_requests = operation->ns().shared_requests;
  const std::vector<int> followers = shared_requests.answered(number);
  for (const int follower : followers) {
    if (const auto found = calls_.find(follower)) found->take_answer_of(number);
  }
  answer(*operation, outcome, status);
  for (const int follower : followers) {
    shared_requests.turn_comes(follower);
    if (const auto found = calls_.find(follower)) answer(*found, outcome, status);
  }
}

bool CachingSync::withdraw(int number) {
  const auto operation = calls_.find(number);
  if (!operation) return true;
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
  const Recency::Allowed allowed(operation->ns().recency, operation->may_evict());
  operation->settled(taken);
}

void CachingSync::clear(int decorator) { clear(ns_of(decorator)); }

void CachingSync::clear(Namespace& ns) {
  ns.store.flush();
  ns.journal.clear();
  ns.history.clear();
  ns.lists.forget();
  ns.recency.forget();
  ns.shared_requests.end_joining();
  calls_.detach(ns);
}

void CachingSync::clear_all() {
  for (const std::string& ns : registry_.known()) clear(open(ns));
}

void CachingSync::drop(int decorator, const std::string& key) {
  if (is_list_key(key)) return;
  Namespace& ns = ns_of(decorator);
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

std::string CachingSync::storage_changed(const std::string& stored, const Change& change) {
  json::Members all;
  // Storage may be the page's own, whose code may open another namespace.
  std::size_t at = 0;
  while (at < namespaces_.size()) {
    std::string news = namespaces_[at++]->other_tabs.changed(stored, change);
    if (!news.empty()) all.push_back({{}, std::move(news)});
  }
  return json::spell_array(all);
}

int CachingSync::records_in_doubt() const {
  int count = 0;
  for (const auto& ns : namespaces_) count += ns->journal.size();
  return count;
}

}  // namespace caching
