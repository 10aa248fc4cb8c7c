// When the page is hostile: storage that is not there, a policy without WebAssembly
// (contract 9.1, 9.5 and 9.6).

import assert from 'node:assert/strict';
import {readFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {unless} from './engines/index.mjs';
import {openInside} from './inside.mjs';
import {builtFolder} from '../package/installed.mjs';
import {build, offlinePage, plainPage} from './server.mjs';
import {cached, chile, data, norway} from './three-rows.mjs';

// A day in the life of a page; the log of all that it sees. The reads are misses
// where nothing is cached.
async function useThePage(decorate) {
  const sync = decorate ? Backbone.cachingSync(Backbone.sync, 'test', 10) : Backbone.sync;
  const Row = Backbone.Model.extend({urlRoot: '/api/rows', sync}), Rows = Backbone.Collection.extend({url: '/api/rows', model: Row, sync});
  const rows = new Rows(), log = inside.log(rows), tell = options => inside.callbacks(log, options);
  await inside.fetch(rows, tell());
  await inside.fetch(rows, tell());
  await inside.fetch(new Row({id: 2}), tell());
  await inside.fetch(new Row({id: 99}), tell());
  await inside.save(rows.get(1), {name: 'Norge'}, tell());
  await inside.save(rows.get(1), {name: 'Norway'}, tell({patch: true, wait: true}));
  await inside.create(rows, {name: 'Mali'}, tell());
  const made = rows.last();
  await inside.destroy(made, tell());
  return [log.map(entry => entry.replace(' server', '')), rows.toJSON()];
}
// Plain Backbone on its own copy of the data, without our words for the phase.
async function plainLog(t) {
  const {run} = await openInside(t, {data});
  return run(useThePage, false);
}

// The same page in a frame that is a stranger to its own origin.
async function insideFrame(t) {
  const opened = await openInside(t, {data});
  await opened.run(() => new Promise(resolve => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.onload = resolve;
    frame.src = location.href;
    document.body.append(frame);
  }));
  const frame = opened.page.frames().find(other => other.parentFrame());
  return {...opened, run: (code, ...args) => frame.evaluate(code, ...args)};
}

const withoutStorage = {
  'is absent': t => openInside(t, {data, missing: 'localStorage'}),
  'is forbidden by a policy': t => openInside(t, {data, csp: 'sandbox allow-scripts'}),
  'is forbidden in a sandboxed frame': insideFrame,
  'is forbidden with the cookies': t => openInside(t, {data, missing: 'cookies'})
};
for (const what of Object.keys(withoutStorage)) {
  test(`9.1 storage that ${what} means plain pass-through`, {skip: what.endsWith('cookies') && unless('without cookies')}, async t => {
    const {run, errors, warnings, logged} = await withoutStorage[what](t);
    const found = await run(() => inside.thrown(() => window.localStorage) || String(window.localStorage));
    assert.equal(found.split(':')[0], what === 'is absent' ? 'null' : 'SecurityError');
    assert.equal(await run(() => Burry.isSupported()), false);
    assert.deepEqual(await run(useThePage, true), await plainLog(t));
    assert.deepEqual(await run(() => {
      const {sync} = inside.classes();
      sync.cache.remove(1);
      sync.cache.clear();
      Backbone.cachingSync.clear();
      return [sync.cache.ids(), sync.cache.stats().bytes, sync.cache.store.keys()];
    }), [[], 0, []]);
    assert.deepEqual([errors, warnings, logged], [[], [], []]);
  });
}

