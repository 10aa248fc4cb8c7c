// JSON as the core reads and spells it: texts and numbers as JavaScript has them, and
// rubbish as nothing (contract 2.1, 2.4, 9.3).
#include <doctest/doctest.h>

#include <map>

#include "json/json.h"

using json::Members;
using json::Scalar;
using json::Scalars;
using Texts = std::vector<std::string>;

namespace {

// How half a character comes into the core (js/storage.js), and what spells it.
const std::string mark = "\xEF\xBF\xBF";  // U+FFFF
const std::string emoji = "\xF0\x9F\x98\x80";

Scalar text(const std::string& content) { return {content, true}; }
Scalar number(const std::string& digits) { return {digits, false}; }

// The JSON that a flat array, an object or an array becomes when it is read and spelled
// again; "nothing" where it is none.
std::string flat(const std::string& json) {
  const auto read = json::read_flat_array(json);
  return read ? json::spell(*read) : "nothing";
}
std::string object(const std::string& json) {
  const auto read = json::read_object(json);
  return read ? json::spell_object(*read) : "nothing";
}
std::string array(const std::string& json) {
  const auto read = json::read_array(json);
  return read ? json::spell_array(*read) : "nothing";
}

// Whether any of the readers makes something of it.
bool is_read(const std::string& json) {
  return json::read_flat_array(json) || json::read_object(json) || json::read_array(json) ||
         json::read_text(json) || json::read_number(json);
}

std::string repeated(const std::string& part, int times) {
  std::string all;
  while (times--) all += part;
  return all;
}

// No JSON at all, whatever is expected.
const Texts rubbish = {
    "",          " ",           "rubbish",  "undefined", "NaN",     "Infinity", "-Infinity", "'a'",
    "a",         "+1",          "01",       "-",         "-a",      ".5",       "5.",        "1e",
    "1e+",       "0x10",        "1 2",      "1,2",       "[",       "]",        "{",         "}",
    "[1",        "[1,",         "[1,]",     "[,]",       "[,1]",    "[1 2]",    "[1]]",      "[1] 2",
    "[1}",       "{1}",         "{a:1}",    "{\"a\"",    "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
    "{\"a\" 1}", "{\"a\":1]",   "{,}",      "\"",        "\"a",     "a\"",      "\"\\\"",    "\"\\x41\"",
    "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\t\"",    "[1]//",   "/**/[1]",  "nul",       "tru",
    "True",      "[\"a\"\"b\"]"};

}  // namespace

TEST_CASE("2.4 texts stay texts and numbers stay numbers") {
  const auto ids = json::read_flat_array(R"([7,"7",-1.5,"a\nb",""])");
  REQUIRE(ids);
  CHECK(*ids == Scalars{number("7"), text("7"), number("-1.5"), text("a\nb"), text("")});
  CHECK(json::spell(*ids) == R"([7,"7",-1.5,"a\nb",""])");
  CHECK(json::read_flat_array("[]") == Scalars());
  CHECK(json::spell(Scalars()) == "[]");
  CHECK(json::spell(number("7")) == "7");
  CHECK(json::spell(text("7")) == "\"7\"");
}

TEST_CASE("2.4 a number is spelled as JSON.stringify spells it") {
  for (const std::string spelled : {"0",
                                    "1",
                                    "-1",
                                    "7",
                                    "42",
                                    "1e21",
                                    "1e+21",
                                    "1e-7",
                                    "1.5e-7",
                                    "0.1",
                                    "-0.1",
                                    "123.456",
                                    "0.000001",
                                    "9007199254740991",
                                    "9007199254740992",
                                    "-9007199254740992",
                                    "4294967296",
                                    "18446744073709552000",
                                    "-9223372036854776000",
                                    "9223372036854775807",
                                    "100000000000000000000",
                                    "-100000000000000000000",
                                    "123456789012345680000",
                                    "1.7976931348623157e+308",
                                    "5e-324",
                                    "2.2250738585072014e-308",
                                    "0.30000000000000004"}) {
    CAPTURE(spelled);
    CHECK(flat("[" + spelled + "]") == "[" + spelled + "]");
    CHECK(json::read_flat_array("[" + spelled + "]") == Scalars{number(spelled)});
    CHECK(array("[" + spelled + "]") == "[" + spelled + "]");
  }
}

TEST_CASE("2.4 minus zero is zero, as String() has it") {
  CHECK(json::read_flat_array("[-0]") == Scalars{number("0")});
  CHECK(json::read_number("-0") == 0);
}

// JSON.stringify makes none of these. As keys they find no record.
TEST_CASE("2.4 another spelling of a number stays what it is") {
  for (const std::string spelled : {"1.0", "1E5", "1e05", "-0.0", "0.10", "9007199254740993", "1e-400"}) {
    CHECK(flat("[" + spelled + "]") == "[" + spelled + "]");
  }
}

