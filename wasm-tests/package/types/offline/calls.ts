// What must compile, and behind `@ts-expect-error` what must not, with the code of the error.

import Backbone from 'backbone';
import cachingSync, {Burry} from 'backbone.cachingsync/offline';

interface PostAttributes {
  id: number;
  title: string;
}

const wrapped = (method: string, model: Backbone.Model, options?: {mine?: boolean}) => Promise.resolve({method, model, options});

export const decorated = [
  Backbone.cachingSync(Backbone.sync),
  Backbone.cachingSync(Backbone.sync, 'posts'),
  Backbone.cachingSync(Backbone.sync, 7),
  Backbone.cachingSync(Backbone.sync, null, null),
  Backbone.cachingSync(Backbone.sync, undefined, 10),
  Backbone.cachingSync(Backbone.sync, 'posts', '10'),
  Backbone.cachingSync(Backbone.sync, 'posts', {}),
  Backbone.cachingSync(wrapped, 'posts'),
  Backbone.cachingSync((method, model, options) => [method, model, options], 'posts'),
  Backbone.cachingSync(Backbone.cachingSync(Backbone.sync), 'posts'),
  cachingSync(Backbone.sync, 'posts', {
    ttl: 10, callbacks: 'once', looseKeys: true, fetchPolicy: 'network-first', dedupe: true, evict: true, freshFor: 0.5,
    queue: true, live: true, cacheKey: (method, model, options) => method === 'read' && !options.mine ? `/posts?${model.page}` : null
  }),
  cachingSync(Backbone.sync, 'posts', {ttl: undefined, cacheKey: () => {}}),
  cachingSync(Backbone.sync, 'posts', {cacheKey: (method: string, model: Post) => model.id})
];

// @ts-expect-error 2554
Backbone.cachingSync();
// @ts-expect-error 2345
Backbone.cachingSync({});
// @ts-expect-error 2345
Backbone.cachingSync('posts');
// @ts-expect-error 2345
Backbone.cachingSync(Backbone.sync, {ttl: 10});
// @ts-expect-error 2345
Backbone.cachingSync(Backbone.sync, 'posts', true);
// @ts-expect-error 2554
Backbone.cachingSync(Backbone.sync, 'posts', 10, 'once');
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {ttl: '10'});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {callbacks: 'twice'});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {looseKeys: 'posts'});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {cacheKey: 'posts'});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {cacheKey: () => ({key: 'posts'})});
// @ts-expect-error 2820
Backbone.cachingSync(Backbone.sync, 'posts', {fetchPolicy: 'cache-only-'});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {dedupe: 1});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {evict: null});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {freshFor: '1'});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {queue: 'yes'});
// @ts-expect-error 2322
Backbone.cachingSync(Backbone.sync, 'posts', {live: 1});
// @ts-expect-error 2353
Backbone.cachingSync(Backbone.sync, 'posts', {unknown: true});
// @ts-expect-error 2353
cachingSync(Backbone.sync, 'posts', {fromCache: true});
const misspelt = {fetchpolicy: 'cache-first'};
// @ts-expect-error 2345
cachingSync(Backbone.sync, 'posts', misspelt);

Backbone.cachingSync.clear();
export const isSupported: boolean = Backbone.cachingSync.Burry.isSupported() && cachingSync.Burry === Burry;
// @ts-expect-error 2554
cachingSync.clear('posts');
// @ts-expect-error 2339
cachingSync.cachingSync;

// As a property of a class, of its prototype, and of what `extend` is given.

const sync = Backbone.cachingSync<PostAttributes>(Backbone.sync, 'posts', {ttl: 10, queue: true});

class Post extends Backbone.Model<PostAttributes> {
  sync = sync;
  urlRoot = () => '/posts';
  shout() { return `${this.get('title')}!`; }
}

class Posts extends Backbone.Collection<Post> {
  model = Post;
  url = '/posts';
}
Posts.prototype.sync = sync;