test('9.1 storage that comes and goes between the calls', async t => {
  const {run, errors, warnings, logged} = await openInside(t, {data, prepare: () => {
    const real = Object.getOwnPropertyDescriptor(window, 'localStorage');
    const ways = {
      there: () => real.get.call(window),
      absent: () => null,
      forbidden: () => { throw new DOMException('no', 'SecurityError'); },
      broken: () => new Proxy({}, {get: () => { throw new DOMException('no', 'SecurityError'); }})
    };
    let way = 'absent';
    Object.defineProperty(window, 'localStorage', {configurable: true, get: () => ways[way]()});
    window.storageIs = next => { way = next; };
  }});
  const seen = await run(async () => {
    const {Row, Rows, sync} = inside.classes({ttl: 10}), seen = [];
    const fetched = async () => {
      const rows = new Rows();
      let state;
      await inside.until(given => { state = rows.fetch(given).state(); });
      return [state, rows.pluck('name').join()].join();
    };
    for (const way of ['absent', 'there', 'forbidden', 'there', 'broken', 'there']) {
      storageIs(way);
      seen.push(way, await fetched(), await fetched());
      const row = new Row({id: 1});
      await inside.fetch(row);
      await inside.save(row, {name: 'Norge'});
      await inside.save(row, {name: 'Norway'}, {patch: true, wait: true});
      const made = new Row();
      await inside.save(made, {name: 'made'});
      await inside.destroy(made);
      seen.push(row.get('name'), sync.cache.ids().join());
    }
    return seen;
  });
  const names = 'Norway,Chile,Peru', miss = `pending,${names}`, hit = `resolved,${names}`;
  assert.deepEqual(seen, ['absent', miss, miss, 'Norway', '', 'there', miss, hit, 'Norway', '1,2,3', 'forbidden', miss, miss, 'Norway', '',
    'there', hit, hit, 'Norway', '1,2,3', 'broken', miss, miss, 'Norway', '', 'there', hit, hit, 'Norway', '1,2,3']);
  assert.deepEqual([errors, warnings, logged], [[], [], []]);
});

test('9.1, 10 storage that is full as the script starts means plain pass-through, and the rest of it stays', async t => {
  const {run, errors, warnings} = await openInside(t, {data, prepare: () => inside.fill()});
  const before = await run(() => Object.keys(localStorage).length);
  assert.deepEqual(await run(useThePage, true), await plainLog(t));
  assert.deepEqual([errors, warnings], [[], []]);
  assert.equal(await run(() => Object.keys(localStorage).length), before);
});

test('9.1 storage that fills up leaves no old value behind', async t => {
  const {run, server, errors} = await openInside(t, {data});
  server.answer((request, response) => response.json([{...norway, text: 'x'.repeat(5000)}, chile]));
  await run(records => inside.put(records), cached);
  assert.deepEqual(await run(async () => {
    inside.fill();
    const {Rows, Row} = inside.classes(), rows = new Rows();
    await inside.fetch(rows);
    const states = [new Rows().fetch().state(), new Row({id: 1}).fetch().state(), new Row({id: 2}).fetch().state()];
    return [rows.length, states, localStorage.getItem('1-_burry_test')];
  }), [2, ['pending', 'pending', 'resolved'], null]);
  assert.deepEqual(errors, []);
});

test('9.1 storage that fills up during a write leaves no old value behind either', async t => {
  const {run, errors} = await openInside(t, {data});
  await run(records => inside.put(records), cached);
  assert.deepEqual(await run(async () => {
    inside.fill();
    const {Row} = inside.classes(), row = new Row({id: 1, name: 'Norway'});
    const done = inside.save(row, {text: 'x'.repeat(5000)}), shown = localStorage.getItem('1-_burry_test');
    await done;
    return [row.get('text').length, shown, localStorage.getItem('1-_burry_test')];
  }), [5000, null, null]);
  assert.deepEqual(errors, []);
});

test('9.2 what has expired makes room for a collection', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    inside.put({'old-_burry_other': 'x'.repeat(10000), 'old-_burry_exp_other': '1', '_burry_stores_': '["","other"]'});
    const {Rows} = inside.classes();
    inside.fill();
    await inside.fetch(new Rows());
    return [localStorage.getItem('old-_burry_other'), new Rows().fetch().state()];
  }), [null, 'resolved']);
});

