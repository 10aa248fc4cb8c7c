#include "tab_in_memory.h"

#include <algorithm>
#include <utility>

#include "backbone_in_memory.h"

namespace in_memory {
namespace {

// A value with an id in the place of another one, at any depth.
void replace(Content& value, const std::string& from, const Content& to) {
  if (value.is_structured()) {
    for (auto& element : value) replace(element, from, to);
  } else if (value.is_string() && value.get<std::string>() == from) {
    value = to;
  }
}

caching::Method method_of(const std::string& name) {
  using caching::Method;
  for (const Method method : {Method::create, Method::update, Method::patch}) {
    if (name == caching::name_of(method)) return method;
  }
  return Method::remove;
}

}  // namespace

Tab::Tab(Backbone& backbone, Origin& origin)
    : backbone_(backbone), origin_(origin), page_("page" + std::to_string(++backbone.page.pages)) {}

Tab::~Tab() {
  std::erase_if(origin_.locks, [this](const auto& lock) { return lock.second == this; });
  backbone_.page.living.erase(page_);
}

std::string Tab::token() { return "token" + std::to_string(++backbone_.page.tokens); }

std::string Tab::page() {
  backbone_.page.living.insert(page_);
  return page_;
}

bool Tab::find_pages(const std::string& ns) {
  if (has_locks) finding.push_back(ns);
  return has_locks;
}

page::Target Tab::target_of(int, const std::string& url) {
  return url.starts_with("/") && !url.starts_with("//") ? page::Target::known : target;
}

void Tab::wake(const std::string& ns, double milliseconds) {
  timers[ns] = backbone_.page.clock.now() + milliseconds;
}

bool Tab::request_lock(const std::string& ns) {
  if (has_locks) asking.push_back(ns);
  return has_locks;
}

void Tab::release_lock(const std::string& ns) { origin_.locks.erase(ns); }

void Tab::give_locks() {
  for (const std::string& ns : std::exchange(asking, {})) {
    const bool is_free = !origin_.locks.contains(ns);
    if (is_free) origin_.locks[ns] = this;
    backbone_.sync.locked(ns, is_free);
  }
  for (const std::string& ns : std::exchange(finding, {}))
    backbone_.sync.found_pages(ns, backbone_.page.living);
}

void Tab::ring() {
  const auto next = [this] {
    return std::find_if(timers.begin(), timers.end(),
                        [this](const auto& timer) { return timer.second <= backbone_.page.clock.now(); });
  };
  for (auto timer = next(); timer != timers.end() || !asking.empty() || !finding.empty(); timer = next()) {
    if (timer != timers.end()) {
      const std::string ns = timer->first;
      timers.erase(timer);
      backbone_.sync.wake(ns);
    }
    give_locks();
  }
}

void Tab::pass(double milliseconds) {
  backbone_.page.clock.milliseconds += milliseconds;
  ring();
}

std::vector<std::shared_ptr<Model>> Tab::models(const std::string* of) const {
  std::vector<std::shared_ptr<Model>> models;
  for (const auto& [ns, held] : models_) {
    if (of && ns != *of) continue;
    if (auto model = held.lock()) models.push_back(std::move(model));
  }
  for (const auto& [ns, held] : collections_) {
    if (of && ns != *of) continue;
    const auto collection = held.lock();
    if (collection) models.insert(models.end(), collection->models.begin(), collection->models.end());
  }
  return models;
}

std::unique_ptr<page::Call> Tab::resend(int decorator, const page::Resent& write, const std::string&,
                                        int& number) {
  Call call;
  call.decorator = decorator;
  call.request.method = method_of(write.method);
  call.resent = write;
  for (const auto& model : models(&backbone_.ns_of(decorator))) {
    if (model->key() == write.key) call.model = model;
  }
  const Content attributes = parsed(write.attributes), id = parsed(write.id);
  if (!call.model) {
    call.model = std::make_shared<Model>();
    if (attributes.is_object()) call.model->attributes = attributes;
    if (!id.is_discarded()) call.model->attributes["id"] = id;
  }
  if (write.method == "patch") call.patch = attributes;
  call.sent = write.method == "patch" ? parsed(write.record) : Content::object();
  if (!call.sent.is_object()) call.sent = call.model->attributes;
  if (attributes.is_object()) call.sent.update(attributes);
  return backbone_.resend(std::move(call), number);
}

void Tab::tell(std::string event) {
  events.push_back(std::move(event));
  on_event(std::string(events.back()));
}

void Tab::identify(const std::string& ns, const std::string& temporary, const std::string& id) {
  const Content real = parsed(id);
  for (const auto& model : models()) {
    if (!id.empty()) replace(model->attributes, temporary, real);
    else if (model->id() && model->key() == temporary) model->attributes.erase("id");
  }
  if (!id.empty()) tell(ns + ": id " + temporary + " " + id);
}

void Tab::tell_rejected(const std::string& ns, const std::string& rejected, int) {
  tell(ns + ": reject " + rejected);
}

void Tab::tell_lost(const std::string& ns, int writes) { tell(ns + ": lost " + std::to_string(writes)); }

void Tab::tell_replayed(const std::string& ns, int sent, int rejected, int left) {
  tell(ns + ": replayed " + std::to_string(sent) + " sent, " + std::to_string(rejected) + " rejected, " +
       std::to_string(left) + " left");
}

}  // namespace in_memory
