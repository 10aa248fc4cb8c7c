// The two phases of a read do not see each other's options (contract 3.12): as
// backbone.paginator shows it, which deletes and sets options in its success handler, and
// in calls of its own. What a collection is after the answer must be what it is without a
// cache. What is fired, told and requested on the way is compared by comparison/paginator.mjs.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareTopic} from './comparison.mjs';
import {openInside} from './inside.mjs';
import {plainPage} from './server.mjs';

const scripts = [...plainPage, 'paginator'];
test('7.4 backbone.paginator', async t => { await compareTopic(t, 'paginator', 'backbone.paginator', {scripts}); });

const rows = Array.from({length: 7}, (_, i) => ({id: i + 1, name: 'row ' + (i + 1)}));

// A server of pages: [{total_entries}, rows], or the rows alone. `server.rows` may change.
async function open(t) {
  const opened = await openInside(t, {scripts, prepare});
  const {server} = opened;
  server.rows = rows.slice();
  server.answer((request, response) => {
    const {page, per_page: size, bare, order} = request.query;
    const sorted = order === 'desc' ? server.rows.slice().reverse() : server.rows;
    const part = page ? sorted.slice((page - 1) * size, page * size) : sorted;
    response.json(bare ? part : [{total_entries: sorted.length}, part]);
  });
  return opened;
}

// In the page.
function prepare() {
  // What a page can see of such a collection.
  const show = rows => ({
    rows: rows.toJSON(), full: rows.fullCollection && rows.fullCollection.toJSON(), state: rows.state, links: rows.links,
    shared: !rows.fullCollection || rows.every(row => rows.fullCollection.get(row) === row)
  });
  // Each step ends when its request is over. steps: {name, args} of methods.
  window.walk = async (sync, given, steps) => {
    const Row = Backbone.Model.extend({sync});
    const Rows = Backbone.PageableCollection.extend({model: Row, url: '/api/rows', sync, ...given});
    const rows = new Rows(), shown = [], log = [];
    for (const [name, ...args] of steps) {
      const options = typeof args[args.length - 1] === 'object' ? args.pop() : {};
      const isRequest = name === 'fetch' || options.fetch;
      if (isRequest) await inside.until(more => rows[name](...args, {...options, ...more, success: (...told) => log.push(told.length)}));
      else rows[name](...args, options);
      shown.push(show(rows));
    }
    return {shown: JSON.parse(JSON.stringify(shown)), told: log.length};
  };
  window.plainSync = (...args) => Backbone.sync(...args);
  window.decorate = () => Backbone.cachingSync(Backbone.sync, 'test');
}

const bare = {queryParams: {bare: 1}};
const walks = {
  'mode server: a page, the next and the first': {
    given: {mode: 'server', state: {pageSize: 3}},
    steps: [['fetch'], ['getNextPage'], ['getFirstPage'], ['fetch']].map(([name]) => [name, name === 'fetch' ? {} : {fetch: true}])
  },
  'mode server with reset: a page, and the next': {
    given: {mode: 'server', state: {pageSize: 3}},
    steps: [['fetch', {reset: true}], ['getNextPage', {fetch: true, reset: true}]]
  },
  'mode server: rows alone': {given: {mode: 'server', state: {pageSize: 3, totalRecords: 7}, ...bare}, steps: [['fetch', {}], ['getNextPage', {fetch: true}]]},
  'mode client: all rows, and pages of them': {
    given: {mode: 'client', state: {pageSize: 3}},
    steps: [['fetch', {}], ['getNextPage'], ['getLastPage'], ['fetch', {}]]
  },
  'mode client with reset': {given: {mode: 'client', state: {pageSize: 3}}, steps: [['fetch', {reset: true}], ['getNextPage'], ['fetch', {reset: true}]]},
  'mode client with silent': {given: {mode: 'client', state: {pageSize: 3}}, steps: [['fetch', {silent: true}], ['getNextPage']]},
  'mode client: rows alone': {given: {mode: 'client', state: {pageSize: 3}, ...bare}, steps: [['fetch', {}], ['getNextPage'], ['fetch', {}]]},
  'mode client: sorted': {
    given: {mode: 'client', state: {pageSize: 3, sortKey: 'name', order: 1}},
    steps: [['fetch', {}], ['getNextPage']]
  },
  // Such a server tells no state (parseState: "Not applicable under infinite mode").
  'mode infinite: a page, and the next ones': {
    given: {mode: 'infinite', state: {pageSize: 3, totalRecords: 7}, ...bare},
    steps: [['fetch', {}], ['getNextPage', {fetch: true}], ['getNextPage', {fetch: true}], ['getFirstPage']]
  },
  'mode infinite: a page twice': {given: {mode: 'infinite', state: {pageSize: 3, totalRecords: 7}, ...bare}, steps: [['fetch', {}], ['fetch', {}]]},
  'mode infinite with silent': {given: {mode: 'infinite', state: {pageSize: 3, totalRecords: 7}, ...bare}, steps: [['fetch', {silent: true}]]},
  // Where it does, paginator counts what it adds beside; with reset, the page has models of
  // its own from the second delivery on, as from the second fetch without a cache.
  'mode infinite: a server that tells the state': {
    given: {mode: 'infinite', state: {pageSize: 3, totalRecords: 7}},
    steps: [['fetch', {}], ['getNextPage', {fetch: true}], ['fetch', {}]],
    compared: ['rows', 'full']
  },
  'mode infinite with reset': {
    given: {mode: 'infinite', state: {pageSize: 3, totalRecords: 7}, ...bare},
    steps: [['fetch', {reset: true}], ['getNextPage', {fetch: true, reset: true}], ['fetch', {reset: true}]],
    compared: ['rows', 'full']
  }
};

