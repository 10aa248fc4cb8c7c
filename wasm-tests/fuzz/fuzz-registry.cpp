// The registry in any state (BEHAVIOUR 2.3, 9.1, 9.3). An input is the name of a
// namespace, how many characters are left in storage, and what lies under
// _burry_stores_, each in a line; no third line: nothing lies there.
#include "burry/registry.h"

#include <algorithm>

#include "fuzz.h"
#include "page_in_memory.h"

namespace {

using in_memory::registry_key;

struct Element {
  std::string name;
  bool is_text;
  bool operator==(const Element&) const = default;
};

bool has(const std::vector<Element>& elements, const std::string& name) {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const Element& element) { return element.name == name; });
}

std::vector<Element> read(const fuzz::Items& items) {
  std::vector<Element> elements;
  const auto item = items.find(registry_key);
  if (item == items.end()) return elements;
  in_memory::Arrays arrays;
  const page::Value text = in_memory::value(item->second);
  if (!arrays.is_flat(text)) return elements;
  for (const page::Id& id : arrays.ids(text)) elements.push_back({in_memory::text(id.name), id.is_text});
  return elements;
}

// Whatever was on record is on record still, in its order, a number as a number.
void must_keep(const std::vector<Element>& before, const std::vector<Element>& after) {
  auto at = after.begin();
  for (const Element& known : before) {
    at = std::find(at, after.end(), known);
    MUST(at != after.end(), known.name);
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
  if (!had_root) MUST((after.front() == Element{"", true}));

  const fuzz::Items written = page.storage.items;
  const std::size_t writes = page.storage.writes;
  registry.add(ns);
  MUST(page.storage.items == written && page.storage.writes == writes);
  for (const Element& element : after) MUST(registry.names().contains(element.name), element.name);
}

// A browser's JSON reads lone surrogates, this one does not.
bool is_readable(const std::string& name) {
  in_memory::Json json;
  return static_cast<bool>(json.parse(json.stringify(in_memory::value(name))));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const std::vector<std::string> lines = fuzz::split(text, '\n', 3);
  const std::string& ns = lines[0];
  if (!is_readable(ns)) return 0;
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
    MUST(registry.known().contains(ns), ns);
    in_memory::sweep({});
    MUST(registry.names().front().empty());
    if (wrote == page::Wrote::done) must_be_on_record(page, registry, ns, known_before);
    else MUST(items == before, ns);

    fuzz::Items others = items, others_before = before;
    others.erase(registry_key);
    others_before.erase(registry_key);
    MUST(others == others_before);
  }
  in_memory::forget_all();
  return 0;
}
