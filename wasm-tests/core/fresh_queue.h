#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fresh_backbone.h"

// The start of a test case of the offline queue: a FreshBackbone whose namespace `p` has a
// decorator with the option `queue`. The fixture notes every request that reaches wrapped.
struct FreshQueue : FreshBackbone {
  const int posts = decorate_queueing("p");
  in_memory::Tab& tab = backbone->tab;
  std::vector<int> sent;  // numbers of the calls that have reached wrapped

  FreshQueue() { listen(*backbone); }
  // Notes in `sent` every request of a page.
  void listen(in_memory::Backbone& other) {
    other.wrapped = [this](int number) {
      sent.push_back(number);
      return true;
    };
  }
  int decorate_queueing(const std::string& ns) {
    caching::Policy policy;
    policy.queue = policy.has_model = true;
    return backbone->decorate(ns, policy);
  }
  // Returns the texts of the queued writes in storage, one after another; "-" where there is none.
  std::string queue(const std::string& ns = "p") const {
    std::string texts;
    for (const auto& [key, text] : items) {
      const bool is_entry = key.starts_with("__queue__") && key.ends_with("-_burry_" + ns);
      if (is_entry && text.starts_with(R"({"delivery")")) texts += text;
    }
    return texts.empty() ? "-" : texts;
  }
  // Puts a write into storage as an earlier page has left it.
  void leave(const std::string& token, const std::string& write, const std::string& ns = "p") {
    items["__queue__-_burry_" + ns] = "earlier." + token;
    items["__queue__" + token + "-_burry_" + ns] = write;
  }
  // Returns the method, the URL and the attributes of the last request, or "of the page" if
  // the last request was no replay.
  std::string last() {
    const in_memory::Call& one = call(sent.back());
    if (!one.resent) return "of the page";
    return one.resent->method + " " + one.resent->url + " " + one.resent->attributes;
  }
  // Replays the queue, and returns the number of requests.
  int replay() {
    sent.clear();
    backbone->sync.replay(posts);
    backbone->tab.give_locks();
    return static_cast<int>(sent.size());
  }
  // Returns the phases, the failures and the state of a call in one line.
  std::string outcome(int number) {
    const in_memory::Call& one = call(number);
    return std::to_string(one.server_phases) + " told, " + std::to_string(one.failures) + " failed" +
           (one.queued ? ", queued" : "") + (one.resolved ? ", resolved" : "") +
           (one.rejected ? ", rejected" : "");
  }
  // Updates row 1 without an answer of the server, and returns its model.
  std::shared_ptr<Model> queued_update(const std::string& text) {
    auto one = model({{"id", 1}, {"t", text}});
    backbone->lose(backbone->update(posts, one));
    return one;
  }
  // Creates a row without an answer of the server, and returns its model.
  std::shared_ptr<Model> queued_create(const std::shared_ptr<Collection>& collection) {
    auto one = collection->add({{"t", "new"}});
    backbone->lose(backbone->create(posts, one));
    return one;
  }
  // Replaces the page by a new page on the same storage. `tab` is invalid afterwards; use
  // `backbone->tab`.
  void reload() {
    backbone = std::make_unique<in_memory::Backbone>(page);
    listen(*backbone);
    sent.clear();
    decorate_queueing("p");
  }
};
