// The page as the tests play it: values, JSON, storage and a clock, in memory.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "page/page.h"

namespace in_memory {

// Keeps the order of members, as JavaScript does. A discarded one stands for a
// value that has no JSON: undefined, a function, a cycle.
using Content = nlohmann::ordered_json;

// A value of this page. Texts are values, too: those that are JSON strings.
page::Value value(Content content);
page::Value without_json();
const Content& content(const page::Value& value);
std::string text(const page::Value& value);
// How many values somebody still holds.
std::size_t values_held();

class Storage final : public page::Storage {
 public:
  bool absent = false;     // window.localStorage is null
  bool forbidden = false;  // window.localStorage throws a SecurityError
  // UTF-16 units of all keys and values, as browsers count them.
  std::size_t quota = 5 * 1024 * 1024;
  std::size_t writes = 0;  // what localStorage.setItem has been called for
  std::map<std::string, std::string> items;

  bool available() override { return !absent && !forbidden; }
  page::Stored read(const std::string& key, const std::string& expiry_key) override;
  page::Wrote write(const std::string& key, const page::Value& text, const std::string& expiry_key,
                    page::Minutes expiry) override;
  void remove(const std::vector<std::string>& keys) override;
  std::vector<std::string> keys() override;
  std::vector<page::Minutes> expiries(const std::vector<std::string>& expiry_keys) override;
  double bytes(const std::vector<std::string>& keys) override;

  std::size_t units() const;

 private:
  bool set_item(const std::string& key, const std::string& item);
  page::Minutes minute(const std::string& expiry_key) const;
};

// Unlike a browser's, it parses no lone surrogates.
class Json final : public page::Json {
 public:
  page::Value stringify(const page::Value& value) override;
  page::Value parse(const page::Value& text) override;
  std::string copy(const page::Value& text) override;
  bool same(const page::Value& text, const page::Value& other) override;
  page::Value text(const std::string& text) override;
  page::Value number(double number) override;
  double number(const page::Value& value) override;
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
  operator page::Page() { return {storage, json, clock}; }
};

}  // namespace in_memory
