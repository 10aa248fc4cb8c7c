// How texts cross between linear memory and JavaScript: as UTF-16, one after
// another, each behind its length.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wasm {

// Texts on their way out. JavaScript reads them before the call returns.
class Texts {
 public:
  explicit Texts(const std::vector<std::string>& texts);
  const char16_t* data() const { return units_.data(); }
  int count() const { return count_; }

 private:
  std::u16string units_;
  int count_;
};

// Texts on their way in: JavaScript has allocated them, and they are freed here.
// Their number comes first. No pointer: no texts.
std::vector<std::string> take_texts(char16_t* texts);
std::string take_text(char16_t* texts);

}  // namespace wasm