test('9.1 storage that goes away while a request is under way', async t => {
  const {run, server, errors} = await openInside(t, {data});
  await run(records => inside.put(records), cached);
  const release = server.hold();
  await run(() => {
    const {Rows} = inside.classes();
    window.rows = new Rows();
    window.done = Promise.all([inside.fetch(rows), inside.save(rows.get(1) || rows.add({id: 1}), {name: 'Norge'})]);
    Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('gone', 'SecurityError'); }});
  });
  release();
  assert.deepEqual(await run(async () => {
    await done;
    return rows.length;
  }), 3);
  assert.deepEqual(errors, []);
});

// 9.5 and 9.6

const strict = "script-src 'self'", withWasm = "script-src 'self' 'wasm-unsafe-eval'";
// Why a test is left out of a run over the one build or the other.
const ofWasm = build === 'wasm' && 'of the plain JavaScript', ofPlain = build === 'asm' && 'of the wasm';
const underPolicy = [...plainPage, '/own/policy.js'], offlineUnderPolicy = [...offlinePage, '/own/policy.js'];

// A page that caches under a policy, and what it has stored then.
async function cachesUnder(t, csp, scripts = underPolicy) {
  const {run, warnings, errors} = await openInside(t, {data, csp, scripts});
  const {done, stored, ...seen} = await run(async () => {
    await policy.done;
    return policy;
  });
  assert.deepEqual(seen, {states: ['resolved', 'Norway,Chile,Peru'], evaluates: false, supported: true});
  assert.deepEqual([stored['1-_burry_test'], stored['__ids__-_burry_test'], stored['key-_burry_store'], stored['_burry_stores_']],
    ['{"id":1,"name":"saved"}', '[1,3,4]', '"value"', '["","test","store"]']);
  assert.deepEqual([warnings, errors], [[], []]);
}

test(`9.5 the build that these tests run over is ${build}`, async t => {
  const {run} = await openInside(t, {prepare: () => {
    const {Instance} = WebAssembly;
    window.instances = 0;
    WebAssembly.Instance = function (...args) {
      window.instances++;
      return new Instance(...args);
    };
  }});
  // The core, and the wasm that unpacks it.
  assert.deepEqual(await run(() => [Burry.isSupported(), instances]), [true, build === 'wasm' ? 2 : 0]);
});

test('9.5, 9.6 plain JavaScript caches under a policy that has neither wasm-unsafe-eval nor unsafe-eval', {skip: ofWasm}, async t => {
  await cachesUnder(t, strict);
});

test('1.6, 9.5 the same of the offline file', {skip: ofWasm}, async t => { await cachesUnder(t, strict, offlineUnderPolicy); });

test('9.5 plain JavaScript caches in an engine without WebAssembly', {skip: ofWasm}, async t => {
  const {run, warnings, errors} = await openInside(t, {data, missing: 'WebAssembly'});
  assert.equal(await run(() => typeof WebAssembly), 'undefined');
  await run(useThePage, true);
  assert.equal(await run(() => inside.records()['__ids__-_burry_test']), '[1,2,3]');
  assert.deepEqual([warnings, errors], [[], []]);
});

test('9.5 a policy without wasm-unsafe-eval: one console.warn, and every sync passes through', {skip: ofPlain}, async t => {
  const {run, warnings, errors} = await openInside(t, {data, csp: strict, scripts: underPolicy});
  const result = await run(async () => {
    await policy.done;
    return policy;
  });
  assert.deepEqual([warnings.length, errors], [1, []], warnings.join('\n'));
  assert.match(warnings[0], /WebAssembly/);
  const {done, ...seen} = result;
  assert.deepEqual(seen, {states: ['pending', ''], evaluates: false, stored: {}, supported: false});
});

test('9.5 passing through means wrapped, its arguments and its result', {skip: ofPlain}, async t => {
  const {run} = await openInside(t, {data, csp: strict});
  assert.deepEqual(await run(() => {
    const seen = [], result = {}, context = {}, model = new Backbone.Model({id: 1}), options = {};
    const sync = Backbone.cachingSync(function (...args) {
      seen.push(this === context, args[1] === model, args[2] === options, args.length);
      return result;
    }, 'test', {ttl: 10});
    return [sync.call(context, 'read', model, options, 4) === result, seen, Object.keys(options).length,
      inside.thrown(() => Backbone.cachingSync('sync')).split(':')[0]];
  }), [true, [true, true, true, 4], 0, 'TypeError']);
});

