// Emscripten's decoder of texts takes a byte order mark at the beginning of one for no part
// of it; but a key or an id may begin with one.
const wholeTextDecoder = () => class extends TextDecoder {
  constructor(label) {
    super(label, {ignoreBOM: true});
  }
};

// What Emscripten makes, as a function that starts the module in the same tick;
// MODULARIZE would make it a promise. Module brings what js/core.js puts there, and
// takes the functions that src/wasm binds.
export default function startCore(Module) {
  const TextDecoder = wholeTextDecoder();
