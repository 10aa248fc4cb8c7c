#include "offline/outbox.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "json/json.h"
#include "sync/query.h"

namespace caching {
namespace {

// A page that is opened at a temporary id finds the row for so long (12.18).
constexpr double id_lifetime = 24 * 60 * 60 * 1000;
// A browser without Web Locks cannot say whether a page has ended. A request of such a page counts as
// unanswered after so long.
constexpr double longest_request = 60 * 1000;

// Returns the token in the key of a queued write, or an empty text.
std::string token_in(const std::string& key) {
  if (!is_queue_key(key)) return {};
  std::string token = key.substr(std::string_view(queue_key).size());
  return is_token(token) ? token : std::string();
}

// Returns the temporary id in the key of its record, or an empty text.
std::string temporary_in(const std::string& key) {
  if (!is_queue_key(key)) return {};
  std::string temporary = key.substr(std::string_view(queue_key).size());
  return is_temporary(temporary) ? temporary : std::string();
}

std::string member(const std::string& text, const char* name) {
  const json::Members members = json::read_object(text).value_or(json::Members());
  const std::string* found = json::find(members, name);
  return found ? *found : std::string();
}

template <class Index>
void erase_from(Index& index, const std::string& key, const Outbox::Order& order) {
  const auto found = index.find(key);
  if (found == index.end()) return;
  found->second.erase(order);
  if (found->second.empty()) index.erase(found);
}

}  // namespace

std::string key_of_entry(const std::string& token) { return queue_key + token; }
std::string key_of_id(const std::string& temporary) { return queue_key + temporary; }

void Outbox::open(int decorator, const std::string& page, double now) {
  if (is_open()) return;
  decorator_ = decorator;
  page_ = page;
  stamp_ = store_.text(queue_key).value_or("");
  flushes_ = store_.flushes();
  is_on_record_ = store_.is_on_record();
  reload();
  if (writes_.empty()) remove_stamp();
  remove_old_ids(now);
}

int Outbox::decorator_of(const QueuedWrite& write) const {
  return write.decorator >= 0 ? write.decorator : decorator_;
}

void Outbox::refresh() {
  reload_if_changed();
  // An event has brought writes whose stamp was removed before this tab has seen it.
  if (!stamp_.empty() || writes_.empty()) return;
  reload();
  if (!writes_.empty()) write_stamp();
}

void Outbox::reload_if_changed() {
  std::string stamp = store_.text(queue_key).value_or("");
  if (stamp == stamp_) return;
  stamp_ = std::move(stamp);
  reload();
}

void Outbox::reload() {
  std::set<std::string> found, changed;
  for (const std::string& key : store_.keys()) {
    const std::string temporary = temporary_in(key), token = token_in(key);
    if (!temporary.empty()) take_id(temporary, store_.text(key).value_or(""));
    if (!token.empty()) found.insert(token);
  }
  std::vector<std::string> gone;
  for (const auto& [token, order] : orders_) {
    if (!found.contains(token)) gone.push_back(token);
  }
  for (const std::string& token : gone) drop(token);
  for (const std::string& token : found) take(token, store_.text(key_of_entry(token)).value_or(""), changed);
  if (is_wiped()) forget_missing();
  for (const std::string& key : changed) arrange(key);
  finish_identified();
  finish_confirmed();
}

void Outbox::refresh(const std::string& token) {
  std::set<std::string> changed;
  const std::optional<std::string> text = store_.text(key_of_entry(token));
  if (text) take(token, *text, changed);
  else drop(token);
  for (const std::string& key : changed) arrange(key);
  // The stamp may have been removed with the last write that some tab knew.
  if (!writes_.empty() && !store_.has(queue_key)) write_stamp();
  if (writes_.empty()) remove_stamp();
}

// Takes a write from storage. A known write keeps what only this page knows of it.
void Outbox::take(const std::string& token, const std::string& text, std::set<std::string>& changed) {
  const QueuedWrite* known = find(token);
  if (known && known->text == text) return;
  std::optional<QueuedWrite> write = read_write(token, text);
  if (!write) {
    if (known) drop(token);
    // A page may have ended before it could remove this.
    if (!member(text, "ended").empty()) store_.remove(key_of_entry(token));
    return;
  }
  for (const std::string& temporary : mentioned(*write)) {
    if (const Id* id = known_id(temporary)) caching::identify(*write, temporary, *id);
  }
  if (known) {
    write->sequence = known->sequence;
    write->decorator = known->decorator;
    write->callers = known->callers;
    const std::string former = known->key();
    const std::optional<std::string> known_base = known->base.text;
    const bool is_same = known->shows_same(*write);
    erase(token);
    if (former != write->key()) {
      if (is_temporary(former)) ids_[former] = write->id;
      hide_ending(former);
      journal_.move(former, write->id);
    }
    // Another tab has confirmed what the write waited behind.
    if (write->base.text && known_base != write->base.text) journal_.rebase(write->key(), write->base);
    if (write->sequence && !is_same) {
      journal_.amend(write->key(), write->sequence, write->change(), write->hidden);
    }
  }
  changed.insert(insert(std::move(*write)).key());
}

// Takes the create of a temporary id out of the journal, if another page is about to end it: the journal's
// other writes of the row move to the server's id without it.
void Outbox::hide_ending(const std::string& temporary) {
  QueuedWrite* create = is_temporary(temporary) ? find(token_of(temporary)) : nullptr;
  if (!create || !is_ending(*create)) return;
  journal_.leave(temporary, create->sequence);
  create->sequence = 0;
}

// Another page has ended a write. An event says how, if anybody waits for that.
void Outbox::drop(const std::string& token) {
  const QueuedWrite* write = find(token);
  if (!write) return;
  missing_[token] = write->callers;
  const std::string key = write->key();
  journal_.leave(key, write->sequence);
  erase(token);
}

// Whoever empties the storage, or the namespace, means the queue, too (2.7).
bool Outbox::is_wiped() {
  const int before = std::exchange(flushes_, store_.flushes());
  const bool was_on_record = std::exchange(is_on_record_, store_.is_on_record());
  return stamp_.empty() && (before != flushes_ || (was_on_record && !is_on_record_));
}

void Outbox::take_id(const std::string& temporary, const std::string& text) {
  if (const std::optional<Id> id = id_in(text)) ids_[temporary] = *id;
}

void Outbox::remove_old_ids(double now) {
  std::vector<std::string> old;
  for (const auto& [temporary, id] : ids_) {
    const std::string text = store_.text(key_of_id(temporary)).value_or("");
    const double at = json::read_number(member(text, "at")).value_or(0);
    const bool is_recent = at <= now && now < at + id_lifetime;
    if (!is_recent && !mentions_.contains(temporary)) old.push_back(key_of_id(temporary));
  }
  store_.remove(old);
}

// A page may have ended between the answer to a create and the end of its entry.
void Outbox::finish_identified() {
  // A storage that swallows a removal gives the create back.
  if (std::exchange(is_finishing_, true)) return;
  Keys finished;
  for (const auto& [order, write] : writes_) {
    // (An event may have put the id into it already.)
    const std::string temporary = temporary_prefix + write.token;
    const bool is_answered = write.is_create() && !write.is_in_flight() && known_id(temporary);
    if (is_answered) finished.push_back(temporary);
  }
  for (const std::string& temporary : finished) {
    identify(temporary, Id(*known_id(temporary)), false, 0);
    remove(token_of(temporary));
  }
  is_finishing_ = false;
}

// A page may have ended before it could remove a write that was confirmed before an older one.
void Outbox::finish_confirmed() {
  // A storage that swallows a removal gives the write back.
  if (std::exchange(is_finishing_, true)) return;
  std::vector<std::string> finished;
  for (const auto& [order, write] : writes_) {
    if (write.delivery == Delivery::confirmed && oldest(write.key()) == &write)
      finished.push_back(write.token);
  }
  for (const std::string& token : finished) remove(token);
  is_finishing_ = false;
}

QueuedWrite& Outbox::insert(QueuedWrite write) {
  const Order order = {write.since, write.token};
  last_since_ = std::fmax(last_since_, write.since);
  orders_[write.token] = order;
  QueuedWrite& inserted = writes_[order] = std::move(write);
  index(inserted);
  return inserted;
}

void Outbox::erase(const std::string& token) {
  const auto found = orders_.find(token);
  if (found == orders_.end()) return;
  const auto write = writes_.find(found->second);
  unindex(write->second);
  writes_.erase(write);
  orders_.erase(found);
}

void Outbox::index(const QueuedWrite& write) {
  const Order order = {write.since, write.token};
  of_record_[write.key()].insert(order);
  if (!write.list.empty()) of_list_[write.list].insert(order);
  for (const std::string& temporary : mentioned(write)) mentions_[temporary].insert(order);
}

void Outbox::unindex(const QueuedWrite& write) {
  const Order order = {write.since, write.token};
  erase_from(of_record_, write.key(), order);
  erase_from(of_list_, write.list, order);
  for (const std::string& temporary : mentioned(write)) erase_from(mentions_, temporary, order);
}

QueuedWrite* Outbox::find(const std::string& token) {
  const auto order = orders_.find(token);
  return order == orders_.end() ? nullptr : &writes_.at(order->second);
}

QueuedWrite* Outbox::oldest(const std::string& key) {
  const auto found = of_record_.find(key);
  return found == of_record_.end() ? nullptr : &writes_.at(*found->second.begin());
}

QueuedWrite* Outbox::newest(const std::string& key) {
  const auto found = of_record_.find(key);
  return found == of_record_.end() ? nullptr : &writes_.at(*found->second.rbegin());
}

std::vector<std::string> Outbox::tokens_of(const std::string& key) const {
  std::vector<std::string> tokens;
  const auto found = of_record_.find(key);
  if (found == of_record_.end()) return tokens;
  for (const Order& order : found->second) tokens.push_back(order.second);
  return tokens;
}

Keys Outbox::rows_of(const std::string& list) const {
  Keys rows;
  const auto found = of_list_.find(list);
  if (found == of_list_.end()) return rows;
  for (const Order& order : found->second) {
    const QueuedWrite& write = writes_.at(order);
    if (!is_hidden_create(write)) rows.push_back(write.key());
  }
  return rows;
}

bool Outbox::has_create(const std::string& temporary) {
  const QueuedWrite* write = is_temporary(temporary) ? find(token_of(temporary)) : nullptr;
  return write && write->is_create() && !is_ending(*write);
}

// True if the server has answered a create of another page, which is about to end its entry, or has
// ended before that. Nothing is shown of it over the answer.
bool Outbox::is_ending(const QueuedWrite& write) const {
  return write.is_create() && write.is_in_flight() && write.page != page_ && known_id(write.key());
}

bool Outbox::is_hidden_create(const QueuedWrite& write) const {
  return write.is_unseen() || is_ending(write);
}

int Outbox::count_pending() const {
  return static_cast<int>(std::count_if(writes_.begin(), writes_.end(),
                                        [](const auto& entry) { return entry.second.is_pending(); }));
}

// Writes an entry where its text has changed. What lies in storage is better than nothing.
bool Outbox::put(QueuedWrite& write) {
  std::string text = spell_write(write);
  if (text == write.text) return true;
  if (!store_.write_or_leave(key_of_entry(write.token), text)) return false;
  write.text = std::move(text);
  is_changed_ = true;
  return true;
}

// The other tabs are to read what this one has changed. Another tab may have changed the queue, too, since
// this one has read it.
void Outbox::stamp_changes() {
  if (!std::exchange(is_changed_, false)) return;
  reload_if_changed();
  if (writes_.empty()) remove_stamp();
  else write_stamp();
}

void Outbox::write_stamp() {
  std::string stamp = page_ + '.' + std::to_string(++changes_);
  if (store_.write_or_leave(queue_key, stamp)) stamp_ = std::move(stamp);
}

// The stamp of another tab says that there are writes which this one does not know.
void Outbox::remove_stamp() {
  if (!stamp_.empty() && store_.text(queue_key) == stamp_) store_.remove(queue_key);
  stamp_.clear();
}

bool Outbox::add(QueuedWrite write) {
  write.since = std::fmax(write.since, last_since_ + 1);
  // Before the first write: a stamp says that there may be entries.
  if (stamp_.empty()) write_stamp();
  if (stamp_.empty() || !put(write)) {
    if (writes_.empty()) remove_stamp();
    return false;
  }
  const std::string token = insert(std::move(write)).token;
  stamp_changes();
  if (!find(token)) return false;
  const QueuedWrite& added = *find(token);
  const std::string key = added.key();
  const bool is_row_unseen = oldest(key)->is_unseen();
  // The journal has it, but does not show it yet: a crash would leave a change without its entry.
  if (is_row_unseen) unjournal(key);
  else if (added.sequence) journal_.amend(key, added.sequence, added.change(), added.hidden);
  arrange(key);
  return true;
}

bool Outbox::fold(const QueuedWrite& write, const page::Sent& sent) {
  return fold_into(std::string(newest(write.key())->token), write, sent);
}

bool Outbox::fold_into(const std::string& token, const QueuedWrite& write, const page::Sent& sent) {
  const std::string key = write.key();
  QueuedWrite folded = *find(token);
  const QueuedWrite former = folded;
  const bool is_left = caching::fold(folded, QueuedWrite(write), sent);
  if (!is_left) {
    orphan_callers(former.callers);
    orphan_callers(write.callers);
    // A crash between the two shows the create again.
    remove_row(key);
    return remove(former.token);
  }
  if (!put(folded)) return false;
  const bool returns = former.removes() && !folded.removes() && !folded.hidden;
  const Places places = returns ? former.places : Places();
  erase(folded.token);
  insert(folded);
  journal_.amend(key, folded.sequence, folded.change(), folded.hidden);
  put_back(places);
  stamp_changes();
  show(key);
  return true;
}

void Outbox::begin_try(const std::string& token, double now) {
  QueuedWrite* write = find(token);
  if (!write) return;
  const std::string key = write->key();
  const bool repeats = repeat_confirmed(key, token);
  write = find(token);
  write->delivery = Delivery::replaying;
  write->page = page_;
  write->sent = now;
  ++write->tries;
  put(*write);
  stamp_changes();
  if (repeats) arrange(key);
}

// A server that receives a write after a newer one is to receive the newer one again. Returns true if
// there is one.
bool Outbox::repeat_confirmed(const std::string& key, const std::string& older) {
  bool is_behind = false, repeats = false;
  for (const std::string& token : tokens_of(key)) {
    const bool is_repeated = is_behind && find(token)->delivery == Delivery::confirmed;
    is_behind = is_behind || token == older;
    if (is_repeated) wait_again(token);
    repeats = repeats || is_repeated;
  }
  return repeats;
}

// The journal shows it over what it was made after.
void Outbox::wait_again(const std::string& token) {
  QueuedWrite* write = find(token);
  write->delivery = Delivery::waiting;
  put(*write);
}

void Outbox::lose(const std::string& token, bool is_unsent) {
  QueuedWrite* lost = find(token);
  if (!lost) return;
  if (is_unsent) --lost->tries;
  const std::string key = lost->key();
  wait_again(token);
  stamp_changes();
  arrange(key);
  fold_untried(key);
}

// Several writes may have been sent while there was no network.
void Outbox::fold_untried(const std::string& key) {
  std::vector<std::string> tokens = tokens_of(key);
  while (tokens.size() > 1) {
    const QueuedWrite* first = find(tokens[0]);
    const QueuedWrite later = *find(tokens[1]);
    if (!later.is_untried() || !can_fold(*first, later)) {
      tokens.erase(tokens.begin());
      continue;
    }
    page::Sent sent;
    sent.attributes = sent.changes = later.attributes;
    sent.body = later.body;
    // A storage that swallows the removal would give the write back without end.
    if (!fold_into(tokens[0], later, sent) || !remove(tokens[1])) return;
    tokens = tokens_of(key);
  }
}

void Outbox::confirm(const std::string& token) {
  QueuedWrite* write = find(token);
  if (!write) return;
  const QueuedWrite confirmed = *write;
  const bool is_oldest = supersede_older(confirmed);
  if (is_oldest) {
    rebase_next(confirmed);
    remove(token);
    return arrange(confirmed.key());
  }
  write = find(token);
  write->delivery = Delivery::confirmed;
  write->hidden = false;
  put(*write);
  stamp_changes();
}

// Returns true if nothing older of the record is left.
bool Outbox::supersede_older(const QueuedWrite& confirmed) {
  bool is_oldest = true;
  for (const std::string& token : tokens_of(confirmed.key())) {
    if (token == confirmed.token) break;
    const QueuedWrite* found = find(token);
    if (!found) continue;
    const QueuedWrite older = *found;
    if (!supersedes(confirmed, older)) {
      is_oldest = false;
      continue;
    }
    orphan_callers(older.callers);
    remove(token);
    if (!confirmed.is_removal()) put_back(older.places);
  }
  return is_oldest;
}

// The journal knows nothing of a record whose create was in flight for the first time.
std::optional<std::string> Outbox::confirmed_text(const std::string& key) {
  const State* confirmed = journal_.confirmed(key);
  return confirmed ? confirmed->text : store_.text(key);
}

// Without a lost try or a create, the page sends what it was given, as it would without a queue.
void Outbox::rebase_next(const QueuedWrite& confirmed) {
  const std::string& key = confirmed.key();
  const std::vector<std::string> tokens = tokens_of(key);
  if (tokens.size() < 2 || (confirmed.tries < 2 && !confirmed.is_create())) return;
  QueuedWrite next = *find(tokens[1]);
  const std::optional<std::string> text = confirmed_text(key);
  if (!next.is_untried() || !text) return;
  if (!rebase(next, confirmed, *text)) {
    orphan_callers(next.callers);
    journal_.fail(key, next.sequence);
    remove(next.token);
    return;
  }
  put(next);
  erase(next.token);
  insert(next);
  if (next.sequence) journal_.amend(key, next.sequence, next.change(), next.hidden);
}

bool Outbox::remove(const std::string& token, const std::string& ended) {
  const QueuedWrite* write = find(token);
  if (!write) return true;
  const std::string key = write->key(), entry = key_of_entry(token);
  const bool was_oldest = oldest(key) == write;
  journal_.leave(key, write->sequence);
  erase(token);
  // Before it is gone: what remains of the record returns to the confirmed state.
  if (was_oldest) save_base(key);
  if (!ended.empty()) store_.write_or_leave(entry, R"({"ended":)" + ended + '}');
  is_changed_ = true;
  if (writes_.empty() && store_.text(queue_key) == stamp_) {
    store_.remove(std::vector{entry, std::string(queue_key)});
    stamp_.clear();
  } else {
    store_.remove(entry);
  }
  stamp_changes();
  save_ids();
  // A storage may swallow what it is given.
  if (store_.has(entry)) {
    stamp_ = store_.text(queue_key).value_or("");
    reload();
    if (find(token)) wait_again(token);
    return false;
  }
  const QueuedWrite* next = oldest(key);
  return next && next->delivery == Delivery::confirmed ? remove(next->token) : true;
}

// A full storage has room for an id when the entry of its create is gone.
void Outbox::save_ids() {
  std::erase_if(unsaved_ids_, [this](const json::Member& id) {
    return store_.write_or_leave(key_of_id(id.name), id.value);
  });
}

bool Outbox::has_try(const std::string& key) const {
  const std::vector<std::string> tokens = tokens_of(key);
  return std::any_of(tokens.begin(), tokens.end(), [this](const std::string& token) {
    return writes_.at(orders_.at(token)).is_in_flight();
  });
}

bool Outbox::has_foreign_try() const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const auto& entry) {
    return entry.second.is_in_flight() && entry.second.page != page_;
  });
}

