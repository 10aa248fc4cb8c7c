// Whose the plain list is, where collections of one namespace have different static URLs
// (contract 3.10).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {sharePage} from './shared.mjs';

const cats = [{id: 1, name: 'cat'}], dogs = [{id: 20, name: 'dog'}, {id: 21, name: 'wolf'}];
const shared = sharePage({cats, dogs});
const run = (...args) => shared.run(...args);
const reload = () => shared.page.goto(shared.url);
const records = Object.fromEntries([...cats, ...dogs].map(row => [`${row.id}-_burry_test`, JSON.stringify(row)]));
const recordsOf = (...rows) => Object.fromEntries(rows.map(({id}) => [`${id}-_burry_test`, records[`${id}-_burry_test`]]));
const ofDogs = '__ids__?/api/dogs-_burry_test', index = '__ids__?-_burry_test';
const both = {
  ...records, '__ids__-_burry_test': '[1]', [ofDogs]: '[20,21]', [index]: '["__ids__=/api/cats","__ids__?/api/dogs"]'
};

// In the page: the collections of one namespace, and fetches of them one after another.
function define() {
  window.kinds = options => {
    const of = url => inside.classes({url, ...options}).Rows;
    return {cats: of('/api/cats'), dogs: of('/api/dogs')};
  };
  window.fetchAll = async (...names) => {
    const classes = kinds(), states = [];
    for (const name of names) {
      const rows = new classes[name]();
      await inside.until(given => { states.push(rows.fetch(given).state()); });
    }
    return states;
  };
}
const script = `(${define})()`;

test('3.10, 2.5 a page that sees one static URL writes no further key, however often it fetches', async () => {
  await run(script);
  assert.deepEqual([await run(() => fetchAll('cats', 'cats')), await run(() => inside.stored())], [['pending', 'resolved'], {
    ...recordsOf(...cats), '__ids__-_burry_test': '[1]', '_burry_stores_': '["","test"]'
  }]);
  await reload();
  await run(script);
  assert.deepEqual([await run(() => fetchAll('cats')), await run(() => inside.records())],
    [['resolved'], {...recordsOf(...cats), '__ids__-_burry_test': '[1]'}]);
});

test('3.10 the plain list is of the URL that was fetched first, and the index says so', async () => {
  await run(script);
  assert.deepEqual([await run(() => fetchAll('cats', 'dogs', 'cats', 'dogs')), await run(() => inside.records())],
    [['pending', 'pending', 'resolved', 'resolved'], both]);
});

test('3.10 a page that fetches the other URL first asks the index whose the plain list is', async () => {
  await run(script);
  await run(() => fetchAll('cats', 'dogs'));
  await reload();
  await run(script);
  assert.deepEqual([await run(() => fetchAll('dogs', 'cats')), await run(() => inside.records())], [['resolved', 'resolved'], both]);
  await reload();
  await run(script);
  const cold = await run(() => {
    const {cats: Cats, dogs: Dogs} = kinds({wrapped: () => {}});
    return [new Dogs(), new Cats()].map(rows => {
      rows.fetch();
      return rows.pluck('name');
    });
  });
  assert.deepEqual(cold, [['dog', 'wolf'], ['cat']]);
});

test('3.10 the fetch of the second URL is no hit on the rows of the first', async () => {
  await run(script);
  await run(() => fetchAll('cats'));
  assert.deepEqual(await run(() => {
    const {dogs: Dogs} = kinds({wrapped: inside.wrapped()}), {Rows} = inside.classes({url: '/api/cats', wrapped: () => {}});
    const cats = new Rows(), dogs = new Dogs();
    return [cats.fetch().state(), dogs.fetch().state(), cats.pluck('id'), dogs.pluck('id')];
  }), ['resolved', 'pending', [1], []]);
});

test('3.10 of two such fetches that overlap the one that was sent first has the plain list, whichever is answered first', async () => {
  await run(script);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {cats: Cats, dogs: Dogs} = kinds({wrapped});
    new Cats().fetch();
    new Dogs().fetch();
    wrapped.requests[1].options.success([{id: 20}]);
    wrapped.requests[0].options.success([{id: 1}]);
    return [inside.list(), inside.list('?/api/dogs')];
  }), ['[1]', '[20]']);
});

