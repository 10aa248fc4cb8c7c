// The versions of Backbone, jQuery, Underscore and what stands in their places: each of them,
// and each beside those of its years. A page for each pair, in which reads, writes, promises,
// the queue and other tabs work, and a share of the scenarios of comparison/.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decorations, openComparison} from './comparison.mjs';
import {openInside} from './inside.mjs';
import {offlinePage, plainPage, withLibraries} from './libraries.mjs';
import {answerByName, defineCalls} from './shared.mjs';

const pairs = [
  'backbone-1.0,jquery-1.12,underscore-1.4',
  'backbone-1.0,zepto,underscore',
  'backbone-1.0,jquery-4,underscore',
  'backbone-1.1,jquery-1.12,underscore',
  'backbone-1.1,jquery-2.2,underscore',
  'backbone-1.3,jquery-2.2,lodash',
  'backbone-1.3,jquery,underscore',
  'backbone-1.4,jquery,lodash',
  'backbone-1.4,jquery-4,underscore',
  'backbone,jquery-1.12,underscore',
  'backbone,jquery-4,lodash',
  'backbone,jquery-4-slim,underscore',
  'backbone,zepto,lodash',
  'backbone,no-jquery,underscore'
];

const rows = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}, {id: 3, name: 'Peru'}];

// What each scenario is about, its actions in the page, what they return, and what is sent
// meanwhile. What differs with a version is what plain Backbone of that version does:
// events `update` (from 1.2), `sort`, and `changeId` (of 1.4 with each `set`) are left out, and
// isOld tells Backbone 1.0 and 1.1. hasDeferred: promises are jQuery's.
const scenarios = {
  '3.2, 3.3, 3.6 a collection: miss, hit, revalidation': {
    actions: async () => {
      const {Rows} = inside.classes();
      await inside.fetch(new Rows());
      const held = new Rows(), log = inside.log(held);
      const request = inside.send('read', given => held.fetch(inside.callbacks(log, given)));
      const state = request.state(), cached = held.pluck('name').join();
      log.push('returned');
      await inside.answer('read', 200, [{id: 1, name: 'Norge'}, {id: 3, name: 'Peru'}, {id: 4, name: 'Mali'}]);
      return [state, cached, held.pluck('name').join(), log.filter(entry => !/^(update|sort|request|change:|changeId)/.test(entry)), inside.records()];
    },
    expected: () => ['resolved', 'Norway,Chile,Peru', 'Norge,Peru,Mali', [
      'add', 'add', 'add', 'success cached', 'sync cached', 'cachesync cached', 'returned', 'change', 'remove', 'add', 'success server', 'sync server'
    ], {
      '1-_burry_test': '{"id":1,"name":"Norge"}', '3-_burry_test': '{"id":3,"name":"Peru"}', '4-_burry_test': '{"id":4,"name":"Mali"}',
      '__ids__-_burry_test': '[1,3,4]'
    }]
  },
  '3.5 fetch with reset: one reset a phase': {
    actions: async () => {
      const {Rows} = inside.classes(), log = [];
      await inside.fetch(new Rows());
      let made = 0;
      const held = new (Rows.extend({model: Rows.prototype.model.extend({initialize() { made++; }})}))();
      inside.log(held, log);
      await inside.fetch(held, inside.callbacks(log, {reset: true}));
      return [log.filter(entry => entry !== 'request'), made];
    },
    expected: () => [['reset', 'success cached', 'sync cached', 'cachesync cached', 'reset', 'success server', 'sync server'], 6]
  },
  '3.5 merge and remove: false': {
    actions: async () => {
      const {Rows} = inside.classes();
      await inside.fetch(new Rows());
      const held = new Rows([{id: 1, name: 'held'}, {id: 9, name: 'own'}]);
      await inside.fetch(held, {merge: false, remove: false});
      return [held.map(row => row.get('name')), inside.list(), inside.record(1), inside.record(9)];
    },
    expected: () => [['held', 'own', 'Chile', 'Peru'], '[1,9,2,3]', '{"id":1,"name":"Norway"}', '{"id":9,"name":"own"}']
  },
  '3.8 the list has the order of the server': {
    actions: async () => {
      const {Rows} = inside.classes();
      await inside.fetch(new Rows());
      for (const order of [[2, 1, 3], [4, 3, 2, 1]]) {
        const held = new Rows();
        inside.send('read', given => held.fetch(given));
        await inside.answer('read', 200, order.map(id => ({id, name: `row ${id}`})));
      }
      return inside.list();
    },
    expected: () => '[4,3,2,1]'
  },
  '3.2, 3.3, 3.6 a model: miss, hit, revalidation, and what its callbacks are given': {
    actions: async () => {
      const {Row} = inside.classes(), seen = [];
      const told = {success: (...args) => seen.push([args.length, args[0] instanceof Row, args[1].name, args[2].fromCache])};
      await inside.fetch(new Row({id: 2}), told);
      const row = new Row({id: 2}), log = inside.log(row);
      inside.send('read', given => row.fetch({...given, ...told}));
      const shown = row.get('name');
      await inside.answer('read', 200, {id: 2, name: 'changed'});
      return [seen, shown, row.get('name'), log.filter(entry => !/^(request|changeId)$/.test(entry)), inside.record(2)];
    },
    expected: () => [[[3, true, 'Chile', false], [3, true, 'Chile', true], [3, true, 'changed', false]], 'Chile', 'changed',
      ['change:name', 'change', 'sync cached', 'cachesync cached', 'change:name', 'change', 'sync server'], '{"id":2,"name":"changed"}']
  },
  '3.7 a failure behind a hit, and a row that is gone': {
    actions: async () => {
      const {Row} = inside.classes(), seen = [];
      await inside.fetch(new Row({id: 2}));
      for (const status of [500, 404]) {
        const row = new Row({id: 2});
        const request = inside.send('read', given => row.fetch(inside.callbacks(seen, given)));
        await inside.answer('read', status, {});
        seen.push(request.state(), row.get('name'), inside.record(2));
      }
      return seen;
    },
    expected: () => ['success cached', 'error 500', 'resolved', 'Chile', '{"id":2,"name":"Chile"}', 'success cached', 'error 404', 'resolved', 'Chile', null]
  },
  '4.1 to 4.4 create, update, patch, destroy': {
    actions: async () => {
      const {Rows} = inside.classes(), held = new Rows(), seen = [], look = () => seen.push(inside.list(), inside.record(4));
      await inside.fetch(held);
      const row = held.create({name: 'Mali'}, {headers: {'x-call': 'create'}});
      look();
      await new Promise(resolve => {
        row.once('sync', resolve);
        inside.give('create', 201, {id: 4, name: 'Mali', made: true});
      });
      look();
      const steps = [
        ['update', given => row.save({name: 'new'}, given), {id: 4, name: 'new', made: true, version: 2}],
        ['patch', given => row.save({size: 7}, {...given, patch: true}), {version: 3}],
        ['delete', given => row.destroy(given), {}]
      ];
      for (const [name, action, body] of steps) {
        inside.send(name, action);
        look();
        await inside.answer(name, 200, body);
        look();
      }
      return [seen, held.length];
    },
    expected: () => [['[1,2,3]', null, '[1,2,3,4]', '{"name":"Mali","id":4,"made":true}',
      '[1,2,3,4]', '{"name":"new","id":4,"made":true}', '[1,2,3,4]', '{"name":"new","id":4,"made":true,"version":2}',
      '[1,2,3,4]', '{"name":"new","id":4,"made":true,"version":2,"size":7}', '[1,2,3,4]', '{"name":"new","id":4,"made":true,"version":3,"size":7}',
      '[1,2,3]', null, '[1,2,3]', null], 3],
    requests: ['GET /rows', 'POST /rows', 'PUT /rows/4', 'PATCH /rows/4 {"size":7}', 'DELETE /rows/4']
  },
  '4.2 to 4.5 failures are taken back, and wait shows nothing': {
    actions: async () => {
      const {Rows} = inside.classes(), held = new Rows(), seen = [], look = () => seen.push(`${inside.list()} ${inside.record(2)}`);
      await inside.fetch(held);
      const row = held.get(2), told = [];
      for (const [name, action] of Object.entries({
        update: given => row.save({name: 'new'}, given),
        patch: given => row.save({name: 'newer'}, {...given, patch: true}),
        wait: given => row.save({name: 'newest'}, {...given, wait: true}),
        'delete-wait': given => row.destroy({...given, wait: true}),
        delete: given => row.destroy(given)
      })) {
        const request = inside.send(name, given => action({...given, error: (...args) => told.push([args.length, args[0] === row, args[1].status])}));
        look();
        await inside.answer(name, 500, {});
        look();
        seen.push(request.state());
      }
      return [seen, told];
    },
    expected: () => [[
      '[1,2,3] {"id":2,"name":"new"}', '[1,2,3] {"id":2,"name":"Chile"}', 'rejected',
      '[1,2,3] {"id":2,"name":"newer"}', '[1,2,3] {"id":2,"name":"Chile"}', 'rejected',
      '[1,2,3] {"id":2,"name":"Chile"}', '[1,2,3] {"id":2,"name":"Chile"}', 'rejected',
      '[1,2,3] {"id":2,"name":"Chile"}', '[1,2,3] {"id":2,"name":"Chile"}', 'rejected',
      '[1,3] null', '[1,2,3] {"id":2,"name":"Chile"}', 'rejected'
    ], Array(5).fill([3, true, 500])]
  },
  '6.1, 6.3 parse is given the form of the server, once a row and delivery': {
    actions: async () => {
      let heard = 0;
      const {Rows} = inside.classes({
        model: {
          parse({row_name, ...row}) {
            heard++;
            return row_name ? {...row, name: row_name} : row;
          }
        },
        collection: {
          parse(answer) {
            this.total = answer.total;
            return answer.items;
          }
        }
      });
      const look = held => [held.total || null, held.pluck('name').join(), heard];
      const read = held => {
        heard = 0;
        inside.send('read', given => held.fetch(given));
        return look(held);
      };
      const answer = () => inside.answer('read', 200, {total: 9, items: [{id: 1, row_name: 'Norway'}, {id: 2, row_name: 'Chile'}]});
      const held = new Rows(), again = new Rows(), seen = [read(held)];
      await answer();
      seen.push(look(held), read(again));
      await answer();
      seen.push(look(again));
      await inside.save(held.get(1), {name: 'saved'});
      seen.push(read(new Rows()));
      await answer();
      return seen;
    },
    expected: () => [[null, '', 0], [9, 'Norway,Chile', 2], [9, 'Norway,Chile', 2], [9, 'Norway,Chile', 4], [9, 'saved,Chile', 2]]
  },
  '6.1 a `model` that picks a class': {
    actions: async () => {
      const {Row, Rows} = inside.classes(), Coin = Row.extend({parse: row => ({...row, price: row.price / 100})});
      const pick = function (row, options) { return new (row.kind === 'coin' ? Coin : Row)(row, options); };
      const answer = () => inside.answer('read', 200, [{id: 1, kind: 'coin', price: 500}, {id: 2, kind: 'note', price: 5}]);
      const Mixed = Rows.extend({model: pick}), rows = new Mixed(), coin = new Coin({id: 1});
      inside.send('read', given => new Mixed().fetch(given));
      await answer();
      inside.send('read', given => rows.fetch(given));
      const seen = [rows.pluck('price').join()];
      await answer();
      inside.send('read', given => coin.fetch(given));
      seen.push(rows.pluck('price').join(), coin.get('price'));
      await inside.answer('read', 200, {id: 1, kind: 'coin', price: 500});
      return seen;
    },
    expected: () => ['5,5', '5,5', 5]
  },
  '7.2, 7.3 promises': {
    actions: async () => {
      const {Row} = inside.classes(), shape = promise => ['done', 'fail', 'always', 'then', 'state', 'progress', 'abort'].filter(name => typeof promise[name] === 'function').join();
      const told = promise => new Promise(resolve => promise.then(data => resolve(data.name), error => resolve(error.status)));
      const missed = new Row({id: 1}).fetch(), seen = [shape(missed), missed instanceof Promise, missed.state(), await told(missed), missed.state()];
      const hit = new Row({id: 1}).fetch(), called = [];
      hit.done(data => called.push(data.name)).fail(() => called.push('fail')).always(() => called.push('always'));
      seen.push(hit.state(), called.join(), (await hit).name);
      const failed = new Row({id: 999}).fetch();
      seen.push(await told(failed), failed.state());
      const log = [], aborted = inside.send('never', given => new Row({id: 3}).fetch(inside.callbacks(log, given)));
      await inside.arrival('never');
      aborted.abort();
      await new Promise(resolve => aborted.always(() => resolve()));
      seen.push(aborted.state(), log.length, await inside.give('never'));
      return seen.slice(0, -1);
    },
    expected: ({hasDeferred}) => [`done,fail,always,then,state${hasDeferred ? ',progress' : ''},abort`, !hasDeferred, 'pending', 'Norway', 'resolved',
      'resolved', 'Norway,always', 'Norway', 404, 'rejected', 'rejected', 1]
  },
  '7.1 wrapped of the page: promises, callbacks, nothing': {
    actions: async () => {
      const seen = [];
      const ways = [
        (method, model, options) => { options.success({id: 1, name: 'called back'}); },
        () => Promise.resolve({id: 1, name: 'promised'}),
        (method, model, options) => Promise.resolve({id: 1, name: 'both'}).then(data => { options.success(data); return data; }),
        (method, model, options) => { setTimeout(() => options.success({id: 1, name: 'later'})); }
      ];
      for (const wrapped of ways) {
        localStorage.clear();
        const {Row} = inside.classes({wrapped}), row = new Row({id: 1}), log = inside.log(row);
        const data = await row.fetch(inside.callbacks(log));
        seen.push(`${data.name} ${log.filter(entry => /^(s|e)/.test(entry)).join()} ${inside.record(1)}`);
      }
      return seen;
    },
    expected: () => ['called back', 'promised', 'both', 'later'].map(name => `${name} success server,sync server {"id":1,"name":"${name}"}`)
  },
  '8.1 network-first, when there is no network; and what the page aborts': {
    actions: async () => {
      const {Row} = inside.classes({ttl: {fetchPolicy: 'network-first'}}), seen = [];
      await inside.fetch(new Row({id: 1}));
      const row = new Row({id: 1});
      await inside.fetch(row, inside.callbacks(seen, {url: 'http://127.0.0.1:1/'}));
      seen.push(row.get('name'));
      const request = inside.send('never', given => new Row({id: 1}).fetch(inside.callbacks(seen, given)));
      await inside.arrival('never');
      request.abort();
      await new Promise(resolve => request.always(() => resolve()));
      await inside.give('never');
      return [...seen.slice(0, 2), seen[2].replace(/ .*/, ''), request.state()];
    },
    expected: () => ['success cached', 'Norway', 'error', 'rejected']
  },
  '12 what the network has lost is queued, shown, and sent': {
    actions: async () => {
      // No retry comes between.
      inside.holdTimers(1000);
      let isLost = false;
      const wrapped = function (method, model, options) {
        return Backbone.sync.call(this, method, model, isLost ? {...options, url: 'http://127.0.0.1:1/'} : options);
      };
      const {Rows, sync} = inside.classes({wrapped, ttl: {queue: true}}), held = new Rows(), log = [];
      await inside.fetch(held);
      isLost = true;
      sync.cache.on('queue', () => log.push('queue'));
      sync.cache.on('id', (temporary, id) => log.push(`id ${id}`));
      const told = {success: (model, data, {queued}) => log.push(`success ${queued}`), error: () => log.push('error')};
      await new Promise(resolve => { held.get(1).save({name: 'edited'}, told).always(() => resolve()); });
      await new Promise(resolve => {
        sync.cache.once('queue', resolve);
        held.create({name: 'made'}, told);
      });
      const waiting = sync.cache.pending().map(({method}) => method), shown = new Rows(), made = held.last();
      await inside.fetch(shown);
      const names = shown.pluck('name').join(), isTemporary = /^_new_/.test(made.id);
      made.on('sync', (model, data, {replayed}) => log.push(`sync ${replayed}`));
      isLost = false;
      const done = await sync.cache.replay();
      return {log, waiting, names, isTemporary, done, id: made.id, list: inside.list()};
    },
    // (In Backbone 1.0 and 1.1 `success` of a create is given options of the create's own.)
    expected: ({isOld}) => ({
      log: ['success true', 'queue', `success ${isOld ? undefined : true}`, 'queue', 'id 4', 'sync true'], waiting: ['update', 'create'],
      names: 'edited,Chile,Peru,made', isTemporary: true, done: {sent: 2, rejected: 0, left: 0}, id: 4, list: '[1,2,3,4]'
    }),
    requests: ['GET /rows', 'PUT /rows/1', 'POST /rows']
  },
  '13.2 what another tab writes is taken': {
    actions: async () => {
      const {Rows, sync} = inside.classes({ttl: {live: true}}), held = new Rows(), log = [];
      await inside.fetch(held);
      sync.cache.on('change', (id, {name}) => log.push(`change ${id} ${name}`));
      held.on('change add', (model, ...args) => log.push(`${model.id} ${args.pop().fromTab}`));
      // A frame is another page of the origin, of which the browser tells this one.
      const frame = document.createElement('iframe');
      document.documentElement.appendChild(frame);
      const elsewhere = frame.contentWindow.localStorage;
      elsewhere.setItem('2-_burry_test', '{"id":2,"name":"elsewhere"}');
      elsewhere.setItem('4-_burry_test', '{"id":4,"name":"new"}');
      elsewhere.setItem('__ids__-_burry_test', '[1,2,3,4]');
      while (log.length < 4) await new Promise(resolve => setTimeout(resolve, 5));
      return [log, held.pluck('name').join()];
    },
    expected: () => [['2 true', 'change 2 elsewhere', 'change 4 new', '4 true'], 'Norway,elsewhere,Peru,new']
  }
};