void Outbox::release_ended(const std::set<std::string>& living) {
  std::vector<std::string> ended;
  for (const auto& [order, write] : writes_) {
    const bool is_foreign = write.is_in_flight() && write.page != page_;
    if (is_foreign && !living.contains(write.page)) ended.push_back(write.token);
  }
  release(ended);
}

void Outbox::release_old(double now) {
  std::vector<std::string> old;
  for (const auto& [order, write] : writes_) {
    const bool is_foreign = write.is_in_flight() && write.page != page_;
    const bool is_recent = write.sent <= now && now < write.sent + longest_request;
    if (is_foreign && !is_recent) old.push_back(write.token);
  }
  release(old);
}

void Outbox::release(const std::vector<std::string>& tokens) {
  for (const std::string& token : tokens) {
    // The page may have ended between the end of the write and its stamp.
    refresh(token);
    lose(token, false);
  }
  if (!tokens.empty()) finish_identified();
}

// Nothing of the row is shown before the outcome of its create is known.
void Outbox::unjournal(const std::string& key) {
  for (const std::string& token : tokens_of(key)) {
    QueuedWrite& write = *find(token);
    journal_.leave(key, write.sequence);
    write.sequence = 0;
  }
}

void Outbox::arrange(const std::string& key) {
  Sequence former = 0;
  bool is_restored = false;
  const State base = oldest(key) ? oldest(key)->base : State();
  for (const std::string& token : tokens_of(key)) {
    QueuedWrite& write = *find(token);
    if (is_hidden_create(write)) break;
    if (write.sequence <= former || !journal_.has_write(key, write.sequence)) {
      if (write.sequence) journal_.leave(key, write.sequence);
      write.sequence = sequences_.next();
      journal_.restore(key, write.sequence, base, write.change(), write.hidden);
      journal_.took_from_lists(key, write.places);
      is_restored = is_restored || !write.hidden;
    }
    former = write.sequence;
  }
  // Once for all of them: many may be queued of one record.
  if (is_restored) journal_.show_restored(key);
  show(key);
}

