// The page as the core sees it: localStorage, JSON and the clock, and the texts that go
// in and come out. Nothing here throws (contract 9.1).

import {attempt, readJson} from './json.js';

// The texts of the core are UTF-8, which knows no half of a surrogate pair: that stands
// there as U+FFFF and its four hexadecimal digits, as does U+FFFF itself. (By the flag `u` a
// half would be told from a pair, but not in WebKit where it stands before U+FFFD or U+FFFF.)
const strange = /[\ud800-\udfff\uffff]/, pairOrStrange = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff\uffff]/g;
const spelled = /\uffff([\da-f]{4})/g;

// Both leave what is no text as it is.
export function toCore(text) {
  if (typeof text !== 'string' || !strange.test(text)) return text;
  return text.replace(pairOrStrange, unit => unit.length === 2 ? unit : '\uffff' + unit.charCodeAt(0).toString(16));
}

export function fromCore(text) {
  if (typeof text !== 'string' || !text.includes('\uffff')) return text;
  return text.replace(spelled, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
}

// It is asked for each time: a page, or a test of a page, may replace it, and a browser
// may take it away. null where it is absent or forbidden; and without a window, since what a
// server calls localStorage is shared by all of its users.
export const pageStorage = () => attempt(() => window.localStorage || null, null);

// undefined where nothing is, or cannot be read.
export function readItem(key, storage = pageStorage()) {
  const item = attempt(() => storage.getItem(key));
  return typeof item === 'string' ? item : undefined;
}

// Writes a record and the minute in which it expires (Infinity: never), each only where it
// differs: a comparison costs a hundredth of a write. Returns 'done', or 'saved' where both
// were there already, or why they could not be written: 'full' or 'refused'. text:
// undefined where the record has none.
export function writeRecord(key, text, expiryKey, minute, storage = pageStorage()) {
  if (text === undefined) return 'refused';
  const expiry = minute === Infinity ? null : String(minute);
  return write(() => {
    const isThere = storage.getItem(key) === text, isExpiryThere = storage.getItem(expiryKey) === expiry;
    if (!isThere) storage.setItem(key, text);
    if (!isExpiryThere && expiry === null) storage.removeItem(expiryKey);
    else if (!isExpiryThere) storage.setItem(expiryKey, expiry);
    return isThere && isExpiryThere ? 'saved' : 'done';
  });
}

export const removeItems = (keys, storage = pageStorage()) => attempt(() => keys.forEach(key => storage.removeItem(key)));

// The quota is known by name and by code, since browsers agree on neither (9.2).
function write(action) {
  try {
    return action();
  } catch (error) {
    const {name, code} = error || {};
    const isQuota = name === 'QuotaExceededError' || name === 'NS_ERROR_DOM_QUOTA_REACHED' || code === 22 || code === 1014;
    return isQuota ? 'full' : 'refused';
  }
}

// Implements the interfaces of src/page for src/wasm. js/offline adds `tab`.
export const page = {
  // Those in progress, by number.
  calls: new Map(),
  // Calls a method of one. undefined where the page's code throws in it.
  ask(number, question, ...args) {
    const call = page.calls.get(number);
    return call.attempt(() => call[question](...args));
  },
  toCore,
  fromCore,
  storage: {
    available: () => attempt(() => pageStorage().length >= 0, false),
    get: readItem,
    set: (key, text) => write(() => {
      pageStorage().setItem(key, text);
      return 'done';
    }),
    write: writeRecord,
    // keys: as JSON, since one text crosses quicker than many.
    remove: keys => removeItems(JSON.parse(keys)),
    // All that there are, or that there were until the storage went away.
    keys() {
      const storage = pageStorage(), keys = [];
      attempt(() => { for (let i = 0; i < storage.length; i++) keys.push(storage.key(i)); });
      return keys.filter(key => typeof key === 'string');
    }
  },
  json: {
    accepts: text => readJson(text) !== undefined,
    number(text) {
      const number = readJson(text);
      return typeof number === 'number' ? number : NaN;
    },
    spell: number => JSON.stringify(number)
  },
  // NaN where a replaced Date fails: what is written then with a ttl has expired.
  now: () => attempt(() => Number(new Date().getTime()), NaN)
};
