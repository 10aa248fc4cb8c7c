// The keys of lists, one for each query of a collection, and of singletons (contract
// 3.10).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caching {

// The key of the list of a fetch without a query.
inline constexpr const char* plain_list = "__ids__";
// The others begin like this; under the bare prefix lies the index of them.
inline constexpr const char* query_prefix = "__ids__?";

// Whether this is, or could be, the key of a list or of the index. A model whose id is
// spelled like that, or like the next one, is not cached, or it would be taken for one (9.4).
bool is_list_key(std::string_view key);

// The key of the writes that wait for the server (12.4).
inline constexpr const char* queue_key = "__queue__";
// The queue, and what lies beside it.
inline bool is_queue_key(std::string_view key) { return key.starts_with(queue_key); }
// True if one write of the queue lies under this key: behind the beginning is a token of digits and
// small letters. Whenever there is any, a stamp lies under queue_key.
bool is_queue_entry(std::string_view key);
// Whether no model may lie under this key.
inline bool is_reserved(std::string_view key) { return is_queue_key(key) || is_list_key(key); }

// The key of what lies beside a list: the answer that the collection's own `parse`
// found the rows in.
std::string envelope_key(const std::string& list);
// The list that it lies beside, if it is such a key.
std::optional<std::string> list_of_envelope(std::string_view key);

// The `data` of a fetch.
struct Data {
  enum class Kind {
    none,
    text,    // a query string; or the body of a request
    object,  // JSON of an object or an array, which is sent as encode_parameters spells it
    opaque,  // a FormData or the like: nobody can tell two of them apart
  };
  Kind kind = Kind::none;
  std::string text;
};
// The same as text or opaque.
Data spelled(const Data& data);

struct Query {
  std::string url;  // empty where the plain list is what it stands for
  Data data;
};

// As encodeURIComponent spells a text.
std::string encode(std::string_view text);

// The URL with the parameters of the query in canonical order, those of its own and
// those of the data; the parameters alone where there is no URL.
std::string canonical(const Query& query);
std::string list_key(const Query& query);

// The parameters of an object or an array as jQuery.param spells them: a, a[b], a[],
// and a[0][b] for an object in an array; elements {name, value} of an array as
// serializeArray makes it. None where the text is neither, or holds half a character,
// which no URL can spell.
std::optional<std::string> encode_parameters(const std::string& json);

}  // namespace caching