test('9.5 under such a policy a page sees what it sees in plain Backbone', {skip: ofPlain}, async t => {
  const {run} = await openInside(t, {data, csp: strict});
  assert.deepEqual(await run(useThePage, true), await plainLog(t));
});

test('9.5 an engine without WebAssembly: one console.warn, and every sync passes through', {skip: ofPlain}, async t => {
  const {run, warnings, errors} = await openInside(t, {data, missing: 'WebAssembly'});
  assert.equal(await run(() => typeof WebAssembly), 'undefined');
  assert.deepEqual(await run(useThePage, true), await plainLog(t));
  assert.equal(await run(() => Burry.isSupported()), false);
  assert.deepEqual([warnings.length, errors], [1, []], warnings.join('\n'));
});

test('9.5, 12.9 in the offline file nothing waits where WebAssembly may not run, and nothing throws', {skip: ofPlain}, async t => {
  const {run, warnings, errors} = await openInside(t, {data, missing: 'WebAssembly', scripts: offlinePage});
  assert.deepEqual(await run(async () => {
    const {Row, sync: {cache}} = inside.classes({ttl: {queue: true, live: true}});
    await inside.save(new Row({id: 1}), {name: 'edited'});
    localStorage.setItem('1-_burry_test', '{}');
    for (const name of ['online', 'storage', 'pageshow']) dispatchEvent(new Event(name));
    cache.clear();
    return [cache.pending(), cache.discard(1), await cache.replay(), cache.ids()];
  }), [[], false, {sent: 0, rejected: 0, left: 0}, []]);
  assert.deepEqual([warnings.length, errors], [1, []], warnings.join('\n'));
});

test('9.6 a policy with wasm-unsafe-eval and without unsafe-eval: caching works', async t => {
  await cachesUnder(t, withWasm);
});

test('9.6 the built files contain neither eval nor new Function', async () => {
  for (const name of await readdir(builtFolder())) {
    if (name.endsWith('.map')) continue;
    const text = await readFile(join(builtFolder(), name), 'utf8');
    assert.doesNotMatch(text, /\beval\s*\(|\bnew Function\b|\bFunction\s*\(/, name);
  }
});

test('9.1 a storage of the page whose `key` returns null: nothing throws', async t => {
  const {run, errors} = await openInside(t, {data});
  assert.deepEqual(await run(() => {
    const items = {'': 'page', '1-_burry_test': '{"id":1}'};
    Object.defineProperty(window, 'localStorage', {configurable: true, value: {
      getItem: key => key in items ? items[key] : null,
      setItem: (key, item) => { items[key] = String(item); },
      removeItem: key => { delete items[key]; },
      get length() { return Object.keys(items).length; },
      key: i => Object.keys(items)[i] || null
    }});
    const {sync} = inside.classes();
    const told = [new Burry.Store('test').keys(), sync.cache.stats().bytes > 0, inside.thrown(() => Burry.flushExpired())];
    sync.cache.clear();
    return [...told, items];
  }), [['1'], true, null, {'': 'page', _burry_stores_: '["","test"]'}]);
  assert.deepEqual(errors, []);
});

test('4.7, 9.5 without WebAssembly a method with the name of a member of functions passes through', {skip: ofPlain}, async t => {
  const {run} = await openInside(t, {data, missing: 'WebAssembly'});
  assert.deepEqual(await run(() => ['call', 'apply', 'bind', 'toString', 'constructor', 'prototype', 'read'].map(method =>
    Backbone.cachingSync(method => method, 'test')(method, new Backbone.Model(), {}))
  ), ['call', 'apply', 'bind', 'toString', 'constructor', 'prototype', 'read']);
});
