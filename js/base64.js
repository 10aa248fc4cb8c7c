// The browser's own decoder where it has one: a loop of ours costs more than
// compiling the module.
export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return Uint8Array.from(atob(text), character => character.charCodeAt(0));
}
