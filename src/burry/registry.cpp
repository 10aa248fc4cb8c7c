#include "burry/registry.h"

#include <algorithm>

#include "burry/flat_array.h"
#include "burry/keys.h"

namespace burry {
namespace {

// The registry never expires, so nothing ever lies under this key.
const std::string no_expiry_key = "";

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void Registry::add(const std::string& ns) {
  if (!contains(created_here_, ns)) created_here_.push_back(ns);
  const page::Value before = page_.storage.read(registry_key, no_expiry_key).text;
  std::vector<std::string> names = this->names();
  if (!contains(names, ns)) {
    names.push_back(ns);
  } else if (before) {
    return;
  }
  std::vector<Element> elements;
  for (const std::string& name : names) {
    const page::Value token = page_.json.stringify(page_.json.text(name));
    elements.push_back({page_.json.copy(token), name});
  }
  page_.storage.write(registry_key, page_.json.text(write_flat_array(elements)), no_expiry_key,
                      page::never);
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names = {""};
  const page::Value text = page_.storage.read(registry_key, no_expiry_key).text;
  std::vector<Element> elements;
  if (!text || !read_flat_array(page_.json.copy(text), elements)) return names;
  for (const Element& element : elements) {
    if (element.is_text() && !contains(names, element.name)) names.push_back(element.name);
  }
  return names;
}

std::vector<std::string> Registry::known() const {
  std::vector<std::string> names = this->names();
  for (const std::string& ns : created_here_) {
    if (!contains(names, ns)) names.push_back(ns);
  }
  return names;
}

}  // namespace burry
