// What the core still needs of the page's values and names, when no call into it
// is under way. The page may forget all others, but those that are pinned.
#pragma once

#include "page/list.h"
#include "page/value.h"

namespace page {

class Reachable {
 public:
  void add(Value value) {
    if (value) numbers_.push_back(value.number());
  }
  void add(Name name) {
    if (!name.empty()) numbers_.push_back(name.number());
  }
  const List<int>& numbers() const { return numbers_; }

 private:
  List<int> numbers_;
};

}  // namespace page
