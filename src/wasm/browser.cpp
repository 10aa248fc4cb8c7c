#include "wasm/browser.h"

using page::Ends;
using page::Id;
using page::Ids;
using page::List;
using page::Minutes;
using page::Name;
using page::Names;
using page::Value;

// js/page.js. Values and names are numbers; a list is where it begins and how many
// there are. What gives a list puts it aside, and returns how many there are.
extern "C" {
int page_literal(const char* text);
int page_pin(int name);
bool page_begins(int text, int start);
int page_without(const Name* texts, int count, int start);
bool page_contains(int text, int part);
int page_joined(int head, int tail, int without);
int page_units(int text);
int page_name(const char16_t* units, int count);
void page_take(void* elements);

bool page_storage_available();
int page_storage_read(int record, int expiry, int key, Minutes* minutes);
int page_storage_write(int record, int expiry, int key, int text, Minutes minutes);
void page_storage_remove(int record, int expiry, const Name* keys, int count);
int page_storage_keys(int end);
void page_storage_expiries(int expiry, const Name* keys, int count, Minutes* minutes);
double page_storage_bytes(int record, int expiry);

int page_stringify(int value);
int page_parse(int text);
bool page_same(int text, int other);
int page_number(double number);
double page_number_of(int value);

bool page_array_is_flat(int text);
int page_array_ids(int array);
int page_array(const Id* ids, int count);
int page_array_position(int array, int name);
int page_array_at(int array, int position, bool* is_text);
int page_array_size(int array);
int page_array_inserted(int array, int position, int name, bool is_text);
int page_array_without(int array, int name);
int page_array_missing(int array, int other);
int page_array_lacks(const Name* names, int count, int array);

double page_now();

void page_give(int value);
void page_give_names(const Name* names, int count);
void page_give_numbers(const double* numbers, int count);
bool page_is_full();
void page_sweep(const int* numbers, int count);
}

namespace page {

Name::Name(const char* text) : number_(page_literal(text)) {}
Name pin(const char* text) { return Name(page_pin(page_literal(text))); }

}  // namespace page

namespace wasm {

// As js/page.js reads them.
static_assert(sizeof(Name) == 4 && sizeof(Value) == 4 && sizeof(Id) == 8 && sizeof(Minutes) == 8);

template <class T>
List<T> take(int count) {
  List<T> taken;
  taken.resize(count);
  if (count) page_take(taken.data());
  return taken;
}
template List<Id> take(int count);

namespace {

class BrowserStorage final : public page::Storage {
 public:
  bool available() override { return page_storage_available(); }
  page::Stored read(const Ends& ends, Name key) override {
    page::Stored stored;
    stored.text = Value(page_storage_read(ends.record.number(), ends.expiry.number(), key.number(),
                                          &stored.expiry));
    return stored;
  }
  Value text(const Ends& ends, Name key) override {
    return Value(page_storage_read(ends.record.number(), 0, key.number(), nullptr));
  }
  page::Wrote write(const Ends& ends, Name key, Value text, Minutes expiry) override {
    return static_cast<page::Wrote>(page_storage_write(
        ends.record.number(), ends.expiry.number(), key.number(), text.number(), expiry));
  }
  void remove(const Ends& ends, const Names& keys) override {
    page_storage_remove(ends.record.number(), ends.expiry.number(), keys.data(), keys.size());
  }
  Names keys(Name end) override { return take<Name>(page_storage_keys(end.number())); }
  List<Minutes> expiries(const Ends& ends, const Names& keys) override {
    List<Minutes> expiries;
    expiries.resize(keys.size());
    page_storage_expiries(ends.expiry.number(), keys.data(), keys.size(), expiries.data());
    return expiries;
  }
  double bytes(const Ends& ends) override {
    return page_storage_bytes(ends.record.number(), ends.expiry.number());
  }
};

class BrowserJson final : public page::Json {
 public:
  Value stringify(Value value) override { return Value(page_stringify(value.number())); }
  Value parse(Value text) override { return Value(page_parse(text.number())); }
  bool same(Value text, Value other) override { return page_same(text.number(), other.number()); }
  Value number(double number) override { return Value(page_number(number)); }
  double number(Value value) override { return page_number_of(value.number()); }
};

class BrowserTexts final : public page::Texts {
 public:
  bool begins(Name text, Name start) override { return page_begins(text.number(), start.number()); }
  Names without(const Names& texts, Name start) override {
    return take<Name>(page_without(texts.data(), texts.size(), start.number()));
  }
  bool contains(Name text, Name part) override { return page_contains(text.number(), part.number()); }
  Name joined(Name head, Name tail, int without) override {
    return Name(page_joined(head.number(), tail.number(), without));
  }
  Name pinned(Name text) override { return Name(page_pin(text.number())); }
  List<char16_t> units(Name text) override { return take<char16_t>(page_units(text.number())); }
  Name name(const List<char16_t>& units) override {
    return Name(page_name(units.data(), units.size()));
  }
};

class BrowserArrays final : public page::Arrays {
 public:
  bool is_flat(Value text) override { return page_array_is_flat(text.number()); }
  Ids ids(Value array) override { return take<Id>(page_array_ids(array.number())); }
  Value array(const Ids& ids) override { return Value(page_array(ids.data(), ids.size())); }
  int position(Value array, Name name) override {
    return page_array_position(array.number(), name.number());
  }
  Id at(Value array, int position) override {
    Id id;
    id.name = Name(page_array_at(array.number(), position, &id.is_text));
    return id;
  }
  int size(Value array) override { return page_array_size(array.number()); }
  Value inserted(Value array, int position, const Id& id) override {
    return Value(page_array_inserted(array.number(), position, id.name.number(), id.is_text));
  }
  Value without(Value array, Name name) override {
    return Value(page_array_without(array.number(), name.number()));
  }
  Names missing(Value array, Value other) override {
    return take<Name>(page_array_missing(array.number(), other.number()));
  }
  Names missing(const Names& names, Value other) override {
    return take<Name>(page_array_lacks(names.data(), names.size(), other.number()));
  }
};

class BrowserClock final : public page::Clock {
 public:
  double now() override { return page_now(); }
};

}  // namespace

const page::Page& browser_page() {
  static BrowserStorage storage;
  static BrowserJson json;
  static BrowserTexts texts;
  static BrowserArrays arrays;
  static BrowserClock clock;
  static const page::Page page = {storage, json, texts, arrays, clock};
  return page;
}

burry::Registry& registry() {
  static burry::Registry registry(browser_page());
  return registry;
}

void give(Value value) { page_give(value.number()); }
void give(Name name) { page_give(name.number()); }
void give(const Names& names) { page_give_names(names.data(), names.size()); }
void give(const List<double>& numbers) { page_give_numbers(numbers.data(), numbers.size()); }

int Turn::depth_ = 0;
extern "C" void forget_turns() { Turn::forget_all(); }  // js/embind.js

// While calls are in progress there is something to be kept, and to look for the
// rest is worth it only now and then.
Turn::~Turn() {
  if (--depth_ || (is_busy() && !page_is_full())) return;
  const page::Reachable needed = reachable();
  page_sweep(needed.numbers().data(), needed.numbers().size());
}

}  // namespace wasm
