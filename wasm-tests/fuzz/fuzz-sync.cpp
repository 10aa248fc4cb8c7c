// The decorator on a storage full of anything (contract 3 to 5, 9.3, 9.4). An
// input is a script, one step in a line: its first character is the verb, and
// tabs part what follows it.
//   =key value   somebody puts this into storage     nname ttl   goes on with this namespace
//   @minute      the clock                            #units      so much room is left
//   l query      reads a list                         L url data  the same from a static URL
//   m id         reads a model                        j JSON      a list with this object as data
//   c JSON       creates in the collection            u p id JSON updates, patches
//   d id         destroys                             w           the next write waits
//   A a JSON     the oldest, newest request succeeds  F status    the oldest fails
//   C            clear                                D key       remove
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <set>

#include "backbone_in_memory.h"
#include "fuzz.h"
#include "sync/query.h"

namespace {

using fuzz::Items;
using in_memory::Collection;
using in_memory::Content;
using in_memory::Model;

constexpr double minutes = 1000;
const std::string plain_list = "__ids__", index_of_lists = "__ids__?";

// A text with half a character in it, as it comes into the core, is no id to the page.
bool is_whole(const std::string& text) { return text.find("\xEF\xBF\xBF") == text.npos; }
bool is_id(const Content& id) {
  return id.is_number() || (id.is_string() && is_whole(id.get<std::string>()));
}

class Script {
 public:
  Script() {
    page_.clock.set_minute(minutes);
    backbone_ = std::make_unique<in_memory::Backbone>(page_);
    backbone_->on_success = [this](int call, page::Phase phase) {
      if (phase == page::Phase::cached) must_be_delivered(call);
      must_be_records(call);
    };
  }

  void run(const std::string& text) {
    open("n", 0);
    for (const std::string& line : fuzz::split(text, '\n', 40)) {
      if (line.empty()) continue;
      const Items before = page_.storage.items;
      step(line[0], fuzz::fields(std::string_view(line).substr(1), '\t', 2));
      if (line[0] != '=') must_touch_only_ours(before);
    }
    rest();
  }

 private:
  struct Space {
    std::string ns;
    int decorator;
    std::shared_ptr<Collection> collection = std::make_shared<Collection>();
  };

  static bool shadows(const Space& space) { return burry::Keys(space.ns).shadows_another(); }
  // The lists that a fetch may be answered from: one of a static URL may have the plain one.
  static std::vector<std::string> lists_of(const in_memory::Query& query) {
    std::vector<std::string> lists = {caching::list_key({"", query.data})};
    if (!query.url.empty()) lists.push_back(caching::list_key({query.url, query.data}));
    return lists;
  }

  void open(const std::string& ns, double ttl) {
    for (std::size_t i = 0; i < spaces_.size(); ++i) {
      if (spaces_[i].ns == ns) return void(at_ = i);
    }
    caching::Policy policy;
    policy.ttl = std::isfinite(ttl) ? ttl : 0;
    spaces_.push_back({ns, backbone_->decorate(ns, policy)});
    at_ = spaces_.size() - 1;
  }
  Space& space() { return spaces_[at_]; }

  void step(char verb, const std::vector<std::string>& given) {
    const int decorator = space().decorator;
    switch (verb) {
      case '=': return put(given[0], given[1]);
      case '@': return page_.clock.set_minute(fuzz::whole(given[0], 1000000000));
      case '#': return limit(std::abs(fuzz::whole(given[0], 1000)));
      case 'n': return open(given[0], fuzz::number(given[1]));
      case 'l': return read_list({"", true, text_data(given[0])});
      case 'L': return read_list({given[0], true, text_data(given[1])});
      case 'j': return read_list({"", true, {caching::Data::Kind::object, given[0]}});
      case 'm': return read_model(given[0]);
      case 'c': return create(given[0]);
      case 'u':
      case 'p':
      case 'd': return write(verb, given[0], given[1]);
      case 'w': waits_ = true; return;
      case 'A': return answer(0, given[0]);
      case 'a': return answer(pending_.size() - 1, given[0]);
      case 'F': return fail(fuzz::whole(given[0], 1000));
      case 'C': return backbone_->clear(decorator);
      case 'D': named_.insert(given[0]); return backbone_->drop(decorator, given[0]);
      default: return;
    }
  }

  void put(const std::string& key, const std::string& text) { page_.storage.items[key] = text; }

  void limit(int units) {
    page_.storage.quota = page_.storage.units() + static_cast<std::size_t>(units);
    limited_ = true;
  }

  static std::optional<Content> parsed(const std::string& text) {
    Content content = in_memory::parsed(text);
    if (content.is_discarded()) return {};
    return content;
  }

  static caching::Data text_data(const std::string& text) {
    if (text.empty()) return {};
    return {caching::Data::Kind::text, text};
  }

  std::shared_ptr<Model> model_of(const std::string& id_token, const std::string& attributes) {
    const auto id = parsed(id_token), rest = parsed(attributes);
    auto model = std::make_shared<Model>();
    if (rest && rest->is_object()) model->attributes = *rest;
    model->attributes.erase("id");
    if (id && is_id(*id)) model->attributes["id"] = *id;
    else model->attributes["id"] = id_token;
    return is_id(model->attributes["id"]) ? model : nullptr;
  }

