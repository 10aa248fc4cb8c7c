// Burry alone: what must compile, and what must not.

import Burry from 'backbone.cachingsync/burry';

interface Post {
  id: number;
  title: string;
}

const posts = new Burry.Store<Post>('posts', 10);
export const stored: boolean[] = [
  posts.set('one', {id: 1, title: 'one'}), posts.set(1, {id: 1, title: 'one'}, 5), posts.add(2, {id: 2, title: 'two'}, -1),
  posts.replace('two', {id: 2, title: 'two'}), posts.hasExpired(1)
];
const post: Post | undefined = posts.get('one');
export const title: string | undefined = post?.title;
posts.remove(1);
posts.flush();
posts.flushExpired();
export const keys: string[] = [...posts.keys(), ...Burry.stores()];
export const minutes: number = posts.expirableKeys().one - Burry._mEpoch() * Burry._EXPIRY_UNITS;
posts.default_ttl = undefined;

const counters = new Burry.Store<number>();
counters.incr('visits');
counters.decr(1);
export const visits: number = counters._getCounter('visits') + counters._expiresOn(10);
export const names: string[] = [posts._CACHE_SUFFIX, posts._EXPIRY_KEY, posts._internalKey(1), posts._expirationKey('one')];
export const found: Array<string | false> = [posts._isInternalKey('one-_burry_posts'), posts._isExpirationKey('one-_burry_exp_posts')];

// Values are any without a type, as they were.
const any = new Burry.Store(null);
export const deep: string = any.get('theme').colours.dark;
any.set('theme', 'dark');
any.set('theme', {dark: true});
export const typed: Burry.Store<number | string> = new Burry.Store(7, 60);
class Settings extends Burry.Store<boolean> {
  constructor() { super('settings'); }
  get isDark() { return this.get('dark') === true; }
}
export const isDark: boolean = new Settings().isDark && Burry.isSupported();
Burry.flushExpired();

// @ts-expect-error 2345
posts.set('one', 1);
// @ts-expect-error 2345
posts.set('one', {id: 1});
// @ts-expect-error 2353
posts.set('one', {id: 1, title: 'one', author: 'me'});
// @ts-expect-error 2345
posts.set('one', undefined);
// @ts-expect-error 2345
posts.set('one', {id: 1, title: 'one'}, '10');
// @ts-expect-error 2554
posts.set('one');
// @ts-expect-error 2322
posts.add('one', {id: '1', title: 'one'});
// @ts-expect-error 2345
posts.replace('one', 'one');
// @ts-expect-error 2532
posts.get('one').title.length;
// @ts-expect-error 2551
post?.titel;
// @ts-expect-error 2345
posts.get({id: 1});
// @ts-expect-error 2554
posts.incr('one', 2);
// @ts-expect-error 2322
export const count: number = counters.incr('visits');
// @ts-expect-error 2540
posts._CACHE_SUFFIX = '';
// @ts-expect-error 2345
export const objectNamed = new Burry.Store({ns: 'posts'});
// @ts-expect-error 2345
export const textual = new Burry.Store('posts', '10');
// @ts-expect-error 2348
export const called = Burry.Store('posts');
// @ts-expect-error 2551
Burry.flushexpired();
// @ts-expect-error 2345
export const mistaken: Burry.Store<Post> = new Burry.Store<Post>(true);
