// What Burry's store asks of a page: storage, JSON, texts and the time.
#pragma once

#include <limits>

#include "page/list.h"
#include "page/value.h"

namespace page {

// Whole minutes since the epoch (BEHAVIOUR 2.2).
using Minutes = double;

// No expiry is there: such a record never expires.
constexpr Minutes never = std::numeric_limits<double>::infinity();
// An expiry is there and is no number: such a record is of no use (9.3).
constexpr Minutes unreadable = -std::numeric_limits<double>::infinity();

using Names = List<Name>;

// The ends of a namespace's keys in storage. An empty `expiry`: nothing in it
// expires.
struct Ends {
  Name record, expiry;
};

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
  virtual Stored read(const Ends& ends, Name key) = 0;
  // The record alone.
  virtual Value text(const Ends& ends, Name key) = 0;
  // Writes the text and its expiry; `never` removes the expiry. What is there
  // already is not written again.
  virtual Wrote write(const Ends& ends, Name key, Value text, Minutes expiry) = 0;
  // Removes records and their expiries.
  virtual void remove(const Ends& ends, const Names& keys) = 0;
  // Of every key there is that ends so, what stands before that end, in the order
  // of the storage.
  virtual Names keys(Name end) = 0;
  // The minute in which each of them expires.
  virtual List<Minutes> expiries(const Ends& ends, const Names& keys) = 0;
  // What all records and expiries with these ends take up, keys and values: two
  // bytes for each UTF-16 unit.
  virtual double bytes(const Ends& ends) = 0;

 protected:
  ~Storage() = default;
};

// The page's own JSON.
class Json {
 public:
  // Empty where the value has no JSON: undefined, a function, a cycle, a BigInt.
  virtual Value stringify(Value value) = 0;
  // Empty where the text is no JSON.
  virtual Value parse(Value text) = 0;
  virtual bool same(Value text, Value other) = 0;
  virtual Value number(double number) = 0;
  // NaN where the value is no number.
  virtual double number(Value value) = 0;

 protected:
  ~Json() = default;
};

// Names are looked into by these few questions only.
class Texts {
 public:
  virtual bool begins(Name text, Name start) = 0;
  // Those that do not begin so.
  virtual Names without(const Names& texts, Name start) = 0;
  virtual bool contains(Name text, Name part) = 0;
  // head, and tail without its first units.
  virtual Name joined(Name head, Name tail, int without = 0) = 0;
  // The same text, which the page is to keep for ever.
  virtual Name pinned(Name text) = 0;
  // In UTF-16.
  virtual List<char16_t> units(Name text) = 0;
  virtual Name name(const List<char16_t>& units) = 0;

 protected:
  ~Texts() = default;
};

// An element of a flat array: a text, or a number of which `name` is the text.
struct Id {
  Name name;
  bool is_text;
};
using Ids = List<Id>;

// The JSON of a flat array of texts and numbers, as the registry and the lists
// are. All but is_flat are asked of such a text only.
class Arrays {
 public:
  virtual bool is_flat(Value text) = 0;
  virtual Ids ids(Value array) = 0;
  virtual Value array(const Ids& ids) = 0;
  // Where a name stands first; -1: nowhere.
  virtual int position(Value array, Name name) = 0;
  virtual Id at(Value array, int position) = 0;
  virtual int size(Value array) = 0;
  // The array with an id more, or without a name, wherever it stands.
  virtual Value inserted(Value array, int position, const Id& id) = 0;
  virtual Value without(Value array, Name name) = 0;
  // The names of an array, or of these names, that are not in another array.
  virtual Names missing(Value array, Value other) = 0;
  virtual Names missing(const Names& names, Value other) = 0;

 protected:
  ~Arrays() = default;
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
  Texts& texts;
  Arrays& arrays;
  Clock& clock;
};

}  // namespace page
