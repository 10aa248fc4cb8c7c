// How keys are spelled (BEHAVIOUR 2.1, 2.2, 9.4), and how a page's text becomes
// the core's and back. An input is two namespaces, each in a line, and a key.
#include "burry/keys.h"

#include <cstring>

#include "fuzz.h"

namespace {

using burry::Keys;

void must_round_trip(const Keys& keys, const std::string& key) {
  std::string name = "left over";
  MUST(keys.is_record(keys.record(key), name) && name == key, keys.ns(), key);
  MUST(keys.is_expiry(keys.expiry(key), name) && name == key, keys.ns(), key);
  MUST(keys.record(key) == key + "-_burry_" + keys.ns());
  MUST(keys.expiry(key) == key + "-_burry_exp_" + keys.ns());
  MUST(!keys.is_record(burry::registry_key, name), keys.ns());
  MUST(!keys.is_expiry(burry::registry_key, name), keys.ns());
}

// Of two namespaces that write, neither takes a key of the other for its own.
void must_be_apart(const Keys& one, const Keys& other, const std::string& key) {
  if (one.ns() == other.ns() || one.shadows_another() || other.shadows_another()) return;
  std::string name;
  for (const std::string& stored : {one.record(key), one.expiry(key)}) {
    MUST(!other.is_record(stored, name), one.ns(), other.ns(), key);
    MUST(!other.is_expiry(stored, name), one.ns(), other.ns(), key);
  }
}

// What a namespace takes for its own is what it would write itself.
void must_be_its_own(const Keys& keys, const std::string& stored) {
  std::string name;
  if (keys.is_record(stored, name)) MUST(keys.record(name) == stored, keys.ns(), stored);
  if (keys.is_expiry(stored, name)) MUST(keys.expiry(name) == stored, keys.ns(), stored);
  const bool both = keys.is_record(stored, name) && keys.is_expiry(stored, name);
  if (both) MUST(keys.shadows_another(), keys.ns(), stored);
}

// Each pair of bytes is one unit of UTF-16, so there are lone surrogates.
void must_survive_crossing(const std::uint8_t* data, std::size_t size) {
  std::u16string units(size / 2, u'\0');
  for (std::size_t i = 0; i < units.size(); ++i) {
    units[i] = static_cast<char16_t>(data[2 * i] << 8 | data[2 * i + 1]);
  }
  MUST(in_memory::to_utf16(in_memory::to_utf8(units)) == units);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  must_survive_crossing(data, size);
  const std::vector<std::string> lines = fuzz::fields(fuzz::text_of(data, size), '\n', 3);
  const Keys one(lines[0]), other(lines[1]);
  const std::string& key = lines[2];
  for (const Keys* keys : {&one, &other}) {
    must_round_trip(*keys, key);
    must_be_its_own(*keys, key);
    must_be_its_own(*keys, one.record(key));
    must_be_its_own(*keys, one.expiry(key));
  }
  must_be_apart(one, other, key);
  must_be_apart(other, one, key);
  return 0;
}
