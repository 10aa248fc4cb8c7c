// What a test case of the decorator starts with: an empty storage, minute 1000,
// and decorators of the namespaces it asks for.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "backbone_in_memory.h"

struct FreshBackbone {
  using Content = in_memory::Content;
  using Model = in_memory::Model;
  using Collection = in_memory::Collection;

  // The rows that the server has in most test cases.
  static inline const Content two_rows = {{{"id", 1}, {"t", "a"}}, {{"id", 2}, {"t", "b"}}};

  in_memory::Page page;
  std::unique_ptr<in_memory::Backbone> backbone;
  std::map<std::string, std::string>& items = page.storage.items;

  FreshBackbone() {
    page.clock.set_minute(1000);
    backbone = std::make_unique<in_memory::Backbone>(page);
  }
  ~FreshBackbone() {
    backbone->clear_all();
    CHECK(backbone->core.records_in_doubt() == 0);
  }

  // ttl: minutes.
  int decorate(const std::string& ns, double ttl = 0) {
    caching::Policy policy;
    policy.ttl = ttl;
    return backbone->decorate(ns, policy);
  }
  static std::shared_ptr<Model> model(Content attributes) {
    auto model = std::make_shared<Model>();
    model->attributes = std::move(attributes);
    return model;
  }
  // A fetch with these parameters from the collection's own URL.
  static in_memory::Query of_data(std::string text) {
    return {"", true, {caching::Data::Kind::text, std::move(text)}};
  }
  static std::shared_ptr<Collection> collection_at(std::string url) {
    auto collection = std::make_shared<Collection>();
    collection->url = std::move(url);
    return collection;
  }
  // A read of a model, to be made another call of.
  static in_memory::Call call_of(int decorator, std::shared_ptr<Model> model) {
    in_memory::Call call;
    call.decorator = decorator;
    call.model = std::move(model);
    return call;
  }
  // A collection that has fetched these rows.
  std::shared_ptr<Collection> fetched(int decorator, Content rows) {
    auto collection = std::make_shared<Collection>();
    backbone->succeed(backbone->read(decorator, collection), std::move(rows));
    return collection;
  }
  std::string item(const std::string& key) const {
    const auto found = items.find(key);
    return found == items.end() ? "-" : found->second;
  }
  in_memory::Call& call(int number) { return backbone->call(number); }
};
