#include "wasm/browser.h"

#include <vector>

#include "json/json.h"

using emscripten::val;

namespace wasm {
namespace {

// js/storage.js has what is called here; none of it throws.
class BrowserStorage final : public page::Storage {
 public:
  bool available() override { return storage_.call<bool>("available"); }
  std::optional<std::string> get(const std::string& key) override {
    return optional_text(storage_.call<val>("get", key));
  }
  page::Wrote set(const std::string& key, const std::string& text) override {
    return wrote(storage_.call<std::string>("set", key, text));
  }
  page::Wrote write(const std::string& record_key, const std::string& text, const std::string& expiry_key,
                    page::Minutes expiry) override {
    return wrote(storage_.call<std::string>("write", record_key, text, expiry_key, expiry));
  }
  void remove(const std::vector<std::string>& keys) override {
    storage_.call<void>("remove", json::spell(keys));
  }
  std::vector<std::string> keys() override {
    std::vector<std::string> keys;
    auto read = json::read_flat_array(storage_.call<std::string>("keys"));
    if (!read) return keys;
    for (json::Scalar& key : *read) keys.push_back(std::move(key.text));
    return keys;
  }

 private:
  val storage_ = val::module_property("storage");
};

class BrowserJson final : public page::Json {
 public:
  bool accepts(const std::string& text) override { return json_.call<bool>("accepts", text); }
  double number(const std::string& text) override { return json_.call<double>("number", text); }
  std::string spell(double number) override { return json_.call<std::string>("spell", number); }

 private:
  val json_ = val::module_property("json");
};

class BrowserClock final : public page::Clock {
 public:
  double now() override { return now_().as<double>(); }

 private:
  val now_ = val::module_property("now");
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

page::Wrote wrote(const std::string& told) {
  if (told == "done") return page::Wrote::done;
  if (told == "saved") return page::Wrote::saved;
  return told == "full" ? page::Wrote::full : page::Wrote::refused;
}

val to_val(const std::optional<std::string>& text) { return text ? val(*text) : val::undefined(); }

}  // namespace wasm
