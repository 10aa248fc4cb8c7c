// An ES module: the default, the two names, and those of the types.

import Backbone from 'backbone';
import theDefault, {Burry, cachingSync} from 'backbone.cachingsync/offline';
import type {
  Cache, CachedSync, CacheEvents, CallOptions, DeliveryOptions, EventNames, FetchPolicy, Id, Method, Options, Promised, QueuedMethod,
  QueuedWrite, RejectedWrite, Replayed, Stats, Sync
} from 'backbone.cachingsync/offline';
import Alone from 'backbone.cachingsync/burry';

interface Post {
  title: string;
}

const wrapped: Sync = Backbone.sync;
const fetchPolicy: FetchPolicy = 'cache-first';
const options: Options = {fetchPolicy};
const sync: CachedSync<Post> = theDefault(wrapped, 'posts', options);
const cache: Cache<Post> = cachingSync<Post>(wrapped).cache;
const ofCall: CallOptions & DeliveryOptions = {...options, ttl: 5};
const changed: CacheEvents<Post>['change'] = (id: Id, attributes) => `${id} ${attributes.title}`;
sync.cache.on('change', changed);
new Backbone.Model().fetch(ofCall);
export const names: EventNames<'change remove'> = 'change remove';
export const waiting: Array<QueuedWrite<Post>> = cache.pending();
export const refused = ({status, method}: RejectedWrite<Post>): [number, QueuedMethod, Method] => [status, method, method];
export const replayed: Promised<Replayed> = cache.replay();
export const stats: Stats = cache.stats();
export const store: Alone.Store<Post> = new Burry.Store<Post>('posts');
export const typed: theDefault.Options & cachingSync.Options = options;

// @ts-expect-error 2322
export const wrong: FetchPolicy = 'cache';
// @ts-expect-error 2614
import {clear} from 'backbone.cachingsync/offline';
// @ts-expect-error 2614
import {Store} from 'backbone.cachingsync/burry';
