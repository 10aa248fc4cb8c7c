#include "server.h"

#include <utility>
#include <vector>

namespace simulation {
namespace {

const std::array<in_memory::Query, queries> all_queries = {{
    {},
    {"", true, {caching::Data::Kind::text, "tag=1"}},
    {"/rows?even=1", false, {caching::Data::Kind::text, "b=2&a%5B%5D=1"}},
    {},
}};

// JSON leaves it out or fails; the server gets to see it in neither case.
Content without_cycle(Content record) {
  record.erase(cycle);
  return record;
}

}  // namespace

const in_memory::Query& query(std::size_t which) { return all_queries[which]; }

const std::string& list_of(std::size_t which) {
  static const std::array<std::string, queries> names = {
      "__ids__", "__ids__?tag=1", "__ids__?/rows?a%5B%5D=1&b=2&even=1", "__ids__?/others"};
  return names[which];
}

bool selects(std::size_t which, const Content& row) {
  if (which == 0) return true;
  if (which == 1) return row.value("tag", 0) == 1;
  return row.value("n", 0) % (which == of_second_url ? 3 : 2) == 0;
}

const Content& rows_in(const Content& data) {
  return data.is_object() && data.contains("items") ? data["items"] : data;
}

bool has_cycle(const Content& record) { return record.contains(cycle); }

std::string record_text(const Content& record) { return has_cycle(record) ? "" : record.dump(); }

Server::Server() {
  for (int i = 0; i < 4; ++i) create({{"n", 0}, {"tag", i % 2}}, true);
  rows_[session] = {{"user", 1}};
}

Answer Server::list(std::size_t which) const {
  Content found = Content::array();
  for (const auto& [key, row] : rows_) {
    if (key != session && selects(which, row)) found.push_back(row);
  }
  return {200, found};
}

Answer Server::read(const std::string& key) const {
  const auto row = rows_.find(key);
  return row == rows_.end() ? Answer{404, {}} : Answer{200, row->second};
}

Answer Server::create(Content sent, bool brief) {
  Content row = {{"id", ++last_id_}};
  row.update(without_cycle(std::move(sent)));
  rows_[std::to_string(last_id_)] = row;
  return {200, brief ? Content{{"id", last_id_}} : row};
}

Answer Server::update(const std::string& key, Content sent, bool brief) {
  rows_[key] = without_cycle(std::move(sent));
  return {200, brief ? Content() : rows_[key]};
}

Answer Server::patch(const std::string& key, const Content& changes, bool brief) {
  const auto row = rows_.find(key);
  if (row == rows_.end()) return {404, {}};
  row->second.update(without_cycle(changes));
  return {200, brief ? Content() : row->second};
}

Answer Server::remove(const std::string& key) { return {rows_.erase(key) ? 200 : 404, {}}; }

Content Server::row(std::size_t at) const {
  std::vector<const Content*> all;
  for (const auto& [key, row] : rows_) {
    if (key != session) all.push_back(&row);
  }
  return all.empty() ? Content() : *all[at % all.size()];
}

}  // namespace simulation
