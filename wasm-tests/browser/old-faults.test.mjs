// The known faults of the old libraries (BEHAVIOUR 10): each test is named after
// the sentence, or the part of it, that it shows to be mended. Other files go into
// the depth of the same things.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';
import {sharePage} from './shared.mjs';

const norway = {id: 1, name: 'Norway'}, chile = {id: 2, name: 'Chile'};
const data = {rows: [{...norway, user: 1}, {...chile, user: 2}]};
const shared = sharePage(data);
const run = (...args) => shared.run(...args);
const cached = {
  '1-_burry_test': JSON.stringify(norway), '2-_burry_test': JSON.stringify(chile), '__ids__-_burry_test': '[1,2]'
};
const put = records => run(records => inside.put(records), records);

// Callbacks

for (const [what, action] of Object.entries({
  'a fetch': (rows, given) => rows.fetch(given),
  'a save': (rows, given) => rows.add({id: 1, name: 'Norway'}).save({name: 'Norge'}, given),
  'a create': (rows, given) => rows.create({name: 'Mali'}, given),
  'a destroy': (rows, given) => rows.at(0).destroy(given)
})) {
  test(`10 "Callbacks twice on every real request": ${what} calls back once`, async () => {
    assert.deepEqual(await run(`(async () => {
      const action = ${action}, {Rows} = inside.classes(), rows = new Rows([{id: 2, name: 'Chile'}]), told = [];
      // A row that has been destroyed tells its collection nothing more.
      const object = ${what === 'a destroy'} ? rows.at(0) : rows;
      object.on('sync', () => told.push('sync'));
      await inside.until(given => {
        const request = action(rows, {...given, success: () => told.push('success')});
        if (request.done) request.done(() => told.push('done'));
      });
      return told.sort();
    })()`), what === 'a create' ? ['success', 'sync'] : ['done', 'success', 'sync']);
  });
}

test('10 "the first of them given only the changed attributes": success of a save gets the answer of the server', async () => {
  shared.server.answer((request, response) => response.json({...request.body, version: 2}));
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), seen = [];
    await inside.save(new Row({id: 1, name: 'Norway', capital: 'Oslo'}), {name: 'Norge'}, {success: (model, answer) => seen.push(answer)});
    return seen;
  }), [{id: 1, name: 'Norge', capital: 'Oslo', version: 2}]);
});

// collection.fetch()

const holes = {
  'a destroy': async () => {
    const rows = new (inside.classes().Rows)();
    await inside.fetch(rows);
    await inside.destroy(rows.get(1));
  },
  'an expiry': () => inside.put({'1-_burry_exp_test': '1'}),
  'a corrupt row': () => inside.put({'1-_burry_test': '{"id":1'}),
  'a missing row': () => localStorage.removeItem('1-_burry_test')
};
for (const [what, cause] of Object.entries(holes)) {
  test(`10 "collection.fetch() throws after" ${what}: it fetches`, async () => {
    await put(cached);
    const [thrown, ids] = await run(`(async () => {
      await (${cause})();
      const rows = new (inside.classes().Rows)(), thrown = [];
      await inside.until(given => { thrown.push(inside.thrown(() => rows.fetch(given))); });
      return [thrown, rows.pluck('id')];
    })()`);
    assert.deepEqual([thrown, ids], [[null], what === 'a destroy' ? [2] : [1, 2]]);
    assert.deepEqual(shared.errors, []);
  });
}

for (const [what, rows, model, ids] of [
  ['a row without id', [{name: 'nobody'}, norway], {}, [null, 1]],
  ['a custom idAttribute', [{code: 'NO'}, {code: 'CL'}], {idAttribute: 'code'}, ['NO', 'CL']]
]) {
  test(`10 "collection.fetch() throws after" ${what}: it fetches, and fetches again`, async () => {
    shared.server.answer((request, response) => response.json(rows));
    assert.deepEqual(await run(async model => {
      const {Rows} = inside.classes({model}), ids = [];
      for (let time = 0; time < 2; time++) {
        const rows = new Rows();
        await inside.fetch(rows);
        ids.push(rows.map(row => row.id === undefined ? null : row.id));
      }
      return ids;
    }, model), [ids, ids]);
    assert.deepEqual(shared.errors, []);
  });
}

