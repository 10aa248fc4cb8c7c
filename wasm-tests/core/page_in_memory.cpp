#include "page_in_memory.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

#include "page/text.h"

namespace in_memory {
namespace {

struct Held {
  Content content;
  std::size_t holders = 0;
};

// No handle is used twice, so that one that outlives its value is found out.
std::map<page::Handle, Held>& table() {
  static std::map<page::Handle, Held> table;
  return table;
}

Held& held(page::Handle handle) {
  const auto found = table().find(handle);
  if (found == table().end()) {
    std::fputs("a value is used that nobody holds\n", stderr);
    std::abort();
  }
  return found->second;
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
  const std::u16string all = page::to_utf16(text);
  std::string result = "\"";
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_surrogate(all[i])) {
      const std::string dumped = Content(page::to_utf8({&all[i], 1})).dump();
      result.append(dumped, 1, dumped.size() - 2);
    } else if (is_high(all[i]) && i + 1 < all.size() && is_low(all[i + 1])) {
      result += page::to_utf8({&all[i++], 2});
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
  static page::Handle last = 0;
  table()[++last] = {std::move(content), 1};
  return page::Value(last);
}

page::Value without_json() { return value(Content(nlohmann::detail::value_t::discarded)); }

const Content& content(const page::Value& value) { return held(value.handle()).content; }

std::string text(const page::Value& value) { return content(value).get<std::string>(); }

std::size_t values_held() { return table().size(); }

page::Stored Storage::read(const std::string& key, const std::string& expiry_key) {
  page::Stored stored;
  if (!available()) return stored;
  if (!expiry_key.empty()) stored.expiry = minute(expiry_key);
  const auto found = items.find(key);
  if (found != items.end()) stored.text = value(found->second);
  return stored;
}

page::Wrote Storage::write(const std::string& key, const page::Value& text,
                           const std::string& expiry_key, page::Minutes expiry) {
  if (!available()) return page::Wrote::refused;
  const std::size_t written = writes;
  std::size_t removed = 0;
  if (!set_item(key, in_memory::text(text))) return page::Wrote::full;
  if (!expiry_key.empty() && expiry == page::never) {
    removed = items.erase(expiry_key);
  } else if (!expiry_key.empty()) {
    if (!set_item(expiry_key, spelled(number_content(expiry)))) return page::Wrote::full;
  }
  return writes == written && !removed ? page::Wrote::saved : page::Wrote::done;
}

void Storage::remove(const std::vector<std::string>& keys) {
  if (!available()) return;
  for (const std::string& key : keys) items.erase(key);
}

std::vector<std::string> Storage::keys() {
  std::vector<std::string> found;
  if (!available()) return found;
  for (const auto& [key, item] : items) found.push_back(key);
  return found;
}

std::vector<page::Minutes> Storage::expiries(const std::vector<std::string>& expiry_keys) {
  std::vector<page::Minutes> found;
  for (const std::string& key : expiry_keys) found.push_back(available() ? minute(key) : page::never);
  return found;
}

double Storage::bytes(const std::vector<std::string>& keys) {
  std::size_t sum = 0;
  for (const std::string& key : keys) {
    const auto found = items.find(key);
    if (found != items.end()) sum += in_memory::units(key) + in_memory::units(found->second);
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

page::Value Json::stringify(const page::Value& value) {
  const Content& given = content(value);
  return given.is_discarded() ? page::Value() : in_memory::value(spelled(given));
}

page::Value Json::parse(const page::Value& text) {
  Content content = parsed(in_memory::text(text));
  return content.is_discarded() ? page::Value() : value(std::move(content));
}

std::string Json::copy(const page::Value& text) { return in_memory::text(text); }

bool Json::same(const page::Value& text, const page::Value& other) {
  return in_memory::text(text) == in_memory::text(other);
}

page::Value Json::text(const std::string& text) { return value(text); }

page::Value Json::number(double number) { return value(number_content(number)); }

double Json::number(const page::Value& value) {
  const Content& given = content(value);
  return given.is_number() ? given.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace in_memory

namespace page {

void retain(Handle handle) { ++in_memory::held(handle).holders; }

void release(Handle handle) {
  if (--in_memory::held(handle).holders == 0) in_memory::table().erase(handle);
}

}  // namespace page
