// The module that Emscripten makes, as a function that starts it in the same
// tick: MODULARIZE would make it a promise. Module brings `wasmBinary` and
// `calls`, and takes the functions that src/wasm binds.
export default function startCore(Module) {
