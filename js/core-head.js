// The module that Emscripten makes, as a function that starts it in the same
// tick: MODULARIZE would make it a promise. Module brings `wasm` (or `wasmBinary`,
// as the larger of Emscripten's runtimes calls it) and `calls`, and takes the
// functions that src/wasm binds.
export default function startCore(Module) {
  var asm;
  // The smaller runtime knows `instantiate` only, and waits for its promise.
  const WebAssembly = Object.assign(Object.create(globalThis.WebAssembly), {
    instantiate: (bytes, imports) => ({
      then(use) {
        use({instance: new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)});
      }
    })
  });
