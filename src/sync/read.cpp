#include "sync/read.h"

#include <cmath>

#include "sync/http_status.h"
#include "sync/query.h"
#include "sync/record.h"
#include "sync/write_queue.h"

namespace caching {

void Read::start() {
  ns_.history.begin(sequence_);
  // Without a network nothing may be delivered, and a row that is made then belongs to what was asked for.
  if (subject_.is_collection()) call_->fetched_into(key(), page::Call::Fetched::asked);
  ns_.queue->read_begins(*call_, policy_, subject_);
  if (answers_without_request()) return;
  // A wrapped that has answered already has supplied the only phase (3.4).
  if (!send()) return;
  const bool counts = subject_.is_cached() && !prefers_network();
  if (asks_cache_beside_request() && cached_ == Cached::none && load()) cached_ = Cached::loaded;
  if (is_over()) return;
  const bool hit = cached_ == Cached::loaded;
  if (counts) ++(hit ? ns_.hits : ns_.misses);
  if (!hit) return;
  deliver_cached();
  if (state_ == State::failed_early) fail_early();
}

// Sends the request, or joins one of the same that is under way (8.3). False: the call is
// over.
bool Read::send() {
  const std::optional<std::string> text = policy_.dedupe ? request_text() : std::nullopt;
  const std::optional<int> leader = text ? ns_.shared_requests.join(number_, *text) : std::nullopt;
  if (!leader) {
    // Wrapped may begin a write before it returns.
    const unsigned joining = ns_.shared_requests.joining();
    const bool is_under_way = call_wrapped() && state_ == State::waiting;
    if (is_under_way && text) ns_.shared_requests.sent(number_, *text, joining);
    return !is_over();
  }
  state_ = State::waiting;
  call_->join(*leader);
  // What it is answered is as old as the request.
  if (const auto sent = calls_.find(*leader)) {
    ns_.history.end(sequence_);
    sequence_ = sent->sequence();
    ns_.history.begin(sequence_);
  }
  return !is_over();
}

// All that the request of this call depends on; none: it is not to be told from others.
std::optional<std::string> Read::request_text() {
  const std::optional<std::string> text = call_->request_text();
  if (!text) return {};
  return *text + std::to_string(decorator_) + (subject_.is_collection() ? " list " : " record ") + key();
}

void Read::deliver_cached() {
  cached_ = Cached::delivered;
  hold_model();
  call_->resolve(page::Phase::cached);
  call_->deliver(page::Phase::cached, page::Report::callbacks);
}

// Whether the cache alone has answered, or has none and may not ask the server.
bool Read::answers_without_request() {
  const bool is_unknown = ns_.queue->holds_create(key());
  const bool is_cache_only = is_unknown || policy_.fetch_policy == FetchPolicy::cache_only;
  const bool is_asked = is_cache_only || policy_.fetch_policy == FetchPolicy::cache_first ||
                        (policy_.fetch_policy == FetchPolicy::cache_and_network && policy_.fresh_for > 0);
  if (!is_asked) return false;
  const bool was_cached = subject_.is_cached();
  if (load()) cached_ = Cached::loaded;
  if (is_over()) return true;
  if (cached_ == Cached::loaded &&
      (is_cache_only || policy_.fetch_policy != FetchPolicy::cache_and_network || is_fresh())) {
    if (was_cached) ++ns_.hits;
    call_->send_nothing();
    deliver_cached();
    end();
    return true;
  }
  if (!is_cache_only) {
    // Wrapped may change what is cached: it is read again at its side.
    cached_ = Cached::none;
    return false;
  }
  if (was_cached) ++ns_.misses;
  call_->send_nothing();
  call_->answer_with_miss();
  state_ = State::failing;
  report({Outcome::failure, 0});
  return true;
}

// An expiry is the minute in which it was written and the ttl, in whole minutes. The rows of
// a list may have been written after it. What has no expiry, or was written with a longer ttl,
// does not tell how old it is.
bool Read::is_fresh() {
  burry::Minutes expiry = cached_expiry_;
  if (subject_.is_collection()) expiry = std::fmin(expiry, ns_.store.expiry(key()));
  const burry::Minutes written = expiry - std::ceil(policy_.ttl);
  const burry::Minutes age = calls_.minutes_now() - written;
  return age >= 0 && age < policy_.fresh_for;
}

// A cached phase at the side of the request; a failure before it has returned waits for it.
bool Read::asks_cache_beside_request() const {
  return policy_.fetch_policy == FetchPolicy::cache_and_network;
}

// The cache is not asked, or only where the server has failed.
bool Read::prefers_network() const {
  return policy_.fetch_policy == FetchPolicy::network_only ||
         policy_.fetch_policy == FetchPolicy::network_first;
}

bool Read::has_cached_phase() {
  if (!asks_cache_beside_request() || !load()) return false;
  cached_ = Cached::loaded;
  return true;
}

// Takes the cached data, if it is there, whole and live. While an answer is on its way
// into a model, what is cached of it is about to be replaced, so a read of the same out
// of a handler is a miss (3.4).
bool Read::load() {
  if (!subject_.is_cached() || calls_.is_about_to_change(*this)) return false;
  const bool loaded = subject_.is_collection() ? load_rows() : load_record();
  if (loaded && policy_.evict) ns_.recency.used(key());
  return loaded;
}

bool Read::load_record() {
  cached_expiry_ = ns_.store.expiry(key());
  if (ns_.store.is_live(cached_expiry_)) return call_->load_record(key());
  ns_.store.remove(key());
  return false;
}

bool Read::load_rows() {
  const std::optional<std::string> list = ns_.lists.live_text(key());
  if (!list || (own_parse_ && !load_envelope())) return false;
  cached_expiry_ = burry::never;
  return call_->load_rows(*list, cached_expiry_) && ns_.store.is_live(cached_expiry_);
}

// A `parse` that finds the rows in an answer is to be given that answer again.
bool Read::load_envelope() {
  const std::optional<std::string> text = ns_.lists.live_text(envelope_key(key()));
  const std::optional<page::Envelope> envelope = text ? read_envelope(*text) : std::nullopt;
  return envelope && call_->load_envelope(*envelope);
}

void Read::succeeded(bool) {
  if (subject_.is_cached()) {
    if (own_parse_) overtake();
    else take_rows();
  }
  hold_model();
  const bool is_told = cached_ == Cached::delivered && policy_.once;
  call_->deliver(page::Phase::server, is_told ? page::Report::data_only : page::Report::callbacks);
  if (is_over()) return;
  tell_cache();
  call_->resolve(page::Phase::server);
  end();
}

void Read::parsed() {
  const bool is_awaited = state_ == State::delivering && own_parse_;
  if (is_awaited && subject_.is_cached() && answer_ != Answer::overtaken) take_rows();
}

void Read::settled(bool taken) {
  if (state_ == State::delivering && !taken) answer_ = Answer::refused;
  Operation::settled(taken);
}

void Read::failed(const Failure& failure) {
  state_ = State::failing;
  forget_refused(failure.status);
  if (answers_failure(failure)) return;
  report(failure);
}

// By 'network-first' the cache answers where the server fails; what it refuses, and what
// the page has called off, is a failure (8.1).
bool Read::answers_failure(const Failure& failure) {
  const bool is_refused = http::is_refusal(failure.status);
  if (policy_.fetch_policy != FetchPolicy::network_first || is_refused) return false;
  const bool is_called_off = failure.outcome == Outcome::aborted || failure.outcome == Outcome::canceled;
  if (is_called_off || !load() || is_over()) return is_over();
  ++ns_.hits;
  deliver_cached();
  end();
  return true;
}

// The server will not show it (any more): neither does the cache (3.7).
void Read::forget_refused(int status) {
  if (status != http::forbidden && !http::is_missing(status)) return;
  if (!subject_.is_cached() || ns_.history.has_newer(key(), sequence_)) return;
  ns_.history.note({key(), sequence_, true, {}});
  if (subject_.is_collection()) {
    Keys left;
    for (const std::string& row : ns_.lists.drop(key())) {
      if (!ns_.journal.shows_pending(row)) left.push_back(row);
    }
    return take_out(left);
  }
  ns_.journal.confirm_read(key(), sequence_, {{}, burry::never, true});
  // A patch of a row that is deleted shows nothing.
  if (!ns_.journal.shows_pending(key()) || ns_.journal.shows_deleted(key())) ns_.lists.remove(key());
}

void Read::take_rows() {
  if (!call_->take_answer()) return;
  answer_ = Answer::usable;
  bring_up_to_date();
}

// The answer to the same question, asked later, has come first: it is delivered in place
// of this one (5.3), unless it has expired.
bool Read::overtake() {
  if (!subject_.is_collection() || !ns_.history.has_newer(key(), sequence_)) return false;
  answer_ = Answer::overtaken;
  if (!load()) return false;
  call_->answer_with_loaded();
  return true;
}

// Lays what is known to be newer over the answer (5.2 to 5.4).
void Read::bring_up_to_date() {
  ns_.lists.bring_back_vanished();
  if (overtake()) return;
  const History::Told told = ns_.history.newer_than(sequence_);
  find_joined(told);
  std::vector<page::Amendment> amendments;
  amend_pending(amendments);
  amend_noted(told, amendments);
  amend_patched(told, amendments);
  if (!amendments.empty()) call_->amend_answer(amendments);
}

// Returns the rows of the answer, or of all that the collection holds, with writes in flight.
// Whichever are fewer are gone through, the rows or the writes.
Keys Read::rows_with_writes(page::Listed which) {
  if (ns_.journal.size() == 0) return {};
  if (!subject_.is_collection()) return ns_.journal.contains(key()) ? Keys{key()} : Keys();
  Ids ids = call_->answered_ids();
  if (static_cast<std::size_t>(ns_.journal.size()) <= ids.size()) return ns_.journal.keys();
  if (which == page::Listed::all) {
    const auto held = IdList::read(call_->list_text(page::Listed::all).value_or("[]"));
    if (held) ids.insert(ids.end(), held->ids().begin(), held->ids().end());
  }
  for (const std::string& row : joined_) ids.push_back({row});
  return ns_.journal.keys_among(ids);
}

void Read::amend_pending(std::vector<page::Amendment>& amendments) {
  Keys pending = rows_with_writes(page::Listed::answered);
  std::erase_if(pending, [this](const std::string& row) { return !ns_.journal.shows_pending(row); });
  if (pending.empty()) return;
  if (answer_ == Answer::usable) confirm_under_pending(pending);
  std::set<std::string> deleted;
  for (const std::string& row : pending) {
    const bool is_deleted = ns_.journal.shows_deleted(row);
    if (is_deleted) deleted.insert(row);
    // A patch of a row that is deleted shows nothing.
    const bool is_gone = ns_.history.is_deleted(row) && ns_.journal.lacks_record(row);
    amend(row, is_deleted || is_gone, amendments);
  }
  if (subject_.is_collection() && !deleted.empty()) remember_places(deleted);
}

void Read::amend_noted(const History::Told& told, std::vector<page::Amendment>& amendments) {
  for (const auto& [sequence, noted] : told) {
    if (!noted.members.empty() || !may_amend(noted)) continue;
    // A list was dropped, and the record of a newer write with it; that write is no less
    // true.
    const bool is_gone = noted.text && !ns_.journal.shows_pending(noted.key) && !ns_.store.has(noted.key);
    if (is_gone) ns_.store.write(noted.key, *noted.text, expiry_);
    amend(noted.key, noted.deleted, amendments);
  }
}

bool Read::may_amend(const History::Newer& noted) const {
  const bool concerns = subject_.is_collection() || noted.key == key();
  return concerns && !is_reserved(noted.key) && !newer_.contains(noted.key);
}

// Patches have been confirmed since the read was sent. The row has all else as the answer tells it, and
// is cached as the answer's row (5.2).
void Read::amend_patched(const History::Told& told, std::vector<page::Amendment>& amendments) {
  Keys rows;
  for (const auto& [sequence, noted] : told) {
    if (!noted.members.empty() && may_amend(noted)) rows.push_back(noted.key);
  }
  if (rows.empty()) return;
  const std::vector<std::string> texts = call_->answered_texts(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string text = with_newer_patches(rows[i], texts[i]);
    if (!text.empty()) amendments.push_back({rows[i], page::Change::replace, std::move(text)});
  }
}

// Returns the record of a row of the answer with the patches that were confirmed since the read was sent.
std::string Read::with_newer_patches(const std::string& row, const std::string& text) const {
  const std::string members = ns_.history.members_since(row, sequence_);
  return text.empty() || members.empty() ? text : patched(text, members).value_or(text);
}

// What is newer and not in the cache (any more) cannot be laid over the answer: the model
// gets what there is, but an old row is not cached for that.
void Read::amend(const std::string& row, bool deleted, std::vector<page::Amendment>& amendments) {
  newer_.insert(row);
  page::Amendment amendment = {row, page::Change::take_out, {}};
  if (!deleted) {
    const bool joined = joined_.contains(row);
    std::optional<std::string> text = ns_.store.text(row);
    if (!text) {
      lacks_row_ = lacks_row_ || joined || !call_->answered_texts({row}).front().empty();
      // Each read of the same data gets the same, also where a full storage takes some of it later (8.3).
      text = ns_.journal.shown_text(row);
      if (!text) return;
    }
    amendment.change = joined ? page::Change::replace_or_append : page::Change::replace;
    amendment.text = std::move(*text);
  }
  amendments.push_back(std::move(amendment));
}

// Rows that have joined the list since the read was sent stay in it, and those that the server
// has not seen (12.8).
void Read::find_joined(const History::Told& told) {
  if (!subject_.is_collection()) return;
  for (std::string& row : ns_.queue->rows_of(key())) joined_.insert(std::move(row));
  if (told.empty()) return;
  const std::set<std::string> listed = ns_.lists.keys_of(key());
  for (const auto& [sequence, noted] : told) {
    if (noted.members.empty() && listed.contains(noted.key)) joined_.insert(noted.key);
  }
}

// Writes on these rows are pending, and the cache goes on to show them; what the answer
// tells is what a failure of those writes returns to (5.1, 5.4).
void Read::confirm_under_pending(const Keys& keys) {
  Keys older;
  for (const std::string& row : keys) {
    if (ns_.history.has_newer_whole(row, sequence_)) newer_.insert(row);
    else older.push_back(row);
  }
  if (older.empty()) return;
  const std::vector<std::string> texts = call_->answered_texts(older);
  for (std::size_t i = 0; i < older.size(); ++i) {
    if (texts[i].empty()) continue;
    newer_.insert(older[i]);
    ns_.journal.confirm_read(older[i], sequence_, {with_newer_patches(older[i], texts[i]), expiry_});
    ns_.history.note({older[i], sequence_, false, {}});
  }
}

// The deletion of these rows is pending. If it fails, a row belongs to the list of this
// answer, too (4.4).
void Read::remember_places(const std::set<std::string>& deleted) {
  const Ids ids = call_->answered_ids();
  for (std::size_t at = 0; at < ids.size(); ++at) {
    if (!deleted.contains(ids[at].text)) continue;
    const std::string after = at ? ids[at - 1].text : std::string();
    ns_.journal.took_from_lists(ids[at].text, {{key(), ids[at], after, at}});
  }
}

void Read::store() {
  if (answer_ != Answer::usable) return;
  if (policy_.evict) ns_.recency.used(key());
  if (subject_.is_collection()) store_rows();
  else store_record();
  ns_.queue->confirmed_changed();
}

void Read::store_record() {
  if (!newer_.empty()) return;
  const bool stored = ns_.journal.contains(key()) ? confirm_under_write() : write_answer();
  ns_.history.note({key(), sequence_, false, {}});
  if (!stored) ns_.drop_lists_of_missing(key());
}

bool Read::write_answer() {
  return ns_.store.write(key(), [this] { return call_->write_answer(key(), expiry_); });
}

// A write began while the answer was on its way into the model.
bool Read::confirm_under_write() {
  const std::string text = call_->answered_texts({key()}).front();
  caching::State state = {{}, expiry_};
  if (!text.empty()) state.text = with_newer_patches(key(), text);
  return ns_.journal.confirm_read(key(), sequence_, state);
}

void Read::store_rows() {
  // A row without an id has no record, and a list without it would be a lesser one.
  const page::Held held = call_->held();
  // What else the collection holds belongs to the plain list (3.11), but is no answer to
  // a query.
  const bool is_plain = key() == plain_list;
  const bool holds_more = is_plain && held.all > held.answered;
  // Of these rows the journal keeps what a failure returns to.
  Keys kept;
  for (const std::string& row : rows_with_writes(holds_more ? page::Listed::all : page::Listed::answered)) {
    if (newer_.contains(row)) continue;
    kept.push_back(row);
    if (ns_.journal.shows_pending(row)) newer_.insert(row);
  }
  if (!kept.empty()) confirm_under_pending(kept);
  const Keys newer(newer_.begin(), newer_.end());

  bool written = write_rows(ns_, *call_, page::Rows::answered, expiry_, newer);
  if (holds_more) {
    written = write_rows(ns_, *call_, page::Rows::without_record, expiry_, newer) && written;
  }
  const std::optional<std::string> list =
      call_->list_text(is_plain ? page::Listed::all : page::Listed::answered);
  const bool complete = written && held.unnamed == 0 && !lacks_row_ && list;
  if (list) replace_list(without_orphans(ns_, *list));
  leave_out_missing(ns_, newer);
  // A list with a row that is not there would be a miss for ever (3.9). The other lists
  // may hold a row that was not written, too.
  if (!complete || !store_envelope()) ns_.lists.discard(key());
  if (!written) ns_.lists.drop_lists_with_holes();
  note_rows();
}

// What has left all lists with that has no record any more (3.8).
void Read::replace_list(const std::string& list) {
  std::set<std::string> untold;
  for (const std::string& row : newer_) {
    if (ns_.history.has_newer(row, sequence_)) untold.insert(row);
  }
  Keys left;
  for (const std::string& row : ns_.lists.replace(key(), list, expiry_, untold)) {
    if (!newer_.contains(row) && !ns_.journal.shows_pending(row)) left.push_back(row);
  }
  take_out(left);
}

bool Read::store_envelope() {
  if (!own_parse_) return true;
  const std::optional<page::Envelope> envelope = call_->envelope();
  return envelope && ns_.store.write(envelope_key(key()), spell_envelope(*envelope), expiry_);
}

void Read::note_rows() {
  if (!ns_.history.is_wanted(sequence_)) return;
  ns_.history.note({key(), sequence_, false, {}});
  for (const Id& id : call_->answered_ids()) {
    if (!newer_.contains(id.text)) ns_.history.note({id.text, sequence_, false, {}});
  }
}

// Records that stand in no list any more. A hidden write that fails does not return to
// them.
void Read::take_out(const Keys& keys) {
  ns_.store.remove(keys);
  for (const std::string& row : keys) ns_.journal.forget(row);
}

}  // namespace caching
