// The grammar of JSON, by nlohmann/json: the one place that includes it, since
// each further use of its parser would add as much again to the module.
#pragma once

#include <string>
#include <string_view>

namespace burry {

// What a reader is told, in the order of the text. What it does not override it
// does not expect: the text is refused.
class JsonReader {
 public:
  virtual bool null() { return false; }
  virtual bool boolean(bool) { return false; }
  // value: as near as a double comes. spelled: as in the text.
  virtual bool number(double /*value*/, const std::string& /*spelled*/) { return false; }
  virtual bool string(std::string&) { return false; }
  virtual bool start_object() { return false; }
  virtual bool key(std::string&) { return false; }
  virtual bool end_object() { return false; }
  virtual bool start_array() { return false; }
  virtual bool end_array() { return false; }

 protected:
  ~JsonReader() = default;
};

// False where the text is no JSON, or the reader refuses it.
bool read_json(std::string_view text, JsonReader& reader);

}  // namespace burry
