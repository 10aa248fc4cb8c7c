#pragma once

namespace caching::http {

constexpr int forbidden = 403, not_found = 404, timed_out = 408, gone = 410, too_many = 429;

// What a server says of a row that is not there (any more).
constexpr bool is_missing(int status) { return status == not_found || status == gone; }

// Whether it has refused a request, so that the same one would be refused again.
constexpr bool is_refusal(int status) {
  return status >= 400 && status < 500 && status != timed_out && status != too_many;
}

}  // namespace caching::http
