// The one place that knows how keys are spelled in localStorage (BEHAVIOUR 2).
#pragma once

#include <string>
#include <string_view>

namespace burry {

// The names of all namespaces, as a JSON array (2.3).
inline constexpr const char* registry_key = "_burry_stores_";

// The keys of one namespace.
class Keys {
 public:
  explicit Keys(std::string ns);

  const std::string& ns() const { return ns_; }
  const std::string& record_suffix() const { return record_suffix_; }
  const std::string& expiry_suffix() const { return expiry_suffix_; }

  std::string record(const std::string& key) const { return key + record_suffix_; }
  std::string expiry(const std::string& key) const { return key + expiry_suffix_; }

  // Whether this is a record's (an expiry's) key of this namespace; if so, key
  // becomes the name without the suffix.
  bool is_record(std::string_view stored, std::string& key) const;
  bool is_expiry(std::string_view stored, std::string& key) const;

  // A namespace named `exp_x` or `a-_burry_x` spells its records like the
  // expiries or records of `x`. It may read them, and never writes (9.4).
  bool shadows_another() const;

 private:
  std::string ns_, record_suffix_, expiry_suffix_;
};

}  // namespace burry
