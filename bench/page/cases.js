// The cases. Each is {name, group, unit, count, columns} and
//   prepare(cache, data)  makes a filled or an empty cache ready, and returns
//   (n) => {run, after}   the nth operation: what happens before `run`, and after
//                         it, is not timed
// A sample is the mean of `count` operations; `warmUp` operations come before the first.

import {createAnswers, records} from './rows.js';

export const cases = [];

const kinds = [
  {record: 'small', counts: [1, 100, 1000, 5000]},
  // 5 Mi characters are what storage holds: 1,000 of these are 2.3.
  {record: 'country', counts: [1, 100, 1000]}
];
const countFor = rows => rows === 1 ? 30 : rows === 100 ? 5 : 1;

// Fills a cache as a page does, by a fetch that is answered.
function seed(cache, data) {
  if (cache.seed) return cache.seed(data);
  const rows = cache.rows();
  cache.fetch(rows);
  cache.answer(data);
  return rows;
}

// A collection that a fetch has filled from the cache; its request waits.
function fetchCached(cache, data) {
  const rows = cache.rows();
  if (cache.hold) cache.hold(rows, data);
  cache.fetch(rows);
  return rows;
}

const onCollections = {
  'first fill': {
    canRun: cache => cache.fills !== false,
    prepare: (cache, answers) => () => {
      empty(cache);
      const rows = cache.rows(), data = answers();
      return {
        run() {
          cache.fetch(rows);
          cache.answer(data);
        },
        after: () => checkStored(cache, data)
      };
    }
  },
  'cached read': {
    canRun: cache => cache.readsCache !== false,
    prepare(cache, answers) {
      seed(cache, answers());
      return () => {
        const rows = cache.rows();
        return {
          run: () => cache.fetch(rows),
          after() {
            cache.fail();
            if (rows.length !== answers().length) throw new Error(`${rows.length} rows came out of the cache`);
          }
        };
      };
    }
  },
  'nothing changed': revalidation(() => ({})),
  '1 % changed': revalidation(n => ({version: n + 1, nth: 100})),
  'all changed': revalidation(n => ({version: n + 1, nth: 1}))
};

// A column is fast for nothing if it has not stored what it was told.
function checkStored(cache, data) {
  if (!cache.keyOf) return;
  for (const row of [data[0], data[data.length - 1]]) {
    if (localStorage.getItem(cache.keyOf(row)) !== JSON.stringify(row)) throw new Error(`${JSON.stringify(row).slice(0, 40)}... was not stored`);
  }
}

function revalidation(changes) {
  return {
    canRun: cache => cache.revalidates !== false,
    prepare(cache, answers) {
      seed(cache, answers());
      return n => {
        fetchCached(cache, answers());
        const {version, nth} = changes(n), data = answers(version, nth);
        return {run: () => cache.answer(data), after: () => checkStored(cache, data)};
      };
    }
  };
}

for (const {record, counts} of kinds) {
  for (const [group, {canRun, prepare}] of Object.entries(onCollections)) {
    for (const rows of counts) {
      for (const isAlone of [true, false]) {
        const answersOf = once(() => createAnswers(records[record], rows));
        const {idAttribute} = records[record];
        cases.push({
          name: `${group}, ${rows} ${record === 'small' ? '' : 'country '}rows, ${isAlone ? 'layer alone' : "with Backbone's set"}`,
          group, record, rows, isAlone, count: countFor(rows), canRun,
          open: column => column.open && !column.isForModels && !(isAlone && column.isPlain) && column.open({idAttribute, held: isAlone ? answersOf()() : undefined}),
          prepare: cache => prepare(cache, answersOf())
        });
      }
    }
  }
}

// One model, of a list of 100.
const held = once(() => createAnswers(records.small, 100));
const onModels = {
  read: {
    prepare: cache => attributes => {
      const row = cache.row({id: attributes.id});
      return {run: () => cache.fetch(row), after: () => cache.fail()};
    }
  },
  update: {
    needs: 'save',
    prepare: cache => (attributes, n) => {
      const row = cache.row(attributes), change = {title: `saved ${n}`}, data = {...attributes, ...change};
      return {run() {
        cache.save(row, change);
        cache.answer(data);
      }};
    }
  },
  'unchanged update': {
    needs: 'save',
    prepare: cache => attributes => {
      const row = cache.row(attributes), data = {...attributes};
      return {run() {
        cache.save(row, {});
        cache.answer(data);
      }};
    }
  },
  patch: {
    needs: 'patch',
    prepare: cache => (attributes, n) => {
      const row = cache.row(attributes), change = {title: `patched ${n}`}, data = {...attributes, ...change};
      return {run() {
        cache.patch(row, change);
        cache.answer(data);
      }};
    }
  },
  'queued update': queuedUpdate(0),
  'queued update, behind 20 others': queuedUpdate(20),
  delete: {
    needs: 'destroy',
    prepare: cache => attributes => {
      const row = cache.row(attributes);
      return {run() {
        cache.destroy(row);
        cache.answer({});
      }};
    }
  }
};

