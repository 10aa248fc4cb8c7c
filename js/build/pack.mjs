// Spells a wasm as src/wasm/unpacker.cpp reads it: it must be one of WebAssembly's first edition
// with bulk memory.

import {gzipSync} from 'node:zlib';

// The digits of src/wasm/unpacker.cpp. js/build/bundle.mjs fails where the two files do not agree.
const digits = 'etrn()s,oi=.a$ culhd{}f:p;mvgy&[]>w|0b+A!?_kS1OEC2xWPTNIj6MFR834-5UBKJ/HDqLYzXVQ7G*Z9^%#@~';
const frequent = digits.length - 3, end = '`';

// The kinds of src/wasm/unpacker.cpp, in the same order.
const kinds = ['opcode', 'alignment', 'block', 'header', 'offset rest', 'called rest', 'branch', 'local', 'constant rest', 'other',
  'offset', 'constant', 'sections', 'called'];

// Rows of the first opcode, the last one, and the kinds of the numbers that follow it.
const operands = [];
for (const [first, last, ...numbers] of [
  [2, 4, 'block'], [12, 13, 'branch'], [16, 16, 'called'], [17, 17, 'other', 'other'], [32, 34, 'local'], [35, 36, 'other'],
  [40, 62, 'alignment', 'offset'], [63, 64, 'other'], [65, 65, 'constant'], [66, 66, 'other']
]) for (let op = first; op <= last; op++) operands[op] = numbers;

export function pack(wasm) {
  const bytes = byKind(wasm);
  return kinds.map(kind => spell(bytes[kind]) + end).join('');
}

// Returns an array of the bytes of each kind.
function byKind(wasm) {
  const bytes = Object.fromEntries(kinds.map(kind => [kind, []])), alignments = [];
  let at = 0;

  function takeBytes(kind, count) {
    for (; count; count--) bytes[kind].push(wasm[at++]);
  }

  function skipNumber() {
    let value = 0, shift = 0;
    do value |= (wasm[at] & 127) << shift, shift += 7; while (wasm[at++] > 127);
    return value;
  }

  function takeNumber(kind) {
    const begin = at, value = skipNumber();
    const rest = bytes[`${kind} rest`] || bytes[kind];
    bytes[kind].push(wasm[begin]);
    for (let i = begin + 1; i < at; i++) rest.push(wasm[i]);
    return value;
  }

  function takeNumbers(kind, count) {
    for (; count; count--) takeNumber(kind);
  }

  function takeOperand(op, kind) {
    if (kind !== 'alignment') return takeNumber(kind);
    bytes.alignment.push(wasm[at] ^ alignments[op]);
    alignments[op] = wasm[at++];
  }

  function takeInstruction() {
    const op = wasm[at];
    takeBytes('opcode', 1);
    for (const kind of operands[op] || []) takeOperand(op, kind);
    if (op === 14) takeNumbers('other', takeNumber('other') + 1);
    if (op === 67) takeBytes('other', 4);
    if (op === 68) takeBytes('other', 8);
    if (op === 252) takeNumbers('other', {8: 2, 9: 1, 10: 2, 11: 1}[takeNumber('other')]);
  }

  function takeFunction() {
    const size = skipNumber(), next = at + size;
    for (let count = takeNumber('header'); count; count--) {
      takeNumber('header');
      takeBytes('header', 1);
    }
    while (at < next) takeInstruction();
  }

  takeBytes('sections', 8);
  while (at < wasm.length) {
    const section = wasm[at];
    takeBytes('sections', 1);
    const size = takeNumber('sections');
    if (section !== 10) takeBytes('sections', size);
    else for (let count = takeNumber('sections'); count; count--) takeFunction();
  }
  return bytes;
}

// Returns the shortest spelling of the bytes of a kind, once it is compressed. It tells the most
// frequent bytes; how many are worth telling depends on how far the bytes are from being the more
// frequent the lower they are.
function spell(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byCount = [...counts.keys()].filter(byte => counts[byte]).sort((a, b) => counts[b] - counts[a]);
  const spellings = [0, 4, 8, 16, 24, 32, 48, 64, frequent].map(told => spellBy(byCount.slice(0, told), bytes));
  return spellings.reduce((best, one) => compressedSize(one) < compressedSize(best) ? one : best);
}

const compressedSize = text => gzipSync(text, {level: 9}).length;

// Returns the told bytes, two digits of 16 for each, and all bytes, each by its place in an order
// in which the others follow the told ones. The last places have two digits.
function spellBy(told, bytes) {
  const order = told.concat([...Array(256).keys()].filter(byte => !told.includes(byte)));
  const spelled = [];
  order.forEach((byte, place) => {
    const rare = place - frequent;
    spelled[byte] = rare < 0 ? digits[place] : digits[frequent + Math.floor(rare / digits.length)] + digits[rare % digits.length];
  });
  return told.map(byte => digits[byte >> 4] + digits[byte & 15]).join('') + end + bytes.map(byte => spelled[byte]).join('');
}
