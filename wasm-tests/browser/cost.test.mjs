// What an operation costs (DESIGN "What it costs", 1 to 4): crossings between
// JavaScript and wasm, accesses to storage, Deferreds. No time is measured.
//
// Crossings are counted from outside of the product: before its script runs,
// WebAssembly is made to give every import and every export a counting wrapper,
// those that are called through the table of functions too.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

function countCrossings() {
  const crossings = window.crossings = {count: 0, names: {}};
  const counting = (name, real) => function () {
    crossings.count++;
    crossings.names[name] = (crossings.names[name] || 0) + 1;
    return real.apply(this, arguments);
  };
  const each = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]));
  const imports = given => each(given, (module, members) =>
    each(members, (name, value) => typeof value === 'function' ? counting(`import ${name}`, value) : value));
  const RealInstance = WebAssembly.Instance;
  WebAssembly.Instance = function (module, given) {
    // The wasm that unpacks the other imports nothing.
    const instance = new RealInstance(module, given && imports(given));
    crossings.memory = Object.values(instance.exports).find(value => value instanceof WebAssembly.Memory);
    return {exports: each(instance.exports, (name, value) => typeof value === 'function' ? counting(`export ${name}`, value) : value)};
  };
  const get = WebAssembly.Table.prototype.get;
  WebAssembly.Table.prototype.get = function (index) {
    const real = get.call(this, index);
    return typeof real === 'function' ? counting('export of the table', real) : real;
  };
}

// In the page: `measure(action)` is what the action costs.
function prepareMeasure() {
  window.makeRows = count => Array.from({length: count}, (_, i) => ({id: i + 1, name: 'row ' + (i + 1)}));
  window.measure = action => {
    const storage = {}, real = {};
    for (const name of ['getItem', 'setItem', 'removeItem', 'key', 'clear']) {
      storage[name] = 0;
      real[name] = Storage.prototype[name];
      Storage.prototype[name] = function () {
        storage[name]++;
        return real[name].apply(this, arguments);
      };
    }
    const length = Object.getOwnPropertyDescriptor(Storage.prototype, 'length');
    storage.length = 0;
    Object.defineProperty(Storage.prototype, 'length', {...length, get() {
      storage.length++;
      return length.get.call(this);
    }});
    const {Deferred} = jQuery;
    let deferreds = 0;
    jQuery.Deferred = function () {
      deferreds++;
      return Deferred.apply(this, arguments);
    };
    const {count} = crossings;
    action();
    jQuery.Deferred = Deferred;
    Object.assign(Storage.prototype, real);
    Object.defineProperty(Storage.prototype, 'length', length);
    return {crossings: crossings.count - count, storage, deferreds};
  };
  // A wrapped sync that makes no Deferred; its requests are answered by the test.
  window.quiet = () => {
    const wrapped = (method, model, options) => { wrapped.requests.push(options); };
    wrapped.requests = [];
    wrapped.answer = data => wrapped.requests.shift().success(data);
    return wrapped;
  };
}

const open = (t, options) => openInside(t, {prepare: `() => { (${countCrossings})(); (${prepareMeasure})(); }`, ...options});

test('DESIGN cost: the wrappers count the crossings of the built file', async t => {
  const {run} = await open(t);
  const {before, after, names} = await run(() => {
    const before = crossings.count, {Row} = inside.classes({wrapped: quiet()});
    new Row({id: 1}).fetch();
    return {before, after: crossings.count, names: crossings.names};
  });
  assert.ok(before > 0 && after > before);
  assert.ok(Object.keys(names).some(name => /^import/.test(name)) && names['export of the table'] > 0);
});

