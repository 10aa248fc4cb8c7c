// The server of one namespace whose clients may be offline: it applies what it is sent, and
// knows creates by their Idempotency-Key.
#pragma once

#include <map>
#include <string>

#include "server.h"

namespace simulation::offline {

// What a request says.
struct Sent {
  caching::Method method = caching::Method::read;
  std::string url;
  Content body;
  std::string token;
};

// Every record has an attribute `u` that no other has, in whatever form it lies anywhere; and
// `n`, the number of the write that made it what it is.
int number_in(const Content& record, const char* name);
// What stands behind the last slash of a URL.
std::string id_in(const std::string& url);

class Server {
 public:
  bool knows_tokens = true;  // else a create that is sent twice makes two rows
  bool refuses = false;      // some writes, always the same ones

  Content add(Content row);
  Answer process(const Sent& sent);
  Answer list() const;
  Answer read(const std::string& id) const;
  // The rows that have this `u`.
  std::vector<Content> rows_of(int u) const;
  // How many rows it has made of a record.
  int creates_of(int u) const { return creates_.contains(u) ? creates_.at(u) : 0; }
  // Whether it ever takes a write of this number, or a delete of this record.
  bool refuses_write(int n) const { return refuses && n && n % 9 == 0; }
  bool refuses_delete(int u) const { return refuses && u && u % 5 == 0; }

 private:
  Answer create(const Sent& sent);
  Answer update(const std::string& id, Content row);

  std::map<std::string, Content> rows_;
  std::map<std::string, std::string> by_token_;
  std::map<int, int> creates_;  // by `u`
  int last_id_ = 0;
};

}  // namespace simulation::offline
