// When the page is hostile: storage that is not there, rubbish in it, a policy
// without WebAssembly (BEHAVIOUR 9.1, 9.3 to 9.6).

import assert from 'node:assert/strict';
import {readFile, readdir} from 'node:fs/promises';
import {test} from 'node:test';
import {unless} from './engines/index.mjs';
import {openInside} from './inside.mjs';
import {build} from './server.mjs';

const norway = {id: 1, name: 'Norway'}, chile = {id: 2, name: 'Chile'}, peru = {id: 3, name: 'Peru'};
const data = {rows: [norway, chile, peru]};
const cached = {
  '1-_burry_test': JSON.stringify(norway),
  '2-_burry_test': JSON.stringify(chile),
  '3-_burry_test': JSON.stringify(peru),
  '__ids__-_burry_test': '[1,2,3]'
};

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

test('9.1 storage that is full means plain pass-through, and the rest of it stays', async t => {
  const {run, errors, warnings} = await openInside(t, {data});
  await run(() => inside.fill());
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

// 9.3: each key of ours by each value that has no business there.

const rubbish = ['', ' ', '{', '[', 'null', 'true', '1', '-1', '"text"', '[]', '{}', '[[1]]', '[{}]', '[null]', '[1,2', '[1,,2]', '{"id":[]}',
  '[1,"1",1]', '["__ids__"]', '["__proto__"]', '[1e400]', 'undefined', 'NaN', 'Infinity', '-Infinity', '\u0000', '\ud800', '💥', '99999999999999999999',
  '[true]', '["' + '\\'.repeat(7) + '"]', '['.repeat(100000), '{"a":'.repeat(20000), ' '.repeat(1 << 20), '\ufeff[1,2,3]', '[1,2,3]\u0000',
  '["\\ud800"]', '["\ud800"]', '[{"id":1}]', '[1,1]', '[""]', '[1e21,-0,0.1]', '{"__proto__":{"id":1}}', '{"id":1,"name":"Norway"', '{"id":2}',
  '"__proto__"', '["__ids__?","__ids__?name=Chile"]', '1e999', '-1e999', '0x7fffffff', '1 2', '٣', '[“1”]'];
const ourKeys = ['1-_burry_test', '1-_burry_exp_test', '__ids__-_burry_test', '__ids__-_burry_exp_test', '__ids__?name=Chile-_burry_test',
  '__ids__?name=Chile-_burry_exp_test', '__ids__?-_burry_test', '__ids__?-_burry_exp_test', '_burry_stores_'];
const cachedQuery = {'__ids__?name=Chile-_burry_test': '[2]', '__ids__?-_burry_test': '["__ids__?name=Chile"]'};

for (const key of ourKeys) {
  test(`9.3 rubbish under ${key} never breaks the page`, async t => {
    const {run, page, errors, warnings} = await openInside(t, {data});
    for (const text of rubbish) {
      await run((records, key, text) => {
        localStorage.clear();
        inside.put({...records, '_burry_stores_': '["","test"]', [key]: text});
      }, {...cached, ...cachedQuery, foreign: 'foreign', '1-_burry_other': '{"id":1}'}, key, text);
      const [fetched, rows, saved, made, left, mended, queried, cleared] = await run(async () => {
        const {Rows, Row, sync} = inside.classes(), rows = new Rows();
        await inside.fetch(rows);
        const fetched = rows.pluck('name').join();
        const row = new Row({id: 1});
        await inside.fetch(row);
        await inside.save(row, {name: 'Norge'});
        const saved = row.get('name');
        await inside.save(row, {name: 'Norway'});
        const made = new Row();
        await inside.save(made, {name: 'made'});
        await inside.destroy(made);
        // And the server has mended it.
        const again = new Rows();
        let mended;
        const done = inside.until(given => { mended = again.fetch(given).state(); }), shown = again.pluck('name').join();
        await done;
        const queried = [];
        for (let i = 0; i < 2; i++) {
          const found = new Rows();
          await inside.until(given => { queried[i] = found.fetch({...given, data: {name: 'Chile'}}).state(); });
          queried[i] += found.pluck('name').join();
        }
        sync.cache.clear();
        const {_burry_stores_: registry, ...cleared} = inside.stored();
        return [fetched, rows.length, saved, typeof made.id, shown, mended, queried[1], [JSON.parse(registry).includes('test'), cleared]];
      });
      assert.deepEqual([fetched, rows, saved, made, left, mended, queried, cleared],
        ['Norway,Chile,Peru', 3, 'Norge', 'number', 'Norway,Chile,Peru', 'resolved', 'resolvedChile',
          [true, {foreign: 'foreign', '1-_burry_other': '{"id":1}'}]], JSON.stringify(text.slice(0, 40)));
    }
    assert.deepEqual([errors, warnings], [[], []]);
  });
}

test('9.3 rubbish under every key of ours at once does not keep the script from starting', async t => {
  const {page, run, errors} = await openInside(t, {data});
  for (const text of rubbish) {
    await run((keys, text) => {
      localStorage.clear();
      for (const key of keys) inside.thrown(() => localStorage.setItem(key, text));
    }, ourKeys, text);
    await page.reload();
    assert.deepEqual(await run(async () => {
      const {Rows} = inside.classes(), rows = new Rows();
      await inside.fetch(rows);
      return rows.pluck('name');
    }), ['Norway', 'Chile', 'Peru'], JSON.stringify(text.slice(0, 40)));
  }
  assert.deepEqual(errors, []);
});

test('9.3 a collection whose modelId chokes on rubbish is a miss', async t => {
  const {run, server, errors} = await openInside(t, {data});
  server.answer((request, response) => response.json([{meta: {key: 'no'}}]));
  assert.deepEqual(await run(async () => {
    inside.put({'no-_burry_test': '{}', '__ids__-_burry_test': '["no"]'});
    const {Rows} = inside.classes({collection: {modelId: attributes => attributes.meta.key}}), rows = new Rows(), states = [];
    await inside.until(given => { states.push(rows.fetch(given).state()); });
    const again = new Rows();
    return [states, inside.records(), again.fetch().state(), again.length];
  }), [['pending'], {'no-_burry_test': '{"meta":{"key":"no"}}', '__ids__-_burry_test': '["no"]'}, 'resolved', 1]);
  assert.deepEqual(errors, []);
});

// A write that was sent after a read and answered before it is newer; unless
// somebody has put rubbish in its place.
test('9.3 rubbish that comes while a request is under way is not delivered', async t => {
  const {run, errors, warnings} = await openInside(t, {data});
  for (const text of rubbish) {
    const [rows, row, saved] = await run(text => {
      localStorage.clear();
      const wrapped = inside.wrapped(), {Rows, Row} = inside.classes({wrapped}), rows = new Rows(), row = new Row({id: 1});
      rows.fetch();
      row.fetch();
      const pending = new Row({id: 2, name: 'Chile'}), [list, record] = wrapped.requests;
      new Row({id: 1, name: 'Norge'}).save();
      wrapped.requests[2].deferred.resolve({});
      pending.save();
      localStorage.setItem('1-_burry_test', text);
      localStorage.setItem('2-_burry_test', text);
      list.deferred.resolve([{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]);
      localStorage.setItem('1-_burry_test', text);
      record.deferred.resolve({id: 1, name: 'Norway'});
      wrapped.requests[3].deferred.resolve({});
      return [rows.toJSON(), row.toJSON(), localStorage.getItem('2-_burry_test')];
    }, text);
    assert.deepEqual([rows.length, rows.map(({id}) => id), rows[1], row.id, saved],
      [2, [1, 2], chile, 1, JSON.stringify(chile)], JSON.stringify(text.slice(0, 40)));
    // `{"id":1` and the like are no record; neither is one of another id.
    assert.equal(rows[0].name, 'Norway', JSON.stringify(text.slice(0, 40)));
  }
  assert.deepEqual([errors, warnings], [[], []]);
});

// 9.4

// Namespaces that look like each other's keys; those that spell their keys like
// another's expiries or records are read-only.
const namespaces = ['', 'test', 'exp_', 'exp_test', 'exp_exp_test', 'test2', 'a-_burry_test', '-_burry_', '__proto__', 'constructor', '__ids__',
  'a\nb', ' ', '💥', '_burry_stores_', '[]', '"', '1'];
const readOnly = ns => ns.startsWith('exp_') || ns.includes('-_burry_');

test('9.4 of several namespaces side by side none changes what is another\'s', async t => {
  const {run, errors, warnings, logged} = await openInside(t, {data});
  await run(() => { window.everything = () => Object.entries(inside.stored()); });
  await run(async namespaces => {
    inside.put({foreign: 'foreign', '-_burry': '1', '_burry_': '2', '1': '3', '__proto__': '4', '_burry_stores': '5'});
    window.spaces = new Map(namespaces.map(ns => [ns, inside.classes({ns, ttl: 10})]));
    for (const {Rows} of spaces.values()) await inside.fetch(new Rows());
  }, namespaces);
  for (const ns of namespaces) {
    const seen = await run(async (ns, isReadOnly) => {
      const {Rows, Row, sync} = spaces.get(ns), rows = new Rows();
      const isOwn = key => !isReadOnly && (key.endsWith(`-_burry_${ns}`) || key.endsWith(`-_burry_exp_${ns}`));
      const others = () => JSON.stringify(everything().filter(([key]) => !isOwn(key))), before = others(), changed = [];
      const step = async (name, action) => {
        await action();
        if (others() !== before) changed.push(name);
      };
      await step('fetch', () => inside.fetch(rows));
      await step('query', () => inside.fetch(new Rows(), {data: {name: 'Chile'}}));
      await step('save', () => inside.save(rows.get(1), {name: 'Norge'}));
      await step('patch', () => inside.save(rows.get(1), {name: 'Norway'}, {patch: true}));
      await step('create', () => inside.create(rows, {name: 'made'}));
      await step('destroy', () => inside.destroy(rows.last()));
      await step('model', () => inside.fetch(new Row({id: 3})));
      const state = new Rows().fetch().state();
      await step('expired', () => sync.cache.store.flushExpired());
      await step('remove', () => sync.cache.remove(2));
      await step('clear', () => sync.cache.clear());
      const left = everything().filter(([key]) => isOwn(key)).length;
      await step('again', () => inside.fetch(rows));
      return {changed, state, left, names: rows.pluck('name').join()};
    }, ns, readOnly(ns));
    assert.deepEqual(seen, {changed: [], state: readOnly(ns) ? 'pending' : 'resolved', left: 0, names: 'Norway,Chile,Peru'}, JSON.stringify(ns));
  }
  const left = await run(() => Burry.stores());
  assert.deepEqual([...left].sort(), [...namespaces].sort());
  assert.deepEqual([errors, warnings, logged], [[], [], []]);
});

test('9.4 rows with odd ids side by side in several namespaces change nobody else', async t => {
  const {run, server, errors} = await openInside(t, {data});
  const ids = ['a\nb', '', '1-_burry_test', '1-_burry_exp_test', '-_burry_', '-_burry_exp_', '_burry_stores_', '__ids__?', '__ids__?name=Chile', '1', '\u0000'];
  const odd = ids.map(id => ({id, name: id}));
  server.answer((request, response) => response.json(request.method === 'GET' ? odd : {}));
  for (const ns of ['', 'test', '1-_x', '\n']) {
    assert.deepEqual(await run(async ns => {
      localStorage.clear();
      inside.put({foreign: 'foreign'});
      for (const other of ['', 'test', '1-_x', '\n']) {
        const {Rows} = inside.classes({ns: other});
        if (other !== ns) await inside.fetch(new Rows());
      }
      const {Rows, sync} = inside.classes({ns, ttl: 10}), rows = new Rows();
      const isOwn = key => key.endsWith(`-_burry_${ns}`) || key.endsWith(`-_burry_exp_${ns}`);
      const others = () => JSON.stringify(Object.entries(inside.stored()).filter(([key]) => !isOwn(key))), before = others();
      const seen = [];
      await inside.fetch(rows);
      seen.push(others() === before);
      for (const model of rows.slice()) await inside.save(model, {name: 'saved'});
      seen.push(others() === before);
      await inside.fetch(new Rows());
      for (const model of rows.slice(2)) await inside.destroy(model);
      seen.push(others() === before);
      sync.cache.clear();
      seen.push(others() === before, Object.keys(localStorage).filter(isOwn).length);
      return seen;
    }, ns), [true, true, true, true, 0], JSON.stringify(ns));
  }
  assert.deepEqual(errors, []);
});

test('9.4 ids and attributes with names of ours, of objects or of nothing change nobody else', async t => {
  const {run, server, errors} = await openInside(t, {data});
  const ids = ['a\nb', '', ' ', '1-_burry_test', '1-_burry_exp_test', '-_burry_', '_burry_stores_', '💥', '\u0000'];
  const rows = ids.map(id => ({id, constructor: 1, length: 3, '': 4}));
  server.answer((request, response) => response.json(request.method === 'GET' ? rows : {}));
  const result = await run(async records => {
    inside.put(records);
    inside.put({'foreign': 'foreign', '1-_burry_': '{"id":1,"name":"of another store"}'});
    const {Rows, Row} = inside.classes({ns: 'odd', ttl: 10}), rows = new Rows();
    await inside.fetch(rows);
    const again = new Rows(), state = again.fetch().state();
    const saved = again.map(row => inside.save(row, {name: 'saved'}));
    await Promise.all(saved);
    const models = again.slice();
    await Promise.all(models.map(row => inside.destroy(row)));
    const {['__ids__-_burry_odd']: list, ['__ids__-_burry_exp_odd']: expiry, ['_burry_stores_']: registry, ...left} = inside.stored();
    return {state, ids: models.map(row => row.id), list, registry, left, polluted: ({}).name};
  }, cached);
  assert.deepEqual(result, {state: 'resolved', ids, list: '[]', registry: '["","odd"]',
    left: {...cached, 'foreign': 'foreign', '1-_burry_': '{"id":1,"name":"of another store"}'}});
  assert.deepEqual(errors, []);
});

// Backbone's own collections cannot hold these ids; models can have them.
test('9.4 ids of models that are names of every object', async t => {
  const {run, errors} = await openInside(t, {data});
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped, ns: 'odd'});
    return ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map(id => {
      localStorage.clear();
      new Row({id}).fetch();
      wrapped.requests.pop().deferred.resolve({id, name: 'odd'});
      const row = new Row({id}), state = row.fetch().state(), records = inside.records();
      row.save({name: 'saved'});
      const saved = localStorage.getItem(id + '-_burry_odd');
      row.destroy();
      return [state, row.get('name'), Object.keys(records).join(), saved, inside.records(), typeof ({}).name];
    });
  }), ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map(id =>
    ['resolved', 'saved', `${id}-_burry_odd`, `{"id":"${id}","name":"saved"}`, {}, 'undefined']));
  assert.deepEqual(errors, []);
});

