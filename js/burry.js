// The API of Burry (BEHAVIOUR 11) over the functions that src/wasm/bind_burry.cpp binds.

import {readJson, stringify} from './json.js';
import {fromCore, toCore} from './storage.js';

// core: a started module, or null where WebAssembly may not run: a store holds nothing
// then.
export function createBurry(core) {
  core = core || absentCore;
  const textOf = key => toCore(String(key));
  const read = text => text === undefined ? undefined : readJson(fromCore(text));

  // how: the core's `set`, `add` or `replace`.
  function put(how, {_number, default_ttl}, key, value, ttl) {
    const text = stringify(value);
    return how(_number, textOf(key), text && toCore(text), Number(ttl), Number(default_ttl));
  }

  // ns: the namespace, '' by default. ttl: minutes, none by default.
  function Store(ns, ttl) {
    const name = ns === undefined || ns === null ? '' : ns;
    Object.defineProperty(this, '_number', {value: core.openStore(textOf(name))});
    this.default_ttl = ttl;
    [this._CACHE_SUFFIX, this._EXPIRY_KEY] = read(core.ends(this._number));
  }

  Object.assign(Store.prototype, {
    // The live value of a key, or undefined. What has expired is removed.
    get(key) {
      return read(core.get(this._number, textOf(key)));
    },
    // Whether the value was stored. ttl: minutes; 0 or none means default_ttl.
    set(key, value, ttl) {
      return put(core.set, this, key, value, ttl);
    },
    // set, but only if the key has no live value.
    add(key, value, ttl) {
      return put(core.add, this, key, value, ttl);
    },
    // set, but only if the key has a live value.
    replace(key, value, ttl) {
      return put(core.replace, this, key, value, ttl);
    },
    remove(key) {
      core.remove(this._number, textOf(key));
    },
    incr(key) {
      core.count(this._number, textOf(key), 1, Number(this.default_ttl));
    },
    decr(key) {
      core.count(this._number, textOf(key), -1, Number(this.default_ttl));
    },
    hasExpired(key) {
      return core.hasExpired(this._number, textOf(key));
    },
    // All keys of this store, live and expired.
    keys() {
      return read(core.keys(this._number));
    },
    // An object from key to the minute in which it expires.
    expirableKeys() {
      return read(core.expirableKeys(this._number));
    },
    // Removes everything of this store, and nothing else.
    flush() {
      core.flush(this._number);
    },
    flushExpired() {
      core.flushExpired(this._number);
    },

    // Members that existing code and tests use.
    _internalKey(key) {
      return key + this._CACHE_SUFFIX;
    },
    _expirationKey(key) {
      return key + this._EXPIRY_KEY;
    },
    _isInternalKey(key) {
      return keyBefore(this._CACHE_SUFFIX, String(key));
    },
    _isExpirationKey(key) {
      return keyBefore(this._EXPIRY_KEY, String(key));
    },
    _expiresOn(ttl) {
      return core.expiresOn(Number(ttl));
    },
    _getCounter(key) {
      return core.counter(this._number, textOf(key));
    }
  });

  return {
    Store,
    // The namespaces that were created on this origin.
    stores: () => read(core.storeNames()),
    // Removes what has expired in any store.
    flushExpired: () => core.flushExpiredEverywhere(),
    isSupported: () => core.isSupported(),
    // Minutes since the epoch, and the milliseconds of one.
    _mEpoch: () => core.minutesNow(),
    _EXPIRY_UNITS: 60 * 1000
  };
}

// The key in front of an end, or false where a stored key does not end so.
function keyBefore(end, stored) {
  return stored.endsWith(end) && stored.slice(0, stored.length - end.length);
}

const nothing = () => {}, no = () => false, none = () => '[]';
const absentCore = {
  openStore: nothing,
  ends: () => '["",""]',
  get: nothing,
  set: no,
  add: no,
  replace: no,
  remove: nothing,
  count: nothing,
  counter: () => 0,
  hasExpired: no,
  keys: none,
  expirableKeys: () => '{}',
  flush: nothing,
  flushExpired: nothing,
  flushExpiredEverywhere: nothing,
  storeNames: () => '[""]',
  minutesNow: () => Math.floor(new Date().getTime() / 60000),
  expiresOn: () => Infinity,
  isSupported: no
};
