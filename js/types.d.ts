// The types that the file for caching (index.d.ts) and the one with the queue and other tabs
// (offline/index.d.ts) have in common. Those two files add to Backbone's; this one does not, since
// they add different options.

import Backbone = require('backbone');
import Burry = require('./burry');

/** A sync function, as Backbone calls it. */
export type Sync = (this: any, method: any, model: any, options?: any, ...others: any[]) => any;

/** What Backbone asks a sync function for. */
export type Method = 'read' | 'create' | 'update' | 'patch' | 'delete';

/** The id of a model. */
export type Id = string | number;

/**
 * Whether a read asks the cache, the server or both. A hit: the cache holds what is asked for;
 * a miss: it does not.
 *
 * - `'cache-and-network'`, the default: on a hit the cache at once, then the server; on a miss
 *   the server.
 * - `'cache-first'`: on a hit the cache, and no request; on a miss the server.
 * - `'network-only'`: the server, whose answer is cached.
 * - `'network-first'`: the server; the cache where it fails (no answer, 5xx, 408, 429).
 * - `'cache-only'`: the cache, and never a request; a miss is an error of status 0.
 * - `'no-cache'`: the server; the cache is neither read nor written.
 */
export type FetchPolicy =
  'cache-and-network' | 'cache-first' | 'network-only' | 'network-first' | 'cache-only' | 'no-cache';

/**
 * The options of a decorator. Each may also be given in the options of one call, and counts for
 * that call.
 */
export interface Options {
  /** Minutes until a record expires. Without it records do not expire. */
  ttl?: number | undefined;

  /**
   * Of which phases `options.success` is called and `sync` fires: `'each'`, the default, or
   * `'once'`, the first one only. After a hit there are two: the cached phase and the server's.
   */
  callbacks?: 'each' | 'once' | undefined;

  /**
   * True: one list of ids for the whole namespace, whatever the query, as in 2012. False, the
   * default: each query has its own.
   */
  looseKeys?: boolean | undefined;

  /**
   * Returns the key to cache a call under; or nothing, `false` or `''`, to leave it to the
   * library. By default a model is cached under its id, a model without one under its URL, and
   * a collection under its URL and `data`.
   */
  cacheKey?: ((method: Method, model: any, options: any) => string | number | false | null | undefined | void) | undefined;

  /**
   * Whether a read asks the cache, the server or both; `'cache-and-network'` by default. To
   * `save`, `destroy` and `create` only `'no-cache'` says something.
   */
  fetchPolicy?: FetchPolicy | undefined;

  /**
   * True: a read joins one of the same that is under way, and sends no request. A write on the
   * namespace ends the joining. False by default.
   */
  dedupe?: boolean | undefined;

  /**
   * True: where localStorage is full, the records that were used least recently make room. False,
   * the default: only what has expired does.
   */
  evict?: boolean | undefined;

  /**
   * Minutes in which a hit sends no request, under `'cache-and-network'`; 0, the default: none.
   * The age of a record is told by its expiry, so it needs a `ttl`.
   */
  freshFor?: number | undefined;
}

/** What the library sets in the options that a callback or an event gets. */
export interface DeliveryOptions {
  /** Of a read: true in the cached phase, false in the server's. Set by the library. */
  readonly fromCache?: boolean | undefined;
}

/** The cache of a decorator: `sync.cache`. It is a `Backbone.Events` object. */
export interface Cache extends Backbone.Events {
  /** Empties the namespace. What is under way may end, but does not write. */
  clear(): void;

  /** Takes out the record of a model, or of an id. */
  remove(modelOrId: Backbone.Model | Id): void;

  /** The ids of the list of a fetch without a query; an empty array where there is none. */
  ids(): Id[];

  /** The store behind it: a record under its id, lists under keys that begin with `__ids__`. */
  store: Burry.Store;

  /** What the cache did since the page was loaded, and its size. */
  stats(): Stats;
}

/** What `sync.cache.stats()` tells. */
export interface Stats {
  /** Reads that the cache held, since the page was loaded. */
  hits: number;

  /** Reads that it did not hold, since the page was loaded. */
  misses: number;

  /** Writes to localStorage that were saved since what was there was the same. */
  writesSaved: number;

  /** What the namespace takes in localStorage, in bytes; a character is two. */
  bytes: number;
}
