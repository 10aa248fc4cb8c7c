// Starts a module in the same tick, or finds that it may not run here.

// startCore: as Emscripten and core-head.js made it. bytes: those of the wasm.
// Returns the module, or null after one warning: a Content Security Policy
// without 'wasm-unsafe-eval', or an engine without WebAssembly (BEHAVIOUR 9.5).
export function start(startCore, bytes) {
  // What Emscripten prints before it throws would be a second warning.
  const module = {calls: new Map(), printErr() {}};
  try {
    module.wasm = module.wasmBinary = bytes();
    startCore(module);
    return module;
  } catch (error) {
    if (typeof console === 'object' && console.warn) {
      console.warn('Backbone.cachingSync: WebAssembly may not run here, so nothing is cached. ' + error);
    }
    return null;
  }
}
