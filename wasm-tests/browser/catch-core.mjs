// In the page, before the built file: `core` is the module of its wasm, which the page
// cannot reach otherwise; `countHandles()` the number of values of the page that C++
// holds, as emscripten::val counts them, and of calls that are kept for it; and
// `handlesAtRest` how many these are when nothing is under way. Emscripten sets its count on
// its module.
export function catchCore() {
  Object.defineProperty(Object.prototype, 'count_emval_handles', {
    configurable: true,
    set(countHandles) {
      Object.defineProperty(this, 'count_emval_handles', {value: countHandles, configurable: true, enumerable: true, writable: true});
      window.core = this;
      window.countHandles = () => countHandles() + core.calls.size;
    }
  });
  // A call of C++ may hold something from then on.
  addEventListener('load', () => {
    Burry.isSupported();
    window.handlesAtRest = countHandles();
  });
}

// The same with `memory`, the linear memory, which is seen where WebAssembly gives it out.
export function catchMemory() {
  const {Instance} = WebAssembly;
  WebAssembly.Instance = function (...args) {
    const instance = new Instance(...args);
    window.memory = Object.values(instance.exports).find(value => value instanceof WebAssembly.Memory);
    return instance;
  };
  // Leaves little room in it, so that it must grow where a few bytes of each operation
  // are kept.
  window.leaveRoom = bytes => {
    while (core._malloc(1024) < memory.buffer.byteLength - bytes);
  };
}
