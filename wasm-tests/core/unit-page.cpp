// The page of these tests, where it has to be what js/storage.js is.
#include <cmath>

#include "fresh_page.h"

using in_memory::Content;
using in_memory::key_of;
using page::Wrote;
using Keys = std::vector<std::string>;

TEST_CASE("2.4 the name of a number is what String() makes of it") {
  const std::map<std::string, std::string> spellings = {{"7", "7"},
                                                        {"0", "0"},
                                                        {"-0", "0"},
                                                        {"-1", "-1"},
                                                        {"1.50", "1.5"},
                                                        {"0.10", "0.1"},
                                                        {"1e2", "100"},
                                                        {"7E2", "700"},
                                                        {"1e20", "100000000000000000000"},
                                                        {"1e21", "1e+21"},
                                                        {"1.25e300", "1.25e+300"},
                                                        {"123456789012345678901", "123456789012345680000"},
                                                        {"9007199254740993", "9007199254740992"},
                                                        {"0.000001", "0.000001"},
                                                        {"0.0000001", "1e-7"},
                                                        {"1.5e-7", "1.5e-7"},
                                                        {"-20.5e+3", "-20500"},
                                                        {"123.456", "123.456"}};
  for (const auto& [json, name] : spellings) {
    CHECK(key_of(Content::parse(json)) == name);
    CHECK(in_memory::Json().spell(std::strtod(json.c_str(), nullptr)) == name);
  }
  CHECK(key_of("7") == "7");
}

TEST_CASE("9.3 what is not finite has no spelling in JSON") {
  in_memory::Json json;
  for (const double number : {HUGE_VAL, -HUGE_VAL, std::nan("")}) CHECK(json.spell(number) == "null");
}

TEST_CASE("9.3 the number of a text is that of its JSON, or none") {
  in_memory::Json json;
  CHECK(json.number("5") == 5);
  CHECK(json.number(" -1.5e3\n") == -1500);
  for (const std::string text : {"", "5 6", "\"5\"", "[5]", "null", "true", "rubbish", "NaN", "0x10",
                                 "\xEF\xBB\xBF"
                                 "5"}) {
    CAPTURE(text);
    CHECK(std::isnan(json.number(text)));
  }
}

TEST_CASE("9.3 JSON is accepted, and nothing else") {
  in_memory::Json json;
  for (const std::string text : {"null", "0", "\"\"", "[]", " {} ", "{\"a\":[1,{}]}"})
    CHECK(json.accepts(text));
  for (const std::string text :
       {"", "rubbish", "[1", "{", "undefined", "NaN", "'a'", "[1,]", "01", "\xEF\xBB\xBF[]"}) {
    CAPTURE(text);
    CHECK_FALSE(json.accepts(text));
  }
  CHECK_FALSE(json.accepts(std::string("[]\0", 3)));
}

TEST_CASE_FIXTURE(FreshPage,
                  "9.1 storage that is absent or forbidden finds nothing and refuses what is written") {
  CHECK(page.storage.set("a", "1") == Wrote::done);
  for (bool* gone : {&page.storage.absent, &page.storage.forbidden}) {
    *gone = true;
    CHECK_FALSE(page.storage.available());
    CHECK_FALSE(page.storage.get("a"));
    CHECK(page.storage.keys().empty());
    CHECK(page.storage.set("a", "2") == Wrote::refused);
    page.storage.remove({"a"});
    *gone = false;
    CHECK(page.storage.available());
    CHECK(page.storage.get("a") == "1");
    CHECK(page.storage.keys() == Keys{"a"});
  }
}

TEST_CASE_FIXTURE(FreshPage, "9.2 the quota is of all keys and values, in UTF-16") {
  page.storage.quota = 10;
  CHECK(page.storage.set("ab", "\xF0\x9F\x98\x80\xC3\xA9") == Wrote::done);
  CHECK(page.storage.units() == 5);
  CHECK(page.storage.set("cd", "5678") == Wrote::full);
  CHECK(page.storage.set("cd", "567") == Wrote::done);
  CHECK(page.storage.units() == 10);
  // What is written over makes room for what is written.
  CHECK(page.storage.set("ab", "123") == Wrote::done);
  CHECK(page.storage.set("ab", "1234") == Wrote::full);
  CHECK(page.storage.get("ab") == "123");
  page.storage.remove({"cd"});
  CHECK(page.storage.units() == 5);
  CHECK(page.storage.set("ab", "12345678") == Wrote::done);
}

TEST_CASE_FIXTURE(FreshPage, "2.5 each call of setItem is counted, also one that fails or changes nothing") {
  page.storage.set("a", "1");
  page.storage.set("a", "1");
  page.storage.quota = 0;
  page.storage.set("b", "1");
  page.storage.remove({"a"});
  CHECK(page.storage.writes == 3);
}

TEST_CASE_FIXTURE(FreshPage, "2.5 of a record and its expiry only what differs is written") {
  page::Storage& storage = page.storage;
  CHECK(storage.write("a", "1", "b", 5) == Wrote::done);
  CHECK(page.storage.writes == 2);
  CHECK(storage.write("a", "1", "b", 5) == Wrote::saved);
  CHECK(page.storage.writes == 2);
  CHECK(storage.write("a", "2", "b", 5) == Wrote::done);
  CHECK(storage.write("a", "2", "b", 6) == Wrote::done);
  CHECK(page.storage.writes == 4);
  CHECK(items == std::map<std::string, std::string>{{"a", "2"}, {"b", "6"}});
  CHECK(storage.write("a", "2", "b", page::never) == Wrote::done);
  CHECK(items == std::map<std::string, std::string>{{"a", "2"}});
  page.storage.quota = page.storage.units();
  CHECK(storage.write("a", "23", "b", page::never) == Wrote::full);
  CHECK(storage.write("a", "2", "b", 5) == Wrote::full);
}

TEST_CASE_FIXTURE(FreshPage, "2.2 the minute that lies under a key, of none and of rubbish") {
  items = {{"a", "5"}, {"b", "rubbish"}};
  CHECK(page.storage.minute("a") == 5);
  CHECK(page.storage.minute("b") == burry::unreadable);
  CHECK(page.storage.minute("c") == burry::never);
}

TEST_CASE_FIXTURE(FreshPage, "2.6 a clock tells the time that it was given") {
  page.clock.set_minute(7);
  CHECK(page.clock.now() == 420000);
}
