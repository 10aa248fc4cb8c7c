// The registry in any state (BEHAVIOUR 2.3, 9.1, 9.3). An input is the name of a
// namespace, how many characters are left in storage, and what lies under
// _burry_stores_, each in a line; no third line: nothing lies there.
#include "burry/registry.h"

#include <algorithm>

#include "burry/keys.h"
#include "fuzz.h"
#include "page_in_memory.h"

namespace {

using burry::Element;

const std::string registry_key = burry::registry_key;

bool has(const std::vector<Element>& elements, const std::string& name) {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const Element& element) { return element.name == name; });
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<Element> read(const fuzz::Items& items) {
  std::vector<Element> elements;
  const auto text = items.find(registry_key);
  if (text != items.end()) burry::read_flat_array(text->second, elements);
  return elements;
}

// Whatever was on record is on record still, in its order and spelling.
void must_keep(const std::vector<Element>& before, const std::vector<Element>& after) {
  auto at = after.begin();
  for (const Element& known : before) {
    at = std::find_if(at, after.end(), [&](const Element& element) { return element.token == known.token; });
    MUST(at != after.end(), known.token);
    ++at;
  }
}

void must_be_on_record(in_memory::Page& page, burry::Registry& registry, const std::string& ns,
                       const std::vector<Element>& before) {
  const std::vector<Element> after = read(page.storage.items);
  must_keep(before, after);
  MUST(has(after, ""), page.storage.items[registry_key]);
  MUST(has(after, ns), page.storage.items[registry_key]);
  const bool had_root = has(before, ""), had_ns = has(before, ns);
  MUST(after.size() == before.size() + !had_root + (!had_ns && !ns.empty()), page.storage.items[registry_key]);
  if (!had_root) MUST(after.front().token == "\"\"");

  const fuzz::Items written = page.storage.items;
  const std::size_t writes = page.storage.writes;
  registry.add(ns);
  MUST(page.storage.items == written && page.storage.writes == writes);
  for (const Element& element : after) MUST(has(registry.names(), element.name), element.name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const std::vector<std::string> lines = fuzz::split(text, '\n', 3);
  const std::string& ns = lines[0];
  {
    in_memory::Page page;
    fuzz::Items& items = page.storage.items;
    items = {{"foreign", "foreign"}, {"1-_burry_" + ns, "1"}, {"1-_burry_exp_" + ns, "1"}};
    if (lines.size() > 2) items[registry_key] = lines[2];
    if (lines.size() > 1 && !lines[1].empty()) {
      page.storage.quota = page.storage.units() + static_cast<std::size_t>(std::abs(fuzz::whole(lines[1], 1000)));
    }
    const fuzz::Items before = items;
    const std::vector<Element> known_before = read(before);

    burry::Registry registry(page);
    const page::Wrote wrote = registry.add(ns);
    MUST(has(registry.known(), ns), ns);
    MUST(registry.names().front().empty());
    if (wrote == page::Wrote::done) must_be_on_record(page, registry, ns, known_before);
    else MUST(items == before, ns);

    fuzz::Items others = items, others_before = before;
    others.erase(registry_key);
    others_before.erase(registry_key);
    MUST(others == others_before);
  }
  MUST(in_memory::values_held() == 0);
  return 0;
}