TEST_CASE("9.3 a number beyond all numbers is none") {
  for (const std::string huge : {"1e400", "-1e400", "1e309", "123456789e999999999"}) {
    CAPTURE(huge);
    CHECK_FALSE(json::read_number(huge));
    CHECK_FALSE(json::read_flat_array("[1," + huge + "]"));
    CHECK_FALSE(json::read_array("[" + huge + "]"));
    CHECK_FALSE(json::read_object("{\"a\":" + huge + "}"));
  }
}

TEST_CASE("2.4 a flat array holds texts and numbers only") {
  for (const std::string element : {"null", "true", "false", "[]", "{}", "[1]", "{\"a\":1}"}) {
    CAPTURE(element);
    CHECK_FALSE(json::read_flat_array("[" + element + "]"));
    CHECK_FALSE(json::read_flat_array("[1," + element + "]"));
    CHECK_FALSE(json::read_flat_array("[" + element + ",1]"));
    CHECK_FALSE(json::read_flat_array(element == "[]" || element == "[1]" ? "{}" : element));
  }
  for (const std::string single : {"1", "\"a\"", "{\"a\":\"b\"}"}) CHECK_FALSE(json::read_flat_array(single));
}

TEST_CASE("2.1 a text is spelled as JSON.stringify spells it") {
  const std::map<std::string, std::string> spellings = {
      {"", "\"\""},
      {"a", "\"a\""},
      {"\"", R"("\"")"},
      {"\\", R"("\\")"},
      {"/", "\"/\""},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {std::string("\0", 1), R"("\u0000")"},
      {"\x01\x0b\x1f", R"("\u0001\u000b\u001f")"},
      {"\x7f", "\"\x7f\""},
      {"\xC2\x80", "\"\xC2\x80\""},                                  // U+0080
      {"\xC3\xA9", "\"\xC3\xA9\""},                                  // é
      {"\xE2\x80\xA8\xE2\x80\xA9", "\"\xE2\x80\xA8\xE2\x80\xA9\""},  // U+2028, U+2029
      {"\xEF\xBB\xBF", "\"\xEF\xBB\xBF\""},                          // U+FEFF
      {"\xEF\xBF\xBD", "\"\xEF\xBF\xBD\""},                          // U+FFFD
      {emoji, "\"" + emoji + "\""},
      {"a\"b\\c\nd", R"("a\"b\\c\nd")"},
      {"<script>&amp;'", "\"<script>&amp;'\""}};
  for (const auto& spelling : spellings) {
    const auto& content = spelling.first;
    const auto& spelled = spelling.second;
    CAPTURE(spelled);
    CHECK(json::spell(content) == spelled);
    CHECK(json::read_text(spelled) == content);
    CHECK(flat("[" + spelled + "]") == "[" + spelled + "]");
    CHECK(object("{" + spelled + ":" + spelled + "}") == "{" + spelled + ":" + spelled + "}");
  }
}

TEST_CASE("2.1 every character that has an escape is read from it") {
  CHECK(json::read_text(R"("\u0041\u00e9\u20AC\ud83d\ude00\uD83D\uDE00\/\"\\\b\f\n\r\t\u0000")") ==
        "A\xC3\xA9\xE2\x82\xAC" + emoji + emoji + "/\"\\\b\f\n\r\t" + std::string(1, '\0'));
  // A backslash that is escaped begins nothing.
  CHECK(json::read_text(R"("\\ud800")") == "\\ud800");
  CHECK(json::read_text(R"("\\\\ud800")") == "\\\\ud800");
  CHECK(json::read_text(R"("\\\ud800")") == "\\" + mark + "d800");
}

