// The names of lists: one for each query of a collection (BEHAVIOUR 3.10).
#pragma once

#include "page/page.h"

namespace caching {

// The name of the list of a fetch without a query.
inline const page::Name plain_list = page::pin("__ids__");
// The others begin like this; under the bare prefix lies the index of them.
inline const page::Name query_prefix = page::pin("__ids__?");

// Whether this is, or could be, the name of a list or of the index. A model whose
// id is spelled like that is not cached, or it would be taken for one (9.4).
bool is_list_name(page::Texts& texts, page::Name key);

// The name of what lies beside a list: the answer that the collection's own `parse`
// found the rows in.
page::Name envelope_name(page::Texts& texts, page::Name list);

// The `data` of a fetch.
enum class Data {
  none,
  text,    // a query string, which the page makes of an object, too; or a body
  opaque,  // a FormData or the like: nobody can tell two of them apart
};

struct Query {
  page::Name url = {};  // empty where it is the collection's own and static
  Data kind = Data::none;
  page::Name data = {};
};

// The URL with the parameters of the query in canonical order, those of its own and
// those of the data; the parameters alone where the URL is the collection's own.
page::Name canonical(page::Texts& texts, const Query& query);
page::Name list_name(page::Texts& texts, const Query& query);

}  // namespace caching
