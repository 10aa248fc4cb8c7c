// The namespaces that were created on this origin (BEHAVIOUR 2.3).
#pragma once

#include "page/page.h"

namespace burry {

class Registry {
 public:
  explicit Registry(const page::Page& page) : page_(page) {}

  // Puts a namespace on record. Rubbish that lies in its place is written over.
  page::Wrote add(page::Name ns);
  // Those on record, "" always first. Rubbish holds none. (2012 put a namespace
  // that was given as a number on record as that number.)
  page::Names names() const;
  // The same, and those that this page has created and somebody struck off since.
  page::Names known() const;

 private:
  // The text, or that of an empty array where there is none or rubbish.
  page::Value read() const;

  const page::Page& page_;
  page::Names created_here_;
};

}  // namespace burry
