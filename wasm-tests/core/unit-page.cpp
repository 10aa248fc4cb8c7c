// The page of these tests, where it has to be what js/page.js is.
#include <cmath>

#include "fresh_page.h"

using in_memory::Content;
using in_memory::key_of;
using in_memory::text;
using in_memory::value;

TEST_CASE("2.4 the name of a number is what String() makes of it") {
  const std::map<std::string, std::string> spellings = {
      {"7", "7"}, {"0", "0"}, {"-0", "0"}, {"-1", "-1"}, {"1.50", "1.5"}, {"0.10", "0.1"}, {"1e2", "100"},
      {"7E2", "700"}, {"1e20", "100000000000000000000"}, {"1e21", "1e+21"}, {"1.25e300", "1.25e+300"},
      {"123456789012345678901", "123456789012345680000"}, {"9007199254740993", "9007199254740992"},
      {"0.000001", "0.000001"}, {"0.0000001", "1e-7"}, {"1.5e-7", "1.5e-7"}, {"-20.5e+3", "-20500"}, {"123.456", "123.456"}};
  for (const auto& [json, name] : spellings) CHECK(key_of(Content::parse(json)) == name);
  CHECK(key_of("7") == "7");
}

TEST_CASE_FIXTURE(FreshPage, "2.4 texts stay texts and numbers stay numbers") {
  const page::Value array = value(R"([7,"7",-1.5,"a\nb"])");
  REQUIRE(page.arrays.is_flat(array));
  CHECK(page.arrays.size(array) == 4);
  const page::Ids ids = page.arrays.ids(array);
  CHECK(ids[0].name == ids[1].name);
  CHECK_FALSE(ids[0].is_text);
  CHECK(ids[1].is_text);
  CHECK(ids[3].name == "a\nb");
  CHECK(text(page.arrays.array(ids)) == text(array));
  CHECK(page.arrays.position(array, "7") == 0);
  CHECK(page.arrays.position(array, "-1.5") == 2);
  CHECK(page.arrays.position(array, "1.5") == -1);
  CHECK(text(page.arrays.without(array, "7")) == R"([-1.5,"a\nb"])");
  CHECK(page.arrays.missing(array, value(R"(["-1.5"])")) == page::Names{"7", "7", "a\nb"});
  CHECK(page.arrays.missing(page::Names{"a", "7"}, array) == page::Names{"a"});
}

TEST_CASE_FIXTURE(FreshPage, "2.4 what is put behind the last one leaves the others as they are spelled") {
  const auto inserted = [this](const char* array, int at, page::Id id) {
    return text(page.arrays.inserted(value(array), at, id));
  };
  CHECK(inserted("[]", 0, {"a", true}) == R"(["a"])");
  CHECK(inserted("[ 1.0 ,\"\\u00e9\"]", 2, {"3", false}) == "[ 1.0 ,\"\\u00e9\",3]");
  CHECK(inserted("[ 1.0 ,\"\\u00e9\"]", 1, {"3", true}) == "[1,\"3\",\"\xC3\xA9\"]");
  CHECK(inserted("[1] ", 1, {"2", false}) == "[1,2]");
}

TEST_CASE_FIXTURE(FreshPage, "equal names have equal numbers, for as long as they are needed") {
  const page::Name name = "a";
  CHECK(name == std::string("a"));
  CHECK(page::Name("") == page::Name());
  CHECK(text(page.texts.joined(name, "bcd", 1)) == "acd");
  page::Reachable needed;
  needed.add(name);
  in_memory::sweep(needed);
  CHECK(in_memory::held() == 1);
  CHECK(name == "a");
  in_memory::sweep({});
  CHECK(in_memory::held() == 0);
  CHECK_FALSE(name == "a");
  page.texts.pinned("b");
  in_memory::sweep({});
  CHECK(in_memory::held() == 0);
}
