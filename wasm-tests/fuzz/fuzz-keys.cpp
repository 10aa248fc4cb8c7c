// How keys are spelled (contract 2.1, 2.2, 9.4), and how a page's text becomes
// the core's and back. An input is two namespaces, each in a line, and a key.
#include "burry/keys.h"
#include "fuzz.h"
#include "page_in_memory.h"

namespace {

using burry::Keys;

void must_be_spelled(const Keys& keys, const std::string& key) {
  const std::string& ns = keys.ns();
  MUST(keys.shadows_another() == (ns.starts_with("exp_") || ns.find("-_burry_") != ns.npos), ns);
  MUST(keys.record(key) == key + "-_burry_" + ns && keys.record(key) == key + keys.ends().record, ns, key);
  MUST(keys.expiry(key) == key + "-_burry_exp_" + ns && keys.expiry(key) == key + keys.ends().expiry, ns,
       key);
  MUST(keys.key_of_record(keys.record(key)) == key, ns, key);
  MUST(keys.key_of_expiry(keys.expiry(key)) == key, ns, key);
  MUST(!keys.key_of_record(burry::registry_key) && !keys.key_of_expiry(burry::registry_key), ns);
}

// Of two namespaces that write, neither takes a key of the other for its own.
void must_be_apart(const Keys& one, const Keys& other, const std::string& key) {
  if (one.ns() == other.ns() || one.shadows_another() || other.shadows_another()) return;
  for (const std::string& stored : {one.record(key), one.expiry(key)}) {
    MUST(!other.key_of_record(stored), one.ns(), other.ns(), key);
    MUST(!other.key_of_expiry(stored), one.ns(), other.ns(), key);
  }
}

// What a namespace takes for its own is what it would write itself.
void must_be_its_own(const Keys& keys, const std::string& stored) {
  const auto record = keys.key_of_record(stored), expiry = keys.key_of_expiry(stored);
  if (record) MUST(keys.record(*record) == stored, keys.ns(), stored);
  if (expiry) MUST(keys.expiry(*expiry) == stored, keys.ns(), stored);
  if (record && expiry) MUST(keys.shadows_another(), keys.ns(), stored);
}

// Each pair of bytes is one unit of UTF-16, so there are lone surrogates.
void must_survive_crossing(const std::uint8_t* data, std::size_t size) {
  std::u16string units;
  for (std::size_t i = 0; i + 1 < size; i += 2)
    units.push_back(static_cast<char16_t>(data[i] << 8 | data[i + 1]));
  const std::string text = in_memory::to_utf8(units);
  MUST(in_memory::to_utf16(text) == units, text);
  MUST(in_memory::to_utf8(in_memory::to_utf16(text)) == text, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  must_survive_crossing(data, size);
  const std::vector<std::string> lines = fuzz::fields(fuzz::text_of(data, size), '\n', 3);
  const Keys one(lines[0]), other(lines[1]);
  const std::string& key = lines[2];
  for (const Keys* keys : {&one, &other}) {
    must_be_spelled(*keys, key);
    must_be_its_own(*keys, key);
    must_be_its_own(*keys, one.record(key));
    must_be_its_own(*keys, one.expiry(key));
  }
  must_be_apart(one, other, key);
  must_be_apart(other, one, key);
  return 0;
}
