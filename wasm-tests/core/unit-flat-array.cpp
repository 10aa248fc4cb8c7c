#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "burry/flat_array.h"
#include "page/text.h"

using burry::Element;

namespace {

std::vector<std::string> names(const std::string& text) {
  std::vector<Element> elements;
  REQUIRE(burry::read_flat_array(text, elements));
  std::vector<std::string> result;
  for (const Element& element : elements) result.push_back(element.name);
  return result;
}

bool reads(const std::string& text) {
  std::vector<Element> elements;
  const bool read = burry::read_flat_array(text, elements);
  if (!read) CHECK(elements.empty());
  return read;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("2.4 texts stay texts and numbers stay numbers") {
  std::vector<Element> elements;
  REQUIRE(burry::read_flat_array("[7,\"7\",0,-1,1.5,1e21,1e-7,\"a b\"]", elements));
  REQUIRE(elements.size() == 8);
  CHECK_FALSE(elements[0].is_text());
  CHECK(elements[1].is_text());
  CHECK(elements[0].name == "7");
  CHECK(elements[1].name == "7");
  CHECK(elements[5].name == "1e21");
  CHECK(elements[6].token == "1e-7");
  CHECK(elements[7].name == "a b");
}

TEST_CASE("2.4 what was read is written as it was spelled") {
  for (const std::string text : {"[]", "[1]", "[\"\"]", "[1e21,\"a\\nb\",\"\\u00e9\",\"\xC3\xA9\",0.10]"}) {
    std::vector<Element> elements;
    REQUIRE(burry::read_flat_array(text, elements));
    CHECK(burry::write_flat_array(elements) == text);
  }
}

TEST_CASE("2.4 space between the elements is left out when they are written") {
  std::vector<Element> elements;
  REQUIRE(burry::read_flat_array(" [ 1 ,\n\"a , ]\" ,\t2 ] \r\n", elements));
  CHECK(burry::write_flat_array(elements) == "[1,\"a , ]\",2]");
}

TEST_CASE("2.4 names have their escapes resolved") {
  CHECK(names(R"(["a\nb","\"","\\","\/","\b\f\r\t","\u00e9","\uD83D\uDE00"])") ==
        Names{"a\nb", "\"", "\\", "/", "\b\f\r\t", "\xC3\xA9", "\xF0\x9F\x98\x80"});
  CHECK(names(R"(["]",",","\\",""])") == Names{"]", ",", "\\", ""});
}

TEST_CASE("9.4 a zero in a name ends nothing") {
  CHECK(names(R"(["a\u0000b"])") == Names{std::string("a\0b", 3)});
}

// nlohmann/json refuses them. A list with such an id is a miss, and the registry
// takes no such name.
TEST_CASE("9.3 an array with lone surrogates is not read") {
  CHECK_FALSE(reads(R"(["a\ud800b"])"));
  CHECK_FALSE(reads(R"([1,"\uDC00\uD800"])"));
}

TEST_CASE("9.3 whatever else lies there is no flat array") {
  for (const std::string text :
       {"", " ", "null", "true", "1", "\"a\"", "{}", "{\"a\":1}", "[null]", "[true]", "[false,1]", "[[]]", "[[1]]",
        "[{}]", "[1,{\"a\":2}]", "[1,null]", "undefined", "rubbish", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]",
        "[1 2]", "[1]2", "[1][2]", "[\"a]", "[\"a\\\"]", "[\"\\x\"]", "[\"\\u12g4\"]", "[\"\\u12\"]", "[\"\\", "[\"a\nb\"]",
        "[01]", "[.5]", "[1.]", "[1e]", "[1e+]", "[+1]", "[-]", "[--1]", "[1.e5]", "[0x1]", "[NaN]", "[Infinity]",
        "['a']", "[a]", "[1a]", "[\"a\"b]", "// a\n[1]", "[1/**/]", "\xEF\xBB\xBF", "\xEF\xBB\xBF[1]"}) {
    CAPTURE(text);
    CHECK_FALSE(reads(text));
  }
  CHECK_FALSE(reads(std::string("[1\0]", 4)));
  CHECK_FALSE(reads(std::string("[1]\0", 4)));
}

TEST_CASE("9.3 rubbish of any depth is read without a stack") {
  CHECK_FALSE(reads(std::string(1000 * 1000, '[')));
  CHECK_FALSE(reads("[1," + std::string(1000 * 1000, '[')));
}

TEST_CASE("2.4 a long list is read as a short one is") {
  std::string text = "[0";
  for (int id = 1; id < 20000; ++id) text += ',' + std::to_string(id);
  text += ']';
  std::vector<Element> elements;
  REQUIRE(burry::read_flat_array(text, elements));
  CHECK(elements.size() == 20000);
  CHECK(elements.back().name == "19999");
  CHECK(burry::write_flat_array(elements) == text);
}

// nlohmann's parser is the judge of what is JSON.
TEST_CASE("9.3 of thousands of damaged arrays those are read that are JSON") {
  const std::string whole = R"([1,"a\nb", -20.5e+3,"\u00e9\\",0, "]",7E2 ,"x\"y"])";
  const std::string letters = "[]{},:\"\\u0eE+-. \n\tatrfn";
  std::mt19937 random(2012);
  int read = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = whole;
    for (auto damage = random() % 3; damage; --damage) {
      const std::size_t at = random() % text.size();
      const char letter = letters[random() % letters.size()];
      if (random() % 3 == 0) text.erase(at, 1);
      else if (random() % 2) text[at] = letter;
      else text.insert(at, 1, letter);
    }
    std::vector<Element> elements;
    const nlohmann::json judge = nlohmann::json::parse(text, nullptr, false);
    bool flat = judge.is_array();
    for (std::size_t i = 0; flat && i < judge.size(); ++i) flat = judge[i].is_string() || judge[i].is_number();
    CAPTURE(text);
    REQUIRE(burry::read_flat_array(text, elements) == flat);
    if (!flat) continue;
    ++read;
    REQUIRE(elements.size() == judge.size());
    for (std::size_t i = 0; i < judge.size(); ++i) {
      REQUIRE(elements[i].is_text() == judge[i].is_string());
      if (judge[i].is_string()) REQUIRE(elements[i].name == judge[i].get<std::string>());
    }
  }
  CHECK(read > 1000);
}
