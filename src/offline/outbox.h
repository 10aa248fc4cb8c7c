// The queued writes of a namespace: in storage, where each is a record of its own, and in the journal
// and the lists, which show them (contract 12.4, 12.8).
//
//   __queue__            a stamp, which changes with the queue; it is there while the queue has entries
//   __queue__<token>     a queued write (queued_write.h), or what has become of one that ends:
//                        {"ended":{…}}, which the other tabs learn before it is removed
//   __queue___new_<token>  the id that a temporary one has become: {"id":7,"at":0}
//
// Storage is the truth (2.7): another tab, or an earlier page, may have queued some, or sent them. One
// getItem of the stamp says whether to read the queue again, so no step depends on how many writes wait.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "burry/store.h"
#include "json/json.h"
#include "offline/queued_write.h"
#include "sync/journal.h"
#include "sync/lists.h"

namespace caching {

// Returns the key of a queued write in its namespace, and of the id of a temporary one.
std::string key_of_entry(const std::string& token);
std::string key_of_id(const std::string& temporary);

class Outbox {
 public:
  // In the order in which the writes were made.
  using Order = std::pair<double, std::string>;
  using Writes = std::map<Order, QueuedWrite>;

  Outbox(burry::Store& store, Lists& lists, Journal& journal, Sequences& sequences)
      : store_(store), lists_(lists), journal_(journal), sequences_(sequences) {}

  // Reads the queue, and shows it. decorator: one that may send what earlier pages have left. page: the
  // name of this page. now: in milliseconds since the epoch.
  void open(int decorator, const std::string& page, double now);
  bool is_open() const { return decorator_ >= 0; }
  bool is_empty() const { return writes_.empty(); }
  int decorator_of(const QueuedWrite& write) const;
  const std::string& page() const { return page_; }

  // Reads the queue again if its stamp has changed.
  void refresh();
  // Reads one write again, of which another tab has reported a change.
  void refresh(const std::string& token);
  // Writes a record, or the rows of a list, to storage again, where somebody else has changed them.
  void show(const std::string& key);
  void show_rows_of(const std::string& list);

  const Writes& writes() const { return writes_; }
  int count_pending() const;
  // Returns the number of writes that nobody sends if the namespace was cleared: the pending ones, and
  // those that are gone for a reason which no event has told yet.
  int count_lost() const { return count_pending() + static_cast<int>(missing_.size()); }
  // Each of these pointers is valid until the queue changes; nullptr: there is none.
  QueuedWrite* find(const std::string& token);
  QueuedWrite* oldest(const std::string& key);
  QueuedWrite* newest(const std::string& key);
  std::vector<std::string> tokens_of(const std::string& key) const;
  // Returns the ids of the unsent creates that a list shows.
  Keys rows_of(const std::string& list) const;
  // True if a create is queued under this temporary id.
  bool has_create(const std::string& temporary);

  // Appends a write, and assigns its order: before it is sent (12.4). Returns false if storage refuses;
  // nothing has changed then.
  bool add(QueuedWrite write);
  // Folds a write into the newest one of its record (12.5). Returns false if storage refuses.
  bool fold(const QueuedWrite& write, const page::Sent& sent);
  // Starts another request of a write, behind which confirmed ones are sent again. From now on nothing is
  // folded into it, in any tab.
  void begin_try(const std::string& token, double now);
  // The request had no answer, and the write waits. is_unsent: no server can know of the request, so it
  // was no try.
  void lose(const std::string& token, bool is_unsent);
  // The server has confirmed the write, and the journal has its answer. Removes the write and what it
  // supersedes, or keeps it until the older ones have an answer. What was made after it is laid over the
  // answer (12.5).
  void confirm(const std::string& token);
  // Removes a write. ended: JSON for the other tabs, about a refusal.
  bool remove(const std::string& token, const std::string& ended = {});
  // Makes the writes wait that were in flight in pages which have ended.
  void release_ended(const std::set<std::string>& living);
  // The same where no browser can say which pages live: a request ends after a while.
  void release_old(double now);
  // True if a write of this record is in flight.
  bool has_try(const std::string& key) const;
  // True if a write is in flight in another page.
  bool has_foreign_try() const;

