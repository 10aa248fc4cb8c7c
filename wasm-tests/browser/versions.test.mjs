// The versions of Backbone, jQuery, Underscore and what stands in their places: each of them,
// and each beside those of its years. A page for each pair, in which reads, writes, promises,
// the queue and other tabs work, and a share of the scenarios of comparison/.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decorations, openComparison} from './comparison.mjs';
import {openInside} from './inside.mjs';
import {withLibraries} from './libraries.mjs';
import {answerByName, defineCalls} from './shared.mjs';

const pairs = process.env.PAIRS ? process.env.PAIRS.split(';') : [
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

// What each scenario is about, its actions in the page, and what they return. Known
// differences of a version stand in what is expected. pair: {isOldest} with Backbone 1.0,
// {hasDeferred} where promises are jQuery's.
const scenarios = {
  '3.2, 3.3, 3.6 a collection: miss, hit, revalidation': {
    async actions() {
      const {Rows} = inside.classes();
      await inside.fetch(new Rows());
      const held = new Rows(), log = inside.log(held);
      const request = inside.send('read', given => held.fetch(inside.callbacks(log, given)));
      const state = request.state(), cached = held.pluck('name').join();
      log.push('returned');
      await inside.answer('read', 200, [{id: 1, name: 'Norge'}, {id: 3, name: 'Peru'}, {id: 4, name: 'Mali'}]);
      return [state, cached, held.pluck('name').join(), log.filter(entry => !/^(update|sort|request|change:)/.test(entry)), inside.records()];
    },
    expected: () => ['resolved', 'Norway,Chile,Peru', 'Norge,Peru,Mali', [
      'add', 'add', 'add', 'success cached', 'sync cached', 'cachesync cached', 'returned', 'change', 'remove', 'add', 'success server', 'sync server'
    ], {
      '1-_burry_test': '{"id":1,"name":"Norge"}', '3-_burry_test': '{"id":3,"name":"Peru"}', '4-_burry_test': '{"id":4,"name":"Mali"}',
      '__ids__-_burry_test': '[1,3,4]'
    }]
  },
  '3.5 fetch with reset: one reset a phase': {
    async actions() {
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
    async actions() {
      const {Rows} = inside.classes();
      await inside.fetch(new Rows());
      const held = new Rows([{id: 1, name: 'held'}, {id: 9, name: 'own'}]);
      await inside.fetch(held, {merge: false, remove: false});
      return [held.map(row => row.get('name')), inside.list(), inside.record(1), inside.record(9)];
    },
    expected: () => [['held', 'own', 'Chile', 'Peru'], '[1,9,2,3]', '{"id":1,"name":"Norway"}', '{"id":9,"name":"own"}']
  },
  '3.8 the list has the order of the server': {
    async actions() {
      const {Rows} = inside.classes(), names = () => {
        const held = new Rows();
        inside.send('late', given => held.fetch(given));
        return held.pluck('name').join();
      };
      await inside.fetch(new Rows());
      for (const order of [[2, 1, 3], [4, 3, 2, 1]]) {
        const held = new Rows();
        inside.send('read', given => held.fetch(given));
        await inside.answer('read', 200, order.map(id => ({id, name: `row ${id}`})));
      }
      return [inside.list(), names()];
    },
    expected: () => ['[4,3,2,1]', 'row 4,row 3,row 2,row 1']
  },
  '3.2, 3.3, 3.6 a model: miss, hit, revalidation, and what its callbacks are given': {
    async actions() {
      const {Row} = inside.classes(), seen = [];
      const told = {success: (...args) => seen.push([args.length, args[0] instanceof Row, args[1].name, args[2].fromCache])};
      await inside.fetch(new Row({id: 2}), told);
      const row = new Row({id: 2}), log = inside.log(row);
      inside.send('read', given => row.fetch({...given, ...told}));
      const shown = row.get('name');
      await inside.answer('read', 200, {id: 2, name: 'changed'});
      return [seen, shown, row.get('name'), log.filter(entry => entry !== 'request'), inside.record(2)];
    },
    expected: () => [[[3, true, 'Chile', false], [3, true, 'Chile', true], [3, true, 'changed', false]], 'Chile', 'changed',
      ['change:name', 'change', 'sync cached', 'cachesync cached', 'change:name', 'change', 'sync server'], '{"id":2,"name":"changed"}']
  },
  '3.7 a failure behind a hit, and a row that is gone': {
    async actions() {
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
    async actions() {
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
    async actions() {
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
  '6.1, 6.3 parse is given the form of the server': {
    async actions() {
      const {Rows} = inside.classes({
        model: {parse: ({row_name, ...row}) => row_name ? {...row, name: row_name} : row},
        collection: {parse(answer) { this.total = answer.total; return answer.items; }}
      });
      const read = held => {
        inside.send('read', given => held.fetch(given));
        return [held.total || null, held.pluck('name').join()];
      };
      const answer = () => inside.answer('read', 200, {total: 9, items: [{id: 1, row_name: 'Norway'}, {id: 2, row_name: 'Chile'}]});
      const held = new Rows(), seen = [read(held)];
      await answer();
      seen.push([held.total, held.pluck('name').join()], read(new Rows()));
      await answer();
      await inside.save(held.get(1), {name: 'saved'});
      seen.push(read(new Rows()));
      await answer();
      return seen;
    },
    expected: () => [[null, ''], [9, 'Norway,Chile'], [9, 'Norway,Chile'], [9, 'saved,Chile']]
  },
  '7.2, 7.3 promises': {
    async actions() {
      const {Row} = inside.classes(), shape = promise => ['done', 'fail', 'always', 'then', 'state', 'progress', 'abort'].filter(name => typeof promise[name] === 'function').join();
      const told = promise => new Promise(resolve => promise.then(data => resolve(data.name), error => resolve(error.status)));
      const missed = new Row({id: 1}).fetch(), seen = [shape(missed), missed instanceof Promise, missed.state(), await told(missed), missed.state()];
      const hit = new Row({id: 1}).fetch(), called = [];
      hit.done(data => called.push(data.name)).fail(() => called.push('fail')).always(() => called.push('always'));
      seen.push(hit.state(), called.join(), (await hit).name);
      const failed = new Row({id: 999}).fetch();
      seen.push(await told(failed), failed.state());
      const log = [], aborted = inside.send('never', given => new Row({id: 3}).fetch(inside.callbacks(log, given)));
      aborted.abort();
      await new Promise(resolve => aborted.always(() => resolve()));
      seen.push(aborted.state(), log.length, await inside.give('never'));
      return seen.slice(0, -1);
    },
    expected: ({hasDeferred}) => [`done,fail,always,then,state${hasDeferred ? ',progress' : ''},abort`, !hasDeferred, 'pending', 'Norway', 'resolved',
      'resolved', 'Norway,always', 'Norway', 404, 'rejected', 'rejected', 1]
  },
  '7.1 wrapped of the page: promises, callbacks, nothing': {
    async actions() {
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
    async actions() {
      const {Row} = inside.classes({ttl: {fetchPolicy: 'network-first'}}), seen = [];
      await inside.fetch(new Row({id: 1}));
      const row = new Row({id: 1});
      await inside.fetch(row, inside.callbacks(seen, {url: 'http://127.0.0.1:1/'}));
      seen.push(row.get('name'));
      const request = inside.send('never', given => new Row({id: 1}).fetch(inside.callbacks(seen, given)));
      request.abort();
      await new Promise(resolve => request.always(() => resolve()));
      await inside.give('never');
      return [...seen.slice(0, 2), seen[2].replace(/ .*/, ''), request.state()];
    },
    expected: () => ['success cached', 'Norway', 'error', 'rejected']
  },
  '12 what the network has lost is queued, shown, and sent': {
    async actions() {
      const {Rows, sync} = inside.classes({ttl: {queue: true}}), held = new Rows(), log = [];
      await inside.fetch(held);
      sync.cache.on('queue', () => log.push('queue'));
      sync.cache.on('id', (temporary, id) => log.push(`id ${id}`));
      const lost = {url: 'http://127.0.0.1:1/'};
      const told = {success: (model, data, {queued}) => log.push(`success ${queued}`), error: () => log.push('error')};
      await new Promise(resolve => { held.get(1).save({name: 'edited'}, {...told, ...lost}).always(() => resolve()); });
      const made = held.create({name: 'made'}, {...told, ...lost});
      await new Promise(resolve => sync.cache.once('queue', resolve));
      const waiting = sync.cache.pending().map(({method}) => method), shown = new Rows();
      inside.send('late', given => shown.fetch(given));
      const names = shown.pluck('name').join();
      made.on('sync', (model, data, {replayed}) => log.push(`sync ${replayed}`));
      return {log, waiting, names, isTemporary: /^_new_/.test(made.id)};
    },
    // (In Backbone 1.0 `success` of a create is given options of the create's own.)
    expected: ({isOldest}) => ({
      log: ['success true', 'queue', `success ${isOldest ? undefined : true}`, 'queue'], waiting: ['update', 'create'], names: 'edited,Chile,Peru,made', isTemporary: true
    })
  },
  '13.2 what another tab writes is taken': {
    async actions() {
      const {Rows, sync} = inside.classes({ttl: {live: true}}), held = new Rows(), log = [];
      await inside.fetch(held);
      sync.cache.on('change', (id, {name}) => log.push(`change ${id} ${name}`));
      held.on('change add', (model, ...args) => log.push(`${model.id} ${args.pop().fromTab}`));
      const written = (key, newValue) => {
        const oldValue = localStorage.getItem(key);
        localStorage.setItem(key, newValue);
        dispatchEvent(new StorageEvent('storage', {key, oldValue, newValue, storageArea: localStorage}));
      };
      written('2-_burry_test', '{"id":2,"name":"elsewhere"}');
      written('4-_burry_test', '{"id":4,"name":"new"}');
      written('__ids__-_burry_test', '[1,2,3,4]');
      return [log, held.pluck('name').join()];
    },
    expected: () => [['2 true', 'change 2 elsewhere', 'change 4 new', '4 true'], 'Norway,elsewhere,Peru,new']
  }
};

for (const [number, pair] of pairs.entries()) {
  const names = pair.split(','), scripts = withLibraries(names);
  test(`1.4 ${pair}`, async t => {
    const page = await openInside(t, {data: {rows}, scripts, prepare: defineCalls}), {run, server, errors, warnings} = page;
    const versions = await run(() => ({version: Backbone.VERSION, hasDeferred: typeof (Backbone.$ || {}).Deferred === 'function'}));
    const about = {...versions, isOldest: versions.version === '1.0.0'};
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
  });
}

const sent = ({requests}) => requests.filter(({path}) => !path.startsWith('/answers')).map(({method, path, body}) =>
  `${method} ${path}${method === 'PATCH' ? ` ${JSON.stringify(body)}` : ''}`);
