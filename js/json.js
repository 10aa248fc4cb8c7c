// The values that JSON knows, and their attributes.

// What a function returns or, where it throws, something else.
export function attempt(action, otherwise) {
  try {
    return action();
  } catch (error) {
    return otherwise;
  }
}

// What the page's own code throws where no caller would see it is thrown outside, as that of
// several listeners would be.
export function safely(action) {
  try {
    return action();
  } catch (error) {
    setTimeout(() => { throw error; });
    return undefined;
  }
}

// undefined where the text is no JSON, and where the value has none: a cycle, a BigInt.
export const readJson = text => attempt(() => JSON.parse(text));
export const stringify = (value, replacer) => attempt(() => JSON.stringify(value, replacer));

export const isObject = value => value !== null && typeof value === 'object';
export const isRecord = value => isObject(value) && !Array.isArray(value);

// Whether it is an array, or an object of no class.
export function isPlain(value) {
  const prototype = isObject(value) ? Object.getPrototypeOf(value) : undefined;
  return Array.isArray(value) || prototype === null || Boolean(prototype) && Object.getPrototypeOf(prototype) === null;
}

// What is to be a name may be rubbish, of which JavaScript can make none (9.3).
export const hasOwn = (object, name) =>
  isObject(object) && typeof name !== 'object' && Object.prototype.hasOwnProperty.call(object, name);
export const isObjectWith = (object, name) => !Array.isArray(object) && hasOwn(object, name);

// A plain assignment to `__proto__` would lose the attribute (9.4).
export function define(record, name, value) {
  Object.defineProperty(record, name, {value, configurable: true, enumerable: true, writable: true});
}

// What may be the id of a record: a finite number, or a text that is well-formed (3.1).
export const isId = id => typeof id === 'string' ? isWellFormed(id) : Number.isFinite(id);

// Without the flag `u`, under which WebKit takes a half before U+FFFD or U+FFFF for a whole.
const half = /[\ud800-\udfff]/, pairs = /[\ud800-\udbff][\udc00-\udfff]/g;
const isWellFormed = text => !half.test(text) || !half.test(text.replace(pairs, ''));