  // The server's id of a temporary one.
  const Id* known_id(const std::string& temporary) const;
  // Puts the server's id in the place of a temporary one, in whatever mentions it. is_home: the create
  // was made in this namespace. Returns true if anything changed.
  bool identify(const std::string& temporary, const Id& id, bool is_home, double now);
  // Replaces a write by the same one with known ids. Returns it.
  QueuedWrite* rename(const QueuedWrite& named);
  // A refusal returns to the confirmed state of this record, which has changed.
  void save_base(const std::string& key);

  // The namespace is empty.
  void forget();
  // Another tab has changed a key of the queue to this text; none: it has removed the key. Believes it
  // only about temporary ids and tokens that this page knows (12.19).
  struct Learnt {
    std::string rejected;   // JSON of what `reject` fires; empty: nothing was rejected
    std::string temporary;  // the temporary id that has become known; empty: none has
    Id id;
  };
  Learnt learn(const std::string& key, const std::optional<std::string>& now);
  // No event will say what has become of the writes that are gone.
  void forget_missing();

  // Calls that waited for a write that another page has ended, or that is part of another.
  std::vector<int> take_orphans() { return std::exchange(orphans_, {}); }
  // Calls whose write another page has sent, and the server has refused.
  std::vector<int> take_refused() { return std::exchange(refused_, {}); }

 private:
  void reload();
  void reload_if_changed();
  void take(const std::string& token, const std::string& text, std::set<std::string>& changed);
  void drop(const std::string& token);
  void hide_ending(const std::string& temporary);
  void take_id(const std::string& temporary, const std::string& text);
  void remove_old_ids(double now);
  void finish_identified();
  void finish_confirmed();
  bool knows(const std::string& temporary);
  std::set<Order> concerned_by(const std::string& temporary) const;
  void release(const std::vector<std::string>& tokens);
  std::optional<std::string> confirmed_text(const std::string& key);
  bool supersede_older(const QueuedWrite& confirmed);
  void rebase_next(const QueuedWrite& confirmed);
  bool is_wiped();
  bool is_ending(const QueuedWrite& write) const;
  bool is_hidden_create(const QueuedWrite& write) const;
  bool is_shown_here(const QueuedWrite& write) const;
  std::vector<std::string> shown_tokens(const std::string& key);
  void show_listed(const std::string& key);

  QueuedWrite& insert(QueuedWrite write);
  void erase(const std::string& token);
  void index(const QueuedWrite& write);
  void unindex(const QueuedWrite& write);
  bool put(QueuedWrite& write);
  void stamp_changes();
  void write_stamp();
  void remove_stamp();
  void save_ids();
  void wait_again(const std::string& token);
  bool repeat_confirmed(const std::string& key, const std::string& older);
  bool fold_into(const std::string& token, const QueuedWrite& write, const page::Sent& sent);
  void fold_untried(const std::string& key);
  void unjournal(const std::string& key);
  void arrange(const std::string& key);
  void put_back(const Places& places);
  void remove_row(const std::string& key);
  void orphan_callers(const std::vector<int>& callers);

  burry::Store& store_;
  Lists& lists_;
  Journal& journal_;
  Sequences& sequences_;
  int decorator_ = -1;
  std::string page_, stamp_;
  unsigned changes_ = 0;       // by this page
  bool is_changed_ = false;    // by this page, since it has written the stamp
  bool is_finishing_ = false;  // writes that the server has answered
  Writes writes_;
  std::map<std::string, Order> orders_;               // by token
  std::map<std::string, std::set<Order>> of_record_;  // by key
  std::map<std::string, std::set<Order>> mentions_;   // by temporary id
  std::map<std::string, std::set<Order>> of_list_;    // creates, by list
  std::map<std::string, Id> ids_;                     // by temporary id
  json::Members unsaved_ids_;                         // their records, which storage had no room for
  std::map<std::string, std::vector<int>> missing_;   // callers, by token: another tab has ended the write
  int flushes_ = 0;                                   // of the namespace, that are known
  bool is_on_record_ = false;                         // nobody has emptied the whole storage
  double last_since_ = 0;
  std::vector<int> orphans_, refused_;
};

}  // namespace caching
