// Nested models by backbone-associations: records hold the JSON of all levels, and models are
// made of it as of an answer. The scenarios, plain and decorated, are
// comparison/associations.mjs.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareTopic} from './comparison.mjs';
import {openInside} from './inside.mjs';
import {plainPage} from './server.mjs';

const scripts = [...plainPage, 'associations'];

test('7.4 backbone-associations', async t => { await compareTopic(t, 'associations', 'backbone-associations', {scripts}); });

const rows = [{id: 1, name: 'Norway', price: '500 cents', towns: [{id: 't1', name: 'Oslo', price: '700 cents'}]}];

// In the page: rows whose towns are nested. A `parse` makes the prices numbers.
function prepare() {
  const parse = row => ({...row, ...typeof row.price === 'string' && {price: parseInt(row.price, 10) / 100}});
  window.nested = ({ns, row = {}, town = {}}) => {
    const Town = Backbone.AssociatedModel.extend(town);
    const sync = Backbone.cachingSync(Backbone.sync, ns);
    return Backbone.AssociatedModel.extend({
      urlRoot: '/api/rows', sync, relations: [{type: Backbone.Many, key: 'towns', relatedModel: Town}], ...row
    });
  };
  window.parse = parse;
  // What a model is in the cached phase, and after the answer.
  window.phases = async model => {
    const seen = [], fetched = inside.fetch(model, {success: (row, data, {fromCache}) => seen.push([fromCache, row.toJSON()])});
    await fetched;
    return seen;
  };
}

test('backbone-associations: what lies in the cache', async t => {
  const {run, server} = await openInside(t, {scripts, data: {rows}, prepare});

  await t.test('2.1 a record is the JSON of the answer with all levels', async () => {
    assert.deepEqual(await run(async () => {
      const Row = nested({ns: 'read'});
      await inside.fetch(new Row({id: 1}));
      return localStorage.getItem('1-_burry_read');
    }), JSON.stringify(rows[0]));
  });

  await t.test('4.2 a save writes the JSON of the nested models', async () => {
    assert.deepEqual(await run(async () => {
      const Row = nested({ns: 'save'}), row = new Row({id: 1}), other = new Row({id: 1});
      await inside.fetch(row);
      row.get('towns').add({id: 't2', name: 'Bergen'});
      const saved = inside.save(row, {'towns[0].name': 'Christiania'});
      const fetched = phases(other), towns = JSON.parse(localStorage.getItem('1-_burry_save')).towns;
      await saved;
      return [towns, (await fetched)[0][1].towns, other.get('towns') instanceof Backbone.Collection];
    }), Array(2).fill([{id: 't1', name: 'Christiania', price: '700 cents'}, {id: 't2', name: 'Bergen'}]).concat(true));
  });

  await t.test('6.1 the parse of the row is given what the server has sent', async () => {
    server.database.setState(structuredClone({rows}));
    const parsed = {...rows[0], price: 5};
    assert.deepEqual(await run(async () => {
      const Row = nested({ns: 'parse', row: {parse}});
      return [await phases(new Row({id: 1})), await phases(new Row({id: 1}))];
    }), [[[false, parsed]], [[true, parsed], [false, parsed]]]);
  });

  await t.test('6.1 and so is the parse of a nested model', async () => {
    const parsed = {...rows[0], towns: [{...rows[0].towns[0], price: 7}]};
    assert.deepEqual(await run(async () => {
      const Row = nested({ns: 'parse-nested', town: {parse}});
      return [await phases(new Row({id: 1})), await phases(new Row({id: 1}))];
    }), [[[false, parsed]], [[true, parsed], [false, parsed]]]);
  });

  // JSON cannot hold a nested collection so that the parse of the row could be spared.
  await t.test('6.3 the record of a row with a parse goes when it is saved, and is no older one', async () => {
    server.database.setState(structuredClone({rows}));
    assert.deepEqual(await run(async () => {
      const Row = nested({ns: 'parse-save', row: {parse}}), row = new Row({id: 1});
      await inside.fetch(row);
      await inside.save(row, {'name': 'Norge', 'towns[0].name': 'Christiania'});
      return (await phases(new Row({id: 1}))).map(([fromCache, {name, price, towns}]) => [fromCache, name, price, towns[0].name]);
    }), [[false, 'Norge', 5, 'Christiania']]);
  });
});
