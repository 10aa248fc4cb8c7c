#include "wasm/browser.h"

#include "page/text.h"
#include "wasm/crossing.h"

using emscripten::EM_VAL;
using emscripten::val;
using page::Handle;

// js/page.js
extern "C" {
void page_retain(Handle value);
void page_release(Handle value);

bool page_storage_available();
Handle page_storage_read(const char16_t* keys, double* expiry);
int page_storage_write(const char16_t* keys, Handle text, double expiry);
void page_storage_remove(const char16_t* keys, int count);
char16_t* page_storage_keys();
void page_storage_expiries(const char16_t* keys, int count, double* expiries);
double page_storage_bytes(const char16_t* keys, int count);

Handle page_stringify(Handle value);
Handle page_parse(Handle text);
char16_t* page_copy(Handle text);
bool page_same(Handle text, Handle other);
Handle page_text(const char16_t* text);
Handle page_texts(const char16_t* texts, int count);
Handle page_number(double number);
double page_number_of(Handle value);

double page_now();
}

namespace page {
void retain(Handle handle) { page_retain(handle); }
void release(Handle handle) { page_release(handle); }
}  // namespace page

namespace wasm {

bool BrowserStorage::available() { return page_storage_available(); }

page::Stored BrowserStorage::read(const std::string& key, const std::string& expiry_key) {
  const Texts keys({key, expiry_key});
  page::Stored stored;
  stored.text = page::Value(page_storage_read(keys.data(), &stored.expiry));
  return stored;
}

page::Wrote BrowserStorage::write(const std::string& key, const page::Value& text,
                                  const std::string& expiry_key, page::Minutes expiry) {
  const Texts keys({key, expiry_key});
  return static_cast<page::Wrote>(page_storage_write(keys.data(), text.handle(), expiry));
}

void BrowserStorage::remove(const std::vector<std::string>& keys) {
  const Texts texts(keys);
  page_storage_remove(texts.data(), texts.count());
}

std::vector<std::string> BrowserStorage::keys() { return take_texts(page_storage_keys()); }

std::vector<page::Minutes> BrowserStorage::expiries(const std::vector<std::string>& expiry_keys) {
  const Texts texts(expiry_keys);
  std::vector<page::Minutes> expiries(expiry_keys.size(), page::never);
  page_storage_expiries(texts.data(), texts.count(), expiries.data());
  return expiries;
}

double BrowserStorage::bytes(const std::vector<std::string>& keys) {
  const Texts texts(keys);
  return page_storage_bytes(texts.data(), texts.count());
}

page::Value BrowserJson::stringify(const page::Value& value) {
  return page::Value(page_stringify(value.handle()));
}
page::Value BrowserJson::parse(const page::Value& text) {
  return page::Value(page_parse(text.handle()));
}
std::string BrowserJson::copy(const page::Value& text) {
  return take_text(page_copy(text.handle()));
}
bool BrowserJson::same(const page::Value& text, const page::Value& other) {
  return page_same(text.handle(), other.handle());
}
page::Value BrowserJson::text(const std::string& text) {
  const Texts texts({text});
  return page::Value(page_text(texts.data()));
}
page::Value BrowserJson::number(double number) { return page::Value(page_number(number)); }
double BrowserJson::number(const page::Value& value) { return page_number_of(value.handle()); }

double BrowserClock::now() { return page_now(); }

page::Page browser_page() {
  static BrowserStorage storage;
  static BrowserJson json;
  static BrowserClock clock;
  return {storage, json, clock};
}

// A handle of Embind's and a handle of the core's are the same number.
page::Value from_val(const val& value) {
  const auto handle = reinterpret_cast<Handle>(value.as_handle());
  page_retain(handle);
  return page::Value(handle);
}

std::string text_of(const val& text) { return BrowserJson().copy(from_val(text)); }

val to_val(page::Value value) {
  if (!value) return val::undefined();
  return val::take_ownership(reinterpret_cast<EM_VAL>(value.give()));
}

val to_val(const std::string& text) { return to_val(BrowserJson().text(text)); }

val to_val(const std::vector<std::string>& texts) {
  const Texts packed(texts);
  return to_val(page::Value(page_texts(packed.data(), packed.count())));
}

}  // namespace wasm
