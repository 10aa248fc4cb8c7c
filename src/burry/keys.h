// The one place that knows how keys are spelled in localStorage (BEHAVIOUR 2).
#pragma once

#include "page/page.h"

namespace burry {

// The names of all namespaces, as a JSON array (2.3), under a key of its own.
inline const page::Name registry_key = page::pin("_burry_stores_");
inline constexpr page::Ends no_ends = {};

// The keys of one namespace.
class Keys {
 public:
  // The page is to keep the names of a namespace for ever.
  Keys(page::Texts& texts, page::Name ns);

  page::Name ns() const { return ns_; }
  const page::Ends& ends() const { return ends_; }

  // A namespace named `exp_x` or `a-_burry_x` spells its records like the
  // expiries or records of `x`. It may read them, and never writes (9.4).
  bool shadows_another() const { return shadows_another_; }

 private:
  page::Name ns_;
  page::Ends ends_;
  bool shadows_another_;
};

}  // namespace burry
