// The types of the functions that are bound. Embind's library would register every
// type that it knows, with its name, for which js/embind.js has no use.
#include <emscripten/bind.h>

__attribute__((constructor)) static void register_types() {
  using namespace emscripten::internal;
  _embind_register_void(TypeID<void>::get(), "");
  _embind_register_bool(TypeID<bool>::get(), "", sizeof(bool), true, false);
  _embind_register_integer(TypeID<int>::get(), "", sizeof(int), 0, 0);
  _embind_register_float(TypeID<double>::get(), "", sizeof(double));
}
