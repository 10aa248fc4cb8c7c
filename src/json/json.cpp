#include "json/json.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace json {
namespace {

// Half a character of UTF-16 comes into the core as this and its four digits, and so does
// this itself.
constexpr std::string_view mark = "\xEF\xBF\xBF";  // U+FFFF
constexpr unsigned marked = 0xFFFF;

// The unit whose four hexadecimal digits stand here; 0 where none do.
unsigned unit_at(std::string_view text, std::size_t at) {
  constexpr std::string_view digits = "0123456789abcdef";
  unsigned unit = 0;
  for (std::size_t end = at + 4; at < end; ++at) {
    const std::size_t digit = at < text.size() ? digits.find(static_cast<char>(text[at] | 32)) : text.npos;
    if (digit == text.npos) return 0;
    unit = 16 * unit + static_cast<unsigned>(digit);
  }
  return unit;
}
unsigned escaped_unit(std::string_view text) { return text.starts_with("\\u") ? unit_at(text, 2) : 0; }
bool is_first_half(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_second_half(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

// nlohmann/json refuses the escape of half a character, which JSON.stringify makes.
std::string with_marks(std::string_view text) {
  std::string result;
  for (std::size_t at = text.find('\\'); at != text.npos; at = text.find('\\')) {
    result += text.substr(0, at);
    text.remove_prefix(at);
    const unsigned unit = escaped_unit(text);
    const bool is_pair = is_first_half(unit) && is_second_half(escaped_unit(text.substr(6)));
    std::size_t length = is_pair ? 12 : 2;
    if (!is_pair && (is_first_half(unit) || is_second_half(unit) || unit == marked)) {
      length = 6;
      result += mark;
      for (const char digit : text.substr(2, 4)) result += static_cast<char>(digit | 32);  // in lower case
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::min(length, text.size()));
  }
  return result += text;
}

// What a text is to be. The rest is refused.
enum class Expected { scalar, flat_array, array, object };

// Takes what nlohmann/json reads. Of an array or an object it spells again what it reads:
// each member of the outermost structure by itself.
class Reader final {
 public:
  explicit Reader(Expected expected) : expected_(expected) {}
  Scalars scalars;  // the one, or those of a flat array
  Members members;  // of an array or an object

  bool null() { return add("null"); }
  bool boolean(bool truth) { return add(truth ? "true" : "false"); }
  bool number_integer(std::int64_t number) { return add_scalar(std::to_string(number), false); }
  bool number_unsigned(std::uint64_t number) { return add_scalar(std::to_string(number), false); }
  bool number_float(double, const std::string& digits) { return add_scalar(digits, false); }
  bool string(std::string& text) { return add_scalar(std::move(text), true); }
  static bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_array(std::size_t) { return start('['); }
  bool start_object(std::size_t) { return start('{'); }
  bool end_array() { return end(']'); }
  bool end_object() { return end('}'); }
  bool key(std::string& name) {
    if (depth_ == 1) {
      name_ = std::move(name);
      return true;
    }
    separate();
    current() += spell(name);
    current() += ':';
    follows_name_ = true;
    return true;
  }
  static bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) {
    return false;
  }

 private:
  bool keeps_members() const { return expected_ == Expected::array || expected_ == Expected::object; }
  char outermost() const {
    if (expected_ == Expected::scalar) return 0;
    return expected_ == Expected::object ? '{' : '[';
  }
  std::string& current() { return members.back().value; }

  bool add_scalar(std::string text, bool is_text) {
    if (keeps_members()) return add(is_text ? spell(text) : text);
    if (depth_ != (expected_ == Expected::flat_array)) return false;
    scalars.push_back({std::move(text), is_text});
    return true;
  }

  bool add(std::string_view spelled) {
    if (!keeps_members() || !depth_) return false;
    begin_value();
    current() += spelled;
    return true;
  }

  void separate() {
    const char last = current().back();
    if (last != '[' && last != '{') current() += ',';
  }

  void begin_value() {
    if (depth_ == 1) {
      members.push_back({std::exchange(name_, {}), {}});
    } else if (!std::exchange(follows_name_, false)) {
      separate();
    }
  }

  bool start(char bracket) {
    const bool is_right = depth_ ? add({&bracket, 1}) : bracket == outermost();
    ++depth_;
    return is_right;
  }

  bool end(char bracket) {
    if (--depth_) current() += bracket;
    return true;
  }

  const Expected expected_;
  int depth_ = 0;
  std::string name_;
  bool follows_name_ = false;
};

bool read(std::string_view text, Reader& reader) {
  // nlohmann/json passes over a byte order mark and takes a zero for the end.
  if (text.starts_with('\xEF') || text.find('\0') != text.npos) return false;
  std::string copy;
  if (text.find("\\u") != text.npos) text = copy = with_marks(text);
  return nlohmann::json::sax_parse(text.data(), text.data() + text.size(), &reader);
}

std::optional<Scalars> read_scalars(std::string_view text, Expected expected) {
  Reader reader(expected);
  if (!read(text, reader)) return {};
  return std::move(reader.scalars);
}

std::optional<Members> read_members(std::string_view text, Expected expected) {
  Reader reader(expected);
  if (!read(text, reader)) return {};
  return std::move(reader.members);
}

// The two characters of an escape, or the six of a control character.
std::string escape(char character) {
  constexpr std::string_view escaped = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
  constexpr char digits[] = "0123456789abcdef";
  const std::size_t at = escaped.find(character);
  if (at != escaped.npos) return {'\\', letters[at]};
  return {'\\', 'u', '0', '0', digits[character >> 4], digits[character & 15]};
}

void append(std::string& json, std::string_view text) {
  json += '"';
  std::size_t begin = 0;  // of what is to be appended as it is
  const auto replace = [&](std::size_t at, std::size_t length, const std::string& escaped) {
    json += text.substr(begin, at - begin);
    json += escaped;
    begin = at + length;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    if (character == '"' || character == '\\' || static_cast<unsigned char>(character) < ' ') {
      replace(at, 1, escape(character));
    } else if (character == mark[0] && text.substr(at, mark.size()) == mark) {
      const unsigned unit = unit_at(text, at + mark.size());
      if (!is_first_half(unit) && !is_second_half(unit)) continue;
      replace(at, mark.size() + 4, "\\u" + std::string(text.substr(at + mark.size(), 4)));
    }
  }
  json += text.substr(begin);
  json += '"';
}

void append(std::string& json, const Scalar& scalar) {
  if (scalar.is_text) append(json, std::string_view(scalar.text));
  else json += scalar.text;
}

// [a,b] of elements that `add` appends.
template <class Elements, class Add>
std::string spell_all(const Elements& elements, Add add) {
  std::string json = "[";
  for (const auto& element : elements) {
    if (json.size() > 1) json += ',';
    add(json, element);
  }
  json += ']';
  return json;
}

}  // namespace

std::optional<Scalars> read_flat_array(std::string_view text) {
  return read_scalars(text, Expected::flat_array);
}

std::optional<Members> read_object(std::string_view text) { return read_members(text, Expected::object); }
std::optional<Members> read_array(std::string_view text) { return read_members(text, Expected::array); }

const std::string* find(const Members& members, std::string_view name) {
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const Member& member) { return member.name == name; });
  return found == members.rend() ? nullptr : &found->value;
}

