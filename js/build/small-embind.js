// Parts of Embind that no function of src/wasm needs are replaced by less.
mergeInto(LibraryManager.library, {
  // Nothing is registered for types that no function has: std::wstring and its like, and views of
  // memory.
  _embind_register_std_wstring: function() {},
  _embind_register_memory_view: function() {},

  // Numbers and enums are given as arguments, and never read out of memory.
  $integerReadValueFromPointer: function() {},
  $floatReadValueFromPointer: function() {},
  $enumReadValueFromPointer: function() {},

  // Each function has one signature.
  $exposePublicSymbol__deps: [],
  $exposePublicSymbol: function(name, value) {
    Module[name] = value;
  },
  $replacePublicSymbol__deps: [],
  $replacePublicSymbol: function(name, value) {
    Module[name] = value;
  },

  // An error of Embind's own is a mistake in src/wasm: nobody catches it by its class.
  $extendError__deps: [],
  $extendError: function(base) {
    return base;
  }
});
