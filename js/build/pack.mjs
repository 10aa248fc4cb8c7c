// Spells a wasm as src/wasm/unpacker.cpp reads it: it must be one of WebAssembly's first edition
// with bulk memory.

// Those of src/wasm/unpacker.cpp.
const digits = 'etrn()s,oi=.a$ culhd{}f:p;mvgy&[]>w|0b+A!?_kS1OEC2xWPTNIj6MFR834-5UBKJ/HDqLYzXVQ7G*Z9^%#@~';
const frequent = digits.length - 3, end = '`';

// The kinds of bytes, in the order of their texts. `sections` is all but the code.
const kinds = ['sections', 'called', 'constant', 'offset', 'header', 'local', 'other', 'block', 'branch', 'alignment', 'opcode'];

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
    bytes[kind].push(...wasm.subarray(begin, at));
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

// Returns the frequent bytes, two digits of 16 for each, and all bytes, each by its place in an
// order in which the rare ones follow the frequent ones.
function spell(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byCount = [...counts.keys()].filter(byte => counts[byte]).sort((a, b) => counts[b] - counts[a]);
  const common = byCount.slice(0, frequent), rare = [...counts.keys()].filter(byte => !common.includes(byte));
  const spelled = [];
  common.forEach((byte, place) => { spelled[byte] = digits[place]; });
  rare.forEach((byte, place) => {
    const first = Math.floor(place / digits.length), second = place % digits.length;
    spelled[byte] = digits[frequent + first] + digits[second];
  });
  const told = common.map(byte => digits[byte >> 4] + digits[byte & 15]);
  return told.join('') + end + Array.from(bytes, byte => spelled[byte]).join('');
}