// The page that sends a write shows it, and may have stored the answer by now.
bool Outbox::is_shown_here(const QueuedWrite& write) const {
  return !write.hidden && (!write.is_in_flight() || write.page == page_);
}

// Whatever has become of the cache, what is queued is shown (12.8).
void Outbox::show(const std::string& key) {
  const std::vector<std::string> shown = shown_tokens(key);
  if (shown.empty()) return;
  journal_.show_again(key);
  if (journal_.shows_deleted(key)) return journal_.took_from_lists(key, lists_.remove(key));
  put_back(journal_.places(key));
  for (const std::string& token : shown) {
    const QueuedWrite& write = *find(token);
    const bool is_in_list = !write.list.empty() && write.is_listed();
    if (is_in_list && store_.has(key)) lists_.append(write.list, write.id);
  }
}

// Returns the tokens of the writes of a record that this page shows.
std::vector<std::string> Outbox::shown_tokens(const std::string& key) {
  std::vector<std::string> tokens = tokens_of(key);
  if (tokens.empty() || is_hidden_create(*find(tokens.front()))) return {};
  std::erase_if(tokens, [this](const std::string& token) { return !is_shown_here(*find(token)); });
  return tokens;
}

// Reads the list once, whatever is queued of its rows.
void Outbox::show_rows_of(const std::string& list) {
  if (is_empty()) return;
  const Keys rows =
      lists_.rows_that(list, [this](const std::string& row) { return of_record_.contains(row); });
  for (const std::string& row : rows) show_listed(row);
  const std::set<std::string> listed(rows.begin(), rows.end());
  for (const std::string& row : rows_of(list)) {
    if (!listed.contains(row)) show(row);
  }
}