// Queries

for (const [what, options] of [
  ['Page 2 answered with page 1', [{data: {_page: 1, _limit: 1}}, {data: {_page: 2, _limit: 1}}]],
  ["one user's posts with another's", [{url: '/api/rows?user=1'}, {url: '/api/rows?user=2'}]]
]) {
  test(`10 "${what}": each query has its own list`, async () => {
    assert.deepEqual(await run(async ([first, second]) => {
      const {Rows} = inside.classes(), rows = new Rows();
      await inside.fetch(new Rows(), first);
      const done = inside.until(given => { window.request = rows.fetch({...second, ...given}); });
      const atOnce = [request.state(), rows.pluck('id')];
      await done;
      return [atOnce, rows.pluck('id')];
    }, options), [['pending', []], [2]]);
  });
}

// parse

test('10 "parse bypassed": what parse makes of a row comes from the cache as well', async () => {
  shared.server.answer((request, response) => response.json([{id: 1, cents: 500}]));
  assert.deepEqual(await run(async () => {
    const parse = row => ({id: row.id, price: row.cents / 100});
    const {Rows} = inside.classes({model: {parse}}), rows = new Rows();
    await inside.fetch(new Rows());
    const state = rows.fetch().state();
    return [state, rows.toJSON()];
  }), ['resolved', [{id: 1, price: 5}]]);
});

test('10 "parse bypassed": and what the parse of a collection makes of an envelope', async () => {
  shared.server.answer((request, response) => response.json({items: [norway], total: 9}));
  assert.deepEqual(await run(async () => {
    const parse = function (answer) {
      this.total = answer.total;
      return answer.items;
    };
    const {Rows} = inside.classes({collection: {parse}}), rows = new Rows();
    await inside.fetch(new Rows());
    const state = rows.fetch().state();
    return [state, rows.toJSON(), rows.total];
  }), ['resolved', [norway], 9]);
});

test('10 "envelopes sent back to the server": a row that came from the cache is saved as itself', async () => {
  shared.server.answer((request, response) =>
    response.json(request.method === 'GET' ? {row: {id: 1, name: 'Norway'}} : {row: request.body}));
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({model: {parse: answer => answer.row || answer}}), row = new Row({id: 1});
    await inside.fetch(new Row({id: 1}));
    const state = row.fetch().state();
    await inside.save(row, {name: 'Norge'});
    return state;
  }), 'resolved');
  const {body} = shared.server.requests.find(({method}) => method === 'PUT');
  assert.deepEqual(body, {id: 1, name: 'Norge'});
});

// Options of Backbone's

test('10 "reset: true builds every model twice": once', async () => {
  assert.deepEqual(await run(async () => {
    let made = 0;
    const {Rows} = inside.classes({model: {initialize() { made++; }}}), rows = new Rows(), log = inside.log(rows);
    await inside.fetch(rows, {reset: true});
    return [made, log.filter(name => name === 'reset').length];
  }), [2, 1]);
});

test('10 "update fires three times": once', async () => {
  assert.equal(await run(async () => {
    const rows = new (inside.classes().Rows)(), log = inside.log(rows);
    await inside.fetch(rows);
    return log.filter(name => name === 'update').length;
  }), 1);
});

test('10 "silent ignored": neither phase fires a change', async () => {
  await put({...cached, '1-_burry_test': '{"id":1,"name":"Norge"}'});
  assert.deepEqual(await run(async () => {
    const rows = new (inside.classes().Rows)(), log = inside.log(rows);
    await inside.fetch(rows, {silent: true});
    return [log, rows.pluck('name')];
  }), [['request', 'sync cached', 'cachesync cached', 'sync server'], ['Norway', 'Chile']]);
});

