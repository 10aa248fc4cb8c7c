// The file for caching: what it refuses, and what it leaves alone, of what only the offline file
// has (contract 1.6).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';
import {offlinePage} from './server.mjs';
import {cached, data} from './three-rows.mjs';

const named = what => `TypeError: Backbone.cachingSync: ${what}: load backbone.cachingsync.offline.js (in npm 'backbone.cachingsync/offline')`;
const warningOf = (what, ns = 'test') => `Backbone.cachingSync: ${what} of '${ns}' will not be sent without backbone.cachingsync.offline.js (in npm 'backbone.cachingsync/offline')`;

// Entries as the offline file writes them, and what looks like some.
const entries = {
  '__queue__-_burry_test': '{"stamp":7}',
  '__queue__0a-_burry_test': '{"method":"update","id":1}',
  '__queue__b9zz-_burry_test': 'rubbish'
};
const besides = {
  '__queue__A-_burry_test': '1', '__queue__lease-1-_burry_test': '2', '__queue__c-_burry_other': '{}', '__queue__d-_burry_exp_test': '99999999',
  'queue__e-_burry_test': '{}'
};

test('1.6 `queue` and `live` of a decorator are a TypeError that names the file to load', async t => {
  const {run, errors, warnings} = await openInside(t);
  assert.deepEqual(await run(() => [
    {queue: true}, {live: true}, {queue: false}, {ttl: 'wrong', live: 1}, {unknown: 1, queue: 'yes'}, {queue: undefined, live: undefined, ttl: 1}
  ].map(options => inside.thrown(() => Backbone.cachingSync(Backbone.sync, 'test', options)))), [
    named("option 'queue'"), named("option 'live'"), named("option 'queue'"), named("option 'live'"), named("option 'queue'"), null
  ]);
  // Nor is it offered to whoever has mistyped another.
  const told = await run(() => inside.thrown(() => Backbone.cachingSync(Backbone.sync, 'test', {tll: 1})));
  assert.match(told, /unknown option 'tll'; expected one of ttl, [\w, ]*freshFor$/);
  assert.deepEqual([errors, warnings], [[], []]);
});

test('1.6 `queue` and `live` of a call are the same error, before anything is sent; the next call works', async t => {
  const {run, server, errors, warnings} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes(), rows = new Rows(), thrown = [
      () => rows.fetch({queue: true}), () => new Row({id: 1}).save({name: 'edited'}, {live: false}), () => new Row({id: 1}).destroy({ttl: 'wrong', queue: false})
    ].map(inside.thrown);
    await inside.fetch(rows, {queue: undefined});
    return [thrown, rows.length];
  }), [[named("option 'queue'"), named("option 'live'"), named("option 'queue'")], 3]);
  assert.deepEqual([server.requests.map(({method}) => method), errors, warnings], [['GET'], [], []]);
});

test('1.6 the methods of the queue are the same error; the events can be listened to, and do not fire', async t => {
  const {run, errors, warnings} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    const {sync: {cache}, Rows} = inside.classes(), log = inside.log(cache);
    cache.on('queue id reject change', () => {});
    await inside.fetch(new Rows());
    await inside.create(new Rows(), {name: 'made'});
    cache.clear();
    return [['pending', 'discard', 'replay'].map(name => inside.thrown(() => cache[name](1))), log];
  }), [['pending', 'discard', 'replay'].map(name => named(`sync.cache.${name}`)), []]);
  assert.deepEqual([errors, warnings], [[], []]);
});

test('1.6 where a namespace has queued writes when a decorator is made, one warning has their number', async t => {
  const {run, errors, warnings} = await openInside(t);
  await run(records => inside.put(records), {...entries, ...besides, '__queue__-_burry_other': '{}', '__queue__-_burry_none': '{}', '__queue__x-_burry_stampless': '{}'});
  await run(() => { for (const ns of ['test', 'other', 'test', 'none', 'stampless']) Backbone.cachingSync(Backbone.sync, ns, 10); });
  assert.deepEqual([errors, warnings], [[], [warningOf('2 queued writes'), warningOf('1 queued write', 'other')]]);
});

test('1.6 without a queue a decorator asks storage once for it, and the next one of the namespace does not ask', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const asked = [], {getItem} = Storage.prototype, counts = inside.countStorage();
    Storage.prototype.getItem = function (key) {
      if (key.startsWith('__queue__')) asked.push(key);
      return getItem.call(this, key);
    };
    for (let i = 0; i < 3; i++) inside.classes();
    const {sync, Row} = inside.classes({wrapped: inside.wrapped()});
    new Row({id: 1}).fetch();
    new Row({id: 1}).save();
    return [asked, counts.key];
  }), [['__queue__-_burry_test'], 0]);
});

