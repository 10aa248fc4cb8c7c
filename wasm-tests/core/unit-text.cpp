#include <doctest/doctest.h>

#include "text.h"

using in_memory::to_utf16;
using in_memory::to_utf8;

namespace {

bool survives(std::u16string_view text) { return to_utf16(to_utf8(text)) == text; }

}  // namespace

TEST_CASE("2.1 text is UTF-8 in the core") {
  CHECK(to_utf8(u"") == "");
  CHECK(to_utf8(u"a-_burry_") == "a-_burry_");
  CHECK(to_utf8(u"\u00e9") == "\xC3\xA9");
  CHECK(to_utf8(u"\u20ac") == "\xE2\x82\xAC");
  CHECK(to_utf8(u"\U0001F600") == "\xF0\x9F\x98\x80");
}

TEST_CASE("2.1 every code unit goes to and fro unharmed, lone surrogates too") {
  for (unsigned unit = 0; unit < 0x10000; ++unit) {
    const char16_t text[] = {u'a', static_cast<char16_t>(unit), u'z'};
    if (!survives({text, 3})) FAIL_CHECK("code unit " << unit);
  }
}

TEST_CASE("2.1 every code point beyond the basic plane goes to and fro unharmed") {
  for (char32_t point = 0x10000; point < 0x110000; point += 0x35) {
    const char32_t offset = point - 0x10000;
    const char16_t pair[] = {static_cast<char16_t>(0xD800 + (offset >> 10)),
                             static_cast<char16_t>(0xDC00 + (offset & 0x3FF))};
    const std::string text = to_utf8({pair, 2});
    if (text.size() != 4 || to_utf16(text) != std::u16string_view(pair, 2)) {
      FAIL_CHECK("code point " << static_cast<unsigned>(point));
    }
  }
}

TEST_CASE("2.1 surrogates in the wrong order stay in that order") {
  const char16_t reversed[] = {0xDE00, 0xD83D};
  const char16_t doubled[] = {0xD83D, 0xD83D, 0xDE00};
  const char16_t at_the_end[] = {u'a', 0xD83D};
  CHECK(survives({reversed, 2}));
  CHECK(survives({doubled, 3}));
  CHECK(survives({at_the_end, 2}));
}

TEST_CASE("2.1 half a character is spelled by its digits, and so is what spells it") {
  const char16_t high[] = {u'a', 0xD83D}, low[] = {0xDE00, u'0'}, mark[] = {0xFFFF, u'd', u'8', u'0', u'0'};
  CHECK(to_utf8({high, 2}) ==
        "a\xEF\xBF\xBF"
        "d83d");
  CHECK(to_utf8({low, 2}) ==
        "\xEF\xBF\xBF"
        "de000");
  CHECK(to_utf8({mark, 5}) ==
        "\xEF\xBF\xBF"
        "ffffd800");
  CHECK(survives({mark, 5}));
}

TEST_CASE("9.4 a zero unit ends nothing") {
  const std::u16string_view text(u"a\0b", 3);
  CHECK(to_utf8(text).size() == 3);
  CHECK(survives(text));
}

TEST_CASE("9.1 what is cut off in the middle of a character is read to its end and no further") {
  CHECK(to_utf16(std::string_view("a\xE2\x82", 3)).size() == 2);
  CHECK(to_utf16(std::string_view("\xF0", 1)).size() == 1);
}
