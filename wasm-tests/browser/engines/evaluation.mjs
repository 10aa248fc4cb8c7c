// What a page evaluates for a test, where the driver would not do it as puppeteer does it
// in Chromium: what comes back is what JSON can say, and `undefined`.

// The text of an expression, whose value is a promise of what `resultOf` reads.
// code: a function, which is called with args, or the text of an expression.
export function evaluation(code, args) {
  const given = args.map(one => one === undefined ? 'undefined' : JSON.stringify(one));
  const value = typeof code === 'function' ? `(${code})(${given})` : code;
  return `Promise.resolve().then(() => ${value}).then(${spell}, error => ({error: String(error && error.stack ? error + '\\n' + error.stack : error)}))`;
}

// In the page.
function spell(value) {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return {number: Object.is(value, -0) ? '-0' : String(value)};
  // What leads back to itself, as a collection does, is `undefined` to puppeteer as well.
  try {
    return {json: JSON.stringify(value)};
  } catch (error) {
    return {};
  }
}

export function resultOf({error, number, json}) {
  if (error !== undefined) throw new Error(error);
  if (number !== undefined) return Number(number);
  return json === undefined || json === null ? undefined : JSON.parse(json);
}