export const Comment = Backbone.Model.extend({urlRoot: '/comments', sync: Backbone.cachingSync(Backbone.sync, 'comments')});

class Offline extends Posts {
  sync: cachingSync.CachedSync<PostAttributes> = sync;
  waiting() { return this.sync.cache.pending().length; }
}

class Draft extends Backbone.Model<PostAttributes, Backbone.ModelSetOptions & {mine?: number}, {app: string}> {
  sync = sync;
  private secret = 1;
  tell() { return this.secret; }
}

// @ts-expect-error 2344
export type NoAttributes = cachingSync.CachedSync<string>;

// The options of one call.

const post = new Post({id: 1, title: 'one'}), posts = new Posts();
export const all: cachingSync.CallOptions = {
  ttl: 10, callbacks: 'each', looseKeys: false, fetchPolicy: 'no-cache', dedupe: false, evict: false, freshFor: 0, queue: false,
  live: false, cacheKey: () => 'key'
};
post.fetch(all).done(() => {});
post.fetch({fetchPolicy: 'cache-first', timeout: 1000, parse: true});
post.save({title: 'two'}, {...all, patch: true, wait: true});
post.save(null, {queue: true, ttl: 5});
post.destroy({queue: false, wait: true});
posts.fetch({freshFor: 1, dedupe: true, reset: true, data: {page: 2}});
posts.create({title: 'three'}, {evict: true, callbacks: 'once'});
posts.fetch({
  success: (collection: Posts, response, options: Backbone.CollectionFetchOptions) => options.fromCache || response
});
post.on('sync', (model: Post, response: unknown, options: cachingSync.CallOptions) =>
  options.queued || options.replayed || options.fromTab || options.fromCache);

// @ts-expect-error 2820
post.fetch({fetchPolicy: 'cache-frist'});
// @ts-expect-error 2561
post.fetch({freshfor: 1});
// @ts-expect-error 2322
post.fetch({ttl: '10'});
// @ts-expect-error 2322
post.save({}, {queue: 'yes'});
// @ts-expect-error 2322
post.save(null, {callbacks: 'twice'});
// @ts-expect-error 2322
post.destroy({evict: 'yes'});
// @ts-expect-error 2353
post.destroy({unknown: true});
// @ts-expect-error 2322
posts.fetch({dedupe: 'yes'});
// @ts-expect-error 2322
posts.fetch({live: 1});
// @ts-expect-error 2322
posts.create({}, {looseKeys: 1});
// @ts-expect-error 2322
posts.create({}, {cacheKey: 'posts'});
// @ts-expect-error 2540
all.fromCache = true;
// @ts-expect-error 2540
all.queued = all.replayed = true;
// @ts-expect-error 2540
all.fromTab = true;

sync('read', post, {fetchPolicy: 'cache-only', mine: true});
sync('update', post, all);
sync('delete', post, {} as Backbone.ModelDestroyOptions);
sync('head', post);
sync.call(post, 'read', post).then(() => {});
// @ts-expect-error 2820
sync('read', post, {fetchPolicy: 'cache-olny'});
// @ts-expect-error 2555
sync('read');

// sync.cache: a Backbone.Events object.

const {cache} = sync;
export const events: Backbone.Events = cache;
cache.on('change', (id, attributes) => `${id}: ${attributes.title.length}`)
  .on('remove', id => typeof id === 'string' ? id.length : id.toFixed())
  .on('list', ids => ids.length, post)
  .on('clear', () => {})
  .on('queue', model => model.attributes.title)
  .on('queue', (model: Post) => model.shout())
  .on('queue', (model: Draft) => model.tell())
  .on('id', (temporary, id) => temporary.length && id)
  .on('reject', ({method, id, attributes, status, response}) => [method, id, attributes && attributes.title, status + 1, response])
  .on('all', (name, ...told) => name === 'change' && told.length)
  .on('change remove', id => id)
  .on('queue id reject', () => {})
  .once('list', ids => ids[0])
  .once('clear remove', () => {})
  .off('list')
  .off('change remove', () => {})
  .off(null, null, post)
  .off();
