// The JSON that the core decides on, read by nlohmann/json. What is not what was
// expected is an empty optional, never an exception (contract 9.3). Numbers keep the
// digits that they have in the text, since those are JavaScript's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace json {

// A text or a number of a flat array. text: the text itself, or the number as
// JavaScript's String() spells it; so it is the key of a record, too.
struct Scalar {
  std::string text;
  bool is_text = true;

  bool operator==(const Scalar&) const = default;
};
using Scalars = std::vector<Scalar>;

// The elements of an array of texts and finite numbers. Empty: it is none.
std::optional<Scalars> read_flat_array(std::string_view text);

// A member of an object, or (without name) an element of an array; value is its JSON.
struct Member {
  std::string name;
  std::string value;
};
using Members = std::vector<Member>;

std::optional<Members> read_object(std::string_view text);
std::optional<Members> read_array(std::string_view text);
// The value of the member of this name, or nullptr; of several it is the last one's, as
// in JavaScript.
const std::string* find(const Members& members, std::string_view name);
// The text that a JSON string stands for. Empty: it is no JSON string.
std::optional<std::string> read_text(std::string_view text);
// The number that a text of JSON is. Empty: it is no number, or not a finite one.
std::optional<double> read_number(std::string_view text);

// As JSON.stringify spells them, byte for byte.
std::string spell(std::string_view text);
std::string spell(const Scalar& scalar);
std::string spell(const Scalars& scalars);
std::string spell(const std::vector<std::string>& texts);
// {"name":value,…} of values that are JSON already, member by member.
class Object {
 public:
  void add(std::string_view name, std::string_view value);
  std::string text() const { return text_ + '}'; }

 private:
  std::string text_ = "{";
};
std::string spell_object(const Members& members);
// Returns an object with the members of another laid over it, as Object.assign does: a member that both
// have keeps its place.
std::string merged(std::string_view object, std::string_view over);
// [value,…] of the same.
std::string spell_array(const Members& members);

}  // namespace json
