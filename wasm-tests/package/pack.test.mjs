// What the build has packed is unpacked as it was.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {pack} from '../../js/build/pack.mjs';
import {unpack} from '../../js/unpack.js';

const built = name => readFileSync(new URL(`../../build/wasm/${name}_module.wasm`, import.meta.url));
const unpacker = built('unpacker').toString('base64');

const number = value => value < 128 ? [value] : [value % 128 + 128, ...number(value >> 7)];
const sized = bytes => number(bytes.length).concat(bytes);
const section = (id, bytes) => [id].concat(sized(bytes));
const wasmOf = (...sections) => Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0].concat(...sections));
const code = (...bodies) => section(10, number(bodies.length).concat(...bodies.map(sized)));
const custom = bytes => section(0, sized([...Buffer.from('name')]).concat(bytes));

const everyByte = Array.from({length: 256}, (_, byte) => byte);
const inputs = {
  'no section': wasmOf(),
  'no function': wasmOf(code()),
  'every byte once, backwards': wasmOf(custom(everyByte.slice().reverse())),
  'every pair of bytes': wasmOf(custom(everyByte.flatMap(first => everyByte.flatMap(second => [first, second])))),
  'locals, and a section behind the code': wasmOf(code([2, 1, 127, 200, 1, 126, 11]), custom([1, 2, 3])),
  'numbers of every size': wasmOf(code([0, 65, 0, 65, 128, 1, 65, 128, 128, 128, 128, 8, 66, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1, 11])),
  'constants with bytes like opcodes': wasmOf(code([0, 67, 11, 11, 11, 11, 68, 11, 2, 11, 2, 11, 2, 11, 2, 11])),
  'blocks in blocks': wasmOf(code([0, 2, 64, 3, 64, 32, 0, 4, 127, 12, 1, 5, 13, 2, 11, 11, 11, 11])),
  'a table of branches': wasmOf(code([0, 14, 3, 0, 1, 128, 1, 2, 11])),
  'calls, globals, memory': wasmOf(code([0, 16, 200, 3, 17, 4, 0, 35, 0, 36, 1, 63, 0, 64, 0, 11])),
  'alignments that change': wasmOf(code([0, 40, 2, 4, 40, 0, 128, 2, 41, 3, 0, 41, 3, 8, 62, 2, 0, 11], [0, 40, 2, 4, 11])),
  'bulk memory': wasmOf(code([0, 252, 8, 1, 0, 252, 9, 1, 252, 10, 0, 0, 252, 11, 0, 11])),
  'functions of every size of size': wasmOf(code(...[127, 128, 16383, 16384, 70000].map(size => [0, ...new Array(size - 2).fill(1), 11]))),
  ...Object.fromEntries(['burry', 'cachingsync', 'offline'].map(name => [`the wasm of ${name}`, built(name)]))
};

for (const [name, bytes] of Object.entries(inputs)) {
  test(`packing: ${name} comes out as it went in`, () => {
    assert.deepEqual(Buffer.from(unpack(pack(bytes), unpacker)), Buffer.from(bytes));
  });
}

test('packing: no character needs care in a string, a script tag or another encoding', () => {
  for (const bytes of Object.values(inputs)) assert.match(pack(bytes), /^[ !#-&(-;=-[\]-~]*$/);
});
