#include "sync/caching_sync.h"

#include <utility>

#include "json/json.h"
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
  // Of a row that waits to be made the cache alone knows (12.3).
  const bool is_unmade = request.id && is_temporary(*request.id);
  if (request.has_strange_id || (policy.fetch_policy == FetchPolicy::no_cache && !is_unmade)) return {};
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
  const Recency::Allowed allowed(operation.ns().recency, operation.may_evict());
  operation.answered(outcome, status);
}

}  // namespace

CachingSync::CachingSync(const page::Page& page, burry::Registry& registry, page::Tab& tab)
    : page_(page), registry_(registry), tab_(tab), calls_(page.clock, sequences_) {}

CachingSync::Opened* CachingSync::find(const std::string& ns) {
  for (Opened& opened : opened_) {
    if (opened.ns.store.names().ns() == ns) return &opened;
  }
  return nullptr;
}

CachingSync::Opened& CachingSync::open(const std::string& ns) {
  if (Opened* known = find(ns)) {
    // It may have been struck off since (2.7).
    registry_.add(ns);
    return *known;
  }
  Origin& origin = *this;
  return opened_.emplace_back(page_, registry_, sequences_, ns, calls_, tab_, origin);
}

int CachingSync::decorate(const std::string& ns, const Policy& policy) {
  Opened& opened = open(ns);
  const int decorator = static_cast<int>(decorators_.size());
  decorators_.push_back({opened, policy});
  if (!policy.queue) return decorator;
  opened.ns.outbox.open(decorator);
  // Not in the same tick: the page is still being made (12.6).
  if (opened.ns.store.has(queue_key)) tab_.wake(ns, 0);
  return decorator;
}

const Policy& CachingSync::policy(int decorator) const {
  return decorators_[static_cast<std::size_t>(decorator)].policy;
}

CachingSync::Opened& CachingSync::opened_of(int decorator) {
  return decorators_[static_cast<std::size_t>(decorator)].opened;
}

void CachingSync::start(int decorator, int number, std::unique_ptr<page::Call> call, const Request& request,
                        const Policy& policy) {
  auto& [ns, replay] = opened_of(decorator);
  const Recency::Allowed allowed(ns.recency, policy.evict);
  // Of a row with a temporary id the server knows nothing: another page queues here (12.3).
  if (policy.queue || (request.id && is_temporary(*request.id))) ns.outbox.open(decorator);
  if (ns.outbox.is_open()) ns.outbox.refresh();
  Operation::Start start = {calls_, ns, decorator, number, std::move(call), subject_of(ns, request, policy),
                            policy};
  std::shared_ptr<Operation> operation;
  if (request.method == Method::read) {
    operation = std::make_shared<Read>(std::move(start), request.own_parse);
  } else {
    // What was sent before may not have seen it (8.3).
    ns.shared_requests.end_joining();
    operation =
        std::make_shared<Write>(std::move(start), request.method, request.wait, request.own_key, replay);
  }
  calls_.begin(operation);
  ns.lists.bring_back_vanished();
  operation->start();
  release_waiting(ns);
}

void CachingSync::answered(int number, Outcome outcome, int status) {
  const auto operation = calls_.find(number);
  if (!operation) return;
  Namespace& ns = operation->ns();
  if (ns.outbox.is_open()) ns.outbox.refresh();
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
  if (!ns.outbox.is_open()) return;
  release_waiting(ns);
  const bool is_answered =
      outcome == Outcome::success || outcome == Outcome::success_without_data || status > 0;
  if (is_answered) find(ns.store.names().ns())->replay.answered();
}

void CachingSync::release_waiting(Namespace& ns) {
  while (const auto operation = calls_.next_to_queue(ns)) {
    const Recency::Allowed allowed(ns.recency, operation->may_evict());
    operation->queue_up();
  }
  for (const int number : ns.outbox.take_stranded()) {
    if (const auto waiting = calls_.find(number)) waiting->heard_nothing(true);
  }
  for (const int number : ns.outbox.take_refused()) {
    if (const auto waiting = calls_.find(number)) waiting->heard(0, Outcome::failure, 0);
  }
}

