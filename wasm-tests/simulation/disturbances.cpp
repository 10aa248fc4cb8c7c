// What happens to a schedule besides calls and answers.
#include <algorithm>

#include "schedule.h"

namespace simulation {
namespace {

constexpr std::size_t ample = 5 * 1024 * 1024;
constexpr double milliseconds_per_minute = 60 * 1000;

}  // namespace

std::string their_record(const std::string& key) { return R"({"id":)" + key + R"(,"n":"other tab"})"; }

// The browser, the clock, the page itself, and another tab.
void Schedule::disturb() {
  Space& space = some_space();
  switch (random_.below(8)) {
    case 0: return pass_time();
    case 1: return change_quota();
    case 2: return forbid();
    case 3: return play_other_tab(space);
    case 4: return clear(space);
    case 5: return use_store(space);
    case 6: return drop(space);
    case 7: return clear_all();
  }
}

void Schedule::pass_time() {
  if (!traits_.expiry) return;
  say("two minutes pass");
  scene_.page.clock.milliseconds += 2 * milliseconds_per_minute;
  for (const auto& space : scene_.spaces) {
    const in_memory::Keys names(space->ns);
    std::string key;
    std::vector<std::string> expired;
    for (const auto& [stored, text] : scene_.page.storage.items) {
      if (names.is_record(stored, key) && !scene_.is_live(*space, key)) expired.push_back(key);
    }
    for (const auto& [told, truth] : space->oracle.all()) {
      if (truth.expiry < scene_.now()) expired.push_back(told);
    }
    for (const Flight& flight : scene_.flights) {
      if (flight.space == space.get() && flight.expiry < scene_.now()) expired.push_back(flight.key);
    }
    // What has expired may be removed, and the id may stay in its lists.
    for (const std::string& passed : expired) {
      if (!is_list(passed)) excuse(*space, passed);
    }
    notice_dropped_list(*space);
  }
}

void Schedule::happens(Space& space) {
  ++space.happenings;
  notice_dropped_list(space);
}

// A list with a hole is dropped rather than believed (3.9), and the next one may be
// any collection's (4.1).
void Schedule::notice_dropped_list(Space& space) {
  if (scene_.is_live(space, list_of(0))) return;
  for (auto& [key, truth] : space.oracle.all()) truth.must_be_listed = false;
}

void Schedule::excuse(Space& space, const std::string& key) {
  space.oracle.may_lack(key);
  space.oracle.of(key).excused = true;
  for (Flight& flight : scene_.flights) {
    if (flight.space == &space && flight.key == key) flight.kept = flight.is_there = false;
  }
}

void Schedule::may_lack(Space& space) {
  space.oracle.may_lack_all();
  for (Flight& flight : scene_.flights) {
    if (flight.space == &space) flight.kept = flight.is_there = false;
  }
}

void Schedule::change_quota() {
  if (!traits_.full) return;
  scene_.is_tight = !scene_.is_tight;
  scene_.page.storage.quota = scene_.is_tight ? scene_.page.storage.units() + random_.below(60) : ample;
  say("quota " + std::to_string(scene_.page.storage.quota));
  if (!scene_.is_tight) return;
  scene_.was_tight = true;
  for (const auto& space : scene_.spaces) {
    happens(*space);
    may_lack(*space);
  }
}

void Schedule::forbid() {
  if (!traits_.forbidden) return;
  bool& forbidden = scene_.page.storage.forbidden;
  forbidden = !forbidden;
  scene_.was_forbidden = true;
  say(forbidden ? "storage forbidden" : "storage allowed");
  for (const auto& space : scene_.spaces) {
    happens(*space);
    may_lack(*space);
  }
}

void Schedule::is_cleared(Space& space) {
  happens(space);
  ++space.joining_ends;
  space.oracle.clear();
  space.has_owner = false;
  for (Flight& flight : scene_.flights) {
    if (flight.space != &space) continue;
    flight.cut = true;
    flight.visible = false;
  }
  std::erase_if(refused_, [&](const Flight& flight) { return flight.space == &space; });
  for (Flight& flight : scene_.landing) flight.cut |= flight.space == &space;
  if (scene_.page.storage.available()) invariants_.cleared(space);
}

void Schedule::clear(Space& space) {
  if (!traits_.clears) return;
  say("clear of '" + space.ns + "'");
  scene_.backbone->clear(space.decorators[0]);
  is_cleared(space);
}

void Schedule::clear_all() {
  if (!traits_.clears) return;
  say("clear of all");
  scene_.backbone->clear_all();
  for (const auto& space : scene_.spaces) is_cleared(*space);
}

// The page's own store of the same name (2.7).
void Schedule::use_store(Space& space) {
  if (!traits_.flushes) return;
  switch (random_.below(3)) {
    case 0:
      say("flush of a store '" + space.ns + "'");
      space.store->flush();
      happens(space);
      may_lack(space);
      if (scene_.page.storage.available()) invariants_.cleared(space);
      return;
    case 1:
      say("flushExpired of a store '" + space.ns + "'");
      happens(space);
      space.store->flush_expired();
      return;
    case 2: {
      const std::string key = std::to_string(1 + random_.below(6));
      say("get of " + key + " of a store '" + space.ns + "'");
      happens(space);
      const bool live = scene_.page.storage.available() && scene_.is_live(space, key);
      if (static_cast<bool>(space.store->get(key)) != live && scene_.stored(space, key) != spoilt) {
        violation_ = {step_, "a store does not read what is there"};
      }
      return;
    }
  }
}

void Schedule::drop(Space& space) {
  if (!traits_.drops) return;
  const std::string key = std::to_string(1 + random_.below(6));
  say("sync.cache.remove of " + key + " of '" + space.ns + "'");
  scene_.backbone->drop(space.decorators[0], key);
  happens(space);
  space.oracle.may_lack(key);
  space.oracle.of(key).base = {};
  for (Flight& flight : scene_.flights) {
    if (flight.space == &space && flight.key == key) flight.visible = false;
  }
  if (scene_.page.storage.available()) invariants_.dropped(space, key);
}

// Another tab, of a library of ours or not, on the same storage.
void Schedule::play_other_tab(Space& space) {
  if (!traits_.other_tab || scene_.page.storage.forbidden) return;
  Items& items = scene_.page.storage.items;
  const std::string key = std::to_string(1 + random_.below(6));
  const std::size_t what = random_.below(6);
  happens(space);
  if (what == 0) {
    say("localStorage.clear()");
    items = foreign();
    for (const auto& other : scene_.spaces) {
      happens(*other);
      may_lack(*other);
    }
    return;
  }
  const auto put = [&](const std::string& name, const std::string& text) {
    const Items before = items;
    items[record_key(space, name)] = text;
    if (traits_.expiry) items[expiry_key(space, name)] = std::to_string(static_cast<int>(scene_.now()) + 5);
    // A full storage takes nothing of another tab either.
    if (scene_.page.storage.units() > scene_.page.storage.quota) items = before;
  };
  if (what < 4) {
    const std::string text = their_record(key);
    say("another tab " +
        std::string(what < 2   ? "writes "
                    : what < 3 ? "spoils "
                               : "takes ") +
        key + " of '" + space.ns + "'");
    excuse(space, key);
    Truth& truth = space.oracle.of(key);
    truth.known = false;
    truth.states.insert(what < 2 ? text : spoilt);
    for (Flight& flight : scene_.flights) flight.covered |= flight.space == &space && flight.key == key;
    if (what < 3) return put(key, what < 2 ? text : spoilt);
    items.erase(record_key(space, key));
    items.erase(expiry_key(space, key));
    return;
  }
  // The id stays or goes, of this row and of no other.
  std::vector<std::string> keys = scene_.listed(space, list_of(0));
  // (A list that has expired is a miss to another tab, too: none makes it live again.)
  if (keys.empty() || !scene_.is_live(space, list_of(0))) return;
  const bool there = std::find(keys.begin(), keys.end(), key) != keys.end();
  say("another tab takes " + key + " out of the list of '" + space.ns + "', or puts it in");
  Content ids = Content::array();
  std::erase(keys, key);
  for (const std::string& other : keys) ids.push_back(std::stoi(other));
  if (!there) ids.push_back(std::stoi(key));
  put(list_of(0), ids.dump());
  Truth& truth = space.oracle.of(key);
  truth.may_be_listed = true;
  truth.must_be_listed = truth.must_be_listed && truth.joined && !scene_.stored(space, key).empty();
  space.lists_edited = true;
}

}  // namespace simulation
