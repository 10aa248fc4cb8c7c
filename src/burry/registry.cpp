#include "burry/registry.h"

#include <algorithm>

#include "burry/keys.h"
#include "json/json.h"

namespace burry {
namespace {

// Those of the registry, or none where there is none or rubbish.
json::Scalars read(page::Storage& storage) {
  const std::optional<std::string> text = storage.get(registry_key);
  return text ? json::read_flat_array(*text).value_or(json::Scalars()) : json::Scalars();
}

bool contains(const json::Scalars& names, const std::string& ns) {
  return std::any_of(names.begin(), names.end(), [&](const json::Scalar& name) { return name.text == ns; });
}

void add_missing(std::vector<std::string>& names, const std::string& ns) {
  if (std::find(names.begin(), names.end(), ns) == names.end()) names.push_back(ns);
}

}  // namespace

page::Wrote Registry::add(const std::string& ns) {
  add_missing(created_here_, ns);
  const json::Scalars before = read(page_.storage);
  const bool is_rooted = contains(before, ""), is_known = ns.empty() || contains(before, ns);
  if (is_rooted && is_known) return page::Wrote::done;
  json::Scalars names;
  if (!is_rooted) names.push_back({});
  for (const json::Scalar& name : before) names.push_back(name);
  if (!is_known) names.push_back({ns});
  return page_.storage.set(registry_key, json::spell(names));
}

bool Registry::has(const std::string& ns) const { return contains(read(page_.storage), ns); }

int Registry::flushes(const std::string& ns) const {
  const auto found = flushes_.find(ns);
  return found == flushes_.end() ? 0 : found->second;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names = {""};
  for (const json::Scalar& name : read(page_.storage)) add_missing(names, name.text);
  return names;
}

std::vector<std::string> Registry::known() const {
  std::vector<std::string> names = this->names();
  for (const std::string& ns : created_here_) add_missing(names, ns);
  return names;
}

}  // namespace burry
