// Which records of a namespace this page has used how long ago, and which of them go when
// the quota is reached (contract 8.3, `evict`). A read writes nothing for it: what was not
// used since the page was loaded counts as used before all else, what expires first as the
// oldest.
#pragma once

#include <map>
#include <set>
#include <string>

#include "burry/store.h"
#include "sync/journal.h"
#include "sync/lists.h"

namespace caching {

class Recency final : public burry::Evictor {
 public:
  Recency(burry::Store& store, Lists& lists, Journal& journal)
      : store_(store), lists_(lists), journal_(journal) {}

  // A record, or a list with all its rows, was read or written.
  void used(const std::string& key) { used_[key] = ++last_; }
  // Whether what is live may go for what is written until this ends; then it is as before,
  // since a call may be made while another one is at work.
  class Allowed {
   public:
    Allowed(Recency& recency, bool evict)
        : store_(recency.store_), before_(store_.set_evictor(evict ? &recency : nullptr)) {}
    Allowed(const Allowed&) = delete;
    ~Allowed() { store_.set_evictor(before_); }

   private:
    burry::Store& store_;
    burry::Evictor* const before_;
  };
  // Removes the eighth of the records that was used least recently, and the lists that would
  // lack one. What is pending stays, and the rows of a list that is being written.
  bool evict(const Keys& kept) override;
  void forget() { used_.clear(); }

 private:
  using Use = unsigned;
  using Uses = std::map<std::string, Use>;
  Uses uses();
  std::set<std::string> to_stay(const Keys& kept);

  burry::Store& store_;
  Lists& lists_;
  Journal& journal_;
  Use last_ = 0;
  Uses used_;
};

}  // namespace caching
