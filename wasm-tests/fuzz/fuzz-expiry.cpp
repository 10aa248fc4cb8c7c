// Expiry texts, ttls and clocks (contract 2.2, 9.3, 11). An input is, line by
// line: the minute it is now, a ttl, the store's default, and what lies under
// the expiry of a record; no fourth line: nothing lies there.
#include <cmath>

#include "burry/store.h"
#include "fuzz.h"
#include "page_in_memory.h"

namespace {

const std::string record_key = "a-_burry_ns", expiry_key = "a-_burry_exp_ns";

bool is_whole(const std::string& text) {
  const std::size_t digits = text.compare(0, 1, "-") == 0 ? 1 : 0;
  return text.size() > digits && text.find_first_not_of("0123456789", digits) == text.npos;
}

// A write that fails gives a record the expiry back that it had, whatever that was (4.2).
void must_be_written_back(in_memory::Page& page, burry::Store& store, burry::Minutes expiry) {
  MUST(store.write("b", "1", expiry));
  MUST(store.expiry("b") == expiry, std::to_string(expiry));
  const fuzz::Items written = page.storage.items;
  const double saved = store.saved_writes();
  MUST(store.write("b", "1", expiry) && page.storage.items == written && store.saved_writes() == saved + 1);
}

// Whatever the text is, it says one thing to all who ask.
void must_agree(in_memory::Page& page, burry::Store& store, double now) {
  const burry::Stored stored = store.read("a");
  MUST(stored.text && !std::isnan(stored.expiry));
  const bool live = stored.expiry >= now;
  const std::string text = page.storage.items.count(expiry_key) ? page.storage.items[expiry_key] : "none";
  MUST(store.is_live(stored.expiry) == live && store.expiry("a") == stored.expiry, text);
  MUST(store.has_expired("a") == !live, text);

  const auto expirable = store.expirable_keys();
  MUST(expirable.size() == (std::isfinite(stored.expiry) ? 1 : 0), text);
  if (!expirable.empty()) MUST(expirable[0] == "a", text);

  // What is no number stays: it may be the record of a store named exp_ns (9.4).
  const fuzz::Items before = page.storage.items;
  store.flush_expired();
  const bool flushed = page.storage.items.count(record_key) == 0;
  MUST(flushed == (!live && std::isfinite(stored.expiry)), text);
  page.storage.items = before;

  must_be_written_back(page, store, stored.expiry);
  page.storage.items = before;

  MUST(store.get("a").has_value() == live, text);
  MUST((page.storage.items.count(record_key) == 1) == live, text);
  MUST(live || !page.storage.items.count(expiry_key), text);
}

void must_be_written(in_memory::Page& page, burry::Store& store, double ttl, double default_ttl, double now) {
  const burry::Minutes expiry = burry::expiry_of(ttl == 0 || std::isnan(ttl) ? default_ttl : ttl, now);
  MUST(!std::isnan(expiry) && expiry != burry::unreadable);
  MUST(std::isinf(expiry) || expiry == std::floor(expiry), std::to_string(expiry));
  MUST(store.set("a", "1", ttl, default_ttl));
  const auto written = page.storage.items.find(expiry_key);
  MUST((written == page.storage.items.end()) == std::isinf(expiry), std::to_string(expiry));
  if (written != page.storage.items.end()) MUST(is_whole(written->second), written->second);
  MUST(store.read("a").expiry == expiry, std::to_string(expiry));
  if (ttl < 0) MUST(store.has_expired("a"), std::to_string(ttl));
  if (ttl > 0) MUST(!store.has_expired("a"), std::to_string(ttl));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> lines = fuzz::split(fuzz::text_of(data, size), '\n', 4);
  if (lines.size() < 3) return 0;
  // A clock of JavaScript's goes to 1.44e11 minutes after the epoch, and as far before.
  const double now = std::floor(std::fmod(fuzz::number(lines[0]), 1.44e11));
  if (std::isnan(now)) return 0;
  in_memory::Page page;
  page.clock.set_minute(now);
  burry::Registry registry(page);
  burry::Store store(page, registry, "ns");
  page.storage.items[record_key] = "1";
  if (lines.size() > 3) page.storage.items[expiry_key] = lines[3];
  must_agree(page, store, now);
  must_be_written(page, store, fuzz::number(lines[1]), fuzz::number(lines[2]), now);
  must_agree(page, store, now);
  for (const auto& [key, item] : page.storage.items) {
    MUST(key == record_key || key == expiry_key || key == in_memory::registry_key, key);
  }
  return 0;
}
