// What Emscripten makes, as a function that starts the module in the same tick;
// MODULARIZE would make it a promise. Module brings what js/start.js puts there, and
// takes the functions that src/wasm binds.
export default function startCore(Module) {