// Shows a row that is in its list already.
void Outbox::show_listed(const std::string& key) {
  if (journal_.shows_deleted(key)) return show(key);
  if (!shown_tokens(key).empty()) journal_.show_again(key);
}

const Id* Outbox::known_id(const std::string& temporary) const {
  const auto known = ids_.find(temporary);
  return known == ids_.end() ? nullptr : &known->second;
}

std::set<Outbox::Order> Outbox::concerned_by(const std::string& temporary) const {
  std::set<Order> concerned;
  for (const auto* index : {&of_record_, &mentions_}) {
    const auto found = index->find(temporary);
    if (found != index->end()) concerned.insert(found->second.begin(), found->second.end());
  }
  return concerned;
}

bool Outbox::identify(const std::string& temporary, const Id& id, bool is_home, double now) {
  if (is_home) {
    json::Object text;
    text.add("id", json::spell(id));
    text.add("at", std::to_string(static_cast<long long>(now)));
    if (!store_.write_or_leave(key_of_id(temporary), text.text()))
      unsaved_ids_.push_back({temporary, text.text()});
  }
  // As storage has them: another tab may have sent some, and its text is not to be overwritten.
  for (const Order& order : concerned_by(temporary)) refresh(order.second);
  ids_[temporary] = id;
  const std::set<Order> concerned = concerned_by(temporary);
  if (concerned.empty()) return false;
  std::set<std::string> changed = {id.text};
  for (const Order& order : concerned) {
    QueuedWrite write = writes_.at(order);
    if (is_ending(write)) continue;
    caching::identify(write, temporary, id);
    // The entry of the create itself goes on to name it until the entry ends.
    const bool is_create = write.is_create() && write.token == token_of(temporary);
    if (!is_create) put(write);
    erase(write.token);
    changed.insert(insert(std::move(write)).key());
  }
  stamp_changes();
  lists_.identify(temporary, id);
  journal_.move(temporary, id);
  for (const Order& order : concerned) {
    const auto write = writes_.find(order);
    if (write == writes_.end() || !write->second.sequence) continue;
    const QueuedWrite& one = write->second;
    journal_.amend(one.key(), one.sequence, one.change(), one.hidden);
  }
  for (const std::string& key : changed) arrange(key);
  return true;
}

