#include "burry/keys.h"

#include <utility>

namespace burry {
namespace {

constexpr const char* record_mark = "-_burry_";
constexpr const char* expiry_mark = "-_burry_exp_";
constexpr const char* expiry_prefix = "exp_";

bool strip(std::string_view stored, std::string_view suffix, std::string& key) {
  if (stored.size() < suffix.size()) return false;
  const std::size_t length = stored.size() - suffix.size();
  if (stored.substr(length) != suffix) return false;
  key.assign(stored.data(), length);
  return true;
}

}  // namespace

Keys::Keys(std::string ns)
    : ns_(std::move(ns)), record_suffix_(record_mark + ns_), expiry_suffix_(expiry_mark + ns_) {}

bool Keys::is_record(std::string_view stored, std::string& key) const {
  return strip(stored, record_suffix_, key);
}

bool Keys::is_expiry(std::string_view stored, std::string& key) const {
  return strip(stored, expiry_suffix_, key);
}

bool Keys::shadows_another() const {
  return ns_.compare(0, 4, expiry_prefix) == 0 || ns_.find(record_mark) != std::string::npos;
}

}  // namespace burry
