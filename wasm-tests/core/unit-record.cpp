// What a record's text means, and what a record is after a write (contract 3.8, 6).
#include <doctest/doctest.h>

#include "sync/record.h"

using namespace caching;

namespace {

// The members of a form, as read_forms spells them for the page.
std::string described(const std::string& record) {
  const std::optional<Form> form = read_form(record);
  if (!form) return "none";
  const std::string written = form->written.empty() ? "-" : form->written;
  return form->row + (form->is_parsed ? " parsed " : " sent ") + written + ' ' + form->unset + ' ' +
         form->dates;
}

}  // namespace

TEST_CASE("6.1 a record with a space behind it is a row as the server sent it") {
  CHECK(described(R"({"id":1,"cents":500} )") == R"({"id":1,"cents":500} sent - [] [])");
  CHECK(described("{} ") == "{} sent - [] []");
  CHECK(described(R"({"a":{"_burry_":1}} )") == R"({"a":{"_burry_":1}} sent - [] [])");
}

TEST_CASE("6.1 a record without the space is one of attributes, as the libraries of 2012 wrote it") {
  CHECK(described(R"({"id":1,"cents":500})") == R"({"id":1,"cents":500} parsed - [] [])");
  CHECK(described(R"({"id":1,"_burry_":{"parsed":true}})") ==
        R"({"id":1,"_burry_":{"parsed":true}} parsed - [] [])");
}

TEST_CASE("6.3 what has been written since stands beside the row") {
  CHECK(described(R"({"id":1,"_burry_":{"written":{"a":2},"unset":["b"],"dates":[["c"]]}} )") ==
        R"({"id":1} sent {"a":2} ["b"] [["c"]])");
  CHECK(described(R"({"_burry_":{"written":{},"dates":[]},"id":1} )") == R"({"id":1} sent {} [] [])");
}

TEST_CASE("6.1 attributes that parse has never to see are marked") {
  CHECK(described(R"({"id":1,"_burry_":{"parsed":true,"dates":[["seen"]]}} )") ==
        R"({"id":1} parsed - [] [["seen"]])");
  // What has been written means nothing then.
  CHECK(described(R"({"_burry_":{"parsed":true,"written":{"a":1},"dates":[]}} )") == "{} parsed - [] []");
}

TEST_CASE("9.3 a record that is rubbish has no form") {
  for (const std::string rubbish : {"",
                                    " ",
                                    "null",
                                    "null ",
                                    "7 ",
                                    "[] ",
                                    "[{}]",
                                    "\"{}\" ",
                                    "{",
                                    "{} x",
                                    "{}x ",
                                    "undefined",
                                    R"({"_burry_":1} )",
                                    R"({"_burry_":null} )",
                                    R"({"_burry_":[]} )",
                                    R"({"_burry_":{}} )",
                                    R"({"_burry_":{"written":{}}} )",
                                    R"({"_burry_":{"dates":[]}} )",
                                    R"({"_burry_":{"written":[],"dates":[]}} )",
                                    R"({"_burry_":{"written":{},"dates":{}}} )",
                                    R"({"_burry_":{"parsed":true}} )",
                                    R"({"_burry_":{"parsed":1,"dates":[]}} )",
                                    R"({"_burry_":{"parsed":"true","dates":[]}} )"}) {
    CAPTURE(rubbish);
    CHECK_FALSE(read_form(rubbish));
  }
  CHECK(described(R"({"_burry_":{"written":{},"unset":7,"dates":[]}} )") == "{} sent {} [] []");
}

TEST_CASE("9.3 of several members of our name the last one counts, and the row has none") {
  CHECK(described(
            R"({"_burry_":{"parsed":true,"dates":[]},"id":1,"_burry_":{"written":{"a":1},"dates":[]}} )") ==
        R"({"id":1} sent {"a":1} [] [])");
  CHECK_FALSE(read_form(R"({"_burry_":{"parsed":true,"dates":[]},"_burry_":7} )"));
}

