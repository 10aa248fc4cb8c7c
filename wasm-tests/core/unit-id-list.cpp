// A JSON array of ids and its text (contract 2.4).
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "sync/id_list.h"

using caching::Id;
using caching::IdList;
using caching::Ids;

namespace {

Id number(int value) { return {std::to_string(value), false}; }
Id text(std::string value) { return {std::move(value)}; }

IdList read(const std::string& text) {
  std::optional<IdList> list = IdList::read(text);
  REQUIRE(list);
  CHECK(list->text() == text);
  return list.value_or(IdList());
}

IdList counted(int size) {
  Ids ids;
  for (int i = 0; i < size; ++i) ids.push_back(number(i));
  return IdList(ids);
}

}  // namespace

TEST_CASE("2.4 a list is empty, and grows by what is put to its end") {
  IdList list;
  CHECK(list.ids().empty());
  CHECK(list.text() == "[]");
  for (int i = 0; i < 1000; ++i) {
    list.append(number(i));
    REQUIRE(list.ids().size() == static_cast<std::size_t>(i) + 1);
    REQUIRE(list.ids().back() == number(i));
  }
  CHECK(list.ids().front() == number(0));
  for (int i = 0; i < 1000; ++i) REQUIRE(list.position(std::to_string(i)) == static_cast<std::size_t>(i));
  CHECK(list.text() == counted(1000).text());
}

TEST_CASE("2.4 numbers stay numbers and texts stay texts, as they are spelled") {
  const IdList list = read(R"([1,"1",-0.5,1e-7,"a\"b","\u00e9"])");
  CHECK(list.ids() ==
        Ids{number(1), text("1"), {"-0.5", false}, {"1e-7", false}, text("a\"b"), text("\xC3\xA9")});
  CHECK(IdList(list.ids()).text() == "[1,\"1\",-0.5,1e-7,\"a\\\"b\",\"\xC3\xA9\"]");
}

TEST_CASE("2.4 an id is found as the key of its record, a text or the number that is spelled so") {
  const IdList list = read(R"(["b",1,"1","b"])");
  CHECK(list.position("b") == 0);
  CHECK(list.position("1") == 1);
  CHECK_FALSE(list.position("a"));
  CHECK(list.contains("b"));
  CHECK_FALSE(list.contains(""));
}

TEST_CASE("9.3 what is no flat array of ids is no list") {
  for (const std::string rubbish :
       {"", "null", "1", "\"a\"", "{}", "[null]", "[true]", "[1,[2]]", "[{}]", "[1,", "[1]2"}) {
    CAPTURE(rubbish);
    CHECK_FALSE(IdList::read(rubbish));
  }
}

TEST_CASE("2.4 what is appended leaves the text before it as somebody has spelled it") {
  IdList list = read("[ 1 ,\"\\u00e9\"]");
  list.append(text("2"));
  CHECK(list.text() == "[ 1 ,\"\\u00e9\",\"2\"]");
  list.append({"1.5", false});
  CHECK(list.text() == "[ 1 ,\"\\u00e9\",\"2\",1.5]");
}

TEST_CASE("2.4 a list is appended to, whatever stands around its ids") {
  for (const char* empty : {"[]", "[ ]", " [\n]\n"}) {
    IdList list = read(empty);
    list.append(text("a\n"));
    CHECK(list.text() == R"(["a\n"])");
  }
  IdList list = read(" [1] \n");
  list.append(number(2));
  CHECK(IdList::read(list.text())->ids() == Ids{number(1), number(2)});
}

TEST_CASE("4.4 an id is inserted anywhere") {
  IdList list = read("[1,3]");
  list.insert(1, number(2));
  list.insert(0, number(0));
  list.insert(4, text("4"));
  CHECK(list.text() == R"([0,1,2,3,"4"])");
}

TEST_CASE("4.4 an id of the list itself is inserted again, though the list moves") {
  for (int size = 1; size < 40; ++size) {
    const std::size_t count = static_cast<std::size_t>(size);
    IdList first = counted(size), last = counted(size), end = counted(size);
    first.insert(0, Id(first.ids()[count - 1]));
    last.insert(count - 1, Id(last.ids().front()));
    end.append(Id(end.ids().front()));
    CHECK(first.ids().front() == number(size - 1));
    CHECK(last.ids()[count - 1] == number(0));
    CHECK(end.ids().back() == number(0));
    CHECK(first.ids().size() == count + 1);
  }
}

TEST_CASE("4.4 an id is erased anywhere, and the others keep their order") {
  IdList list = counted(5);
  list.erase("2");
  CHECK(list.text() == "[0,1,3,4]");
  list.erase("0");
  list.erase("4");
  CHECK(list.text() == "[1,3]");
  list.erase("7");
  CHECK(list.text() == "[1,3]");
  list.erase("1");
  list.erase("3");
  CHECK(list.text() == "[]");
  list.append(number(7));
  CHECK(list.text() == "[7]");
}

TEST_CASE("4.4 an id is erased wherever it stands, as a text and as a number") {
  IdList list = read(R"([1,2,"1",1,"2"])");
  list.erase("1");
  CHECK(list.text() == R"([2,"2"])");
}

TEST_CASE("a copy is another list, and what is moved from can be used") {
  IdList list = counted(3);
  IdList copy = list;
  copy.append(number(3));
  copy.erase("0");
  CHECK(list.text() == "[0,1,2]");
  CHECK(copy.text() == "[1,2,3]");
  const IdList moved = std::move(list);
  CHECK(moved.text() == "[0,1,2]");
  list = IdList();
  list.append(number(5));
  CHECK(list.text() == "[5]");
}

TEST_CASE("2.4 thousands of steps leave what they leave in a vector") {
  std::mt19937 random(2012);
  IdList list;
  Ids judge;
  for (int step = 0; step < 20000; ++step) {
    const std::size_t size = judge.size(), at = random() % (size + 1);
    const int value = static_cast<int>(random() % 100);
    const Id id = random() % 2 ? number(value) : text(std::to_string(value));
    if (random() % 3 && size < 200) {
      if (at == size) list.append(id);
      else list.insert(at, id);
      judge.insert(judge.begin() + static_cast<std::ptrdiff_t>(at), id);
    } else {
      list.erase(id.text);
      std::erase_if(judge, [&](const Id& other) { return other.text == id.text; });
    }
    REQUIRE(list.ids() == judge);
    REQUIRE(list.text() == json::spell(judge));
  }
}
