// For as long as functions are bound that take or return an emscripten::val: on top
// of js/embind.js.

var embindValuesLibrary = {
  $embindValues: {
    // What emscripten::val itself asks about a type.
    describe: function (type, name, shift, heap) {
      registeredTypes[type] = {
        name: name,
        argPackAdvance: 8,
        fromWireType: function (wire) {
          return wire;
        },
        toWireType: function (destructors, value) {
          return value;
        },
        readValueFromPointer: function (pointer) {
          return heap()[pointer >> shift];
        }
      };
    },
    value: 0
  },

  _embind_register_void: function (type) {
    embindValues.describe(type, 'void');
    registeredTypes[type].isVoid = true;
  },
  _embind_register_bool: function (type) {
    embind.bool = type;
    embindValues.describe(type, 'bool');
    registeredTypes[type].readValueFromPointer = function (pointer) {
      return !!HEAPU8[pointer];
    };
  },
  _embind_register_integer: function (type) {
    embindValues.describe(type, 'int', 2, function () { return HEAP32; });
  },
  _embind_register_float: function (type) {
    embindValues.describe(type, 'double', 3, function () { return HEAPF64; });
  },
  _embind_register_emval: function (type) {
    embindValues.value = type;
    embindValues.describe(type, 'val');
    registeredTypes[type].readValueFromPointer = function (pointer) {
      var handle = HEAP32[pointer >> 2], value = Emval.toValue(handle);
      __emval_decref(handle);
      return value;
    };
  },
  _embind_register_emval__deps: ['$Emval', '_emval_decref'],

  _embind_register_function: function (name, count, types, signature, invoker, target) {
    var spelled = '', result = HEAP32[types >> 2], isValue = [];
    while (HEAPU8[name]) spelled += String.fromCharCode(HEAPU8[name++]);
    var call = getWasmTableEntry(invoker), at = types >> 2;
    Module[spelled] = function () {
      var wire = [target];
      for (var i = 0; i < count - 1; i++) {
        if (isValue.length === i) isValue.push(HEAP32[at + i + 1] === embindValues.value);
        wire.push(isValue[i] ? Emval.toHandle(arguments[i]) : arguments[i]);
      }
      var returned = call.apply(null, wire);
      if (result === embind.bool) return !!returned;
      if (result !== embindValues.value) return returned;
      var value = Emval.toValue(returned);
      __emval_decref(returned);
      return value;
    };
  },
  _embind_register_function__deps: ['$embind', '$getWasmTableEntry', '$Emval', '_emval_decref']
};

autoAddDeps(embindValuesLibrary, '$embindValues');
embindValuesLibrary.$embindValues__deps = ['$registeredTypes'];
mergeInto(LibraryManager.library, embindValuesLibrary);
