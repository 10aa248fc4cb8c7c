// Nothing has to be freed by the page (DESIGN, cost 6): after a thousand and more mixed
// operations C++ holds as many values of the page and has as many calls in progress as
// before, and its memory has not grown.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {catchCore, catchMemory} from './catch-core.mjs';
import {unless} from './engines/index.mjs';
import {openInside} from './inside.mjs';
import {offlinePage, plainPage} from './server.mjs';

const prepare = `() => { (${catchCore})(); (${catchMemory})(); }`;
// What is left of the memory, in bytes, when it is measured for the first time.
const room = 160 * 1024;
// As many operations as are measured. `npm run test:all` does more of them.
const operations = process.env.THOROUGH ? 4000 : 1000;

// In the page: play(count) does that many operations, always the same ones.
function preparePlay() {
  let seed = 1;
  const below = count => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor(seed / 2 ** 32 * count);
  };
  const pick = choices => choices[below(choices.length)];

  // A server in memory. What it answers is decided when it is asked, and told in
  // one of the ways of wrapped syncs.
  let lastId = 1000;
  const table = () => Array.from({length: 10}, (_, i) => ({id: i + 1, name: `row ${below(3)}`, text: 'x'.repeat(20)}));
  const outcomeOf = (method, model) => {
    const chance = below(20);
    if (chance < 3) return {status: [500, 404, 403][chance]};
    if (method === 'read') return {data: model.models ? table() : {id: model.id, name: `read ${below(3)}`}};
    if (method === 'create') return {data: pick([{id: ++lastId}, {id: ++lastId, name: 'named'}])};
    return {data: pick([{}, null, {name: `answered ${below(3)}`}])};
  };
  const times = {
    'at once': action => action(),
    'in a microtask': action => queueMicrotask(action),
    later: action => setTimeout(action)
  };
  const ways = {
    'calls back': (tell, options) => {
      tell(options.success, options.error);
    },
    'settles a Deferred': tell => {
      const deferred = jQuery.Deferred();
      tell(deferred.resolve, deferred.reject);
      return deferred.promise({abort: () => deferred.reject({status: 0}, 'abort')});
    },
    'does both': (tell, options) => {
      const deferred = jQuery.Deferred();
      tell(data => { options.success(data); deferred.resolve(data); }, error => { options.error(error); deferred.reject(error); });
      return deferred.promise({abort: () => deferred.reject({status: 0}, 'abort')});
    },
    'settles a native promise': tell => new Promise((resolve, reject) => tell(resolve, reject))
  };
  const inMemory = (method, model, options) => {
    if (below(50) === 0) throw new Error('wrapped');
    const {data, status} = outcomeOf(method, model), when = times[pick(Object.keys(times))];
    return ways[pick(Object.keys(ways))]((succeed, fail) => when(() => quietly(() => status ? fail({status}) : succeed(data))), options);
  };
  const quietly = action => {
    try {
      return action();
    } catch (error) {
      return undefined;
    }
  };

  const classes = {};
  const openClasses = (name, sync, row, rows) => {
    const Row = Backbone.Model.extend({urlRoot: '/api/rows', sync, ...row});
    classes[name] = {Row, Rows: Backbone.Collection.extend({url: '/api/rows', model: Row, sync, ...rows}), sync};
  };
  openClasses('plain', Backbone.cachingSync(inMemory, 'plain'));
  openClasses('with ttl', Backbone.cachingSync(inMemory, 'ttl', 10));
  openClasses('with parse', Backbone.cachingSync(inMemory, 'parse'), {parse: row => row && {...row, parsed: true}}, {parse: rows => rows && rows.slice(1)});
  openClasses('in real HTTP', Backbone.cachingSync(Backbone.sync, 'http', 10));

  // A fetch that finds something, or nothing; and so on. Each ends in the turn of
  // its answer, so a batch of them overlaps.
  const fetchOptions = [{}, {reset: true}, {remove: false}, {silent: true}, {data: {page: 1}}, {data: {page: 2}, remove: false}, {url: '/api/rows?q=1'}, {callbacks: 'once'}];
  const saveOptions = [{}, {wait: true}, {patch: true}, {patch: true, wait: true}];
  const operations = {
    fetch: ({rows}) => rows.fetch(pick(fetchOptions)),
    'fetch of nothing cached': ({rows, sync}) => {
      sync.cache.clear();
      return rows.fetch();
    },
    'fetch of a model': ({Row}) => new Row({id: below(12) + 1}).fetch(),
    'fetch of a singleton': ({Row}) => new Row().fetch(),
    'fetch that is aborted': ({rows}) => {
      const request = rows.fetch();
      if (request.abort) request.abort();
      return request;
    },
    'fetch whose callback throws': ({rows}) => rows.fetch({success() { throw new Error('success'); }, error() { throw new Error('error'); }}),
    'fetch whose callback saves and fetches': ({rows, Row}) => rows.fetch({success: () => {
      quietly(() => new Row({id: 1}).save({name: 'inner'}));
      quietly(() => new Row({id: 2}).fetch());
      quietly(() => new Row({id: 3}).destroy());
    }}),
    create: ({rows}) => void rows.create({name: 'new', text: 'x'.repeat(below(30))}, pick([{}, {wait: true}])),
    save: ({rows, Row}) => (rows.at(below(rows.length + 1)) || new Row({id: 7})).save({name: `saved ${below(4)}`}, pick(saveOptions)),
    'save of a value without JSON': ({Row}) => {
      const cycle = {};
      cycle.self = cycle;
      return new Row({id: 5}).save({cycle}, {attrs: {name: 'sent'}});
    },
    'save twice': ({Row}) => {
      const row = new Row({id: below(4) + 1});
      quietly(() => row.save({name: 'one'}));
      return row.save({name: 'two'}, {patch: true});
    },
    destroy: ({rows}) => rows.length > 3 && rows.last().destroy(pick([{}, {wait: true}])),
    'save and destroy': ({Row}) => {
      const row = new Row({id: below(4) + 1});
      quietly(() => row.save({name: 'last'}));
      return row.destroy();
    },
    clear: ({sync, rows}) => {
      const request = rows.fetch();
      if (below(5) === 0) Backbone.cachingSync.clear();
      else sync.cache.clear();
      return request;
    },
    cache: ({sync}) => {
      sync.cache.remove(below(12));
      sync.cache.ids();
      sync.cache.stats();
    },
    Burry: () => {
      const store = new Burry.Store(pick(['one', 'two']), pick([undefined, 10]));
      store.set(`key ${below(5)}`, {name: 'x'.repeat(below(50))}, pick([undefined, 5, -1]));
      store.get(`key ${below(5)}`);
      store.incr('count');
      store.keys();
      if (below(10) === 0) store.flush();
    }
  };
  const names = Object.keys(operations);

  const settled = result => result && typeof result.then === 'function' && new Promise(resolve => result.then(() => resolve(), () => resolve()));
  window.done = {};
  window.play = async count => {
    for (let i = 0; i < count; i += 50) {
      // Models live for a batch, as pages come and go.
      const kinds = Object.entries(classes).filter(([name]) => name !== 'in real HTTP').map(([, kind]) => ({...kind, rows: new kind.Rows()}));
      const overlapping = [];
      for (let j = 0; j < 49; j++) {
        const name = pick(names);
        done[name] = (done[name] || 0) + 1;
        overlapping.push(settled(quietly(() => operations[name](pick(kinds)))));
      }
      await Promise.all(overlapping);
      await playOneInHTTP();
    }
    // Inner calls, and the turns that native promises take.
    for (let i = 0; i < 10; i++) await new Promise(resolve => setTimeout(resolve));
  };
  async function playOneInHTTP() {
    const {Row, Rows} = classes['in real HTTP'], rows = new Rows();
    done['in real HTTP'] = (done['in real HTTP'] || 0) + 1;
    const row = new Row({id: 1});
    await settled(pick([
      () => rows.fetch(),
      () => row.fetch(),
      () => row.save({name: `saved ${below(4)}`}),
      () => new Row({id: 99}).fetch(),
      () => rows.fetch({url: '/api/missing'}),
      () => row.save({name: 'lost'}, {url: '/api/missing'}),
      () => {
        const request = rows.fetch();
        request.abort();
        return request;
      }
    ])());
  }

  // The list that was parsed last is remembered as long as there is one.
  window.measure = () => {
    Backbone.cachingSync.clear();
    return {handles: countHandles(), memory: memory.buffer.byteLength, inProgress: core.callsInProgress()};
  };
  // While a save is under way, its call is held.
  window.handlesOfSave = () => {
    const deferred = jQuery.Deferred(), {Row} = inside.classes({wrapped: () => deferred.promise(), ns: 'counted'});
    new Row({id: 1}).save({name: 'sent'});
    const held = countHandles();
    deferred.resolve({});
    return held;
  };
}

