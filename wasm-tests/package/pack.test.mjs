// What the build has packed is unpacked as it was.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {pack} from '../../js/build/pack.mjs';
import {unpack} from '../../js/unpack.js';

const allBytes = Uint8Array.from({length: 256}, (_, byte) => byte);
const inputs = {
  nothing: new Uint8Array(0),
  'one byte': Uint8Array.of(0),
  'every byte once': allBytes,
  'every byte, backwards': allBytes.slice().reverse(),
  'every pair of bytes': Uint8Array.from({length: 2 * 256 * 256}, (_, i) => i % 2 ? i >> 1 : i >> 9),
  'rare bytes only, more than a page of memory': new Uint8Array(70000).fill(255),
  'bytes that all are rare': Uint8Array.from({length: 70000}, (_, i) => i)
};
for (const name of ['burry', 'cachingsync', 'offline']) {
  const path = new URL(`../../build/wasm/${name}_module.wasm`, import.meta.url);
  inputs[`the wasm of ${name}`] = readFileSync(path);
}

for (const [name, bytes] of Object.entries(inputs)) {
  test(`packing: ${name} comes out as it went in`, () => {
    const packed = pack(bytes);
    assert.deepEqual(Buffer.from(unpack(packed)), Buffer.from(bytes));
  });
}

test('packing: no character needs care in a string, a script tag or another encoding', () => {
  for (const bytes of Object.values(inputs)) assert.match(pack(bytes), /^[ !#-&(-;=-[\]-_a-~]*$/);
});
