#include "burry/registry.h"

#include "burry/keys.h"

namespace burry {

page::Wrote Registry::add(page::Name ns) {
  ns = page_.texts.pinned(ns);
  if (!created_here_.contains(ns)) created_here_.push_back(ns);
  page::Value names = read();
  const page::Name root;
  const bool is_rooted = page_.arrays.position(names, root) >= 0;
  const bool is_known = page_.arrays.position(names, ns) >= 0;
  if (is_rooted && (is_known || ns == root)) return page::Wrote::done;
  if (!is_rooted) names = page_.arrays.inserted(names, 0, {root, true});
  if (!is_known && ns != root) {
    names = page_.arrays.inserted(names, page_.arrays.size(names), {ns, true});
  }
  return page_.storage.write(no_ends, registry_key, names, page::never);
}

page::Names Registry::names() const {
  page::Names names = {page::Name()};
  for (const page::Id& id : page_.arrays.ids(read())) {
    if (!names.contains(id.name)) names.push_back(id.name);
  }
  return names;
}

page::Names Registry::known() const {
  page::Names names = this->names();
  for (const page::Name ns : created_here_) {
    if (!names.contains(ns)) names.push_back(ns);
  }
  return names;
}

page::Value Registry::read() const {
  const page::Value text = page_.storage.text(no_ends, registry_key);
  return text && page_.arrays.is_flat(text) ? text : page_.arrays.array({});
}

}  // namespace burry
