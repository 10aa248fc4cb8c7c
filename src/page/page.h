// What the core asks of a browser: its storage, its JSON and its clock. All texts are
// UTF-8.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace page {

// Whole minutes since the epoch (contract 2.2).
using Minutes = double;
// No expiry is there: such a record never expires.
constexpr Minutes never = std::numeric_limits<double>::infinity();

// How a write to storage ended.
enum class Wrote {
  done,
  saved,    // it was there already
  full,     // the quota is reached
  refused,  // there is no storage, or it forbids writing
};

// window.localStorage. What is absent or forbidden finds nothing, refuses writes and
// never throws (contract 9.1).
class Storage {
 public:
  virtual bool available() = 0;
  virtual std::optional<std::string> get(const std::string& key) = 0;
  virtual Wrote set(const std::string& key, const std::string& text) = 0;
  // Sets the text of a record and its expiry (`never` removes it), each only where it
  // differs: a comparison costs a hundredth of a write, and crosses nothing here.
  virtual Wrote write(const std::string& record_key, const std::string& text, const std::string& expiry_key,
                      Minutes expiry) = 0;
  virtual void remove(const std::vector<std::string>& keys) = 0;
  // All keys of the origin, in the order of the storage.
  virtual std::vector<std::string> keys() = 0;

 protected:
  ~Storage() = default;
};

// The page's own JSON, for what a page has stored: nlohmann/json is stricter about
// texts and numbers than JavaScript is.
class Json {
 public:
  // Whether JSON.parse reads it.
  virtual bool accepts(const std::string& text) = 0;
  // NaN where JSON.parse does not make a number of it.
  virtual double number(const std::string& text) = 0;
  // As JSON.stringify spells it.
  virtual std::string spell(double number) = 0;

 protected:
  ~Json() = default;
};

class Clock {
 public:
  // Milliseconds since the epoch, from `new Date().getTime()` at this moment (2.6).
  virtual double now() = 0;

 protected:
  ~Clock() = default;
};

struct Page {
  Storage& storage;
  Json& json;
  Clock& clock;
};

}  // namespace page
