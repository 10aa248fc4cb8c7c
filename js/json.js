// The values that JSON knows, and their attributes.

// undefined where the text is no JSON.
export function readJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return undefined;
  }
}

// undefined where the value has no JSON: a cycle, a BigInt.
export function stringify(value, replacer) {
  try {
    return JSON.stringify(value, replacer);
  } catch (error) {
    return undefined;
  }
}

export function isRecord(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

// Whether it is an array, or an object of no class.
export function isPlain(value) {
  if (value === null || typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function isObjectWith(object, name) {
  return !Array.isArray(object) && hasOwn(object, name);
}

// What is to be a name may be rubbish, of which JavaScript can make none (9.3).
export function hasOwn(object, name) {
  const canHave = object !== null && typeof object === 'object' && typeof name !== 'object';
  return canHave && Object.prototype.hasOwnProperty.call(object, name);
}

// A plain assignment to `__proto__` would lose the attribute (9.4).
export function put(record, name, value) {
  if (name === '__proto__') define(record, name, value);
  else record[name] = value;
}

export function define(record, name, value) {
  Object.defineProperty(record, name, {value, configurable: true, enumerable: true, writable: true});
}

// The attributes of all, those of later ones before those of earlier ones.
export function merge(...records) {
  const merged = {};
  for (const record of records) {
    for (const name of Object.keys(record || {})) put(merged, name, record[name]);
  }
  return merged;
}

// What may be the id of a record: a finite number, or a text that is well-formed (3.1).
export function isId(id) {
  return typeof id === 'string' ? !lone.test(id) : Number.isFinite(id);
}
const lone = /[\ud800-\udfff]/u;
