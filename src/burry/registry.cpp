#include "burry/registry.h"

#include <algorithm>

#include "burry/keys.h"

namespace burry {
namespace {

// The registry never expires, so nothing ever lies under this key.
const std::string no_expiry_key = "";

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool lists(const std::vector<Element>& elements, const std::string& name) {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const Element& element) { return element.name == name; });
}

}  // namespace

page::Wrote Registry::add(const std::string& ns) {
  if (!contains(created_here_, ns)) created_here_.push_back(ns);
  std::vector<Element> elements = read();
  const bool rooted = lists(elements, "");
  if (rooted && lists(elements, ns)) return page::Wrote::done;
  if (!rooted) elements.insert(elements.begin(), {"\"\"", ""});
  const std::string token = spell(ns);
  // A name with a lone surrogate could not be read back, and with it nobody's.
  if (std::vector<Element> back; !read_flat_array('[' + token + ']', back)) return page::Wrote::refused;
  if (!lists(elements, ns)) elements.push_back({token, ns});
  return page_.storage.write(registry_key, page_.json.text(write_flat_array(elements)),
                             no_expiry_key, page::never);
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names = {""};
  for (const Element& element : read()) {
    if (!contains(names, element.name)) names.push_back(element.name);
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

std::vector<Element> Registry::read() const {
  std::vector<Element> elements;
  const page::Value text = page_.storage.read(registry_key, no_expiry_key).text;
  if (text) read_flat_array(page_.json.copy(text), elements);
  return elements;
}

std::string Registry::spell(const std::string& ns) const {
  return page_.json.copy(page_.json.stringify(page_.json.text(ns)));
}

}  // namespace burry
