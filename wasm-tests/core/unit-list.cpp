#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "page/list.h"

using page::List;

namespace {

struct Pair {
  int key;
  double value;
  bool operator==(const Pair&) const = default;
};

template <class T>
std::vector<T> elements(const List<T>& list) {
  return std::vector<T>(list.begin(), list.end());
}
using Numbers = std::vector<int>;

List<int> counted(int size) {
  List<int> list;
  for (int i = 0; i < size; ++i) list.push_back(i);
  return list;
}

}  // namespace

TEST_CASE("a list is empty, and grows by what is put to its end") {
  List<int> list;
  CHECK(list.empty());
  CHECK(list.begin() == list.end());
  for (int i = 0; i < 1000; ++i) {
    list.push_back(i);
    REQUIRE(list.size() == i + 1);
    REQUIRE(list.back() == i);
  }
  CHECK(list.front() == 0);
  for (int i = 0; i < 1000; ++i) REQUIRE(list[i] == i);
}

TEST_CASE("an element is inserted anywhere") {
  List<int> list = {1, 3};
  list.insert(1, 2);
  list.insert(0, 0);
  list.insert(4, 4);
  CHECK(elements(list) == Numbers{0, 1, 2, 3, 4});
}

TEST_CASE("an element of the list itself is inserted again, though the list moves") {
  for (int size = 1; size < 40; ++size) {
    List<int> first = counted(size), last = counted(size), end = counted(size);
    first.insert(0, first[size - 1]);
    last.insert(size - 1, last.front());
    end.push_back(end.front());
    CHECK(first.front() == size - 1);
    CHECK(last[size - 1] == 0);
    CHECK(end.back() == 0);
    CHECK(first.size() == size + 1);
  }
}

TEST_CASE("an element is erased anywhere") {
  List<int> list = counted(5);
  list.erase(2);
  CHECK(elements(list) == Numbers{0, 1, 3, 4});
  list.erase(0);
  list.erase(2);
  CHECK(elements(list) == Numbers{1, 3});
  list.erase(0);
  list.erase(0);
  CHECK(list.empty());
  list.push_back(7);
  CHECK(elements(list) == Numbers{7});
}

TEST_CASE("those of which something is true are erased, and the others keep their order") {
  List<int> list = counted(10);
  list.erase_if([](int number) { return number % 3 == 0; });
  CHECK(elements(list) == Numbers{1, 2, 4, 5, 7, 8});
  list.erase_if([](int) { return true; });
  CHECK(list.empty());
  list.erase_if([](int) { return true; });
  CHECK(list.empty());
}

TEST_CASE("elements of any size stand as they were put") {
  List<Pair> list;
  for (int i = 0; i < 100; ++i) list.insert(0, {i, i / 2.0});
  list.erase(50);
  CHECK(list.size() == 99);
  CHECK(list[0] == Pair{99, 49.5});
  CHECK(list[50] == Pair{48, 24.0});
  CHECK(list.contains(Pair{0, 0}));
  CHECK_FALSE(list.contains(Pair{49, 24.5}));
}

TEST_CASE("a list is copied where that is asked for, and the copy is another one") {
  const List<int> list = counted(3);
  List<int> copy = list.copy();
  CHECK(copy == list);
  copy.push_back(3);
  copy[0] = 9;
  CHECK(elements(list) == Numbers{0, 1, 2});
  CHECK_FALSE(copy == list);
  CHECK(List<int>().copy().empty());
}

TEST_CASE("what is moved from is empty, or what was moved over, and can be used") {
  List<int> list = counted(3);
  List<int> moved = std::move(list);
  CHECK(elements(moved) == Numbers{0, 1, 2});
  CHECK(list.empty());
  list.push_back(5);
  moved = std::move(list);
  CHECK(elements(moved) == Numbers{5});
  list.clear();
  list.push_back(6);
  CHECK(elements(list) == Numbers{6});
  List<int>& same = moved;
  moved = std::move(same);
  CHECK(elements(moved) == Numbers{5});
}

TEST_CASE("lists are appended, resized, cleared and filled") {
  List<int> list = {1}, more = {2, 3}, none;
  list.append(more);
  list.append(none);
  CHECK(elements(list) == Numbers{1, 2, 3});
  list.resize(2);
  CHECK(elements(list) == Numbers{1, 2});
  list.resize(100);
  CHECK(list.size() == 100);
  CHECK(list[1] == 2);
  list.clear();
  CHECK(list.empty());
  list.resize(0);
  CHECK(List<int>(3, 7) == List<int>{7, 7, 7});
  CHECK(List<int>(0, 7).empty());
}

TEST_CASE("what is sorted and equal keeps its order") {
  List<Pair> list = {{2, 0}, {1, 1}, {2, 2}, {1, 3}, {0, 4}};
  list.sort([](const Pair& a, const Pair& b) { return a.key < b.key; });
  CHECK(elements(list) == std::vector<Pair>{{0, 4}, {1, 1}, {1, 3}, {2, 0}, {2, 2}});
  List<Pair> none;
  none.sort([](const Pair& a, const Pair& b) { return a.key < b.key; });
  CHECK(none.empty());
}

TEST_CASE("thousands of steps leave what they leave in a vector") {
  std::mt19937 random(2012);
  List<int> list;
  std::vector<int> judge;
  for (int step = 0; step < 20000; ++step) {
    const int size = list.size(), value = static_cast<int>(random() % 100);
    const int at = static_cast<int>(random() % static_cast<unsigned>(size + 1));
    if (random() % 3 && size < 200) {
      list.insert(at, value);
      judge.insert(judge.begin() + at, value);
    } else if (at < size) {
      list.erase(at);
      judge.erase(judge.begin() + at);
    } else if (random() % 20 == 0) {
      list.erase_if([value](int element) { return element < value; });
      std::erase_if(judge, [value](int element) { return element < value; });
    }
    REQUIRE(elements(list) == judge);
  }
}
