// What other tabs do to a namespace (contract 13). The browser tells of each change of a key
// of storage by an event: in their order, but late, so that storage may have moved on. What
// lies there now counts.
//
// `clear` is told where a namespace was flushed, by the word that burry::Store leaves for it,
// in place of the removals; and where all of storage was emptied and nothing of the namespace
// is there again. A list that is removed tells nothing: that is how the cache forgets, and
// the rows are where they were. So is a record: the page hears of it, but no model is
// destroyed, and no collection loses it before its list does.
#pragma once

#include <map>
#include <set>
#include <string>

#include "burry/store.h"
#include "offline/queued_write.h"
#include "sync/journal.h"
#include "sync/lists.h"

namespace caching {

// A change of one key by another tab: its text before and after. Empty: it had, or has, no text.
struct StorageEvent {
  std::string before, now;
};

class OtherTabs {
 public:
  OtherTabs(burry::Store& store, Lists& lists, Journal& journal)
      : store_(store), lists_(lists), journal_(journal) {}

  // Another tab has changed what lies in storage under this name; empty: it has emptied
  // storage. Returns what the page is to do about it, as JSON; empty: nothing.
  //
  //   {"ns":"posts","event":["remove",1]}
  //     what `sync.cache` fires, and with which arguments;
  //   {"ns":"posts","event":["change",1,{…}],"key":"1","before":"{…}","now":"{…}"}
  //     and the texts of a record, which models in use are to take;
  //   {"ns":"posts","event":["list",[1]],"key":"__ids__","ids":[1],"left":["3"],"gone":["3"],"beside":{…}}
  //     and a list, which collections in use are to take: with what has left it, those of
  //     these whose records are gone, too, and the envelope that lies beside it.
  std::string changed(const std::string& stored, StorageEvent change);
  // Another tab has changed a record of the queue. This tab shows the queue in storage as well, so there
  // may be no event of what the queue shows, or it was pending then. Models and collections take it now.
  void queue_changed(const std::string& key, const StorageEvent& change, json::Members& all);

 private:
  // These add to the news, and return whether there are any.
  bool tell_stored(const std::string& stored, StorageEvent change, json::Object& news);
  bool tell_flush(bool begins, json::Object& news);
  bool tell_expiry(const std::string& key, json::Object& news);
  bool tell(const std::string& key, StorageEvent change, json::Object& news);
  bool tell_record(const std::string& key, const StorageEvent& change, bool was_there, json::Object& news);
  bool tell_list(const std::string& key, const StorageEvent& change, bool was_there, json::Object& news);
  void add_list(json::Object& news, const std::string& list, const IdList& before, IdList now);
  json::Object begin_news() const;
  void add_ended(json::Members& all, const QueuedWrite& ended);
  void add_record(json::Members& all, const std::string& key, const std::optional<std::string>& before);

  burry::Store& store_;
  Lists& lists_;
  Journal& journal_;
  // What nobody has been told of; or only that it is removed, or not the models, whose writes
  // are pending: the next change of the same key goes on from there.
  std::map<std::string, StorageEvent> untold_;
  // Lists whose collections wait for the queue to say what has become of a temporary id.
  std::set<std::string> waiting_lists_;
  bool is_being_flushed_ = false;
};

}  // namespace caching