TEST_CASE("6.1 records are read all at once, and rubbish is null in its place") {
  CHECK(
      read_forms(
          R"(["{\"id\":1} ",null,"rubbish","{\"id\":2}","{\"_burry_\":{\"written\":{\"a\":1},\"dates\":[]}} "])") ==
      R"([{"row":{"id":1},"parsed":false,"unset":[],"dates":[]},null,null,)"
      R"({"row":{"id":2},"parsed":true,"unset":[],"dates":[]},)"
      R"({"row":{},"parsed":false,"written":{"a":1},"unset":[],"dates":[]}])");
  for (const char* none : {"[]", "", "{}", "null", "rubbish"}) CHECK(read_forms(none) == "[]");
}

TEST_CASE("6.1 a row is spelled byte for byte, with what is ours in it") {
  CHECK(spell_written(R"({"id":1e-7})", "{}", "[]", "[]") == R"({"id":1e-7} )");
  CHECK(spell_written(R"({"id":1})", R"({"a":1})", "[]", R"([["a"]])") ==
        R"({"id":1,"_burry_":{"written":{"a":1},"unset":[],"dates":[["a"]]}} )");
  CHECK(spell_written("{}", "{}", R"(["b"])", "[]") ==
        R"({"_burry_":{"written":{},"unset":["b"],"dates":[]}} )");
  CHECK(spell_parsed(R"({"id":1})", "[]") == R"({"id":1,"_burry_":{"parsed":true,"dates":[]}} )");
  CHECK(spell_parsed("{}", "[]") == R"({"_burry_":{"parsed":true,"dates":[]}} )");
}

TEST_CASE("6.1 what is spelled is read back the same") {
  for (const std::string row :
       {"{}", R"({"id":1,"a":{"b":[1,2,{}]},"c":"}"})", "{\"a\\\"b\":\"\xC3\xA9\\ud800\"}"}) {
    for (const std::string written : {"{}", R"({"a":null})"}) {
      for (const std::string unset : {"[]", R"(["a","b"])"}) {
        const auto record = spell_written(row, written, unset, "[[\"d\"]]");
        REQUIRE(record);
        const auto form = read_form(*record);
        REQUIRE(form);
        CHECK_FALSE(form->is_parsed);
        CHECK(form->row == row);
        CHECK(form->unset == unset);
        if (written != "{}" || unset != "[]") CHECK(form->written == written);
      }
    }
    CHECK(read_form(*spell_parsed(row, "[]"))->row == row);
    CHECK(read_form(*spell_parsed(row, "[]"))->is_parsed);
  }
}

TEST_CASE("9.4 a row that has a member of our name is not told from a form, and has none") {
  for (const char* row : {R"({"_burry_":1})", R"({"id":1,"_burry_":{"parsed":true,"dates":[]}})"}) {
    CHECK_FALSE(spell_written(row, "{}", "[]", "[]"));
    CHECK_FALSE(spell_written(row, R"({"a":1})", "[]", "[]"));
    CHECK_FALSE(spell_parsed(row, "[]"));
  }
  for (const char* rubbish : {"", "null", "[1]", "{"}) CHECK_FALSE(spell_parsed(rubbish, "[]"));
}

TEST_CASE("6.3 an attribute is written if it is another, or may have been changed in its place") {
  CHECK(is_written(false, false, false));
  CHECK(is_written(false, true, true));
  CHECK_FALSE(is_written(true, true, false));
  CHECK_FALSE(is_written(true, false, true));
  CHECK(is_written(true, false, false));
}

TEST_CASE("4.1 an answer with fewer members than the row, all of which it has, is a part of it") {
  const std::string row = R"({"id":1,"a":2})";
  CHECK(is_part("{}", row));
  CHECK(is_part(R"({"id":7})", row));
  CHECK_FALSE(is_part(row, row));
  CHECK_FALSE(is_part(R"({"b":1})", row));
  CHECK_FALSE(is_part(R"({"id":1,"a":2,"b":3})", row));
  for (const char* rubbish : {"", "null", "[]", "1"}) {
    CHECK_FALSE(is_part(rubbish, row));
    CHECK_FALSE(is_part("{}", rubbish));
  }
}

