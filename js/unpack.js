// The bytes of the wasm, which stand in the script as printable ASCII, so that no page need
// say how it is encoded; js/build/pack.mjs puts them there. base64 would be a third larger
// when it is compressed, since it hides what repeats: here each byte is one character, the
// same one everywhere, or two if it is rare.

// The digits. Those that are left out need care in a string or in a script tag.
export const characters = Array.from({length: 95}, (_, i) => String.fromCharCode(32 + i)).filter(one => !'"\'`\\<'.includes(one));

// So many bytes are frequent, and spelled by the first digits. The last three digits begin
// a byte that is rare.
export const frequent = characters.length - 3;

// packed: the frequent bytes in hexadecimal, and behind them all bytes, each by its place
// in an order in which the rare ones follow the frequent ones.
export function unpack(packed) {
  const order = [];
  for (let i = 0; i < frequent; i++) order.push(parseInt(packed.substr(2 * i, 2), 16));
  for (let byte = 0; byte < 256; byte++) if (!order.includes(byte)) order.push(byte);
  const digits = new Uint8Array(127);
  characters.forEach((one, digit) => { digits[one.charCodeAt(0)] = digit; });
  return readPlaces(packed, Uint8Array.from(order), digits);
}

// A page waits for this loop, which runs before the engine has compiled it.
function readPlaces(packed, order, digits) {
  const bytes = new Uint8Array(packed.length), rare = frequent, base = characters.length;
  let length = 0;
  for (let at = 2 * frequent; at < packed.length; at++) {
    const digit = digits[packed.charCodeAt(at)];
    bytes[length++] = digit < rare ? order[digit] : order[rare + (digit - rare) * base + digits[packed.charCodeAt(++at)]];
  }
  return bytes.subarray(0, length);
}
