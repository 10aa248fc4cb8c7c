// Types that Embind knows and no function of src/wasm has: std::wstring and its like, and
// views of memory. Nothing is registered for them, which leaves their code out.
mergeInto(LibraryManager.library, {
  _embind_register_std_wstring: function() {},
  _embind_register_memory_view: function() {}
});
