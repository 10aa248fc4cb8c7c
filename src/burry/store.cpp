#include "burry/store.h"

#include <algorithm>
#include <cmath>

#include "json/json.h"

namespace burry {
namespace {

constexpr double milliseconds_per_minute = 60 * 1000;
constexpr double largest_whole = 9007199254740991;  // 2^53 - 1, as in JavaScript

bool is_given(double ttl) { return ttl != 0 && !std::isnan(ttl); }

Minutes read_minutes(page::Json& json, const std::optional<std::string>& text) {
  if (!text) return never;
  const double minutes = json.number(*text);
  return std::isnan(minutes) ? unreadable : minutes;
}

// In UTF-16, in which a byte that begins a character is one unit, or two where the
// character has four bytes.
double units(const std::string& text) {
  double count = 0;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x80 || byte >= 0xC0) ++count;
    if (byte >= 0xF0) ++count;
  }
  return count;
}

}  // namespace

Minutes minutes_now(page::Clock& clock) { return std::floor(clock.now() / milliseconds_per_minute); }

Minutes expiry_of(double ttl, Minutes now) {
  if (!is_given(ttl)) return never;
  const double expiry = now + (ttl > 0 ? std::ceil(ttl) : std::floor(ttl));
  if (expiry > largest_whole) return never;
  return std::fmax(expiry, -largest_whole);
}

Minutes expiry_from_now(double ttl, page::Clock& clock) {
  return is_given(ttl) ? expiry_of(ttl, minutes_now(clock)) : never;
}

bool remove_expired(const page::Page& page, const std::vector<std::string>& namespaces) {
  const Minutes now = minutes_now(page.clock);
  const std::vector<std::string> all = page.storage.keys();
  std::vector<std::string> expired;
  for (const std::string& ns : namespaces) {
    const Keys names(ns);
    if (names.shadows_another()) continue;
    for (const std::string& stored : all) {
      const std::optional<std::string> key = names.key_of_expiry(stored);
      if (!key) continue;
      const Minutes expiry = read_minutes(page.json, page.storage.get(stored));
      // What is no number may be a record of the store named `exp_…` (9.4).
      if (expiry == unreadable || !has_passed(expiry, now)) continue;
      expired.push_back(names.record(*key));
      expired.push_back(stored);
    }
  }
  page.storage.remove(expired);
  return !expired.empty();
}

Store::Store(const page::Page& page, Registry& registry, std::string ns)
    : page_(page), registry_(registry), keys_(std::move(ns)) {
  if (registry_.add(keys_.ns()) == page::Wrote::full && make_room()) registry_.add(keys_.ns());
}

std::optional<std::string> Store::get(const std::string& key) {
  Stored record = read(key);
  if (!record.text) return {};
  if (is_live(record.expiry)) return std::move(record.text);
  remove(key);
  return {};
}

bool Store::set(const std::string& key, const std::optional<std::string>& text, double ttl,
                double default_ttl) {
  if (text) return write(key, *text, expiry_from_now(is_given(ttl) ? ttl : default_ttl, page_.clock));
  remove(key);
  return false;
}

bool Store::add(const std::string& key, const std::optional<std::string>& text, double ttl,
                double default_ttl) {
  return !has_value(key) && set(key, text, ttl, default_ttl);
}

bool Store::replace(const std::string& key, const std::optional<std::string>& text, double ttl,
                    double default_ttl) {
  return has_value(key) && set(key, text, ttl, default_ttl);
}

bool Store::has_value(const std::string& key) {
  const std::optional<std::string> text = get(key);
  return text && page_.json.accepts(*text);
}

void Store::remove(const std::vector<std::string>& keys) {
  if (keys_.shadows_another() || keys.empty()) return;
  std::vector<std::string> stored;
  for (const std::string& key : keys) {
    stored.push_back(keys_.record(key));
    stored.push_back(keys_.expiry(key));
  }
  page_.storage.remove(stored);
}

