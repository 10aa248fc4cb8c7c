// A JSON array of ids as they are in the models (contract 2.4), and its text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "json/json.h"

namespace caching {

using Id = json::Scalar;
using Ids = json::Scalars;

void erase(Ids& ids, const std::string& key);

class IdList {
 public:
  IdList() : text_("[]") {}
  explicit IdList(Ids ids) : ids_(std::move(ids)), text_(json::spell(ids_)) {}
  // Empty where the text is no such array.
  static std::optional<IdList> read(std::string text);

  const Ids& ids() const { return ids_; }
  const std::string& text() const { return text_; }
  // Where an id stands first: a text, or the number that is spelled so.
  std::optional<std::size_t> position(const std::string& key) const;
  bool contains(const std::string& key) const { return position(key).has_value(); }

  // Appending to a list of thousands only appends to its text.
  void append(const Id& id);
  void insert(std::size_t at, const Id& id);
  void erase(const std::string& key);

 private:
  IdList(Ids ids, std::string text) : ids_(std::move(ids)), text_(std::move(text)) {}

  Ids ids_;
  std::string text_;
};

}  // namespace caching
