#include "invariants.h"

#include <algorithm>

namespace simulation {
namespace {

bool contains(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string described(const Space& space, const std::string& key) {
  return "record " + key + " of '" + space.ns + "'";
}

// The rows of a list by their keys.
std::map<std::string, std::string> rows_of(const Content& list) {
  std::map<std::string, std::string> rows;
  for (const Content& row : list) rows[in_memory::key_of(row["id"])] = row.dump();
  return rows;
}

}  // namespace

const Items& foreign() {
  static const Items items = {
      {"token", "secret"},
      {"1", "one"},
      {"1-_burry", "1"},
      {"_burry_", "x"},
      {"1-_burry_other", R"({"id":1})"},
      {"1-_burry_exp_other", "12"},
      {"__ids__", "[]"},
  };
  return items;
}

void Invariants::after_step() {
  check_keys();
  check_reports();
  for (const auto& space : scene_.spaces) {
    check_records(*space);
    check_lists(*space, false);
    note_what_is_there(*space);
  }
}

// Of what is confirmed, where nothing that is live may be evicted; of what is pending in any
// case (8.3, 9.2).
void Invariants::note_what_is_there(Space& space) {
  if (!scene_.was_tight || scene_.was_forbidden) return;
  std::set<std::string> written;
  for (Flight& flight : scene_.flights) {
    if (flight.space != &space || flight.is_read()) continue;
    written.insert(flight.key);
    const bool is_shown = scene_.shown(space, flight.key) == &flight && !flight.text.empty();
    flight.is_there = is_shown && scene_.stored(space, flight.key) == flight.text;
  }
  if (scene_.evicts) return;
  for (auto& [key, truth] : space.oracle.all()) {
    const bool is_certain = truth.known && !truth.deleted && !truth.excused && !written.contains(key);
    if (is_certain && !truth.text.empty() && scene_.stored(space, key) == truth.text) truth.must_have = true;
  }
}

void Invariants::at_rest() {
  int writes = 0, calls = 0;
  for (const auto& space : scene_.spaces) {
    std::set<std::string> in_doubt;
    for (const Flight& flight : scene_.flights) {
      if (flight.space != space.get()) continue;
      ++calls;
      if (!flight.is_read() && !flight.key.empty() && !flight.cut) in_doubt.insert(flight.key);
    }
    writes += static_cast<int>(in_doubt.size());
  }
  if (scene_.backbone->core.calls_in_progress() != calls) {
    violated_("at rest, calls are in progress that have ended");
  }
  if (scene_.backbone->core.records_in_doubt() != writes) {
    violated_("at rest, the journal holds what has ended");
  }
  for (const auto& space : scene_.spaces) check_lists(*space, true);
}

// Somebody else's keys are as they were, and all others are known ones (2.5). An
// expiry has its record, and a record its expiry where all have a ttl (9.2).
void Invariants::check_keys() {
  for (const auto& [key, text] : foreign()) {
    const std::string* item = scene_.item(key);
    if (!item || *item != text) violated_("somebody else's key '" + key + "' was touched");
  }
  for (const auto& [stored, text] : scene_.page.storage.items) {
    if (foreign().contains(stored) || stored == in_memory::registry_key) continue;
    bool is_ours = false;
    for (const auto& space : scene_.spaces) {
      const in_memory::Keys names(space->ns);
      std::string key;
      if (names.is_record(stored, key)) {
        is_ours = true;
        if (space->ttl != 0 && key != list_index && !scene_.item(expiry_key(*space, key))) {
          violated_(described(*space, key) + " has no expiry");
        }
      } else if (names.is_expiry(stored, key)) {
        is_ours = true;
        if (space->ttl == 0) violated_(described(*space, key) + " has an expiry, and no ttl");
        if (!scene_.item(record_key(*space, key))) {
          violated_("there is an expiry of " + key + " of '" + space->ns + "', and no record");
        }
      }
    }
    if (!is_ours) violated_("there is a key '" + stored + "'");
  }
}

// Each outcome is reported once, and each phase (3.6, 7.1).
void Invariants::check_reports() {
  for (const auto& [number, report] : scene_.reports) {
    const in_memory::Call& call = scene_.backbone->call(number);
    const bool ended = report.outcome != Report::pending;
    const bool ok = report.outcome == Report::succeeded, failed = report.outcome == Report::failed;
    const bool silent = report.once && call.cached_phases;
    const bool fits = report.errors == failed && report.server == (ok && !silent) &&
                      call.server_phases == ok && report.cached == call.cached_phases &&
                      call.cached_phases <= 1;
    if (!fits) {
      violated_("call " + std::to_string(number) + " was reported " + std::to_string(report.server) +
                " times, its failure " + std::to_string(report.errors) + " times, its cached phase " +
                std::to_string(report.cached) + " times");
    }
    if (report.outcome == Report::thrown) continue;
    if (call.resolved != (ok || call.cached_phases) || call.rejected != (failed && !call.cached_phases)) {
      violated_("the promise of " + std::to_string(number) + " is not what was reported");
    }
    if (call.forgotten != ended)
      violated_("call " + std::to_string(number) + " is not over when it has ended");
  }
}

void Invariants::check_records(const Space& space) {
  const in_memory::Keys names(space.ns);
  std::string key;
  for (const auto& [stored, text] : scene_.page.storage.items) {
    if (!names.is_record(stored, key) || foreign().contains(stored)) continue;
    if (is_list(key) || space.oracle.all().contains(key)) continue;
    const Flight* shown = scene_.shown(space, key);
    if (scene_.was_forbidden || (shown && (shown->text == text || shown->covered))) continue;
    violated_(described(space, key) + " is " + text + ", which nobody has told");
  }
  for (const auto& [told, truth] : space.oracle.all()) check_record(space, told, truth);
}

// What is cached for a record is what the newest pending write has sent or, where
// none is to be seen, what the server confirmed last (5.1).
void Invariants::check_record(const Space& space, const std::string& key, const Truth& truth) {
  const std::string text = scene_.stored(space, key);
  if (const Flight* shown = scene_.shown(space, key)) {
    if (shown->is_unsure) return;
    const bool outlived = shown->expiry < scene_.now();
    if (text == shown->text) {
      if (shown->kept && !text.empty() && scene_.expiry(space, key) != shown->expiry) {
        violated_(described(space, key) + " expires at another minute than its pending write");
      }
      return;
    }
    // Storage that forbids writing shows what it showed before (9.1).
    if (scene_.was_forbidden || (shown->covered && truth.states.contains(text))) return;
    if (text.empty() && shown->is_there && !outlived) {
      violated_(described(space, key) + " is gone, though a write of it is pending: " + shown->text);
    }
    if (text.empty() && (!shown->kept || outlived)) return;
    violated_(described(space, key) + " is " + text + ", and its newest pending write is " + shown->text);
    return;
  }
  if (truth.is_unsure) return;
  if (text.empty()) {
    if (truth.must_have && truth.expiry >= scene_.now() && !scene_.was_forbidden) {
      violated_(described(space, key) + " is lost, last confirmed was " + truth.text);
    }
    return;
  }
  if (scene_.was_forbidden) return;
  if (truth.known && text == truth.text) {
    if (!truth.lost && scene_.expiry(space, key) != truth.expiry) {
      violated_(described(space, key) + " expires at another minute than was confirmed");
    }
    return;
  }
  if (!truth.known && truth.states.contains(text)) return;
  violated_(described(space, key) + " is " + text + ", last confirmed was " +
            (truth.deleted ? "its deletion" : truth.text));
}

// No live list holds an id without a record, or a row that is deleted.
void Invariants::check_lists(const Space& space, bool at_rest) {
  if (scene_.was_forbidden) return;
  for (std::size_t which = 0; which < queries; ++which) {
    if (!scene_.is_live(space, list_of(which))) continue;
    for (const std::string& key : scene_.listed(space, list_of(which))) {
      const auto found = space.oracle.all().find(key);
      const Flight* shown = scene_.shown(space, key);
      const bool known = found != space.oracle.all().end();
      if (known && (found->second.excused || found->second.may_be_listed)) continue;
      const bool deleted =
          shown ? shown->method == caching::Method::remove && shown->text.empty() && !shown->covered
                : known && found->second.known && found->second.deleted;
      if (key == session || deleted) violated_(list_of(which) + " has " + key + ", which is in no list");
      if (!scene_.stored(space, key).empty()) continue;
      // A full storage, and a write that JSON cannot spell, leave a hole until the
      // write has ended.
      if (shown && (shown->text.empty() || !shown->kept)) continue;
      if (scene_.was_tight && !at_rest) continue;
      violated_(list_of(which) + " of '" + space.ns + "' has " + key + " without record");
    }
  }
  if (!scene_.is_live(space, list_of(0))) return;
  const std::vector<std::string> plain = scene_.listed(space, list_of(0));
  for (const auto& [key, truth] : space.oracle.all()) {
    const Flight* shown = scene_.shown(space, key);
    if (!truth.must_be_listed || shown || contains(plain, key)) continue;
    // It comes back with the next call (5.6).
    if (space.lists_edited) continue;
    violated_(list_of(0) + " of '" + space.ns + "' has lost the created " + key);
  }
}

void Invariants::delivered_from_cache(const Flight& flight) {
  const in_memory::Call& call = scene_.backbone->call(flight.number);
  if (call.server_phases) violated_("stale data is laid over fresh in call " + std::to_string(flight.number));
  if (!scene_.page.storage.available()) return;
  if (!flight.is_list()) {
    if (call.delivered.dump() != scene_.stored(*flight.space, flight.key)) {
      violated_("the cached phase of " + flight.key + " is not what is cached");
    }
    return;
  }
  const std::vector<std::string> keys = scene_.listed(*flight.space, flight.key);
  const Content& rows = rows_in(call.delivered);
  bool same = keys.size() == rows.size();
  for (std::size_t i = 0; same && i < keys.size(); ++i) {
    same = rows[i].dump() == scene_.stored(*flight.space, keys[i]);
  }
  if (!same) violated_("the cached phase of " + flight.key + " is not what is cached");
}

// A row of an answer, as the server sent it and as the model got it (5.2, 5.3).
void Invariants::check_row(const Flight& flight, const std::string& key, const std::string* was,
                           const std::string* is) {
  const Space& space = *flight.space;
  const auto found = space.oracle.all().find(key);
  const std::string row = is ? *is : "";
  const auto expect = [&](const std::string& text, bool certain) {
    if (row == text || (!certain && was && row == *was)) return;
    violated_("row " + key + " of the answer to " + std::to_string(flight.number) + " is delivered as " +
              (row.empty() ? "none" : row) + " and not as " + (text.empty() ? "none" : text));
  };
  const bool newer = found != space.oracle.all().end() && space.oracle.is_older(key, flight.sent_at);
  if (const Flight* shown = scene_.shown(space, key)) {
    const bool spelled = shown->method == caching::Method::remove || !shown->text.empty();
    if (shown->covered || shown->is_unsure || !spelled) return;
    if (!was && !newer && !is) return;
    // What has joined or left the list in the meantime may be in it or not.
    if (!was && !is) return;
    return expect(shown->text, shown->kept && (shown->method != caching::Method::remove || was));
  }
  if (!newer) return expect(was ? space.oracle.with_patches_since(key, flight.sent_at, *was) : "", true);
  const Truth& truth = found->second;
  if (!truth.known || (truth.lost && !truth.deleted) || (!was && !is)) return;
  if (!truth.deleted && (!truth.must_have || truth.text.empty())) return;
  expect(truth.text, true);
}

void Invariants::delivered(const Flight& flight) {
  if (scene_.was_forbidden || flight.cut) return;
  const in_memory::Call& call = scene_.backbone->call(flight.number);
  if (!flight.is_list()) {
    const std::string was = flight.answer.body.dump(), is = call.delivered.dump();
    // A model cannot be taken out of an answer; nothing is set.
    return check_row(flight, flight.key, &was, is == "{}" ? nullptr : &is);
  }
  // An overtaken answer is the newer list, if the cache still has it (5.3).
  if (flight.sent_at < flight.space->oracle.list_told_by(flight.key)) return;
  const auto was = rows_of(rows_in(flight.answer.body)), is = rows_of(rows_in(call.delivered));
  if (call.own_parse && call.collection->total != flight.answer.body["total"]) {
    violated_("what the parse of " + flight.key + " keeps is not of the answer");
  }
  std::set<std::string> keys;
  for (const auto& [key, text] : was) keys.insert(key);
  for (const auto& [key, text] : is) keys.insert(key);
  for (const std::string& key : keys) {
    const auto a = was.find(key), b = is.find(key);
    check_row(flight, key, a == was.end() ? nullptr : &a->second, b == is.end() ? nullptr : &b->second);
  }
}

bool Invariants::is_whole(const Flight& flight) {
  const Space& space = *flight.space;
  const auto is_row = [&](const std::string& key) {
    if (!scene_.is_live(space, key)) return false;
    const Content row = Content::parse(scene_.stored(space, key), nullptr, false);
    return row.is_object() && (key == session || (row.contains("id") && in_memory::key_of(row["id"]) == key));
  };
  if (!flight.is_list()) return is_row(flight.key);
  if (!scene_.is_live(space, flight.key)) return false;
  const bool has_own_parse = scene_.backbone->call(flight.number).own_parse;
  if (has_own_parse && !scene_.is_live(space, list_index + '#' + second_url)) return false;
  const Content ids = Content::parse(scene_.stored(space, flight.key), nullptr, false);
  const std::vector<std::string> keys = scene_.listed(space, flight.key);
  return ids.is_array() && std::all_of(keys.begin(), keys.end(), is_row);
}

// What is cached whole and live is delivered at once, and nothing else (3.2, 3.3).
void Invariants::hit_if_whole(const Flight& flight) {
  const int phases = scene_.backbone->call(flight.number).cached_phases;
  const bool whole = scene_.page.storage.available() && is_whole(flight);
  if (phases != whole)
    violated_(flight.key + (whole ? " is cached and was not delivered" : " is not cached and was delivered"));
}

// What is cached is as old as the oldest part of it: the ttl before its expiry.
bool Invariants::is_fresh(const Flight& flight) {
  const Space& space = *flight.space;
  const caching::Policy& policy = scene_.backbone->call(flight.number).policy;
  page::Minutes expiry = scene_.expiry(space, flight.key);
  if (flight.is_list()) {
    for (const std::string& key : scene_.listed(space, flight.key)) {
      expiry = std::min(expiry, scene_.expiry(space, key));
    }
  }
  const page::Minutes age = scene_.now() + (policy.ttl > 0 ? policy.ttl : space.ttl) - expiry;
  return age >= 0 && age < policy.fresh_for;
}

// Whether the cache alone is to answer.
bool Invariants::has_answer(const Flight& flight) {
  const caching::Policy& policy = scene_.backbone->call(flight.number).policy;
  const bool is_there = scene_.page.storage.available() && is_whole(flight);
  if (policy.fetch_policy == caching::FetchPolicy::cache_first) return is_there;
  return policy.fetch_policy == caching::FetchPolicy::cache_and_network && is_there && is_fresh(flight);
}

void Invariants::asks_server(const Flight& flight) {
  const auto fetch_policy = scene_.backbone->call(flight.number).policy.fetch_policy;
  if (fetch_policy != caching::FetchPolicy::cache_only && !has_answer(flight)) return;
  violated_("a request is sent for " + flight.key + ", which the cache alone was to answer");
}

void Invariants::asks_nobody(const Flight& flight) {
  const auto fetch_policy = scene_.backbone->call(flight.number).policy.fetch_policy;
  if (fetch_policy == caching::FetchPolicy::cache_only || has_answer(flight)) return;
  violated_("no request is sent for " + flight.key + ", which the cache alone was not to answer");
}

void Invariants::joins(const Flight& flight, int leader) {
  if (flight.to_join == leader) return;
  violated_("call " + std::to_string(flight.number) + " joins the request of " + std::to_string(leader) +
            " and not of " + std::to_string(flight.to_join));
}

void Invariants::all_are_answered(int number, const std::vector<int>& followers) {
  for (const int follower : followers) {
    if (!scene_.find(follower)) continue;
    violated_("call " + std::to_string(follower) + " is left alone by the answer to " +
              std::to_string(number));
  }
}

void Invariants::share_answer(const Flight& flight, const std::vector<int>& followers) {
  const Content& delivered = scene_.backbone->call(flight.number).delivered;
  for (const int follower : followers) {
    // The order of a row's members is nothing that a page can rely on.
    const nlohmann::json unordered = scene_.backbone->call(follower).delivered;
    if (unordered == nlohmann::json(delivered)) continue;
    violated_("call " + std::to_string(follower) + " is given " +
              scene_.backbone->call(follower).delivered.dump() + ", and its leader " + delivered.dump());
  }
}

// It alone has a failure; the request goes on for the others.
void Invariants::called_off(const Flight& flight, int heir, bool is_shared, bool is_aborted) {
  const in_memory::Call& call = scene_.backbone->call(flight.number);
  const std::string name = "call " + std::to_string(flight.number);
  if (is_aborted == is_shared)
    violated_("the request of " + name + (is_shared ? " was" : " was not") + " aborted");
  if (call.heir != heir) violated_(name + " hands its request over to " + std::to_string(call.heir));
  if (call.failures != 1 || call.called_off != is_shared)
    violated_(name + " does not fail when it is called off");
}

void Invariants::asks_server_alone(const Flight& flight) {
  if (scene_.backbone->call(flight.number).cached_phases) {
    violated_(flight.key + " was delivered from the cache, which was not to be asked");
  }
}

bool Invariants::answers_failure(const Flight& flight, int status) {
  const auto& policy = scene_.backbone->call(flight.number).policy;
  const bool asks = policy.fetch_policy == caching::FetchPolicy::network_first && !flight.cut;
  return asks && status >= 500 && scene_.page.storage.available() && is_whole(flight);
}

// By 'network-first', what is cached whole and live answers where the server fails (8.1).
void Invariants::failure_is_answered(const Flight& flight, bool expected, bool answered) {
  if (expected == answered) return;
  violated_("the failure of " + flight.key + (answered ? " was" : " was not") + " answered by the cache");
}

// Afterwards the cache holds what the collection stands for, and no record of a row
// that has left and stands in no other list (3.8).
void Invariants::list_is_what_was_delivered(const Flight& flight, const std::vector<std::string>& listed) {
  std::vector<std::string> keys;
  for (const Content& row : rows_in(scene_.backbone->call(flight.number).delivered)) {
    keys.push_back(in_memory::key_of(row["id"]));
  }
  if (scene_.listed(*flight.space, flight.key) != keys) {
    violated_(flight.key + " of '" + flight.space->ns + "' is not the list that was delivered");
  }
  if (!scene_.item(record_key(*flight.space, flight.key))) {
    violated_(flight.key + " of '" + flight.space->ns + "' was not stored");
  }
  for (const std::string& key : listed) {
    bool stands = scene_.shown(*flight.space, key) || flight.space->oracle.is_older(key, flight.sent_at);
    for (std::size_t which = 0; which < queries; ++which) {
      stands = stands || contains(scene_.listed(*flight.space, list_of(which)), key);
    }
    if (stands || scene_.stored(*flight.space, key).empty()) continue;
    violated_(described(*flight.space, key) + " has left " + flight.key + " and is still there");
  }
}

void Invariants::has_joined(const Flight& flight, std::size_t list) {
  const std::string key = in_memory::key_of(flight.answer.body["id"]);
  for (const std::size_t which : {std::size_t{0}, of_second_url}) {
    const bool is_listed = contains(scene_.listed(*flight.space, list_of(which)), key);
    if (is_listed == (which == list)) continue;
    violated_("the created " + key + (is_listed ? " has joined " : " has not joined ") + list_of(which));
  }
}

// Such a list is a miss, whatever it holds.
bool Invariants::is_of_expired_list(const Space& space, const std::string& stored) {
  for (std::size_t which = 0; which < queries; ++which) {
    const std::string& list = list_of(which);
    const bool is_its = stored == record_key(space, list) || stored == expiry_key(space, list);
    if (is_its && !scene_.is_live(space, list)) return true;
  }
  return false;
}

void Invariants::undone(const Flight& flight) {
  const auto compare = [&](const Items& items, const Items& others, const char* where) {
    for (const auto& [key, text] : items) {
      const auto other = others.find(key);
      if (other != others.end() && other->second == text) continue;
      if (is_of_expired_list(*flight.space, key)) continue;
      violated_("the failure of " + std::to_string(flight.number) + " did not put everything back: " + where +
                ", " + key + " was " + text);
    }
  };
  const Items after = scene_.items_of(*flight.space);
  compare(flight.before, after, "before it");
  compare(after, flight.before, "after it");
}

void Invariants::is_theirs_still(const Flight& flight, const std::string& text) {
  if (scene_.stored(*flight.space, flight.key) == text) return;
  violated_("the failure of " + std::to_string(flight.number) + " undid what another tab wrote: " + text);
}

void Invariants::cleared(const Space& space) {
  for (const auto& [key, text] : scene_.items_of(space)) {
    violated_("after clear there is " + key + " = " + text);
  }
}

void Invariants::dropped(const Space& space, const std::string& key) {
  if (!scene_.stored(space, key).empty()) violated_(described(space, key) + " is there after its removal");
  for (std::size_t which = 0; which < queries; ++which) {
    if (scene_.is_live(space, list_of(which)) && contains(scene_.listed(space, list_of(which)), key)) {
      violated_(list_of(which) + " has " + key + " after its removal");
    }
  }
}

}  // namespace simulation
