// What Embind's C++ calls, for functions that take and return numbers, bool and
// void. wasm speaks these itself, so a bound function is the wasm's own, and only
// a bool that comes back is made one. In place of Embind's own JavaScript, which
// converts strings and classes too, and checks the arguments of each call.
// (Nothing but `function` may be bound then; and what Embind registers besides is
// nothing to us.)

var embindLibrary = {
  // bool: which type is bool's: it may be registered after the functions. underWay:
  // how many of the bound functions are; isBroken: one of them was left by an exception.
  // stack: where the stack of C++ begins.
  $embind: {bool: 0, underWay: 0, isBroken: false, stack: 0},

  _embind_register_bool: function (type) {
    embind.bool = type;
  },
  // types: that of the result first. A result that is an int may be a bool.
  _embind_register_function: function (name, count, types, signature, invoker, target) {
    var spelled = '';
    while (HEAPU8[name]) spelled += String.fromCharCode(HEAPU8[name++]);
    var call = getWasmTableEntry(invoker).bind(null, target), type = HEAPU32[types >> 2];
    var isInteger = HEAPU8[signature] === 105 /* i */;
    Module[spelled] = function () {
      embind.stack = embind.stack || stackSave();
      embind.underWay++;
      try {
        var result = call.apply(null, arguments);
        return isInteger && type === embind.bool ? !!result : result;
      } catch (error) {
        embind.isBroken = true;
        throw error;
      } finally {
        embind.underWay--;
        // What was left by an exception has not given back its part of the stack.
        if (!embind.underWay && embind.isBroken) {
          embind.isBroken = false;
          stackRestore(embind.stack);
          _forget_turns();
        }
      }
    };
  },
  _embind_register_function__deps: ['$getWasmTableEntry'],

  _embind_register_void: function () {},
  _embind_register_integer: function () {},
  _embind_register_bigint: function () {},
  _embind_register_float: function () {},
  _embind_register_std_string: function () {},
  _embind_register_std_wstring: function () {},
  _embind_register_emval: function () {},
  _embind_register_memory_view: function () {},

  // Emscripten's own tries four sizes and has a limit.
  emscripten_resize_heap: function (size) {
    try {
      wasmMemory.grow(Math.max(size - buffer.byteLength, buffer.byteLength / 4) + 65535 >>> 16);
      updateGlobalBufferAndViews(wasmMemory.buffer);
      return 1;
    } catch (error) {
      return 0;
    }
  },

  // An empty string is what the smallest of Emscripten's runtimes would throw.
  abort: function () {
    throw new Error('Backbone.cachingSync: the core gave up');
  }
};

autoAddDeps(embindLibrary, '$embind');
mergeInto(LibraryManager.library, embindLibrary);