std::optional<std::string> read_text(std::string_view text) {
  std::optional<Scalars> read = read_scalars(text, Expected::scalar);
  if (!read || !read->front().is_text) return {};
  return std::move(read->front().text);
}

std::optional<double> read_number(std::string_view text) {
  const std::optional<Scalars> read = read_scalars(text, Expected::scalar);
  if (!read || read->front().is_text) return {};
  char* end = nullptr;
  return std::strtod(read->front().text.c_str(), &end);
}

std::string spell(std::string_view text) {
  std::string json;
  append(json, text);
  return json;
}

std::string spell(const Scalar& scalar) {
  std::string json;
  append(json, scalar);
  return json;
}

std::string spell(const Scalars& scalars) {
  return spell_all(scalars, [](std::string& json, const Scalar& scalar) { append(json, scalar); });
}

std::string spell(const std::vector<std::string>& texts) {
  return spell_all(texts, [](std::string& json, const std::string& text) { append(json, text); });
}

void Object::add(std::string_view name, std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  append(text_, name);
  text_ += ':';
  text_ += value;
}

std::string spell_object(const Members& members) {
  Object object;
  for (const Member& member : members) object.add(member.name, member.value);
  return object.text();
}

std::string merged(std::string_view object, std::string_view over) {
  Members members = read_object(object).value_or(Members());
  for (Member& member : read_object(over).value_or(Members())) {
    const auto is_same = [&](const Member& one) { return one.name == member.name; };
    const auto known = std::find_if(members.begin(), members.end(), is_same);
    if (known == members.end()) {
      members.push_back(std::move(member));
      continue;
    }
    known->value = std::move(member.value);
    // (The text may be rubbish that has a name twice.)
    members.erase(std::remove_if(known + 1, members.end(), is_same), members.end());
  }
  return spell_object(members);
}

std::string spell_array(const Members& members) {
  return spell_all(members, [](std::string& json, const Member& member) { json += member.value; });
}

}  // namespace json
