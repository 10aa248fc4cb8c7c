// The file for caching: what must compile, and behind `@ts-expect-error` what must not, with the code of the error. What it has in
// common with the offline file is in offline/calls.ts.

import Backbone from 'backbone';
import cachingSync, {Burry} from 'backbone.cachingsync';

const wrapped = (method: string, model: Backbone.Model, options?: {mine?: boolean}) => Promise.resolve({method, model, options});

const sync = cachingSync(wrapped, 'posts', {
  ttl: 10, callbacks: 'once', looseKeys: true, fetchPolicy: 'network-first', dedupe: true, evict: true, freshFor: 0.5,
  cacheKey: (method, model, options) => method === 'read' && !options.mine ? `/posts?${model.page}` : null
});
export const decorated = [Backbone.cachingSync(Backbone.sync), Backbone.cachingSync(sync, 7, '10'), cachingSync(Backbone.sync, null, {})];
Backbone.cachingSync.clear();
export const isSupported: boolean = Backbone.cachingSync.Burry.isSupported() && cachingSync.Burry === Burry;

// @ts-expect-error 2353
Backbone.cachingSync(Backbone.sync, 'posts', {queue: true});
// @ts-expect-error 2353
cachingSync(Backbone.sync, 'posts', {live: true});
// @ts-expect-error 2353
cachingSync(Backbone.sync, 'posts', {fromCache: true});
// @ts-expect-error 2322
cachingSync(Backbone.sync, 'posts', {ttl: '10'});
// @ts-expect-error 2554
cachingSync();

class Post extends Backbone.Model {
  sync = sync;
}
class Posts extends Backbone.Collection<Post> {
  sync: cachingSync.CachedSync = sync;
}

const post = new Post({id: 1}), posts = new Posts();
export const all: cachingSync.CallOptions = {fetchPolicy: 'no-cache', ttl: 5};
post.fetch({...all, freshFor: 1, timeout: 1000}).done(() => {});
post.save({title: 'two'}, {...all, patch: true, wait: true});
posts.create({title: 'three'}, {evict: true, callbacks: 'once'});
post.on('sync', (model: Post, response: unknown, options: cachingSync.CallOptions) => options.fromCache);
sync('read', post, {fetchPolicy: 'cache-only', mine: true});

// @ts-expect-error 2353
post.save(null, {queue: true});
// @ts-expect-error 2353
posts.fetch({live: true});
// @ts-expect-error 2820
post.fetch({fetchPolicy: 'cache-frist'});
// @ts-expect-error 2540
all.fromCache = true;
// @ts-expect-error 2339
export const isQueued = all.queued;

const {cache} = sync;
export const events: Backbone.Events = cache.on('anything', () => {});
cache.remove(post);
cache.clear();
export const ids: Array<string | number> = cache.ids();
export const sum: number = cache.stats().hits + cache.stats().bytes;
export const read: unknown = cache.store.get(ids[0]);

// @ts-expect-error 2339
cache.pending();
// @ts-expect-error 2339
cache.discard(1);
// @ts-expect-error 2339
cache.replay();
// @ts-expect-error 2345
cache.remove(true);