// Emscripten's std::string knows no half of a surrogate pair; js/storage.js has them
// spelled out where they come in, and JSON.stringify escapes them.
TEST_CASE("2.1 half a character goes to and fro unharmed") {
  const std::map<std::string, std::string> halves = {{R"("\ud800")", mark + "d800"},
                                                     {R"("\udfff")", mark + "dfff"},
                                                     {R"("a\ud83db")", "a" + mark + "d83db"},
                                                     {R"("\ude00\ud83d")", mark + "de00" + mark + "d83d"},
                                                     {R"("\ud83d)" + emoji + "\"", mark + "d83d" + emoji},
                                                     {R"("\ud83d\n\\ude00")", mark + "d83d\n\\ude00"}};
  for (const auto& half : halves) {
    const auto& spelled = half.first;
    const auto& content = half.second;
    CAPTURE(spelled);
    CHECK(json::read_text(spelled) == content);
    CHECK(json::spell(content) == spelled);
    CHECK(flat("[" + spelled + "]") == "[" + spelled + "]");
    CHECK(object("{" + spelled + ":[" + spelled + "]}") == "{" + spelled + ":[" + spelled + "]}");
  }
  CHECK(json::read_text(R"("\ud83d\ud83d\ude00")") == mark + "d83d" + emoji);
  CHECK(json::read_text(R"("\uD83D\uDABC\u0041")") == mark + "d83d" + mark + "dabcA");
  CHECK(json::read_text(R"("\ud83d\u0041")") == mark + "d83dA");
  // Where no text is, an escape is none.
  CHECK_FALSE(is_read(R"(\ud800)"));
  CHECK_FALSE(is_read(R"(["a",\ud800])"));
  CHECK_FALSE(is_read(R"("\ud800)"));
  CHECK_FALSE(is_read(R"("\ud80)"));
  CHECK_FALSE(is_read(R"("\ud83d\u)"));
}

TEST_CASE("2.1 U+FFFF is not taken for half a character") {
  CHECK(json::read_text("\"" + mark + "ffffd800\"") == mark + "ffffd800");
  CHECK(json::spell(mark + "ffffd800") == "\"" + mark + "ffffd800\"");
  CHECK(json::read_text(R"("\uffffd800")") == mark + "ffffd800");
  CHECK(json::read_text(R"("\uFFFFd800")") == mark + "ffffd800");
  // None of these comes into the core, and all are read again as they were.
  for (const std::string& content :
       {mark, mark + "d", mark + "d8", mark + "dog!", mark + "d123", mark + "e000", mark + mark}) {
    CAPTURE(content);
    CHECK(json::spell(content) == "\"" + content + "\"");
    CHECK(json::read_text(json::spell(content)) == content);
  }
}

TEST_CASE("2.1 the JSON of an object is read member by member, and spelled without what is between") {
  const auto members = json::read_object(
      " { \"a\" : 1 , \"b\\n\" : [ 1.50 , { \"c\" : null } , [ ] , { } ] , \"\" : \"x\\u0079\" } ");
  REQUIRE(members);
  REQUIRE(members->size() == 3);
  CHECK((*members)[0].name == "a");
  CHECK((*members)[0].value == "1");
  CHECK((*members)[1].name == "b\n");
  CHECK((*members)[1].value == R"([1.50,{"c":null},[],{}])");
  CHECK((*members)[2].name.empty());
  CHECK((*members)[2].value == R"("xy")");
  CHECK(json::spell_object(*members) == R"({"a":1,"b\n":[1.50,{"c":null},[],{}],"":"xy"})");
  CHECK(json::read_object("{}")->empty());
  CHECK(json::spell_object({}) == "{}");
}

TEST_CASE("2.1 the JSON of an array is read element by element") {
  const auto elements =
      json::read_array(R"([1, "a", null, true, false, [[], [1, 2]], {"a": {"b": "c"}, "d": -0.5e-9}])");
  REQUIRE(elements);
  Texts values;
  for (const json::Member& element : *elements) {
    CHECK(element.name.empty());
    values.push_back(element.value);
  }
  CHECK(values ==
        Texts{"1", "\"a\"", "null", "true", "false", "[[],[1,2]]", R"({"a":{"b":"c"},"d":-0.5e-9})"});
  CHECK(array("[]") == "[]");
  CHECK(array("[[],{}]") == "[[],{}]");
}

TEST_CASE("9.3 an object is no array, and neither is anything else") {
  for (const std::string other : {"[]", "[{}]", "1", "\"a\"", "null", "true", "\"{}\""})
    CHECK_FALSE(json::read_object(other));
  for (const std::string other : {"{}", "{\"a\":[]}", "1", "\"a\"", "null", "true", "\"[]\""})
    CHECK_FALSE(json::read_array(other));
  for (const std::string other : {"[]", "[\"a\"]", "{}", "1", "null", "true"})
    CHECK_FALSE(json::read_text(other));
  for (const std::string other : {"[]", "[1]", "{}", "\"1\"", "null", "true", "false"})
    CHECK_FALSE(json::read_number(other));
}

TEST_CASE("2.1 the number that a text is") {
  CHECK(json::read_number("5") == 5);
  CHECK(json::read_number(" -1.5e3 ") == -1500);
  CHECK(json::read_number("1e-7") == 1e-7);
  CHECK(json::read_number("18446744073709551616") == 18446744073709551616.0);
  CHECK(json::read_number("1e-400") == 0);
}

TEST_CASE("9.4 a member is found by its name, whatever that is") {
  const Members members = {{"__proto__", "1"}, {"", "2"}, {"a", "3"}, {"a\"b", "4"}};
  CHECK(*json::find(members, "__proto__") == "1");
  CHECK(*json::find(members, "") == "2");
  CHECK(*json::find(members, "a\"b") == "4");
  CHECK(json::find(members, "b") == nullptr);
  CHECK(json::find({}, "a") == nullptr);
  CHECK(object(R"({"__proto__":{"constructor":1}})") == R"({"__proto__":{"constructor":1}})");
}

TEST_CASE("9.3 of two members of one name the last one counts, as in JavaScript") {
  const auto members = json::read_object(R"({"a":1,"b":2,"a":{"c":3,"c":4}})");
  REQUIRE(members);
  CHECK(*json::find(*members, "a") == R"({"c":3,"c":4})");
  CHECK(*json::find(*members, "b") == "2");
  CHECK(json::read_flat_array(R"([1,1,"1",1])") == Scalars{number("1"), number("1"), text("1"), number("1")});
}

TEST_CASE("2.3 texts are spelled as an array, members as an object or as an array") {
  CHECK(json::spell(Texts{"", "a\"b", "7"}) == R"(["","a\"b","7"])");
  CHECK(json::spell(Texts()) == "[]");
  const Members members = {{"a\n", "1"}, {"", "[2]"}};
  CHECK(json::spell_object(members) == R"({"a\n":1,"":[2]})");
  CHECK(json::spell_array(members) == "[1,[2]]");
}

TEST_CASE("9.3 what is no JSON is nothing") {
  for (const std::string& text : rubbish) {
    CAPTURE(text);
    CHECK_FALSE(is_read(text));
  }
  for (const std::string space : {"\v", "\f", "\xC2\xA0", "\xE2\x80\xA8"}) CHECK_FALSE(is_read(space + "[]"));
  CHECK(flat(" \t\r\n[ \t\r\n1 \t\r\n, 2 ]\n") == "[1,2]");
}

TEST_CASE("9.3 what nlohmann/json would pass over is no JSON") {
  CHECK_FALSE(is_read("\xEF\xBB\xBF[]"));
  CHECK_FALSE(is_read("\xEF\xBB\xBF{}"));
  CHECK_FALSE(is_read(std::string("[]\0", 3)));
  CHECK_FALSE(is_read(std::string("[\0]", 3)));
  CHECK_FALSE(is_read(std::string("\"a\0b\"", 5)));
  CHECK_FALSE(is_read(std::string("\0", 1)));
}

TEST_CASE("9.3 what is no UTF-8 is no JSON") {
  for (const std::string bytes :
       {"\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xF0\x9F\x98", "\xFF"}) {
    CHECK_FALSE(is_read("\"" + bytes + "\""));
    CHECK_FALSE(is_read("[\"a\",\"" + bytes + "\"]"));
  }
}

TEST_CASE("9.3 a text that is cut off anywhere is nothing, and one that is whole is read") {
  const std::string whole_object =
      R"({"a":[1,-2.5e-7,"x\n\ud83d\ude00\ud800\\",{"b":null,"c":true},[]],"é":false})";
  const std::string whole_array = R"([1,"a",-2.5e-7,"\ud83d\ude00\ud800\\","b"])";
  CHECK(json::read_object(whole_object));
  CHECK(json::read_flat_array(whole_array));
  for (const std::string& whole : {whole_object, whole_array}) {
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(is_read(whole.substr(0, size)));
  }
}

TEST_CASE("9.3 structures of any depth are read, or are nothing") {
  const int depth = 100000;
  const std::string arrays = repeated("[", depth) + repeated("]", depth);
  CHECK(array(arrays) == arrays);
  CHECK_FALSE(json::read_flat_array(arrays));
  CHECK_FALSE(json::read_text(arrays));
  CHECK_FALSE(is_read(repeated("[", depth)));
  const std::string objects = repeated("{\"a\":", depth) + "1" + repeated("}", depth);
  CHECK(object(objects) == objects);
  CHECK_FALSE(is_read(repeated("{\"a\":", depth)));
}

TEST_CASE("2.4 lists of thousands are read and spelled again") {
  std::string numbers = "[1", texts = "[\"a1\"";
  for (int id = 2; id <= 20000; ++id) {
    numbers += "," + std::to_string(id);
    texts += ",\"a" + std::to_string(id) + "\"";
  }
  CHECK(flat(numbers + "]") == numbers + "]");
  CHECK(flat(texts + "]") == texts + "]");
  CHECK(json::read_flat_array(numbers + "]")->back() == number("20000"));
}

TEST_CASE("2.1 an object that is laid over another leaves each member in its place, as JavaScript does") {
  CHECK(json::merged(R"({"a":1,"b":2})", R"({"c":4,"a":3})") == R"({"a":3,"b":2,"c":4})");
  CHECK(json::merged(R"({"a":1,"b":2,"a":3})", R"({"a":4})") == R"({"a":4,"b":2})");
  CHECK(json::merged("rubbish", R"({"a":1e-7})") == R"({"a":1e-7})");
}