QueuedWrite* Outbox::rename(const QueuedWrite& named) {
  QueuedWrite write = named;
  put(write);
  erase(write.token);
  insert(std::move(write));
  stamp_changes();
  QueuedWrite* renamed = find(named.token);
  if (renamed && renamed->sequence) {
    journal_.amend(renamed->key(), renamed->sequence, renamed->change(), renamed->hidden);
  }
  return renamed;
}

void Outbox::save_base(const std::string& key) {
  QueuedWrite* write = oldest(key);
  if (!write || write->is_create()) return;
  // The page that sends it may be about to remove it.
  if (write->is_in_flight() && write->page != page_) return;
  const State* known = journal_.confirmed(key);
  const State confirmed = known ? *known : State{store_.text(key), store_.expiry(key)};
  if (write->base.text == confirmed.text && write->base.expiry == confirmed.expiry) return;
  write->base = confirmed;
  put(*write);
}

void Outbox::put_back(const Places& places) {
  for (const Place& place : places) lists_.restore(place);
}

void Outbox::remove_row(const std::string& key) {
  store_.remove(key);
  lists_.remove(key);
}

void Outbox::orphan_callers(const std::vector<int>& callers) {
  orphans_.insert(orphans_.end(), callers.begin(), callers.end());
}

void Outbox::forget() {
  for (const auto& [order, write] : writes_) orphan_callers(write.callers);
  writes_.clear();
  unsaved_ids_.clear();
  orders_.clear();
  of_record_.clear();
  of_list_.clear();
  mentions_.clear();
  stamp_.clear();
  is_on_record_ = store_.is_on_record();
  forget_missing();
}

