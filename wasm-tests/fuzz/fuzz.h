// What the targets share: how an input is cut up, and what happens where an
// invariant does not hold.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "text.h"

// libFuzzer keeps the input of whatever aborts.
#define MUST(condition, ...)                                                         \
  do {                                                                               \
    if (!(condition)) fuzz::violated(#condition, __FILE__, __LINE__, {__VA_ARGS__}); \
  } while (false)

namespace fuzz {

using Items = std::map<std::string, std::string>;

[[noreturn]] inline void violated(const char* condition, const char* file, int line,
                                  std::initializer_list<std::string> seen) {
  std::fprintf(stderr, "%s:%d: must hold: %s\n", file, line, condition);
  for (const std::string& text : seen) std::fprintf(stderr, "  seen: %s\n", text.c_str());
  std::abort();
}

// Bytes as a text that a page can have, as it comes into the core: what is no UTF-8
// becomes some of the 65536 UTF-16 units, lone surrogates among them.
inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return in_memory::to_utf8(in_memory::to_utf16({reinterpret_cast<const char*>(data), size}));
}

// Cuts at each occurrence, so that an input stays readable in an editor.
inline std::vector<std::string> split(std::string_view text, char at, std::size_t most = ~std::size_t{}) {
  std::vector<std::string> parts;
  while (parts.size() + 1 < most) {
    const std::size_t end = text.find(at);
    if (end == text.npos) break;
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.emplace_back(text);
  return parts;
}

// Fills up what an input leaves out.
inline std::vector<std::string> fields(std::string_view text, char at, std::size_t count) {
  std::vector<std::string> parts = split(text, at, count);
  parts.resize(count);
  return parts;
}

inline double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

// A whole number between -below and below.
inline int whole(const std::string& text, int below) {
  const double value = std::fmod(number(text), below);
  return std::isnan(value) ? 0 : static_cast<int>(value);
}

}  // namespace fuzz
