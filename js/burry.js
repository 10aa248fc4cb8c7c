// The API of Burry (contract 11) over the functions that src/wasm/bind_burry.cpp binds.

import {core} from './core.js';
import {readJson, stringify} from './json.js';

// ns: the namespace, '' by default. ttl: minutes, none by default.
function Store(ns, ttl) {
  const name = ns === undefined || ns === null ? '' : String(ns);
  Object.defineProperty(this, '_number', {value: core.openStore(name)});
  this.default_ttl = ttl;
  [this._CACHE_SUFFIX, this._EXPIRY_KEY] = JSON.parse(core.ends(this._number));
}

// how: the core's `set`, `add` or `replace`.
function put(how, {_number, default_ttl}, key, value, ttl) {
  return core[how](_number, String(key), stringify(value), Number(ttl), Number(default_ttl));
}

// The key in front of an end, or false where a stored key does not end so.
function keyBefore(end, stored) {
  return stored.endsWith(end) && stored.slice(0, stored.length - end.length);
}

Object.assign(Store.prototype, {
  // The live value of a key, or undefined. What has expired is removed.
  get(key) { return readJson(core.get(this._number, String(key))); },
  // Whether the value was stored. ttl: minutes; 0 or none means default_ttl.
  set(key, value, ttl) { return put('set', this, key, value, ttl); },
  // set, but only if the key has no live value; and only if it has one.
  add(key, value, ttl) { return put('add', this, key, value, ttl); },
  replace(key, value, ttl) { return put('replace', this, key, value, ttl); },
  remove(key) { core.remove(this._number, String(key)); },
  incr(key) { core.count(this._number, String(key), 1, Number(this.default_ttl)); },
  decr(key) { core.count(this._number, String(key), -1, Number(this.default_ttl)); },
  hasExpired(key) { return core.hasExpired(this._number, String(key)); },
  // All keys of this store, live and expired.
  keys() { return JSON.parse(core.keys(this._number)); },
  // An object from key to the minute in which it expires.
  expirableKeys() { return JSON.parse(core.expirableKeys(this._number)); },
  // Removes everything of this store, and nothing else.
  flush() { core.flush(this._number); },
  flushExpired() { core.flushExpired(this._number); },

  // Members that existing code and tests use.
  _internalKey(key) { return key + this._CACHE_SUFFIX; },
  _expirationKey(key) { return key + this._EXPIRY_KEY; },
  _isInternalKey(key) { return keyBefore(this._CACHE_SUFFIX, String(key)); },
  _isExpirationKey(key) { return keyBefore(this._EXPIRY_KEY, String(key)); },
  _expiresOn: ttl => core.expiresOn(Number(ttl)),
  _getCounter(key) { return core.counter(this._number, String(key)); }
});

export default {
  Store,
  // The namespaces that were created on this origin.
  stores: () => JSON.parse(core.storeNames()),
  // Removes what has expired in any store.
  flushExpired: () => core.flushExpiredEverywhere(),
  isSupported: () => core.isSupported(),
  // Minutes since the epoch, and the milliseconds of one.
  _mEpoch: () => core.minutesNow(),
  _EXPIRY_UNITS: 60 * 1000
};
