// The third argument: a ttl as in 2012, or an object of options (contract 1.2,
// 2.2, 2.6 and 8.5).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

// The time of the tests: 59.999 seconds past a whole minute.
const minute = 24000000, time = minute * 60000 + 59999;

// Caches one record under each of these third arguments, given as source text;
// the expiry minutes that lie in storage then, as offsets from now.
function expiries(sources) {
  return sources.map(source => {
    localStorage.clear();
    const wrapped = (method, model, options) => options.success({id: 1});
    const error = inside.thrown(() => {
      const ttl = (0, eval)(`(${source})`);
      Backbone.cachingSync(wrapped, 'test', ttl)('read', new Backbone.Model({id: 1}), {success() {}});
    });
    const expiry = localStorage.getItem('1-_burry_exp_test');
    return error || (expiry === null ? 'none' : String(expiry - Math.floor(new Date().getTime() / 60000)));
  });
}

async function expect(t, table, warnings) {
  const opened = await openInside(t);
  await opened.run(now => inside.setClock(now), time);
  const sources = Object.keys(table);
  const found = await opened.run(expiries, sources);
  assert.deepEqual(Object.fromEntries(sources.map((source, i) => [source, found[i]])), table);
  assert.deepEqual([opened.warnings.length, opened.errors], [warnings, []]);
  return opened;
}

test('1.2 a ttl is in minutes and is written as the whole minute in which it ends', async t => {
  const {run} = await expect(t, {'10': '10', '1': '1', '525600': '525600'}, 0);
  assert.deepEqual(await run(() => {
    Backbone.cachingSync((method, model, options) => options.success({id: 1}), 'test', 10)('read', new Backbone.Model({id: 1}), {success() {}});
    return inside.records();
  }), {'1-_burry_test': '{"id":1}', '1-_burry_exp_test': String(minute + 10)});
});

test('1.2 there is no expiry without a ttl, and no warning', t =>
  expect(t, {'undefined': 'none', '0': 'none', "'0'": 'none'}, 0));

test('1.2 a plain ttl is read with parseInt', t => expect(t, {
  "'10'": '10', "' 10 minutes'": '10', '10.9': '10', "'10.9'": '10', "'1e3'": '1', '[10, 20]': '10', 'new Number(10)': '10',
  'new String("10")': '10', '10n': '10', '0.9': 'none'
}, 0));

test('1.2 a negative ttl has expired at once', t => expect(t, {'-1': '-1', "'-5'": '-5'}, 0));

// Each with exactly one warning.
const noNumbers = ['NaN', "''", "'abc'", 'true', 'false', '[]', 'function () {}', 'Infinity', 'new Date(NaN)', 'new Map()',
  'Symbol("10")', '[Symbol("10")]'];
for (const source of noNumbers) {
  test(`1.2 a ttl that gives no number means no expiry, with one console.warn: ${source}`, async t => {
    const {warnings} = await expect(t, {[source]: 'none'}, 1);
    assert.match(warnings[0], /ttl/);
  });
}

test('1.2 a ttl of null means no expiry', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(expiries, ['null']), ['none']);
});

test('1.2 an object may give the ttl', t => expect(t, {
  '{ttl: 10}': '10', '{ttl: 0}': 'none', '{ttl: undefined}': 'none', '{}': 'none', 'Object.assign(Object.create(null), {ttl: 10})': '10'
}, 0));

test('2.2 an expiry is removed where there is no ttl any more', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = (method, model, options) => options.success({id: 1});
    const read = ttl => {
      Backbone.cachingSync(wrapped, 'test', ttl)('read', new Backbone.Model({id: 1}), {success() {}});
      return Object.keys(inside.records());
    };
    return [read(10), read(0)];
  }), [['1-_burry_exp_test', '1-_burry_test'], ['1-_burry_test']]);
});

test('2.2 a record lives to the end of its minute and has expired in the next', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(time => {
    inside.setClock(time);
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped, ttl: 10});
    new Row({id: 1}).fetch();
    wrapped.requests[0].deferred.resolve({id: 1});
    return [0, 9, 10, 11, 12].map(minutes => {
      inside.setClock(time + minutes * 60000);
      return new Row({id: 1}).fetch().state();
    });
  }, time), ['resolved', 'resolved', 'resolved', 'pending', 'pending']);
});

