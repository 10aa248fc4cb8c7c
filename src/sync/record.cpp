#include "sync/record.h"

#include <algorithm>

#include "json/json.h"

namespace caching {
namespace {

bool is_array(const std::string* json) { return json && json->starts_with('['); }
bool is_object(const std::string* json) { return json && json->starts_with('{'); }
bool is_nested(const std::string* json) { return is_array(json) || is_object(json); }

// Takes what is ours out of the members of a record. Empty: it is rubbish (9.3).
std::optional<Form> take_form(const json::Members& members) {
  const std::optional<json::Members> more = json::read_object(*json::find(members, form_member));
  if (!more) return {};
  json::Object row;
  for (const json::Member& member : members) {
    if (member.name != form_member) row.add(member.name, member.value);
  }
  Form form;
  form.row = row.text();
  const std::string* parsed = json::find(*more, "parsed");
  const std::string* written = json::find(*more, "written");
  const std::string* unset = json::find(*more, "unset");
  const std::string* dates = json::find(*more, "dates");
  form.is_parsed = parsed && *parsed == "true";
  if (!is_array(dates) || (!form.is_parsed && !is_object(written))) return {};
  form.dates = *dates;
  if (!form.is_parsed) form.written = *written;
  if (is_array(unset)) form.unset = *unset;
  return form;
}

std::string spell_form(const Form& form) {
  json::Object object;
  object.add("row", form.row);
  object.add("parsed", form.is_parsed ? "true" : "false");
  if (!form.written.empty()) object.add("written", form.written);
  object.add("unset", form.unset);
  object.add("dates", form.dates);
  return object.text();
}

// The record of a row with what is ours in it: an object, or nothing. Empty: the row has a
// member of that name.
std::optional<std::string> spell_marked(const std::string& row, const std::string& ours) {
  const std::optional<json::Members> members = json::read_object(row);
  if (!members || json::find(*members, form_member)) return {};
  if (ours.empty()) return row + form_mark;
  std::string record = row.substr(0, row.rfind('}'));
  if (!members->empty()) record += ',';
  record += json::spell(std::string_view(form_member));
  record += ':';
  record += ours;
  record += '}';
  return record + form_mark;
}

// The names of an array that are not among these members.
std::string names_left(const std::string& names, const json::Members& members) {
  json::Scalars left = json::read_flat_array(names).value_or(json::Scalars());
  std::erase_if(left, [&](const json::Scalar& name) { return json::find(members, name.text); });
  return json::spell(left);
}

// The paths of the dates after a patch: those that it brings, and those in members that it leaves alone.
std::string patched_dates(const std::string& before, const json::Members& changes,
                          const std::string& brought) {
  json::Members paths = json::read_array(before).value_or(json::Members());
  std::erase_if(paths, [&](const json::Member& path) {
    const json::Members steps = json::read_array(path.value).value_or(json::Members());
    const std::optional<std::string> name = steps.empty() ? std::nullopt : json::read_text(steps[0].value);
    return !name || json::find(changes, *name);
  });
  for (json::Member& path : json::read_array(brought).value_or(json::Members())) paths.push_back(path);
  return json::spell_array(paths);
}

// A record holds its id, in front where it lacked one (2.8).
std::string with_id(std::string attributes, const std::string& id) {
  const std::optional<json::Members> named = json::read_object(id);
  if (!named || named->empty()) return attributes;
  const std::optional<json::Members> members = json::read_object(attributes);
  const bool has_id = members && json::find(*members, named->front().name);
  return has_id ? attributes : json::merged(id, attributes);
}

}  // namespace

std::optional<Form> read_form(const std::string& record) {
  const std::optional<json::Members> members = json::read_object(record);
  if (!members) return {};
  Form form;
  form.row = record;
  if (!record.ends_with(form_mark)) {
    form.is_parsed = true;
    return form;
  }
  if (json::find(*members, form_member)) return take_form(*members);
  form.row.pop_back();
  return form;
}

std::optional<json::Members> read_attributes(const std::string& record) {
  const std::optional<Form> form = read_form(record);
  if (!form) return {};
  std::optional<json::Members> attributes = json::read_object(form->row);
  if (!attributes) return {};
  const auto take_out = [&](const std::string& name) {
    std::erase_if(*attributes, [&](const json::Member& member) { return member.name == name; });
  };
  for (const json::Scalar& name : json::read_flat_array(form->unset).value_or(json::Scalars())) {
    take_out(name.text);
  }
  for (json::Member& member : json::read_object(form->written).value_or(json::Members())) {
    take_out(member.name);
    attributes->push_back(std::move(member));
  }
  return attributes;
}

bool are_same(const json::Members& before, const json::Members& now) {
  return before.size() == now.size() && std::all_of(now.begin(), now.end(), [&](const json::Member& member) {
           const std::string* former = json::find(before, member.name);
           return former && *former == member.value;
         });
}

std::string read_forms(const std::string& records) {
  json::Members forms;
  for (const json::Member& element : json::read_array(records).value_or(json::Members())) {
    const std::optional<std::string> record = json::read_text(element.value);
    const std::optional<Form> form = record ? read_form(*record) : std::nullopt;
    forms.push_back({{}, form ? spell_form(*form) : "null"});
  }
  return json::spell_array(forms);
}

std::optional<std::string> spell_written(const std::string& row, const std::string& written,
                                         const std::string& unset, const std::string& dates) {
  if (written == "{}" && unset == "[]") return spell_marked(row, {});
  json::Object ours;
  ours.add("written", written);
  ours.add("unset", unset);
  ours.add("dates", dates);
  return spell_marked(row, ours.text());
}

std::optional<std::string> spell_parsed(const std::string& attributes, const std::string& dates) {
  json::Object ours;
  ours.add("parsed", "true");
  ours.add("dates", dates);
  return spell_marked(attributes, ours.text());
}

std::optional<std::string> patched(const std::string& record, const std::string& members,
                                   const std::string& id, const std::string& dates) {
  const std::optional<Form> form = read_form(record);
  if (!form) return {};
  const json::Members changes = json::read_object(members).value_or(json::Members());
  const std::string all_dates = patched_dates(form->dates, changes, dates);
  if (!form->is_parsed) {
    return spell_written(form->row, json::merged(form->written, members), names_left(form->unset, changes),
                         all_dates);
  }
  const std::string attributes = json::merged(with_id(form->row, id), members);
  const bool is_plain = !record.ends_with(form_mark) && all_dates == "[]";
  return is_plain ? attributes : spell_parsed(attributes, all_dates);
}

bool is_written(bool is_same, bool is_fresh, bool is_constant) {
  return !is_same || !(is_fresh || is_constant);
}

bool is_part(const std::string& answer, const std::string& row) {
  const std::optional<json::Members> brought = json::read_object(answer), known = json::read_object(row);
  if (!brought || !known || brought->size() >= known->size()) return false;
  return std::all_of(brought->begin(), brought->end(),
                     [&](const json::Member& member) { return json::find(*known, member.name); });
}

Source confirmed_source(bool in_model, bool answered, bool in_sent, bool before) {
  if (in_model && answered) return Source::model;
  const bool is_confirmed = in_sent && (in_model || !before);
  return is_confirmed ? Source::sent : Source::none;
}

std::optional<page::Envelope> read_envelope(const std::string& text) {
  const std::optional<json::Members> members = json::read_object(text);
  if (!members) return {};
  const std::string* answer = json::find(*members, "answer");
  const std::string* headers = json::find(*members, "headers");
  if (!is_nested(answer)) return {};
  return page::Envelope{*answer, is_object(headers) ? *headers : std::string()};
}

std::string spell_envelope(const page::Envelope& envelope) {
  json::Object object;
  object.add("answer", envelope.answer);
  if (!envelope.headers.empty() && envelope.headers != "{}") object.add("headers", envelope.headers);
  return object.text();
}

}  // namespace caching
