#include "page_in_memory.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace in_memory {
namespace {

bool ends_with(const std::string& stored, const std::string& end, std::string& key) {
  if (!stored.ends_with(end)) return false;
  key = stored.substr(0, stored.size() - end.size());
  return true;
}

}  // namespace

// nlohmann passes over a byte order mark and takes a zero for the end.
Content parsed(const std::string& text) {
  if (text.find('\0') != text.npos || text.compare(0, 1, "\xEF") == 0) {
    return Content(nlohmann::detail::value_t::discarded);
  }
  return Content::parse(text, nullptr, false);
}

// As JavaScript's String spells it: the shortest digits that are this number, with an
// exponent beside those from 1e-7 to 1e21.
std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  constexpr double most_digits = 1e15;
  if (std::trunc(number) == number && std::fabs(number) < most_digits) {
    return std::to_string(static_cast<long long>(number));
  }
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

std::string key_of(const Content& id) {
  return id.is_string() ? id.get<std::string>() : id.is_number() ? number_text(id.get<double>()) : id.dump();
}

std::size_t units(const std::string& text) {
  std::size_t sum = 0;
  for (const char byte : text) {
    const auto bits = static_cast<unsigned char>(byte);
    sum += bits >= 0xF0 ? 2 : (bits & 0xC0) != 0x80;
  }
  return sum;
}

bool Keys::is_record(const std::string& stored, std::string& key) const {
  return ends_with(stored, record_end, key);
}
bool Keys::is_expiry(const std::string& stored, std::string& key) const {
  return ends_with(stored, expiry_end, key);
}

std::optional<std::string> Storage::get(const std::string& key) {
  ++reads;
  const auto found = items.find(key);
  if (!available() || found == items.end()) return {};
  return found->second;
}

bool Storage::may_change() {
  if (!changes_left) return true;
  has_ended = has_ended || *changes_left == 0;
  if (!has_ended) --*changes_left;
  return !has_ended;
}

page::Wrote Storage::set(const std::string& key, const std::string& text) {
  if (!available()) return page::Wrote::refused;
  if (!may_change()) return page::Wrote::done;
  ++writes;
  const auto before = items.find(key);
  const std::size_t freed =
      before == items.end() ? 0 : in_memory::units(key) + in_memory::units(before->second);
  // A text has no more units than bytes, which are quicker to count.
  const bool may_be_full = quota != unlimited && bytes() + key.size() + text.size() > quota;
  if (may_be_full && units() - freed + in_memory::units(key) + in_memory::units(text) > quota)
    return page::Wrote::full;
  change(key, text);
  return page::Wrote::done;
}

void Storage::change(const std::string& key, const std::optional<std::string>& item) {
  const auto before = items.find(key);
  const std::optional<std::string> former =
      before == items.end() ? std::nullopt : std::optional(before->second);
  if (former == item) return;
  const StorageEvent event = {key, former.value_or(""), item.value_or("")};
  if (keeps_events) events.push_back(event);
  if (item) items[key] = *item;
  else items.erase(before);
  if (on_change) on_change(event);
}

page::Wrote Storage::write(const std::string& record_key, const std::string& text,
                           const std::string& expiry_key, page::Minutes expiry) {
  std::optional<std::string> minute;
  if (expiry != page::never) minute = number_text(expiry);
  const bool is_text_there = get(record_key) == text, is_expiry_there = get(expiry_key) == minute;
  if (is_text_there && is_expiry_there) return page::Wrote::saved;
  page::Wrote wrote = page::Wrote::done;
  if (!is_text_there) wrote = set(record_key, text);
  if (wrote != page::Wrote::done || is_expiry_there) return wrote;
  if (minute) return set(expiry_key, *minute);
  remove({expiry_key});
  return wrote;
}

void Storage::remove(const std::vector<std::string>& keys) {
  if (!available()) return;
  for (const std::string& key : keys) {
    if (items.contains(key) && may_change()) change(key, {});
  }
}

std::vector<std::string> Storage::keys() {
  ++scans;
  std::vector<std::string> keys;
  if (!available()) return keys;
  for (const auto& [key, item] : items) keys.push_back(key);
  return keys;
}

std::size_t Storage::bytes() const {
  std::size_t sum = 0;
  for (const auto& [key, item] : items) sum += key.size() + item.size();
  return sum;
}

std::size_t Storage::units() const {
  std::size_t sum = 0;
  for (const auto& [key, item] : items) sum += in_memory::units(key) + in_memory::units(item);
  return sum;
}

page::Minutes Storage::minute(const std::string& expiry_key) const {
  const auto found = items.find(expiry_key);
  if (found == items.end()) return page::never;
  const Content number = parsed(found->second);
  return number.is_number() ? number.get<double>() : -page::never;
}

double Json::number(const std::string& text) {
  const Content number = parsed(text);
  return number.is_number() ? number.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

// What is not finite has no spelling.
std::string Json::spell(double number) { return std::isfinite(number) ? number_text(number) : "null"; }

}  // namespace in_memory