// Writes

test('10 "patch sends nothing and throws": it sends what has changed', async () => {
  await put(cached);
  assert.equal(await run(async () => {
    await inside.save(new (inside.classes().Row)({id: 1, name: 'Norway'}), {name: 'Norge'}, {patch: true});
    return inside.record(1);
  }), '{"id":1,"name":"Norge","user":1}');
  assert.deepEqual(shared.server.requests.map(({method, body}) => [method, body]), [['PATCH', {name: 'Norge'}]]);
  assert.deepEqual(shared.errors, []);
});

test('10 "Create answered with 204 throws": it succeeds', async () => {
  shared.server.answer((request, response) => response.status(204).end());
  assert.deepEqual(await run(async () => {
    const rows = new (inside.classes().Rows)(), told = [];
    await inside.create(rows, {name: 'Mali'}, {success: () => told.push('success'), error: () => told.push('error')});
    return told;
  }), ['success']);
  assert.deepEqual(shared.errors, []);
});

for (const [what, order, expected] of [
  ['A late failure undoes a newer save', [['b', 200], ['a', 500]], 'B'],
  ['two failures leave a value that the server never had', [['a', 500], ['b', 500]], 'Norway']
]) {
  test(`10 "${what}": the cache has ${expected}`, async () => {
    await put(cached);
    assert.equal(await run(async order => {
      const row = new (inside.classes().Row)({id: 1, name: 'Norway'});
      inside.send('a', given => row.save({name: 'A'}, given));
      inside.send('b', given => row.save({name: 'B'}, given));
      for (const [name, status] of order) await inside.answer(name, status);
      return JSON.parse(inside.record(1)).name;
    }, order), expected);
  });
}

test('10 "an old answer overwrites a save": the save stands', async () => {
  await put(cached);
  assert.deepEqual(await run(async () => {
    const row = new (inside.classes().Row)({id: 1});
    inside.send('read', given => row.fetch(given));
    inside.send('save', given => row.save({name: 'Norge'}, given));
    await inside.answer('save');
    await inside.answer('read', 200, {id: 1, name: 'Norway'});
    return [row.get('name'), JSON.parse(inside.record(1)).name];
  }), ['Norge', 'Norge']);
});

test('10 "The request\'s abort is lost": it ends the request', async () => {
  await put(cached);
  assert.deepEqual(await run(async () => {
    const texts = [];
    for (const clear of [false, true]) {
      if (clear) localStorage.clear();
      await new Promise(resolve => {
        const request = inside.send('read', given => new (inside.classes().Rows)().fetch({
          ...given, error: (rows, response) => resolve(texts.push(response.statusText))
        }));
        request.abort();
      });
    }
    return texts;
  }), ['abort', 'abort']);
});

// Surroundings

// A fetch, and another that has the rows before the server has answered.
const works = async () => {
  const cachingSync = window.required || Backbone.cachingSync, Rows = Backbone.Collection.extend({
    url: '/api/rows', sync: cachingSync(Backbone.sync, 'test')
  });
  await new Promise((success, error) => new Rows().fetch({success, error}));
  const rows = new Rows(), state = rows.fetch().state();
  return [state, rows.pluck('id')];
};
const working = ['resolved', [1, 2]];
const useFetch = () => {
  Backbone.ajax = ({url, type, data, success, error}) => fetch(url, {method: type, body: data})
    .then(response => response.json()).then(success, error);
};

test('10 "Native promises … fail": a wrapped that returns one', async () => {
  assert.deepEqual(await run(async () => {
    const wrapped = () => fetch('/api/rows').then(response => response.json()), {Rows} = inside.classes({wrapped});
    await new Promise((success, error) => new Rows().fetch({success, error}));
    const rows = new Rows(), state = rows.fetch().state();
    return [state, rows.pluck('id')];
  }), working);
});

