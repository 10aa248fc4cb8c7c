#pragma once

namespace caching::http {

constexpr int unauthorized = 401, forbidden = 403, not_found = 404, proxy_unauthorized = 407, timed_out = 408,
              gone = 410, too_early = 425, too_many = 429;

// What a server says of a row that is not there (any more).
constexpr bool is_missing(int status) { return status == not_found || status == gone; }

// Whether it has refused a request, so that the same one would be refused again.
constexpr bool is_refusal(int status) {
  return status >= 400 && status < 500 && status != timed_out && status != too_many;
}

// True if a server refuses a queued write for good. It may take the same write later: 401 and 407 ask
// the user to sign in, 425 asks for a later request (12.7).
constexpr bool is_rejection(int status) {
  const bool is_for_now = status == unauthorized || status == proxy_unauthorized || status == too_early;
  return is_refusal(status) && !is_for_now;
}

}  // namespace caching::http
