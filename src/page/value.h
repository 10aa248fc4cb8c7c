// Values and texts of the page, which the core holds by number and cannot look
// into. The page keeps them until it is told what is still needed (reachable.h).
#pragma once

#include <string>

namespace page {

// The JSON of a record, a list, or whatever a page has set. 0 stands for "there is
// none", which is not the same as a value that happens to be null.
class Value {
 public:
  constexpr Value() = default;
  constexpr explicit Value(int number) : number_(number) {}
  constexpr explicit operator bool() const { return number_ != 0; }
  constexpr int number() const { return number_; }

 private:
  int number_ = 0;
};

// A text that is compared: a key, an id, an end of keys. Equal texts have equal
// numbers. 0 is the empty text.
class Name {
 public:
  constexpr Name() = default;
  constexpr explicit Name(int number) : number_(number) {}
  // A literal (of ASCII).
  Name(const char* text);
  Name(const std::string& text);  // of tests, in UTF-8
  constexpr bool empty() const { return number_ == 0; }
  constexpr int number() const { return number_; }
  constexpr bool operator==(const Name&) const = default;
  // Some order, which has nothing to do with the alphabet.
  constexpr bool operator<(const Name& other) const { return number_ < other.number_; }

 private:
  int number_ = 0;
};

// The number of a text that the page is to keep for ever.
Name pin(const char* text);

}  // namespace page
