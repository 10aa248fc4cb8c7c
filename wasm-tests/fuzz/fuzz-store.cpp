// A whole store on a storage full of anything (contract 2, 9, 11). An input is a
// script, one step in a line: its first character is the verb, and tabs part what
// follows it.
//   =key value   somebody puts this into storage     @minute   the clock
//   #units       so much room is left                 nname     goes on with this store
//   s a r        set, add, replace: key JSON ttl      g - ?     get, remove, hasExpired: key
//   + _          incr by, counter: key                f x k     flush, flushExpired, keys and bytes
#include <cmath>
#include <optional>
#include <set>

#include "burry/store.h"
#include "fuzz.h"
#include "page_in_memory.h"

namespace {

using fuzz::Items;

class Script {
 public:
  Script() { page_.clock.set_minute(1000); }

  void run(const std::string& text) {
    open("");
    for (const std::string& line : fuzz::split(text, '\n', 60)) {
      if (!line.empty()) step(line[0], fuzz::fields(std::string_view(line).substr(1), '\t', 3));
    }
  }

 private:
  void open(const std::string& ns) {
    const Items before = page_.storage.items;
    store_.emplace(page_, registry_, ns);
    must_touch_only(before, {in_memory::registry_key});
  }

  void step(char verb, const std::vector<std::string>& given) {
    const std::string& key = given[0];
    Items& items = page_.storage.items;
    switch (verb) {
      case '=': items[key] = given[1]; return;
      case '@': return page_.clock.set_minute(fuzz::whole(key, 1000000000));
      case '#': return limit(std::abs(fuzz::whole(key, 1000)));
      case 'n': return open(key);
      default: break;
    }
    const Items before = items;
    const std::string record = keys().record(key), expiry = keys().expiry(key);
    const bool live = store_->read(key).text && store_->is_live(store_->expiry(key));
    switch (verb) {
      case 's':
      case 'a':
      case 'r': write(verb, key, given[1], fuzz::number(given[2]), live); break;
      case 'g': get(key, live); break;
      case '-': store_->remove(key); break;
      case '?': store_->has_expired(key); break;
      case '+': count(key, fuzz::number(given[1])); break;
      case '_': store_->counter(key); break;
      case 'f': store_->flush(); break;
      case 'x': store_->flush_expired(); break;
      case 'k': must_list_keys(); break;
      default: return;
    }
    if (verb == 'f' || verb == 'x') return must_have_flushed(before, verb == 'f');
    if (verb == '?' || verb == 'k') MUST(items == before);
    must_touch_only(before, {record, expiry});
    if (store_->names().shadows_another()) must_touch_only(before, {});
    // A key that was there alone, an expiry without its record, may have been put
    // there by somebody; we make none.
    if (!before.count(expiry)) MUST(!items.count(expiry) || items.count(record), expiry);
  }

  in_memory::Keys keys() const { return in_memory::Keys(store_->names().ns()); }

  void limit(int units) {
    page_.storage.quota = page_.storage.units() + static_cast<std::size_t>(units);
    limited_ = true;
  }

  void write(char verb, const std::string& key, const std::string& text, double ttl, bool live) {
    if (std::isnan(ttl)) ttl = 0;
    // What is no JSON stands for a value that has none.
    std::optional<std::string> given;
    if (page_.json.accepts(text)) given = text;
    // What lies there may be live and no JSON, and counts as nothing then.
    const bool there = live && page_.json.accepts(*store_->text(key));
    const bool done = verb == 's'   ? store_->set(key, given, ttl, 0)
                      : verb == 'a' ? store_->add(key, given, ttl, 0)
                                    : store_->replace(key, given, ttl, 0);
    if (store_->names().shadows_another()) {
      MUST(!done);
      return;
    }
    const bool tried = verb == 's' || (verb == 'a') != there;
    const std::string record = keys().record(key), expiry = keys().expiry(key);
    if (!tried) {
      MUST(!done, key);
    } else if (!done) {
      // Nothing, rather than something stale (9.2).
      MUST(!given || limited_, text);
      MUST(!page_.storage.items.count(record) && !page_.storage.items.count(expiry), key);
    } else {
      MUST(page_.storage.items[record] == *given, text);
      MUST(store_->expiry(key) == burry::expiry_of(ttl, burry::minutes_now(page_.clock)), key);
      MUST(ttl < 0 || store_->get(key), key);
    }
  }

