// The writes of a namespace that wait for the server, as they lie in storage and as the
// journal and the lists show them (contract 12). Storage is the truth (2.7): another tab, or
// this page before it was loaded, may have queued some, or sent them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "burry/store.h"
#include "offline/queue.h"
#include "sync/journal.h"
#include "sync/lists.h"

namespace caching {

class Outbox {
 public:
  Outbox(burry::Store& store, Lists& lists, Journal& journal, Sequences& sequences)
      : store_(store), lists_(lists), journal_(journal), sequences_(sequences) {}

  // A decorator that queues was made: the first one sends what earlier pages have left.
  void open(int decorator);
  bool is_open() const { return decorator_ >= 0; }
  int decorator_of(const QueuedWrite& write) const;

  // Takes what lies in storage, and sees to it that the cache shows that.
  void refresh();
  const QueuedWrites& writes() const { return writes_; }
  // The newest of a record, or of a name; nullptr: there is none. Until the next change.
  QueuedWrite* newest(const std::string& key);
  QueuedWrite* find(const std::string& token);

  // Queues a write, or folds it into one that waits (12.5). False: storage refuses, and nothing
  // has changed. sent: what it was to send.
  bool keep(QueuedWrite write, const page::Sent& sent);
  // It is under way. Nothing is folded into it then, in any tab.
  void begin_sending(const std::string& token);
  // It came to nothing; what was queued meanwhile is folded into it, as far as that goes.
  void end_sending(const std::string& token);
  // The server has confirmed it, as it was sent. What another tab has laid over it in the same
  // instant waits on, under this new token; so does a create that was changed since a first try
  // of which the server has told (is_old).
  void confirm(const QueuedWrite& sent, bool is_old, const std::string& token);
  // It is no more, and the journal knows. rejected: what the other tabs are to hear of that (JSON).
  // False: storage refuses, and it goes on to lie there.
  bool erase(const std::string& token, const std::string& rejected = "null");
  // Puts the server's id in the place of a temporary one, in whatever mentions it. Returns
  // whether anything does.
  bool identify(const std::string& temporary, const Id& id);
  // For the other tabs, with the next change.
  void announce(const std::string& temporary, const Id& id) {
    news_.ids.push_back({temporary, json::spell(id)});
  }
  // What a refusal returns to may have changed.
  void save_bases();
  void forget();
  // Another tab has written the queue as this text (none: removed it). A write that neither is
  // there nor has ended was lost, as both tabs wrote at once, and is put back. Returns the news.
  QueueText hear(const std::optional<std::string>& text);
  // The page has slept, and not heard the other tabs; or another tab has emptied the namespace.
  void forget_missing();
  // A page that has ended may have left a record of no writes.
  void tidy();

  // Calls that waited for a write of which another page has heard, or that is part of another.
  std::vector<int> take_stranded() { return std::exchange(stranded_, {}); }
  // Those whose write another tab has sent, and the server has refused.
  std::vector<int> take_refused() { return std::exchange(refused_, {}); }

 private:
  bool save();
  bool write_text(const std::string& text);
  void take(QueuedWrites writes);
  void restore(QueuedWrite& write);
  bool is_wiped();
  void show();
  void take_id(const json::Member& named);
  bool lay_over(QueuedWrite& queued, QueuedWrite write);
  QueuedWrite* behind(const QueuedWrite& write);
  std::ptrdiff_t place_of(const QueuedWrite& write) const;
  void put_back(QueuedWrite& write);
  void show_for_good(const std::string& key);
  void number_in_order(const std::string& key);
  void strand(const std::vector<int>& callers);
  void vanish(const std::string& key);

  burry::Store& store_;
  Lists& lists_;
  Journal& journal_;
  Sequences& sequences_;
  int decorator_ = -1;
  QueuedWrites writes_;
  std::string text_;                 // what lies in storage
  std::vector<std::string> tokens_;  // of the writes there
  QueueText news_;                   // for the other tabs, without writes
  QueuedWrites missing_;             // another tab has ended them, or has written over them
  std::string sending_;              // the token of what this tab sends
  int flushes_ = 0;                  // of the namespace, that are known
  std::vector<int> stranded_, refused_;
};

}  // namespace caching