// What of the page's own code is asked after Backbone has set an answer, and how it is
// made to throw then, and only then.
const throwing = {
  'get of a collection that holds more than the answer': {method: 'get', more: true},
  'length of a collection': {getter: 'length'},
  'models of a collection': {getter: 'models'}
};

// Used bytes and live calls on the heap of JavaScript.
async function measureHeap(page) {
  const session = await page.createCDPSession();
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  const {usedSize} = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return {usedSize, count: await page.evaluate(() => window.started.filter(call => call.deref()).length)};
}

for (const [file, scripts] of [['caching', plainPage], ['offline', offlinePage]]) test(`DESIGN cost 6: mixed operations by the thousand leave no value, no memory and no call behind (${file})`, {skip: unless('heap')}, async t => {
  const {page, run, server} = await openInside(t, {scripts, data: {rows: [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]}, prepare});
  await run(`(${preparePlay})()`);
  await run(() => {
    const {start} = core;
    window.started = [];
    core.start = function (decorator, number) {
      started.push(new WeakRef(core.calls.get(number)));
      return start.apply(this, arguments);
    };
  });

  await run(() => play(500));
  await run(room => leaveRoom(room), room);
  const before = await run(() => measure()), heapBefore = await measureHeap(page);
  await run(count => play(count), operations);
  const after = await run(() => measure()), heapAfter = await measureHeap(page);
  const done = await run(() => window.done);

  assert.equal(Object.values(done).reduce((sum, count) => sum + count), 500 + operations);
  assert.ok(Object.values(done).every(count => count > operations / 80), JSON.stringify(done));
  assert.ok(server.requests.length > operations / 80, `${server.requests.length} requests`);
  assert.ok(await run(() => started.length) > operations / 2);
  assert.deepEqual(after, before);
  assert.deepEqual([after.handles, after.inProgress], [await run(() => handlesAtRest), 0]);
  // What is measured would tell: a call in progress, and as much as was left.
  assert.equal(await run(() => handlesOfSave()), after.handles + 1);
  assert.ok(await run(room => {
    core._malloc(room);
    return memory.buffer.byteLength;
  }, room) > after.memory);
  t.diagnostic(JSON.stringify([heapBefore, heapAfter, after]));
  assert.ok(heapAfter.count <= heapBefore.count + 5, `${heapBefore.count} calls, then ${heapAfter.count}`);
  assert.ok(heapAfter.usedSize < heapBefore.usedSize * 1.5, `${heapBefore.usedSize} bytes, then ${heapAfter.usedSize}`);
});

