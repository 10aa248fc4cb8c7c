// page::List, which stands in for std::vector.
#include <doctest/doctest.h>

#include "page/list.h"

using Numbers = page::List<int>;

TEST_CASE("a list keeps the order of what is put into it, and grows") {
  Numbers numbers;
  CHECK(numbers.empty());
  for (int i = 0; i < 1000; ++i) numbers.push_back(i);
  CHECK(numbers.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(numbers[i] == i);
  CHECK(numbers.front() == 0);
  CHECK(numbers.back() == 999);
}

TEST_CASE("an element is put and taken anywhere") {
  Numbers numbers = {1, 3};
  numbers.insert(1, 2);
  numbers.insert(0, 0);
  numbers.insert(4, 4);
  CHECK(numbers == Numbers{0, 1, 2, 3, 4});
  numbers.erase(0);
  numbers.erase(3);
  numbers.erase(1);
  CHECK(numbers == Numbers{1, 3});
  numbers.erase(0);
  numbers.erase(0);
  CHECK(numbers.empty());
}

TEST_CASE("an element of the list itself can be put into it, though it moves") {
  Numbers numbers = {7};
  for (int i = 0; i < 100; ++i) numbers.insert(0, numbers.back());
  CHECK(numbers.size() == 101);
  for (const int number : numbers) CHECK(number == 7);
}

TEST_CASE("what meets a condition is taken out, and the rest keeps its order") {
  Numbers numbers = {1, 2, 3, 4, 5, 6};
  numbers.erase_if([](int number) { return number % 2 == 0; });
  CHECK(numbers == Numbers{1, 3, 5});
  numbers.erase_if([](int) { return true; });
  CHECK(numbers.empty());
}

TEST_CASE("sorting keeps the order of what is equal") {
  struct Pair {
    int key, order;
    bool operator==(const Pair&) const = default;
  };
  page::List<Pair> pairs = {{2, 0}, {1, 1}, {2, 2}, {1, 3}, {0, 4}};
  pairs.sort([](const Pair& a, const Pair& b) { return a.key < b.key; });
  CHECK(pairs == page::List<Pair>{{0, 4}, {1, 1}, {1, 3}, {2, 0}, {2, 2}});
}

TEST_CASE("a list is moved, and copied where that is said") {
  Numbers numbers = {1, 2, 3};
  const Numbers copied = numbers.copy();
  Numbers moved = std::move(numbers);
  CHECK(moved == copied);
  moved.push_back(4);
  CHECK(copied.size() == 3);
  Numbers other = {9};
  other = std::move(moved);
  CHECK(other == Numbers{1, 2, 3, 4});
  CHECK(other.contains(4));
  CHECK_FALSE(other.contains(9));
  CHECK_FALSE(Numbers{1} == Numbers{1, 2});
}
