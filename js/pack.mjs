// Packs bytes into printable ASCII that gzip makes as small as the bytes themselves
// (base64 hides from it what repeats, which costs a third).
//
// The 89 most frequent bytes are one character each, the most frequent byte the
// most frequent character, and the others two: `}` or `~`, and any character. Both
// kinds are numbered as they ascend; `alphabet` has their characters in that order,
// and `frequent` tells which byte is of which kind, as 64 hexadecimal digits for
// four bytes each. js/unpack.mjs is the other way round.

import {fileURLToPath} from 'node:url';
import {assemble} from './binaryen.mjs';
import {leads} from './unpack.mjs';

// What may stand in a string of any kind, and in a script of any page: those first
// that are frequent in the JavaScript of this library, so that gzip has one code for
// that and for what is packed.
const characters = 'etrsn()i.o,a=lcuh fd{p:&;ymg][vw|b!0>?Oxj+kS1AEN2PC_RIBTM-FWJUDX`$3HKQ6Y4V/8Lqz5*9GZ%#7@^';
const decoder = assemble(fileURLToPath(new URL('../src/wasm/unpack.wat', import.meta.url))).toString('base64');

// Returns {text, alphabet, frequent, decoder}: js/unpack.mjs needs nothing else.
export function pack(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const ranked = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, characters.length);
  const isFrequent = counts.map((_, byte) => ranked.includes(byte));
  const alone = byte => characters[ranked.indexOf(byte)];
  const alphabet = [...counts.keys()].filter(byte => isFrequent[byte]).map(alone).join('') + leads;

  let pair = 0;
  const symbols = isFrequent.map((frequent, byte) => {
    if (frequent) return alone(byte);
    const lead = leads[Math.floor(pair / alphabet.length)];
    return lead + alphabet[pair++ % alphabet.length];
  });
  const frequent = Array.from({length: 64}, (_, digit) =>
    [0, 1, 2, 3].reduce((value, bit) => value | isFrequent[4 * digit + bit] << bit, 0).toString(16)).join('');
  return {text: Array.from(bytes, byte => symbols[byte]).join(''), alphabet, frequent, decoder};
}
