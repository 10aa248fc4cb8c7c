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

// Its linear memory, in which `leaveRoom` leaves so many bytes, so that it must grow where a
// few of each operation are kept.
export function catchMemory() {
  window.memory = {get buffer() { return core.HEAPU8.buffer; }};
  window.leaveRoom = bytes => {
    while (core._malloc(1024) < memory.buffer.byteLength - bytes);
  };
}
