// The network of an offline schedule.
#include <algorithm>
#include <utility>

#include "offline_schedule.h"

namespace simulation::offline {

using caching::Method;

void Schedule::go_on(std::size_t at) {
  if (!is_online_ || requests_[at].reaches_nobody) return lose(at);
  const std::size_t what = random_.below(10);
  if (what == 0) return lose(at);
  constexpr int statuses[] = {500, 503, 408, 429, 401};
  if (what == 1) return fail(at, statuses[random_.below(5)]);
  answer(at);
}

// The server receives the requests of a record in the order in which they were sent.
void Schedule::process(Request& request) {
  if (std::exchange(request.is_processed, true)) return;
  for (Request& earlier : requests_) {
    if (&earlier == &request) break;
    const bool is_same = earlier.u && earlier.u == request.u && earlier.space == request.space;
    if (is_same && !earlier.reaches_nobody) process(earlier);
  }
  const Sent& sent = request.sent;
  request.answer = servers_[request.space].process(sent);
  say("  the server answers " + std::to_string(request.number) + " of tab " + std::to_string(request.life) +
      ": " + std::to_string(request.answer.status) + " " + request.answer.body.dump());
  // Who deletes what is not there has what he wants.
  const bool is_gone = sent.method == Method::remove && request.answer.status == 404;
  if (request.answer.status != 200 && !is_gone) return;
  for (const int number : request.writes) oracle_.of(number).is_processed = true;
}

Request Schedule::take(std::size_t at) {
  Request request = std::move(requests_[at]);
  requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(at));
  return request;
}

// The request, or the answer to it.
void Schedule::lose(std::size_t at) {
  if (is_online_ && !requests_[at].reaches_nobody && random_.one_in(2)) process(requests_[at]);
  const Request request = take(at);
  say("request " + std::to_string(request.number) + " of tab " + std::to_string(request.life) + " is lost" +
      (request.is_processed ? " after it was processed" : ""));
  LoadedTab& tab = *find(request.life);
  in(tab, [&] { tab.backbone->lose(request.number); });
}

// No request outlives the time after which another page takes it for lost, where there are no locks.
void Schedule::lose_old(double now) {
  constexpr double longest_request = 60000;
  for (std::size_t at = 0; at < requests_.size();) {
    if (requests_[at].since + longest_request > now) {
      ++at;
      continue;
    }
    lose(at);
    deliver();
    at = 0;
  }
}

void Schedule::fail(std::size_t at, int status) {
  const Request request = take(at);
  say("request " + std::to_string(request.number) + " of tab " + std::to_string(request.life) + " fails, " +
      std::to_string(status));
  find(request.life)->backbone->fail(request.number, status);
}

void Schedule::answer(std::size_t at) {
  process(requests_[at]);
  const Request request = take(at);
  LoadedTab& tab = *find(request.life);
  const bool is_success = request.answer.status == 200, is_read = request.sent.method == Method::read;
  const bool is_gone = request.sent.method == Method::remove && request.answer.status == 404;
  say("answer to " + std::to_string(request.number) + " of tab " + std::to_string(request.life));
  Entry* entry = ledger_.find(request.token);
  if (entry && !is_success && !is_gone) entry->is_refused = true;
  if (is_success || is_read) {
    const bool is_brief = !is_read && random_.one_in(2);
    Content body = request.answer.body;
    if (is_brief) body = request.sent.method == Method::create ? Content{{"id", body["id"]}} : Content();
    tab.backbone->succeed(request.number, body);
  } else {
    tab.backbone->fail(request.number, request.answer.status);
  }
  if (entry && (is_success || is_gone) && !page_.storage.has_ended) entry->is_confirmed = true;
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
  in(tab, [&] {
    if (random_.one_in(2)) tab.backbone->succeed(number, Content{{"id", 1}, {"n", -1}});
    else tab.backbone->lose(number);
  });
}

// A write is sent: as its entry in the queue says, and not beside itself (12.4, 12.5, 12.11).
void Schedule::is_sent(const LoadedTab& tab, Request& request) {
  const std::string delivery = request.is_resent ? "replaying" : "first_try";
  Entry* sent = nullptr;
  for (Entry* entry : ledger_.stored(request.space)) {
    const bool is_it = request.is_resent ? entry->id == tab.backbone->call(request.number).resent->key
                                         : entry->writes.contains(tab.starting);
    if (is_it && entry->delivery == delivery && !sent) sent = entry;
  }
  if (!sent) {
    const bool has_room = !was_full_ && !traits_.interleaves;
    if (has_room) violates("storage does not say that " + request.sent.url + " is being sent");
    return;
  }
  request.token = sent->token;
  request.u = sent->u;
  request.writes = sent->writes;
  for (const Request& other : requests_) {
    if (other.token == sent->token) violates("a queued write is in flight twice: " + sent->content);
  }
  if (request.is_resent) is_replay(request, *sent);
  else is_first_try(request, *sent);
  if (request.reaches_nobody) return;
  if (sent->sent) {
    const Sent &now = request.sent, &then = *sent->sent;
    const bool is_same =
        now.method == then.method && now.url == then.url && now.body == then.body && now.token == then.token;
    if (!is_same)
      violates("a write is sent again in another form: " + now.body.dump() + " after " + then.body.dump());
  }
  sent->sent = request.sent;
}

// Beside older first tries, but not beside what is queued.
void Schedule::is_first_try(const Request&, const Entry& entry) {
  for (const Entry* older : ledger_.stored(entry.space)) {
    if (older->token == entry.token) return;
    const bool must_wait =
        older->delivery == "waiting" || older->delivery == "replaying" || older->is_create();
    if (older->id == entry.id && must_wait)
      violates("a write is sent before an older one of its record: " + entry.content);
  }
}

void Schedule::is_replay(const Request& request, const Entry& entry) {
  // A patch may have been confirmed before an older write was lost.
  if (entry.is_confirmed && entry.method != "patch") {
    violates("a write that the server has confirmed is sent again: " + entry.content);
  }
  for (const Request& other : requests_) {
    const Entry* theirs = ledger_.find(other.token);
    if (other.is_resent && other.space == request.space && theirs && theirs->is_stored) {
      violates("two requests of the queue of " + spaces[request.space] + " are under way");
    }
  }
  const std::vector<Entry*> stored = ledger_.stored(entry.space);
  const auto oldest =
      std::find_if(stored.begin(), stored.end(), [&](const Entry* one) { return one->id == entry.id; });
  if (*oldest != &entry)
    violates("a queued write is sent before an older one of its record: " + entry.content);
}

}  // namespace simulation::offline
