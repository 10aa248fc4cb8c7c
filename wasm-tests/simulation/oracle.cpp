#include "oracle.h"

namespace simulation {

void Oracle::put(const Told& told, Truth& truth, bool roomy) {
  truth.known = true;
  truth.deleted = false;
  truth.text = told.text;
  truth.expiry = told.expiry;
  truth.must_have = roomy && !told.text.empty();
  truth.lost = !roomy;
  truth.excused = false;
}

void Oracle::wrote(const Told& told, Time now, bool roomy) {
  Truth& truth = of(told.key);
  truth.states.insert(told.text);
  // Later writes stand (5.1).
  if (told.sent_at < truth.written_by) return;
  put(told, truth, roomy);
  truth.written_by = told.sent_at;
  truth.confirmed_at = now;
}

// Whoever has read or written the row knew it after its creation.
void Oracle::created(const Told& told, Time now, bool roomy, bool listed) {
  Truth& truth = of(told.key);
  if (told.sent_at < truth.read_by || told.sent_at < truth.written_by) {
    truth.states.insert(told.text);
    return;
  }
  wrote(told, now, roomy);
  truth.must_be_listed = truth.joined = roomy && listed && !told.text.empty();
}

void Oracle::removed(const std::string& key, Time sent_at, Time now) {
  Truth& truth = of(key);
  if (sent_at < truth.written_by) return;
  truth.known = truth.deleted = true;
  truth.must_have = truth.must_be_listed = truth.lost = truth.excused = false;
  truth.text.clear();
  truth.written_by = sent_at;
  truth.confirmed_at = now;
}

bool Oracle::is_older(const std::string& key, Time sent_at) const {
  const auto truth = truths_.find(key);
  return truth != truths_.end() && (sent_at < truth->second.confirmed_at || sent_at < truth->second.read_by);
}

void Oracle::read(const Told& told, bool roomy) {
  Truth& truth = of(told.key);
  truth.states.insert(told.text);
  if (is_older(told.key, told.sent_at)) return;
  put(told, truth, roomy);
  truth.read_by = told.sent_at;
}

void Oracle::refused(const std::string& key, Time sent_at) {
  if (is_older(key, sent_at)) return;
  Truth& truth = of(key);
  truth.known = truth.deleted = true;
  truth.must_have = truth.must_be_listed = truth.lost = truth.excused = false;
  truth.text.clear();
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
