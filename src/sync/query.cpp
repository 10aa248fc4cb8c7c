#include "sync/query.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "burry/json_reader.h"

namespace caching {
namespace {

struct Parameter {
  std::string name, value;
};
using Parameters = std::vector<Parameter>;

// As encodeURIComponent does, and so jQuery.param.
void put_encoded(std::string& text, std::string_view plain) {
  constexpr std::string_view kept = "-_.!~*'()", digits = "0123456789ABCDEF";
  for (const char character : plain) {
    const auto byte = static_cast<unsigned char>(character);
    const bool is_letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
    if (is_letter || (byte >= '0' && byte <= '9') || kept.find(character) != kept.npos) {
      text += character;
    } else {
      text += '%';
      text += digits[byte >> 4];
      text += digits[byte & 0xF];
    }
  }
}

// Reads an object into parameters named as jQuery names them: a, a[b], a[],
// and a[0][b] for an object in an array; and an array as `serializeArray` makes
// it, whose elements have a name and a value.
class Flattener final : public burry::JsonReader {
 public:
  explicit Flattener(Parameters& parameters) : parameters_(parameters) {}

  bool null() override { return scalar(""); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
  bool number(double, const std::string& spelled) override { return scalar(spelled); }
  bool string(std::string& text) override { return scalar(text); }
  bool key(std::string& name) override {
    member_ = std::move(name);
    return true;
  }
  bool start_object() override { return open(false); }
  bool end_object() override { return close(); }
  bool start_array() override { return open(true); }
  bool end_array() override { return close(); }

 private:
  struct Level {
    bool is_array;
    std::string name;
    std::size_t next = 0;
  };

  std::string name(bool is_scalar) {
    if (levels_.empty()) return {};
    Level& level = levels_.back();
    if (level.is_array) {
      const std::size_t index = level.next++;
      return level.name + (is_scalar ? "[]" : "[" + std::to_string(index) + "]");
    }
    return level.name.empty() ? member_ : level.name + "[" + member_ + "]";
  }
  // An element of the outermost array.
  bool in_element() const {
    return levels_.size() == 2 && levels_[0].is_array && !levels_[1].is_array;
  }
  bool scalar(const std::string& value) {
    if (levels_.empty()) return false;
    if (in_element() && (member_ == "name" || member_ == "value")) {
      if (!element_) element_ = {"undefined", ""};
      (member_ == "name" ? element_->name : element_->value) = value;
      return true;
    }
    parameters_.push_back({name(true), value});
    return true;
  }
  bool open(bool is_array) {
    levels_.push_back({is_array, name(false)});
    return true;
  }
  bool close() {
    if (in_element() && element_) parameters_.push_back(std::move(*element_));
    if (in_element()) element_.reset();
    levels_.pop_back();
    return true;
  }

  Parameters& parameters_;
  std::vector<Level> levels_;
  std::string member_;
  std::optional<Parameter> element_;
};

Parameters split(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    const std::string_view name = part.substr(0, part.find('='));
    if (!part.empty()) parameters.push_back({std::string(name), std::string(part.substr(name.size()))});
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return parameters;
}

// In the body of a POST, such as JSON or XML, an ampersand is a character like
// any other. None of these stands in encoded parameters.
bool is_body(const std::string& text) {
  return text.find_first_of(" \t\r\n\"<>{}") != text.npos;
}

// Spelled alike, so that each value keeps its `=` (or has none).
Parameters read_parameters(Data kind, const std::string& data) {
  if (kind == Data::text && is_body(data)) return {{data, ""}};
  if (kind == Data::text) return split(data[0] == '?' ? std::string_view(data).substr(1) : data);
  Parameters plain, encoded;
  if (kind != Data::json) return plain;
  Flattener flattener(plain);
  burry::read_json(data, flattener);
  for (const Parameter& parameter : plain) {
    Parameter& spelled = encoded.emplace_back();
    put_encoded(spelled.name, parameter.name);
    spelled.value = "=";
    put_encoded(spelled.value, parameter.value);
  }
  return encoded;
}

// Two values of one name keep their order, which may have a meaning.
std::string join(Parameters parameters) {
  std::stable_sort(parameters.begin(), parameters.end(),
                   [](const Parameter& a, const Parameter& b) { return a.name < b.name; });
  std::string text;
  for (const Parameter& parameter : parameters) {
    if (!text.empty()) text += '&';
    text += parameter.name + parameter.value;
  }
  return text;
}

}  // namespace

bool is_list_name(const std::string& key) {
  return key == plain_list || key.compare(0, std::string_view(query_prefix).size(), query_prefix) == 0;
}

std::string envelope_name(const std::string& list) {
  const std::size_t start = std::string_view(list == plain_list ? plain_list : query_prefix).size();
  std::string name = query_prefix;
  name += '#';
  name.append(list, start);
  return name;
}

std::string canonical_parameters(Data kind, const std::string& data) {
  return join(read_parameters(kind, data));
}

std::string canonical(const Query& query) {
  const std::size_t end = query.url.find('?');
  Parameters parameters;
  if (end != std::string::npos) parameters = split(std::string_view(query.url).substr(end + 1));
  for (Parameter& parameter : read_parameters(query.kind, query.data)) {
    parameters.push_back(std::move(parameter));
  }
  const std::string path = query.url.substr(0, end), text = join(std::move(parameters));
  return path.empty() || text.empty() ? path + text : path + '?' + text;
}

std::string list_name(const Query& query) {
  const std::string text = canonical(query);
  return text.empty() ? plain_list : query_prefix + text;
}

}  // namespace caching
