#include "burry/json_reader.h"

#include <nlohmann/json.hpp>

namespace burry {
namespace {

struct Adapter {
  using Json = nlohmann::json;

  JsonReader& reader;

  bool null() { return reader.null(); }
  bool boolean(bool value) { return reader.boolean(value); }
  bool number_integer(Json::number_integer_t value) {
    return reader.number(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return reader.number(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(Json::number_float_t value, const Json::string_t& spelled) {
    return reader.number(value, spelled);
  }
  bool string(Json::string_t& text) { return reader.string(text); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return reader.start_object(); }
  bool key(Json::string_t& name) { return reader.key(name); }
  bool end_object() { return reader.end_object(); }
  bool start_array(std::size_t) { return reader.start_array(); }
  bool end_array() { return reader.end_array(); }
  template <class Exception>
  bool parse_error(std::size_t, const Json::string_t&, const Exception&) {
    return false;
  }
};

}  // namespace

bool read_json(std::string_view text, JsonReader& reader) {
  // nlohmann passes over a byte order mark and takes a zero for the end; JSON.parse
  // refuses both.
  if (text.find('\0') != text.npos || text.compare(0, 1, "\xEF") == 0) return false;
  Adapter adapter{reader};
  return nlohmann::json::sax_parse(text, &adapter);
}

}  // namespace burry
