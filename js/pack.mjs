// Packs bytes into printable ASCII that gzip makes as small as the bytes themselves
// (base64 hides from it what repeats, which costs a third).
//
// The 89 most frequent bytes are one character each, the others two: `}` or `~`, and
// any character. Both kinds are numbered as they ascend, and so are the characters;
// `frequent` tells which byte is of which kind, as 64 hexadecimal digits for four
// bytes each. js/unpack.mjs is the other way round.

import {fileURLToPath} from 'node:url';
import {assemble} from './binaryen.mjs';
import {alphabet, leads} from './unpack.mjs';

const alone = alphabet.length - leads.length;
const decoder = assemble(fileURLToPath(new URL('../src/wasm/unpack.wat', import.meta.url))).toString('base64');

// Returns {text, frequent, decoder}: js/unpack.mjs needs nothing else.
export function pack(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const ranked = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const isFrequent = new Array(256).fill(false);
  for (const byte of ranked.slice(0, alone)) isFrequent[byte] = true;

  let single = 0, pair = 0;
  const symbols = isFrequent.map(frequent => {
    if (frequent) return alphabet[single++];
    const lead = leads[Math.floor(pair / alphabet.length)];
    return lead + alphabet[pair++ % alphabet.length];
  });
  const frequent = Array.from({length: 64}, (_, digit) =>
    [0, 1, 2, 3].reduce((value, bit) => value | isFrequent[4 * digit + bit] << bit, 0).toString(16)).join('');
  return {text: Array.from(bytes, byte => symbols[byte]).join(''), frequent, decoder};
}