test('2.6 the time is that of Date at the moment of each call', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(time => {
    const wrapped = (method, model, options) => options.success({id: 1});
    const sync = Backbone.cachingSync(wrapped, 'test', 5);
    return [time, time + 1, 0].map(now => {
      inside.setClock(now);
      sync('read', new Backbone.Model({id: 1}), {success() {}});
      return localStorage.getItem('1-_burry_exp_test');
    });
  }, time), [String(minute + 5), String(minute + 6), '5']);
});

test('2.2 every record of a fetched collection and its list expire together', async t => {
  const {run} = await openInside(t, {data: {rows: [{id: 1}, {id: 2}]}});
  await run(time => inside.setClock(time), time);
  const records = await run(async () => {
    const {Rows} = inside.classes({ttl: 3});
    await inside.fetch(new Rows());
    return inside.records();
  });
  assert.deepEqual(records, {
    '1-_burry_exp_test': String(minute + 3), '1-_burry_test': '{"id":1}',
    '2-_burry_exp_test': String(minute + 3), '2-_burry_test': '{"id":2}',
    '__ids__-_burry_exp_test': String(minute + 3), '__ids__-_burry_test': '[1,2]'
  });
});

// What a decorator is made of, and what the TypeError must name.
const refused = [
  [[undefined], /wrapped.*function.*undefined/],
  [[null], /wrapped.*function.*null/],
  [['sync'], /wrapped.*function.*string/],
  [[{}, 'test', 10], /wrapped.*function.*object/],
  [['f', 'test', {tll: 10}], /tll.*ttl/],
  [['f', 'test', {ttl: 10, anything: undefined}], /anything/],
  [['f', 'test', {ttl: '10'}], /ttl.*number.*10/],
  [['f', 'test', {ttl: null}], /ttl.*number.*null/],
  [['f', 'test', {ttl: NaN}], /ttl.*number.*NaN/],
  [['f', 'test', {ttl: [10]}], /ttl.*number/],
  [['f', 'test', {ttl: {}}], /ttl.*number.*object/],
  [['f', 'test', {ttl: true}], /ttl.*number.*boolean/],
  [['f', 'test', {callbacks: 'twice'}], /callbacks.*once.*twice/],
  [['f', 'test', {callbacks: 1}], /callbacks.*once/],
  [['f', 'test', {callbacks: true}], /callbacks.*once/],
  [['f', 'test', {constructor: 1}], /constructor/],
  [['f', 'test', {toString: 1}], /toString/]
];
test('8.5 a wrapped that is no function, an unknown option and a wrong type are TypeErrors that name it', async t => {
  const {run} = await openInside(t);
  for (const [args, expected] of refused) {
    // undefined and NaN would not survive the way into the page as JSON.
    const source = args.map(value => value === 'f' ? 'Backbone.sync' : spell(value)).join(', ');
    const message = await run(`inside.thrown(() => Backbone.cachingSync(${source}))`);
    assert.match(String(message), /^TypeError: Backbone\.cachingSync: /, source);
    assert.match(message, expected, source);
  }
});

function spell(value) {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? JSON.stringify(value) : String(value);
  if (Array.isArray(value)) return `[${value.map(spell)}]`;
  return `{${Object.keys(value).map(name => `${name}: ${spell(value[name])}`)}}`;
}

test('8.5 an option named __proto__ is unknown too', async t => {
  const {run} = await openInside(t);
  assert.match(await run(() => inside.thrown(() => Backbone.cachingSync(Backbone.sync, 'test', JSON.parse('{"__proto__": {"ttl": 1}}')))),
    /^TypeError: .*__proto__/);
});

test('8.5 a decorator that was refused leaves the library usable', async t => {
  const {run} = await openInside(t, {data: {rows: [{id: 1}]}});
  assert.deepEqual(await run(async () => {
    const error = inside.thrown(() => Backbone.cachingSync(Backbone.sync, 'refused', {ttl: 'ten'}));
    const {Row} = inside.classes({ttl: {ttl: 10, callbacks: 'each'}});
    await inside.fetch(new Row({id: 1}));
    return [error.split(':')[0], new Row({id: 1}).fetch().state(), localStorage.getItem('_burry_stores_')];
  }), ['TypeError', 'resolved', '["","test"]']);
});

test('1.2 the store of a decorator has its plain ttl, as it was read', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => ["10px", ' 7', Symbol('10'), undefined].map((ttl, i) => {
    const {store} = Backbone.cachingSync(() => {}, 'ns' + i, ttl).cache;
    return [store.set('key', 1), localStorage.getItem(`key-_burry_exp_ns${i}`) === inside.minute(parseInt(typeof ttl === 'symbol' ? '' : ttl, 10))];
  })), [[true, true], [true, true], [true, false], [true, false]]);
});
