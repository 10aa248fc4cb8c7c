#include "text.h"

#include <cstdlib>

namespace in_memory {
namespace {

constexpr char32_t first_high = 0xD800, first_low = 0xDC00, after_low = 0xE000;
constexpr char32_t beyond_basic = 0x10000;

bool is_high(char32_t unit) { return unit >= first_high && unit < first_low; }
bool is_low(char32_t unit) { return unit >= first_low && unit < after_low; }

constexpr char32_t marked = 0xFFFF;
constexpr std::string_view mark = "\xEF\xBF\xBF", digits = "0123456789abcdef";

char tail(char32_t point, int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3F)); }

std::string marked_unit(char32_t unit) {
  std::string text(mark);
  for (const int shift : {12, 8, 4, 0}) text += digits[(unit >> shift) & 15];
  return text;
}

bool is_marked_unit(std::string_view text) {
  return text.size() >= mark.size() + 4 && text.starts_with(mark) &&
         text.substr(mark.size(), 4).find_first_not_of(digits) == text.npos;
}

}  // namespace

std::string to_utf8(std::u16string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t point = text[i];
    if (is_high(point) && i + 1 < text.size() && is_low(text[i + 1])) {
      point = beyond_basic + ((point - first_high) << 10) + (text[++i] - first_low);
    }
    if (is_high(point) || is_low(point) || point == marked) {
      result += marked_unit(point);
      continue;
    }
    if (point < 0x80) {
      result += static_cast<char>(point);
      continue;
    }
    if (point < 0x800) {
      result += static_cast<char>(0xC0 | (point >> 6));
    } else {
      if (point < beyond_basic) {
        result += static_cast<char>(0xE0 | (point >> 12));
      } else {
        result += static_cast<char>(0xF0 | (point >> 18));
        result += tail(point, 12);
      }
      result += tail(point, 6);
    }
    result += tail(point, 0);
  }
  return result;
}

// What is not well formed becomes some text or other.
std::u16string to_utf16(std::string_view text) {
  std::u16string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (is_marked_unit(text.substr(i))) {
      const std::string unit(text.substr(i + mark.size(), 4));
      result += static_cast<char16_t>(std::strtoul(unit.c_str(), nullptr, 16));
      i += mark.size() + 4;
      continue;
    }
    const auto lead = static_cast<unsigned char>(text[i++]);
    int tails = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t point = tails ? lead & (0x3F >> tails) : lead;
    for (; tails && i < text.size(); --tails) {
      point = (point << 6) | (static_cast<unsigned char>(text[i++]) & 0x3F);
    }
    if (point < beyond_basic) {
      result += static_cast<char16_t>(point);
      continue;
    }
    point -= beyond_basic;
    result += static_cast<char16_t>(first_high + (point >> 10));
    result += static_cast<char16_t>(first_low + (point & 0x3FF));
  }
  return result;
}

}  // namespace in_memory
