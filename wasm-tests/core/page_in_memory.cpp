#include "page_in_memory.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <unordered_map>
#include <utility>

#include "text.h"

namespace in_memory {
namespace {

// Until when a value is kept: until it is swept, for as long as the page of a test,
// or for ever.
enum class Kept { swept, pinned, literal };

struct Slot {
  Content content;
  bool is_name;
  Kept kept = Kept::swept;
};

struct Table {
  std::unordered_map<int, Slot> slots;
  std::unordered_map<std::string, int> names;
  std::size_t pinned = 0;
  int last = 0;

  int keep(Content content, bool is_name) {
    slots.emplace(++last, Slot{std::move(content), is_name});
    return last;
  }
};

// Names are pinned while the program begins, in whatever order.
Table& table() {
  static Table table;
  return table;
}

Slot& slot(int number) {
  const auto found = table().slots.find(number);
  if (found == table().slots.end()) {
    std::fputs(number ? "a value is used that the page has forgotten\n" : "no value is used as one\n", stderr);
    std::abort();
  }
  return found->second;
}

int number_of(const std::string& name) {
  if (name.empty()) return 0;
  const auto [known, is_new] = table().names.try_emplace(name, 0);
  if (is_new) known->second = table().keep(name, true);
  return known->second;
}

page::Name pin(page::Name name, Kept kept) {
  if (name.empty()) return name;
  Slot& pinned = slot(name.number());
  table().pinned += pinned.kept == Kept::swept;
  pinned.kept = std::max(pinned.kept, kept);
  return name;
}

template <class Condition>
void forget(Condition condition) {
  Table& all = table();
  std::erase_if(all.slots, [&](const auto& entry) {
    const auto& [number, slot] = entry;
    if (!condition(number, slot)) return false;
    if (slot.is_name) all.names.erase(slot.content.template get_ref<const std::string&>());
    all.pinned -= slot.kept != Kept::swept;
    return true;
  });
}

// In UTF-16: two for what takes four bytes in UTF-8, one for anything shorter.
std::size_t units(const std::string& text) {
  std::size_t sum = 0;
  for (const char byte : text) {
    const auto bits = static_cast<unsigned char>(byte);
    sum += bits >= 0xF0 ? 2 : (bits & 0xC0) != 0x80;
  }
  return sum;
}

bool is_surrogate(char16_t unit) { return unit >= 0xD800 && unit < 0xE000; }
bool is_high(char16_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(char16_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

std::string escaped(char16_t unit) {
  char buffer[8];
  std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(unit));
  return buffer;
}

// JavaScript has one kind of number: 3.0 is spelled 3, and what is not finite
// has no spelling.
Content number_content(double number) {
  if (!std::isfinite(number)) return nullptr;
  if (number == std::floor(number) && std::fabs(number) < 1e17) return static_cast<std::int64_t>(number);
  return number;
}

// As String() does it: the shortest digits that are this number, with an exponent
// beside those from 1e-7 to 1e21.
std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (number == 0) return "0";
  // Not every library's to_chars knows fractions.
  char buffer[32];
  for (int digits = 0; digits < 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*e", digits, std::fabs(number));
    if (std::strtod(buffer, nullptr) == std::fabs(number)) break;
  }
  const std::string spelled = buffer;
  const std::size_t exponent_at = spelled.find('e');
  std::string digits = spelled.substr(0, exponent_at);
  std::erase(digits, '.');
  const int size = static_cast<int>(digits.size()), before = std::atoi(spelled.c_str() + exponent_at + 1) + 1;
  const auto zeros = [](int count) { return std::string(static_cast<std::size_t>(count), '0'); };
  std::string text = number < 0 ? "-" : "";
  if (before > 21 || before < -5) {
    if (size > 1) digits.insert(1, 1, '.');
    return text.append(digits).append(before > 0 ? "e+" : "e-").append(std::to_string(std::abs(before - 1)));
  }
  if (before <= 0) return text.append("0.").append(zeros(-before)).append(digits);
  if (before >= size) return text.append(digits).append(zeros(before - size));
  return text.append(digits.insert(static_cast<std::size_t>(before), 1, '.'));
}

// As JSON.stringify does it: lone surrogates are escaped, pairs are not.
std::string quoted(const std::string& text) {
  const std::u16string all = to_utf16(text);
  std::string result = "\"";
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_surrogate(all[i])) {
      const std::string dumped = Content(to_utf8({&all[i], 1})).dump();
      result.append(dumped, 1, dumped.size() - 2);
    } else if (is_high(all[i]) && i + 1 < all.size() && is_low(all[i + 1])) {
      result += to_utf8({&all[i++], 2});
    } else {
      result += escaped(all[i]);
    }
  }
  return result += '"';
}

std::string spelled(const Content& content) {
  if (content.is_string()) return quoted(content.get<std::string>());
  if (!content.is_structured()) return content.dump();
  std::string result(1, content.is_array() ? '[' : '{');
  for (const auto& [name, member] : content.items()) {
    if (result.size() > 1) result += ',';
    if (content.is_object()) result += quoted(name) + ':';
    result += spelled(member);
  }
  return result += content.is_array() ? ']' : '}';
}