// Of a row that nothing waits of; the others wait all the time.
function queuedUpdate(others) {
  return {
    needs: 'lose',
    prepare(cache) {
      const queue = (row, change) => {
        cache.save(row, change);
        cache.lose();
      };
      if (others) held()().slice(-others).forEach(attributes => queue(cache.row(attributes), {title: 'waits'}));
      return (attributes, n) => {
        const row = cache.row(attributes), change = {title: `saved ${n}`};
        return {run: () => queue(row, change), after: () => cache.discard(row)};
      };
    }
  };
}

for (const [what, {needs = 'row', prepare}] of Object.entries(onModels)) {
  cases.push({
    name: `one model: ${what}`, group: 'one model', count: 50, warmUp: 1000,
    open: openSmall,
    canRun: cache => cache[needs] && (what !== 'read' || cache.readsCache !== false && cache.revalidates !== false),
    prepare(cache) {
      seed(cache, held()());
      const operation = prepare(cache), attributes = held()();
      return n => operation(attributes[n], n);
    }
  });
}

// Nothing costs more because other writes wait.
const replayed = 5;
const besideQueue = {
  'a queued save': (cache, attributes, n) => ({
    run() {
      cache.save(cache.row(attributes), {title: `saved ${n}`});
      cache.lose();
    },
    after: () => cache.discard(attributes.id)
  }),
  'a save of another record': (cache, attributes, n) => ({
    run() {
      cache.save(cache.row(attributes), {title: `saved ${n}`});
      cache.answer(attributes);
    }
  }),
  'a cached read of 100 rows': cache => {
    const rows = cache.rows();
    return {run: () => cache.fetch(rows), after: () => cache.fail()};
  },
  // Its answer, and the next request. The last one ends the replay.
  'a replayed write': (cache, attributes, n) => ({run: () => cache.answer({id: `waits${n}`}), after: () => n === replayed - 1 && cache.fail()})
};
for (const waiting of [10, 2000]) for (const [what, operation] of Object.entries(besideQueue)) {
  const isReplay = what === 'a replayed write';
  cases.push({
    name: `behind ${waiting} queued writes: ${what}`, group: 'queue', count: isReplay ? replayed : 20,
    open: openSmall,
    canRun: cache => cache.lose,
    async prepare(cache) {
      seed(cache, held()());
      for (let i = 0; i < waiting; i++) {
        // A patch of an unknown record joins no list.
        cache.patch(cache.row({id: `waits${i}`}), {title: 'waits'});
        cache.lose();
      }
      if (isReplay) await cache.beginReplay();
      const attributes = held()();
      return n => operation(cache, attributes[n], n);
    }
  });
}

for (const rows of [100, 1000, 4000]) {
  const answersOf = once(() => createAnswers(records.small, rows));
  cases.push({
    name: `create into ${rows}`, group: 'create', rows, count: 10,
    open: openSmall,
    canRun: cache => cache.create,
    prepare(cache) {
      let collection = seed(cache, answersOf()());
      if (!collection) cache.fetch(collection = cache.rows());
      return n => {
        const {id, ...attributes} = records.small.row(100000 + n, 0);
        return {run() {
          cache.create(collection, attributes);
          cache.answer({id});
        }};
      };
    }
  });
}

const values = once(() => createAnswers(records.small, 1000)());
const onStores = {
  set: {
    count: 100,
    prepare: (store, values) => n => ({run: () => store.set(n, values[n])})
  },
  get: {
    count: 100,
    prepare(store, values) {
      values.forEach((value, key) => store.set(key, value));
      return n => ({run: () => store.get(n)});
    }
  },
  keys: {
    count: 3,
    prepare(store, values) {
      values.forEach((value, key) => store.set(key, value));
      return () => ({run: () => store.keys()});
    }
  }
};
for (const [what, {count, prepare}] of Object.entries(onStores)) {
  cases.push({
    name: `Burry: ${what}${what === 'keys' ? ' of 1000' : ''}`, group: 'Burry', count,
    open: column => column.openStore && {clear() {}, ...column.openStore()},
    canRun: store => store[what],
    prepare: store => prepare(store, values())
  });
}

export function openSmall(column) {
  return column.open && column.open({idAttribute: 'id'});
}

export function empty(cache) {
  localStorage.clear();
  cache.clear();
}

function once(make) {
  let made;
  return () => made = made || make();
}
