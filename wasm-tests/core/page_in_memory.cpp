#include "page_in_memory.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

#include "text.h"

namespace in_memory {
namespace {

struct Table {
  std::map<int, Content> values;
  std::map<std::string, int> names;
  std::set<int> pinned;
  int last = 0;

  const Content& at(int number) const {
    const auto found = values.find(number);
    if (found != values.end()) return found->second;
    std::fputs("a value is used that was not reachable\n", stderr);
    std::abort();
  }
};

Table& table() {
  static Table table;
  return table;
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

}  // namespace

page::Value value(Content content) {
  table().values[++table().last] = std::move(content);
  return page::Value(table().last);
}

page::Value without_json() { return value(Content(nlohmann::detail::value_t::discarded)); }

const Content& content(page::Value value) { return table().at(value.number()); }

std::string text(page::Value value) { return content(value).get<std::string>(); }

std::string text(page::Name name) {
  return name.empty() ? "" : table().at(name.number()).get<std::string>();
}

std::vector<std::string> texts(const page::Names& names) {
  std::vector<std::string> texts;
  for (const page::Name name : names) texts.push_back(text(name));
  return texts;
}

bool strip(const std::string& stored, const std::string& end, std::string& key) {
  if (!stored.ends_with(end)) return false;
  key = stored.substr(0, stored.size() - end.size());
  return true;
}

std::size_t values_held() { return table().values.size() - table().pinned.size(); }

void sweep(const page::Reachable& reachable) {
  std::set<int> kept = table().pinned;
  for (const int number : reachable.numbers()) {
    table().at(number);
    kept.insert(number);
  }
  std::erase_if(table().values, [&](const auto& value) { return !kept.contains(value.first); });
  std::erase_if(table().names, [&](const auto& name) { return !kept.contains(name.second); });
}

page::Stored Storage::read(const page::Ends& ends, page::Name key) {
  page::Stored stored;
  if (!available()) return stored;
  if (!ends.expiry.empty()) stored.expiry = minute(text(key) + text(ends.expiry));
  const auto found = items.find(text(key) + text(ends.record));
  if (found != items.end()) stored.text = value(found->second);
  return stored;
}

page::Wrote Storage::write(const page::Ends& ends, page::Name key, page::Value item,
                           page::Minutes expiry) {
  if (!available()) return page::Wrote::refused;
  const std::size_t written = writes;
  std::size_t removed = 0;
  if (!set_item(text(key) + text(ends.record), text(item))) return page::Wrote::full;
  const std::string expiry_key = text(key) + text(ends.expiry);
  if (!ends.expiry.empty() && expiry == page::never) {
    removed = items.erase(expiry_key);
  } else if (!ends.expiry.empty()) {
    if (!set_item(expiry_key, spelled(number_content(expiry)))) return page::Wrote::full;
  }
  return writes == written && !removed ? page::Wrote::saved : page::Wrote::done;
}

void Storage::remove(const page::Ends& ends, const page::Names& keys) {
  if (!available()) return;
  for (const page::Name key : keys) {
    items.erase(text(key) + text(ends.record));
    if (!ends.expiry.empty()) items.erase(text(key) + text(ends.expiry));
  }
}

page::Names Storage::keys(page::Name end) {
  page::Names found;
  if (!available()) return found;
  for (const auto& [key, item] : items) {
    if (key.ends_with(text(end))) found.push_back(key.substr(0, key.size() - text(end).size()));
  }
  return found;
}

page::List<page::Minutes> Storage::expiries(const page::Ends& ends, const page::Names& keys) {
  page::List<page::Minutes> found;
  for (const page::Name key : keys) {
    found.push_back(available() ? minute(text(key) + text(ends.expiry)) : page::never);
  }
  return found;
}

double Storage::bytes(const page::Ends& ends) {
  std::size_t sum = 0;
  for (const auto& [key, item] : items) {
    if (!available() || !(key.ends_with(text(ends.record)) || key.ends_with(text(ends.expiry)))) continue;
    sum += in_memory::units(key) + in_memory::units(item);
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

bool Texts::begins(page::Name text, page::Name start) {
  return in_memory::text(text).starts_with(in_memory::text(start));
}

page::Names Texts::without(const page::Names& texts, page::Name start) {
  page::Names left;
  for (const page::Name text : texts) {
    if (!begins(text, start)) left.push_back(text);
  }
  return left;
}

bool Texts::contains(page::Name text, page::Name part) {
  return in_memory::text(text).find(in_memory::text(part)) != std::string::npos;
}

page::Name Texts::joined(page::Name head, page::Name tail, int without) {
  const std::u16string rest = to_utf16(text(tail)).substr(static_cast<std::size_t>(without));
  return text(head) + to_utf8(rest);
}

page::Name Texts::pinned(page::Name text) {
  if (!text.empty()) table().pinned.insert(text.number());
  return text;
}

page::List<char16_t> Texts::units(page::Name text) {
  page::List<char16_t> units;
  for (const char16_t unit : to_utf16(in_memory::text(text))) units.push_back(unit);
  return units;
}

page::Name Texts::name(const page::List<char16_t>& units) {
  return to_utf8({units.begin(), static_cast<std::size_t>(units.size())});
}

namespace {

// As JavaScript's String() does it.
std::string name_of(const Content& id) { return id.is_string() ? id.get<std::string>() : spelled(id); }

Content id_content(const page::Id& id) {
  return id.is_text ? Content(text(id.name)) : parsed(text(id.name));
}

Content array_content(page::Value array) { return parsed(text(array)); }

page::Value array_value(const Content& array) { return value(spelled(array)); }

}  // namespace

bool Arrays::is_flat(page::Value text) {
  const Content content = parsed(in_memory::text(text));
  return content.is_array() && std::all_of(content.begin(), content.end(), [](const Content& id) {
           return id.is_string() || id.is_number();
         });
}

page::Ids Arrays::ids(page::Value array) {
  page::Ids ids;
  for (const Content& id : array_content(array)) ids.push_back({name_of(id), id.is_string()});
  return ids;
}

page::Value Arrays::array(const page::Ids& ids) {
  Content array = Content::array();
  for (const page::Id& id : ids) array.push_back(id_content(id));
  return array_value(array);
}

int Arrays::position(page::Value array, page::Name name) {
  int at = 0;
  for (const Content& id : array_content(array)) {
    if (name_of(id) == text(name)) return at;
    ++at;
  }
  return -1;
}

page::Id Arrays::at(page::Value array, int position) { return ids(array)[position]; }

int Arrays::size(page::Value array) { return static_cast<int>(array_content(array).size()); }

page::Value Arrays::inserted(page::Value array, int position, const page::Id& id) {
  Content content = array_content(array);
  content.insert(content.begin() + position, id_content(id));
  return array_value(content);
}

page::Value Arrays::without(page::Value array, page::Name name) {
  Content left = Content::array();
  for (const Content& id : array_content(array)) {
    if (name_of(id) != text(name)) left.push_back(id);
  }
  return array_value(left);
}

page::Names Arrays::missing(page::Value array, page::Value other) {
  page::Names names;
  for (const page::Id& id : ids(array)) names.push_back(id.name);
  return missing(names, other);
}

page::Names Arrays::missing(const page::Names& names, page::Value other) {
  page::Names missing;
  for (const page::Name name : names) {
    if (position(other, name) < 0) missing.push_back(name);
  }
  return missing;
}

}  // namespace in_memory

namespace page {

Name::Name(const std::string& text) {
  in_memory::Table& table = in_memory::table();
  if (text.empty()) return;
  const auto known = table.names.find(text);
  number_ = known != table.names.end() ? known->second : in_memory::value(text).number();
  table.names[text] = number_;
}

Name::Name(const char* text) : Name(std::string(text)) {}

Name pin(const char* text) {
  const Name name(text);
  in_memory::table().pinned.insert(name.number());
  return name;
}

}  // namespace page