// Each operation, as a function in the page that makes itself ready for a number
// of rows and returns what is to be measured.
const reads = {
  'a first fill': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped}), rows = new Rows();
    return () => {
      rows.fetch();
      wrapped.answer(makeRows(count));
    };
  },
  'a miss that is not answered': () => {
    localStorage.clear();
    const {Rows} = inside.classes({wrapped: quiet()}), rows = new Rows();
    return () => { rows.fetch(); };
  },
  'a cached phase': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped});
    new Rows().fetch();
    wrapped.answer(makeRows(count));
    const rows = new Rows();
    return () => {
      rows.fetch();
      if (rows.length !== count) throw new Error('no hit');
    };
  },
  'a revalidation that changes nothing': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped});
    new Rows().fetch();
    wrapped.answer(makeRows(count));
    new Rows().fetch();
    return () => wrapped.answer(makeRows(count));
  },
  'a revalidation that changes every row': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped});
    new Rows().fetch();
    wrapped.answer(makeRows(count));
    new Rows().fetch();
    return () => wrapped.answer(makeRows(count).map(row => ({...row, name: 'new'})));
  },
  'a revalidation in which all rows have left': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped});
    new Rows().fetch();
    wrapped.answer(makeRows(count));
    new Rows().fetch();
    return () => wrapped.answer([]);
  },
  'a read with ttl': count => {
    inside.setClock(60000 * 1000);
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped, ttl: 10});
    new Rows().fetch();
    wrapped.answer(makeRows(count));
    return () => {
      new Rows().fetch();
      wrapped.answer(makeRows(count));
    };
  },
  'a list with a missing row': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped});
    new Rows().fetch();
    wrapped.answer(makeRows(count));
    localStorage.removeItem(count + '-_burry_test');
    return () => {
      new Rows().fetch();
      wrapped.answer(makeRows(count));
    };
  },
  'fetch({remove: false}) of a collection that holds others': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped}), rows = new Rows(makeRows(count).map(row => ({id: 'local' + row.id})));
    return () => {
      rows.fetch({remove: false});
      wrapped.answer(makeRows(count));
    };
  },
  'a read that overtakes another': count => {
    localStorage.clear();
    const wrapped = quiet(), {Rows} = inside.classes({wrapped});
    new Rows().fetch();
    new Rows().fetch();
    return () => {
      wrapped.requests.pop().success(makeRows(count));
      wrapped.answer(makeRows(count));
    };
  }
};
for (const [what, prepare] of Object.entries(reads)) {
  test(`DESIGN cost 1: ${what} of 10 rows and of 1,000 cross the boundary equally often`, async t => {
    const {run} = await open(t);
    // What is called for the first time makes itself known to Embind.
    const [, few, many] = await run(`[10, 10, 1000].map(count => measure((${prepare})(count)))`);
    assert.ok(Math.abs(many.crossings - few.crossings) <= 1, `${few.crossings}, and ${many.crossings}`);
    assert.ok(few.crossings > 0);
  });
}

test('DESIGN cost 1: the wrapper would see a crossing for each row', async t => {
  const {run} = await open(t);
  const [few, many] = await run(() => {
    const store = new Burry.Store('test');
    return [10, 1000].map(count => measure(() => makeRows(count).forEach(row => store.set(row.id, row))));
  });
  assert.ok(many.crossings > 50 * few.crossings);
});

test('DESIGN cost 2: a revalidation that changes nothing calls setItem zero times', async t => {
  const {run} = await open(t);
  for (const ttl of [undefined, 10]) {
    assert.deepEqual(await run(ttl => {
      inside.setClock(60000 * 1000);
      localStorage.clear();
      const wrapped = quiet(), {Rows, Row} = inside.classes({wrapped, ttl});
      new Rows().fetch();
      wrapped.answer(makeRows(1000));
      new Rows().fetch();
      const ofCollection = measure(() => wrapped.answer(makeRows(1000))).storage;
      new Row({id: 7}).fetch();
      const ofModel = measure(() => wrapped.answer(makeRows(7)[6])).storage;
      return [ofCollection, ofModel].map(storage => [storage.setItem, storage.removeItem]);
    }, ttl), [[0, 0], [0, 0]]);
  }
});

test('DESIGN cost 2: one changed row of 1,000 is one setItem', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const wrapped = quiet(), {Rows} = inside.classes({wrapped});
    new Rows().fetch();
    wrapped.answer(makeRows(1000));
    new Rows().fetch();
    const changed = makeRows(1000);
    changed[499].name = 'changed';
    const {storage} = measure(() => wrapped.answer(changed));
    return [storage.setItem, storage.removeItem, localStorage.getItem('500-_burry_test')];
  }), [1, 0, '{"id":500,"name":"changed"}']);
});

