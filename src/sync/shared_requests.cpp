#include "sync/shared_requests.h"

#include <algorithm>
#include <utility>

namespace caching {

void SharedRequests::sent(int leader, const std::string& text, unsigned joining) {
  if (joining == joining_) requests_.push_back({leader, leader, text, joining, {}});
}

std::optional<int> SharedRequests::join(int number, const std::string& text) {
  Request* last = nullptr;
  for (Request& request : requests_) {
    if (request.joining != joining_ || request.text != text) continue;
    if (!last || request.sent_by > last->sent_by) last = &request;
  }
  if (!last) return {};
  last->followers.push_back(number);
  return last->leader;
}

std::vector<int> SharedRequests::answered(int leader) {
  const auto request = std::find_if(requests_.begin(), requests_.end(),
                                    [=](const Request& one) { return one.leader == leader; });
  if (request == requests_.end()) return {};
  std::vector<int> followers = std::move(request->followers);
  requests_.erase(request);
  answered_.insert(answered_.end(), followers.begin(), followers.end());
  return followers;
}

SharedRequests::Withdrawn SharedRequests::withdraw(int number) {
  if (std::erase(answered_, number)) return {true, {}};
  for (Request& request : requests_) {
    if (std::erase(request.followers, number)) return {true, {}};
    if (request.leader != number) continue;
    if (request.followers.empty()) return {};
    request.leader = request.followers.front();
    request.followers.erase(request.followers.begin());
    return {true, request.leader};
  }
  return {};
}

}  // namespace caching