double Store::counter(const std::string& key) {
  const std::optional<std::string> text = get(key);
  const double number = text ? json::read_number(*text).value_or(0) : 0;
  return std::isfinite(number) ? number : 0;
}

void Store::count(const std::string& key, double by, double default_ttl) {
  const Stored record = read(key);
  std::optional<double> number;
  if (record.text && is_live(record.expiry)) number = json::read_number(*record.text);
  const Minutes expiry = number ? record.expiry : expiry_from_now(default_ttl, page_.clock);
  write(key, page_.json.spell(number.value_or(0) + by), expiry);
}

bool Store::has_expired(const std::string& key) { return !is_live(expiry(key)); }

std::vector<std::string> Store::keys() {
  std::vector<std::string> keys;
  for (const std::string& stored : page_.storage.keys()) {
    if (std::optional<std::string> key = keys_.key_of_record(stored)) keys.push_back(std::move(*key));
  }
  return keys;
}

std::vector<std::string> Store::expirable_keys() {
  std::vector<std::string> keys;
  for (const std::string& stored : page_.storage.keys()) {
    std::optional<std::string> key = keys_.key_of_expiry(stored);
    if (key && std::isfinite(expiry(*key))) keys.push_back(std::move(*key));
  }
  return keys;
}

// Puts the keys that begin with a text behind all others, and one of these at the end.
static void move_to_end(std::vector<std::string>& keys, const std::string& beginning,
                        const std::string& one) {
  std::size_t end = keys.size();
  for (std::size_t at = 0; at < end;) {
    if (keys[at].starts_with(beginning)) std::swap(keys[at], keys[--end]);
    else ++at;
  }
  for (std::string& key : keys) {
    if (key == one) return std::swap(key, keys.back());
  }
}

void Store::flush(const std::string& last) {
  if (keys_.shadows_another()) return;
  std::vector<std::string> ours;
  for (std::string& stored : page_.storage.keys()) {
    if (keys_.contains(stored)) ours.push_back(std::move(stored));
  }
  if (ours.empty()) return;
  registry_.count_flush(keys_.ns());
  if (!last.empty()) move_to_end(ours, last, keys_.record(last));
  const std::string mark = keys_.record(flush_key);
  page_.storage.set(mark, flush_word);
  page_.storage.remove(ours);
  // A storage that was full has room for it now.
  page_.storage.set(mark, flush_word);
  page_.storage.remove({mark});
}

void Store::flush_expired() { remove_expired(page_, {keys_.ns()}); }

double Store::bytes() {
  double count = 0;
  for (const std::string& stored : page_.storage.keys()) {
    if (keys_.contains(stored)) count += units(stored) + units(page_.storage.get(stored).value_or(""));
  }
  return 2 * count;
}

Stored Store::read(const std::string& key) { return {text(key), expiry(key)}; }

std::optional<std::string> Store::text(const std::string& key) {
  return page_.storage.get(keys_.record(key));
}

Minutes Store::expiry(const std::string& key) {
  return read_minutes(page_.json, page_.storage.get(keys_.expiry(key)));
}

bool Store::is_live(Minutes expiry) {
  return expiry == never || !has_passed(expiry, minutes_now(page_.clock));
}

bool Store::write(const std::string& key, const std::string& text, Minutes expiry) {
  return write(key, [&] { return page_.storage.write(keys_.record(key), text, keys_.expiry(key), expiry); });
}

bool Store::write_or_leave(const std::string& key, const std::string& text) {
  if (keys_.shadows_another()) return false;
  const auto put = [&] { return page_.storage.set(keys_.record(key), text); };
  return put_with_room(key, put) == page::Wrote::done;
}

bool Store::settle(const std::string& key, page::Wrote wrote) {
  if (wrote == page::Wrote::saved) ++saved_writes_;
  if (wrote == page::Wrote::done || wrote == page::Wrote::saved) return true;
  remove(key);
  return false;
}

bool Store::make_room() { return remove_expired(page_, registry_.known()); }

}  // namespace burry
