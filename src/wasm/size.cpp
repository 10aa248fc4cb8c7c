// What the C and C++ libraries would pull in and this module has no use for.
// (The linker's --wrap sends the calls here.)
#include <cstdarg>
#include <cstddef>
#include <cstdlib>

extern "C" {

// js/page.js: JavaScript's own conversion. What comes here has passed the
// grammar of JSON, and the core keeps the spelling of numbers anyway.
double page_number_from(const char* text, char** end);

double __wrap_strtod(const char* text, char** end) { return page_number_from(text, end); }

// Only texts of errors that nobody reads are printed.
int __wrap_snprintf(char* buffer, std::size_t size, const char*, ...) {
  if (size) buffer[0] = 0;
  return 0;
}
int __wrap_sniprintf(char* buffer, std::size_t size, const char*, ...) {
  if (size) buffer[0] = 0;
  return 0;
}
int __wrap_sprintf(char* buffer, const char*, ...) {
  buffer[0] = 0;
  return 0;
}
int __wrap_siprintf(char* buffer, const char*, ...) {
  buffer[0] = 0;
  return 0;
}

}  // extern "C"