test('9.4 a model whose id is __ids__ does not touch the list', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(async records => {
    inside.put(records);
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped}), row = new Row({id: '__ids__'}), stages = [];
    for (const action of [() => row.fetch(), () => row.save({name: 'list'}), () => row.destroy(), () => new Row().save({name: 'list'})]) {
      action();
      wrapped.requests.pop().deferred.resolve({id: '__ids__', name: 'list'});
      stages.push(JSON.stringify(inside.records()));
    }
    return stages;
  }, cached), Array(4).fill(JSON.stringify(cached)));
});

test('9.4 a row whose id is __ids__ leaves a list of ids, and the page works', async t => {
  const {run, server} = await openInside(t, {data});
  server.answer((request, response) => response.json([norway, {id: '__ids__', name: 'list'}]));
  assert.deepEqual(await run(async () => {
    const {Rows, Row} = inside.classes(), rows = new Rows();
    await inside.fetch(rows);
    await inside.fetch(rows);
    return [rows.length, JSON.parse(localStorage.getItem('__ids__-_burry_test')).includes(1), new Row({id: 1}).fetch().state()];
  }), [2, true, 'resolved']);
});

test('9.4 a ns that begins with exp_ cannot harm the ns that it shadows', async t => {
  const {run, errors} = await openInside(t, {data});
  const records = {...cached, '1-_burry_exp_test': '99999999', '__ids__-_burry_exp_test': '99999999'};
  assert.deepEqual(await run(async records => {
    inside.put(records);
    const {Rows, Row} = inside.classes({ns: 'exp_test', ttl: 1}), rows = new Rows();
    await inside.fetch(rows);
    await inside.save(rows.get(1), {name: 'Norway'});
    await inside.destroy(rows.get(3));
    await inside.create(rows, {name: 'made'});
    return [rows.length, inside.records()];
  }, records), [3, records]);
  assert.deepEqual(errors, []);
});

