// An ES module: the default, the two names, and those of the types.

import Backbone from 'backbone';
import theDefault, {Burry, cachingSync} from 'backbone.cachingsync';
import type {Cache, CachedSync, CallOptions, DeliveryOptions, FetchPolicy, Id, Method, Options, Stats, Sync} from 'backbone.cachingsync';
import Alone from 'backbone.cachingsync/burry';
import asPlain from 'backbone.cachingsync/asm';

const wrapped: Sync = Backbone.sync;
const fetchPolicy: FetchPolicy = 'cache-first';
const options: Options = {fetchPolicy, cacheKey: (method: Method) => method};
const sync: CachedSync = theDefault(wrapped, 'posts', options);
const cache: Cache = cachingSync(wrapped).cache;
const ofCall: CallOptions & DeliveryOptions = {...options, ttl: 5};
new Backbone.Model().fetch(ofCall);
export const all = [sync, asPlain(wrapped)];
export const ids: Id[] = cache.ids();
export const stats: Stats = cache.stats();
export const store: Alone.Store<string> = new Burry.Store<string>('posts');

// @ts-expect-error 2614
import {clear} from 'backbone.cachingsync';
// @ts-expect-error 2614
import type {QueuedWrite} from 'backbone.cachingsync';
