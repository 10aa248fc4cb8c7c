// Entries of the queue in storage: each write is one before it is sent, later pages go on with it, and
// none is trusted because it is there (contract 12.4, 12.5, 12.13, 12.17 to 12.19, 13.4).

import assert from 'node:assert/strict';
import test from 'node:test';
import {open, openTwo} from './queue-page.mjs';

const entries = page => page.evaluate(() => Object.entries(inside.stored()).filter(([key]) => /^__queue__[0-9a-z]+-/.test(key)).map(([, text]) => JSON.parse(text)));

// Puts an entry into storage as whoever can write there might.
const plant = (page, token, write) => page.evaluate((token, write) => {
  localStorage.setItem('__queue__-_burry_test', 'planted');
  localStorage.setItem(`__queue__${token}-_burry_test`, typeof write === 'string' ? write : JSON.stringify(write));
}, token, write);

test('12.4 a write is in storage before it is sent, and leaves storage with its answer', async t => {
  const {run, page, server, until} = await open(t);
  let held = null;
  server.answer((request, response, next) => request.method === 'PUT' ? void (held = response) : next());
  await run(() => { window.saved = save(new Row({id: 1}), {name: 'a'}); });
  while (!held) await run(() => {});
  const [entry] = await entries(page);
  assert.deepEqual([entry.method, entry.delivery, entry.tries, entry.attributes], ['update', 'first_try', 1, {id: 1, name: 'a'}]);
  // It is the page's own save still.
  assert.deepEqual(await run(() => cache.pending()), []);
  held.json({id: 1, name: 'a'});
  await run(() => saved);
  assert.deepEqual([await entries(page), await run(() => traces())], [[], []]);
  await until(() => !cache.pending().length);
});

test('12.4 a page that is reloaded while a save, a create and a delete are in flight loses none of them', async t => {
  const {run, server, writes, table, reload, page} = await open(t);
  let held = 0;
  server.answer((request, response, next) => request.method === 'GET' ? next() : void ++held);
  await run(async () => {
    window.rows = await fetched();
    rows.get(1).save({name: 'edited'});
    rows.create({name: 'made'});
    rows.get(2).destroy();
  });
  while (held < 3) await run(() => {});
  server.answer(null);
  writes();
  await reload();
  await run(() => emptied());
  while ((await entries(page)).length) await run(() => {});
  assert.deepEqual(writes().sort(), ['DELETE /rows/2', 'POST /rows {"name":"made"}', 'PUT /rows/1 {"id":1,"name":"edited"}']);
  assert.deepEqual(table().map(({name}) => name), ['edited', 'made']);
  assert.deepEqual(await run(async () => (await fetched()).pluck('name')), ['edited', 'made']);
  assert.deepEqual(await run(() => traces()), []);
});

test('12.4, 12.6 another tab sends what was in flight when its tab was closed', async t => {
  const [one, other] = await openTwo(t), {server} = one;
  let held = 0;
  server.answer((request, response, next) => request.method === 'GET' ? next() : void ++held);
  await other.run(() => { new Rows().create({name: 'made'}); });
  while (!held) await other.run(() => {});
  server.answer(null);
  one.writes();
  // The page lives: its request is its own.
  assert.deepEqual(await one.replay(), {sent: 0, rejected: 0, left: 0});
  assert.deepEqual(one.writes(), []);
  await other.page.close();
  await one.until(async () => (await cache.replay()).sent === 1);
  assert.deepEqual(one.writes(), ['POST /rows {"name":"made"}']);
  assert.deepEqual(one.table().map(({name}) => name), ['Norway', 'Chile', 'made']);
});

test('12.13 a second save of a new model waits for its create, and is an update of the row', async t => {
  const {run, server, writes, table, until} = await open(t);
  let held = null;
  server.answer((request, response, next) => request.method === 'POST' ? void (held = next) : next());
  await run(async () => {
    window.rows = await fetched();
    window.row = rows.add({name: 'first'});
    window.saved = Promise.all([save(row, {}), save(row, {name: 'second'})]);
  });
  while (!held) await run(() => {});
  assert.deepEqual(await run(() => [taken(), cache.pending().length, row.isNew()]), [[], 1, true]);
  held();
  await run(() => saved);
  assert.deepEqual(writes(), ['POST /rows {"name":"first"}', 'PUT /rows/3 {"name":"second","id":3}']);
  assert.deepEqual(await run(() => [taken().sort(), row.id, row.get('name'), rows.length]), [['resolved', 'resolved', 'success', 'success'], 3, 'second', 3]);
  assert.deepEqual(table().map(({name}) => name), ['Norway', 'Chile', 'second']);
  await until(() => !traces().length);
});

