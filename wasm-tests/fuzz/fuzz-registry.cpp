// The registry in any state (contract 2.3, 9.1, 9.3). An input is the name of a
// namespace, how many characters are left in storage, and what lies under
// _burry_stores_, each in a line; no third line: nothing lies there.
#include <algorithm>

#include "burry/registry.h"
#include "fuzz.h"
#include "json/json.h"
#include "page_in_memory.h"

namespace {

using in_memory::registry_key;

bool has(const json::Scalars& elements, const std::string& name) {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const json::Scalar& element) { return element.text == name; });
}

json::Scalars read(const fuzz::Items& items) {
  const auto item = items.find(registry_key);
  if (item == items.end()) return {};
  json::Scalars elements = json::read_flat_array(item->second).value_or(json::Scalars());
  // An escaped half of a character may meet one that is not.
  for (json::Scalar& element : elements) element.text = in_memory::to_utf8(in_memory::to_utf16(element.text));
  return elements;
}

bool contains(const std::vector<std::string>& names, const std::string& ns) {
  return std::find(names.begin(), names.end(), ns) != names.end();
}

// Whatever was on record is on record still, in its order, a number as a number.
void must_keep(const json::Scalars& before, const json::Scalars& after) {
  auto at = after.begin();
  for (const json::Scalar& known : before) {
    at = std::find(at, after.end(), known);
    MUST(at != after.end(), known.text);
    ++at;
  }
}

void must_be_on_record(in_memory::Page& page, burry::Registry& registry, const std::string& ns,
                       const json::Scalars& before) {
  const json::Scalars after = read(page.storage.items);
  must_keep(before, after);
  MUST(has(after, ""), page.storage.items[registry_key]);
  MUST(has(after, ns), page.storage.items[registry_key]);
  const bool had_root = has(before, ""), had_ns = has(before, ns);
  MUST(after.size() == before.size() + !had_root + (!had_ns && !ns.empty()),
       page.storage.items[registry_key]);
  if (!had_root) MUST((after.front() == json::Scalar{"", true}));

  const fuzz::Items written = page.storage.items;
  const std::size_t writes = page.storage.writes;
  registry.add(ns);
  MUST(page.storage.items == written && page.storage.writes == writes);
  const std::vector<std::string> names = registry.names();
  for (const json::Scalar& element : after) MUST(contains(names, element.text), element.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const std::vector<std::string> lines = fuzz::split(text, '\n', 3);
  const std::string& ns = lines[0];

  in_memory::Page page;
  fuzz::Items& items = page.storage.items;
  items = {{"foreign", "foreign"}, {"1-_burry_" + ns, "1"}, {"1-_burry_exp_" + ns, "1"}};
  if (lines.size() > 2) items[registry_key] = lines[2];
  if (lines.size() > 1 && !lines[1].empty()) {
    page.storage.quota =
        page.storage.units() + static_cast<std::size_t>(std::abs(fuzz::whole(lines[1], 1000)));
  }
  const fuzz::Items before = items;
  const json::Scalars known_before = read(before);

  burry::Registry registry(page);
  const page::Wrote wrote = registry.add(ns);
  MUST(contains(registry.known(), ns), ns);
  MUST(registry.names().front().empty());
  if (wrote == page::Wrote::done) must_be_on_record(page, registry, ns, known_before);
  else MUST(items == before, ns);

  fuzz::Items others = items, others_before = before;
  others.erase(registry_key);
  others_before.erase(registry_key);
  MUST(others == others_before);
  return 0;
}
