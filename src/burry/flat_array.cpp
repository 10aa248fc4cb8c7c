#include "burry/flat_array.h"

#include <utility>

#include "burry/json_reader.h"

namespace burry {
namespace {

// Takes one array of texts and numbers, whose escapes the parser has resolved.
// Numbers keep their spelling, so their values are of no interest here.
class Names final : public JsonReader {
 public:
  explicit Names(std::vector<Element>& elements) : elements_(elements) {}

  bool start_array() override { return !std::exchange(inside_, true); }
  bool end_array() override { return true; }
  bool string(std::string& text) override {
    elements_.push_back({{}, std::move(text)});
    return inside_;
  }
  bool number(double, const std::string&) override {
    elements_.emplace_back();
    return inside_;
  }

 private:
  std::vector<Element>& elements_;
  bool inside_ = false;
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
  Names names(elements);
  if (!read_json(text, names)) {
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
