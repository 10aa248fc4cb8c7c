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
  const decoder = new TextDecoder('utf-8'), encoder = new TextEncoder();

  // The text of so many bytes that lies there. Texts of ASCII are read, and told, quicker by
  // hand as long as they are short.
  function textAt(at, size) {
    let text = '';
    for (let i = at; size < 48; i++) {
      if (i === at + size) return text;
      if (HEAPU8[i] > 127) break;
      text += String.fromCharCode(HEAPU8[i]);
    }
    return Module.fromCore(decoder.decode(HEAPU8.subarray(at, at + size)));
  }

  // Puts a text into a std::string. Returns whether there is one.
  function tell(string, text) {
    if (text === undefined) return false;
    const told = Module.toCore(text), most = 3 * told.length, at = _make_room(string, most);
    _make_room(string, encode(told, at, most));
    return true;
  }

  // Returns the size in bytes.
  function encode(text, at, most) {
    for (let i = 0; text.length < 256; i++) {
      if (i === text.length) return i;
      const unit = text.charCodeAt(i);
      if (unit > 127) break;
      HEAPU8[at + i] = unit;
    }
    return encoder.encodeInto(text, HEAPU8.subarray(at, at + most)).written;
  }

