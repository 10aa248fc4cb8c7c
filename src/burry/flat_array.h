// The JSON that the core itself must understand: an array of texts and numbers,
// as the registry and the lists are.
#pragma once

#include <string>
#include <vector>

namespace burry {

struct Element {
  std::string token;  // its JSON as it was spelled: 7, 1e21, "a\nb"
  std::string name;   // what JavaScript's String() makes of it: 7, 1e21, a<newline>b
  bool is_text() const { return !token.empty() && token[0] == '"'; }
};

// False, and nothing in elements, where the text is anything else (9.3).
bool read_flat_array(const std::string& text, std::vector<Element>& elements);
std::string write_flat_array(const std::vector<Element>& elements);

}  // namespace burry