  void started(int call) { pending_.push_back(call); }

  void read_list(const in_memory::Query& query) {
    for (const std::string& list : lists_of(query)) named_.insert(list);
    started(backbone_->read(space().decorator, space().collection, query));
  }

  void read_model(const std::string& id) {
    const auto model = model_of(id, "{}");
    if (!model) return;
    named_.insert(model->key());
    started(backbone_->read(space().decorator, model));
  }

  void create(const std::string& attributes) {
    const auto given = parsed(attributes);
    if (!given || !given->is_object()) return;
    const auto model = space().collection->add(*given);
    model->attributes.erase("id");
    started(backbone_->create(space().decorator, model));
  }

  void write(char verb, const std::string& id, const std::string& attributes) {
    auto model = model_of(id, attributes);
    if (!model) return;
    named_.insert(model->key());
    const bool wait = std::exchange(waits_, false);
    const int decorator = space().decorator;
    started(verb == 'u'   ? backbone_->update(decorator, model, wait)
            : verb == 'p' ? backbone_->patch(decorator, model, model->attributes, wait)
                          : backbone_->destroy(decorator, model, wait));
  }

  int take(std::size_t at) {
    const int call = pending_[at];
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(at));
    return call;
  }

  void name_rows(const Content& answer) {
    for (const Content& row : answer.is_array() ? answer : Content::array({answer})) {
      if (row.is_object() && row.contains("id")) named_.insert(in_memory::key_of(row["id"]));
    }
  }

  // What the server says has the shape that was asked for; ids of other kinds and
  // rows that are none are the glue's affair.
  static bool fits(const in_memory::Call& call, const Content& answer) {
    if (!call.is_collection()) return answer.is_null() || (answer.is_object() && has_id(answer, true));
    if (!answer.is_array()) return false;
    for (const Content& row : answer) {
      if (!row.is_object() || !has_id(row, false)) return false;
    }
    return true;
  }
  static bool has_id(const Content& row, bool may_lack) {
    return row.contains("id") ? is_id(row["id"]) : may_lack;
  }

  void answer(std::size_t at, const std::string& text) {
    const auto answer = parsed(text.empty() ? "null" : text);
    if (pending_.empty() || !answer || !fits(backbone_->call(pending_[at]), *answer)) return;
    name_rows(*answer);
    const int call = take(at);
    backbone_->succeed(call, *answer);
    must_have_ended(call);
  }

  void fail(int status) {
    if (pending_.empty()) return;
    const int call = take(0);
    backbone_->fail(call, status);
    must_have_ended(call);
    MUST(backbone_->call(call).failures == 1);
  }

  void must_have_ended(int number) {
    const in_memory::Call& call = backbone_->call(number);
    MUST(call.forgotten && call.cached_phases <= 1 && call.server_phases + call.failures == 1);
    MUST(call.resolved != call.rejected);
  }

  // What the cache delivers is what lies in storage, whole and live.
  void must_be_delivered(int number) {
    const in_memory::Call& call = backbone_->call(number);
    const in_memory::Keys keys(space_of(call.decorator).ns);
    if (!call.is_collection()) return must_be_stored(keys, call.model->key(), call.delivered);
    const std::vector<std::string> lists = lists_of(call.request.query);
    MUST(std::any_of(lists.begin(), lists.end(),
                     [&](const std::string& list) { return is_what_lies_in(keys, list, call.delivered); }));
    for (const Content& row : call.delivered) must_be_stored(keys, in_memory::key_of(row["id"]), row);
  }

  bool is_what_lies_in(const in_memory::Keys& keys, const std::string& list, const Content& rows) {
    const auto ids = stored(keys, list);
    if (!ids || !ids->is_array()) return false;
    return std::equal(ids->begin(), ids->end(), rows.begin(), rows.end(),
                      [](const Content& id, const Content& row) {
                        return row.is_object() && row.contains("id") &&
                               in_memory::key_of(row["id"]) == in_memory::key_of(id);
                      });
  }

  // Whatever lies in storage, a model is never given anything but a record.
  void must_be_records(int number) {
    const in_memory::Call& call = backbone_->call(number);
    if (!call.is_collection()) {
      MUST(call.delivered.is_object() || call.delivered.is_null(), call.delivered.dump());
      return;
    }
    for (const Content& row : call.delivered) MUST(row.is_object() && has_id(row, false), row.dump());
  }

  Space& space_of(int decorator) {
    for (Space& space : spaces_) {
      if (space.decorator == decorator) return space;
    }
    std::abort();
  }

  std::optional<Content> stored(const in_memory::Keys& keys, const std::string& key) {
    const auto text = page_.storage.items.find(keys.record(key));
    const bool is_live = page_.storage.minute(keys.expiry(key)) >= burry::minutes_now(page_.clock);
    if (text == page_.storage.items.end() || !is_live) return {};
    return parsed(text->second);
  }

