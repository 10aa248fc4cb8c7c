#include "scene.h"

#include <algorithm>

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
  const bool superseded = truth != space.oracle.all().end() && truth->second.replaced_by > newest->sent_at;
  return superseded ? nullptr : newest;
}

void Scene::compute(Space& space, const std::string& key) {
  const Truth& truth = space.oracle.of(key);
  Base state = truth.base;
  bool is_deleted = false, is_unsure = truth.is_unsure || was_tight || was_forbidden, is_patched = false;
  const auto lay = [&](const Content& changes, page::Minutes expiry) {
    is_patched = true;
    const std::string text = state.is_whole ? patched(state.text, changes) : "";
    if (text.empty()) return;
    state = {text, expiry, true};
    is_deleted = false;
  };
  Flight* newest = nullptr;
  auto set = truth.set.end();
  const auto lay_set = [&](auto end) {
    for (; set != end; ++set) lay(set->second, state.expiry);
  };
  for (Flight& flight : flights) {
    const bool is_its = flight.space == &space && flight.key == key && flight.number && flight.visible;
    if (!is_its || flight.is_read() || flight.sent_at < truth.replaced_by) continue;
    const auto newer = truth.set.upper_bound(flight.sent_at);
    if (newest) lay_set(newer);
    set = newer;
    newest = &flight;
    if (flight.method == caching::Method::remove) {
      is_deleted = true;
    } else if (flight.method == caching::Method::patch) {
      lay(flight.patch, flight.own_expiry);
    } else {
      state = {flight.whole, flight.own_expiry, !flight.whole.empty()};
      is_deleted = is_patched = false;
    }
  }
  if (!newest) return;
  lay_set(truth.set.end());
  newest->text = is_deleted ? "" : state.text;
  newest->expiry = state.expiry;
  newest->is_unsure = is_patched && is_unsure;
}

void Scene::compute_all(Space& space) {
  std::set<std::string> keys;
  for (const Flight& flight : flights) {
    if (flight.space == &space && flight.visible && flight.number) keys.insert(flight.key);
  }
  for (const std::string& key : keys) compute(space, key);
}

void Scene::begin(Space& space, const Flight& begun) {
  const auto is_older = [&](const Flight& other) {
    return &other != &begun && other.space == &space && other.key == begun.key && !other.is_read() &&
           !other.cut;
  };
  const bool is_pending = std::any_of(flights.begin(), flights.end(), is_older);
  const Flight* newest = shown(space, begun.key);
  Truth& truth = space.oracle.of(begun.key);
  const std::string text = stored(space, begun.key), known = newest ? newest->text : truth.base.text;
  // What a full storage has not taken is not missed.
  const bool is_uncertain = was_tight || was_forbidden;
  if (is_pending && (text == known || is_uncertain)) return;
  truth.base = {text, expiry(space, begun.key), is_live(space, begun.key)};
  truth.is_unsure = false;
  for (Flight& flight : flights) {
    if (is_older(flight)) flight.visible = false;
  }
}

void Scene::have_left(Space& space, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (!shown(space, key) && stored(space, key).empty()) space.oracle.of(key).base = {};
  }
}

void Scene::find_base(Space& space, const std::string& key) {
  Truth& truth = space.oracle.of(key);
  if (truth.base.is_whole) return;
  const Flight* newest = shown(space, key);
  const std::string text = stored(space, key);
  if (text == (newest ? newest->text : truth.base.text) || !is_live(space, key)) return;
  truth.base = {text, expiry(space, key), true};
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
