// The page as the tests play it: storage, JSON and a clock, in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "page/call.h"
#include "page/page.h"

namespace in_memory {

// Keeps the order of members, as JavaScript does.
using Content = nlohmann::ordered_json;

// As JSON.parse reads a text: discarded where it is no JSON.
Content parsed(const std::string& text);
// As String() spells a number, and an id of whatever type.
std::string number_text(double number);
std::string key_of(const Content& id);
// In UTF-16, as browsers count them.
std::size_t units(const std::string& text);

// The names of all namespaces lie here (contract 2.3).
inline const std::string registry_key = "_burry_stores_";

// How the keys of a namespace lie in storage (2.1, 2.2).
struct Keys {
  std::string record_end, expiry_end;

  explicit Keys(const std::string& ns) : record_end("-_burry_" + ns), expiry_end("-_burry_exp_" + ns) {}

  std::string record(const std::string& key) const { return key + record_end; }
  std::string expiry(const std::string& key) const { return key + expiry_end; }
  // Whether a key of storage is one of these; key is what stands before its end then.
  bool is_record(const std::string& stored, std::string& key) const;
  bool is_expiry(const std::string& stored, std::string& key) const;
};

// What a browser tells the other tabs of a change.
struct StorageEvent {
  std::string key, before, now;  // empty: nothing
};

class Storage final : public page::Storage {
 public:
  bool keeps_events = false;
  std::vector<StorageEvent> events;
  // Runs after each change, while the tab that has made it is still at work.
  std::function<void(const StorageEvent&)> on_change;
  bool absent = false;     // window.localStorage is null
  bool forbidden = false;  // window.localStorage throws a SecurityError
  // Of all keys and values together.
  static constexpr std::size_t unlimited = static_cast<std::size_t>(-1);
  std::size_t quota = 5 * 1024 * 1024;
  std::size_t writes = 0;  // what localStorage.setItem has been called for
  std::size_t reads = 0;   // what localStorage.getItem has been called for
  std::size_t scans = 0;   // how often all keys were asked for
  // The page ends after so many more changes: no later one takes effect.
  std::optional<std::size_t> changes_left;
  bool has_ended = false;  // one has been tried since
  std::map<std::string, std::string> items;

  bool available() override { return !absent && !forbidden; }
  std::optional<std::string> get(const std::string& key) override;
  page::Wrote set(const std::string& key, const std::string& text) override;
  page::Wrote write(const std::string& record_key, const std::string& text, const std::string& expiry_key,
                    page::Minutes expiry) override;
  void remove(const std::vector<std::string>& keys) override;
  std::vector<std::string> keys() override;

  std::size_t bytes() const;
  std::size_t units() const;
  // Whether a change takes effect.
  bool may_change();
  // Puts an item there, or takes it out (none), as another tab may do it, too.
  void change(const std::string& key, const std::optional<std::string>& item);
  // The minute that lies under a key: infinite where there is none, and minus infinite
  // where it is no number.
  page::Minutes minute(const std::string& expiry_key) const;
};

// Unlike a browser's, it refuses escapes of half a character.
class Json final : public page::Json {
 public:
  bool accepts(const std::string& text) override { return !parsed(text).is_discarded(); }
  double number(const std::string& text) override;
  std::string spell(double number) override;
};

class Clock final : public page::Clock {
 public:
  double milliseconds = 0;
  void set_minute(double minute) { milliseconds = minute * 60 * 1000; }
  double now() override { return milliseconds; }
};

// One tab with one origin's storage.
struct Page {
  Storage storage;
  Json json;
  Clock clock;
  page::Page page = {storage, json, clock};
  int pages = 0, tokens = 0;     // of the origin, so far
  std::set<std::string> living;  // the names of those that have not ended

  Page() = default;
  Page(const Page&) = delete;
  operator const page::Page&() const { return page; }
};

}  // namespace in_memory