  void must_be_stored(const in_memory::Keys& keys, const std::string& key, const Content& row) {
    const auto record = stored(keys, key);
    MUST(record && *record == row, key, row.dump());
  }

  bool is_ours(const std::string& stored, std::string& key) {
    for (const Space& space : spaces_) {
      const in_memory::Keys keys(space.ns);
      if (!shadows(space) && (keys.is_record(stored, key) || keys.is_expiry(stored, key))) return true;
    }
    return false;
  }

  // Of a key that is no namespace's of ours nothing changes, unless it had
  // expired when room was made; and no key appears that nobody has named.
  void must_touch_only_ours(const Items& before) {
    const Items& after = page_.storage.items;
    std::string key;
    for (const auto& [stored, item] : after) {
      if (stored == in_memory::registry_key) continue;
      const auto former = before.find(stored);
      if (!is_ours(stored, key)) {
        MUST(former != before.end() && former->second == item, stored, item);
      } else if (former == before.end()) {
        MUST(named_.count(key) || was_there(stored) || key == index_of_lists || key == plain_list, stored);
      }
    }
    for (const auto& [stored, item] : before) {
      if (stored == in_memory::registry_key || is_ours(stored, key)) continue;
      if (!after.count(stored)) MUST(limited_ && has_expiry(before, stored), stored);
    }
    for (const auto& [stored, item] : before) seen_.insert(stored);
  }
  bool was_there(const std::string& stored) const { return seen_.count(stored) != 0; }

  bool has_expiry(const Items& before, const std::string& stored) {
    for (const std::string& ns : backbone_->registry.known()) {
      const burry::Keys names(ns);
      const in_memory::Keys keys(ns);
      std::string key;
      if (names.shadows_another()) continue;
      if (!keys.is_record(stored, key) && !keys.is_expiry(stored, key)) continue;
      const auto expiry = before.find(keys.expiry(key));
      if (expiry == before.end()) continue;
      const auto minute = parsed(expiry->second);
      if (!minute || !minute->is_number()) continue;
      if (minute->get<double>() < burry::minutes_now(page_.clock)) return true;
    }
    return false;
  }

  // A write that fails at once leaves what was live as it was.
  void must_undo(const Space& space, const std::string& key) {
    const in_memory::Keys keys(space.ns);
    const auto before = stored(keys, key);
    const page::Minutes expiry = page_.storage.minute(keys.expiry(key));
    Items items = page_.storage.items;
    auto model = std::make_shared<Model>();
    model->attributes["id"] = key;
    model->attributes["never"] = "confirmed";
    for (const bool destroys : {false, true}) {
      const int call =
          destroys ? backbone_->destroy(space.decorator, model) : backbone_->update(space.decorator, model);
      backbone_->fail(call, 500);
      const auto after = stored(keys, key);
      MUST(before == after, key);
      const auto former = items.find(keys.record(key)), latter = page_.storage.items.find(keys.record(key));
      if (latter == page_.storage.items.end()) {
        MUST(!before, key);
        continue;
      }
      MUST(former != items.end() && former->second == latter->second, latter->second);
      MUST(page_.storage.minute(keys.expiry(key)) == expiry, key);
    }
  }

  // When all calls have ended and there is room, the cache is healthy again:
  // failures leave things as they were, and what is fetched is a hit.
  void rest() {
    page_.storage.quota = 64 * 1024 * 1024;
    while (!pending_.empty()) fail(500);
    MUST(backbone_->core.calls_in_progress() == 0);
    MUST(backbone_->core.records_in_doubt() == 0);
    const Content rows = Content::array({{{"id", 1}, {"name", "Norway"}}, {{"id", "b"}, {"name", "Chile"}}});
    name_rows(rows);
    named_.insert(plain_list);
    for (const Space& space : spaces_) {
      if (shadows(space)) continue;
      const std::set<std::string> named = named_;
      for (const std::string& key : named) {
        if (!caching::is_list_key(key)) must_undo(space, key);
      }
      const Items before = page_.storage.items;
      backbone_->succeed(backbone_->read(space.decorator, std::make_shared<Collection>()), rows);
      must_touch_only_ours(before);
      const int again = backbone_->read(space.decorator, std::make_shared<Collection>());
      const bool kept = backbone_->core.policy(space.decorator).ttl >= 0;
      MUST(backbone_->call(again).cached_phases == (kept ? 1 : 0), space.ns);
      if (kept) MUST(backbone_->call(again).delivered == rows, space.ns);
      backbone_->fail(again, 0);
    }
    backbone_->clear_all();
    MUST(backbone_->core.records_in_doubt() == 0);
  }

  in_memory::Page page_;
  std::unique_ptr<in_memory::Backbone> backbone_;
  std::vector<Space> spaces_;
  std::size_t at_ = 0;
  std::vector<int> pending_;
  std::set<std::string> named_;  // keys that the script has a reason to write
  std::set<std::string> seen_;   // keys that lay in storage at some time
  bool waits_ = false, limited_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script().run(fuzz::text_of(data, size));
  return 0;
}
