#include "sync/id_list.h"

#include <algorithm>

namespace caching {

std::optional<IdList> IdList::read(std::string text) {
  std::optional<Ids> ids = json::read_flat_array(text);
  if (!ids) return {};
  return IdList(std::move(*ids), std::move(text));
}

std::optional<std::size_t> IdList::position(const std::string& key) const {
  for (std::size_t at = 0; at < ids_.size(); ++at) {
    if (ids_[at].text == key) return at;
  }
  return {};
}

void IdList::append(const Id& id) {
  // What another program has written may have a space at its end.
  if (ids_.empty() || text_.back() != ']') return insert(ids_.size(), id);
  ids_.push_back(id);
  text_.back() = ',';
  text_ += json::spell(id);
  text_ += ']';
}

void IdList::insert(std::size_t at, const Id& id) {
  ids_.push_back(id);
  std::rotate(ids_.begin() + static_cast<std::ptrdiff_t>(at), ids_.end() - 1, ids_.end());
  text_ = json::spell(ids_);
}

void erase(Ids& ids, const std::string& key) {
  std::erase_if(ids, [&](const Id& id) { return id.text == key; });
}

void IdList::erase(const std::string& key) {
  caching::erase(ids_, key);
  text_ = json::spell(ids_);
}

}  // namespace caching
