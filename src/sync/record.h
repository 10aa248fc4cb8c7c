// What a record's text means, and what a record is after a write.
//
// A record of a class that leaves `parse` alone is the model's JSON (contract 2.1). One
// of a class that overrides `parse` has a form of ours (6), with a space behind it:
//
//   {"id":1,"cents":500}␠
//     as the server sent it: `parse` is still to run;
//   {"id":1,"cents":500,"_burry_":{"written":{"name":"a"},"unset":["note"],"dates":[]}}␠
//     the same, and what has been written and unset since, over what `parse` makes of it;
//   {"id":1,"price":5,"_burry_":{"parsed":true,"dates":[["seen"]]}}␠
//     attributes as the model has them, which `parse` has never to see.
//
// `dates` are the paths of those texts that are dates in the model. A record without the
// space is one of attributes: the libraries of 2012 wrote such.
#pragma once

#include <optional>
#include <string>

#include "json/json.h"
#include "page/call.h"

namespace caching {

// Behind a record of one of our forms, and the member that holds what is ours in it.
inline constexpr const char* form_mark = " ";
inline constexpr const char* form_member = "_burry_";

// What a record of a class with an own `parse` holds. Each text is JSON.
struct Form {
  std::string row;  // what `parse` is to be given or, if is_parsed, what it would return
  bool is_parsed = false;
  std::string written;       // an object; empty: nothing has been written since
  std::string unset = "[]";  // names
  std::string dates = "[]";  // paths
};

// Empty where the text is no record of such a class.
std::optional<Form> read_form(const std::string& record);
// The attributes of a record as the server sent them, with what has been written over them
// since; of one that `parse` has never to see, those of the model. Empty: it is rubbish (9.3).
std::optional<json::Members> read_attributes(const std::string& record);
// Whether two records have the same attributes, in whatever order.
bool are_same(const json::Members& before, const json::Members& now);

// Of an array of records (texts, or null), the JSON of an array of what they hold:
// {"row":…,"parsed":…,"written":…,"unset":…,"dates":…} or null.
std::string read_forms(const std::string& records);

// The record of what the server sent, and what has been written over what `parse` made
// of it: an object, and the names of what was unset. Empty: the row has a member of our
// name, and cannot be told from a form of ours.
std::optional<std::string> spell_written(const std::string& row, const std::string& written,
                                         const std::string& unset, const std::string& dates);
// The record of attributes that `parse` has never to see.
std::optional<std::string> spell_parsed(const std::string& attributes, const std::string& dates);

// Returns a record with the members of a patch laid over its attributes; id and dates as page::Patch has
// them. Empty: it is no record (9.3).
std::optional<std::string> patched(const std::string& record, const std::string& members,
                                   const std::string& id = {}, const std::string& dates = {});

// Whether an attribute counts as written since `parse` made the others. is_same: it is
// what `parse` made; is_fresh: `parse` did so just now; is_constant: nobody can have
// changed the value in its place.
bool is_written(bool is_same, bool is_fresh, bool is_constant);
// Whether an answer brought only some of a row that is known already. Both are records.
bool is_part(const std::string& answer, const std::string& row);

// Which value of an attribute the server has confirmed by its answer to a write: the
// model's, as Backbone has it after the answer; the one that was sent; or none. What was
// edited while the request was under way and has not been sent is not confirmed (3.8).
enum class Source { model, sent, none };
// in_model, in_sent, before: whether the model has such an attribute now, the request
// had it, the model had it before it took the answer. answered: the answer brought it, or the
// model changed it as it took the answer.
Source confirmed_source(bool in_model, bool answered, bool in_sent, bool before);

// What lies beside a list whose collection finds its rows in the answer itself (6.1):
//
//   {"answer":{"items":["_burry_rows_"],"total":9}}
//     the rows stood in the answer as they are, and their records are put there again in
//     place of the page's mark;
//   {"answer":[{"ID":1}]}
//     `parse` has made the rows of something else; they are taken from their records.
std::optional<page::Envelope> read_envelope(const std::string& text);
std::string spell_envelope(const page::Envelope& envelope);

}  // namespace caching
