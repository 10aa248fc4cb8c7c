// The server of one namespace: rows, four queries of them, and a singleton.
#pragma once

#include <array>
#include <map>
#include <string>

#include "backbone_in_memory.h"

namespace simulation {

using in_memory::Content;

inline constexpr const char* session = "/session";

// The plain list, one with `data`, one with a computed URL, and that of a second static URL,
// which is no plain list where the first URL has been fetched before (3.10).
inline constexpr std::size_t queries = 4;
inline constexpr std::size_t of_second_url = 3;
inline constexpr const char *first_url = "/rows", *second_url = "/others";
const in_memory::Query& query(std::size_t which);
const std::string& list_of(std::size_t which);
bool selects(std::size_t which, const Content& row);

// The rows of an answer, which may stand in {"items": rows, "total": n}.
const Content& rows_in(const Content& data);

struct Answer {
  int status = 200;
  Content body;  // null: empty
};

class Server {
 public:
  Server();
  // A list of the rows that a query selects.
  Answer list(std::size_t which) const;
  // A row, or the singleton.
  Answer read(const std::string& key) const;
  // brief: the answer tells nothing that the page does not know already.
  Answer create(Content sent, bool brief);
  Answer update(const std::string& key, Content sent, bool brief);
  Answer patch(const std::string& key, const Content& changes, bool brief);
  Answer remove(const std::string& key);

  // Some row there is; null where there is none.
  Content row(std::size_t at) const;

 private:
  std::map<std::string, Content> rows_;
  int last_id_ = 0;
};

// An attribute that JSON cannot spell (4.8), and whether a record has one.
inline constexpr const char* cycle = "cycle";
bool has_cycle(const Content& record);
// The record as the cache is to hold it; empty where JSON cannot spell it.
std::string record_text(const Content& record);

}  // namespace simulation