void Outbox::forget_missing() {
  for (const auto& [token, callers] : std::exchange(missing_, {})) orphan_callers(callers);
}

bool Outbox::knows(const std::string& temporary) {
  const std::string token = token_of(temporary);
  return find(token) || missing_.contains(token) || mentions_.contains(temporary) ||
         of_record_.contains(temporary) || store_.has(temporary);
}

Outbox::Learnt Outbox::learn(const std::string& key, const std::optional<std::string>& now) {
  const std::string token = token_in(key), temporary = temporary_in(key);
  if (!temporary.empty()) {
    const std::optional<Id> id = now ? id_in(*now) : std::nullopt;
    if (!id || !knows(temporary)) return {};
    ids_[temporary] = *id;
    hide_ending(temporary);
    identify(temporary, *id, false, 0);
    lists_.identify(temporary, *id);
    store_.remove(temporary);
    return {{}, temporary, *id};
  }
  if (token.empty()) return {};
  const bool is_known = find(token) || missing_.contains(token);
  refresh(token);
  const std::string ended = now ? member(*now, "ended") : std::string();
  if (!is_known || find(token) || (now && ended.empty())) return {};
  const std::vector<int> callers = std::exchange(missing_[token], {});
  std::vector<int>& learners = ended.empty() ? orphans_ : refused_;
  learners.insert(learners.end(), callers.begin(), callers.end());
  // This tab may have shown the row of a create between two changes of the other one (12.3).
  const std::string row = temporary_prefix + token;
  if (store_.has(row)) remove_row(row);
  if (!now) missing_.erase(token);
  return {ended.starts_with('{') ? ended : std::string(), {}, {}};
}

}  // namespace caching