for (const [what, scripts, prepareBackbone] of [
  ['jQuery slim', ['jquery-slim', 'underscore', 'backbone', 'cachingsync'], useFetch],
  ['noConflict(true)', ['jquery', 'underscore', 'backbone', '/own/no-conflict.js', 'cachingsync']],
  ['lodash 4', ['jquery', 'lodash', 'backbone', 'cachingsync']]
]) {
  test(`10 "${what} … fail": a page with it caches`, async t => {
    const page = await openInside(t, {data, scripts});
    if (prepareBackbone) await page.run(prepareBackbone);
    assert.deepEqual(await page.run(works), working);
    assert.deepEqual(page.errors, []);
  });
}

test('10 "CommonJS … fail": what require gives is the function', async t => {
  const page = await openInside(t, {data, scripts: ['jquery', 'underscore', 'backbone']});
  await page.run(async () => {
    const text = await (await fetch('/dist/backbone.cachingsync.js')).text(), module = {exports: {}};
    new Function('module', 'exports', 'require', text)(module, module.exports, name => ({backbone: Backbone, jquery: jQuery, underscore: _})[name]);
    window.required = module.exports;
  });
  assert.deepEqual(await page.run(works), working);
  assert.equal(await page.run(() => typeof window.Burry), 'undefined');
});

test('10 "strict mode fail": the file and the page may both be strict', async t => {
  const page = await openInside(t, {data, scripts: ['jquery', 'underscore', 'backbone']});
  await page.run(async () => {
    const text = await (await fetch('/dist/backbone.cachingsync.js')).text();
    const script = document.createElement('script');
    script.text = '"use strict";' + text;
    document.head.append(script);
  });
  assert.deepEqual(await page.run(`(() => { 'use strict'; return (${works})(); })()`), working);
  assert.deepEqual(page.errors, []);
});

// Storage

for (const [what, prepare] of [
  ['Disabled', () => Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})],
  ['absent', () => Object.defineProperty(window, 'localStorage', {value: null})],
  ['full', () => { if (!localStorage.getItem('ballast0')) inside.fill(); }]
]) {
  test(`10 "Disabled or full storage stops the page from starting": ${what}, and it starts`, async t => {
    const {run, errors} = await openInside(t, {data, prepare});
    assert.deepEqual(await run(async () => {
      const rows = new (inside.classes().Rows)();
      await new Promise((success, error) => rows.fetch({success, error}));
      return rows.pluck('id');
    }), [1, 2]);
    assert.deepEqual(errors, []);
  });
}

// As engines spelled it since, and as they did in 2012.
for (const [name, code] of [['QuotaExceededError', 22], ['QuotaExceededError', 0], ['NS_ERROR_DOM_QUOTA_REACHED', 1014], ['QUOTA_EXCEEDED_ERR', 22]]) {
  test(`10 "A quota error newer than 2012 is taken for success": ${name} with code ${code} is none`, async () => {
    assert.deepEqual(await run((name, code) => {
      const store = new Burry.Store('test'), {setItem} = Storage.prototype;
      store.set('key', 'old');
      Storage.prototype.setItem = () => { throw Object.assign(Object.create(Error.prototype), {name, code}); };
      const set = store.set('key', 'new');
      Storage.prototype.setItem = setItem;
      return [set, store.get('key') === undefined];
    }, name, code), [false, true]);
  });
}

test('10 "A quota error newer than 2012 is taken for success": the real one of this browser', async () => {
  assert.deepEqual(await run(() => {
    const store = new Burry.Store('test');
    inside.fill();
    return [store.set('key', 'x'.repeat(1000)), store.get('key') === undefined];
  }), [false, true]);
});

// Burry