  void get(const std::string& key, bool live) {
    const std::string record = keys().record(key);
    const std::optional<std::string> there = live ? store_->text(key) : std::nullopt;
    MUST(store_->get(key) == there, key);
    if (!live && !store_->names().shadows_another()) MUST(!page_.storage.items.count(record), key);
  }

  void count(const std::string& key, double by) {
    if (!std::isfinite(by)) return;
    const double before = store_->counter(key);
    MUST(std::isfinite(before), key);
    store_->count(key, by, 0);
    const double after = store_->counter(key);
    MUST(std::isfinite(after), key);
    if (limited_ || store_->names().shadows_another()) return;
    const double sum = before + by;
    MUST(after == (std::isfinite(sum) ? sum : 0), key);
  }

  void must_list_keys() {
    std::set<std::string> ours;
    for (const auto& [stored, item] : page_.storage.items) {
      std::string key;
      if (keys().is_record(stored, key)) ours.insert(key);
    }
    std::set<std::string> listed;
    for (const std::string& key : store_->keys()) listed.insert(key);
    MUST(listed == ours);
    must_sum_up();
  }

  void must_sum_up() {
    std::size_t units = 0;
    for (const auto& [stored, item] : page_.storage.items) {
      if (is_ours(stored)) units += in_memory::units(stored) + in_memory::units(item);
    }
    MUST(store_->bytes() == 2.0 * static_cast<double>(units));
  }

  bool is_ours(const std::string& stored) const {
    std::string key;
    return keys().is_record(stored, key) || keys().is_expiry(stored, key);
  }

  void must_have_flushed(const Items& before, bool whole) {
    const Items& after = page_.storage.items;
    for (const auto& [key, item] : after) {
      MUST(before.count(key) && before.at(key) == item, key);
      if (whole && !store_->names().shadows_another()) MUST(!is_ours(key), key);
    }
    for (const auto& [key, item] : before) {
      if (after.count(key)) continue;
      MUST(is_ours(key) && !store_->names().shadows_another(), key);
      if (!whole) MUST(had_expired(before, key), key);
    }
  }

  // Whether this is a record or an expiry of a store that is known, and passed.
  bool had_expired(const Items& before, const std::string& stored) {
    for (const std::string& ns : registry_.known()) {
      const burry::Keys names(ns);
      const in_memory::Keys keys(ns);
      std::string key;
      if (names.shadows_another() || (!keys.is_record(stored, key) && !keys.is_expiry(stored, key))) continue;
      const auto expiry = before.find(keys.expiry(key));
      if (expiry == before.end()) continue;
      Items only = {*expiry};
      std::swap(only, page_.storage.items);
      const burry::Minutes minute = page_.storage.minute(expiry->first);
      std::swap(only, page_.storage.items);
      if (minute != burry::unreadable && minute < burry::minutes_now(page_.clock)) return true;
    }
    return false;
  }

  // Everything else is as it was, but for what had expired when room was made.
  void must_touch_only(const Items& before, const std::set<std::string>& ours) {
    const Items& after = page_.storage.items;
    for (const auto& [key, item] : after) {
      if (!ours.count(key)) MUST(before.count(key) && before.at(key) == item, key);
    }
    for (const auto& [key, item] : before) {
      if (!ours.count(key) && !after.count(key)) MUST(limited_ && had_expired(before, key), key);
    }
  }

  in_memory::Page page_;
  burry::Registry registry_{page_};
  std::optional<burry::Store> store_;
  bool limited_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script().run(fuzz::text_of(data, size));
  return 0;
}