test('12.13 of two saves of a new model whose create is lost both are queued, and sent as a create and an update', async t => {
  const {run, server, writes, table, replay} = await open(t);
  let held = null;
  server.answer((request, response, next) => {
    if (request.method !== 'POST') return next();
    // A browser may send it again by itself.
    return held ? response.destroy() : void (held = response);
  });
  await run(async () => {
    window.rows = await fetched();
    window.row = rows.add({name: 'first'});
    window.saved = Promise.all([save(row, {}), save(row, {name: 'second'})]);
  });
  while (!held) await run(() => {});
  held.destroy();
  await run(() => saved);
  assert.deepEqual(await run(() => taken().sort()), ['queue temporary', 'queue temporary', 'resolved', 'resolved', 'success queued', 'success queued']);
  assert.deepEqual(await run(() => [rows.length, inside.records()[`${row.id}-_burry_test`].includes('second')]), [3, true]);
  server.answer(null);
  writes();
  await replay();
  await run(() => emptied());
  assert.deepEqual(writes().map(text => text.split(' ').slice(0, 2).join(' ')), ['POST /rows', 'PUT /rows/3']);
  assert.deepEqual(table().map(({name}) => name), ['Norway', 'Chile', 'second']);
  assert.deepEqual(await run(() => traces()), []);
});

test('12.13, 12.12 a second save of a new model with a body of the page\'s own is sent as it is', async t => {
  const {run, server, writes} = await open(t);
  let held = null;
  server.answer((request, response, next) => request.method === 'POST' && !held ? void (held = next) : next());
  await run(async () => {
    window.row = new Rows().add({name: 'first'});
    window.first = save(row, {});
    await save(row, {name: 'second'}, {data: '{"own":true}', contentType: 'application/json'});
  });
  held();
  await run(() => first);
  assert.deepEqual(writes(), ['POST /rows {"name":"first"}', 'POST /rows {"own":true}']);
});

test('12.5 a server that changes what it is sent keeps that: what was edited since a lost try is laid over the answer', async t => {
  const {run, server, writes, table, replay} = await open(t);
  let isLost = true;
  server.answer((request, response, next) => {
    if (request.method === 'GET') return next();
    request.body.status = request.body.status === 'done' ? 'done' : 'submitted';
    if (request.body.name) request.body.name = request.body.name.trim();
    return isLost ? response.destroy() : next();
  });
  await run(async () => {
    window.row = new Rows().add({name: ' a ', status: 'new'});
    await save(row, {});
    await save(row, {note: 'b'});
  });
  isLost = false;
  writes();
  await replay();
  await run(() => emptied());
  assert.deepEqual(writes(), ['POST /rows {"name":" a ","status":"new"}', 'PUT /rows/3 {"name":"a","status":"submitted","id":3,"note":"b"}']);
  assert.deepEqual(table()[2], {name: 'a', status: 'submitted', id: 3, note: 'b'});
  assert.deepEqual(await run(() => [row.get('name'), row.get('status'), row.get('note')]), ['a', 'submitted', 'b']);
});

test('12.17 after a reload a write is sent with a model of the class, so wrapped finds on it what it finds online', async t => {
  const {run, server, writes, page} = await open(t);
  const begun = (given = {}) => {
    begin({
      model: {paramRoot: 'row'},
      wrapped(method, model, options) {
        const data = JSON.stringify({[model.paramRoot]: model.toJSON()});
        return Backbone.sync(method, model, method === 'create' ? Object.assign(options, {data, contentType: 'application/json'}) : options);
      },
      ...given
    });
  };
  await run(begun);
  await server.stop();
  await run(() => save(new Rows().add({name: 'made'}), {}));
  await page.reload().catch(() => {});
  await server.start();
  await page.reload();
  writes();
  await page.evaluate(`(${begun})(); window.rows = new Rows(); rows.fetch();`);
  // The first model or collection of the page shows the class.
  await run(() => emptied());
  assert.deepEqual(writes(), ['POST /rows {"row":{"name":"made"}}']);
});

