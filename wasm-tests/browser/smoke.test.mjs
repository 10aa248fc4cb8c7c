import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openPage} from './chromium.mjs';

test('smoke', async t => {
  const {run, errors, server} = await openPage(t, {data: {posts: [{id: 1, title: 'a'}, {id: 2, title: 'b'}]}});
  const first = await run(async () => {
    const Posts = Backbone.Collection.extend({model: Backbone.Model.extend({sync: Backbone.cachingSync(Backbone.sync, 'posts')}), url: '/api/posts', sync: Backbone.cachingSync(Backbone.sync, 'posts')});
    window.Posts = Posts;
    const posts = new Posts();
    const log = [];
    posts.on('all', name => log.push(name));
    const p = posts.fetch({success: () => log.push('success')});
    const state = p.state();
    await p;
    return {state, log, rows: posts.toJSON(), storage: {...localStorage}};
  });
  console.log(first);
  const second = await run(async () => {
    const posts = new Posts();
    const log = [];
    posts.on('all', name => log.push(name));
    const p = posts.fetch({success: (c, r, o) => log.push('success ' + o.fromCache)});
    const state = p.state();
    await new Promise(r => setTimeout(r, 200));
    const m = posts.create({title: 'c'}, {wait: true});
    await new Promise(r => setTimeout(r, 200));
    posts.get(1).save({title: 'A'});
    const at = localStorage.getItem('1-_burry_posts');
    await new Promise(r => setTimeout(r, 200));
    posts.get(2).destroy();
    const list = localStorage.getItem('__ids__-_burry_posts');
    await new Promise(r => setTimeout(r, 200));
    const store = new Burry.Store('x', 5);
    store.set('k', {a: 1}); store.incr('n'); store.incr('n');
    return {state, log, status: p.status, at, list, storage: {...localStorage}, k: store.get('k'), n: store.get('n'), keys: store.keys(), stores: Burry.stores(), exp: store.expirableKeys(), i: store._isInternalKey('foo'), ii: store._isInternalKey(store._internalKey('\ud800'))};
  });
  console.log(second, errors, server.requests);
});