bool CachingSync::withdraw(int number) {
  const auto operation = calls_.find(number);
  if (!operation) return true;
  if (operation->is_put_off()) operation->discard();
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

int CachingSync::clear(int decorator) { return clear(opened_of(decorator)); }

int CachingSync::clear(Opened& opened) {
  Namespace& ns = opened.ns;
  ns.outbox.refresh();
  const auto put_off = calls_.put_off(ns);
  const auto lost = static_cast<int>(ns.outbox.writes().size() + put_off.size());
  // A page that ends in the middle of it has left the queue as it was.
  ns.store.flush(queue_key);
  ns.journal.clear();
  ns.history.clear();
  ns.lists.forget();
  ns.recency.forget();
  ns.shared_requests.end_joining();
  ns.outbox.forget();
  calls_.detach(ns);
  for (const auto& operation : put_off) operation->discard();
  for (const int number : ns.outbox.take_stranded()) {
    if (const auto waiting = calls_.find(number)) waiting->call_off();
  }
  return lost;
}

int CachingSync::clear_all() {
  int lost = 0;
  for (const std::string& ns : registry_.known()) lost += clear(open(ns));
  return lost;
}

void CachingSync::drop(int decorator, const std::string& key) {
  if (is_reserved(key)) return;
  Namespace& ns = ns_of(decorator);
  // What waits for the server is shown all the same.
  if (ns.outbox.newest(key)) return;
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

std::string CachingSync::pending(int decorator) {
  Outbox& outbox = ns_of(decorator).outbox;
  outbox.refresh();
  json::Members writes;
  for (const QueuedWrite& write : outbox.writes()) writes.push_back({{}, spell_pending(write)});
  return json::spell_array(writes);
}

bool CachingSync::discard(int decorator, const std::string& key) {
  Namespace& ns = ns_of(decorator);
  ns.outbox.refresh();
  const auto put_off = key.empty() ? std::vector<std::shared_ptr<Operation>>() : calls_.put_off(ns, key);
  for (const auto& operation : put_off) operation->discard();
  const QueuedWrite* queued = ns.outbox.newest(key);
  if (!queued || queued->sending) return !put_off.empty();
  const QueuedWrite write = *queued;
  if (write.is_create()) {
    tab_.identify(ns.store.names().ns(), key, {});
    ns.lists.remove(key);
  }
  ns.take_back(key, write.sequence);
  // Who waits for it in another tab hears a failure, and not more.
  ns.outbox.erase(write.token, "false");
  if (write.is_create()) dropped_create();
  for (const int number : write.callers) {
    if (const auto waiting = calls_.find(number)) waiting->call_off();
  }
  return true;
}

void CachingSync::replay(int decorator) {
  auto& [ns, replay] = opened_of(decorator);
  replay.begin();
  release_waiting(ns);
}

void CachingSync::online() {
  for (Opened& opened : opened_) {
    if (opened.ns.outbox.is_open()) wake(opened.ns.store.names().ns());
  }
}

void CachingSync::wake(const std::string& ns) {
  Opened* opened = find(ns);
  if (!opened) return;
  opened->replay.wake();
  // Another tab may have sent what this one waits for.
  release_waiting(opened->ns);
}

void CachingSync::locked(const std::string& ns, bool is_free) {
  Opened* opened = find(ns);
  if (!opened) return;
  opened->replay.locked(is_free);
  release_waiting(opened->ns);
}

void CachingSync::stored_elsewhere(const std::string& key, const std::optional<std::string>& text) {
  for (Opened& opened : opened_) {
    Namespace& ns = opened.ns;
    const bool is_open = ns.outbox.is_open();
    if (is_open && key == ns.store.names().record(burry::flush_key)) {
      ns.outbox.refresh();
      ns.outbox.forget_missing();
      release_waiting(ns);
    }
    if (key != ns.store.names().record(queue_key)) continue;
    // A page that does not queue may have taken a temporary id, too (13.2).
    const QueueText news = is_open ? ns.outbox.hear(text) : read_queue(text.value_or(""));
    const std::string& name = ns.store.names().ns();
    for (const json::Member& named : news.ids) {
      if (const std::optional<Id> id = read_id(named.value)) ids_[named.name] = *id;
      tab_.identify(name, named.name, named.value);
    }
    for (const json::Member& ended : news.ended) {
      if (ended.value.starts_with('{')) tab_.tell_rejected(name, ended.value, 0);
    }
    release_waiting(ns);
  }
}

void CachingSync::events_missed() {
  for (Opened& opened : opened_) {
    if (!opened.ns.outbox.is_open()) continue;
    opened.ns.outbox.refresh();
    opened.ns.outbox.forget_missing();
    release_waiting(opened.ns);
  }
}

bool CachingSync::is_queued(const std::string& temporary) {
  for (const std::string& ns : registry_.known()) {
    const burry::Keys names(ns);
    const std::string text = page_.storage.get(names.record(queue_key)).value_or("");
    if (text.find(temporary) == text.npos) continue;
    for (const QueuedWrite& write : read_queue(text).writes) {
      if (write.is_create() && write.key() == temporary) return true;
    }
  }
  return false;
}

// The namespace of the create saves its own queue when that is done, so that a crash before
// loses nothing.
void CachingSync::identify(const std::string& temporary, const Id& id) {
  std::string home;
  ids_[temporary] = id;
  for (const std::string& ns : registry_.known()) {
    Opened& opened = open(ns);
    if (opened.ns.outbox.newest(temporary)) home = ns;
    if (!opened.ns.outbox.identify(temporary, id)) continue;
    if (home == ns) opened.ns.outbox.announce(temporary, id);
    else opened.ns.outbox.save_bases();
    if (opened.ns.outbox.is_open()) tab_.wake(ns, 0);
  }
  tab_.identify(home, temporary, json::spell(id));
}

void CachingSync::name(QueuedWrite& write) const {
  for (const std::string& temporary : mentioned(write)) {
    const auto known = ids_.find(temporary);
    if (known != ids_.end()) caching::identify(write, temporary, known->second);
  }
}

std::string CachingSync::storage_changed(const std::string& stored, const Change& change) {
  json::Members all;
  for (Opened& opened : opened_) {
    Namespace& ns = opened.ns;
    if (stored == ns.store.names().record(queue_key)) ns.other_tabs.queue_changed(change, all);
    std::string news = ns.other_tabs.changed(stored, change);
    if (!news.empty()) all.push_back({{}, std::move(news)});
  }
  return json::spell_array(all);
}

void CachingSync::dropped_create() {
  for (const Opened& opened : opened_) {
    if (opened.ns.outbox.is_open()) tab_.wake(opened.ns.store.names().ns(), 0);
  }
}

int CachingSync::records_in_doubt() const {
  int count = 0;
  for (const Opened& opened : opened_) count += opened.ns.journal.size();
  return count;
}

}  // namespace caching