test('12.19 an entry whose URL the page has no business with is rejected, and warned of once', async t => {
  const {run, page, warnings, writes, replay} = await open(t);
  const seen = [];
  page.on('request', request => seen.push(request.url()));
  const update = url => ({delivery: 'waiting', tries: 1, since: 1, method: 'update', id: 1, url, idAttribute: 'id', attributes: {id: 1, name: 'planted'}, isPlain: true});
  await run(() => fetched());
  seen.length = 0;
  await plant(page, 'planted1', update('//evil.example/rows/1'));
  await plant(page, 'planted2', update('https://evil.example/rows/1'));
  await plant(page, 'planted3', update('/rows?callback=?'));
  await plant(page, 'planted4', update('/rows/??'));
  await plant(page, 'planted5', update('javascript:window.isRun=true'));
  await plant(page, 'planted6', update(''));
  await plant(page, 'planted7', {...update('/rows/1'), method: 'read'});
  await plant(page, 'Planted8', update('/rows/1'));
  await plant(page, 'planted9', 'null');
  await run(() => { taken(); });
  await replay();
  await run(() => emptied());
  const rejected = (await run(() => taken())).filter(line => line.startsWith('reject'));
  assert.equal(rejected.length, 6);
  for (const line of rejected) assert.match(line, /^reject update 1 \{"id":1,"name":"planted"\} 0 /);
  assert.deepEqual(seen, []);
  assert.deepEqual(writes(), []);
  assert.equal(warnings.length, 1);
  assert.equal(await run(() => window.isRun), undefined);
});

test('12.19 an id that only looks like a temporary one is an id like any other', async t => {
  const {run, writes} = await open(t);
  await run(() => save(new Row({id: '_new_York'}), {name: 'a'}));
  assert.deepEqual(writes(), ['PUT /rows/_new_York {"id":"_new_York","name":"a"}']);
});

test('12.19 what another tab reports of temporary ids that this page does not know changes nothing', async t => {
  const [one, other] = await openTwo(t);
  await one.run(() => { window.row = new Row({id: 1, user: 'user'}); });
  await other.run(() => {
    localStorage.setItem('__queue__user-_burry_test', '{"id":"admin","at":1}');
    localStorage.setItem('__queue___new_user01-_burry_test', '{"id":"admin","at":1}');
  });
  await one.run(() => save(row, {name: 'a'}));
  assert.deepEqual(one.writes(), ['PUT /rows/1 {"id":1,"user":"user","name":"a"}']);
  assert.deepEqual(await one.run(() => taken().filter(line => line.startsWith('id '))), []);
});

test('12.18 a page that is opened at a temporary id finds the row', async t => {
  const {run, server, replay, reload, writes} = await open(t);
  await server.stop();
  const temporary = await run(async () => {
    const row = new Rows().add({name: 'made'});
    await save(row, {});
    return row.id;
  });
  await server.start();
  await replay();
  await run(() => emptied());
  await reload();
  writes();
  assert.deepEqual(await run(async id => {
    const row = await read(new Row({id}));
    await save(row, {name: 'edited'});
    return row.toJSON();
  }, temporary), {id: 3, name: 'edited'});
  assert.deepEqual(writes().map(text => text.split(' ').slice(0, 2).join(' ')), ['PUT /rows/3']);
});

test('13.4 a clear in another tab ends what is queued, with one warning, and late answers write nothing', async t => {
  const [one, other] = await openTwo(t), {server} = one;
  let held = null;
  server.answer((request, response, next) => {
    if (request.method !== 'PUT') return next();
    return request.path === '/rows/1' ? void (held = next) : response.destroy();
  });
  await one.run(async () => {
    window.rows = await fetched();
    window.saved = save(rows.get(1), {name: 'late'});
  });
  while (!held) await one.run(() => {});
  await one.run(() => save(rows.get(2), {name: 'queued'}));
  await other.run(() => { cache.clear(); });
  await one.until(() => !cache.pending().length);
  held();
  await one.run(() => saved);
  assert.deepEqual(await one.run(() => Object.keys(inside.stored()).filter(key => key.includes('_burry_test'))), []);
  assert.equal(one.warnings.filter(text => /will not be sent/.test(text)).length, 1);
});

test('1.1, 12.5 the headers of a create reach the server with its Idempotency-Key', async t => {
  const {run, server} = await open(t);
  let headers = null;
  server.answer((request, response, next) => {
    if (request.method === 'POST') headers = request.headers;
    next();
  });
  await run(() => save(new Row(), {name: 'made'}, {headers: {'X-Own': 'own'}}));
  assert.equal(headers['x-own'], 'own');
  assert.match(headers['idempotency-key'], /^[0-9a-z]+$/);
});
