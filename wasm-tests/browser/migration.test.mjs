// The code of docs/migration.md, run as it stands there: what is before with the library that
// it is of, what is after with this one. Where both ways are to show the user the same, they
// go through the same steps.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {files as libraries} from './document-page.mjs';
import {openInside} from './inside.mjs';
import {startServer} from './server.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const markdown = readFileSync(join(root, 'docs', 'migration.md'), 'utf8');
const one = {id: 1, title: 'one'}, two = {id: 2, title: 'two'}, data = {posts: [one, two]};
const base = ['jquery', 'underscore', 'backbone'], ours = [...base, 'cachingsync'], withOffline = [...base, 'offline'];

// Each block under the heading above it: {before, after} of a diff, {code} of another.
const blocks = new Map(), untested = new Set();
let heading = '';
for (const [, title, language, text] of markdown.matchAll(/^#+ (.*)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
  if (title) {
    heading = title;
    continue;
  }
  assert.ok(!blocks.has(heading), `one block under "${heading}"`);
  const lines = text.trimEnd().split('\n'), without = sign => lines.filter(line => line[0] !== sign).map(line => line.slice(1)).join('\n');
  const sides = language === 'diff' ? {before: without('+'), after: without('-')} : {code: text};
  blocks.set(heading, sides);
  for (const side in sides) untested.add(`${heading}: ${side}`);
}
function block(title, side = 'code') {
  assert.ok(blocks.has(title), `the page has a block under "${title}"`);
  untested.delete(`${title}: ${side}`);
  return blocks.get(title)[side];
}
// What a chapter's first block defines, without the fetches behind it.
const definitions = (title, side) => block(title, side).replace(/^\w+\.fetch\([^]*/m, '');

// A page with the scripts of one side. Returns what openInside gives, and
//   play(text): runs a script
//   sent(): the requests of the API since it was asked last
//   at(minutes): loads the page anew, so many minutes later
//   titled(text): waits for the title
//   idle(): waits until no request is under way
async function open(t, {scripts = ours, tables = data, ...options} = {}) {
  const opened = await openInside(t, {
    data: tables, scripts, ...options, prepare: () => { if (sessionStorage.now) inside.setClock(Number(sessionStorage.now)); }
  });
  const {page, run, server} = opened;
  await page.setCacheEnabled(false);
  return {
    ...opened,
    play: content => page.addScriptTag({content}),
    sent: () => server.requests.splice(0).map(({method, path, body}) =>
      [method, path, ...method === 'GET' || method === 'DELETE' ? [] : [JSON.stringify(body)]].join(' ')),
    async at(minutes) {
      await run(now => { sessionStorage.now = now; }, start + minutes * 60000);
      await page.reload();
    },
    titled: text => page.waitForFunction(text => document.title === text, {polling: 5}, text),
    idle: () => page.waitForFunction(() => !jQuery.active, {polling: 5})
  };
}
const start = 24000000 * 60000 + 30000;
const titles = collection => collection.pluck('title').join();

// From the libraries of 2012

// What they had stored: a row that is another one at the server by now.
const left = {
  '1-_burry_posts': '{"id":1,"title":"old"}', '1-_burry_exp_posts': '99000000', '__ids__-_burry_posts': '[1]', '_burry_stores_': '["","posts"]'
};
const definePosts = `
  var posts = new (Backbone.Collection.extend({
    url: '/api/posts', sync: Backbone.cachingSync(Backbone.sync, 'posts')
  }))();`;

for (const side of ['before', 'after']) {
  test(`1.4, 2: 2012, script tags ${side}: the page of 2012 shows at once what lies in its storage`, async t => {
    const {page, run, server, sent, play, idle, errors, warnings} = await open(t, {scripts: []});
    await run(left => inside.put(left), left);
    server.serve({texts: {...libraries, '/app.html': `<!doctype html><link rel="icon" href="data:,">\n${block('Script tags', side)}`}});
    await page.goto(`${server.url}/app.html`);
    await play(`${definePosts} posts.fetch(); var atOnce = posts.pluck('title').join();
      var store = new Burry.Store('posts'), stored = [store.get(1).title, store._internalKey(1), store._expirationKey(1)];`);
    assert.deepEqual(await run(() => [atOnce, stored]), ['old', ['old', '1-_burry_posts', '1-_burry_exp_posts']]);
    await idle();
    assert.equal(await run('posts.pluck("title").join()'), 'one,two');
    // One request, and what is stored has the keys that it had; the class has no ttl.
    assert.deepEqual(sent(), ['GET /posts']);
    assert.deepEqual(await run(() => ({...localStorage})), {
      '1-_burry_posts': JSON.stringify(one), '2-_burry_posts': JSON.stringify(two), '__ids__-_burry_posts': '[1,2]', '_burry_stores_': '["","posts"]'
    });
    assert.deepEqual([errors, warnings], [[], []]);
  });
}

test('1.4: 2012, AMD: who asks for burry by name has the one in the file', async t => {
  const {page, run, server, errors} = await open(t, {scripts: []});
  const [, code] = /`(define\('burry'.*?)`\./.exec(markdown);
  server.serve({texts: {...libraries,
    '/amd.html': `<!doctype html><link rel="icon" href="data:,"><script src="require.js"></script><script>${code}</script>`}});
  await page.goto(`${server.url}/amd.html`);
  assert.deepEqual(await run(() => new Promise((resolve, reject) => {
    window.require(['burry', 'backbone.cachingsync'], (Burry, cachingSync) => {
      resolve([Burry === cachingSync.Burry, new Burry.Store('drafts').set('new', 1)]);
    }, reject);
  })), [true, true]);
  assert.deepEqual(errors, []);
});

for (const [side, hit, miss] of [['before', ['old', 'old'], 'one,two'], ['after', ['old, cached', 'one,two'], 'one,two']]) {
  test(`3.6: 2012, callbacks ${side}: ${hit.join(', then ')}`, async t => {
    const {page, run, server, play, idle, titled, errors} = await open(t);
    await play(`${definePosts} ${block('Callbacks', side)}`);
    await titled(miss);
    await run(left => inside.put(left), left);
    await page.reload();
    const release = server.hold();
    await play(`${definePosts} ${block('Callbacks', side)}`);
    assert.equal(await page.title(), hit[0]);
    release();
    await idle();
    assert.equal(await page.title(), hit[1]);
    assert.equal(await run('posts.pluck("title").join()'), 'one,two');
    assert.deepEqual(errors, []);
  });
}

test('3.10: 2012, lists and minutes before: the query asks the server, and has a list of its own', async t => {
  const {run, play, idle, sent, at, errors} = await open(t);
  await run(({'1-_burry_exp_posts': _, ...left}) => inside.put(left), left);
  const seen = [];
  for (const minutes of [0, 0, 4, 20]) {
    await at(minutes);
    await play(`${definePosts} ${block('Lists of queries, and minutes', 'before')} var atOnce = posts.pluck('title').join();`);
    await idle();
    seen.push([await run('atOnce'), sent(), await run('posts.pluck("title").join()')]);
  }
  const asked = ['GET /posts?title=two'];
  assert.deepEqual(seen, [['', asked, 'two'], ['two', asked, 'two'], ['two', asked, 'two'], ['', asked, 'two']]);
  assert.equal(await run(() => localStorage.getItem('__ids__-_burry_posts')), '[1]');
  assert.equal(await run(() => localStorage.getItem('__ids__?title=two-_burry_posts')), '[2]');
  assert.deepEqual(errors, []);
});

test('8.2, 3.10: 2012, lists and minutes after: one list, and no request while it is young', async t => {
  const {run, play, idle, sent, at, errors} = await open(t);
  await run(({'1-_burry_exp_posts': _, ...left}) => inside.put(left), left);
  const seen = [];
  for (const minutes of [0, 0, 4, 6, 20]) {
    await at(minutes);
    await play(`${definePosts} ${block('Lists of queries, and minutes', 'after')} var atOnce = posts.pluck('title').join();`);
    await idle();
    seen.push([await run('atOnce'), sent(), await run('posts.pluck("title").join()')]);
  }
  const asked = ['GET /posts?title=two'];
  assert.deepEqual(seen, [['old', asked, 'two'], ['two', [], 'two'], ['two', [], 'two'], ['two', asked, 'two'], ['', asked, 'two']]);
  assert.equal(await run(() => localStorage.getItem('__ids__-_burry_posts')), '[2]');
  assert.deepEqual(errors, []);
});

for (const [side, first, then] of [['before', '1 posts', '1 posts'], ['after', 'test', '2 posts']]) {
  test(`3.3, 7.3: 2012, the promise ${side}`, async t => {
    const {page, run, server, play, idle, errors} = await open(t);
    await run(left => inside.put(left), left);
    const release = server.hold();
    await play(`${definePosts} ${block('The promise', side)}`);
    assert.equal(await page.title(), first);
    release();
    await idle();
    assert.equal(await page.title(), then);
    assert.deepEqual(errors, []);
  });
}

test('7.3: 2012, the promise after: it calls the request off', async t => {
  const {page, run, server, play, idle, errors} = await open(t);
  const release = server.hold();
  await play(`${definePosts} ${block('The promise', 'after')}`);
  await run(() => { location.hash = 'elsewhere'; });
  await page.waitForFunction(() => request.state() !== 'pending', {polling: 5});
  assert.deepEqual(await run(() => [request.state(), request.statusText]), ['rejected', 'abort']);
  release();
  await idle();
  assert.deepEqual([await run('posts.length'), await page.title(), errors], [0, 'test', []]);
});

for (const [side, full] of [['before', 'test'], ['after', 'not stored']]) {
  test(`9.2, 11: 2012, Burry alone ${side}: it stores, and in a full storage nothing throws`, async t => {
    const {page, run, play, errors} = await open(t, {scripts: ['burry']});
    await play(block('Burry alone', side));
    assert.equal(await page.title(), 'test');
    assert.equal(await run(() => localStorage.getItem('new-_burry_drafts')), '{"text":"milk"}');
    await run(() => {
      localStorage.setItem('new-_burry_drafts', '{}');
      inside.fillToBrim();
    });
    await play(block('Burry alone', side));
    assert.equal(await page.title(), full);
    assert.equal(await run(() => localStorage.getItem('new-_burry_drafts')), null);
    assert.deepEqual(errors, []);
  });
}

// From backbone-fetch-cache

const fetchCache = 'From backbone-fetch-cache';
const sides = [['before', [...base, 'fetch-cache']], ['after', ours]];

for (const [side, scripts] of sides) {
  test(`3.3: fetch-cache, prefill ${side}: the cached posts, then those of the server`, async t => {
    const {page, run, server, play, titled, sent, idle, errors} = await open(t, {scripts});
    const text = `${block(fetchCache, side)} var atOnce = posts.length;`;
    await play(text);
    await titled('2 posts');
    await idle();
    assert.equal(await run('atOnce'), 0);
    await page.reload();
    server.database.get('posts').push({id: 3, title: 'three'}).write();
    const release = server.hold();
    await play(text);
    await titled('2 posts, cached');
    assert.equal(await run('atOnce'), side === 'before' ? 0 : 2, 'not a tick later');
    release();
    await titled('3 posts');
    assert.deepEqual(sent(), ['GET /posts', 'GET /posts']);
    assert.deepEqual(errors, []);
  });

  // Of each line: the minute of a page, whether it shows posts before the server has answered,
  // and how many requests it makes. At the end they are too old for anything.
  const fresh = [[[0, 0, 1], [0, 2, 0], [2, 2, 0], [20, 0, 1]], [[0, 0, 1], [0, 2, 0], [2, 2, 1], [2, 2, 0], [20, 0, 1]]];
  fresh.forEach((steps, line) => test(`8.1, 8.2: fetch-cache, fresh ${side}, line ${line + 1}: what is shown, and what is asked`, async t => {
    const {page, run, server, play, sent, idle, at, errors} = await open(t, {scripts});
    const lines = block('No request while it is fresh', side).split('\n'), seen = [];
    assert.equal(lines.length, fresh.length);
    for (const [minutes, shown] of steps) {
      await at(minutes);
      const release = server.hold();
      await play(`${definitions(fetchCache, side)} ${lines[line]}`);
      // What comes a tick later, and what does not.
      if (shown) await page.waitForFunction(shown => posts.length === shown, {polling: 5}, shown);
      else await run(() => new Promise(resolve => setTimeout(resolve)));
      const atOnce = await run('posts.length');
      release();
      await idle();
      assert.equal(await run('posts.length'), 2);
      seen.push([minutes, atOnce, sent().length]);
    }
    assert.deepEqual(seen, steps);
    assert.deepEqual(errors, []);
  }));

  test(`3.4, 8.4: fetch-cache, the cache by hand ${side}: filled, dated and emptied without a request`, async t => {
    const {run, play, sent, at, idle, errors} = await open(t, {scripts});
    await at(0);
    await play(`${definitions(fetchCache, side)} ${block('The cache by hand', side)}`);
    const ask = policy => run(policy => new Promise(resolve => {
      const again = new Posts();
      again.fetch({...policy, success: () => resolve(again.pluck('title')), error: () => resolve('nothing')});
    }), policy);
    const policy = side === 'before' ? {cache: true} : {fetchPolicy: 'cache-first'};
    assert.deepEqual(await ask(policy), ['one']);
    assert.equal(await run('fetched.getTime()'), side === 'before' ? start : start - 30000);
    assert.deepEqual(sent(), []);
    await run('forget()');
    assert.deepEqual(await ask(policy), ['one', 'two']);
    await idle();
    assert.deepEqual(sent(), ['GET /posts']);
    assert.deepEqual(errors, []);
  });
}

// A page with fetch-cache has been there before.
async function openAfterFetchCache(t) {
  const server = await startServer(data);
  t.after(() => server.close());
  const old = await open(t, {server, scripts: [...base, 'fetch-cache']});
  await old.play("new (Backbone.Collection.extend({url: '/api/posts'}))().fetch({cache: true})");
  await old.idle();
  assert.deepEqual(await old.run(() => Object.keys(localStorage)), ['backboneCache']);
  const opened = await open(t, {server, context: old.context});
  assert.deepEqual(opened.sent(), ['GET /posts']);
  await opened.play(definitions(fetchCache, 'after'));
  return opened;
}
const byFetchCache = 'Data of backbone-fetch-cache';

test('2, 3.4: fetch-cache, its data: the list is read over without a request, and its key goes', async t => {
  const {run, server, play, sent, idle, errors} = await openAfterFetchCache(t);
  await play(block(byFetchCache));
  assert.deepEqual(sent(), []);
  assert.deepEqual(await run(() => Object.keys(localStorage).sort()), [
    '1-_burry_exp_posts', '1-_burry_posts', '2-_burry_exp_posts', '2-_burry_posts', '__ids__-_burry_exp_posts', '__ids__-_burry_posts', '_burry_stores_'
  ]);
  const release = server.hold();
  assert.equal(await run(`posts.fetch(); (${titles})(posts)`), 'one,two');
  release();
  await idle();
  // In the next page there is nothing to read over.
  const before = await run(() => inside.stored());
  await play(block(byFetchCache));
  assert.deepEqual(await run(() => inside.stored()), before);
  assert.deepEqual(errors, []);
});

test('2: fetch-cache, its data: what is cached already is not written over', async t => {
  const {run, play, errors} = await openAfterFetchCache(t);
  await run(left => inside.put(left), left);
  await play(block(byFetchCache));
  assert.deepEqual(await run(() => inside.stored()), left);
  assert.deepEqual(errors, []);
});

// From Backbone.dualStorage

const dual = 'From Backbone.dualStorage';
// A request that no server has answered.
const lose = request => request.socket.destroy();

test('8.1, 12: dualStorage after: the cache without a network, and what waits is sent by itself', async t => {
  const {page, run, server, play, titled, sent, idle, errors} = await open(t, {scripts: withOffline});
  await play(block(dual, 'after'));
  assert.equal(await page.title(), '0 wait');
  const fetch = () => run(() => new Promise(resolve => {
    const again = new Posts();
    again.fetch({
      success: (posts, data, options) => resolve([posts.pluck('title').join(), options.fromCache]), error: () => resolve('nothing')
    });
  }));
  const save = title => run(title => new Promise(resolve => {
    new Post({id: 1}).save({title}, {success: (post, data, options) => resolve(Boolean(options.queued)), error: () => resolve('error')});
  }), title);
  assert.deepEqual(await fetch(), ['one,two', false]);
  server.answer(lose);
  assert.deepEqual(await fetch(), ['one,two', true]);
  assert.equal(await save('edited'), true);
  // A page that is loaded anew tells what waits.
  await page.reload();
  await play(block(dual, 'after'));
  assert.equal(await page.title(), '1 wait');
  // The server is asked, and what waits is in its answer.
  server.answer((request, response, next) => request.method === 'GET' ? next() : lose(request));
  server.database.get('posts').find({id: 2}).assign({title: 'changed'}).write();
  assert.deepEqual(await fetch(), ['edited,changed', false]);
  await idle();
  assert.equal(await run(() => sync.cache.pending().length), 1);
  sent();
  server.answer(null);
  await run(() => { dispatchEvent(new Event('online')); });
  await page.waitForFunction(() => !sync.cache.pending().length, {polling: 5});
  assert.deepEqual([...new Set(sent())], ['PUT /posts/1 {"id":1,"title":"edited"}']);
  assert.equal(server.database.get('posts').find({id: 1}).value().title, 'edited');
  // What the server refuses, when it is sent, is told.
  server.answer(lose);
  assert.equal(await save('bad'), true);
  server.answer((request, response) => response.status(422).json({}));
  await run(() => { dispatchEvent(new Event('online')); });
  await titled('refused: 422');
  assert.deepEqual(errors, []);
});

// A temporary id as dualStorage makes them.
const temporary = 't1f0c9a2-7d3e-4b5a-9c88-0e6f1a2b3c4d';
const marked = {
  posts: `1,2,${temporary}`, posts_dirty: `2,${temporary}`, posts_destroyed: '3', posts1: '{"id":1,"title":"one"}',
  posts2: '{"id":2,"title":"edited"}', [`posts${temporary}`]: `{"id":"${temporary}","title":"made"}`
};
const three = {posts: [one, two, {id: 3, title: 'three'}]};
const byDual = 'Data of Backbone.dualStorage';
const unsent = ['DELETE /posts/3', 'POST /posts {"title":"made"}', 'PUT /posts/2 {"id":2,"title":"edited"}'];
const dualKeys = () => Object.fromEntries(Object.entries(inside.stored()).filter(([key]) => key.startsWith('posts')));

async function openAfterDual(t) {
  const opened = await open(t, {scripts: withOffline, tables: three});
  await opened.run(marked => inside.put(marked), marked);
  await opened.play(definitions(dual, 'after'));
  return opened;
}

test('4: dualStorage, its data: what was not sent is sent, once, and goes', async t => {
  const {page, run, server, play, sent, idle, errors} = await openAfterDual(t);
  await play(block(byDual));
  await idle();
  assert.deepEqual(sent().sort(), unsent);
  assert.deepEqual(server.database.get('posts').map('title').value(), ['one', 'edited', 'made']);
  const gone = {posts: marked.posts, posts_dirty: marked.posts_dirty, posts_destroyed: ''};
  assert.deepEqual(await run(dualKeys), gone);
  await page.reload();
  await play(definitions(dual, 'after'));
  await play(block(byDual));
  await idle();
  assert.deepEqual([sent(), await run(dualKeys)], [[], gone]);
  assert.deepEqual(errors, []);
});

test('12.4: dualStorage, its data: without a network it waits in the new queue', async t => {
  const {page, run, server, play, sent, idle, errors} = await openAfterDual(t);
  server.answer(lose);
  await play(block(byDual));
  await page.waitForFunction(() => sync.cache.pending().length === 3, {polling: 5});
  await idle();
  assert.deepEqual(Object.keys(await run(dualKeys)), ['posts', 'posts_destroyed', 'posts_dirty']);
  sent();
  server.answer(null);
  await run(() => { sync.cache.replay(); });
  await page.waitForFunction(() => !sync.cache.pending().length, {polling: 5});
  assert.deepEqual([...new Set(sent())].sort(), unsent);
  assert.deepEqual(server.database.get('posts').map('title').value(), ['one', 'edited', 'made']);
  assert.deepEqual(errors, []);
});

test('4.2: dualStorage, its data: what the server refuses stays', async t => {
  const {run, server, play, sent, idle, errors} = await openAfterDual(t);
  server.answer((request, response) => response.status(422).json({}));
  await play(block(byDual));
  await idle();
  assert.deepEqual(sent().sort(), unsent);
  const {posts1, ...others} = marked;
  assert.deepEqual(await run(dualKeys), others);
  assert.deepEqual(errors, []);
});

// From Backbone.localStorage

const tables = {notes: [{id: 1, text: 'milk'}, {id: 2, text: 'bread'}]};

for (const [side, scripts] of [['before', [...base, 'local-storage']], ['after', withOffline]]) {
  test(`3.3: localStorage, with a server ${side}: what is stored at once, then the server's`, async t => {
    const {page, run, server, play, sent, idle, errors} = await open(t, {scripts, tables});
    const text = `${block('With a server', side)} var atOnce = notes.pluck('text').join();`;
    const seen = [];
    for (const more of ['milk', 'butter']) {
      await page.reload();
      server.database.get('notes').find({id: 1}).assign({text: more}).write();
      const release = server.hold();
      await play(text);
      release();
      await idle();
      seen.push([await run('atOnce'), await run('notes.pluck("text").join()'), sent()]);
    }
    assert.deepEqual(seen, [['', 'milk,bread', ['GET /notes']], ['milk,bread', 'butter,bread', ['GET /notes']]]);
    const key = side === 'before' ? 'notes-1' : '1-_burry_notes';
    assert.equal(await run(key => localStorage.getItem(key), key), '{"id":1,"text":"butter"}');
    assert.deepEqual(errors, []);
  });
}

test('3, 4: localStorage, without a server: rows are made, changed, removed, and there in the next page', async t => {
  const {page, run, play, sent, errors} = await open(t, {tables});
  const text = block('Without a server');
  await play(text);
  const fetched = () => run(() => {
    const notes = new Notes(), told = [];
    notes.fetch({success: () => told.push('success'), error: (collection, {status}) => told.push(status)});
    return [notes.pluck('text').join(), told];
  });
  assert.deepEqual(await fetched(), ['', ['success']]);
  await run(() => {
    const notes = new Notes();
    for (const text of ['milk', 'bread', 'salt']) notes.create({text});
    notes.at(0).save({text: 'butter'});
    notes.at(1).destroy();
  });
  await page.reload();
  await play(text);
  assert.deepEqual(await fetched(), ['butter,salt', ['success']]);
  assert.equal(await run(() => new Promise(resolve => {
    new Note({id: 'nobody'}).fetch({success: () => resolve('success'), error: (note, {status}) => resolve(status)});
  })), 0);
  assert.deepEqual([sent(), errors], [[], []]);
});

// A page with Backbone.localStorage has been there before. Returns the ids it has made, too.
async function openAfterLocalStorage(t, classes) {
  const server = await startServer(tables);
  t.after(() => server.close());
  const old = await open(t, {server, scripts: [...base, 'local-storage']});
  const ids = await old.run(() => {
    const notes = new (Backbone.Collection.extend({localStorage: new Backbone.LocalStorage('notes')}))();
    return ['eggs', 'tea'].map(text => notes.create({text}).id);
  });
  assert.deepEqual((await old.run(() => Object.keys(localStorage))).sort(), ['notes', ...ids.map(id => `notes-${id}`)].sort());
  const opened = await open(t, {scripts: withOffline, server, context: old.context});
  await opened.play(classes);
  return {...opened, ids};
}
const byLocalStorage = 'Data of Backbone.localStorage';
const noteKeys = () => Object.keys(localStorage).filter(key => key.startsWith('notes'));

test('4.1: localStorage, its data: each row is sent once, and its key goes', async t => {
  const {page, run, server, play, sent, idle, errors} = await openAfterLocalStorage(t, definitions('With a server', 'after'));
  await play(block(byLocalStorage));
  await idle();
  assert.deepEqual(sent().sort(), ['POST /notes {"text":"eggs"}', 'POST /notes {"text":"tea"}']);
  assert.deepEqual(server.database.get('notes').map('text').value().sort(), ['bread', 'eggs', 'milk', 'tea']);
  assert.deepEqual(await run(noteKeys), ['notes']);
  await page.reload();
  await play(definitions('With a server', 'after'));
  await play(block(byLocalStorage));
  await idle();
  assert.deepEqual([sent(), errors], [[], []]);
});

test('4.1: localStorage, its data: what the server refuses stays, and what it does not hear waits', async t => {
  const {page, run, server, play, idle, errors} = await openAfterLocalStorage(t, definitions('With a server', 'after'));
  server.answer((request, response) => response.status(422).json({}));
  await play(block(byLocalStorage));
  await idle();
  assert.equal((await run(noteKeys)).length, 3);
  server.answer(lose);
  await play(block(byLocalStorage));
  await page.waitForFunction(() => sync.cache.pending().length === 2, {polling: 5});
  await idle();
  assert.deepEqual(await run(noteKeys), ['notes']);
  assert.deepEqual(errors, []);
});

test('4.6: localStorage, its data: without a server the rows keep their ids', async t => {
  const {run, play, sent, ids, errors} = await openAfterLocalStorage(t, block('Without a server'));
  const text = block(byLocalStorage), kept = text.replace("_.omit(JSON.parse(text), 'id')", 'JSON.parse(text)');
  assert.notEqual(kept, text);
  await play(kept);
  assert.deepEqual(await run(() => {
    const notes = new Notes();
    notes.fetch();
    return notes.toJSON().map(({id, text}) => [id, text]);
  }), [[ids[0], 'eggs'], [ids[1], 'tea']]);
  assert.deepEqual(await run(noteKeys), ['notes']);
  assert.deepEqual([sent(), errors], [[], []]);
});

// The tables

test('8: the options and members that the page names are those that there are', async t => {
  const {run, errors} = await open(t, {scripts: [...withOffline, 'fetch-cache', 'local-storage']});
  const named = pattern => [...new Set([...markdown.matchAll(pattern)].map(([, name]) => name))].sort();
  const policies = named(/fetchPolicy: '([\w-]+)'/g), members = named(/sync\.cache\.(\w+)/g);
  assert.deepEqual(policies, ['cache-first', 'cache-only', 'network-first', 'network-only', 'no-cache']);
  assert.deepEqual(members, ['clear', 'ids', 'on', 'pending', 'remove', 'replay', 'store']);
  assert.deepEqual(await run((policies, members) => {
    const {cache} = Backbone.cachingSync(Backbone.sync, 'posts', {callbacks: 'once', evict: true});
    for (const fetchPolicy of policies) Backbone.cachingSync(Backbone.sync, 'posts', {fetchPolicy});
    return members.filter(name => !cache[name]);
  }, policies, members), []);
  const peers = {
    fetchCache: ['clearItem', 'enabled', 'getCache', 'getLastSync', 'getLocalStorageKey', 'localStorage', 'priorityFn', 'reset', 'setCache'],
    localStorage: ['_clear', 'find', 'records']
  };
  for (const name of Object.values(peers).flat()) assert.match(markdown, new RegExp(`\`${name}\\b`), name);
  assert.deepEqual(await run(peers => {
    const found = {fetchCache: Backbone.fetchCache, localStorage: new Backbone.LocalStorage('notes')};
    return Object.keys(peers).flatMap(peer => peers[peer].filter(name => !(name in found[peer])));
  }, peers), []);
  assert.deepEqual(errors, []);
});

test('the page has no block that is not run here, but for what cannot be installed', () => {
  assert.deepEqual([...untested], [`${dual}: before`]);
  assert.match(blocks.get(dual).before, /syncDirtyAndDestroyed/);
});
