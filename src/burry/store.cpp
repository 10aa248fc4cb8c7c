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

page::Minutes expiry_from_now(double ttl, page::Clock& clock) {
  return given(ttl) ? expiry_of(ttl, minutes_now(clock)) : page::never;
}

bool remove_expired(const page::Page& page, const page::Names& namespaces) {
  const page::Minutes now = minutes_now(page.clock);
  bool removed = false;
  for (const page::Name ns : namespaces) {
    const Keys names(page.texts, ns);
    if (names.shadows_another()) continue;
    const page::Names keys = page.storage.keys(names.ends().expiry);
    const page::List<page::Minutes> expiries = page.storage.expiries(names.ends(), keys);
    page::Names passed;
    for (int i = 0; i < keys.size(); ++i) {
      // What is no number may be a record of the store named `exp_…` (9.4).
      if (expiries[i] != page::unreadable && has_passed(expiries[i], now)) passed.push_back(keys[i]);
    }
    if (passed.empty()) continue;
    page.storage.remove(names.ends(), passed);
    removed = true;
  }
  return removed;
}

Store::Store(const page::Page& page, Registry& registry, page::Name ns)
    : page_(page), registry_(registry), keys_(page.texts, ns) {
  if (registry_.add(keys_.ns()) == page::Wrote::full && make_room()) registry_.add(keys_.ns());
}

page::Value Store::get(page::Name key) {
  const page::Stored record = read(key);
  if (!record.text) return {};
  if (is_live(record)) return page_.json.parse(record.text);
  remove(key);
  return {};
}

bool Store::set(page::Name key, page::Value value, double ttl, double default_ttl) {
  const page::Value text = page_.json.stringify(value);
  if (!text) {
    remove(key);
    return false;
  }
  return write(key, text, expiry_from_now(given(ttl) ? ttl : default_ttl, page_.clock));
}

bool Store::add(page::Name key, page::Value value, double ttl, double default_ttl) {
  return !get(key) && set(key, value, ttl, default_ttl);
}

bool Store::replace(page::Name key, page::Value value, double ttl,
                    double default_ttl) {
  return get(key) && set(key, value, ttl, default_ttl);
}

void Store::remove(page::Name key) { remove(page::Names{key}); }

double Store::counter(page::Name key) {
  const page::Value value = get(key);
  const double number = value ? page_.json.number(value) : 0;
  return std::isfinite(number) ? number : 0;
}

void Store::count(page::Name key, double by, double default_ttl) {
  const page::Stored record = read(key);
  const page::Value value =
      record.text && is_live(record) ? page_.json.parse(record.text) : page::Value();
  const double number = value ? page_.json.number(value) : std::nan("");
  const bool counting = std::isfinite(number);
  write(key, page_.json.stringify(page_.json.number((counting ? number : 0) + by)),
        counting ? record.expiry : expiry_from_now(default_ttl, page_.clock));
}

bool Store::has_expired(page::Name key) { return !is_live(read(key)); }

page::Names Store::keys() { return page_.storage.keys(keys_.ends().record); }

page::Names Store::expirable_keys(page::List<page::Minutes>& minutes) {
  page::Names keys = page_.storage.keys(keys_.ends().expiry);
  minutes = page_.storage.expiries(keys_.ends(), keys);
  int found = 0;
  for (int i = 0; i < keys.size(); ++i) {
    if (!std::isfinite(minutes[i])) continue;
    keys[found] = keys[i];
    minutes[found++] = minutes[i];
  }
  keys.resize(found);
  minutes.resize(found);
  return keys;
}

void Store::flush() {
  remove(keys());
  remove(page_.storage.keys(keys_.ends().expiry));
}

double Store::bytes() { return page_.storage.bytes(keys_.ends()); }

void Store::flush_expired() { remove_expired(page_, {keys_.ns()}); }

page::Stored Store::read(page::Name key) { return page_.storage.read(keys_.ends(), key); }

page::Value Store::text(page::Name key) { return page_.storage.text(keys_.ends(), key); }

bool Store::is_live(const page::Stored& record) {
  if (record.expiry == page::never) return true;
  return !has_passed(record.expiry, minutes_now(page_.clock));
}

bool Store::write(page::Name key, page::Value text, page::Minutes expiry) {
  if (keys_.shadows_another()) return false;
  page::Wrote wrote = page_.storage.write(keys_.ends(), key, text, expiry);
  if (wrote == page::Wrote::full && make_room()) {
    wrote = page_.storage.write(keys_.ends(), key, text, expiry);
  }
  if (wrote == page::Wrote::saved) ++saved_writes_;
  if (wrote == page::Wrote::done || wrote == page::Wrote::saved) return true;
  remove(key);
  return false;
}

bool Store::make_room() { return remove_expired(page_, registry_.known()); }

void Store::remove(const page::Names& keys) {
  if (!keys_.shadows_another()) page_.storage.remove(keys_.ends(), keys);
}

}  // namespace burry
