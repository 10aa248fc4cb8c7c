// What Burry's store asks of a page: storage, JSON and the time.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "page/value.h"

namespace page {

// Whole minutes since the epoch (BEHAVIOUR 2.2).
using Minutes = double;

// No expiry is there: such a record never expires.
constexpr Minutes never = std::numeric_limits<double>::infinity();
// An expiry is there and is no number: such a record is of no use (9.3).
constexpr Minutes unreadable = -std::numeric_limits<double>::infinity();

// How a write ended.
enum class Wrote {
  done,     // it is in storage now
  full,     // the quota is reached; value and expiry may not fit each other now
  refused,  // there is no storage, or it forbids writing
  saved,    // it was there already, and nothing was written
};

// One record as it lies in storage.
struct Stored {
  Value text;  // empty: no record
  Minutes expiry = never;
};

// The page's localStorage. What is absent or forbidden finds nothing, refuses
// writes and never throws (BEHAVIOUR 9.1).
class Storage {
 public:
  virtual bool available() = 0;
  virtual Stored read(const std::string& key, const std::string& expiry_key) = 0;
  // Writes the text under key and the expiry under expiry_key; `never` removes
  // the expiry. What is there already is not written again.
  virtual Wrote write(const std::string& key, const Value& text, const std::string& expiry_key,
                      Minutes expiry) = 0;
  virtual void remove(const std::vector<std::string>& keys) = 0;
  // Every key there is, ours and others', in the order of the storage.
  virtual std::vector<std::string> keys() = 0;
  // The minute under each of these expiry keys.
  virtual std::vector<Minutes> expiries(const std::vector<std::string>& expiry_keys) = 0;
  // What these keys and their values take up: two bytes for each UTF-16 unit.
  virtual double bytes(const std::vector<std::string>& keys) = 0;

 protected:
  ~Storage() = default;
};

// The page's own JSON and text, and its clock.
class Json {
 public:
  // Empty where the value has no JSON: undefined, a function, a cycle, a BigInt.
  virtual Value stringify(const Value& value) = 0;
  // Empty where the text is no JSON.
  virtual Value parse(const Value& text) = 0;
  virtual std::string copy(const Value& text) = 0;
  virtual bool same(const Value& text, const Value& other) = 0;
  virtual Value text(const std::string& text) = 0;
  virtual Value number(double number) = 0;
  // NaN where the value is no number.
  virtual double number(const Value& value) = 0;

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
