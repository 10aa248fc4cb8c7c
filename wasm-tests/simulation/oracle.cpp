#include "oracle.h"

#include <algorithm>

namespace simulation {

std::string patched(const std::string& record, const Content& changes) {
  Content content = Content::parse(record, nullptr, false);
  if (!content.is_object()) return "";
  content.update(changes);
  return content.dump();
}

void Oracle::put(const Told& told, Truth& truth, bool roomy) {
  truth.known = true;
  truth.deleted = false;
  truth.text = told.text;
  truth.expiry = told.expiry;
  truth.must_have = roomy && !told.text.empty();
  truth.lost = !roomy;
  truth.excused = false;
  truth.base = {told.text, told.expiry, !told.text.empty()};
  truth.is_unsure = false;
}

void Oracle::wrote(const Told& told, Time now, bool roomy) {
  Truth& truth = of(told.key);
  truth.states.insert(told.text);
  // Later writes stand (5.1), and later patches are laid over it.
  if (told.sent_at < truth.replaced_by) return;
  Told whole = told;
  for (auto set = truth.set.upper_bound(told.sent_at); set != truth.set.end(); ++set) {
    whole.text = simulation::patched(whole.text, set->second);
  }
  truth.states.insert(whole.text);
  put(whole, truth, roomy);
  truth.replaced_by = told.sent_at;
  truth.written_by = std::max(truth.written_by, told.sent_at);
  truth.confirmed_at = now;
  truth.since.clear();
}

void Oracle::patched(const ToldPatch& told, Time now, bool roomy, bool is_certain) {
  Truth& truth = of(told.key);
  if (told.sent_at < truth.replaced_by) return;
  Content set = told.set;
  for (auto later = truth.set.upper_bound(told.sent_at); later != truth.set.end(); ++later) {
    set.update(later->second);
  }
  truth.set[told.sent_at] = told.set;
  truth.since[now] = set;
  truth.written_by = std::max(truth.written_by, told.sent_at);
  truth.deleted = false;
  const std::string text = truth.base.is_whole ? simulation::patched(truth.base.text, set) : "";
  // Where no whole record is known, none is stored (4.3).
  if (text.empty()) {
    truth.known = truth.must_have = false;
    truth.lost = true;
  } else {
    put({told.key, text, told.expiry, told.sent_at}, truth, roomy);
  }
  truth.states.insert(text);
  truth.is_unsure = !is_certain;
}

// Whoever has read or written the row knew it after its creation.
void Oracle::created(const Told& told, Time now, bool roomy, bool listed) {
  Truth& truth = of(told.key);
  if (told.sent_at < truth.read_by || told.sent_at < truth.replaced_by) {
    truth.states.insert(told.text);
    return;
  }
  wrote(told, now, roomy);
  truth.must_be_listed = truth.joined = roomy && listed && !told.text.empty();
}

void Oracle::removed(const std::string& key, Time sent_at, Time now) {
  Truth& truth = of(key);
  const bool is_overtaken = sent_at < truth.written_by;
  truth.replaced_by = std::max(truth.replaced_by, sent_at);
  if (is_overtaken) return;
  truth.known = truth.deleted = true;
  truth.must_have = truth.must_be_listed = truth.lost = truth.excused = truth.is_unsure = false;
  truth.text.clear();
  truth.base = {};
  truth.written_by = sent_at;
  truth.confirmed_at = now;
  truth.since.clear();
}

bool Oracle::is_patched_since(const std::string& key, Time sent_at) const {
  const auto truth = truths_.find(key);
  return truth != truths_.end() && truth->second.since.upper_bound(sent_at) != truth->second.since.end();
}

std::string Oracle::with_patches_since(const std::string& key, Time sent_at, std::string row) const {
  const auto truth = truths_.find(key);
  if (truth == truths_.end() || row.empty()) return row;
  const auto& since = truth->second.since;
  for (auto set = since.upper_bound(sent_at); set != since.end(); ++set) {
    row = simulation::patched(row, set->second);
  }
  return row;
}

bool Oracle::is_older(const std::string& key, Time sent_at) const {
  const auto truth = truths_.find(key);
  return truth != truths_.end() && (sent_at < truth->second.confirmed_at || sent_at < truth->second.read_by);
}

void Oracle::read(const Told& told, bool roomy) {
  Truth& truth = of(told.key);
  truth.states.insert(told.text);
  if (is_older(told.key, told.sent_at)) return;
  Told row = told;
  row.text = with_patches_since(told.key, told.sent_at, told.text);
  truth.states.insert(row.text);
  put(row, truth, roomy);
  truth.read_by = told.sent_at;
}

void Oracle::refused(const std::string& key, Time sent_at) {
  if (is_older(key, sent_at) || is_patched_since(key, sent_at)) return;
  Truth& truth = of(key);
  truth.known = truth.deleted = true;
  truth.must_have = truth.must_be_listed = truth.lost = truth.excused = truth.is_unsure = false;
  truth.text.clear();
  truth.base = {};
  truth.read_by = sent_at;
}

bool Oracle::told_list(const std::string& list, Time sent_at) {
  if (sent_at < lists_[list]) return false;
  lists_[list] = sent_at;
  return true;
}

Time Oracle::list_told_by(const std::string& list) const {
  const auto told = lists_.find(list);
  return told == lists_.end() ? 0 : told->second;
}

void Oracle::left(const std::vector<std::string>& keys, Time sent_at) {
  for (const std::string& key : keys) {
    Truth& truth = of(key);
    if (sent_at < truth.confirmed_at) continue;
    truth.must_have = truth.must_be_listed = false;
    truth.lost = true;
  }
}

void Oracle::may_lack(const std::string& key) {
  Truth& truth = of(key);
  truth.must_have = truth.must_be_listed = false;
  truth.lost = true;
}

void Oracle::may_lack_all() {
  for (auto& [key, truth] : truths_) may_lack(key);
}

void Oracle::clear() {
  truths_.clear();
  lists_.clear();
}

}  // namespace simulation
