// The one place that knows how keys are spelled in localStorage (contract 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace burry {

// The names of all namespaces, as a JSON array (2.3), under a key of its own.
inline constexpr const char* registry_key = "_burry_stores_";

// Other tabs hear of each removal by itself. That a whole namespace is flushed they know by
// this word, which lies under this key before the first removal and until the last one.
inline constexpr const char* flush_key = "__flush__";
inline constexpr const char* flush_word = "flush";

// The ends of a namespace's keys: a record and its expiry lie under `<key><record>` and
// `<key><expiry>`.
struct Ends {
  std::string record, expiry;
};

// The keys of one namespace.
class Keys {
 public:
  explicit Keys(std::string ns);

  const std::string& ns() const { return ns_; }
  const Ends& ends() const { return ends_; }
  std::string record(std::string_view key) const;
  std::string expiry(std::string_view key) const;
  // The key in front of the end, if what lies in storage under this name is a record,
  // or an expiry, of the namespace.
  std::optional<std::string> key_of_record(std::string_view stored) const;
  std::optional<std::string> key_of_expiry(std::string_view stored) const;
  // Whether it is one or the other.
  bool contains(std::string_view stored) const {
    return stored.ends_with(ends_.record) || stored.ends_with(ends_.expiry);
  }

  // A namespace named `exp_x` or `a-_burry_x` spells its records like the expiries or
  // records of `x`. It may read them, and never writes (9.4).
  bool shadows_another() const { return shadows_another_; }

 private:
  std::string ns_;
  Ends ends_;
  bool shadows_another_;
};

}  // namespace burry
