#include "sync/query.h"

namespace caching {
namespace {

using Units = page::List<char16_t>;

const page::Name envelope_prefix = page::pin("__ids__?#");
constexpr int query_prefix_size = 8;

// Where a parameter stands in a text: its name, and behind that its value with the
// `=`, so that each value keeps its `=` (or has none).
struct Parameter {
  const char16_t* text;
  int name_size, size;
};
using Parameters = page::List<Parameter>;

int size_before(const char16_t* text, int size, char16_t end) {
  return static_cast<int>(std::find(text, text + size, end) - text);
}

void split(const char16_t* text, int size, Parameters& parameters) {
  while (size > 0) {
    const int length = size_before(text, size, '&');
    if (length) parameters.push_back({text, size_before(text, length, '='), length});
    text += length + 1;
    size -= length + 1;
  }
}

// In the body of a POST, such as JSON or XML, an ampersand is a character like
// any other. None of these stands in encoded parameters.
bool is_body(const Units& text) {
  constexpr char16_t marks[] = u" \t\r\n\"<>{}";
  return std::find_first_of(text.begin(), text.end(), marks, marks + std::size(marks) - 1) != text.end();
}

void read_parameters(const Units& data, Parameters& parameters) {
  if (is_body(data)) return parameters.push_back({data.data(), data.size(), data.size()});
  const int start = !data.empty() && data[0] == '?';
  split(data.data() + start, data.size() - start, parameters);
}

bool comes_before(const Parameter& a, const Parameter& b) {
  return std::lexicographical_compare(a.text, a.text + a.name_size, b.text, b.text + b.name_size);
}

void put(Units& text, const char16_t* more, int size) {
  while (size--) text.push_back(*more++);
}

}  // namespace

bool is_list_name(page::Texts& texts, page::Name key) {
  return key == plain_list || texts.begins(key, query_prefix);
}

page::Name envelope_name(page::Texts& texts, page::Name list) {
  return list == plain_list ? envelope_prefix : texts.joined(envelope_prefix, list, query_prefix_size);
}

page::Name canonical(page::Texts& texts, const Query& query) {
  const Units url = texts.units(query.url), data = texts.units(query.data);
  const int path = size_before(url.data(), url.size(), '?');
  Parameters parameters;
  if (path < url.size()) split(url.data() + path + 1, url.size() - path - 1, parameters);
  if (query.kind == Data::text) read_parameters(data, parameters);
  // Two values of one name keep their order, which may have a meaning.
  parameters.sort(comes_before);
  Units text;
  put(text, url.data(), path);
  for (const Parameter& parameter : parameters) {
    if (!text.empty()) text.push_back(&parameter == parameters.begin() ? '?' : '&');
    put(text, parameter.text, parameter.size);
  }
  return texts.name(text);
}

page::Name list_name(page::Texts& texts, const Query& query) {
  const page::Name text = canonical(texts, query);
  return text.empty() ? plain_list : texts.joined(query_prefix, text);
}

}  // namespace caching
