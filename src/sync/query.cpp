#include "sync/query.h"

#include <algorithm>
#include <map>

#include "json/json.h"

namespace caching {
namespace {

constexpr std::string_view envelope_prefix = "__ids__?#";

// The parameters of a query by their names; each value keeps its `=`, if it has one. Two
// values of one name keep their order, which may have a meaning.
using Parameters = std::multimap<std::string, std::string>;

void split(std::string_view text, Parameters& parameters) {
  while (!text.empty()) {
    const std::string_view parameter = text.substr(0, text.find('&'));
    if (!parameter.empty()) parameters.emplace(parameter.substr(0, parameter.find('=')), parameter);
    text.remove_prefix(std::min(text.size(), parameter.size() + 1));
  }
}

// In the body of a POST, such as JSON or XML, an ampersand is a character like any other.
// None of these stands in encoded parameters.
bool is_body(std::string_view text) { return text.find_first_of(" \t\r\n\"<>{}") != text.npos; }

void read_parameters(std::string_view data, Parameters& parameters) {
  if (is_body(data)) {
    parameters.emplace(data, data);
    return;
  }
  if (data.starts_with('?')) data.remove_prefix(1);
  split(data, parameters);
}

bool is_nested(const std::string& json) { return json.starts_with('{') || json.starts_with('['); }

// A text, a number or a truth as String() spells it.
std::string spell_value(const std::string& json) { return json::read_text(json).value_or(json); }

class Parameterizer {
 public:
  void add_elements(const json::Members& elements) {
    for (std::size_t index = 0; index < elements.size(); ++index) add_element(elements[index].value, index);
  }
  void add_members(const json::Members& members) {
    for (const json::Member& member : members) add_all(member.name, member.value);
  }
  const std::string& text() const { return text_; }

 private:
  void add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += encode(name);
    text_ += '=';
    text_ += encode(value);
  }

  void add_all(const std::string& name, const std::string& json) {
    if (!is_nested(json)) return add(name, json == "null" ? std::string() : spell_value(json));
    const bool is_array = json.starts_with('[');
    const json::Members members =
        (is_array ? json::read_array(json) : json::read_object(json)).value_or(json::Members());
    for (std::size_t index = 0; index < members.size(); ++index) {
      const bool is_named = !is_array || is_nested(members[index].value);
      const std::string inner = is_array ? std::to_string(index) : members[index].name;
      add_all(name + "[" + (is_named ? inner : std::string()) + "]", members[index].value);
    }
  }

  // An element of an array at the top: one that serializeArray has made has a name and a
  // value.
  void add_element(const std::string& json, std::size_t index) {
    const std::string place = "[" + std::to_string(index) + "]";
    if (!json.starts_with('{')) return add_all(is_nested(json) ? place : "[]", json);
    const json::Members members = json::read_object(json).value_or(json::Members());
    const std::string* name = own(members, "name");
    const std::string* value = own(members, "value");
    if (name || value) {
      add(name ? spell_value(*name) : "undefined", value && *value != "null" ? spell_value(*value) : "");
    }
    for (const json::Member& member : members) {
      if (&member.value == name || &member.value == value) continue;
      add_all(place + "[" + member.name + "]", member.value);
    }
  }

  static const std::string* own(const json::Members& members, std::string_view name) {
    const std::string* value = json::find(members, name);
    return value && !is_nested(*value) ? value : nullptr;
  }

  std::string text_;
};

}  // namespace

std::string encode(std::string_view text) {
  constexpr std::string_view plain = "-_.!~*'()";
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool is_letter = (byte | 32) >= 'a' && (byte | 32) <= 'z';
    const bool is_digit = byte >= '0' && byte <= '9';
    if (is_letter || is_digit || plain.find(character) != plain.npos) {
      encoded += character;
    } else {
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

bool is_queue_entry(std::string_view key) {
  if (!is_queue_key(key)) return false;
  key.remove_prefix(std::string_view(queue_key).size());
  return !key.empty() && key.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == key.npos;
}

bool is_list_key(std::string_view key) { return key == plain_list || key.starts_with(query_prefix); }

std::string envelope_key(const std::string& list) {
  if (list == plain_list) return std::string(envelope_prefix);
  return std::string(envelope_prefix) + list.substr(std::string_view(query_prefix).size());
}

std::optional<std::string> list_of_envelope(std::string_view key) {
  if (!key.starts_with(envelope_prefix)) return {};
  key.remove_prefix(envelope_prefix.size());
  return key.empty() ? plain_list : query_prefix + std::string(key);
}

std::optional<std::string> encode_parameters(const std::string& json) {
  Parameterizer parameterizer;
  if (const auto elements = json::read_array(json)) parameterizer.add_elements(*elements);
  else if (const auto members = json::read_object(json)) parameterizer.add_members(*members);
  else return {};
  // How half a character comes into the core.
  if (parameterizer.text().find("%EF%BF%BFd") != std::string::npos) return {};
  return parameterizer.text();
}

Data spelled(const Data& data) {
  if (data.kind != Data::Kind::object) return data;
  std::optional<std::string> text = encode_parameters(data.text);
  if (!text) return {Data::Kind::opaque, {}};
  return {Data::Kind::text, std::move(*text)};
}

std::string canonical(const Query& query) {
  const Data data = spelled(query.data);
  const std::string_view url = query.url;
  const std::string_view path = url.substr(0, url.find('?'));
  Parameters parameters;
  if (path.size() < url.size()) split(url.substr(path.size() + 1), parameters);
  if (data.kind == Data::Kind::text) read_parameters(data.text, parameters);
  std::string text(path);
  char separator = '?';
  for (const auto& [name, parameter] : parameters) {
    if (!text.empty()) text += separator;
    text += parameter;
    separator = '&';
  }
  return text;
}

std::string list_key(const Query& query) {
  const std::string text = canonical(query);
  return text.empty() ? plain_list : query_prefix + text;
}

}  // namespace caching
