// A value of the page, which the core holds but cannot look into.
#pragma once

#include <cstdint>
#include <utility>

namespace page {

using Handle = std::uintptr_t;

// Whoever plays the page counts the holders of a value: the browser's glue in
// src/wasm, a table in the tests.
void retain(Handle handle);
void release(Handle handle);

// One share in a value. An empty one stands for "there is none", which is not
// the same as a value that happens to be null.
class Value {
 public:
  Value() = default;
  // Takes over a share that the page has counted already.
  explicit Value(Handle handle) : handle_(handle) {}
  Value(const Value& other) : handle_(other.handle_) {
    if (handle_) retain(handle_);
  }
  Value(Value&& other) noexcept : handle_(std::exchange(other.handle_, 0)) {}
  Value& operator=(Value other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Value() {
    if (handle_) release(handle_);
  }

  explicit operator bool() const { return handle_ != 0; }
  Handle handle() const { return handle_; }
  // Gives the share away: who takes it must release it.
  Handle give() { return std::exchange(handle_, 0); }

 private:
  Handle handle_ = 0;
};

}  // namespace page
