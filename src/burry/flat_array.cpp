#include "burry/flat_array.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace burry {
namespace {

// Takes one array of texts and numbers from nlohmann's parser, which checks the
// grammar and resolves the escapes. Numbers keep their spelling, so their
// values are of no interest here.
struct Names {
  using Text = nlohmann::json::string_t;

  std::vector<Element>& elements;
  bool inside = false;

  bool start_array(std::size_t) { return !std::exchange(inside, true); }
  bool end_array() { return true; }
  bool string(Text& text) {
    if (inside) elements.push_back({{}, std::move(text)});
    return inside;
  }
  bool number() {
    if (inside) elements.emplace_back();
    return inside;
  }
  bool number_integer(std::int64_t) { return number(); }
  bool number_unsigned(std::uint64_t) { return number(); }
  bool number_float(double, const Text&) { return number(); }

  bool null() { return false; }
  bool boolean(bool) { return false; }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return false; }
  bool key(Text&) { return false; }
  bool end_object() { return false; }
  template <class Exception>
  bool parse_error(std::size_t, const Text&, const Exception&) {
    return false;
  }
};

constexpr const char* between_elements = " \t\r\n,";

std::size_t end_of_token(const std::string& text, std::size_t at) {
  if (text[at] != '"') return text.find_first_of(" \t\r\n,]", at);
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

}  // namespace

bool read_flat_array(const std::string& text, std::vector<Element>& elements) {
  elements.clear();
  Names names{elements};
  if (!nlohmann::json::sax_parse(text, &names)) {
    elements.clear();
    return false;
  }
  std::size_t at = text.find('[') + 1;
  for (Element& element : elements) {
    at = text.find_first_not_of(between_elements, at);
    const std::size_t end = end_of_token(text, at);
    element.token = text.substr(at, end - at);
    if (!element.is_text()) element.name = element.token;
    at = end;
  }
  return true;
}

std::string write_flat_array(const std::vector<Element>& elements) {
  std::string text = "[";
  for (const Element& element : elements) {
    if (text.size() > 1) text += ',';
    text += element.token;
  }
  return text += ']';
}

}  // namespace burry
