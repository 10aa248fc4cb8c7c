// The types of Backbone.cachingSync with the queue and other tabs, for require, AMD and script tags.
// Like ../index.d.ts, in whose place it stands, it adds to the types of Backbone.

import Backbone = require('backbone');
import Burry = require('../burry');
import types = require('../types');

export = cachingSync;

/**
 * Decorates a sync function with a cache in localStorage. A read of what was read before delivers
 * the cached data at once, before it returns, and the server's data when the server has answered.
 * A write shows in the cache at once, and is taken back there if the server refuses it.
 *
 * `Attributes` is the type of a record's attributes; without it they are `any`.
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
 * const sync = Backbone.cachingSync<PostAttributes>(Backbone.sync, 'posts', {ttl: 10});
 */
declare function cachingSync<Attributes extends Backbone.ObjectHash = any>(
  wrapped: cachingSync.Sync,
  ns?: string | number | null,
  ttl?: number | string | null | cachingSync.DecoratorOptions
): cachingSync.CachedSync<Attributes>;

declare namespace cachingSync {
  export {Burry};

  /** Empties the caches of all namespaces of this origin, and their queues. */
  export function clear(): void;

  export import FetchPolicy = types.FetchPolicy;
  export import Id = types.Id;
  export import Method = types.Method;
  export import Stats = types.Stats;
  export import Sync = types.Sync;

  /** What may be queued. */
  export type QueuedMethod = 'create' | 'update' | 'patch' | 'delete';

  /**
   * The options of a decorator. Each may also be given in the options of one call, and counts for
   * that call.
   */
  export interface Options extends types.Options {
    /**
     * True: a write that no server has answered waits for the network, also over a reload, and is
     * shown meanwhile. The caller hears success, with `options.queued`. False, the default: such a
     * write fails, and is taken back.
     */
    queue?: boolean | undefined;

    /**
     * True: models and collections that were read take what other tabs write, as long as the page
     * uses them; `options.fromTab` is true then. It needs `WeakRef`. False by default.
     */
    live?: boolean | undefined;
  }

  /** The options of a decorator alone. */
  export interface DecoratorOptions extends Options {
    /**
     * The class of the models that queued writes are sent with, from a page that was loaded anew. By
     * default that of the first model or collection that goes through the decorator.
     */
    model?: (new (...args: any[]) => Backbone.Model<any>) | undefined;

    /**
     * The origins that queued writes may be sent to besides the page's own, and those which calls of
     * the decorator have named: storage is not trusted to send elsewhere.
     */
    origins?: readonly string[] | undefined;
  }

  /** What the library sets in the options that a callback or an event gets. */
  export interface DeliveryOptions extends types.DeliveryOptions {
    /** True where the data is what another tab has written. Set by the library. */
    readonly fromTab?: boolean | undefined;

    /** True where success is told of a write that waits for the network. Set by the library. */
    readonly queued?: boolean | undefined;

    /** True where the data is the answer to a write that had waited. Set by the library. */
    readonly replayed?: boolean | undefined;
  }

  /**
   * What the options of `fetch`, `save`, `destroy` and `create` have beside Backbone's own. It is
   * part of `Backbone.PersistenceOptions`.
   */
  export interface CallOptions extends Options, DeliveryOptions {}

  /** A decorated sync function. */
  export interface CachedSync<Attributes extends Backbone.ObjectHash = any> {
    /**
     * Calls the wrapped sync, and the cache before it. Returns a promise that stands for the
     * request too: jQuery's where there is jQuery, else a native one that has `done`, `fail`,
     * `always` and `state` as well.
     */
    (this: any, method: string, model: any, options?: CallOptions & {[name: string]: any}, ...others: any[]): any;

    /** What a page may do with the cache of this decorator, and the events of its namespace. */
    cache: Cache<Attributes>;
  }

  /** The events of `sync.cache`, each as the function that is called. */
  export interface CacheEvents<Attributes extends Backbone.ObjectHash = any> {
    /** Another tab has written a record. The attributes are as the server sends them, before `parse`. */
    change: (id: Id, attributes: Attributes) => void;

    /** Another tab has removed a record. */
    remove: (id: Id) => void;

    /** Another tab has changed the list of a fetch without a query. */
    list: (ids: Id[]) => void;

    /** Another tab has emptied the namespace. */
    clear: () => void;

    /** A write of this model waits for the network; with the option `queue`. */
    // A method: a class of models may be named where any model is given.
    queue(model: Backbone.Model<Attributes>): void;

    /** The server has given an id to what had a temporary one. */
    id: (temporary: string, id: Id) => void;

    /** The server has refused a write that had waited. It is taken back. */
    reject: (write: RejectedWrite<Attributes>) => void;
  }

  /**
   * Names of several events with spaces between them, such as `'change remove'`. Of anything else
   * it is none.
   */
  export type EventNames<Names extends string> =
    Names extends `${keyof CacheEvents} ${infer Others}`
      ? Others extends keyof CacheEvents | EventNames<Others> ? Names : never
      : never;