// 9.5 and 9.6

const strict = "script-src 'self'", withWasm = "script-src 'self' 'wasm-unsafe-eval'";
// Why a test is left out of a run over the one build or the other.
const ofWasm = build === 'wasm' && 'of the plain JavaScript', ofPlain = build === 'asm' && 'of the wasm';
const underPolicy = ['jquery', 'underscore', 'backbone', 'cachingsync', '/own/policy.js'];

// A page that caches under a policy, and what it has stored then.
async function cachesUnder(t, csp) {
  const {run, warnings, errors} = await openInside(t, {data, csp, scripts: underPolicy});
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
  assert.deepEqual(await run(() => [Burry.isSupported(), instances]), [true, build === 'wasm' ? 1 : 0]);
});

test('9.5, 9.6 plain JavaScript caches under a policy that has neither wasm-unsafe-eval nor unsafe-eval', {skip: ofWasm}, async t => {
  await cachesUnder(t, strict);
});

test('9.5 plain JavaScript caches in an engine without WebAssembly', {skip: ofWasm}, async t => {
  const {run, warnings, errors} = await openInside(t, {data, missing: 'WebAssembly'});
  assert.equal(await run(() => typeof WebAssembly), 'undefined');
  await run(useThePage, true);
  assert.equal(await run(() => Object.keys(inside.records()).length), 4);
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

test('9.6 a policy with wasm-unsafe-eval and without unsafe-eval: caching works', async t => {
  await cachesUnder(t, withWasm);
});

test('9.6 the built files contain neither eval nor new Function', async () => {
  for (const name of await readdir(new URL('../../dist/', import.meta.url))) {
    if (name.endsWith('.map')) continue;
    const text = await readFile(new URL(`../../dist/${name}`, import.meta.url), 'utf8');
    assert.doesNotMatch(text, /\beval\s*\(|\bnew Function\b|\bFunction\s*\(/, name);
  }
});

test('9.3 a record that another tab spoils while an older read is under way stands in for nothing', async t => {
  const {run, errors} = await openInside(t, {data, storage: cached});
  const names = await run(async () => {
    const wrapped = inside.wrapped(), {Row, Rows} = inside.classes({wrapped});
    const server = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}], seen = [];
    for (const rubbish of ['{', 'null', '7', '[]', '{"id":9}']) {
      const rows = new Rows();
      rows.fetch();
      const [read] = wrapped.requests.splice(0);
      new Row({id: 1}).save({name: 'Norge'});
      const [save] = wrapped.requests.splice(0);
      save.options.success({});
      localStorage.setItem('1-_burry_test', rubbish);
      read.options.success(server);
      seen.push(rows.pluck('name').join());
    }
    return seen;
  });
  assert.deepEqual(names, Array(5).fill('Norway,Chile'));
  assert.deepEqual(errors, []);
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
