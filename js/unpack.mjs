// Turns what js/pack.mjs has packed into bytes again.

export const leads = '}~';

// As src/wasm/unpack.wat reads it.
function tableOf(alphabet, frequent) {
  const table = new Uint8Array(384);
  let single = 0, pair = 0;
  for (let byte = 0; byte < 256; byte++) {
    if (parseInt(frequent[byte >> 2], 16) >> (byte & 3) & 1) {
      table[alphabet.charCodeAt(single++)] = byte;
    } else {
      table[(pair < alphabet.length ? 128 : 256) + alphabet.charCodeAt(pair++ % alphabet.length)] = byte;
    }
  }
  return table;
}

// decoder: src/wasm/unpack.wat in base64.
export function unpack({text, alphabet, frequent, decoder}) {
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), character => character.charCodeAt(0)));
  const {memory, unpack} = new WebAssembly.Instance(module, {}).exports;
  const table = tableOf(alphabet, frequent), start = table.length, end = start + text.length;
  memory.grow(end >> 16);
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(table);
  bytes.set(new TextEncoder().encode(text), start);
  return bytes.subarray(start, unpack(start, end));
}