  /** The cache of a decorator: `sync.cache`. It is a `Backbone.Events` object. */
  export interface Cache<Attributes extends Backbone.ObjectHash = any> extends types.Cache {
    /** Calls back whenever an event fires. */
    on<Name extends keyof CacheEvents>(name: Name, callback: CacheEvents<Attributes>[Name], context?: any): this;
    /** Calls back whenever any event fires, with its name. */
    on(name: 'all', callback: (name: keyof CacheEvents, ...told: any[]) => void, context?: any): this;
    /** Calls back whenever one of the events fires. */
    on<Names extends string>(names: EventNames<Names>, callback: (...told: any[]) => void, context?: any): this;
    /** Calls back whenever an event fires that has a function here. */
    on(callbacks: Partial<CacheEvents<Attributes>>, context?: any): this;

    /** Calls back when an event fires for the first time. */
    once<Name extends keyof CacheEvents>(name: Name, callback: CacheEvents<Attributes>[Name], context?: any): this;
    /** Calls back when any event fires for the first time, with its name. */
    once(name: 'all', callback: (name: keyof CacheEvents, ...told: any[]) => void, context?: any): this;
    /** Calls back when each of the events fires for the first time. */
    once<Names extends string>(names: EventNames<Names>, callback: (...told: any[]) => void, context?: any): this;
    /** Calls back when each event that has a function here fires for the first time. */
    once(callbacks: Partial<CacheEvents<Attributes>>, context?: any): this;

    /** Ends what `on` and `once` have begun: of an event, a function and a context; of all where one is not given. */
    off(name?: keyof CacheEvents | 'all' | null, callback?: ((...told: any[]) => void) | null, context?: any): this;
    /** Ends what `on` and `once` have begun, of several events. */
    off<Names extends string>(names: EventNames<Names>, callback?: ((...told: any[]) => void) | null, context?: any): this;
    /** Ends what `on` and `once` have begun with these functions. */
    off(callbacks: Partial<CacheEvents<Attributes>>, context?: any): this;

    /**
     * Empties the namespace. What is under way may end, but does not write. What waits in the
     * queue is lost, which one warning tells.
     */
    clear(): void;

    /** The writes that wait for the server, the oldest first. */
    pending(): Array<QueuedWrite<Attributes>>;

    /**
     * Takes back what waits of a model, or of an id.
     *
     * @returns Whether there was anything.
     */
    discard(modelOrId: Backbone.Model | Id): boolean;

    /** Sends what waits. The promise is resolved when that is done, or the network is missing again. */
    replay(): Promised<Replayed>;
  }

  /** A write that waits for the server. */
  export interface QueuedWrite<Attributes extends Backbone.ObjectHash = any> {
    /** What is to be sent: several writes on a record are one. */
    method: QueuedMethod;

    /** The id of the model; of a create a temporary one, which begins with `_new_`. */
    id: Id;

    /** What is to be sent; of a delete nothing. */
    attributes?: Partial<Attributes>;

    /** When it was queued, in milliseconds since the epoch. */
    since: number;
  }

  /** What `reject` tells of a write that had waited, and that the server has refused. */
  export interface RejectedWrite<Attributes extends Backbone.ObjectHash = any> {
    /** What was sent. */
    method: QueuedMethod;

    /** The id of the model; of a create the temporary one. */
    id: Id;

    /** What was sent; of a delete nothing. */
    attributes?: Partial<Attributes>;

    /** The HTTP status; 0 where it waited for a create that was refused. */
    status: number;

    /** The request, as `error` gets it. Undefined in the tabs that have not sent it. */
    response?: any;
  }

  /** What `sync.cache.replay()` has done. */
  export interface Replayed {
    /** The number of writes that the server has confirmed. */
    sent: number;

    /** The number of writes that it has refused. */
    rejected: number;

    /** The number of writes that still wait. */
    left: number;
  }

  /** A promise of jQuery's where there is jQuery; else a native one that has its words. */
  export interface Promised<Value> extends PromiseLike<Value> {
    /** Calls back when it is resolved. */
    done(callback: (value: Value) => void): this;

    /** Calls back when it is rejected. */
    fail(callback: (...reasons: any[]) => void): this;

    /** Calls back when it is resolved or rejected. */
    always(callback: (...results: any[]) => void): this;

    /** What has become of it. */
    state(): 'pending' | 'resolved' | 'rejected';
  }}

// Inside of the augmentation their names would be those that are declared there.

/** The function, with its members. */
type CachingSync = typeof cachingSync;
/** The options of one call. */
type CallOptions = cachingSync.CallOptions;

declare module 'backbone' {
  /**
   * Decorates a sync function with a cache in localStorage: `cachingSync` of
   * `backbone.cachingsync/offline`.
   *
   * @example
   * const sync = Backbone.cachingSync<PostAttributes>(Backbone.sync, 'posts', {ttl: 10});
   */
  const cachingSync: CachingSync;

  /** What `fetch`, `save`, `destroy` and `create` take. */
  interface PersistenceOptions extends CallOptions {}
}