test('3.10, 2.7 after clear() the plain list is of the URL that is fetched next', async () => {
  await run(script);
  await run(() => fetchAll('cats', 'dogs'));
  assert.deepEqual(await run(async () => {
    Backbone.cachingSync.clear();
    await fetchAll('dogs', 'cats');
    return [inside.list(), inside.list('?/api/cats'), inside.list('?')];
  }), ['[20,21]', '[1]', '["__ids__=/api/dogs","__ids__?/api/cats"]']);
});

test('3.10 looseKeys gives both URLs one list, and no index', async () => {
  await run(script);
  assert.deepEqual(await run(async () => {
    const {cats: Cats, dogs: Dogs} = kinds({ttl: {looseKeys: true}}), keys = () => Object.keys(inside.records()).filter(key => /^__ids__/.test(key));
    await inside.fetch(new Cats());
    const first = inside.list();
    await inside.fetch(new Dogs());
    await inside.create(new Dogs(), {name: 'fox'});
    return [first, inside.list(), keys()];
  }), ['[1]', '[20,21,22]', ['__ids__-_burry_test']]);
});

test('3.10, 4.1 a create joins the list of its own collection', async () => {
  await run(script);
  assert.deepEqual(await run(async () => {
    await fetchAll('cats', 'dogs');
    const {cats: Cats, dogs: Dogs} = kinds(), lists = () => [inside.list(), inside.list('?/api/dogs')];
    const seen = [];
    await inside.create(new Dogs(), {name: 'fox'});
    seen.push(lists());
    await inside.create(new Cats(), {name: 'lion'});
    seen.push(lists());
    // In no collection: its class tells.
    const Dog = inside.classes({url: '/api/dogs'}).Row;
    await inside.save(new Dog(), {name: 'jackal'});
    seen.push(lists());
    // A model that has a url function, and no collection, is of nobody known.
    const Other = Dog.extend({urlRoot: () => '/api/cats'});
    await inside.save(new Other(), {name: 'puma'});
    seen.push(lists());
    return seen;
  }), [['[1]', '[20,21,22]'], ['[1,2]', '[20,21,22]'], ['[1,2]', '[20,21,22,23]'], ['[1,2,3]', '[20,21,22,23]']]);
});

test('3.10, 4.1 where the list of its URL is not stored, a create makes it of its collection and not the plain one', async () => {
  await run(script);
  assert.deepEqual(await run(async () => {
    await fetchAll('cats');
    const {dogs: Dogs} = kinds(), rows = new Dogs([{id: 20, name: 'dog'}]);
    await inside.create(rows, {name: 'fox'});
    return [inside.list(), inside.list('?/api/dogs')];
  }), ['[1]', '[20,22]']);
});

test('3.10, 4.4 a delete takes the id out of the list of either URL, and a failure returns it', async () => {
  await run(script);
  assert.deepEqual(await run(async () => {
    await fetchAll('cats', 'dogs');
    const {Row} = inside.classes({url: '/api/dogs'}), lists = () => [inside.list(), inside.list('?/api/dogs')], seen = [];
    inside.send('a', given => new Row({id: 20}).destroy(given));
    seen.push(lists());
    await inside.answer('a', 500);
    seen.push(lists());
    return seen;
  }), [['[1]', '[21]'], ['[1]', '[20,21]']]);
});

test('3.10, 9.3 an index that is rubbish, or names an owner that is none, leaves fetches as they are', async () => {
  await run(script);
  assert.deepEqual(await run(async () => {
    const seen = [];
    for (const text of ['{', '[]', '[5]', '["__ids__="]', '[["__ids__=/api/dogs"]]', 'null']) {
      Backbone.cachingSync.clear();
      localStorage.setItem('__ids__?-_burry_test', text);
      await fetchAll('cats', 'dogs');
      seen.push([inside.list(), inside.list('?/api/dogs'), inside.list('?')].join(' '));
    }
    return [...new Set(seen)];
  }), ['[1] [20,21] ["__ids__=/api/cats","__ids__?/api/dogs"]']);
});

test('3.10 where storage takes no index, a list that nobody would know of is not kept, and none is taken for another', async () => {
  await run(script);
  assert.deepEqual(await run(async () => {
    const {setItem} = Storage.prototype;
    Storage.prototype.setItem = function (key, text) {
      if (key === '__ids__?-_burry_test') throw new DOMException('full', 'QuotaExceededError');
      setItem.call(this, key, text);
    };
    await fetchAll('cats', 'dogs');
    const {cats: Cats, dogs: Dogs} = kinds({wrapped: () => {}});
    return [new Cats(), new Dogs()].map(rows => {
      rows.fetch();
      return rows.pluck('id').join();
    });
  }), ['1', '']);
});
