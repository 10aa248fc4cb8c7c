// The requests that several reads of a namespace wait for (contract 8.3). Calls are named
// by their numbers: the leader is the one that has sent the request.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace caching {

class SharedRequests {
 public:
  // A read has sent a request. text: all that the request depends on; joining: what
  // `joining` was before that.
  void sent(int leader, const std::string& text, unsigned joining);
  // Which time it is that requests may be joined: a request of another one may not.
  unsigned joining() const { return joining_; }
  // Lets a read wait for the request of this text that was sent last. Returns its leader; none: there is no
  // such request under way, or it may not be joined any more.
  std::optional<int> join(int number, const std::string& text);
  // What has been sent until now may be joined no more.
  void end_joining() { ++joining_; }
  // The request has been answered. Returns those that have joined, the first first; each of
  // them may be called off until its turn comes.
  std::vector<int> answered(int leader);
  void turn_comes(int follower) { std::erase(answered_, follower); }
  // A read is called off. heir: whom the request answers to from now on, if it was the
  // leader's. The request goes on for others, or is to be aborted.
  struct Withdrawn {
    bool goes_on = false;
    std::optional<int> heir;
  };
  Withdrawn withdraw(int number);

 private:
  struct Request {
    int sent_by;
    int leader;  // this call or, after it is called off, its heir
    std::string text;
    unsigned joining;
    std::vector<int> followers;
  };
  std::vector<Request> requests_;
  std::vector<int> answered_;  // followers whose turn has not come
  unsigned joining_ = 0;
};

}  // namespace caching
