// The page as the tests play it: values, names, JSON, storage and a clock, in memory.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "page/page.h"
#include "page/reachable.h"

namespace in_memory {

// Keeps the order of members, as JavaScript does. A discarded one stands for a
// value that has no JSON: undefined, a function, a cycle.
using Content = nlohmann::ordered_json;

// A value of this page. Texts are values, too: those that are JSON strings.
page::Value value(Content content);
page::Value without_json();
const Content& content(page::Value value);
std::string text(page::Value value);
std::string text(page::Name name);
// The texts of some names, in JSON, for tests to print and to compare.
std::string text(const page::Names& names);

// An id as JavaScript's String() spells it.
std::string key_of(const Content& id);

// How many values and names are held that are not pinned.
std::size_t held();
// Forgets all but what is pinned and these. No number is used twice, so that one that
// outlives its value is found out.
void sweep(const page::Reachable& needed);
// Forgets also what the core of a test has pinned since the program began.
void forget_all();

// The names of all namespaces lie here (BEHAVIOUR 2.3).
inline const std::string registry_key = "_burry_stores_";

// How the keys of a namespace lie in storage (2.1, 2.2).
struct Keys {
  std::string record_end, expiry_end;

  explicit Keys(const std::string& ns) : record_end("-_burry_" + ns), expiry_end("-_burry_exp_" + ns) {}
  explicit Keys(const page::Ends& ends) : record_end(text(ends.record)), expiry_end(text(ends.expiry)) {}

  std::string record(const std::string& key) const { return key + record_end; }
  std::string expiry(const std::string& key) const { return key + expiry_end; }
  // Whether a key of storage is one of these; key is what stands before its end then.
  bool is_record(const std::string& stored, std::string& key) const;
  bool is_expiry(const std::string& stored, std::string& key) const;
};

class Storage final : public page::Storage {
 public:
  bool absent = false;     // window.localStorage is null
  bool forbidden = false;  // window.localStorage throws a SecurityError
  // UTF-16 units of all keys and values, as browsers count them.
  std::size_t quota = 5 * 1024 * 1024;
  std::size_t writes = 0;  // what localStorage.setItem has been called for
  std::map<std::string, std::string> items;

  bool available() override { return !absent && !forbidden; }
  page::Stored read(const page::Ends& ends, page::Name key) override;
  page::Value text(const page::Ends& ends, page::Name key) override;
  page::Wrote write(const page::Ends& ends, page::Name key, page::Value text,
                    page::Minutes expiry) override;
  void remove(const page::Ends& ends, const page::Names& keys) override;
  page::Names keys(page::Name end) override;
  page::List<page::Minutes> expiries(const page::Ends& ends, const page::Names& keys) override;
  double bytes(const page::Ends& ends) override;

  std::size_t units() const;
  // The minute that lies under a key.
  page::Minutes minute(const std::string& expiry_key) const;

 private:
  bool set_item(const std::string& key, const std::string& item);
};

// Unlike a browser's, it parses no lone surrogates.
class Json final : public page::Json {
 public:
  page::Value stringify(page::Value value) override;
  page::Value parse(page::Value text) override;
  bool same(page::Value text, page::Value other) override;
  page::Value number(double number) override;
  double number(page::Value value) override;
};

class Texts final : public page::Texts {
 public:
  bool begins(page::Name text, page::Name start) override;
  page::Names without(const page::Names& texts, page::Name start) override;
  bool contains(page::Name text, page::Name part) override;
  page::Name joined(page::Name head, page::Name tail, int without = 0) override;
  page::Name pinned(page::Name text) override;
  page::List<char16_t> units(page::Name text) override;
  page::Name name(const page::List<char16_t>& units) override;
};

class Arrays final : public page::Arrays {
 public:
  bool is_flat(page::Value text) override;
  page::Ids ids(page::Value array) override;
  page::Value array(const page::Ids& ids) override;
  int position(page::Value array, page::Name name) override;
  page::Id at(page::Value array, int position) override;
  int size(page::Value array) override;
  page::Value inserted(page::Value array, int position, const page::Id& id) override;
  page::Value without(page::Value array, page::Name name) override;
  page::Names missing(page::Value array, page::Value other) override;
  page::Names missing(const page::Names& names, page::Value other) override;
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
  Texts texts;
  Arrays arrays;
  Clock clock;
  page::Page page = {storage, json, texts, arrays, clock};

  Page() = default;
  Page(const Page&) = delete;
  operator const page::Page&() const { return page; }
};

}  // namespace in_memory
