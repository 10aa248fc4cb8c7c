// What the server confirmed while older reads are still under way, so that
// their late answers are known for what they are (BEHAVIOUR 5.2 and 5.3).
#pragma once

#include <string>
#include <vector>

#include "sync/journal.h"

namespace caching {

class History {
 public:
  // A read is under way from its number until it has ended.
  void begin_read(Sequence sequence) { reads_.push_back(sequence); }
  void end_read(Sequence sequence);

  // The call of this number told what a record (or a list) is now, or that it is
  // gone. Remembered only as long as an older read is under way.
  void note(const std::string& name, Sequence sequence, bool deleted);
  // Whether somebody may ask for what is noted of a call of this number.
  bool is_wanted(Sequence sequence) const;
  // Whether a record or a list was told newer than by the call of this number.
  bool has_newer(const std::string& name, Sequence sequence) const;

  struct Newer {
    std::string name;
    Sequence sequence;
    bool deleted;
  };
  const std::vector<Newer>& noted() const { return noted_; }
  void clear() { noted_.clear(); }

 private:
  std::vector<Sequence> reads_;
  std::vector<Newer> noted_;
};

}  // namespace caching