for (const [name, {given, steps, compared = ['rows', 'full', 'state', 'links', 'shared']}] of Object.entries(walks)) {
  test(`3.12 backbone.paginator in ${name}: a hit and then the answer end as without a cache`, async t => {
    const {run, server, errors} = await open(t);
    const [plain, miss, hit] = await run(async (given, steps) => {
      const sync = decorate();
      return [await walk(plainSync, given, steps), await walk(sync, given, steps), await walk(sync, given, steps)];
    }, given, steps);
    const pick = ({shown}) => shown.map(step => compared.map(name => step[name]));
    assert.deepEqual(pick(miss), pick(plain));
    assert.deepEqual(pick(hit), pick(plain));
    const requests = steps.filter(([name, ...args]) => name === 'fetch' || args.some(options => options.fetch)).length;
    assert.equal(plain.told, requests);
    // Each request of the last walk was a hit, which tells of two phases.
    assert.equal(hit.told, 2 * requests);
    assert.equal(server.requests.length, 3 * requests);
    assert.deepEqual(errors, []);
  });
}

// What the server has when a collection is fetched for the second time.
const changes = {
  'a changed row': rows => rows.map(row => row.id === 2 ? {...row, name: 'changed'} : row),
  'a new row in front': rows => [{id: 100, name: 'new'}, ...rows],
  'a row less': rows => rows.slice(1),
  'another order': rows => rows.slice().reverse(),
  'no rows': () => [],
  'twice as many rows': rows => [...rows, ...rows.map(row => ({...row, id: row.id + 50}))]
};

for (const mode of ['server', 'client']) {
  for (const [what, change] of Object.entries(changes)) {
    test(`3.12 backbone.paginator in mode ${mode}: after a hit on old rows, an answer with ${what} ends as without a cache`, async t => {
      const {run, server} = await open(t);
      const given = {mode, state: {pageSize: 3}}, steps = [['fetch', {}]];
      await run(async (given, steps) => {
        window.sync = decorate();
        await walk(sync, given, steps);
      }, given, steps);
      server.rows = change(server.rows);
      const [hit, plain] = await run(async (given, steps) => [await walk(sync, given, steps), await walk(plainSync, given, steps)], given, steps);
      assert.deepEqual(hit.shown, plain.shown);
      assert.equal(hit.told, 2);
    });
  }
}

// In this mode a delivery adds to what fullCollection has.
for (const [what, change] of Object.entries(changes)) {
  test(`3.12 backbone.paginator in mode infinite: after a hit on old rows, an answer with ${what} ends as two fetches without a cache`, async t => {
    const {run, server} = await open(t);
    const given = {mode: 'infinite', state: {pageSize: 3, totalRecords: 7}, ...bare}, steps = [['fetch', {}]];
    await run(async (given, steps) => {
      window.sync = decorate();
      await walk(sync, given, steps);
      // Answered with the old rows and then with the new ones.
      const old = await (await fetch('/api/rows?page=1&per_page=3&bare=1')).json();
      let asked = 0;
      window.twice = (method, model, options) => {
        if (asked++) return plainSync(method, model, options);
        options.success(old);
        options.complete();
        return undefined;
      };
    }, given, steps);
    server.rows = change(server.rows);
    const [hit, plain] = await run(async (given, steps) =>
      [await walk(sync, given, steps), await walk(twice, given, [...steps, ...steps])], given, steps);
    assert.deepEqual(hit.shown[0], plain.shown[1]);
    assert.equal(hit.told, 2);
  });
}

// Whoever changes options in the cached phase: change(options) does.
function prepareChangers() {
  const listen = event => (options, change, rows) => {
    rows.on(event, (model, data, given) => change(given));
    return options;
  };
  window.changers = {
    'the success handler': (options, change) => ({...options, success: (model, data, given) => change(given)}),
    'a handler of sync': listen('sync'),
    'a handler of cachesync': listen('cachesync'),
    'a handler of update': (options, change, rows) => {
      rows.on('update', () => change(rows.given));
      return options;
    },
    parse: (options, change, rows) => {
      rows.parse = (data, given) => {
        change(given);
        return data;
      };
      return options;
    }
  };
}

