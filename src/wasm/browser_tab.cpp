#include "wasm/browser_tab.h"

#include <emscripten/emscripten.h>

#include <cstddef>

#include "json/json.h"
#include "wasm/offline_page_call.h"

// Of js/offline/tab.js, by way of js/core.js; js/build/core-head.js has textAt and tell.
// clang-format off
EM_JS(void, tab_token, (std::string* token), { tell(token, Module.tab.token()); });
EM_JS(void, tab_page, (std::string* name), { tell(name, Module.tab.page()); });
EM_JS(int, tab_target_of, (int decorator, const char* url, size_t size), { return Module.tab.targetOf(decorator, textAt(url, size)); });
EM_JS(void, tab_warn, (const char* text, size_t size), { Module.tab.warn(textAt(text, size)); });
EM_JS(bool, tab_is_offline, (), { return Module.tab.isOffline(); });
EM_JS(bool, tab_find_pages, (const char* ns, size_t size), { return Module.tab.findPages(textAt(ns, size)); });
EM_JS(void, tab_tell_lost, (const char* ns, size_t size, int writes), { Module.tab.tellLost(textAt(ns, size), writes); });
EM_JS(void, tab_wake, (const char* ns, size_t size, double milliseconds), { Module.tab.wake(textAt(ns, size), milliseconds); });
EM_JS(bool, tab_request_lock, (const char* ns, size_t size), { return Module.tab.requestLock(textAt(ns, size)); });
EM_JS(void, tab_release_lock, (const char* ns, size_t size), { Module.tab.releaseLock(textAt(ns, size)); });
EM_JS(int, tab_resend, (int decorator, const char* write, size_t size, const char* callers, size_t callers_size), {
  return Module.tab.resend(decorator, textAt(write, size), textAt(callers, callers_size));
});
EM_JS(void, tab_identify, (const char* ns, size_t size, const char* temporary, size_t temporary_size, const char* id, size_t id_size), {
  Module.tab.identify(textAt(ns, size), textAt(temporary, temporary_size), textAt(id, id_size));
});
EM_JS(void, tab_tell_rejected, (const char* ns, size_t size, const char* rejected, size_t rejected_size, int call), {
  Module.tab.tellRejected(textAt(ns, size), textAt(rejected, rejected_size), call);
});
EM_JS(void, tab_tell_replayed, (const char* ns, size_t size, int sent, int rejected, int left), {
  Module.tab.tellReplayed(textAt(ns, size), sent, rejected, left);
});
// clang-format on

namespace wasm {
namespace {

class BrowserTab final : public page::Tab {
 public:
  std::string token() override {
    std::string token;
    tab_token(&token);
    return token;
  }
  std::string page() override {
    if (page_.empty()) tab_page(&page_);
    return page_;
  }
  page::Target target_of(int decorator, const std::string& url) override {
    return static_cast<page::Target>(tab_target_of(decorator, url.data(), url.size()));
  }
  void warn(const std::string& text) override { tab_warn(text.data(), text.size()); }
  bool is_offline() override { return tab_is_offline(); }
  bool find_pages(const std::string& ns) override { return tab_find_pages(ns.data(), ns.size()); }
  void tell_lost(const std::string& ns, int writes) override { tab_tell_lost(ns.data(), ns.size(), writes); }
  void wake(const std::string& ns, double milliseconds) override {
    tab_wake(ns.data(), ns.size(), milliseconds);
  }
  bool request_lock(const std::string& ns) override { return tab_request_lock(ns.data(), ns.size()); }
  void release_lock(const std::string& ns) override { tab_release_lock(ns.data(), ns.size()); }

  std::unique_ptr<page::Call> resend(int decorator, const page::Resent& write, const std::string& callers,
                                     int& number) override {
    json::Object object;
    object.add("method", json::spell(std::string_view(write.method)));
    object.add("url", json::spell(std::string_view(write.url)));
    object.add("idAttribute", json::spell(std::string_view(write.id_attribute)));
    object.add("key", json::spell(std::string_view(write.key)));
    object.add("record", json::spell(std::string_view(write.record)));
    object.add("token", json::spell(std::string_view(write.token)));
    if (!write.id.empty()) object.add("id", write.id);
    if (!write.attributes.empty()) object.add("attributes", write.attributes);
    if (!write.body.empty()) object.add("body", write.body);
    const std::string text = object.text();
    number = tab_resend(decorator, text.data(), text.size(), callers.data(), callers.size());
    return std::make_unique<OfflinePageCall>(number);
  }

  void identify(const std::string& ns, const std::string& temporary, const std::string& id) override {
    tab_identify(ns.data(), ns.size(), temporary.data(), temporary.size(), id.data(), id.size());
  }
  void tell_rejected(const std::string& ns, const std::string& rejected, int call) override {
    tab_tell_rejected(ns.data(), ns.size(), rejected.data(), rejected.size(), call);
  }
  void tell_replayed(const std::string& ns, int sent, int rejected, int left) override {
    tab_tell_replayed(ns.data(), ns.size(), sent, rejected, left);
  }

 private:
  std::string page_;
};

}  // namespace

page::Tab& browser_tab() {
  static BrowserTab tab;
  return tab;
}

}  // namespace wasm