cache.on({
  change(id, attributes) { return [id, attributes.title]; },
  reject: write => write.status,
  queue: (model: Post) => model.shout()
}, post);
cache.once({clear() {}}).off({clear() {}}).trigger('clear').stopListening();
post.listenTo(cache, 'change', () => {});

// @ts-expect-error 2769
cache.on('chanje', () => {});
// @ts-expect-error 2769
cache.on('change remov', () => {});
// @ts-expect-error 2769
cache.once('queued', () => {});
// @ts-expect-error 2769
cache.off('chanje');
// @ts-expect-error 2561
cache.on({chanje() {}});
// @ts-expect-error 2769
cache.on('change', (id: boolean) => id);
// @ts-expect-error 2769
cache.on('change', (id: string) => id);
// @ts-expect-error 2769
cache.on('change', (id, attributes: {title: number}) => attributes);
// @ts-expect-error 2769
cache.on('list', (ids: string) => ids);
// @ts-expect-error 2769
cache.on('queue', (model: Posts) => model);
// @ts-expect-error 2322
cache.on({id: (temporary: number) => temporary});
// @ts-expect-error 2551
cache.on('change', (id, attributes) => attributes.titel);
// @ts-expect-error 2339
cache.on('reject', write => write.since);

cache.remove(post);
cache.remove(new Draft());
cache.remove(1);
cache.remove('one');
const discarded: boolean = cache.discard(post) || cache.discard('_new_1');
const ids: Array<string | number> = cache.ids();
const {hits, misses, writesSaved, bytes} = cache.stats();
export const sum: number = hits + misses + writesSaved + bytes;
const [{method, id, attributes, since}] = cache.pending();
export const queued: [boolean, string | number, string | undefined, number, boolean] =
  [method === 'patch', id, attributes?.title, since.valueOf(), discarded];
export const replayed: PromiseLike<number> = cache.replay().then(({sent, rejected, left}) => sent + rejected + left);
export const state: string = cache.replay().done(({left}) => left.toFixed()).fail(() => {}).always(() => {}).state();
export const read: PostAttributes | undefined = cache.store.get(ids[0]);
cache.clear();

// @ts-expect-error 2554
cache.remove();
// @ts-expect-error 2345
cache.remove(true);
// @ts-expect-error 2345
cache.remove({});
// @ts-expect-error 2345
cache.discard(posts);
// @ts-expect-error 2554
cache.clear('posts');
// @ts-expect-error 2551
cache.stats().hit;
// @ts-expect-error 2551
cache.pending()[0].sinse;
// @ts-expect-error 18048
attributes.title;
// @ts-expect-error 2367
method === 'read';
// @ts-expect-error 2339
cache.replay().then(done => done.lost);
// @ts-expect-error 2339
cache.flush();

// Without a type of the attributes they are any, as in JavaScript.

const untyped = Backbone.cachingSync(Backbone.sync, 'posts').cache;
untyped.on('change', (id, attributes) => attributes.anything.at.all).on({queue: (model: Post) => model.shout()});
untyped.pending().map(write => write.attributes?.anything.at.all);

// The options in a variable, the wrapped in another, and a function of one's own round it.

const options: cachingSync.Options = {ttl: 10};
options.fetchPolicy = 'cache-first' as cachingSync.FetchPolicy;
const plain: cachingSync.Sync = Backbone.sync;
const decorate = <Attributes extends object>(ns: string) => cachingSync<Attributes>(plain, ns, options);
export const title = (decorate<PostAttributes>('posts').cache.pending()[0] as cachingSync.QueuedWrite<PostAttributes>).attributes?.title;
export const waiting: number = new Offline().waiting();
