#include "wasm/browser.h"

#include <emscripten/emscripten.h>

#include <vector>

#include "json/json.h"

using emscripten::val;

// Of js/storage.js, by way of js/core.js; js/build/core-head.js has textAt and tell.
// clang-format off
EM_JS(bool, storage_available, (), { return Module.storage.available(); });
// Returns whether there is one.
EM_JS(bool, storage_get, (const char* key, size_t size, std::string* item), { return tell(item, Module.storage.get(textAt(key, size))); });
EM_JS(page::Wrote, storage_set, (const char* key, size_t key_size, const char* text, size_t text_size), {
  return Module.Wrote[Module.storage.set(textAt(key, key_size), textAt(text, text_size))].value;
});
EM_JS(page::Wrote, storage_write, (const char* key, size_t key_size, const char* text, size_t text_size, const char* expiry_key, size_t expiry_key_size, double expiry), {
  return Module.Wrote[Module.storage.write(textAt(key, key_size), textAt(text, text_size), textAt(expiry_key, expiry_key_size), expiry)].value;
});
EM_JS(void, storage_remove, (const char* keys, size_t size), { Module.storage.remove(textAt(keys, size)); });
EM_JS(void, storage_keys, (std::vector<std::string>* keys), {
  for (const key of Module.storage.keys()) tell(_add_text(keys), key);
});
EM_JS(bool, json_accepts, (const char* text, size_t size), { return Module.json.accepts(textAt(text, size)); });
EM_JS(double, json_number, (const char* text, size_t size), { return Module.json.number(textAt(text, size)); });
EM_JS(void, json_spell, (std::string* text, double number), { tell(text, Module.json.spell(number)); });
EM_JS(double, clock_now, (), { return Module.now(); });
// clang-format on

extern "C" {
// Makes room for a text that JavaScript is about to put there, and tells where.
EMSCRIPTEN_KEEPALIVE char* make_room(std::string* text, size_t size) {
  text->resize(size);
  return text->data();
}
EMSCRIPTEN_KEEPALIVE std::string* add_text(std::vector<std::string>* texts) { return &texts->emplace_back(); }
}

namespace wasm {
namespace {

// js/storage.js has what is called here; none of it throws.
class BrowserStorage final : public page::Storage {
 public:
  bool available() override { return storage_available(); }
  std::optional<std::string> get(const std::string& key) override {
    std::string item;
    if (!storage_get(key.data(), key.size(), &item)) return {};
    return item;
  }
  page::Wrote set(const std::string& key, const std::string& text) override {
    return storage_set(key.data(), key.size(), text.data(), text.size());
  }
  page::Wrote write(const std::string& record_key, const std::string& text, const std::string& expiry_key,
                    page::Minutes expiry) override {
    return storage_write(record_key.data(), record_key.size(), text.data(), text.size(), expiry_key.data(),
                         expiry_key.size(), expiry);
  }
  void remove(const std::vector<std::string>& keys) override {
    const std::string all = json::spell(keys);
    storage_remove(all.data(), all.size());
  }
  std::vector<std::string> keys() override {
    std::vector<std::string> keys;
    storage_keys(&keys);
    return keys;
  }
};

class BrowserJson final : public page::Json {
 public:
  bool accepts(const std::string& text) override { return json_accepts(text.data(), text.size()); }
  double number(const std::string& text) override { return json_number(text.data(), text.size()); }
  std::string spell(double number) override {
    std::string text;
    json_spell(&text, number);
    return text;
  }
};

class BrowserClock final : public page::Clock {
 public:
  double now() override { return clock_now(); }
};

}  // namespace

const page::Page& browser_page() {
  static BrowserStorage storage;
  static BrowserJson json;
  static BrowserClock clock;
  static const page::Page page = {storage, json, clock};
  return page;
}

burry::Registry& registry() {
  static burry::Registry registry(browser_page());
  return registry;
}

std::string text(const val& value) { return value.as<std::string>(); }

std::optional<std::string> optional_text(const val& value) {
  if (value.isUndefined()) return {};
  return text(value);
}

val to_val(const std::optional<std::string>& text) { return text ? val(*text) : val::undefined(); }

}  // namespace wasm
