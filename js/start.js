// Starts a module in the same tick, or finds that it may not run here.

import {page} from './storage.js';
import {unpack} from './unpack.js';

// startCore: Emscripten's, as build/core-head.js wraps it. wasm: returns its bytes, packed.
// Returns the module with the functions that src/wasm binds, or null after one warning: a
// Content Security Policy without 'wasm-unsafe-eval', or an engine without WebAssembly
// (BEHAVIOUR 9.5).
export function start(startCore, wasm) {
  try {
    // What Emscripten prints before it throws would be a second warning.
    return startCore({...page, wasmBinary: unpack(wasm()), printErr() {}});
  } catch (error) {
    warn('WebAssembly may not run here, so nothing is cached. ' + error);
    return null;
  }
}

// Where there is a console that can.
export function warn(message) {
  try {
    console.warn('Backbone.cachingSync: ' + message);
  } catch (error) {
    return;
  }
}
