// The types of Burry alone: require('backbone.cachingsync/burry'), AMD, and the global of a
// script tag. They need no other types.

export = Burry;
export as namespace Burry;

/**
 * A key-value store with expiry in localStorage. Where storage is missing, forbidden or full
 * nothing throws: `set` is false and `get` is undefined.
 */
declare namespace Burry {
  /** A key. A number is the text that it is spelled as. */
  type Key = string | number;

  /**
   * The values of one namespace, kept in localStorage as JSON. Two stores on one namespace see
   * each other's writes at once.
   *
   * `Value` is the type of the values; without it they are `any`.
   *
   * @example
   * const posts = new Burry.Store<Post>('posts', 10);
   */
  class Store<Value = any> {
    /**
     * @param ns The namespace, `''` by default.
     * @param ttl The minutes that a value lives where `set` is given none. Without it values
     * do not expire.
     */
    constructor(ns?: string | number | null, ttl?: number);

    /** Minutes until a value expires, where `set` is given none. Without it values do not expire. */
    default_ttl: number | undefined;

    /**
     * The live value of a key. Undefined where there is none, or what is there is no JSON;
     * what has expired is removed.
     */
    get(key: Key): Value | undefined;

    /**
     * Stores a value, in place of any other.
     *
     * @param ttl Minutes until it expires; 0 or none: `default_ttl`; negative: at once.
     * @returns Whether it was stored. False where storage is missing, forbidden or full, or
     * JSON cannot hold the value; what was there is gone then.
     */
    set(key: Key, value: Value, ttl?: number): boolean;

    /**
     * `set`, but only if the key has no live value.
     *
     * @param ttl Minutes until it expires; 0 or none: `default_ttl`; negative: at once.
     * @returns Whether it was stored.
     */
    add(key: Key, value: Value, ttl?: number): boolean;

    /**
     * `set`, but only if the key has a live value.
     *
     * @param ttl Minutes until it expires; 0 or none: `default_ttl`; negative: at once.
     * @returns Whether it was stored.
     */
    replace(key: Key, value: Value, ttl?: number): boolean;

    /** Removes a key with its expiry. */
    remove(key: Key): void;

    /**
     * Adds 1. What is missing, expired or no number counts as 0. A live counter keeps its
     * expiry; a new one lives for `default_ttl`.
     */
    incr(key: Key): void;

    /**
     * Takes 1 away. What is missing, expired or no number counts as 0. A live counter keeps its
     * expiry; a new one lives for `default_ttl`.
     */
    decr(key: Key): void;

    /** Whether the value of a key has expired. False where it has no expiry. */
    hasExpired(key: Key): boolean;

    /** The keys of this store, live and expired, in any order. */
    keys(): string[];

    /** The keys that have an expiry, each with the minute since the epoch in which it expires. */
    expirableKeys(): {[key: string]: number};

    /** Removes everything of this store, and nothing else. */
    flush(): void;

    /** Removes what has expired in this store. */
    flushExpired(): void;

    /** What follows a key in localStorage, where its value is. A name of 2012. */
    readonly _CACHE_SUFFIX: string;

    /** What follows a key in localStorage, where its expiry is. A name of 2012. */
    readonly _EXPIRY_KEY: string;

    /** The key in localStorage under which the value of a key is. A name of 2012. */
    _internalKey(key: Key): string;

    /** The key in localStorage under which the expiry of a key is. A name of 2012. */
    _expirationKey(key: Key): string;

    /**
     * The key whose value is under this key of localStorage; false where it is none of this
     * store. A name of 2012.
     */
    _isInternalKey(stored: string): string | false;

    /**
     * The key whose expiry is under this key of localStorage; false where it is none of this
     * store. A name of 2012.
     */
    _isExpirationKey(stored: string): string | false;

    /** The minute since the epoch that is `ttl` minutes from now. A name of 2012. */
    _expiresOn(ttl: number): number;

    /** A counter as `incr` and `decr` read it: 0 where there is no live number. A name of 2012. */
    _getCounter(key: Key): number;
  }

  /** The namespaces of the stores that were created on this origin. */
  function stores(): string[];

  /** Removes what has expired in the stores of all namespaces. */
  function flushExpired(): void;

  /**
   * Whether values are stored here. False without localStorage, and where WebAssembly may not
   * run.
   */
  function isSupported(): boolean;

  /** Whole minutes since the epoch. A name of 2012. */
  function _mEpoch(): number;

  /** The milliseconds of a minute. A name of 2012. */
  const _EXPIRY_UNITS: number;
}