test('DESIGN cost 2: a save whose answer says what was sent writes once', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const wrapped = quiet(), {Rows} = inside.classes({wrapped}), rows = new Rows();
    rows.fetch();
    wrapped.answer(makeRows(10));
    const {storage} = measure(() => {
      rows.get(7).save({name: 'saved'});
      wrapped.answer({id: 7, name: 'saved'});
    });
    return [storage.setItem, localStorage.getItem('7-_burry_test')];
  }), [1, '{"id":7,"name":"saved"}']);
});

// The text of a list is as long as the list, and crosses with each of these.
// Once more it is read beside the storage, to be compared with what is written.
test('DESIGN cost 3: an operation that changes a list asks for it once, compares it once and writes it once', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const wrapped = quiet(), {Rows} = inside.classes({wrapped, ttl: 10}), rows = new Rows(), seen = {};
    const count = (name, action) => {
      const counts = seen[name] = {getItem: 0, setItem: 0}, {getItem, setItem} = Storage.prototype, isList = key => key === '__ids__-_burry_test';
      Storage.prototype.getItem = function (key) {
        if (isList(key)) counts.getItem++;
        return getItem.call(this, key);
      };
      Storage.prototype.setItem = function (key, text) {
        if (isList(key)) counts.setItem++;
        setItem.call(this, key, text);
      };
      action();
      Object.assign(Storage.prototype, {getItem, setItem});
    };
    rows.fetch();
    wrapped.answer(makeRows(10));
    const row = rows.get(7);
    count('destroy', () => row.destroy());
    count('its failure', () => wrapped.requests.shift().error({status: 500}));
    rows.create({name: 'new'});
    count('creation', () => wrapped.answer({id: 'new'}));
    return [seen, JSON.parse(localStorage.getItem('__ids__-_burry_test')).join()];
  }), [{
    destroy: {getItem: 2, setItem: 1}, 'its failure': {getItem: 2, setItem: 1}, creation: {getItem: 2, setItem: 1}
  }, '1,2,3,4,5,6,7,8,9,10,new']);
});

// Rows are looked up as often as there are writes: each look must not go through all.
for (const what of ['saves', 'deletes']) {
  test(`DESIGN cost 3: an answer under 300 pending ${what} goes a fixed number of times through its rows`, async t => {
    const {run} = await open(t);
    const [looked, length, names] = await run(what => {
      const wrapped = quiet(), {Rows} = inside.classes({wrapped}), rows = new Rows(), other = new Rows(), {indexOf, includes, splice} = Array.prototype;
      let looked = 0;
      rows.fetch();
      wrapped.answer(makeRows(300));
      for (const row of rows.models.slice()) what === 'saves' ? row.save({name: 'saved'}) : row.destroy();
      wrapped.requests.length = 0;
      other.fetch();
      const counting = real => function () {
        looked += this.length;
        return real.apply(this, arguments);
      };
      Object.assign(Array.prototype, {indexOf: counting(indexOf), includes: counting(includes), splice: counting(splice)});
      wrapped.answer(makeRows(301));
      Object.assign(Array.prototype, {indexOf, includes, splice});
      return [looked, other.length, [...new Set(other.pluck('name'))].join()];
    }, what);
    assert.deepEqual([length, names], what === 'saves' ? [301, 'saved,row 301'] : [1, 'row 301']);
    assert.ok(looked < 20 * 301, `${looked} looks`);
  });
}

