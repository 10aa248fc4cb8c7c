// What a record's text means (contract 6, 9.3). An input is a record, or the answer beside
// a list; the same text is cut at the ends of its lines into a row, what was written, what
// was unset and what is a date.
#include <algorithm>

#include "fuzz.h"
#include "page_in_memory.h"
#include "sync/record.h"

namespace {

using caching::Form;
using in_memory::Content;

bool has_member_of_ours(const std::string& row) {
  const auto members = json::read_object(row);
  return members && json::find(*members, caching::form_member);
}

// A row that has a member of our name is none that can be spelled.
void must_read_again(const Form& form) {
  const std::string written = form.written.empty() ? "{}" : form.written;
  const auto record = form.is_parsed ? caching::spell_parsed(form.row, form.dates)
                                     : caching::spell_written(form.row, written, form.unset, form.dates);
  MUST(record.has_value() != has_member_of_ours(form.row), form.row);
  if (!record) return;
  const auto again = caching::read_form(*record);
  MUST(again && again->is_parsed == form.is_parsed, *record);
  MUST(again->row == form.row || again->row == json::spell_object(*json::read_object(form.row)), *record);
  const bool is_as_sent = !form.is_parsed && written == "{}" && form.unset == "[]";
  if (is_as_sent) {
    MUST(again->written.empty() && again->unset == "[]" && again->dates == "[]", *record);
    return;
  }
  MUST(json::read_array(again->dates) && json::read_array(again->unset), *record);
  if (!form.is_parsed) MUST(json::read_object(again->written), *record);
}

void must_have_form(const std::string& record) {
  const auto form = caching::read_form(record);
  const auto members = json::read_object(record);
  if (!members) {
    MUST(!form, record);
    return;
  }
  const bool is_marked = record.ends_with(caching::form_mark);
  if (!is_marked) MUST(form && form->is_parsed && form->row == record, record);
  if (!form) {
    MUST(is_marked && json::find(*members, caching::form_member), record);
    return;
  }
  MUST(json::read_object(form->row), record);
  if (is_marked) MUST(!has_member_of_ours(form->row), record);
  must_read_again(*form);
}

// All records at once are each by itself.
void must_have_forms(const std::vector<std::string>& records) {
  const std::string text = caching::read_forms(json::spell(records));
  const auto forms = json::read_array(text);
  MUST(forms && forms->size() == records.size(), text);
  for (std::size_t at = 0; at < records.size(); ++at) {
    const auto form = caching::read_form(records[at]);
    const std::string& described = (*forms)[at].value;
    MUST(form.has_value() == (described != "null"), records[at], described);
    if (!form) continue;
    const auto members = json::read_object(described);
    MUST(members && *json::find(*members, "parsed") == (form->is_parsed ? "true" : "false"), described);
    MUST(json::find(*members, "row") && json::find(*members, "unset") && json::find(*members, "dates"),
         described);
    MUST((json::find(*members, "written") != nullptr) == !form->written.empty(), described);
  }
}

void must_have_envelope(const std::string& text) {
  const auto envelope = caching::read_envelope(text);
  if (!envelope) return;
  const auto again = caching::read_envelope(caching::spell_envelope(*envelope));
  MUST(again && again->answer == envelope->answer, text);
  MUST(again->headers == (envelope->headers == "{}" ? "" : envelope->headers), text);
}

// The answer brought some members of the row, and no other.
void must_be_part(const std::string& answer, const std::string& row) {
  const auto brought = json::read_object(answer), known = json::read_object(row);
  const bool is_part = caching::is_part(answer, row);
  if (!brought || !known) {
    MUST(!is_part, answer, row);
    return;
  }
  const bool is_known = std::all_of(brought->begin(), brought->end(), [&](const json::Member& member) {
    return json::find(*known, member.name);
  });
  MUST(is_part == (is_known && brought->size() < known->size()), answer, row);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  must_have_form(text);
  must_have_envelope(text);
  const std::vector<std::string> parts = fuzz::fields(text, '\n', 4);
  must_have_forms(parts);
  must_be_part(parts[0], parts[1]);
  for (const std::string& part : parts) must_have_form(part);
  const bool are_whole = json::read_object(parts[0]) && json::read_object(parts[1]) &&
                         json::read_array(parts[2]) && json::read_array(parts[3]);
  if (!are_whole) return 0;
  must_read_again({parts[0], false, parts[1], parts[2], parts[3]});
  must_read_again({parts[0], true, {}, "[]", parts[3]});
  return 0;
}
