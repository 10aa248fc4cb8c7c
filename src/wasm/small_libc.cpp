// In place of functions of the C and C++ libraries that are large and that nobody here
// needs as they are: the linker puts these there (`--wrap`, CMakeLists.txt).
#include <cstddef>
#include <cstring>

#include "wasm/browser.h"

extern "C" {

// nlohmann/json asks for the value of a token that it has checked: the whole text is a
// number as JSON spells it, and the page reads that.
double __wrap_strtod(const char* text, char** end) {
  *end = const_cast<char*>(text) + std::strlen(text);
  return wasm::browser_page().json.number(text);
}

// nlohmann/json and Embind spell a character or an address in messages about faults,
// which are not read here: the format stands for them.
int __wrap_snprintf(char* text, std::size_t size, const char* format, ...) {
  const std::size_t length = std::strlen(format);
  if (length < size) std::memcpy(text, format, length + 1);
  return static_cast<int>(length);
}
int __wrap_sprintf(char* text, const char* format, ...) {
  return __wrap_snprintf(text, std::strlen(format) + 1, format);
}

// What clang calls where no floating-point number is spelled.
int __wrap_sniprintf(char* text, std::size_t size, const char* format, ...) {
  return __wrap_snprintf(text, size, format);
}
int __wrap_siprintf(char* text, const char* format, ...) { return __wrap_sprintf(text, format); }

// nlohmann/json makes a std::runtime_error of such a message and throws it away again; the
// real one brings in what a `catch` would need. (In WebAssembly a constructor and a
// destructor return the object.)
void* __wrap__ZNSt13runtime_errorC1EPKc(void* error, const char*) { return error; }
void* __wrap__ZNSt13runtime_errorD1Ev(void* error) { return error; }

}  // extern "C"