// nlohmann passes over a byte order mark and takes a zero for the end.
Content parsed(const std::string& text) {
  if (text.find('\0') != text.npos || text.compare(0, 1, "\xEF") == 0) {
    return Content(nlohmann::detail::value_t::discarded);
  }
  return Content::parse(text, nullptr, false);
}

page::Id id_of(const Content& element) { return {key_of(element), element.is_string()}; }

std::string element_text(const page::Id& id) { return id.is_text ? quoted(text(id.name)) : text(id.name); }

Content elements(page::Value array) { return parsed(text(array)); }

bool ends_with(const std::string& stored, const std::string& end, std::string& key) {
  if (!stored.ends_with(end)) return false;
  key = stored.substr(0, stored.size() - end.size());
  return true;
}

}  // namespace

page::Value value(Content content) { return page::Value(table().keep(std::move(content), false)); }

page::Value without_json() { return value(Content(nlohmann::detail::value_t::discarded)); }

const Content& content(page::Value value) { return slot(value.number()).content; }

std::string text(page::Value value) { return content(value).get<std::string>(); }

std::string text(page::Name name) {
  return name.empty() ? "" : slot(name.number()).content.get<std::string>();
}

std::string text(const page::Names& names) {
  Content texts = Content::array();
  for (const page::Name name : names) texts.push_back(text(name));
  return spelled(texts);
}

std::string key_of(const Content& id) {
  return id.is_string() ? id.get<std::string>() : id.is_number() ? number_text(id.get<double>()) : id.dump();
}

std::size_t held() { return table().slots.size() - table().pinned; }

void sweep(const page::Reachable& needed) {
  page::List<int> numbers = needed.numbers().copy();
  for (const int number : numbers) slot(number);
  std::sort(numbers.begin(), numbers.end());
  forget([&](int number, const Slot& slot) {
    return slot.kept == Kept::swept && !std::binary_search(numbers.begin(), numbers.end(), number);
  });
}

void forget_all() {
  forget([](int, const Slot& slot) { return slot.kept != Kept::literal; });
}

bool Keys::is_record(const std::string& stored, std::string& key) const {
  return ends_with(stored, record_end, key);
}
bool Keys::is_expiry(const std::string& stored, std::string& key) const {
  return ends_with(stored, expiry_end, key);
}

page::Stored Storage::read(const page::Ends& ends, page::Name key) {
  page::Stored stored;
  if (!available()) return stored;
  const Keys keys(ends);
  const std::string name = in_memory::text(key);
  if (!ends.expiry.empty()) stored.expiry = minute(keys.expiry(name));
  const auto found = items.find(keys.record(name));
  if (found != items.end()) stored.text = value(found->second);
  return stored;
}

page::Value Storage::text(const page::Ends& ends, page::Name key) { return read({ends.record, {}}, key).text; }

page::Wrote Storage::write(const page::Ends& ends, page::Name key, page::Value text, page::Minutes expiry) {
  if (!available()) return page::Wrote::refused;
  const Keys keys(ends);
  const std::string name = in_memory::text(key);
  const std::size_t written = writes;
  std::size_t removed = 0;
  if (!set_item(keys.record(name), in_memory::text(text))) return page::Wrote::full;
  if (!ends.expiry.empty() && expiry == page::never) {
    removed = items.erase(keys.expiry(name));
  } else if (!ends.expiry.empty()) {
    if (!set_item(keys.expiry(name), spelled(number_content(expiry)))) return page::Wrote::full;
  }
  return writes == written && !removed ? page::Wrote::saved : page::Wrote::done;
}

void Storage::remove(const page::Ends& ends, const page::Names& keys) {
  if (!available()) return;
  const Keys names(ends);
  for (const page::Name key : keys) {
    items.erase(names.record(in_memory::text(key)));
    if (!ends.expiry.empty()) items.erase(names.expiry(in_memory::text(key)));
  }
}

page::Names Storage::keys(page::Name end) {
  page::Names found;
  if (!available()) return found;
  std::string key;
  for (const auto& [stored, item] : items) {
    if (ends_with(stored, in_memory::text(end), key)) found.push_back(key);
  }
  return found;
}

page::List<page::Minutes> Storage::expiries(const page::Ends& ends, const page::Names& keys) {
  page::List<page::Minutes> found;
  const Keys names(ends);
  for (const page::Name key : keys) {
    found.push_back(available() ? minute(names.expiry(in_memory::text(key))) : page::never);
  }
  return found;
}

double Storage::bytes(const page::Ends& ends) {
  if (!available()) return 0;
  const Keys names(ends);
  std::size_t sum = 0;
  std::string key;
  for (const auto& [stored, item] : items) {
    if (!names.is_record(stored, key) && !names.is_expiry(stored, key)) continue;
    sum += in_memory::units(stored) + in_memory::units(item);
  }
  return 2.0 * static_cast<double>(sum);
}

