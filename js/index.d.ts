// The types of Backbone.cachingSync, for require, AMD and script tags. Those of Backbone are
// @types/backbone, to which this file adds what a page with the library has: the function, and
// the options of `fetch`, `save`, `destroy` and `create`.

import Backbone = require('backbone');
import Burry = require('./burry');
import types = require('./types');

export = cachingSync;

/**
 * Decorates a sync function with a cache in localStorage. A read of what was read before delivers
 * the cached data at once, before it returns, and the server's data when the server has answered.
 * A write shows in the cache at once, and is taken back there if the server refuses it.
 *
 * @param wrapped The sync function to be decorated, such as `Backbone.sync`.
 * @param ns The namespace, `''` by default. Decorators of one namespace are one cache: a model and
 * its collection share one; every other resource has its own.
 * @param ttl Minutes until a record expires, none by default; or an object of options.
 * @returns The decorated sync function, for a class or an instance.
 * @throws A `TypeError` that names it, where an option is unknown or of the wrong type, or
 * `wrapped` is no function.
 *
 * @example
 * const sync = Backbone.cachingSync(Backbone.sync, 'posts', {ttl: 10});
 */
declare function cachingSync(
  wrapped: cachingSync.Sync,
  ns?: string | number | null,
  ttl?: number | string | null | cachingSync.Options
): cachingSync.CachedSync;

declare namespace cachingSync {
  export {Burry};

  /** Empties the caches of all namespaces of this origin. */
  export function clear(): void;

  export import Cache = types.Cache;
  export import DeliveryOptions = types.DeliveryOptions;
  export import FetchPolicy = types.FetchPolicy;
  export import Id = types.Id;
  export import Method = types.Method;
  export import Options = types.Options;
  export import Stats = types.Stats;
  export import Sync = types.Sync;

  /**
   * What the options of `fetch`, `save`, `destroy` and `create` have beside Backbone's own. It is
   * part of `Backbone.PersistenceOptions`.
   */
  export interface CallOptions extends Options, DeliveryOptions {}

  /** A decorated sync function. */
  export interface CachedSync {
    /**
     * Calls the wrapped sync, and the cache before it. Returns a promise that stands for the
     * request too: jQuery's where there is jQuery, else a native one that has `done`, `fail`,
     * `always` and `state` as well.
     */
    (this: any, method: string, model: any, options?: CallOptions & {[name: string]: any}, ...others: any[]): any;

    /** What a page may do with the cache of this decorator. */
    cache: Cache;
  }
}

// Inside of the augmentation their names would be those that are declared there.

/** The function, with its members. */
type CachingSync = typeof cachingSync;
/** The options of one call. */
type CallOptions = cachingSync.CallOptions;

declare module 'backbone' {
  /**
   * Decorates a sync function with a cache in localStorage: `cachingSync` of
   * `backbone.cachingsync`.
   *
   * @example
   * const sync = Backbone.cachingSync(Backbone.sync, 'posts', {ttl: 10});
   */
  const cachingSync: CachingSync;

  /** What `fetch`, `save`, `destroy` and `create` take. */
  interface PersistenceOptions extends CallOptions {}
}
