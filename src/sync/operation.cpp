#include "sync/operation.h"

#include <algorithm>
#include <utility>

#include "sync/query.h"
#include "sync/write_queue.h"

namespace caching {

const char* name_of(Method method) {
  constexpr const char* names[] = {"read", "create", "update", "patch", "delete"};
  return names[static_cast<int>(method)];
}

void Calls::begin(std::shared_ptr<Operation> operation) {
  const int number = operation->number();
  operations_.emplace(number, std::move(operation));
}

std::shared_ptr<Operation> Calls::find(int number) const {
  const auto operation = operations_.find(number);
  return operation == operations_.end() ? nullptr : operation->second;
}

void Calls::end(const Operation& operation) {
  const auto found = operations_.find(operation.number());
  if (found == operations_.end()) return;
  // The page's call is forgotten with the operation, when the book is in order again.
  const std::shared_ptr<Operation> ended = std::move(found->second);
  operations_.erase(found);
}

bool Calls::is_about_to_change(const Operation& reader) const {
  for (const auto& [number, other] : operations_) {
    if (other.get() != &reader && other->is_on_its_way() && other->overlaps(reader)) return true;
  }
  return false;
}

void Calls::detach(const Namespace& ns) {
  for (const auto& [number, operation] : operations_) {
    if (&operation->ns() == &ns) operation->detach();
  }
}

Operation::Operation(Start start)
    : calls_(start.calls),
      ns_(start.ns),
      decorator_(start.decorator),
      number_(start.number),
      call_(std::move(start.call)),
      subject_(std::move(start.subject)),
      policy_(start.policy),
      sequence_(calls_.next()),
      expiry_(calls_.expiry_from_now(policy_)) {}

bool Operation::overlaps(const Operation& other) const {
  if (&ns_ != &other.ns_) return false;
  return subject_.is_collection() || other.subject_.is_collection() || key() == other.key();
}

bool Operation::call_wrapped() {
  const bool returned = call_->invoke();
  if (is_over()) return false;
  if (state_ == State::calling) state_ = State::waiting;
  if (returned) return true;
  if (state_ == State::failed_early) {
    fail_early();
  } else if (state_ == State::waiting) {
    thrown();
    end();
  }
  return false;
}

void Operation::answered(Outcome outcome, int status) {
  if (state_ != State::calling && state_ != State::waiting) return;
  const bool is_early = state_ == State::calling;
  expiry_ = calls_.expiry_from_now(policy_);
  if (outcome == Outcome::success || outcome == Outcome::success_without_data) {
    state_ = State::delivering;
    return succeeded(outcome == Outcome::success);
  }
  state_ = State::failing;
  if (is_early && has_cached_phase()) {
    early_ = {outcome, status};
    state_ = State::failed_early;
    return;
  }
  failed({outcome, status});
}

void Operation::call_off() {
  if (state_ != State::waiting && state_ != State::suspended) return;
  state_ = State::failing;
  call_->answer_with_abort();
  report({Outcome::failure, 0});
}

void Operation::settled(bool) {
  if (state_ == State::delivering) tell_cache();
}

void Operation::tell_cache() {
  if (std::exchange(cache_knows_, true)) return;
  if (subject_.is_cached()) store();
}

void Operation::hold_model() {
  if (!subject_.is_cached()) return;
  if (subject_.is_collection()) call_->fetched_into(key(), page::Call::Fetched::delivered);
  ns_.queue->stands_for(*call_, policy_, key());
}

void Operation::report(const Failure& failure) {
  if (failure.outcome != Outcome::canceled) call_->report_failure();
  call_->reject();
  end();
}

void Operation::end() {
  if (is_over()) return;
  state_ = State::over;
  ns_.history.end(sequence_);
  calls_.end(*this);
}

// A collection may hold rows whose creates are gone.
static Keys orphans_in(Namespace& ns, page::Call& call) {
  if (!ns.queue->may_have_orphans()) return {};
  return ns.queue->orphans_in(call.list_text(page::Listed::all).value_or(""));
}

bool write_rows(Namespace& ns, page::Call& call, page::Rows rows, burry::Minutes expiry, Keys except) {
  if (ns.store.names().shadows_another()) return false;
  // A row may have an id that is spelled like a list, and covers none (9.4).
  for (std::string& list : ns.lists.names()) {
    except.push_back(envelope_key(list));
    except.push_back(std::move(list));
  }
  except.push_back(query_prefix);
  if (rows == page::Rows::without_record) {
    for (std::string& key : orphans_in(ns, call)) except.push_back(std::move(key));
  }
  page::Written written = call.write_rows(rows, expiry, except);
  ns.store.count_saved_writes(written.saved);
  // What an earlier try has written is not counted as saved.
  const auto write = [&] { written = call.write_rows(rows, expiry, except); };
  if (written.full && ns.store.make_room()) write();
  if (!written.full) return written.failed == 0;
  Keys kept;
  for (const json::Scalar& id : call.answered_ids()) kept.push_back(id.text);
  // What the collection holds besides may go, and is without a record again.
  constexpr int most_tries = 32;
  for (int tries = 0; written.full && tries < most_tries && ns.store.evict(kept); ++tries) write();
  return written.failed == 0;
}

std::string without_orphans(Namespace& ns, const std::string& list) {
  const Keys keys = ns.queue->may_have_orphans() ? ns.queue->orphans_in(list) : Keys();
  std::optional<IdList> ids = keys.empty() ? std::nullopt : IdList::read(list);
  if (!ids) return list;
  for (const std::string& key : keys) ids->erase(key);
  return ids->text();
}

void leave_out_missing(Namespace& ns, const Keys& keys) {
  for (const std::string& key : keys) {
    if (ns.store.has(key)) continue;
    if (ns.journal.shows_deleted(key) || ns.history.is_deleted(key)) {
      ns.journal.took_from_lists(key, ns.lists.remove(key));
    } else {
      ns.drop_lists_of_missing(key);
    }
  }
}

}  // namespace caching
