// The names of lists: one for each query of a collection (BEHAVIOUR 3.10).
#pragma once

#include <string>

namespace caching {

// The name of the list of a fetch without a query.
inline constexpr const char* plain_list = "__ids__";
// The others begin like this; under the bare prefix lies the index of them.
inline constexpr const char* query_prefix = "__ids__?";

// Whether this is, or could be, the name of a list or of the index. A model whose
// id is spelled like that is not cached, or it would be taken for one (9.4).
bool is_list_name(const std::string& key);

// The name of what lies beside a list: the answer that the collection's own `parse`
// found the rows in.
std::string envelope_name(const std::string& list);

// The `data` of a fetch.
enum class Data {
  none,
  text,    // a query string
  json,    // an object, as JSON
  opaque,  // a FormData or the like: nobody can tell two of them apart
};

struct Query {
  std::string url;  // empty where it is the collection's own and static
  Data kind = Data::none;
  std::string data;
};

// The parameters of data in canonical order, spelled as in a URL: a=1&b%5B%5D=2.
// Whether they came as a text or as an object makes no difference.
std::string canonical_parameters(Data kind, const std::string& data);
// The URL with the query's parameters in canonical order; the parameters alone
// where the URL is the collection's own.
std::string canonical(const Query& query);
std::string list_name(const Query& query);

}  // namespace caching
