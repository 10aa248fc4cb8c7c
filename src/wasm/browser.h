// The page as Emscripten sees it: each method is one crossing into js/page.js.
#pragma once

#include <emscripten/val.h>

#include "page/page.h"

namespace wasm {

class BrowserStorage final : public page::Storage {
 public:
  bool available() override;
  page::Stored read(const std::string& key, const std::string& expiry_key) override;
  page::Wrote write(const std::string& key, const page::Value& text, const std::string& expiry_key,
                    page::Minutes expiry) override;
  void remove(const std::vector<std::string>& keys) override;
  std::vector<std::string> keys() override;
  std::vector<page::Minutes> expiries(const std::vector<std::string>& expiry_keys) override;
  double bytes(const std::vector<std::string>& keys) override;
};

class BrowserJson final : public page::Json {
 public:
  page::Value stringify(const page::Value& value) override;
  page::Value parse(const page::Value& text) override;
  std::string copy(const page::Value& text) override;
  bool same(const page::Value& text, const page::Value& other) override;
  page::Value text(const std::string& text) override;
  page::Value number(double number) override;
  double number(const page::Value& value) override;
};

class BrowserClock final : public page::Clock {
 public:
  double now() override;
};

// The one page of this module.
page::Page browser_page();

// Between Embind's handles and the core's.
page::Value from_val(const emscripten::val& value);
// A text that JavaScript hands in is a val, never a string of C++: where Embind
// may make no code, it keeps the strings of a call where a call inside of that
// call puts its own, and frees those twice.
std::string text_of(const emscripten::val& text);
emscripten::val to_val(page::Value value);  // undefined where there is none
emscripten::val to_val(const std::string& text);
emscripten::val to_val(const std::vector<std::string>& texts);

}  // namespace wasm
