// What other tabs do to a namespace (BEHAVIOUR 13). The browser tells of each change of a key
// of storage by an event: in their order, but late, so that storage may have moved on. What
// lies there now counts.
//
// `clear` is told where a namespace was flushed, by the word that burry::Store leaves for it,
// in place of the removals; and where all of storage was cleared and nothing of the
// namespace is there again. A list that is removed tells nothing: that is how the cache
// forgets, and the rows are where they were. So is a record; the page hears of it, but no
// model is destroyed and no collection loses it before its list does.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "burry/store.h"
#include "sync/journal.h"
#include "sync/lists.h"

namespace caching {

// Of what lay under a key, and of what lies there since; none: nothing.
struct Change {
  std::optional<std::string> before, now;
};

// What the page is to do about a change. Each text is JSON; empty: nothing.
struct News {
  std::string ns;
  // An array: what `sync.cache` fires, and with which arguments.
  std::string event;
  // What models in use are to take: the key of a record, and its texts.
  //   {"key":"1","before":"{…}","now":"{…}"}
  std::string record;
  // What collections in use are to take: the key of a list, its ids, the keys that have left
  // it, those of them whose records are gone, too, and the envelope that lies beside it.
  //   {"key":"__ids__","ids":[1,2],"left":["3"],"gone":["3"],"answer":"{…}","headers":"{…}"}
  std::string list;

  std::string text() const;
};

class OtherTabs {
 public:
  OtherTabs(burry::Store& store, Lists& lists, Journal& journal)
      : store_(store), lists_(lists), journal_(journal) {}

  // Another tab has changed what lies in storage under this name.
  std::optional<News> changed(const std::string& stored, Change change);
  // Another tab has emptied storage.
  std::optional<News> cleared();

 private:
  using Told = std::optional<News>;
  // What nobody has been told of, or only that it is removed: the next change of the same key
  // goes on from there.
  struct Untold {
    Change change;
    bool is_removal_told = false;
  };
  bool go_on_from_untold(const std::string& key, Change& change);
  Told tell(const std::string& key, const Change& change, bool was_removed);
  Told expiry_changed(const std::string& key);
  Told flushed(bool begins);
  Told record_changed(const std::string& key, const Change& change, bool was_removed);
  Told list_changed(const std::string& list, const Change& change, bool was_removed);
  Told tell_list(const std::string& list, const IdList& before, const IdList& now);
  Told news(std::string event) const;
  void remember(const std::string& key, Untold untold);
  bool is_up_to_date(const std::string& key, const Change& change);

  burry::Store& store_;
  Lists& lists_;
  Journal& journal_;
  std::map<std::string, Untold> untold_;
  bool is_being_flushed_ = false;
};

}  // namespace caching
