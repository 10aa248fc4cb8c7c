// JSON of any content (contract 2.1, 2.4, 9.3). An input is a text that is read as each
// thing that the core reads; its first eight bytes are a number, too.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "fuzz.h"
#include "json/json.h"
#include "page_in_memory.h"

namespace {

using in_memory::Content;
using json::Members;
using json::Scalars;

// An escaped half of a character may meet one that is not.
std::string whole(const std::string& text) { return in_memory::to_utf8(in_memory::to_utf16(text)); }

bool is_high(char16_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(char16_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// What JSON.stringify is specified to make of each unit.
std::string unit_spelled(const std::u16string& units, std::size_t at) {
  const char16_t unit = units[at];
  const std::size_t letter = std::u16string_view(u"\"\\\b\f\n\r\t").find(unit);
  if (letter != std::u16string_view::npos) return {'\\', "\"\\bfnrt"[letter]};
  const bool ends_pair = is_low(unit) && at > 0 && is_high(units[at - 1]);
  const bool begins_pair = is_high(unit) && at + 1 < units.size() && is_low(units[at + 1]);
  if (ends_pair) return "";  // was spelled with the first one
  if (begins_pair) return in_memory::to_utf8(units.substr(at, 2));
  if (unit >= u' ' && !is_high(unit) && !is_low(unit)) return in_memory::to_utf8({&unit, 1});
  char escape[8];
  std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(unit));
  return escape;
}

// The text as a page has it, spelled.
void must_spell_text(const std::string& text) {
  const std::u16string units = in_memory::to_utf16(text);
  std::string expected = "\"";
  for (std::size_t at = 0; at < units.size(); ++at) expected += unit_spelled(units, at);
  const std::string spelled = json::spell(text);
  MUST(spelled == expected + '"', text, spelled);
  MUST(json::read_text(spelled) == text, spelled);
  MUST(json::read_flat_array(json::spell(Scalars{{text}})) == Scalars{{text}}, spelled);
}

// Any number that JavaScript has, as it spells it.
void must_spell_number(const std::uint8_t* data, std::size_t size) {
  double number = 0;
  std::memcpy(&number, data, std::min(size, sizeof number));
  if (!std::isfinite(number)) return;
  const std::string spelled = in_memory::number_text(number);
  const Scalars ids = {{spelled, false}};
  MUST(json::spell(ids) == '[' + spelled + ']', spelled);
  MUST(json::read_flat_array('[' + spelled + ']') == ids, spelled);
  MUST(json::read_number(spelled) == number, spelled);
}

void must_read_again(const Scalars& ids) {
  const std::string spelled = json::spell(ids);
  const auto again = json::read_flat_array(spelled);
  MUST(again && again->size() == ids.size() && json::spell(*again) == spelled, spelled);
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const json::Scalar& id = (*again)[at];
    MUST(id.is_text == ids[at].is_text && id.text == whole(ids[at].text), spelled);
  }
}

void must_read_again(const Members& members, bool is_object) {
  const std::string spelled = is_object ? json::spell_object(members) : json::spell_array(members);
  const auto again = is_object ? json::read_object(spelled) : json::read_array(spelled);
  MUST(again && again->size() == members.size(), spelled);
  MUST((is_object ? json::spell_object(*again) : json::spell_array(*again)) == spelled, spelled);
  for (std::size_t at = 0; at < members.size(); ++at) {
    const json::Member& member = (*again)[at];
    MUST(member.name == whole(members[at].name) && member.value == members[at].value, spelled);
  }
}

bool is_flat(const Content& content) {
  if (!content.is_array()) return false;
  return std::all_of(content.begin(), content.end(),
                     [](const Content& id) { return id.is_string() || id.is_number(); });
}

// Of another reader of the same text: nlohmann's own, which makes a tree of it.
class Judge {
 public:
  explicit Judge(const std::string& text) : text_(text), content_(in_memory::parsed(text)) {}

  void must_agree() const {
    const auto ids = json::read_flat_array(text_);
    const auto object = json::read_object(text_), array = json::read_array(text_);
    const auto content = json::read_text(text_);
    const auto number = json::read_number(text_);
    if (content_.is_discarded()) return must_be_rubbish(ids || object || array || content || number);
    MUST(ids.has_value() == is_flat(content_), text_);
    MUST(object.has_value() == content_.is_object(), text_);
    MUST(array.has_value() == content_.is_array(), text_);
    MUST(content.has_value() == content_.is_string(), text_);
    MUST(number.has_value() == content_.is_number(), text_);
    // The escape of U+FFFF alone is another text than the judge's, and half a character that
    // is not escaped is spelled by its escape, which the judge refuses.
    for (const char* strange : {"\\uf", "\\uF", "\xEF\xBF\xBF"}) {
      if (text_.find(strange) != text_.npos) return;
    }
    if (ids) must_be_same(*ids);
    if (object) must_be_members(*object);
    if (array) must_be_elements(*array);
    if (content) MUST(*content == content_.get<std::string>(), text_);
    if (number) MUST(*number == content_.get<double>(), text_);
  }

 private:
  // The judge refuses the escapes of half a character.
  void must_be_rubbish(bool is_read) const {
    if (is_read) MUST(text_.find("\\u") != text_.npos, text_);
  }

  void must_be_same(const Scalars& ids) const {
    MUST(ids.size() == content_.size(), text_);
    for (std::size_t at = 0; at < ids.size(); ++at) {
      const Content& id = content_[at];
      MUST(ids[at].is_text == id.is_string(), text_);
      if (id.is_string()) MUST(ids[at].text == id.get<std::string>(), text_);
      else MUST(fuzz::number(ids[at].text) == id.get<double>(), text_);
    }
  }

  void must_be_members(const Members& members) const {
    for (const auto& [name, content] : content_.items()) {
      const std::string* value = json::find(members, name);
      MUST(value && in_memory::parsed(*value) == content, text_, name);
    }
    for (const json::Member& member : members) MUST(content_.contains(member.name), text_, member.name);
  }

  void must_be_elements(const Members& elements) const {
    MUST(elements.size() == content_.size(), text_);
    for (std::size_t at = 0; at < elements.size(); ++at) {
      MUST(in_memory::parsed(elements[at].value) == content_[at], text_);
    }
  }

  const std::string& text_;
  const Content content_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size), text = fuzz::text_of(data, size);
  must_spell_number(data, size);
  must_spell_text(text);
  Judge(bytes).must_agree();
  Judge(text).must_agree();
  if (const auto ids = json::read_flat_array(text)) must_read_again(*ids);
  if (const auto members = json::read_object(text)) must_read_again(*members, true);
  if (const auto elements = json::read_array(text)) must_read_again(*elements, false);
  if (const auto content = json::read_text(text))
    MUST(json::read_text(json::spell(*content)) == whole(*content), text);
  return 0;
}
