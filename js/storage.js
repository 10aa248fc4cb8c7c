// The page as the core sees it: localStorage, JSON and the clock, and the texts that go
// in and come out. Nothing here throws (BEHAVIOUR 9.1).

import {attempt, readJson} from './json.js';

// The texts of the core are UTF-8, which knows no half of a surrogate pair: that stands
// there as U+FFFF and its four hexadecimal digits, as does U+FFFF itself.
const strange = /[\ud800-\udfff\uffff]/u, spelled = /\uffff([\da-f]{4})/g;

// Both leave what is no text as it is.
export function toCore(text) {
  if (typeof text !== 'string' || !strange.test(text)) return text;
  return text.replace(new RegExp(strange, 'gu'), unit => '\uffff' + unit.charCodeAt(0).toString(16));
}

export function fromCore(text) {
  if (typeof text !== 'string' || !text.includes('\uffff')) return text;
  return text.replace(spelled, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
}

// It is asked for each time: a page, or a test of a page, may replace it, and a browser
// may take it away. null where it is absent or forbidden.
export const pageStorage = () => attempt(() => (typeof window === 'object' ? window : globalThis).localStorage || null, null);

// null where nothing is, or cannot be read.
export function readItem(storage, key) {
  const item = attempt(() => storage.getItem(key));
  return typeof item === 'string' ? item : null;
}

// Writes a record and the minute in which it expires (Infinity: never), each only where it
// differs: a comparison costs a hundredth of a write. Returns 'done', or 'saved' where both
// were there already, or why they could not be written: 'full' or 'refused'. text:
// undefined where the record has none.
export function writeRecord(storage, key, text, expiryKey, minute) {
  if (text === undefined || !storage) return 'refused';
  const expiry = minute === Infinity ? null : String(minute);
  try {
    const isThere = storage.getItem(key) === text, isExpiryThere = storage.getItem(expiryKey) === expiry;
    if (!isThere) storage.setItem(key, text);
    if (!isExpiryThere && expiry === null) storage.removeItem(expiryKey);
    else if (!isExpiryThere) storage.setItem(expiryKey, expiry);
    return isThere && isExpiryThere ? 'saved' : 'done';
  } catch (error) {
    return refusal(error);
  }
}

export function removeRecord(storage, key, expiryKey) {
  attempt(() => {
    storage.removeItem(key);
    storage.removeItem(expiryKey);
  });
}

// The quota is known by name and by code, since browsers agree on neither (9.2).
function refusal(error) {
  const {name, code} = error || {};
  const isQuota = name === 'QuotaExceededError' || name === 'NS_ERROR_DOM_QUOTA_REACHED' || code === 22 || code === 1014;
  return isQuota ? 'full' : 'refused';
}

// What src/wasm calls: the interfaces of src/page, whose calls stand there by number.
export const page = {
  calls: new Map(),
  toCore,
  fromCore,
  storage: {
    available() {
      try {
        return pageStorage().length >= 0;
      } catch (error) {
        return false;
      }
    },
    get(key) {
      const item = readItem(pageStorage(), key);
      return item === null ? undefined : item;
    },
    set(key, text) {
      try {
        pageStorage().setItem(key, text);
        return 'done';
      } catch (error) {
        return refusal(error);
      }
    },
    write: (key, text, expiryKey, minute) => writeRecord(pageStorage(), key, text, expiryKey, minute),
    // keys: as JSON, since one text crosses quicker than many.
    remove(keys) {
      try {
        const storage = pageStorage();
        for (const key of JSON.parse(keys)) storage.removeItem(key);
      } catch (error) {
        return;
      }
    },
    // All that there are.
    keys() {
      const storage = pageStorage(), keys = [];
      try {
        for (let i = 0; i < storage.length; i++) keys.push(storage.key(i));
      } catch (error) {
        // It went away; these are the keys that it had until then.
      }
      return keys;
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
  now() {
    try {
      return Number(new Date().getTime());
    } catch (error) {
      return NaN;
    }
  }
};
