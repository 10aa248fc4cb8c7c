// What the offline queue takes for a lost request (contract 12.1), since each engine tells of a
// lost one in its own way: a real server that is stopped and started again.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {open} from './queue-page.mjs';

// The wrapped sync of a page may be anything that reaches the server.
const transports = {
  'jQuery': () => Backbone.sync,
  'fetch': () => function (method, model, options) {
    const verbs = {create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', read: 'GET'};
    const body = method === 'read' || method === 'delete' ? undefined : JSON.stringify(options.attrs || model.toJSON(options));
    const url = options.url || (typeof model.url === 'function' ? model.url() : model.url);
    return fetch(url, {method: verbs[method], body, headers: {'Content-Type': 'application/json', ...options.headers}})
      .then(response => response.ok ? response.json() : Promise.reject(response))
      .then(data => options.success(data), error => { options.error(error); throw error; });
  }
};

for (const name of Object.keys(transports)) {
  test(`12.1, 12.2 ${name}: what the network has lost is queued and shown, the caller hears success, and the server gets it`, async t => {
    const {run, server, table, writes, replay} = await open(t);
    await run(code => { begin({wrapped: eval(code)()}); }, `(${transports[name]})`);
    await run(async () => { window.rows = await fetched(); });
    await server.stop();
    const data = await run(async () => {
      rows.get(1).on('change:version sync', (model, data, options) => log.push(`${data === 7 ? 'change' : 'sync'}${options.replayed ? ' replayed' : ''}`));
      return save(rows.get(1), {name: 'edited'});
    });
    assert.deepEqual(data, {id: 1, name: 'edited'});
    assert.deepEqual(await run(() => taken()), ['success queued', 'sync', 'queue 1', 'resolved']);
    assert.deepEqual(await run(() => [rows.get(1).get('name'), inside.records()['1-_burry_test']]), ['edited', '{"id":1,"name":"edited"}']);
    assert.deepEqual(await replay(), {sent: 0, rejected: 0, left: 1});
    await server.start();
    server.answer((request, response, next) => {
      if (request.method === 'PUT') request.body.version = 7;
      next();
    });
    writes();
    await run(() => taken());
    assert.deepEqual(await replay(), {sent: 1, rejected: 0, left: 0});
    assert.deepEqual(table()[0], {id: 1, name: 'edited', version: 7});
    assert.equal(writes().length, 1);
    assert.deepEqual(await run(() => [rows.get(1).attributes, inside.records()['1-_burry_test']]),
      [{id: 1, name: 'edited', version: 7}, '{"id":1,"name":"edited","version":7}']);
    assert.deepEqual(await run(() => taken()), ['change replayed', 'sync replayed']);
    assert.deepEqual(await run(() => traces()), []);
  });
}

test('12.1 without queue, and what a server has answered or the page has aborted, is taken back', async t => {
  const {run, server} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  const record = () => run(() => inside.records()['1-_burry_test']);
  server.answer((request, response) => response.status(500).json({}));
  await run(() => save(rows.get(1), {name: 'refused'}));
  assert.equal(await record(), '{"id":1,"name":"Norway"}');
  await run(() => { rows.get(1).save({name: 'aborted'}).abort(); });
  assert.equal(await record(), '{"id":1,"name":"Norway"}');
  await server.stop();
  await run(async () => {
    begin({options: {queue: false}});
    const row = new Row({id: 1, name: 'lost'});
    await save(row, {});
  });
  assert.equal(await record(), '{"id":1,"name":"Norway"}');
  assert.deepEqual(await run(() => [log, traces()]), [['error', 'rejected'], []]);
});

test('12.1 a timeout is queued; queue of a call counts before that of the decorator', async t => {
  const {run, server, table, replay} = await open(t);
  const release = server.hold();
  await run(async () => save(new Row({id: 1, name: 'slow'}), {}, {timeout: 50}));
  assert.deepEqual(await run(() => [queued(), taken()]), [['update 1 {"id":1,"name":"slow"}'], ['success queued', 'queue 1', 'resolved']]);
  await run(async () => save(new Row({id: 2, name: 'lost'}), {}, {timeout: 50, queue: false}));
  assert.deepEqual(await run(() => taken()), ['error', 'rejected']);
  release();
  await replay();
  assert.equal(table()[0].name, 'slow');
});

test('12.5 an answer that was lost: the create is sent again with the same Idempotency-Key', async t => {
  const {run, server, table} = await open(t);
  const done = new Map();
  let lost = 0;
  server.answer((request, response, next) => {
    const key = request.get('Idempotency-Key');
    if (request.method !== 'POST') return next();
    if (done.has(key)) return response.json(done.get(key));
    const end = response.json.bind(response);
    response.jsonp = response.json = body => {
      done.set(key, body);
      return lost++ ? end(body) : response.destroy();
    };
    next();
  });
  await run(() => save(new Row(), {name: 'once'}));
  await run(() => cache.replay());
  await run(() => emptied());
  const keys = server.requests.filter(({method}) => method === 'POST').map(({idempotencyKey}) => idempotencyKey);
  assert.equal(keys.length, 2);
  assert.ok(keys[0]);
  assert.equal(keys[0], keys[1]);
  assert.deepEqual(table().map(row => row.name), ['Norway', 'Chile', 'once']);
});
