#include "wasm/page_call.h"

#include <cmath>

#include "wasm/browser.h"

using emscripten::val;

namespace wasm {
namespace {

// As Call.amendAnswer of js/rows.js is told.
std::string spelled(page::Change change) {
  switch (change) {
    case page::Change::replace: return "replace";
    case page::Change::replace_or_append: return "append";
    case page::Change::take_out: break;
  }
  return "remove";
}

}  // namespace

bool PageCall::invoke() { return call_.call<bool>("invoke"); }

bool PageCall::load_record(const std::string& key) { return call_.call<bool>("loadRecord", key); }

bool PageCall::load_rows(const std::string& list, page::Minutes& expiry) {
  const auto soonest = call_.call<double>("loadRows", list);
  if (std::isnan(soonest)) return false;
  expiry = soonest;
  return true;
}

bool PageCall::load_envelope(const page::Envelope& envelope) {
  return call_.call<bool>("loadEnvelope", envelope.answer, envelope.headers);
}

bool PageCall::take_answer() { return call_.call<bool>("takeAnswer"); }
bool PageCall::answer_has_id() { return call_.call<bool>("answerHasId"); }
void PageCall::give_answer_its_id() { call_.call<void>("giveAnswerItsId"); }

json::Scalars PageCall::answered_ids() {
  return json::read_flat_array(call_.call<std::string>("answeredIds")).value_or(json::Scalars());
}

std::vector<std::string> PageCall::answered_texts(const std::vector<std::string>& keys) {
  std::vector<std::string> texts;
  const auto told = json::read_flat_array(call_.call<std::string>("answeredTexts", json::spell(keys)));
  for (const json::Scalar& text : told.value_or(json::Scalars())) texts.push_back(text.text);
  texts.resize(keys.size());
  return texts;
}

void PageCall::amend_answer(const std::vector<page::Amendment>& amendments) {
  json::Members all;
  for (const page::Amendment& amendment : amendments) {
    all.push_back({{}, json::spell(std::vector{amendment.key, spelled(amendment.change), amendment.text})});
  }
  call_.call<void>("amendAnswer", json::spell_array(all));
}

void PageCall::answer_with_loaded() { call_.call<void>("answerWithLoaded"); }

void PageCall::deliver(page::Phase phase, page::Report report) {
  call_.call<void>("deliver", phase == page::Phase::cached, report == page::Report::data_only);
}

void PageCall::report_failure() { call_.call<void>("reportFailure"); }
void PageCall::resolve(page::Phase phase) { call_.call<void>("resolve", phase == page::Phase::cached); }
void PageCall::reject() { call_.call<void>("reject"); }

std::optional<std::string> PageCall::sent_text(const std::optional<std::string>& base) {
  return optional_text(call_.call<val>("sentText", to_val(base)));
}

page::Confirmed PageCall::confirmed() {
  const auto told = call_.call<val>("confirmed");
  page::Confirmed confirmed;
  confirmed.text = optional_text(told["text"]);
  const std::optional<std::string> id = optional_text(told["id"]);
  if (id) confirmed.id = {*id, told["isText"].as<bool>()};
  confirmed.url = optional_text(told["url"]).value_or("");
  confirmed.in_collection = told["isInCollection"].as<bool>();
  return confirmed;
}

page::Held PageCall::held() {
  const auto told = call_.call<val>("held");
  return {told["answered"].as<int>(), told["unnamed"].as<int>(), told["all"].as<int>()};
}

page::Wrote PageCall::write_answer(const std::string& key, page::Minutes expiry) {
  return wrote(call_.call<std::string>("writeAnswer", key, expiry));
}

page::Written PageCall::write_rows(page::Rows rows, page::Minutes expiry,
                                   const std::vector<std::string>& except) {
  const auto told = call_.call<val>("writeRows", rows == page::Rows::answered, expiry, json::spell(except));
  return {told["failed"].as<int>(), told["saved"].as<int>()};
}

std::optional<std::string> PageCall::list_text(page::Listed which) {
  return optional_text(call_.call<val>("listText", which == page::Listed::answered));
}

std::string PageCall::collection_url() { return call_.call<std::string>("collectionUrl"); }
bool PageCall::rows_stand_in_answer() { return call_.call<bool>("rowsStandInAnswer"); }

std::optional<page::Envelope> PageCall::envelope(bool without_rows) {
  const auto told = call_.call<val>("envelopeOf", without_rows);
  if (told.isUndefined()) return {};
  return page::Envelope{text(told["answer"]), text(told["headers"])};
}

}  // namespace wasm
