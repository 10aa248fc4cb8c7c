// The bytes of the wasm, which stand in the script as printable ASCII, so that no page need
// say how it is encoded; js/build/pack.mjs puts them there, and src/wasm/unpacker.cpp, a
// small wasm of its own, reads them. base64, by which the small one itself is spelled, would
// make the large one a third larger when it is compressed, since it hides what repeats.

// Behind what the unpacker has for itself.
const textAt = 65536;

export function unpack(packed, unpacker) {
  const code = Uint8Array.from(atob(unpacker), one => one.charCodeAt(0));
  const {memory, _initialize: join} = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  const bytes = new Uint8Array(memory.buffer), wasmAt = textAt + packed.length;
  new TextEncoder().encodeInto(packed, bytes.subarray(textAt));
  return bytes.subarray(wasmAt, wasmAt + join(textAt, wasmAt));
}