for (const who of ['the success handler', 'a handler of sync', 'a handler of cachesync', 'a handler of update', 'parse']) {
  test(`3.12 what ${who} sets, changes and deletes in the cached phase is as it was given in the server phase`, async t => {
    const {run} = await openInside(t, {prepare: prepareChangers});
    assert.deepEqual(await run(who => {
      const seen = [], wrapped = inside.wrapped(), {Rows} = inside.classes({wrapped}), rows = new Rows();
      inside.put({'1-_burry_test': '{"id":1}', '__ids__-_burry_test': '[1]', '__ids__?#-_burry_test': '{"answer":[],"path":[]}'});
      const read = options => ['own', 'more', 'merge', 'gone', 'at'].map(name => name in options ? options[name] : 'none');
      const given = changers[who]({at: 0, own: 'given', gone: 'given', merge: true}, options => {
        Object.assign(options, {own: 'changed', more: 'set', merge: false});
        delete options.gone;
        delete options.at;
      }, rows);
      rows.set = function (data, options) {
        rows.given = options;
        seen.push(read(options));
        return Rows.prototype.set.apply(this, arguments);
      };
      rows.fetch(given);
      const own = wrapped.requests[0].options;
      seen.push(read(own));
      // Only the cached phase is disturbed.
      rows.off().parse = Rows.prototype.parse;
      delete given.success;
      wrapped.requests[0].options.success([{id: 2}, {id: 1, name: 'answered'}]);
      return [seen.slice(1), rows.pluck('id'), rows.get(1).get('name')];
    }, who), [Array(2).fill(['given', 'none', true, 'given', 0]), [2, 1], 'answered']);
  });
}

test('3.12 a model is parsed in the server phase, whatever became of options.parse in the cached one', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped, model: {parse: data => ({...data, name: data.name.toUpperCase()})}});
    inside.put({'1-_burry_test': '{"id":1,"name":"a"} '});
    const row = new Row({id: 1}), seen = [];
    row.fetch({success: (model, data, options) => {
      seen.push(model.get('name'));
      options.parse = false;
      options.silent = true;
    }});
    row.on('change', () => seen.push('change'));
    wrapped.requests[0].options.success({id: 1, name: 'b'});
    return seen;
  }), ['A', 'change', 'B']);
});

test('3.12 what a wrapped sync has changed before the cached phase stays changed', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const seen = [], requests = [];
    const wrapped = (method, model, options) => {
      options.xhr = {status: 200};
      options.merge = false;
      options.own = 'wrapped';
      delete options.gone;
      requests.push(options);
    };
    const {Rows} = inside.classes({wrapped}), rows = new Rows([{id: 1, name: 'local'}]);
    inside.put({'1-_burry_test': '{"id":1,"name":"cached"}', '__ids__-_burry_test': '[1]'});
    rows.fetch({own: 'given', gone: 1, success: (model, data, options) => {
      seen.push([options.xhr && options.xhr.status, options.own, 'gone' in options, rows.at(0).get('name')]);
      options.merge = true;
      delete options.xhr;
    }});
    requests[0].success([{id: 1, name: 'answered'}]);
    return seen;
  }), Array(2).fill([200, 'wrapped', false, 'local']));
});

test('3.12 an answer that comes in the middle of the cached phase is delivered with the options that were given', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Rows} = inside.classes({wrapped}), rows = new Rows(), seen = [];
    inside.put({'1-_burry_test': '{"id":1,"name":"cached"}', '__ids__-_burry_test': '[1]'});
    let own;
    rows.fetch({success: (model, data, options) => {
      own = options;
      seen.push([options.fromCache, options.more]);
      if (!options.fromCache) return;
      Object.assign(options, {merge: false, more: 'set'});
      wrapped.requests[0].options.success([{id: 1, name: 'answered'}]);
    }});
    return [seen, rows.at(0).get('name'), own.fromCache, own.more];
  }), [[[true, null], [false, null]], 'answered', false, null]);
});

test("3.12 with callbacks: 'once' the server phase has the options that were given, too", async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Rows} = inside.classes({wrapped, ttl: {callbacks: 'once'}}), rows = new Rows();
    inside.put({'1-_burry_test': '{"id":1,"name":"cached"}', '__ids__-_burry_test': '[1]'});
    rows.fetch({success: (model, data, options) => { options.merge = false; }});
    wrapped.requests[0].options.success([{id: 1, name: 'answered'}]);
    return rows.at(0).get('name');
  }), 'answered');
});
