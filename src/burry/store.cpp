#include "burry/store.h"

#include <cmath>

namespace burry {
namespace {

constexpr double milliseconds_per_minute = 60 * 1000;
constexpr double largest_whole = 9007199254740991;  // 2^53 - 1, as in JavaScript

bool given(double ttl) { return ttl != 0 && !std::isnan(ttl); }

}  // namespace

page::Minutes minutes_now(page::Clock& clock) {
  return std::floor(clock.now() / milliseconds_per_minute);
}

page::Minutes expiry_of(double ttl, page::Minutes now) {
  if (!given(ttl)) return page::never;
  const double expiry = now + (ttl > 0 ? std::ceil(ttl) : std::floor(ttl));
  if (expiry > largest_whole) return page::never;
  return std::fmax(expiry, -largest_whole);
}

bool remove_expired(page::Page page, const std::vector<std::string>& namespaces) {
  std::vector<std::string> expiry_keys, record_keys;
  std::vector<Keys> stores;
  for (const std::string& ns : namespaces) {
    Keys keys(ns);
    if (!keys.shadows_another()) stores.push_back(std::move(keys));
  }
  std::string key;
  for (const std::string& stored : page.storage.keys()) {
    for (const Keys& keys : stores) {
      if (!keys.is_expiry(stored, key)) continue;
      expiry_keys.push_back(stored);
      record_keys.push_back(keys.record(key));
    }
  }
  if (expiry_keys.empty()) return false;
  const std::vector<page::Minutes> expiries = page.storage.expiries(expiry_keys);
  const page::Minutes now = minutes_now(page.clock);
  std::vector<std::string> passed;
  for (std::size_t i = 0; i < expiries.size(); ++i) {
    // What is no number may be a record of the store named `exp_…` (9.4).
    if (expiries[i] == page::unreadable || !has_passed(expiries[i], now)) continue;
    passed.push_back(record_keys[i]);
    passed.push_back(expiry_keys[i]);
  }
  if (passed.empty()) return false;
  page.storage.remove(passed);
  return true;
}

Store::Store(page::Page page, Registry& registry, std::string ns)
    : page_(page), registry_(registry), keys_(std::move(ns)) {
  if (registry_.add(keys_.ns()) == page::Wrote::full && make_room()) registry_.add(keys_.ns());
}

page::Value Store::get(const std::string& key) {
  const page::Stored record = read(key);
  if (!record.text) return {};
  if (is_live(record)) return page_.json.parse(record.text);
  remove(key);
  return {};
}

bool Store::set(const std::string& key, const page::Value& value, double ttl, double default_ttl) {
  const page::Value text = page_.json.stringify(value);
  if (!text) {
    remove(key);
    return false;
  }
  return write(key, text, expiry_of(given(ttl) ? ttl : default_ttl, minutes_now(page_.clock)));
}

bool Store::add(const std::string& key, const page::Value& value, double ttl, double default_ttl) {
  return !get(key) && set(key, value, ttl, default_ttl);
}

bool Store::replace(const std::string& key, const page::Value& value, double ttl,
                    double default_ttl) {
  return get(key) && set(key, value, ttl, default_ttl);
}

void Store::remove(const std::string& key) { remove(std::vector<std::string>{key}); }

double Store::counter(const std::string& key) {
  const page::Value value = get(key);
  const double number = value ? page_.json.number(value) : 0;
  return std::isfinite(number) ? number : 0;
}

void Store::count(const std::string& key, double by, double default_ttl) {
  const page::Stored record = read(key);
  const page::Value value =
      record.text && is_live(record) ? page_.json.parse(record.text) : page::Value();
  const double number = value ? page_.json.number(value) : std::nan("");
  const bool counting = std::isfinite(number);
  write(key, page_.json.stringify(page_.json.number((counting ? number : 0) + by)),
        counting ? record.expiry : expiry_of(default_ttl, minutes_now(page_.clock)));
}

bool Store::has_expired(const std::string& key) { return !is_live(read(key)); }

std::vector<std::string> Store::keys() {
  std::vector<std::string> found;
  std::string key;
  for (const std::string& stored : page_.storage.keys()) {
    if (keys_.is_record(stored, key)) found.push_back(key);
  }
  return found;
}

std::vector<std::pair<std::string, page::Minutes>> Store::expirable_keys() {
  std::vector<std::string> names, expiry_keys;
  std::string key;
  for (const std::string& stored : page_.storage.keys()) {
    if (!keys_.is_expiry(stored, key)) continue;
    names.push_back(key);
    expiry_keys.push_back(stored);
  }
  const std::vector<page::Minutes> expiries = page_.storage.expiries(expiry_keys);
  std::vector<std::pair<std::string, page::Minutes>> found;
  for (std::size_t i = 0; i < expiries.size(); ++i) {
    if (std::isfinite(expiries[i])) found.emplace_back(names[i], expiries[i]);
  }
  return found;
}

std::vector<std::string> Store::stored_keys() {
  std::vector<std::string> ours;
  std::string key;
  for (const std::string& stored : page_.storage.keys()) {
    if (keys_.is_record(stored, key) || keys_.is_expiry(stored, key)) ours.push_back(stored);
  }
  return ours;
}

void Store::flush() {
  if (!keys_.shadows_another()) page_.storage.remove(stored_keys());
}

double Store::bytes() { return page_.storage.bytes(stored_keys()); }

void Store::flush_expired() { remove_expired(page_, {keys_.ns()}); }

page::Stored Store::read(const std::string& key) {
  return page_.storage.read(keys_.record(key), keys_.expiry(key));
}

bool Store::is_live(const page::Stored& record) {
  if (record.expiry == page::never) return true;
  return !has_passed(record.expiry, minutes_now(page_.clock));
}

bool Store::write(const std::string& key, const page::Value& text, page::Minutes expiry) {
  if (keys_.shadows_another()) return false;
  const std::string record_key = keys_.record(key), expiry_key = keys_.expiry(key);
  page::Wrote wrote = page_.storage.write(record_key, text, expiry_key, expiry);
  if (wrote == page::Wrote::full && make_room()) {
    wrote = page_.storage.write(record_key, text, expiry_key, expiry);
  }
  if (wrote == page::Wrote::saved) ++saved_writes_;
  if (wrote == page::Wrote::done || wrote == page::Wrote::saved) return true;
  page_.storage.remove({record_key, expiry_key});
  return false;
}

bool Store::make_room() { return remove_expired(page_, registry_.known()); }

void Store::remove(const std::vector<std::string>& keys) {
  if (keys_.shadows_another()) return;
  std::vector<std::string> stored;
  for (const std::string& key : keys) {
    stored.push_back(keys_.record(key));
    stored.push_back(keys_.expiry(key));
  }
  page_.storage.remove(stored);
}

}  // namespace burry
