// The API of Burry (BEHAVIOUR 11) over the functions that src/wasm binds.

import {define} from './json.js';

// As src/wasm/bind_burry.cpp numbers them: when a value is stored.
const conditions = {any: 0, absent: 1, present: 2};

// core: a started module, or null where WebAssembly may not run: a store that
// holds nothing then.
export function createBurry(core) {
  core = core || absentCore;
  const {page} = core;
  const nameOf = key => page.name(String(key));
  // What a function of C++ has handed over.
  const take = (tell, ...args) => {
    tell(...args);
    return page.taken();
  };

  // What is kept for a call lasts until the next one ends, and a number may be asked
  // of the page's code, which may call: so the numbers come first.
  function put({_number, default_ttl}, key, value, ttl, condition) {
    const minutes = Number(ttl), otherwise = Number(default_ttl);
    return core.set(_number, nameOf(key), page.keep(value), minutes, otherwise, condition);
  }
  function count({_number, default_ttl}, key, by) {
    const minutes = Number(default_ttl);
    core.count(_number, nameOf(key), by, minutes);
  }

  // ns: the namespace, '' by default. ttl: minutes, none by default.
  function Store(ns, ttl) {
    const name = ns === undefined || ns === null ? '' : String(ns);
    Object.defineProperty(this, '_number', {value: core.openStore(page.name(name))});
    this.default_ttl = ttl;
    [this._CACHE_SUFFIX, this._EXPIRY_KEY] = take(core.ends, this._number);
  }

  Object.assign(Store.prototype, {
    // The live value of a key, or undefined. What has expired is removed.
    get(key) {
      return take(core.get, this._number, nameOf(key));
    },
    // Whether the value was stored. ttl: minutes; 0 or none means default_ttl.
    set(key, value, ttl) {
      return put(this, key, value, ttl, conditions.any);
    },
    // set, but only if the key has no live value.
    add(key, value, ttl) {
      return put(this, key, value, ttl, conditions.absent);
    },
    // set, but only if the key has a live value.
    replace(key, value, ttl) {
      return put(this, key, value, ttl, conditions.present);
    },
    remove(key) {
      core.remove(this._number, nameOf(key));
    },
    incr(key) {
      count(this, key, 1);
    },
    decr(key) {
      count(this, key, -1);
    },
    hasExpired(key) {
      return core.hasExpired(this._number, nameOf(key));
    },
    // All keys of this store, live and expired.
    keys() {
      return take(core.keys, this._number);
    },
    // An object from key to the minute in which it expires.
    expirableKeys() {
      const keys = take(core.expirableKeys, this._number), minutes = {};
      keys.forEach((key, i) => define(minutes, key, page.numbers()[i]));
      return minutes;
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
      return core.counter(this._number, nameOf(key));
    }
  });

  return {
    Store,
    // The namespaces that were created on this origin.
    stores: () => take(core.storeNames),
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

let given;
const give = make => () => { given = make(); };
const absentCore = {
  page: {name() {}, keep() {}, taken: () => given, numbers() {}},
  openStore: () => -1,
  ends: give(() => ['', '']),
  get: give(() => undefined),
  set: () => false,
  remove() {},
  count() {},
  counter: () => 0,
  hasExpired: () => false,
  keys: give(() => []),
  expirableKeys: give(() => []),
  flush() {},
  flushExpired() {},
  flushExpiredEverywhere() {},
  storeNames: give(() => ['']),
  minutesNow: () => Math.floor(new Date().getTime() / 60000),
  expiresOn: () => Infinity,
  isSupported: () => false
};