test('10 "incr throws on quota": it does not', async () => {
  assert.equal(await run(() => {
    const store = new Burry.Store('test');
    inside.fill();
    return inside.thrown(() => {
      store.incr('visits');
      store.decr('visits');
    });
  }), null);
});

test('10 "continues from an expired value": it counts from 0', async () => {
  await put({'visits-_burry_test': '5', 'visits-_burry_exp_test': '1'});
  assert.equal(await run(() => {
    const store = new Burry.Store('test');
    store.incr('visits');
    return store.get('visits');
  }), 1);
});

test('10 "and stores NaN": what is no number counts as 0', async () => {
  assert.deepEqual(await run(() => ['"text"', '{"a":1}', 'null', 'NaN', 'rubbish', '', '[1]', 'true'].map(text => {
    localStorage.setItem('visits-_burry_test', text);
    const store = new Burry.Store('test');
    store.incr('visits');
    return store.get('visits');
  })), Array(8).fill(1));
});

test('10 "set(key, undefined) stores undefined": it stores nothing, and is false', async () => {
  assert.deepEqual(await run(() => {
    const store = new Burry.Store('test');
    return [store.set('key', undefined), inside.records()];
  }), [false, {}]);
});

test('10 "A rollback renews the ttl": the record has the expiry that it had', async () => {
  const records = {'1-_burry_test': JSON.stringify(norway), '1-_burry_exp_test': '99999999'};
  await put(records);
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({ttl: 5}), expiries = [];
    for (const write of ['save', 'destroy']) {
      inside.send('write', given => write === 'save' ? new Row({id: 1}).save({name: 'Norge'}, given) : new Row({id: 1}).destroy(given));
      expiries.push(localStorage.getItem('1-_burry_exp_test') === '99999999');
      await inside.answer('write', 500);
    }
    return [expiries, inside.records()];
  }), [[false, false], records]);
});

test('10 "Deleting expired keys can delete live ones": every expired one goes, and no other', async () => {
  assert.deepEqual(await run(() => {
    // Neighbours in every order, so that an index that moves on while keys go would skip or hit.
    for (let i = 0; i < 40; i++) {
      localStorage.setItem(`key${i}-_burry_test`, String(i));
      if (i % 3) localStorage.setItem(`key${i}-_burry_exp_test`, i % 3 === 1 ? '1' : '99999999');
    }
    localStorage.setItem('foreign', '1');
    localStorage.setItem('key-_burry_exp_', 'foreign');
    new Burry.Store('test').flushExpired();
    Burry.flushExpired();
    const {foreign, 'key-_burry_exp_': other, ...records} = inside.records();
    return [foreign, other, Object.keys(records).filter(key => !/_exp_/.test(key)).map(key => Number(records[key])).sort((a, b) => a - b)];
  }), ['1', 'foreign', Array.from({length: 40}, (_, i) => i).filter(i => i % 3 !== 1)]);
});

test('10 "Creating in a collection of N costs N²": it reads and writes as much in one of 40 as in one of 4,000', async () => {
  shared.server.answer((request, response) => response.status(201).json({id: 'new'}));
  const [few, many] = await run(async () => {
    const results = [];
    for (const count of [40, 4000]) {
      const ns = 'of' + count, {Rows} = inside.classes({ns}), rows = new Rows(Array.from({length: count}, (_, id) => ({id})));
      for (let id = 0; id < count; id++) localStorage.setItem(`${id}-_burry_${ns}`, `{"id":${id}}`);
      localStorage.setItem('__ids__-_burry_' + ns, JSON.stringify(rows.pluck('id')));
      const counts = inside.countStorage();
      await inside.create(rows, {name: 'new'});
      results.push({...counts, listed: JSON.parse(localStorage.getItem('__ids__-_burry_' + ns)).length});
    }
    return results;
  });
  assert.equal(few.listed, 41);
  assert.equal(many.listed, 4001);
  assert.deepEqual({...many, listed: 0}, {...few, listed: 0});
});
