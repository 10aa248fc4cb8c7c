// The page's own code runs in the middle of an operation: handlers, `parse`, getters,
// a storage that was replaced. Whatever it throws, changes or calls there, the core is
// as usable afterwards as before (contract 9.1), and forgets what it does not need.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {catchCore} from './catch-core.mjs';
import {openInside} from './inside.mjs';

// In the page.
function prepare() {
  // Whether C++ holds nothing of the page but the calls in progress, now and after more
  // operations.
  window.forgets = () => {
    const isAtRest = () => countHandles() === handlesAtRest + core.callsInProgress(), now = isAtRest();
    for (let i = 0; i < 300; i++) new Burry.Store('test').get('none' + i);
    return now && isAtRest();
  };
}

const unreadable = {
  'an id that is no id': '{"id":{"toString":1}}',
  'a path that is none': '{"id":1,"_burry_":{"parsed":true,"dates":[[{"toString":1}]]}} ',
  'a date that is none': '{"id":1,"when":{"toString":1},"_burry_":{"parsed":true,"dates":[["when"]]}} ',
  'an attribute that is nested too deeply': `{"id":1,"_burry_":{},"deep":${'['.repeat(20000)}${']'.repeat(20000)}} `
};

// name: {run, in the page, gives what is expected}. Storage is that of the namespace test.
const cases = {
  '9.3 rubbish that cannot be read is a miss, three thousand times': {
    run: unreadable => {
      const {Row, Rows} = inside.classes({wrapped() {}}), parsing = inside.classes({wrapped() {}, model: {parse: row => row}});
      const thrown = new Set();
      for (const text of Object.values(unreadable)) {
        inside.put({'1-_burry_test': text, '__ids__-_burry_test': '[1]'});
        const often = text.length > 1000 ? 2 : 400;
        for (let i = 0; i < often; i++) {
          for (const {Row: One, Rows: Many} of [{Row, Rows}, parsing]) {
            thrown.add(inside.thrown(() => new Many().fetch())).add(inside.thrown(() => new One({id: 1}).fetch()));
          }
        }
      }
      localStorage.clear();
      const store = new Burry.Store('test');
      return [[...thrown], store.set('k', 1), store.get('k')];
    },
    args: [unreadable],
    expected: [[null], true, 1]
  },
  '9.3 an answer of a collection that cannot be read is a miss': {
    run: () => {
      const {Rows} = inside.classes({wrapped() {}, collection: {parse: answer => answer.items}});
      inside.put({'__ids__-_burry_test': '[]', '__ids__?#-_burry_test': '{"answer":{},"path":[{"toString":1}]}'});
      return [inside.thrown(() => new Rows().fetch()), forgets()];
    },
    expected: [null, true]
  },
  '9.1 exceptions of the page leave the core usable': {
    run: () => {
      const error = () => { throw new Error('of the page'); };
      const wrapped = (method, model, options) => options.error({status: 500});
      const {Row} = inside.classes({wrapped, model: {toJSON: error}});
      const real = Storage.prototype.getItem, thrown = new Set();
      for (let i = 0; i < 3000; i++) thrown.add(inside.thrown(() => new Row({id: 1}).save({a: i})));
      Storage.prototype.getItem = error;
      for (let i = 0; i < 3000; i++) thrown.add(inside.thrown(() => new Burry.Store('test').get('k')));
      Storage.prototype.getItem = real;
      const {getTime} = Date.prototype;
      Date.prototype.getTime = error;
      for (let i = 0; i < 3000; i++) thrown.add(inside.thrown(() => new Burry.Store('test').set('k', i, 5)));
      Date.prototype.getTime = getTime;
      const store = new Burry.Store('test');
      return [[...thrown], store.set('k', 1), store.get('k'), forgets()];
    },
    expected: [[null], true, 1, true]
  },
  '5.7 getters of an answer and of a collection that throw: the exception reaches the caller, and nothing is left behind': {
    run: () => {
      const fail = () => { throw new Error('of the page'); }, seen = {};
      const answered = Object.defineProperty({name: 'x'}, 'id', {get: fail, enumerable: true});
      const throwing = (object, name) => Object.defineProperty(object, name, {get: fail});
      const attempt = (name, start, data = {id: 1}) => {
        const wrapped = inside.wrapped(), classes = inside.classes({wrapped, ns: name});
        start(classes);
        const told = inside.thrown(() => wrapped.requests[0].options.success(data));
        seen[name] = [told, core.callsInProgress(), forgets()].join();
      };
      attempt('id of a row', ({Rows}) => new Rows().fetch(), [answered]);
      attempt('id of an answer', ({Row}) => new Row({id: 1}).fetch(), answered);
      attempt('id of the answer to a save', ({Row}) => new Row({id: 1}).save({a: 1}), answered);
      attempt('id of the answer to a create', ({Rows}) => new Rows().create({a: 1}), answered);
      attempt('all of an answer', ({Row}) => new Row({id: 1}).fetch(), new Proxy({}, {ownKeys: fail, get: fail, getOwnPropertyDescriptor: fail}));
      attempt('all of the rows', ({Rows}) => new Rows().fetch(), new Proxy([], {get: fail}));
      attempt('idAttribute', ({Row}) => {
        const row = new Row({id: 1});
        row.fetch();
        throwing(row, 'idAttribute');
      });
      for (const name of ['model', 'trigger']) {
        attempt(name, ({Rows}) => {
          const rows = new Rows();
          rows.fetch();
          throwing(rows, name);
        }, [{id: 1}]);
      }
      for (const name of ['url', 'models']) {
        attempt(`${name} of a create`, ({Rows}) => {
          const rows = new Rows();
          rows.create({a: 1});
          throwing(rows, name);
        });
      }
      const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped});
      new Row({id: 1}).fetch();
      const told = inside.thrown(() => wrapped.requests[0].options.error(throwing({}, 'status')));
      seen['status of a failure'] = [told, core.callsInProgress(), forgets()].join();
      inside.put({'1-_burry_cached': '{"id":1}', '__ids__-_burry_cached': '[1]'});
      const {Rows} = inside.classes({wrapped: (method, model, options) => options.error({status: 500}), ns: 'cached'});
      const cached = inside.thrown(() => throwing(new Rows(), 'model').fetch());
      seen['model in the cached phase'] = [cached, core.callsInProgress(), forgets()].join();
      return [...new Set(Object.values(seen))].length === 1 ? Object.values(seen)[0] : seen;
    },
    expected: 'Error: of the page,0,true'
  },
  '9.1 a console that throws': {
    run: () => {
      console.warn = () => { throw new Error('no warnings'); };
      return [inside.thrown(() => Backbone.cachingSync(Backbone.sync, 'test', 'abc')), forgets()];
    },
    expected: [null, true]
  },
  '1.2 a ttl whose text is made by a call of the library': {
    run: () => {
      const ttl = Object.assign(() => {}, {toString() { Burry.flushExpired(); return '10'; }});
      const sync = Backbone.cachingSync(() => {}, 'zebra', ttl);
      new (Backbone.Model.extend({urlRoot: '/x', sync}))({id: 1}).save({a: 1});
      return [localStorage.getItem('1-_burry_zebra'), Number(localStorage.getItem('1-_burry_exp_zebra')) > 0];
    },
    expected: ['{"id":1,"a":1}', true]
  },
  '9.1 an id that JSON cannot spell is none': {
    run: () => {
      const wrapped = inside.wrapped(), {Rows} = inside.classes({wrapped}), rows = new Rows();
      rows.fetch();
      wrapped.requests[0].options.success([{id: 1}, {id: 2}]);
      const before = inside.records();
      rows.fetch();
      const thrown = inside.thrown(() => wrapped.requests[1].options.success([{id: 1}, {id: Infinity}]));
      return [thrown, Object.keys(before), inside.records(), core.callsInProgress(), forgets()];
    },
    expected: [null, ['1-_burry_test', '2-_burry_test', '__ids__-_burry_test'], {'1-_burry_test': '{"id":1}'}, 0, true]
  },
  '5.1 a row without id is not the record of the id null': {
    run: () => {
      const wrapped = inside.wrapped(), {Row, Rows} = inside.classes({wrapped}), rows = new Rows();
      new Row({id: 'null'}).save({a: 'mr null'});
      rows.fetch();
      wrapped.requests[1].options.success([{id: 1, a: 0}, {id: null, a: 'draft'}]);
      const shown = rows.toJSON();
      wrapped.requests[0].options.error({status: 500});
      return [shown, inside.records()];
    },
    expected: [[{id: 1, a: 0}, {id: null, a: 'draft'}], {'1-_burry_test': '{"id":1,"a":0}'}]
  },
  '4.4 nor is it taken for a row that is being deleted': {
    run: () => {
      const wrapped = inside.wrapped(), {Row, Rows} = inside.classes({wrapped}), rows = new Rows();
      inside.put({'undefined-_burry_test': '{"id":"undefined","a":"confirmed"}'});
      new Row({id: 'undefined'}).destroy();
      rows.fetch();
      wrapped.requests[1].options.success([{id: 1}, {a: 'draft'}]);
      wrapped.requests[0].options.error({status: 500});
      return [rows.toJSON(), localStorage.getItem('undefined-_burry_test')];
    },
    expected: [[{id: 1}, {a: 'draft'}], '{"id":"undefined","a":"confirmed"}']
  },
  '4.8 an answer without JSON is nothing that a class with its own parse is made of': {
    run: () => {
      const wrapped = inside.wrapped(), parse = row => ({id: row.id, price: Number(row.cents) / 100});
      const {Row} = inside.classes({wrapped, model: {parse}}), row = new Row({id: 1});
      row.fetch();
      wrapped.requests[0].options.success({id: 1, cents: 500n});
      row.save({price: 7});
      const again = new Row({id: 1});
      again.fetch();
      const thrown = inside.thrown(() => wrapped.requests[1].options.success({id: 1, cents: 700n}));
      return [again.attributes, thrown];
    },
    expected: [{id: 1, price: 7}, null]
  },
  '5.7 a model that a handler disposes of is cached as it was answered': {
    run: () => {
      const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped}), row = new Row({id: 1, a: 1, b: 1});
      row.save({a: 2});
      row.on('change', () => { row.attributes = null; });
      const thrown = inside.thrown(() => wrapped.requests[0].options.success({id: 1, a: 3}));
      return [thrown, inside.records(), core.callsInProgress(), forgets()];
    },
    expected: [null, {'1-_burry_test': '{"id":1,"a":3,"b":1}'}, 0, true]
  },
  '5.7 a collection that was disposed of ends its create': {
    run: () => {
      const wrapped = inside.wrapped(), {Rows} = inside.classes({wrapped}), rows = new Rows();
      rows.create({name: 'x'});
      delete rows.models;
      inside.thrown(() => wrapped.requests[0].options.success({id: 5}));
      return [localStorage.getItem('5-_burry_test'), core.callsInProgress(), forgets()];
    },
    expected: ['{"name":"x","id":5}', 0, true]
  },
  '9.1 options and models that are frozen meanwhile': {
    run: () => {
      let options;
      const frozen = inside.classes({wrapped: (method, model, given) => { options = Object.freeze(given); }});
      new frozen.Row({id: 1}).fetch();
      const thrown = [inside.thrown(() => options.success({id: 1, a: 1}))];
      const read = new frozen.Row({id: 1});
      thrown.push(inside.thrown(() => read.fetch()));
      const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped, ns: 'frozen', model: {parse: row => row}});
      const row = new Row({id: 1});
      row.fetch({success: () => Object.freeze(row)});
      thrown.push(inside.thrown(() => wrapped.requests[0].options.success({id: 1})));
      return [thrown, read.attributes, localStorage.getItem('1-_burry_frozen'), forgets()];
    },
    expected: [[null, null, null], {id: 1, a: 1}, '{"id":1} ', true]
  },
  '3.1 an object with models and no get is a collection': {
    run: () => {
      const wrapped = inside.wrapped(), sync = Backbone.cachingSync(wrapped, 'test');
      const like = {models: [], url: '/x', set(rows) { this.models = rows; }};
      sync('read', like, {success: rows => like.set(rows)});
      return [inside.thrown(() => wrapped.requests[0].options.success([{id: 1}])), inside.records()];
    },
    expected: [null, {'1-_burry_test': '{"id":1}', '__ids__-_burry_test': '[1]'}]
  },
  '5.5 a cache that is emptied while a save is spelled stays empty': {
    run: () => {
      const wrapped = inside.wrapped(), {sync, Row} = inside.classes({wrapped});
      const value = {toJSON() { sync.cache.clear(); return 'v'; }}, records = [];
      new Row({id: 1, value}).save();
      records.push(inside.records());
      wrapped.requests[0].options.success({id: 1, value: 'answered'});
      records.push(inside.records());
      new Row({id: 1}).fetch();
      wrapped.requests[1].options.success({id: 1, value: 'newest'});
      return [...records, inside.records()];
    },
    expected: [{}, {}, {'1-_burry_test': '{"id":1,"value":"newest"}'}]
  },
  '3.4 a request that is answered while the cached rows are read': {
    run: () => {
      let options = null;
      const modelId = attributes => {
        const answered = options;
        options = null;
        if (answered) answered.success([{id: 1, a: 'fresh'}]);
        return attributes.id;
      };
      const {Rows} = inside.classes({wrapped: (method, model, given) => { options = given; }, collection: {modelId}});
      inside.put({'1-_burry_test': '{"id":1,"a":"stale"}', '__ids__-_burry_test': '[1]'});
      const rows = new Rows(), thrown = inside.thrown(() => rows.fetch());
      return [thrown, rows.toJSON(), localStorage.getItem('1-_burry_test'), core.callsInProgress(), forgets()];
    },
    expected: [null, [{id: 1, a: 'fresh'}], '{"id":1,"a":"fresh"}', 0, true]
  },
  '4.2 saves out of a storage that is being written all come back': {
    run: () => {
      const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped}), ids = [1, 2, 3];
      for (const id of ids) inside.put({[`${id}-_burry_test`]: `{"id":${id},"a":"old"}`});
      const before = inside.records(), {setItem} = Storage.prototype;
      Storage.prototype.setItem = function (key, value) {
        setItem.call(this, key, value);
        Storage.prototype.setItem = setItem;
        [2, 3].forEach(id => new Row({id}).save({a: 'new'}));
      };
      new Row({id: 1}).save({a: 'new'});
      const shown = Object.values(inside.records()).filter(text => text.includes('new')).length;
      wrapped.requests.forEach(({options}) => options.error({status: 500}));
      return [shown, JSON.stringify(inside.records()) === JSON.stringify(before), core.callsInProgress()];
    },
    expected: [3, true, 0]
  },
  '3.4 a fetch out of a storage that is being read': {
    run: () => {
      const wrapped = inside.wrapped(), {Row, Rows} = inside.classes({wrapped});
      // What was created is looked for in the list by the next call (5.6).
      new Rows().create({name: 'x'});
      wrapped.requests[0].options.success({id: 5});
      inside.put({'7-_burry_test': '{"id":7}', '8-_burry_test': '{"id":8}'});
      const {getItem} = Storage.prototype;
      Storage.prototype.getItem = function (key) {
        if (key.startsWith('__ids__')) {
          Storage.prototype.getItem = getItem;
          new Row({id: 7}).fetch();
        }
        return getItem.call(this, key);
      };
      let cached = 0;
      new Row({id: 8}).fetch({success: () => cached++});
      wrapped.requests.slice(1).forEach(({model, options}) => options.success({id: model.id, fresh: true}));
      return [cached, localStorage.getItem('7-_burry_test'), localStorage.getItem('8-_burry_test'), core.callsInProgress()];
    },
    expected: [2, '{"id":7,"fresh":true}', '{"id":8,"fresh":true}', 0]
  }
};

for (const [name, {run, args = [], expected}] of Object.entries(cases)) {
  test(name, async t => {
    const inPage = await openInside(t, {prepare: `() => { (${catchCore})(); (${prepare})(); }`});
    assert.deepEqual(await inPage.run(run, ...args), expected);
  });
}
