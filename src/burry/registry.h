// The namespaces that were created on this origin (contract 2.3).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "page/page.h"

namespace burry {

class Registry {
 public:
  explicit Registry(const page::Page& page) : page_(page) {}

  // Puts a namespace on record. Rubbish that lies in its place is written over.
  page::Wrote add(const std::string& ns);
  // Whether a namespace, also "", lies there.
  bool has(const std::string& ns) const;
  // How often this page has emptied a namespace.
  int flushes(const std::string& ns) const;
  void count_flush(const std::string& ns) { ++flushes_[ns]; }
  // Those on record, "" always first. Rubbish holds none. (2012 put a namespace that
  // was given as a number on record as that number.)
  std::vector<std::string> names() const;
  // The same, and those that this page has created and somebody struck off since.
  std::vector<std::string> known() const;

 private:
  page::Page page_;
  std::vector<std::string> created_here_;
  std::map<std::string, int> flushes_;
};

}  // namespace burry