std::size_t Storage::units() const {
  std::size_t sum = 0;
  for (const auto& [key, item] : items) sum += in_memory::units(key) + in_memory::units(item);
  return sum;
}

bool Storage::set_item(const std::string& key, const std::string& item) {
  const auto before = items.find(key);
  if (before != items.end() && before->second == item) return true;
  ++writes;
  const std::size_t freed =
      before == items.end() ? 0 : in_memory::units(key) + in_memory::units(before->second);
  if (units() - freed + in_memory::units(key) + in_memory::units(item) > quota) return false;
  items[key] = item;
  return true;
}

page::Minutes Storage::minute(const std::string& expiry_key) const {
  const auto found = items.find(expiry_key);
  if (found == items.end()) return page::never;
  const Content number = parsed(found->second);
  return number.is_number() ? number.get<double>() : page::unreadable;
}

page::Value Json::stringify(page::Value value) {
  const Content& given = content(value);
  return given.is_discarded() ? page::Value() : in_memory::value(spelled(given));
}

page::Value Json::parse(page::Value text) {
  Content content = parsed(in_memory::text(text));
  return content.is_discarded() ? page::Value() : value(std::move(content));
}

bool Json::same(page::Value text, page::Value other) {
  return in_memory::text(text) == in_memory::text(other);
}

page::Value Json::number(double number) { return value(number_content(number)); }

double Json::number(page::Value value) {
  const Content& given = content(value);
  return given.is_number() ? given.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

bool Texts::begins(page::Name name, page::Name start) { return text(name).starts_with(text(start)); }

page::Names Texts::without(const page::Names& texts, page::Name start) {
  page::Names left;
  for (const page::Name name : texts) {
    if (!begins(name, start)) left.push_back(name);
  }
  return left;
}

bool Texts::contains(page::Name name, page::Name part) {
  return text(name).find(text(part)) != std::string::npos;
}

// Halves of a character may meet.
page::Name Texts::joined(page::Name head, page::Name tail, int without) {
  const std::u16string end = to_utf16(text(tail));
  return to_utf8(to_utf16(text(head)) + end.substr(std::min(end.size(), static_cast<std::size_t>(without))));
}

page::Name Texts::pinned(page::Name name) { return pin(name, Kept::pinned); }

page::List<char16_t> Texts::units(page::Name name) {
  page::List<char16_t> units;
  for (const char16_t unit : to_utf16(text(name))) units.push_back(unit);
  return units;
}

page::Name Texts::name(const page::List<char16_t>& units) {
  return to_utf8({units.data(), static_cast<std::size_t>(units.size())});
}

bool Arrays::is_flat(page::Value text) {
  const Content ids = elements(text);
  return ids.is_array() && std::all_of(ids.begin(), ids.end(), [](const Content& id) {
    return id.is_string() || id.is_number();
  });
}

page::Ids Arrays::ids(page::Value array) {
  page::Ids ids;
  for (const Content& element : elements(array)) ids.push_back(id_of(element));
  return ids;
}

page::Value Arrays::array(const page::Ids& ids) {
  std::string text = "[";
  for (const page::Id& id : ids) {
    if (text.size() > 1) text += ',';
    text += element_text(id);
  }
  return value(text += ']');
}

int Arrays::position(page::Value array, page::Name name) {
  const page::Ids all = ids(array);
  for (int at = 0; at < all.size(); ++at) {
    if (all[at].name == name) return at;
  }
  return -1;
}

page::Id Arrays::at(page::Value array, int position) {
  return id_of(elements(array)[static_cast<std::size_t>(position)]);
}

int Arrays::size(page::Value array) { return static_cast<int>(elements(array).size()); }

// To what is put behind the last one the rest stays as it is spelled.
page::Value Arrays::inserted(page::Value array, int position, const page::Id& id) {
  const std::string text = in_memory::text(array);
  page::Ids all = ids(array);
  if (!all.empty() && position == all.size() && text.ends_with(']')) {
    return value(text.substr(0, text.size() - 1) + ',' + element_text(id) + ']');
  }
  all.insert(position, id);
  return this->array(all);
}

page::Value Arrays::without(page::Value array, page::Name name) {
  page::Ids all = ids(array);
  all.erase_if([name](const page::Id& id) { return id.name == name; });
  return this->array(all);
}

page::Names Arrays::missing(page::Value array, page::Value other) {
  page::Names names;
  for (const page::Id& id : ids(array)) names.push_back(id.name);
  return missing(names, other);
}

page::Names Arrays::missing(const page::Names& names, page::Value other) {
  const page::Ids there = ids(other);
  page::Names missing;
  for (const page::Name name : names) {
    const bool is_there = std::any_of(there.begin(), there.end(), [name](const page::Id& id) { return id.name == name; });
    if (!is_there) missing.push_back(name);
  }
  return missing;
}

}  // namespace in_memory

namespace page {

Name::Name(const char* text) : number_(in_memory::number_of(text)) {}
Name::Name(const std::string& text) : number_(in_memory::number_of(text)) {}

Name pin(const char* text) { return in_memory::pin(text, in_memory::Kept::literal); }

}  // namespace page
