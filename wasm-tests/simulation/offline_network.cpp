// The network of an offline schedule.
#include <algorithm>
#include <utility>

#include "offline_schedule.h"

namespace simulation::offline {

using caching::Method;

// Whether a write is part of what is sent again.
static bool resends(const Request& request, const UserWrite& write) {
  return request.is_resent && !request.entry.empty() && write.entry == request.entry;
}

void Schedule::go_on(std::size_t at) {
  if (!is_online_) return lose(at);
  const std::size_t what = random_.below(10);
  if (what == 0) return lose(at);
  constexpr int statuses[] = {500, 503, 408, 429};
  if (what == 1) return fail(at, statuses[random_.below(4)]);
  answer(at);
}

// Of several requests of a record the server hears in the order in which they were sent.
void Schedule::process(Request& request) {
  if (std::exchange(request.is_processed, true)) return;
  for (Request& earlier : requests_) {
    if (&earlier == &request) break;
    if (earlier.u && earlier.u == request.u && earlier.space == request.space) process(earlier);
  }
  Server& server = servers_[request.space];
  const Sent& sent = request.sent;
  request.answer = server.process(sent);
  say("  the server answers " + std::to_string(request.number) + " of tab " + std::to_string(request.life) +
      ": " + std::to_string(request.answer.status) + " " + request.answer.body.dump());
  // Who deletes what is not there has what he wants.
  const bool is_gone = sent.method == Method::remove && request.answer.status == 404;
  if (sent.method == Method::read || (request.answer.status != 200 && !is_gone)) return;
  if (sent.method == Method::create) {
    u_of_[(request.space ? "c" : "p") + in_memory::key_of(request.answer.body["id"])] = request.u;
  }
  const int n = number_in(sent.body, "n");
  if (oracle_.knows(n)) oracle_.of(n).is_processed = true;
  if (request.n) oracle_.of(request.n).is_processed = true;
  for (auto& [number, write] : oracle_.writes()) {
    if (resends(request, write)) write.is_processed = true;
  }
}

Request Schedule::take(std::size_t at) {
  Request request = std::move(requests_[at]);
  requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(at));
  return request;
}

// The request, or the answer to it.
void Schedule::lose(std::size_t at) {
  Request& lost = requests_[at];
  const bool makes_two = lost.sent.method == Method::create && traits_.no_tokens;
  if (is_online_ && random_.one_in(2) && !makes_two) process(lost);
  const Request request = take(at);
  if (request.n) oracle_.of(request.n).may_wait = true;
  say("request " + std::to_string(request.number) + " of tab " + std::to_string(request.life) + " is lost" +
      (request.is_processed ? " after it was processed" : ""));
  find(request.life)->backbone->lose(request.number);
}

void Schedule::fail(std::size_t at, int status) {
  const Request request = take(at);
  // What was processed with a later one has an answer already.
  say("request " + std::to_string(request.number) + " of tab " + std::to_string(request.life) + " fails, " +
      std::to_string(status));
  find(request.life)->backbone->fail(request.number, status);
}

void Schedule::answer(std::size_t at) {
  process(requests_[at]);
  track();
  const Request request = take(at);
  LoadedTab& tab = *find(request.life);
  const bool is_success = request.answer.status == 200, is_read = request.sent.method == Method::read;
  const bool is_gone = request.sent.method == Method::remove && (request.answer.status == 404);
  say("answer to " + std::to_string(request.number) + " of tab " + std::to_string(request.life));
  std::vector<int> numbers;
  for (const auto& [number, write] : oracle_.writes()) {
    if (resends(request, write) && write.is_waiting()) numbers.push_back(number);
  }
  if (request.is_resent && !is_success && !is_gone) is_refused_[request.entry] = true;
  if (is_success || is_read) {
    const bool is_brief = !is_read && random_.one_in(2);
    Content body = request.answer.body;
    if (is_brief) body = request.sent.method == Method::create ? Content{{"id", body["id"]}} : Content();
    tab.backbone->succeed(request.number, body);
  } else {
    tab.backbone->fail(request.number, request.answer.status);
  }
  if (request.is_resent) is_settled(request, numbers, is_success || is_gone);
}

// Where a tab has ended with the answer, the queue says whether it is sent again.
void Schedule::is_settled(const Request& request, const std::vector<int>& numbers, bool is_success) {
  const std::vector<Entry> left = entries(request.space);
  const bool is_left =
      std::any_of(left.begin(), left.end(), [&](const Entry& entry) { return entry.token == request.entry; });
  const bool has_ended = page_.storage.has_ended;
  if (is_left && has_ended) return;
  if (is_success && !request.entry.empty()) is_confirmed_[request.entry] = true;
  for (const int number : numbers) {
    UserWrite& write = oracle_.of(number);
    if (is_success) write.is_confirmed = true;
    // Nobody has lived to tell.
    else if (has_ended) write.is_rejected = true;
  }
}

// A second outcome of a call that has ended is none (7.1).
void Schedule::tell_again() {
  LoadedTab& tab = some_tab();
  if (tab.writes.empty()) return;
  auto write = tab.writes.begin();
  std::advance(write, static_cast<std::ptrdiff_t>(random_.below(tab.writes.size())));
  const int number = write->first;
  const bool is_under_way = std::any_of(requests_.begin(), requests_.end(), [&](const Request& request) {
    return request.life == tab.life && request.number == number;
  });
  if (is_under_way || !tab.backbone->call(number).forgotten) return;
  say("second outcome of " + std::to_string(number));
  if (random_.one_in(2)) tab.backbone->succeed(number, Content{{"id", 1}, {"n", -1}});
  else tab.backbone->lose(number);
}

// A queued write is sent: alone in its namespace, behind whatever its record waits for, and not
// when the server has confirmed it (12.6, 12.11).
void Schedule::resent(const LoadedTab& tab, Request& request) {
  track();
  const page::Resent& write = *tab.backbone->call(request.number).resent;
  const std::string ns = request.space ? "c" : "p";
  request.u = number_in(request.sent.body, "u");
  if (!request.u) request.u = u_of_[ns + write.key];
  for (const Entry& entry : entries(request.space)) {
    if (entry.is_sending && record_of(request.space, entry) == request.u && request.entry.empty()) {
      request.entry = entry.token;
    }
  }
  if (request.entry.empty() && !was_full_)
    violates("storage does not say that " + write.key + " is being sent");
  if (is_confirmed_[request.entry] && !traits_.crashes && !was_full_) {
    violates("a write that the server has confirmed is sent again: " + write.attributes);
  }
  for (const Request& other : requests_) {
    if (other.space != request.space) continue;
    // (A list may have told it the row of a create whose answer was lost.)
    const bool is_create = request.sent.method == Method::create;
    const bool is_cleared = other.number <= tab.cleared_behind[request.space];
    const bool is_same = other.u == request.u && other.life == request.life && !is_create && !is_cleared;
    if (other.is_resent && is_queued(other))
      violates("two requests of the queue of " + ns + " are under way");
    else if (is_same) violates("a request of the page for the same record is under way");
  }
}

// (The cache may have been cleared behind it.)
bool Schedule::is_queued(const Request& request) {
  const std::vector<Entry> left = entries(request.space);
  return std::any_of(left.begin(), left.end(),
                     [&](const Entry& entry) { return entry.token == request.entry; });
}

bool Schedule::is_idle() const {
  const std::string end = "__queue__-_burry_";
  return requests_.empty() && !page_.storage.items.contains(end + "p") &&
         !page_.storage.items.contains(end + "c");
}

}  // namespace simulation::offline
