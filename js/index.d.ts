// The types of Backbone.cachingSync and Burry. They need no other types: what
// belongs to Backbone is described by what the library asks of it.

// A sync function, as Backbone calls it.
type Sync = (this: any, method: any, model: any, options?: any) => any;

declare function cachingSync(
  wrapped: Sync,
  // The namespace, '' by default.
  ns?: string | number | null,
  // Minutes until a record expires (none by default), or an object of options.
  ttl?: number | string | null | cachingSync.Options
): cachingSync.CachedSync;

declare namespace cachingSync {
  type FetchPolicy = 'cache-and-network' | 'cache-first' | 'network-only' | 'network-first' | 'cache-only' | 'no-cache';

  interface Options {
    // Minutes until a record expires.
    ttl?: number;
    // `options.success` and `sync` for each phase, or for the first only.
    callbacks?: 'each' | 'once';
    // One list of ids for the whole namespace, whatever the query.
    looseKeys?: boolean;
    // The key to cache under, or nothing to leave it to the library.
    cacheKey?: (method: string, model: any, options?: any) => string | number | false | null | undefined | void;
    // Whether a read asks the cache, the server or both; 'cache-and-network' by default. Of
    // a write only 'no-cache' says something.
    fetchPolicy?: FetchPolicy;
    // A read joins one of the same that is under way.
    dedupe?: boolean;
    // Where the quota is reached, what was used least recently makes room.
    evict?: boolean;
    // Minutes in which a hit sends no request, under 'cache-and-network'. It needs a ttl.
    freshFor?: number;
    // A write that no server has answered waits for the network, also over a reload, and is
    // shown meanwhile. Without it such a write fails, and is taken back.
    queue?: boolean;
    // Models and collections that were read take what other tabs write, as long as the page
    // uses them.
    live?: boolean;
  }

  // The options of one call of sync, `fetch`, `save` or `destroy` that are ours.
  interface CallOptions extends Options {
    // Set by the library: whether this phase is the cached one.
    fromCache?: boolean;
    // Set by the library: whether success was told of a write that is queued.
    queued?: boolean;
    // Set by the library, for what a model takes when a queued write was answered.
    replayed?: boolean;
    // Set by the library: whether another tab has written it.
    fromTab?: boolean;
  }

  interface CachedSync {
    (this: any, method: string, model: any, options?: any): any;
    cache: Cache;
  }

  // What `sync.cache` fires, with what it tells.
  interface CacheEvents {
    // Of what other tabs have done.
    change: [id: string | number, attributes: any];
    remove: [id: string | number];
    list: [ids: Array<string | number>];
    clear: [];
    // A write of this model waits for the network.
    queue: [model: any];
    // What a temporary id has become.
    id: [temporary: string, id: string | number];
    // The server has refused a write that had waited.
    reject: [write: RejectedWrite];
  }

  // It is a Backbone.Events object.
  interface Cache {
    on: Listen;
    once: Listen;
    off(name?: string | null, callback?: Function | null, context?: any): this;
    // Empties the namespace.
    clear(): void;
    // Takes out the record of a model, or of an id.
    remove(modelOrId: object | string | number): void;
    // The ids of the list of a fetch without a query.
    ids(): Array<string | number>;
    // The writes that wait for the server, the oldest first.
    pending(): QueuedWrite[];
    // Takes what waits of a model, or of an id, back. Returns whether there was anything.
    discard(modelOrId: object | string | number): boolean;
    // Sends what waits. Resolved when that is done, or the network is missing again.
    replay(): PromiseLike<{sent: number; rejected: number; left: number}>;
    store: Store;
    stats(): {hits: number; misses: number; writesSaved: number; bytes: number};
  }

  interface Listen {
    <Name extends keyof CacheEvents>(name: Name, callback: (...told: CacheEvents[Name]) => void, context?: any): Cache;
    (name: string, callback: (...told: any[]) => void, context?: any): Cache;
    (callbacks: {[Name in keyof CacheEvents]?: (...told: CacheEvents[Name]) => void}, context?: any): Cache;
  }

  interface QueuedWrite {
    method: 'create' | 'update' | 'patch' | 'delete';
    // Of a create a temporary one, which begins with `_new_`.
    id: string | number;
    // What is to be sent; of a delete nothing.
    attributes?: any;
    // Milliseconds since the epoch.
    since: number;
  }

  // What `reject` tells of a queued write that the server has refused.
  interface RejectedWrite {
    method: 'create' | 'update' | 'patch' | 'delete';
    id: string | number;
    attributes?: any;
    // The HTTP status; 0 where it waited for another one that was refused.
    status: number;
    // The request, as `error` gets it; undefined in the tabs that have not sent it.
    response?: any;
  }

  // Empties all namespaces of this origin.
  function clear(): void;

  interface Store {
    default_ttl?: number;
    // The live value of a key, or undefined.
    get<Value = any>(key: string | number): Value | undefined;
    // Whether the value was stored. ttl: minutes; 0 or none means default_ttl.
    set(key: string | number, value: unknown, ttl?: number): boolean;
    // set, but only if the key has no live value.
    add(key: string | number, value: unknown, ttl?: number): boolean;
    // set, but only if the key has a live value.
    replace(key: string | number, value: unknown, ttl?: number): boolean;
    remove(key: string | number): void;
    incr(key: string | number): void;
    decr(key: string | number): void;
    hasExpired(key: string | number): boolean;
    // All keys, live and expired.
    keys(): string[];
    // The minute since the epoch in which each key expires.
    expirableKeys(): {[key: string]: number};
    // Removes everything of this store, and nothing else.
    flush(): void;
    flushExpired(): void;
  }

  interface Burry {
    Store: new (ns?: string | number | null, ttl?: number) => Store;
    // The namespaces that were created on this origin.
    stores(): string[];
    // Removes what has expired in any store.
    flushExpired(): void;
    // Whether values are stored here.
    isSupported(): boolean;
  }
  const Burry: Burry;

  // The ES module has the function under its name, too.
  export {
    self as cachingSync, Burry, Cache, CacheEvents, CachedSync, CallOptions, FetchPolicy, Options, QueuedWrite, RejectedWrite, Store, clear
  };
}

declare const self: typeof cachingSync;

export = cachingSync;
