// Rubbish in storage, under every key of ours (contract 9.3).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';
import {cached, chile, data} from './three-rows.mjs';

// Each value that has no business there.
const rubbish = ['', ' ', '{', '[', 'null', 'true', '1', '-1', '"text"', '[]', '{}', '[[1]]', '[{}]', '[null]', '[1,2', '[1,,2]', '{"id":[]}',
  '[1,"1",1]', '["__ids__"]', '["__proto__"]', '[1e400]', 'undefined', 'NaN', 'Infinity', '-Infinity', '\u0000', '\ud800', '💥', '99999999999999999999',
  '[true]', '["' + '\\'.repeat(7) + '"]', '['.repeat(100000), '{"a":'.repeat(20000), ' '.repeat(1 << 20), '\ufeff[1,2,3]', '[1,2,3]\u0000',
  '["\\ud800"]', '["\ud800"]', '[{"id":1}]', '[1,1]', '[""]', '[1e21,-0,0.1]', '{"__proto__":{"id":1}}', '{"id":1,"name":"Norway"', '{"id":2}',
  '"__proto__"', '["__ids__?","__ids__?name=Chile"]', '1e999', '-1e999', '0x7fffffff', '1 2', '٣', '[“1”]'];
const ourKeys = ['1-_burry_test', '1-_burry_exp_test', '__ids__-_burry_test', '__ids__-_burry_exp_test', '__ids__?name=Chile-_burry_test',
  '__ids__?name=Chile-_burry_exp_test', '__ids__?-_burry_test', '__ids__?-_burry_exp_test', '_burry_stores_'];
const cachedQuery = {'__ids__?name=Chile-_burry_test': '[2]', '__ids__?-_burry_test': '["__ids__?name=Chile"]'};

// Each value under a third of the keys, and each key with a third of the values.
for (const [number, key] of ourKeys.entries()) {
  test(`9.3 rubbish under ${key} never breaks the page`, async t => {
    const {run, page, errors, warnings} = await openInside(t, {data});
    for (const text of rubbish.filter((text, i) => (i + number) % 3 === 0)) {
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
