#include "burry/keys.h"

#include <utility>

namespace burry {
namespace {

constexpr std::string_view record_mark = "-_burry_";
constexpr std::string_view expiry_mark = "-_burry_exp_";
constexpr std::string_view expiry_start = "exp_";

std::optional<std::string> key_before(std::string_view stored, std::string_view end) {
  if (!stored.ends_with(end)) return {};
  stored.remove_suffix(end.size());
  return std::string(stored);
}

}  // namespace

Keys::Keys(std::string ns)
    : ns_(std::move(ns)),
      ends_{std::string(record_mark) + ns_, std::string(expiry_mark) + ns_},
      shadows_another_(ns_.starts_with(expiry_start) || ns_.find(record_mark) != ns_.npos) {}

std::string Keys::record(std::string_view key) const { return std::string(key) += ends_.record; }
std::string Keys::expiry(std::string_view key) const { return std::string(key) += ends_.expiry; }

std::optional<std::string> Keys::key_of_record(std::string_view stored) const {
  return key_before(stored, ends_.record);
}
std::optional<std::string> Keys::key_of_expiry(std::string_view stored) const {
  return key_before(stored, ends_.expiry);
}

}  // namespace burry