test('5.6, DESIGN cost 6: texts are forgotten, also while one is needed', async t => {
  const {run} = await openInside(t, {prepare});
  assert.deepEqual(await run(reads => {
    const wrapped = inside.wrapped(), {Row, Rows} = inside.classes({wrapped}), rows = new Rows();
    const answer = data => wrapped.requests.pop().options.success(data);
    rows.fetch();
    answer([]);
    // The list that it joins may not be fetched again.
    rows.create({});
    answer({id: 'made'});
    const read = id => {
      new Row({id}).fetch();
      answer({id});
      localStorage.removeItem(id + '-_burry_test');
    };
    const long = 'longer than what a text of C++ holds without memory of its own ';
    for (let i = 0; i < 1000; i++) read(long + i);
    leaveRoom(160 * 1024);
    const before = memory.buffer.byteLength;
    for (let i = 0; i < reads; i++) read(long + i);
    const grown = memory.buffer.byteLength - before;
    // Another tab has written the list without it.
    localStorage.setItem('__ids__-_burry_test', '[]');
    read('last');
    return [grown, countHandles() - handlesAtRest, localStorage.getItem('__ids__-_burry_test')];
  }, operations * 5), [0, 0, '["made"]']);
});

for (const [name, {method, getter, more}] of Object.entries(throwing)) {
  test(`9.1, DESIGN cost 6: ${name} that throws leaves no value and no call behind, and caches no lesser list`, async t => {
    const {run} = await openInside(t, {prepare});
    assert.deepEqual(await run((method, getter, more) => {
      let throws = false;
      const wrapped = inside.wrapped(), fail = () => { throw new Error('of the page'); };
      const own = method && {[method](...args) {
        return throws ? fail() : Backbone.Collection.prototype[method].apply(this, args);
      }};
      const {Rows} = inside.classes({wrapped, collection: own || {}}), rows = new Rows();
      const answer = data => {
        try {
          wrapped.requests.pop().options.success(data);
          return 'no error';
        } catch (error) {
          return error.message;
        }
      };
      if (more) rows.add({id: 9});
      rows.fetch({remove: false});
      if (getter) {
        let value = rows[getter];
        Object.defineProperty(rows, getter, {
          configurable: true, get: () => throws ? fail() : value, set: given => { value = given; }
        });
      }
      rows.on('update', () => { throws = true; });
      const told = answer([{id: 1}, {id: 2}]);
      throws = false;
      const whole = new Rows();
      whole.fetch();
      const hasList = whole.length > 0;
      answer([{id: 1}, {id: 2}]);
      Backbone.cachingSync.clear();
      return [told, hasList, countHandles() - handlesAtRest, core.callsInProgress()];
    }, method, getter, more), ['of the page', false, 0, 0]);
  });
}
