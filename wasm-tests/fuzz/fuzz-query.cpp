// The keys of lists (contract 3.10). An input is a URL and, behind its first line, the data
// of a fetch: as its text, and as the JSON of an object.
#include <algorithm>
#include <set>

#include "fuzz.h"
#include "json/json.h"
#include "page_in_memory.h"
#include "sync/query.h"

namespace {

using caching::Data;
using in_memory::Content;

std::string number_or_text(const Content& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "";
  return in_memory::key_of(value);
}

// As encodeURIComponent.
std::string encoded(const std::string& text) {
  std::string result;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool is_plain =
        byte < 0x80 && (std::isalnum(byte) || std::string("-_.!~*'()").find(character) != std::string::npos);
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned>(byte));
    result += is_plain ? std::string(1, character) : std::string(escape);
  }
  return result;
}

// As JSON.stringify spells it, numbers as JavaScript has them.
std::string stringified(const Content& value) {
  if (value.is_number()) return in_memory::key_of(value);
  if (!value.is_structured()) return value.dump();
  std::string json(1, value.is_array() ? '[' : '{');
  for (const auto& [name, inner] : value.items()) {
    if (json.size() > 1) json += ',';
    if (value.is_object()) json += Content(name).dump() + ':';
    json += stringified(inner);
  }
  return json + (value.is_array() ? ']' : '}');
}

// As jQuery.param does it, which is written down in its documentation.
class Judge {
 public:
  explicit Judge(const Content& data) {
    if (data.is_array()) add_fields(data);
    else
      for (const auto& [name, value] : data.items()) add(name, value);
  }
  const std::string& text() const { return text_; }

 private:
  void add(const std::string& name, const Content& value) {
    if (!value.is_structured()) return put(name, number_or_text(value));
    std::size_t index = 0;
    for (const auto& [inner, element] : value.items()) {
      const std::string place = std::to_string(index++);
      const bool is_flat = value.is_array() && !element.is_structured();
      add(name + '[' + (is_flat ? "" : value.is_array() ? place : inner) + ']', element);
    }
  }

  void add_fields(const Content& elements) {
    for (std::size_t index = 0; index < elements.size(); ++index) {
      const Content& element = elements[index];
      const std::string place = '[' + std::to_string(index) + ']';
      if (!element.is_object()) {
        add(element.is_array() ? place : "[]", element);
        continue;
      }
      const bool has_name = element.contains("name") && !element["name"].is_structured();
      const bool has_value = element.contains("value") && !element["value"].is_structured();
      if (has_name || has_value) {
        const Content& name = element.contains("name") ? element["name"] : Content();
        put(!has_name        ? "undefined"
            : name.is_null() ? "null"
                             : number_or_text(name),
            has_value ? number_or_text(element["value"]) : "");
      }
      for (const auto& [name, value] : element.items()) {
        const bool is_told = (name == "name" && has_name) || (name == "value" && has_value);
        if (!is_told) add(place + '[' + name + ']', value);
      }
    }
  }

  void put(const std::string& name, const std::string& value) {
    if (!text_.empty()) text_ += '&';
    text_ += encoded(name) + '=' + encoded(value);
  }

  std::string text_;
};

void must_be_encoded(const std::string& json) {
  const Content content = in_memory::parsed(json);
  if (content.is_discarded()) return;
  const auto parameters = caching::encode_parameters(stringified(content));
  if (!content.is_structured()) {
    MUST(!parameters, json);
    return;
  }
  const std::string expected = Judge(content).text();
  // How half a character comes into the core.
  const bool is_whole = expected.find("%EF%BF%BFd") == std::string::npos;
  MUST(parameters.has_value() == is_whole, json);
  if (parameters) MUST(*parameters == expected, *parameters, expected);
}

// Parameters of different names mean the same in whatever order.
void must_be_canonical(const std::string& url, const std::string& data) {
  const std::string key = caching::list_key({url, {Data::Kind::text, data}});
  MUST(caching::is_list_key(key) && caching::is_list_key(caching::envelope_key(key)), key);
  MUST(caching::envelope_key(key) != key && key != caching::query_prefix, key);
  const std::string text = caching::canonical({url, {Data::Kind::text, data}});
  MUST(key == (text.empty() ? std::string(caching::plain_list) : caching::query_prefix + text), key);
  if (data.find_first_of(" \t\r\n\"<>{}?") != data.npos) return;
  if (!url.starts_with('?')) MUST(caching::canonical({text, {}}) == text, text);
  std::vector<std::string> parts = fuzz::split(data, '&');
  std::set<std::string> names;
  for (const std::string& part : parts) names.insert(part.substr(0, part.find('=')));
  if (names.size() < parts.size() || url.find('?') != url.npos) return;
  std::reverse(parts.begin(), parts.end());
  std::string reversed;
  for (const std::string& part : parts) reversed += (reversed.empty() ? "" : "&") + part;
  MUST(caching::canonical({url, {Data::Kind::text, reversed}}) == text, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const std::vector<std::string> given = fuzz::fields(text, '\n', 2);
  must_be_canonical(given[0], given[1]);
  must_be_encoded(text);
  must_be_encoded(given[1]);
  caching::list_key({given[0], {Data::Kind::object, given[1]}});
  return 0;
}