const writes = {
  create: rows => rows.create({name: 'new'}),
  'create with wait': rows => rows.create({name: 'new'}, {wait: true}),
  update: rows => rows.get(7).save({name: 'saved'}),
  patch: rows => rows.get(7).save({name: 'saved'}, {patch: true}),
  delete: rows => rows.get(7).destroy(),
  'delete with wait': rows => rows.get(7).destroy({wait: true})
};
const answers = {create: {id: 'new'}, update: {}, patch: {}, delete: {}};
for (const [what, action] of Object.entries(writes)) {
  for (const outcome of ['succeeds', 'fails']) {
    test(`DESIGN cost 3: a ${what} that ${outcome} costs in a collection of 4,000 what it costs in one of 10`, async t => {
      const {run} = await open(t);
      // The first one finds nothing of an earlier list that it could let go.
      const [, few, many] = await run(`[10, 10, 4000].map(count => {
        localStorage.clear();
        const wrapped = quiet(), {Rows} = inside.classes({wrapped}), rows = new Rows();
        rows.fetch();
        wrapped.answer(makeRows(count));
        return measure(() => {
          (${action})(rows);
          if (${outcome === 'succeeds'}) wrapped.answer(${JSON.stringify(answers[what.split(' ')[0]])});
          else wrapped.requests.shift().error({status: 500});
        });
      })`);
      assert.deepEqual(many, few);
      assert.ok(few.storage.setItem <= 3, `${few.storage.setItem} setItem`);
    });
  }
}

test('DESIGN cost 3: no operation enumerates storage', async t => {
  const {run} = await open(t);
  const {storage} = await run(() => {
    makeRows(100).forEach(row => localStorage.setItem('foreign' + row.id, 'foreign'));
    return measure(() => {
      const wrapped = quiet(), {Rows, Row} = inside.classes({wrapped, ttl: 10}), rows = new Rows();
      for (let i = 0; i < 2; i++) {
        rows.fetch();
        wrapped.answer(makeRows(20));
      }
      rows.create({name: 'new'});
      wrapped.answer({id: 99});
      rows.get(7).save({name: 'saved'});
      wrapped.answer({});
      rows.get(7).save({name: 'saved'}, {patch: true});
      wrapped.requests.shift().error({status: 500});
      rows.get(7).destroy();
      wrapped.requests.shift().error({status: 500});
      new Row({id: 8}).destroy();
      wrapped.answer({});
      new Row({id: 9}).fetch();
      wrapped.requests.shift().error({status: 404});
    });
  });
  assert.deepEqual([storage.key, storage.length, storage.clear], [0, 0, 0]);
  assert.ok(storage.setItem > 20);
});

test('DESIGN cost 4: one Deferred of ours per operation, made when its promise is asked', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const wrapped = quiet(), {Rows, Row} = inside.classes({wrapped}), rows = new Rows();
    // Once, a page looks which methods there are.
    rows.fetch();
    wrapped.answer([]);
    const count = (action, answer) => [false, true].map(isAsked => measure(() => {
      const promise = action(Number(isAsked));
      if (isAsked) promise.done(() => {}).fail(() => {});
      wrapped.answer(answer);
    }).deferreds);
    return [
      count(() => rows.fetch(), makeRows(10)),
      count(() => rows.fetch(), makeRows(10)),
      count(() => new Row({id: 1}).fetch(), {id: 1}),
      count(() => new Row({name: 'new'}, {collection: rows}).save(), {id: 99}),
      count(() => rows.get(7).save({name: 'saved'}), {}),
      count(() => rows.get(7).save({name: 'saved'}, {patch: true}), {}),
      count(asked => rows.get(7 + asked).destroy(), {})
    ];
  }), Array(7).fill([0, 1]));
});

test('DESIGN cost 7: after any number of operations each costs what the first did, and memory has not grown', async t => {
  const {run} = await open(t);
  const [first, last] = await run(() => {
    const wrapped = quiet(), {Rows} = inside.classes({wrapped, ttl: 10}), rows = new Rows();
    inside.setClock(60000 * 1000);
    rows.fetch();
    wrapped.answer(makeRows(10));
    const round = () => {
      rows.fetch();
      wrapped.answer(makeRows(10));
      rows.create({name: 'new'});
      wrapped.answer({id: 99});
      rows.get(99).save({name: 'saved'});
      wrapped.requests.shift().error({status: 500});
      rows.get(99).destroy();
      wrapped.answer({});
    };
    round();
    const first = {...measure(round), memory: crossings.memory.buffer.byteLength};
    for (let i = 0; i < 3000; i++) round();
    return [first, {...measure(round), memory: crossings.memory.buffer.byteLength}];
  });
  assert.ok(first.memory > 0);
  assert.deepEqual(last, first);
});
