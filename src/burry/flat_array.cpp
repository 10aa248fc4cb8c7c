#include "burry/flat_array.h"

#include <string_view>
#include <utility>

#include "page/text.h"

namespace burry {
namespace {

constexpr const char* digits = "0123456789";
constexpr const char* hex_digits = "0123456789abcdefABCDEF";
// The letters behind a backslash, and what they stand for.
constexpr std::u16string_view escape_letters = u"\"\\/bfnrt";
constexpr std::u16string_view meanings = u"\"\\/\b\f\n\r\t";

bool is_one_of(char letter, std::string_view letters) {
  return letters.find(letter) != std::string_view::npos;
}

char16_t unit_of(std::u16string_view hex) {
  unsigned unit = 0;
  for (const char16_t digit : hex) unit = unit << 4 | (digit <= u'9' ? digit - u'0' : (digit & 7) + 9u);
  return static_cast<char16_t>(unit);
}

// What a text means whose grammar has been checked. The escapes of a pair of
// surrogates become one character, so this is done in UTF-16.
std::string unescape(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  const std::u16string units = page::to_utf16(text);
  const std::u16string_view all = units;
  std::u16string meaning;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (all[at] != u'\\') {
      meaning += all[at];
    } else if (all[++at] != u'u') {
      meaning += meanings[escape_letters.find(all[at])];
    } else {
      meaning += unit_of(all.substr(at + 1, 4));
      at += 4;
    }
  }
  return page::to_utf8(meaning);
}

// Reads one array from left to right. A general parser refuses lone surrogates,
// and with them everybody's list or registry for the sake of one odd name.
class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  bool read(std::vector<Element>& elements) {
    if (!take_token('[')) return false;
    if (take_token(']')) return at_end();
    do {
      skip(" \t\r\n");
      elements.emplace_back();
      if (!read(elements.back())) return false;
    } while (take_token(','));
    return take_token(']') && at_end();
  }

 private:
  bool at_end() {
    skip(" \t\r\n");
    return at_ == text_.size();
  }
  // No text that is JSON has a zero in it, so it can stand for the end.
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view letters) {
    if (at_ == text_.size() || !is_one_of(next(), letters)) return false;
    ++at_;
    return true;
  }
  bool skip(std::string_view letters) {
    const std::size_t before = at_;
    while (take(letters)) continue;
    return at_ > before;
  }
  bool take_token(char token) {
    skip(" \t\r\n");
    return take({&token, 1});
  }

  bool read(Element& element) {
    const std::size_t before = at_;
    const bool text = next() == '"';
    if (!(text ? pass_text() : pass_number())) return false;
    element.token = text_.substr(before, at_ - before);
    element.name = text ? unescape(std::string_view(element.token).substr(1, element.token.size() - 2))
                        : element.token;
    return true;
  }
  bool pass_text() {
    for (++at_; !take("\""); ) {
      if (static_cast<unsigned char>(next()) < ' ') return false;
      if (!take("\\")) {
        ++at_;
      } else if (take("u")) {
        for (int i = 0; i < 4; ++i) {
          if (!take(hex_digits)) return false;
        }
      } else if (!take("\"\\/bfnrt")) {
        return false;
      }
    }
    return true;
  }
  bool pass_number() {
    take("-");
    if (!take("0") && !skip(digits)) return false;
    if (take(".") && !skip(digits)) return false;
    if (!take("eE")) return true;
    take("+-");
    return skip(digits);
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

}  // namespace

bool read_flat_array(const std::string& text, std::vector<Element>& elements) {
  elements.clear();
  if (Reader(text).read(elements)) return true;
  elements.clear();
  return false;
}

std::string write_flat_array(const std::vector<Element>& elements) {
  std::string text = "[";
  for (const Element& element : elements) {
    if (text.size() > 1) text += ',';
    text += element.token;
  }
  return text += ']';
}

}  // namespace burry