TEST_CASE("3.8 of an attribute the answer confirms the model's value, what was sent, or none") {
  // in the model, brought by the answer, sent, there before
  CHECK(confirmed_source(true, true, true, true) == Source::model);
  CHECK(confirmed_source(true, true, false, false) == Source::model);
  CHECK(confirmed_source(true, false, true, true) == Source::sent);
  CHECK(confirmed_source(true, false, true, false) == Source::sent);
  // An edit that has not been sent.
  CHECK(confirmed_source(true, false, false, true) == Source::none);
  // Unset while the request was under way, and not: what `parse` does not bring.
  CHECK(confirmed_source(false, false, true, true) == Source::none);
  CHECK(confirmed_source(false, false, true, false) == Source::sent);
  CHECK(confirmed_source(false, true, true, false) == Source::sent);
  CHECK(confirmed_source(false, false, false, false) == Source::none);
}

TEST_CASE("6.1 the answer that lies beside a list is read back as it was spelled") {
  for (const page::Envelope& envelope : {page::Envelope{R"({"items":[],"total":9})", R"({"Link":"<2>"})"},
                                         page::Envelope{R"([{"ID":1}])", ""}, page::Envelope{"[]", ""}}) {
    const auto read = read_envelope(spell_envelope(envelope));
    REQUIRE(read);
    CHECK(read->answer == envelope.answer);
    CHECK(read->headers == envelope.headers);
  }
  CHECK(spell_envelope({"{}", "{}"}) == R"({"answer":{}})");
  CHECK(spell_envelope({"{}", R"({"b":"c"})"}) == R"({"answer":{},"headers":{"b":"c"}})");
}

TEST_CASE("9.3 an answer that is rubbish lies beside no list") {
  for (const std::string rubbish : {"", "null", "7", "[]", "[", "{}", R"({"answer":7})", R"({"answer":"[]"})",
                                    R"({"answer":null})", R"({"items":[]})"}) {
    CAPTURE(rubbish);
    CHECK_FALSE(read_envelope(rubbish));
  }
  // Headers that are none are left out.
  CHECK(read_envelope(R"({"answer":{},"headers":[1]})")->headers.empty());
}

TEST_CASE("4.3 a patch is laid over the attributes of a record, whatever its form") {
  using caching::patched;
  CHECK(patched(R"({"id":1,"a":1,"b":2})", R"({"a":9,"c":3})") == R"({"id":1,"a":9,"b":2,"c":3})");
  CHECK(patched(R"({"id":1,"cents":5} )", R"({"note":"x"})") ==
        R"({"id":1,"cents":5,"_burry_":{"written":{"note":"x"},"unset":[],"dates":[]}} )");
  CHECK(patched(
            R"({"id":1,"_burry_":{"written":{"a":1,"seen":2},"unset":["b","c"],"dates":[["seen"],["a"]]}} )",
            R"({"b":1,"a":2})") ==
        R"({"id":1,"_burry_":{"written":{"a":2,"seen":2,"b":1},"unset":["c"],"dates":[["seen"]]}} )");
  CHECK(patched(R"({"id":1})", R"({"seen":2})", "{}", R"([["seen"]])") ==
        R"({"id":1,"seen":2,"_burry_":{"parsed":true,"dates":[["seen"]]}} )");
  CHECK_FALSE(patched("rubbish", "{}"));
  CHECK_FALSE(patched("[]", R"({"a":1})"));
}

TEST_CASE("2.8 a patch gives a record its id, in front, where the record has none") {
  CHECK(caching::patched(R"({"a":1})", R"({"b":2})", R"({"id":7})") == R"({"id":7,"a":1,"b":2})");
  CHECK(caching::patched(R"({"a":1,"id":7})", R"({"b":2})", R"({"id":7})") == R"({"a":1,"id":7,"b":2})");
  CHECK(caching::patched(R"({"a":1})", R"({"b":2})", "{}") == R"({"a":1,"b":2})");
}
