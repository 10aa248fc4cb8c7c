// The bytes of the wasm, which stand in the script as hexadecimal digits: ASCII, so that
// no page need say how it is encoded; in whole digits for each byte, so that gzip finds
// what repeats (base64 hides it, and costs three times as much); and with a decoder of the
// engine's own, since a loop is slow in a page that has just been opened.
export function unpack(digits) {
  if (Uint8Array.fromHex) return Uint8Array.fromHex(digits);
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.substr(2 * i, 2), 16);
  return bytes;
}
