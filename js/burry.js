// The API of Burry (BEHAVIOUR 11) over the functions that src/wasm binds.

// core: a started module, or null where WebAssembly may not run: a store that
// holds nothing then.
export function createBurry(core) {
  core = core || absentCore;

  // ns: the namespace, '' by default. ttl: minutes, none by default.
  function Store(ns, ttl) {
    const name = ns === undefined || ns === null ? '' : String(ns);
    Object.defineProperty(this, '_number', {value: core.openStore(name)});
    this.default_ttl = ttl;
    this._CACHE_SUFFIX = core.recordKey(this._number, '');
    this._EXPIRY_KEY = core.expiryKey(this._number, '');
  }

  Object.assign(Store.prototype, {
    // The live value of a key, or undefined. What has expired is removed.
    get(key) {
      return core.get(this._number, String(key));
    },
    // Whether the value was stored. ttl: minutes; 0 or none means default_ttl.
    set(key, value, ttl) {
      return core.set(this._number, String(key), value, Number(ttl), Number(this.default_ttl));
    },
    // set, but only if the key has no live value.
    add(key, value, ttl) {
      return core.add(this._number, String(key), value, Number(ttl), Number(this.default_ttl));
    },
    // set, but only if the key has a live value.
    replace(key, value, ttl) {
      return core.replace(this._number, String(key), value, Number(ttl), Number(this.default_ttl));
    },
    remove(key) {
      core.remove(this._number, String(key));
    },
    incr(key) {
      core.count(this._number, String(key), 1, Number(this.default_ttl));
    },
    decr(key) {
      core.count(this._number, String(key), -1, Number(this.default_ttl));
    },
    hasExpired(key) {
      return core.hasExpired(this._number, String(key));
    },
    // All keys of this store, live and expired.
    keys() {
      return core.keys(this._number);
    },
    // An object from key to the minute in which it expires.
    expirableKeys() {
      const pairs = core.expirableKeys(this._number), minutes = {};
      for (let i = 0; i < pairs.length; i += 2) {
        Object.defineProperty(minutes, pairs[i],
          {value: pairs[i + 1], configurable: true, enumerable: true, writable: true});
      }
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
      return core.recordKey(this._number, String(key));
    },
    _expirationKey(key) {
      return core.expiryKey(this._number, String(key));
    },
    _isInternalKey(key) {
      return core.keyOfRecord(this._number, String(key));
    },
    _isExpirationKey(key) {
      return core.keyOfExpiry(this._number, String(key));
    },
    _expiresOn(ttl) {
      return core.expiresOn(Number(ttl));
    },
    _getCounter(key) {
      return core.counter(this._number, String(key));
    }
  });

  return {
    Store,
    // The namespaces that were created on this origin.
    stores: () => core.storeNames(),
    // Removes what has expired in any store.
    flushExpired: () => core.flushExpiredEverywhere(),
    isSupported: () => core.isSupported(),
    // Minutes since the epoch, and the milliseconds of one.
    _mEpoch: () => core.minutesNow(),
    _EXPIRY_UNITS: 60 * 1000
  };
}

const absentCore = {
  openStore: () => -1,
  recordKey: () => '',
  expiryKey: () => '',
  keyOfRecord: () => false,
  keyOfExpiry: () => false,
  get: () => undefined,
  set: () => false,
  add: () => false,
  replace: () => false,
  remove() {},
  count() {},
  counter: () => 0,
  hasExpired: () => false,
  keys: () => [],
  expirableKeys: () => [],
  flush() {},
  flushExpired() {},
  flushExpiredEverywhere() {},
  storeNames: () => [''],
  minutesNow: () => Math.floor(new Date().getTime() / 60000),
  expiresOn: () => Infinity,
  isSupported: () => false
};
