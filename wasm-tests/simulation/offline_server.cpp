#include "offline_server.h"

#include <utility>

namespace simulation::offline {
namespace {

const Answer refused = {422, {}}, missing = {404, {}};

}  // namespace

int number_in(const Content& record, const char* name) {
  if (!record.is_object() || !record.contains(name) || !record[name].is_number()) return 0;
  return record[name].get<int>();
}

std::string id_in(const std::string& url) { return url.substr(url.rfind('/') + 1); }

Content Server::add(Content row) {
  Content added = {{"id", ++last_id_}};
  row.erase("id");
  added.update(row);
  rows_[std::to_string(last_id_)] = added;
  return added;
}

Answer Server::process(const Sent& sent) {
  const std::string id = id_in(sent.url);
  const bool is_write = sent.method != caching::Method::read;
  if (is_write && refuses_write(number_in(sent.body, "n"))) return refused;
  switch (sent.method) {
    case caching::Method::read: return sent.url == "/rows" ? list() : read(id);
    case caching::Method::create: return create(sent);
    case caching::Method::update: return update(id, sent.body);
    case caching::Method::patch: {
      if (!rows_.contains(id)) return missing;
      Content row = rows_[id];
      row.update(sent.body);
      return update(id, std::move(row));
    }
    case caching::Method::remove: break;
  }
  if (!rows_.contains(id)) return missing;
  if (refuses_delete(number_in(rows_[id], "u"))) return refused;
  rows_.erase(id);
  return {};
}

// What is sent again under the same token is the same row.
Answer Server::create(const Sent& sent) {
  const auto known = by_token_.find(sent.token);
  if (knows_tokens && known != by_token_.end()) {
    const auto row = rows_.find(known->second);
    return {200, row == rows_.end() ? Content{{"id", std::stoi(known->second)}} : row->second};
  }
  ++creates_[number_in(sent.body, "u")];
  const Content row = add(sent.body);
  if (!sent.token.empty()) by_token_[sent.token] = in_memory::key_of(row["id"]);
  return {200, row};
}

Answer Server::update(const std::string& id, Content row) {
  rows_[id] = std::move(row);
  return {200, rows_[id]};
}

Answer Server::list() const {
  Content rows = Content::array();
  for (const auto& [id, row] : rows_) rows.push_back(row);
  return {200, rows};
}

Answer Server::read(const std::string& id) const {
  const auto row = rows_.find(id);
  return row == rows_.end() ? missing : Answer{200, row->second};
}

std::vector<Content> Server::rows_of(int u) const {
  std::vector<Content> found;
  for (const auto& [id, row] : rows_) {
    if (number_in(row, "u") == u) found.push_back(row);
  }
  return found;
}

}  // namespace simulation::offline
