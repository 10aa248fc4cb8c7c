#include "offline/outbox.h"

#include <algorithm>
#include <utility>

#include "json/json.h"
#include "sync/query.h"

namespace caching {
namespace {

std::vector<std::string> tokens_of(const QueuedWrites& writes) {
  std::vector<std::string> tokens;
  for (const QueuedWrite& write : writes) tokens.push_back(write.token);
  return tokens;
}

json::Members brief(json::Members ended) {
  for (json::Member& one : ended) {
    if (one.value != "null") one.value = "false";
  }
  return ended;
}

// What a write that waits sends, were it folded into an earlier one.
page::Sent sent_by(const QueuedWrite& write, const QueuedWrite& earlier) {
  page::Sent sent;
  const bool is_patch = write.method == Method::patch;
  sent.changes = write.attributes;
  sent.attributes = is_patch ? json::merged(earlier.attributes, write.attributes) : write.attributes;
  sent.body = is_patch && !earlier.body.empty() ? json::merged(earlier.body, write.attributes) : write.body;
  return sent;
}

}  // namespace

void Outbox::open(int decorator) {
  if (!is_open()) decorator_ = decorator;
}

int Outbox::decorator_of(const QueuedWrite& write) const {
  return write.decorator >= 0 ? write.decorator : decorator_;
}

void Outbox::refresh() {
  std::string text = store_.text(queue_key).value_or("");
  if (text != text_) {
    text_ = std::move(text);
    take(read_queue(text_).writes);
    tokens_ = tokens_of(writes_);
  }
  if (!writes_.empty()) show();
}

// Those that are known keep what only this page knows of them.
void Outbox::take(QueuedWrites writes) {
  QueuedWrites before = std::exchange(writes_, {});
  // First of all: the others of its record may have got another key.
  for (const QueuedWrite& gone : before) {
    if (caching::find(writes, gone.token)) continue;
    journal_.leave(gone.key(), gone.sequence);
    missing_.push_back(gone);
  }
  Keys moved;
  for (QueuedWrite& write : writes) {
    if (const QueuedWrite* known = caching::find(before, write.token)) {
      write.sequence = known->sequence;
      write.decorator = known->decorator;
      write.callers = known->callers;
      if (known->key() != write.key()) {
        journal_.move(known->key(), write.id);
        moved.push_back(write.key());
      }
      // Another tab has confirmed what the write waited behind.
      if (write.base.text && known->base.text != write.base.text) journal_.rebase(write.key(), write.base);
      if (known->record != write.record || known->attributes != write.attributes ||
          known->hidden != write.hidden) {
        journal_.amend(write.key(), write.sequence, write.change(), write.hidden);
      }
    } else {
      restore(write);
    }
    if (write.token == sending_) write.sending = true;
  }
  if (is_wiped()) forget_missing();
  writes_ = std::move(writes);
  for (const std::string& key : moved) number_in_order(key);
}

void Outbox::restore(QueuedWrite& write) {
  write.sequence = sequences_.next();
  journal_.restore(write.key(), write.sequence, write.base, write.change(), write.hidden);
  journal_.took_from_lists(write.key(), write.places);
}

// Whoever empties the storage, or the namespace, means the queue, too (2.7). A queue that is at
// its end leaves the namespace on record.
bool Outbox::is_wiped() {
  const int before = std::exchange(flushes_, store_.flushes());
  return text_.empty() && (before != flushes_ || !store_.is_on_record());
}

QueueText Outbox::hear(const std::optional<std::string>& text) {
  refresh();
  if (!text) return {};
  QueueText news = read_queue(*text);
  for (const json::Member& named : news.ids) take_id(named);
  std::erase_if(missing_, [&](const QueuedWrite& write) {
    const std::string* rejected = json::find(news.ended, write.token);
    if (!rejected) return false;
    if (write.is_create() && !newest(write.key())) vanish(write.key());
    std::vector<int>& callers = *rejected == "null" ? stranded_ : refused_;
    callers.insert(callers.end(), write.callers.begin(), write.callers.end());
    return true;
  });
  // Of what lies there since then another event tells.
  const bool is_latest = *text == text_ || (text_.empty() && news.writes.empty());
  if (!is_latest) return news;
  const QueuedWrite* sending = caching::find(news.writes, sending_);
  // (A tab that wrote for no reason would be answered for ever.)
  bool is_amended = sending && !sending->sending;
  for (QueuedWrite& lost : std::exchange(missing_, {})) {
    if (find(lost.token)) continue;
    if (caching::find(news.writes, lost.token)) {
      missing_.push_back(std::move(lost));
      continue;
    }
    restore(lost);
    const auto later =
        std::upper_bound(writes_.begin(), writes_.end(), lost.since,
                         [](double since, const QueuedWrite& write) { return since < write.since; });
    writes_.insert(later, std::move(lost));
    is_amended = true;
  }
  if (is_amended) save();
  if (!writes_.empty()) show();
  return news;
}

// Another tab has told which id a temporary one has become. Between two of its changes this tab
// may have shown the row as it was queued: nothing is to stay of that (12.3).
void Outbox::take_id(const json::Member& named) {
  const std::optional<Id> id = read_id(named.value);
  if (!id || newest(named.name)) return;
  lists_.identify(named.name, *id);
  vanish(named.name);
}

void Outbox::forget_missing() {
  for (const QueuedWrite& write : std::exchange(missing_, {})) strand(write.callers);
}

// Whatever has become of the cache, what is queued is shown (12.8).
void Outbox::show() {
  for (const QueuedWrite& write : writes_) {
    if (write.hidden) continue;
    journal_.show_again(write.key());
    if (write.removes()) {
      if (journal_.shows_deleted(write.key()))
        journal_.took_from_lists(write.key(), lists_.remove(write.key()));
    } else if (!write.list.empty() && !journal_.shows_deleted(write.key()) && store_.has(write.key())) {
      lists_.append(write.list, write.id);
    }
  }
}

QueuedWrite* Outbox::newest(const std::string& key) {
  const auto found = std::find_if(writes_.rbegin(), writes_.rend(),
                                  [&](const QueuedWrite& write) { return write.key() == key; });
  return found == writes_.rend() ? nullptr : &*found;
}

// The next one of its record; nullptr: there is none.
QueuedWrite* Outbox::behind(const QueuedWrite& write) {
  const auto next = std::find_if(writes_.begin() + (&write - writes_.data()) + 1, writes_.end(),
                                 [&](const QueuedWrite& other) { return other.key() == write.key(); });
  return next == writes_.end() ? nullptr : &*next;
}

QueuedWrite* Outbox::find(const std::string& token) { return caching::find(writes_, token); }

bool Outbox::save() {
  for (QueuedWrite& write : writes_) {
    const State* confirmed = journal_.confirmed(write.key());
    if (confirmed && !write.is_create()) write.base = *confirmed;
  }
  for (const std::string& token : tokens_) {
    if (!find(token) && !json::find(news_.ended, token)) news_.ended.push_back({token, "null"});
  }
  const bool has_news = !news_.ids.empty() || !news_.ended.empty();
  if (writes_.empty() && !has_news && text_.empty()) return true;
  // Where storage is full the other tabs do not hear what was refused, but that it was: that is
  // shorter than the write.
  const bool is_written = write_text(spell_queue({writes_, news_.ids, news_.ended})) ||
                          write_text(spell_queue({writes_, news_.ids, brief(news_.ended)}));
  if (writes_.empty()) {
    store_.remove(queue_key);
    text_.clear();
  } else if (!is_written) {
    return false;
  }
  news_ = {};
  tokens_ = tokens_of(writes_);
  return true;
}

// What lies there is better than nothing. (The other tabs are to hear the news also where nothing
// is left.)
bool Outbox::write_text(const std::string& text) {
  if (text != text_ && !store_.write_or_leave(queue_key, text)) return false;
  text_ = text;
  return true;
}

bool Outbox::keep(QueuedWrite write, const page::Sent& sent) {
  refresh();
  QueuedWrite* queued = newest(write.key());
  // Another tab has queued a delete of which this one has heard since it sent the change.
  if (queued && queued->method == Method::remove && write.sequence < queued->sequence) {
    journal_.leave(write.key(), write.sequence);
    strand(write.callers);
    return true;
  }
  // A patch changes what waits. But of a row that was to be deleted it has all that the model has.
  if (queued && queued->method == Method::remove && write.method == Method::patch) {
    write.method = Method::update;
    write.attributes = sent.attributes;
    write.body = sent.body;
  }
  if (queued && !queued->sending && can_fold(*queued, write)) return lay_over(*queued, std::move(write));
  const std::string key = write.key(), token = write.token;
  writes_.insert(writes_.begin() + place_of(write), std::move(write));
  if (save()) {
    show_for_good(key);
    return true;
  }
  std::erase_if(writes_, [&](const QueuedWrite& kept) { return kept.token == token; });
  return false;
}

// Behind what was sent before it, which may have been lost later; and behind each create, of whose
// row it may be.
std::ptrdiff_t Outbox::place_of(const QueuedWrite& write) const {
  const auto is_before = [&](const QueuedWrite& other) {
    return other.sending || other.is_create() || other.key() == write.key() ||
           other.sequence < write.sequence;
  };
  return writes_.rend() - std::find_if(writes_.rbegin(), writes_.rend(), is_before);
}

// Makes one write of one that waits and a later one of the same record (12.5).
bool Outbox::lay_over(QueuedWrite& queued, QueuedWrite write) {
  const QueuedWrites before = writes_;
  const std::string key = write.key();
  const Sequence former = queued.sequence, sequence = write.sequence;
  std::vector<int> callers = queued.callers;
  callers.insert(callers.end(), write.callers.begin(), write.callers.end());
  const page::Sent both = sent_by(write, queued);
  const bool is_left = fold(queued, std::move(write), both);
  if (!is_left) {
    writes_.erase(writes_.begin() + (&queued - writes_.data()));
    // A crash after that shows the create again.
    vanish(key);
  }
  if (!save()) {
    writes_ = before;
    return false;
  }
  if (is_left) {
    journal_.leave(key, newest(key)->sequence == sequence ? former : sequence);
    show_for_good(key);
    put_back(*newest(key));
    return true;
  }
  journal_.leave(key, former);
  journal_.leave(key, sequence);
  strand(callers);
  return true;
}

// A row that was to be deleted is to be saved: its id comes back to its lists.
void Outbox::put_back(QueuedWrite& write) {
  if (write.hidden || write.method == Method::remove) return;
  for (const Place& place : std::exchange(write.places, {})) lists_.restore(place);
}

// It may wait for longer than a record lives.
void Outbox::show_for_good(const std::string& key) {
  number_in_order(key);
  const QueuedWrite* queued = newest(key);
  if (queued && !queued->hidden) journal_.amend(key, queued->sequence, queued->change(), false);
}

// What lies behind another write of its record is shown over that, whenever this tab has heard of
// the two. What is being sent comes before all others.
void Outbox::number_in_order(const std::string& key) {
  Sequence former = 0;
  for (const QueuedWrite& write : writes_) {
    if (write.key() == key && write.sending) former = std::max(former, write.sequence);
  }
  for (QueuedWrite& write : writes_) {
    if (write.key() != key || write.sending) continue;
    if (write.sequence < former) {
      journal_.leave(key, write.sequence);
      write.sequence = sequences_.next();
      journal_.restore(key, write.sequence, write.base, write.change(), write.hidden);
    }
    former = write.sequence;
  }
}

void Outbox::strand(const std::vector<int>& callers) {
  stranded_.insert(stranded_.end(), callers.begin(), callers.end());
}

void Outbox::vanish(const std::string& key) {
  store_.remove(key);
  lists_.remove(key);
}

void Outbox::begin_sending(const std::string& token) {
  sending_ = token;
  if (QueuedWrite* write = find(token)) write->sending = true;
  save();
}

void Outbox::end_sending(const std::string& token) {
  sending_.clear();
  refresh();
  QueuedWrite* first = find(token);
  if (!first) return;
  first->sending = false;
  const std::string key = first->key();
  while (QueuedWrite* next = behind(*first)) {
    if (!can_fold(*first, *next)) break;
    const Sequence former = first->sequence, later = next->sequence;
    QueuedWrite folded = std::move(*next);
    writes_.erase(writes_.begin() + (next - writes_.data()));
    first = find(token);
    const std::vector<int> callers = folded.callers;
    const page::Sent sent = sent_by(folded, *first);
    const bool is_left = fold(*first, std::move(folded), sent);
    journal_.leave(key, is_left && first->sequence == former ? later : former);
    if (is_left) {
      journal_.amend(key, first->sequence, first->change(), first->hidden);
      continue;
    }
    journal_.leave(key, later);
    strand(callers);
    strand(first->callers);
    writes_.erase(writes_.begin() + (first - writes_.data()));
    vanish(key);
    break;
  }
  save();
}

void Outbox::confirm(const QueuedWrite& sent, bool is_old, const std::string& token) {
  QueuedWrite* write = find(sent.token);
  const bool is_same = write && write->method == sent.method && write->attributes == sent.attributes;
  if (!write || (is_same && !is_old)) {
    erase(sent.token);
    return;
  }
  if (write->is_create()) {
    write->url = url_of_row(write->url, write->id);
    json::Object named;
    named.add(write->id_attribute, json::spell(write->id));
    write->attributes = json::merged(write->attributes, named.text());
  }
  if (write->method != Method::remove) write->method = Method::update;
  write->token = token;
  write->sending = write->changed = false;
  write->callers.clear();
  restore(*write);
  number_in_order(std::string(write->key()));
  sending_.clear();
  save();
}

bool Outbox::erase(const std::string& token, const std::string& rejected) {
  if (sending_ == token) sending_.clear();
  std::erase_if(writes_, [&](const QueuedWrite& write) { return write.token == token; });
  if (rejected != "null") news_.ended.push_back({token, rejected});
  const bool is_saved = save();
  // A storage may swallow what it is given.
  refresh();
  return is_saved && !find(token);
}

bool Outbox::identify(const std::string& temporary, const Id& id) {
  refresh();
  bool is_mentioned = false;
  for (QueuedWrite& write : writes_) {
    is_mentioned = caching::identify(write, temporary, id) || is_mentioned;
  }
  if (!is_mentioned) return false;
  lists_.identify(temporary, id);
  journal_.move(temporary, id);
  number_in_order(id.text);
  for (const QueuedWrite& write : writes_) {
    journal_.amend(write.key(), write.sequence, write.change(), write.hidden);
  }
  // Somebody may have deleted it under the id that a list has told.
  if (journal_.shows_deleted(id.text)) journal_.took_from_lists(id.text, lists_.remove(id.text));
  return true;
}

void Outbox::save_bases() {
  if (!writes_.empty()) save();
}

void Outbox::forget() {
  for (const QueuedWrite& write : writes_) strand(write.callers);
  writes_.clear();
  forget_missing();
  tokens_.clear();
  news_ = {};
  text_.clear();
}

void Outbox::tidy() {
  if (text_.empty() || !writes_.empty()) return;
  store_.remove(queue_key);
  text_.clear();
}

}  // namespace caching
