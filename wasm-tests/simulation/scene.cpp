#include "scene.h"

namespace simulation {

std::string record_key(const Space& space, const std::string& key) {
  return in_memory::Keys(space.ns).record(key);
}
std::string expiry_key(const Space& space, const std::string& key) {
  return in_memory::Keys(space.ns).expiry(key);
}

bool is_list(const std::string& key) { return key == list_of(0) || key.starts_with(list_index); }

Flight* Scene::find(int number) {
  for (Flight& flight : flights) {
    if (flight.number == number) return &flight;
  }
  return nullptr;
}

const Flight* Scene::shown(const Space& space, const std::string& key) const {
  const Flight* newest = nullptr;
  for (const Flight& flight : flights) {
    if (flight.space != &space || flight.key != key || !flight.number || !flight.visible) continue;
    if (!newest || flight.sent_at > newest->sent_at) newest = &flight;
  }
  if (!newest) return nullptr;
  // A newer write has been confirmed already.
  const auto truth = space.oracle.all().find(key);
  const bool superseded = truth != space.oracle.all().end() && truth->second.written_by > newest->sent_at;
  return superseded ? nullptr : newest;
}

const std::string* Scene::item(const std::string& key) const {
  const auto found = page.storage.items.find(key);
  return found == page.storage.items.end() ? nullptr : &found->second;
}

std::string Scene::stored(const Space& space, const std::string& key) const {
  const std::string* text = item(record_key(space, key));
  return text ? *text : "";
}

page::Minutes Scene::expiry(const Space& space, const std::string& key) const {
  const std::string* text = item(expiry_key(space, key));
  return text ? std::stod(*text) : page::never;
}

bool Scene::is_live(const Space& space, const std::string& key) {
  return item(record_key(space, key)) && expiry(space, key) >= now();
}

std::vector<std::string> Scene::listed(const Space& space, const std::string& list) const {
  const std::string* text = item(record_key(space, list));
  std::vector<std::string> keys;
  if (!text) return keys;
  const Content ids = Content::parse(*text, nullptr, false);
  if (!ids.is_array()) return keys;
  for (const Content& id : ids) keys.push_back(in_memory::key_of(id));
  return keys;
}

Items Scene::items_of(const Space& space) const {
  const in_memory::Keys names(space.ns);
  Items items;
  std::string key;
  for (const auto& [stored, text] : page.storage.items) {
    if (names.is_record(stored, key) || names.is_expiry(stored, key)) items[stored] = text;
  }
  return items;
}

}  // namespace simulation
