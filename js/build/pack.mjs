// Spells a wasm as js/unpack.js reads it.

import {characters, frequent} from '../unpack.js';

export function pack(wasm) {
  const counts = new Array(256).fill(0);
  for (const byte of wasm) counts[byte]++;
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const common = byCount.slice(0, frequent), rare = byCount.slice(frequent).sort((a, b) => a - b);
  const spelled = [];
  common.forEach((byte, place) => { spelled[byte] = characters[place]; });
  rare.forEach((byte, place) => {
    const first = Math.floor(place / characters.length), second = place % characters.length;
    spelled[byte] = characters[frequent + first] + characters[second];
  });
  return Buffer.from(common).toString('hex') + Array.from(wasm, byte => spelled[byte]).join('');
}