// Each scenario of the comparison under one of the pairs, if it needs nothing that this lacks:
// a Deferred, callbacks in lists; or a context that stays as it is, which Zepto numbers. Of a
// failure that nobody handles a native promise tells the page, and of an answer that wrapped
// hands on to nobody but `success` another one.
const topics = {};
for (const topic of ['sync', 'model', 'collection', 'promises', 'errors']) topics[topic] = Object.keys((await import(`./comparison/${topic}.mjs`)).default);
const ofJQuery = /^promises|Deferred|jQuery|settings of the page|(done|then) callback|callbacks in lists|context|directly, without options|wraps the callbacks/;
const shareOf = (number, hasDeferred) => Object.entries(topics).flatMap(([topic, names]) => names.map(name => [topic, name]))
  .filter(([topic, name], i) => i % pairs.length === number && (hasDeferred || !ofJQuery.test(`${topic} ${name}`)));

for (const [number, pair] of pairs.entries()) {
  const names = pair.split(','), [scripts, withOffline] = [plainPage, offlinePage].map(page => withLibraries(names, page));
  test(`1.4 ${pair}`, async t => {
    const page = await openInside(t, {data: {rows}, scripts: withOffline, prepare: defineCalls}), {run, server, errors, warnings} = page;
    const versions = await run(() => ({version: Backbone.VERSION, hasDeferred: typeof (Backbone.$ || {}).Deferred === 'function'}));
    const about = {...versions, isOld: /^1\.[01]\./.test(versions.version)};
    for (const [name, {actions, expected, requests}] of Object.entries(scenarios)) {
      await t.test(`${name}; ${pair}`, async () => {
        answerByName(server);
        server.database.setState({rows: structuredClone(rows)});
        server.requests.length = 0;
        await run(() => { localStorage.clear(); });
        assert.deepEqual(await run(actions), expected(about));
        assert.deepEqual([errors.splice(0), warnings.splice(0)], [[], []]);
        if (requests) assert.deepEqual(sent(server), requests);
      });
    }
    const {compare} = await openComparison(t, Object.keys(topics), {scripts});
    for (const [i, [topic, name]] of shareOf(number, about.hasDeferred).entries()) {
      const [decoration, how] = Object.entries(decorations)[i % 2];
      await t.test(`7.4 ${topic}: ${name}; ${pair}`, async () => assert.equal(await compare(topic, name, how), null, decoration));
    }
  });
}

const sent = ({requests}) => requests.filter(({path}) => !/^\/(answers|arrivals)/.test(path)).map(({method, path, body}) =>
  `${method} ${path}${method === 'PATCH' ? ` ${JSON.stringify(body)}` : ''}`);
