#include "wasm/crossing.h"

#include <cstdlib>
#include <string_view>

#include "page/text.h"

namespace wasm {
namespace {

// A length or a number takes two units, the lower half first.
void put_number(std::u16string& units, std::size_t number) {
  units += static_cast<char16_t>(number & 0xFFFF);
  units += static_cast<char16_t>(number >> 16);
}

std::size_t get_number(const char16_t*& units) {
  const std::size_t number = units[0] | static_cast<std::size_t>(units[1]) << 16;
  units += 2;
  return number;
}

}  // namespace

Texts::Texts(const std::vector<std::string>& texts) : count_(static_cast<int>(texts.size())) {
  for (const std::string& text : texts) {
    const std::u16string converted = page::to_utf16(text);
    put_number(units_, converted.size());
    units_ += converted;
  }
}

std::vector<std::string> take_texts(char16_t* texts) {
  std::vector<std::string> taken;
  if (!texts) return taken;
  const char16_t* at = texts;
  const std::size_t count = get_number(at);
  taken.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = get_number(at);
    taken.push_back(page::to_utf8({at, length}));
    at += length;
  }
  std::free(texts);
  return taken;
}

std::string take_text(char16_t* texts) {
  std::vector<std::string> taken = take_texts(texts);
  return taken.empty() ? std::string() : std::move(taken.front());
}

}  // namespace wasm
