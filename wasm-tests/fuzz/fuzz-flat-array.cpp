// Lists, the index of lists and the registry, as burry/flat_array reads them
// (BEHAVIOUR 2.3, 2.4, 9.3). An input is the text as it lies in storage.
#include "burry/flat_array.h"

#include <nlohmann/json.hpp>

#include "fuzz.h"
#include "page_in_memory.h"

namespace {

using burry::Element;

std::vector<Element> read(const std::string& text) {
  std::vector<Element> elements;
  MUST(burry::read_flat_array(text, elements), text);
  return elements;
}

// nlohmann's own tree is the judge of what is there. It passes over a mark and
// takes a zero for the end, which JSON.parse does not.
bool is_flat_array(const std::string& text, nlohmann::json& judge) {
  if (text.find('\0') != text.npos || text.compare(0, 1, "\xEF") == 0) return false;
  judge = nlohmann::json::parse(text, nullptr, false);
  if (!judge.is_array()) return false;
  for (const auto& element : judge) {
    if (!element.is_string() && !element.is_number()) return false;
  }
  return true;
}

void must_be_as_judged(const std::vector<Element>& elements, const nlohmann::json& judge) {
  MUST(elements.size() == judge.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Element& element = elements[i];
    MUST(element.is_text() == judge[i].is_string(), element.token);
    MUST(nlohmann::json::parse(element.token, nullptr, false) == judge[i], element.token);
    MUST(element.name == (element.is_text() ? judge[i].get<std::string>() : element.token), element.token);
  }
}

void must_survive_writing(const std::vector<Element>& elements) {
  const std::string written = burry::write_flat_array(elements);
  const std::vector<Element> again = read(written);
  MUST(again.size() == elements.size(), written);
  for (std::size_t i = 0; i < again.size(); ++i) {
    MUST(again[i].token == elements[i].token, written);
    MUST(again[i].name == elements[i].name, written);
  }
  MUST(burry::write_flat_array(again) == written, written);
}

// Each line of the input as the name of an id, spelled as a page spells it.
void must_survive_as_names(const std::string& text) {
  in_memory::Json json;
  std::vector<Element> elements;
  for (const std::string& name : fuzz::split(text, '\n')) {
    const Element element = {json.copy(json.stringify(json.text(name))), name};
    // An id with a lone surrogate cannot be read back, and is refused before it
    // gets into a list.
    std::vector<Element> alone;
    if (burry::read_flat_array('[' + element.token + ']', alone)) elements.push_back(element);
  }
  must_survive_writing(elements);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  std::vector<Element> elements = {{"1", "left over"}};
  nlohmann::json judge;
  const bool flat = is_flat_array(text, judge);
  MUST(burry::read_flat_array(text, elements) == flat, text);
  if (flat) must_be_as_judged(elements, judge);
  else MUST(elements.empty(), text);
  must_survive_writing(elements);
  must_survive_as_names(text);
  MUST(in_memory::values_held() == 0);
  return 0;
}