test('1.6 reads, writes, a full storage and what has expired leave queued writes as they are, and none is shown or sent', async t => {
  const {run, server, warnings, errors} = await openInside(t, {data});
  // A server may have rows that are named like a queued write.
  server.database.get('rows').push({id: '__queue__0a', name: 'forged'}, {id: '__queue__', name: 'forged'}).write();
  await run(records => inside.put(records), {...cached, ...entries});
  const kept = await run(async () => {
    const {sync, Row, Rows} = inside.classes({ttl: {ttl: 10, evict: true}}), rows = new Rows();
    await inside.fetch(rows);
    await inside.fetch(new Rows());
    await inside.save(rows.get(1), {name: 'edited'});
    await inside.destroy(rows.get(2));
    await inside.create(rows, {name: 'made'});
    for (const id of ['__queue__0a', '__queue__']) await inside.fetch(new Row({id}));
    sync.cache.remove('__queue__0a');
    inside.fill();
    await inside.save(rows.get(1), {name: 'x'.repeat(500)});
    inside.freeSpace();
    Burry.flushExpired();
    const shown = new Rows(), seen = shown.fetch().state() === 'resolved' ? shown.pluck('name') : [];
    dispatchEvent(new Event('online'));
    return [Object.fromEntries(Object.entries(inside.stored()).filter(([key]) => key.includes('__queue__'))), seen.includes('rubbish')];
  });
  assert.deepEqual(kept, [entries, false]);
  assert.deepEqual(server.requests.filter(({method}) => method === 'PUT').length, 2, 'the page\'s own');
  assert.deepEqual([warnings, errors], [[warningOf('2 queued writes')], []]);
});

test('1.6, 12.9 clear() takes queued writes along, and warns of them as the offline file does', async t => {
  const {run, warnings, errors} = await openInside(t);
  const left = await run(records => {
    inside.put(records);
    const {sync} = inside.classes();
    sync.cache.clear();
    const left = Object.keys(inside.records());
    sync.cache.clear();
    inside.put({'__queue__-_burry_test': '1', '__queue__9-_burry_test': '1'});
    Backbone.cachingSync.clear();
    return [left, Object.keys(inside.records())];
  }, entries);
  assert.deepEqual(left, [[], []]);
  assert.deepEqual(warnings, [warningOf('2 queued writes'), 'Backbone.cachingSync: clear: 2 queued writes will not be sent.',
    'Backbone.cachingSync: clear: 1 queued write will not be sent.']);
  assert.deepEqual(errors, []);
});

test('1.6, 9.4 a namespace that shadows another neither counts nor clears its queue', async t => {
  const {run, warnings} = await openInside(t);
  assert.deepEqual(await run(() => {
    const queue = {'__queue__-_burry_exp_test': '1', '__queue__a-_burry_exp_test': '1'};
    inside.put(queue);
    Backbone.cachingSync(Backbone.sync, 'test');
    Backbone.cachingSync(Backbone.sync, 'exp_test').cache.clear();
    return inside.records();
  }), {'__queue__-_burry_exp_test': '1', '__queue__a-_burry_exp_test': '1'});
  assert.deepEqual(warnings.filter(text => /clear/.test(text)), []);
});

// DESIGN, principle 2: a page that only caches pays for nothing else.
test('DESIGN, 1.6: the file for caching listens to nothing, takes no lock and sets no timer', async t => {
  const prepare = () => {
    const log = window.asked = [], {addEventListener, setTimeout} = window;
    window.addEventListener = function (name) {
      if (/^(storage|online|pageshow)$/.test(name)) log.push(name);
      return addEventListener.apply(this, arguments);
    };
    window.setTimeout = function () {
      if (!/jquery/.test(new Error().stack)) log.push('setTimeout');
      return setTimeout.apply(this, arguments);
    };
    if (navigator.locks) Object.defineProperty(navigator, 'locks', {get() { log.push('locks'); return undefined; }});
  };
  const use = async () => {
    const entry = {delivery: 'waiting', since: 1, method: 'update', id: 1, url: '/rows/1', idAttribute: 'id', attributes: {id: 1}, isPlain: true};
    inside.put({'__queue__-_burry_test': '1', '__queue__token1-_burry_test': JSON.stringify(entry)});
    asked.splice(0, asked.length, ...asked.filter(name => name !== 'setTimeout'));
    const {Rows} = inside.classes({wrapped: inside.wrapped()});
    new Rows().fetch();
    new Rows().create({name: 'made'});
    return [...new Set(asked)].sort();
  };
  const small = await openInside(t, {prepare});
  assert.deepEqual(await small.run(use), []);
  const offline = await openInside(t, {scripts: offlinePage, prepare});
  assert.deepEqual((await offline.run(use)).filter(name => name !== 'locks'), ['online', 'pageshow', 'setTimeout', 'storage'], 'it would be seen');
});

test('1.6 both files read and write the same; a page that changes from one to the other has its cache', async t => {
  const one = await openInside(t, {data}), other = await openInside(t, {server: one.server, context: one.context, scripts: offlinePage});
  const visit = async () => {
    const {Row, Rows} = inside.classes({ttl: 10}), rows = new Rows();
    const isCached = rows.fetch().state() === 'resolved';
    await inside.idle();
    await inside.save(rows.get(1), {name: isCached ? 'again' : 'edited'});
    return [isCached, rows.pluck('name').join(), Object.keys(inside.records()).sort().join()];
  };
  const [, , keys] = await one.run(visit);
  assert.deepEqual(await other.run(visit), [true, 'again,Chile,Peru', keys]);
  await one.page.reload();
  assert.deepEqual(await one.run(visit), [true, 'again,Chile,Peru', keys]);
  assert.deepEqual([one.errors, other.errors], [[], []]);
});
