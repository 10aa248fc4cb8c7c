// Ids, attributes and namespaces that look like keys of ours, or like members of every object
// (contract 9.4).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';
import {cached, data, norway} from './three-rows.mjs';

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
