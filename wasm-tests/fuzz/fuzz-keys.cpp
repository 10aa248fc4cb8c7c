// How keys are spelled (BEHAVIOUR 2.1, 2.2, 9.4), and how a page's text becomes
// the core's and back. An input is two namespaces, each in a line, and a key.
#include "burry/keys.h"

#include "fuzz.h"
#include "page_in_memory.h"

namespace {

struct Space {
  std::string ns;
  in_memory::Keys keys;
  bool shadows_another;
};

Space space_of(const std::string& ns) {
  in_memory::Texts texts;
  const burry::Keys keys(texts, ns);
  MUST(in_memory::text(keys.ns()) == ns, ns);
  MUST(keys.shadows_another() == (ns.starts_with("exp_") || ns.find("-_burry_") != ns.npos), ns);
  return {ns, in_memory::Keys(keys.ends()), keys.shadows_another()};
}

void must_round_trip(const Space& space, const std::string& key) {
  const auto& [ns, keys, shadows] = space;
  std::string name = "left over";
  MUST(keys.is_record(keys.record(key), name) && name == key, ns, key);
  MUST(keys.is_expiry(keys.expiry(key), name) && name == key, ns, key);
  MUST(keys.record(key) == key + "-_burry_" + ns);
  MUST(keys.expiry(key) == key + "-_burry_exp_" + ns);
  MUST(!keys.is_record(in_memory::registry_key, name), ns);
  MUST(!keys.is_expiry(in_memory::registry_key, name), ns);
}

// Of two namespaces that write, neither takes a key of the other for its own.
void must_be_apart(const Space& one, const Space& other, const std::string& key) {
  if (one.ns == other.ns || one.shadows_another || other.shadows_another) return;
  std::string name;
  for (const std::string& stored : {one.keys.record(key), one.keys.expiry(key)}) {
    MUST(!other.keys.is_record(stored, name), one.ns, other.ns, key);
    MUST(!other.keys.is_expiry(stored, name), one.ns, other.ns, key);
  }
}

// What a namespace takes for its own is what it would write itself.
void must_be_its_own(const Space& space, const std::string& stored) {
  const auto& [ns, keys, shadows] = space;
  std::string name;
  if (keys.is_record(stored, name)) MUST(keys.record(name) == stored, ns, stored);
  if (keys.is_expiry(stored, name)) MUST(keys.expiry(name) == stored, ns, stored);
  const bool both = keys.is_record(stored, name) && keys.is_expiry(stored, name);
  if (both) MUST(shadows, ns, stored);
}

// Each pair of bytes is one unit of UTF-16, so there are lone surrogates.
void must_survive_crossing(const std::uint8_t* data, std::size_t size) {
  in_memory::Texts texts;
  page::List<char16_t> units;
  for (std::size_t i = 0; i + 1 < size; i += 2) units.push_back(static_cast<char16_t>(data[i] << 8 | data[i + 1]));
  const page::Name name = texts.name(units);
  MUST(texts.units(name) == units && texts.name(units) == name);
  for (int at = 0; at <= units.size(); ++at) {
    const page::List<char16_t> rest = texts.units(texts.joined({}, name, at));
    MUST(rest.size() == units.size() - at && std::equal(rest.begin(), rest.end(), units.begin() + at));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  must_survive_crossing(data, size);
  const std::vector<std::string> lines = fuzz::fields(fuzz::text_of(data, size), '\n', 3);
  const Space one = space_of(lines[0]), other = space_of(lines[1]);
  const std::string& key = lines[2];
  for (const Space* space : {&one, &other}) {
    must_round_trip(*space, key);
    must_be_its_own(*space, key);
    must_be_its_own(*space, one.keys.record(key));
    must_be_its_own(*space, one.keys.expiry(key));
  }
  must_be_apart(one, other, key);
  must_be_apart(other, one, key);
  in_memory::forget_all();
  return 0;
}
