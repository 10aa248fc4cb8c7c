// The offline queue (contract 12): real pages, a real server that is stopped and started
// again, and the browser's own offline switch. What engines do in their own way has files of its own,
// queue-network and queue-tabs.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {launch} from './browser.mjs';
import {startDemo} from './demo-server.mjs';
import {unless} from './engines/index.mjs';
import {open, rows} from './queue-page.mjs';

test('12.3 a queued create has a temporary id, which a later save, also after a reload, does not send', {skip: unless('offline switch')}, async t => {
  const {run, server, table, writes, reload, replay, page, until} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await page.setOfflineMode(true);
  await run(async () => {
    await save(rows.add({name: 'Peru'}), {});
    await save(rows.last(), {name: 'Peru, edited'});
  });
  assert.match(await run(() => rows.last().id), /^_new_[a-z0-9]{8,}$/);
  assert.deepEqual(await run(() => queued()), ['create temporary {"name":"Peru, edited"}']);
  assert.equal((await run(() => cache.ids())).length, 3);
  await server.stop();
  await page.setOfflineMode(false);
  server.answer((request, response, next) => request.method === 'GET' ? next() : response.destroy());
  await server.start();
  await reload();
  await run(async () => {
    window.rows = await fetched();
    await save(rows.last(), {name: 'Peru, edited again'});
  });
  assert.deepEqual(await run(() => rows.pluck('name')), ['Norway', 'Chile', 'Peru, edited again']);
  // A server may know the create by now, which is sent again as it was; what was edited since follows.
  await until(() => queued().join() === 'create temporary {"name":"Peru, edited"},update temporary {"name":"Peru, edited again","id":"temporary"}');
  server.answer(null);
  writes();
  await run(() => { taken(); });
  await replay();
  await run(() => emptied());
  assert.deepEqual(writes(), ['POST /rows {"name":"Peru, edited"}', 'PUT /rows/3 {"name":"Peru, edited again","id":3}']);
  assert.deepEqual(table()[2], {name: 'Peru, edited again', id: 3});
  assert.deepEqual(await run(() => [rows.last().id, rows.get(3) === rows.last(), cache.ids(), traces()]), [3, true, [1, 2, 3], []]);
  assert.deepEqual(JSON.parse(await run(() => inside.records()['3-_burry_test'])), {name: 'Peru, edited again', id: 3});
  assert.ok((await run(() => taken())).includes('id temporary 3'));
  // It is a row like any other now.
  await run(() => save(rows.last(), {name: 'Peru'}));
  assert.deepEqual(writes(), ['PUT /rows/3 {"name":"Peru","id":3}']);
});

test('12.4 where storage is full, the write fails as without queue', async t => {
  const {run, server} = await open(t);
  await run(async () => {
    window.rows = await fetched();
    inside.fillToBrim();
  });
  await server.stop();
  await run(async () => {
    await save(rows.get(1), {name: 'Norge!'});
    await save(new Row(), {name: 'new'});
    await destroy(new Row({id: 2}));
  });
  assert.deepEqual(await run(() => taken()), ['error', 'rejected', 'error', 'rejected', 'error', 'rejected']);
  assert.deepEqual(await run(() => [inside.records()['1-_burry_test'], cache.ids(), cache.pending(), traces()]), ['{"id":1,"name":"Norway"}', [1, 2], [], []]);
});

test('12.4 where storage is forbidden, the write fails as without queue, and nothing throws', async t => {
  const {run, server} = await open(t);
  await run(() => {
    for (const name of ['getItem', 'setItem', 'removeItem', 'key']) Storage.prototype[name] = () => { throw new DOMException('no', 'SecurityError'); };
  });
  await server.stop();
  await run(() => save(new Row({id: 1}), {name: 'lost'}));
  assert.deepEqual(await run(() => [taken(), cache.pending()]), [['error', 'rejected'], []]);
  assert.deepEqual(await run(() => cache.replay()), {sent: 0, rejected: 0, left: 0});
});

test('12.5 several writes on a record are one request', {skip: unless('offline switch')}, async t => {
  const {run, page, replay, writes} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await page.setOfflineMode(true);
  await run(async () => {
    await save(rows.get(1), {name: 'a'}, {patch: true});
    await save(rows.get(1), {more: 1}, {patch: true});
    await save(rows.get(2), {name: 'b'});
    await save(rows.get(2), {name: 'c'});
    const made = rows.add({name: 'made'});
    await save(made, {});
    await destroy(made);
    const other = rows.add({name: 'other'});
    await save(other, {});
  });
  assert.deepEqual(await run(() => queued()), [
    'patch 1 {"name":"a","more":1}', 'update 2 {"id":2,"name":"c"}', 'create temporary {"name":"other"}'
  ]);
  await run(() => destroy(rows.get(2)));
  writes();
  await page.setOfflineMode(false);
  await run(() => emptied());
  assert.deepEqual(writes(), ['PATCH /rows/1 {"name":"a","more":1}', 'DELETE /rows/2', 'POST /rows {"name":"other"}']);
  assert.deepEqual(await run(() => traces()), []);
});

test('12.6 the browser says `online`; a page that is opened anew; a request that is answered: each sets replay off', {skip: unless('offline switch')}, async t => {
  const {run, page, server, writes, reload} = await open(t);
  await page.setOfflineMode(true);
  await run(() => save(new Row({id: 1}), {name: 'a'}));
  writes();
  await page.setOfflineMode(false);
  await run(() => emptied());
  assert.deepEqual(writes(), ['PUT /rows/1 {"id":1,"name":"a"}']);

  const lose = (request, response, next) => request.method === 'GET' ? next() : response.destroy();
  server.answer(lose);
  await run(() => save(new Row({id: 1}), {name: 'b'}));
  server.answer(null);
  writes();
  await reload();
  await run(() => emptied());
  assert.deepEqual(writes(), ['PUT /rows/1 {"id":1,"name":"b"}']);

  server.answer(lose);
  await run(() => save(new Row({id: 1}), {name: 'c'}));
  server.answer(null);
  writes();
  await run(async () => { await fetched(); });
  await run(() => emptied());
  assert.deepEqual(writes(), ['PUT /rows/1 {"id":1,"name":"c"}']);
});

test('12.7 a refusal is taken back and told, 5xx stays, a delete of what is not there is success', async t => {
  const {run, page, server, replay, writes} = await open(t, {data: {rows: [...rows, {id: 3, name: 'Peru'}]}});
  await run(async () => { window.rows = await fetched(); });
  await server.stop();
  await run(async () => {
    await save(rows.get(1), {name: 'refused'});
    await save(rows.get(2), {name: 'later'});
    await destroy(rows.get(3));
    await save(rows.add({name: 'unwanted'}), {});
  });
  assert.deepEqual((await run(() => taken())).filter(line => /^(success|error)/.test(line)), Array(4).fill('success queued'));
  server.answer((request, response) => {
    if (request.path === '/rows/1') response.status(422).json({why: 'no'});
    else if (request.method === 'POST') response.status(409).json({});
    else response.status(request.path === '/rows/3' ? 404 : 503).json({});
  });
  await server.start();
  assert.deepEqual(await replay(), {sent: 0, rejected: 1, left: 3});
  assert.deepEqual(await run(() => taken()), ['reject update 1 {"id":1,"name":"refused"} 422 {"why":"no"}']);
  assert.deepEqual(await run(() => [inside.records()['1-_burry_test'], inside.records()['2-_burry_test']]), ['{"id":1,"name":"Norway"}', '{"id":2,"name":"later"}']);
  server.answer((request, response, next) => {
    if (request.method === 'POST') response.status(409).json({});
    else if (request.method === 'DELETE') response.status(404).json({});
    else next();
  });
  assert.deepEqual(await replay(), {sent: 2, rejected: 1, left: 0});
  assert.deepEqual((await run(() => taken())).map(line => line.replace(/_new_\S+/, 'temporary')), ['reject create temporary {"name":"unwanted"} 409 {}']);
  assert.deepEqual(await run(() => [cache.ids(), traces(), rows.filter(row => row.isNew()).length]), [[1, 2], [], 1]);
});

test('12.8 what a read delivers shows what is queued', async t => {
  const {run, page, server} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  server.answer((request, response, next) => request.method === 'GET' ? next() : response.destroy());
  await run(async () => {
    await save(rows.get(1), {name: 'edited'});
    await destroy(rows.get(2));
    await save(rows.add({name: 'made'}), {});
    window.fresh = new Rows();
    window.phases = [];
    await read(fresh, () => phases.push(fresh.pluck('name').join()));
  });
  assert.deepEqual(await run(() => phases), ['edited,made', 'edited,made']);
  const single = await run(async () => {
    const one = await read(new Row({id: 1}));
    return one.get('name');
  });
  assert.equal(single, 'edited');
});

test('12.9 pending, discard, and clear, which says once what is lost', {skip: unless('offline switch')}, async t => {
  const {run, page, warnings} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await page.setOfflineMode(true);
  const before = Date.now();
  const [pending] = await run(async () => {
    await save(rows.get(1), {name: 'edited'});
    await save(rows.get(2), {name: 'kept'});
    return cache.pending();
  });
  assert.deepEqual([pending.method, pending.id, pending.attributes], ['update', 1, {id: 1, name: 'edited'}]);
  assert.ok(pending.since >= before - 1 && pending.since <= Date.now(), `since: ${pending.since}`);
  assert.deepEqual(await run(() => [cache.discard(rows.get(1)), cache.discard(1), queued(), inside.records()['1-_burry_test']]),
    [true, false, ['update 2 {"id":2,"name":"kept"}'], '{"id":1,"name":"Norway"}']);
  await run(() => { cache.clear(); cache.clear(); });
  assert.deepEqual(await run(() => [cache.pending(), inside.records()]), [[], {}]);
  assert.deepEqual(warnings.filter(text => text.includes('queued')).length, 1);
});

test('12.10 what mentions a temporary id, in any namespace, waits for it and is sent with the server\'s', async t => {
  const {run, server, table, writes, until} = await open(t, {data: {rows, comments: []}});
  await server.stop();
  await run(async () => {
    window.Comment = Backbone.Model.extend({urlRoot: '/api/comments', sync: Backbone.cachingSync(Backbone.sync, 'comments', {queue: true})});
    window.Part = Backbone.Model.extend({url() { return `/api/rows/${this.get('of')}/parts`; }, sync: Backbone.cachingSync(Backbone.sync, 'parts', {queue: true})});
    window.post = new Row();
    await save(post, {name: 'post'});
    window.comment = new Comment();
    await save(comment, {post: post.id, deep: [{post: post.id}], text: `on ${post.id}`});
    window.part = new Part();
    await save(part, {of: post.id});
  });
  const parts = [];
  server.answer((request, response, next) => {
    if (!request.path.endsWith('/parts')) return next();
    parts.push(request.path);
    response.json({id: 1});
  });
  await server.start();
  writes();
  await run(() => cache.replay());
  await until(() => !JSON.stringify(comment).includes('"post":"_new_') && !String(part.id).startsWith('_new_') && !String(comment.id).startsWith('_new_'));
  const temporary = await run(() => /_new_\w+/.exec(comment.get('text'))[0]);
  assert.deepEqual(table('comments'), [{post: 3, deep: [{post: 3}], text: `on ${temporary}`, id: 1}]);
  assert.deepEqual(await run(() => [post.id, comment.get('post'), comment.get('deep'), part.get('of')]), [3, 3, [{post: 3}], 3]);
  assert.deepEqual(parts, ['/rows/3/parts']);
});

test('12.10 if the create is refused, what waits for it is rejected with it', async t => {
  const {run, server, replay} = await open(t, {data: {rows, comments: []}});
  await server.stop();
  await run(async () => {
    window.post = new Row();
    await save(post, {name: 'post'});
    window.comment = new Row();
    await save(comment, {post: post.id});
    taken();
  });
  server.answer((request, response) => response.status(403).json({}));
  await server.start();
  assert.deepEqual(await replay(), {sent: 0, rejected: 2, left: 0});
  assert.deepEqual(await run(() => [taken().map(line => line.split(' ')[0]), traces(), post.isNew(), comment.isNew()]), [['reject', 'reject'], [], true, true]);
});

test('12.10 of a model that mentions a refused create only the mention goes', async t => {
  const {run, server, replay} = await open(t);
  await server.stop();
  await run(async () => {
    const post = new Row();
    await save(post, {name: 'post'});
    window.form = new Row({id: 1});
    await save(form, {name: 'a'});
    form.set({post: post.id, lines: [{post: post.id, count: 1}, {count: 2}]});
  });
  server.answer((request, response, next) => request.method === 'POST' ? response.status(422).json({}) : next());
  await server.start();
  await replay();
  assert.deepEqual(await run(() => [form.has('post'), form.toJSON()]), [false, {id: 1, name: 'a', lines: [{count: 1}, {count: 2}]}]);
});

test('12.3, 12.10 a model that the library has not seen before is saved with the id that its temporary ids have become', async t => {
  const {run, server, replay, writes, table} = await open(t);
  await server.stop();
  await run(async () => {
    window.post = new Row();
    await save(post, {name: 'post'});
    window.form = new Row({post: post.id});
    window.copy = new Row({id: post.id});
    window.patched = new Row({id: 1});
    window.temporary = post.id;
  });
  await server.start();
  await replay();
  writes();
  await run(async () => {
    await save(form, {});
    await save(copy, {name: 'copy'});
    await save(patched, {post: temporary}, {patch: true});
  });
  assert.deepEqual(writes(), ['POST /rows {"post":3}', 'PUT /rows/3 {"id":3,"name":"copy"}', 'PATCH /rows/1 {"post":3}']);
  assert.deepEqual(await run(() => [form.get('post'), copy.id, cache.pending(), traces()]), [3, 3, [], []]);
});

test('12.11 replay twice in a tick, while a request is under way, and without network: nothing twice, nothing hangs', {skip: unless('offline switch')}, async t => {
  const {run, page, server, table, writes} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await page.setOfflineMode(true);
  await run(async () => {
    await save(rows.get(1), {name: 'one'});
    await save(rows.get(2), {name: 'two'});
  });
  assert.deepEqual(await run(async () => Promise.all([cache.replay(), cache.replay()])), [{sent: 0, rejected: 0, left: 2}, {sent: 0, rejected: 0, left: 2}]);
  writes();
  await page.setOfflineMode(false);
  await run(async () => {
    await Promise.all([cache.replay(), cache.replay(), fetched(), save(rows.get(1), {name: 'three'})]);
    await emptied();
  });
  const sent = writes().map(line => line.replace(/ \{.*/, ''));
  assert.deepEqual(table().map(row => row.name), ['three', 'two']);
  assert.ok(sent.length <= 3, sent.join());
  assert.deepEqual(await run(() => traces()), []);
});

test('5.7, 12.11 what the page throws out of the promise of replay(), or the wrapped sync out of a replay, is told once and stops nothing', async t => {
  const {run, server, reported, replay, until} = await open(t);
  await server.stop();
  await run(async () => {
    begin({wrapped: function () {
      if (window.isBroken) throw new Error('of the wrapped');
      return Backbone.sync.apply(this, arguments);
    }});
    await save(new Row({id: 1, name: 'a'}), {});
  });
  await server.start();
  await run(() => { cache.replay().done(() => { window.isBroken = true; throw new Error('of the page'); }); });
  await until(() => window.isBroken);
  await server.stop();
  await run(async () => {
    window.isBroken = false;
    await save(new Row({id: 2, name: 'b'}), {});
    window.isBroken = true;
  });
  await server.start();
  assert.deepEqual(await reported(), ['of the page']);
  // The same request would throw again (12.19).
  assert.deepEqual(await replay(), {sent: 0, rejected: 1, left: 0});
  assert.deepEqual(await reported(), ['of the wrapped']);
  await run(() => { window.isBroken = false; });
  assert.deepEqual(await replay(), {sent: 0, rejected: 0, left: 0});
});

test('12.2, 12.3 a `validate` that no temporary id would pass does not keep the model from having one', async t => {
  const {run, server, replay, table} = await open(t, {begin: {}});
  await run(() => { begin({model: {validate: ({id}) => id === undefined || Number.isInteger(id) ? undefined : 'no id'}}); });
  await server.stop();
  await run(async () => {
    window.row = new Row();
    await save(row, {name: 'made'});
  });
  assert.deepEqual(await run(() => [taken(), row.isNew()]), [['success queued', 'queue temporary', 'resolved'], false]);
  await server.start();
  await replay();
  assert.deepEqual(await run(() => row.attributes), {id: 3, name: 'made'});
  assert.equal(table().length, 3);
});

// Of two saves of the first row the one named `held back` is answered when the test says so, and
// the one named `lost again` never. Returns when the page knows of that.
async function loseSecondSave({run, server, until}) {
  let response = null;
  server.answer((request, one, next) => {
    if (request.method !== 'PUT') return next();
    if (request.body.name !== 'lost again') return void (response = one);
    return one.destroy();
  });
  await run(async () => {
    window.rows = await fetched();
    $(document).ajaxError(() => { window.hasLost = true; });
    window.held = save(rows.get(1), {name: 'held back'});
    window.lost = save(rows.get(1), {name: 'lost again'});
  });
  await until(() => window.hasLost);
  return response;
}

test('12.11 what is lost while another save of the row is under way is queued at once, and sent behind that', async t => {
  const opened = await open(t), {run, server, table, replay} = opened;
  const held = await loseSecondSave(opened);
  await run(() => lost);
  assert.deepEqual(await run(() => [taken().sort(), queued(), inside.records()['1-_burry_test']]),
    [['queue 1', 'resolved', 'success queued'], ['update 1 {"id":1,"name":"lost again"}'], '{"id":1,"name":"lost again"}']);
  assert.deepEqual(await replay(), {sent: 0, rejected: 0, left: 1});
  held.status(500).end();
  await run(() => held);
  assert.deepEqual(await run(() => [taken().sort(), queued()]), [['error', 'rejected'], ['update 1 {"id":1,"name":"lost again"}']]);
  server.answer(null);
  await replay();
  await run(() => emptied());
  assert.deepEqual(table()[0], {id: 1, name: 'lost again'});
});

test('7.3, 12.4 a save behind a queued one, which storage refuses, fails, and its promise too', async t => {
  const {run, server, table, replay} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await server.stop();
  await run(async () => {
    await save(rows.get(1), {name: 'queued'});
    taken();
    inside.fillToBrim();
    await save(rows.get(1), {name: 'refused'});
  });
  assert.deepEqual(await run(() => [taken(), queued(), inside.records()['1-_burry_test']]),
    [['error', 'rejected'], ['update 1 {"id":1,"name":"queued"}'], '{"id":1,"name":"queued"}']);
  await server.start();
  await replay();
  assert.deepEqual(table()[0], {id: 1, name: 'queued'});
});

test('12.1, 12.9 what waits and was never sent can be aborted; clear ends the rest, and says what is lost', async t => {
  const {run, server, warnings} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await server.stop();
  await run(async () => {
    await save(rows.get(1), {name: 'lost'});
    taken();
    const aborted = rows.get(1).save({name: 'third'}, {error: () => log.push('aborted'), beforeSend: () => log.push('sent')});
    aborted.abort();
    const told = save(rows.get(1), {name: 'fourth'}, {wait: true});
    cache.clear();
    await told;
  });
  assert.deepEqual(await run(() => [taken().sort(), cache.pending()]), [['aborted', 'error', 'rejected'], []]);
  assert.deepEqual(warnings, ['Backbone.cachingSync: clear: 2 queued writes will not be sent.']);
});

test('5.7, 12.11 what the handler of a queued save throws is thrown, and stops nothing', async t => {
  const {run, server, reported} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await server.stop();
  await run(async () => {
    rows.get(1).save({name: 'lost'}, {success: () => { throw new Error('of the handler'); }});
    await save(rows.get(2), {name: 'last'});
  });
  assert.deepEqual(await reported(), ['of the handler']);
  assert.deepEqual(await run(() => queued()), ['update 1 {"id":1,"name":"lost"}', 'update 2 {"id":2,"name":"last"}']);
});

test('12.12 the `attrs` of a call are sent as they would be online; a write whose body is the page\'s own is not queued', async t => {
  const {run, server, replay, writes} = await open(t);
  await server.stop();
  await run(async () => {
    await save(new Row({name: 'a', local: 1}), {}, {attrs: {name: 'a'}});
    await save(new Row({id: 1, name: 'b', local: 1}), {}, {attrs: {name: 'b'}});
    taken();
    await save(new Row({id: 2, name: 'c'}), {}, {data: new FormData(), processData: false, contentType: false});
  });
  assert.deepEqual(await run(() => taken()), ['error', 'rejected']);
  await server.start();
  writes();
  assert.deepEqual(await replay(), {sent: 2, rejected: 0, left: 0});
  assert.deepEqual(writes(), ['POST /rows {"name":"a"}', 'PUT /rows/1 {"name":"b"}']);
});

test('12.12 wait: success, promise and what is shown come with the server\'s word, also over a reload', async t => {
  const {run, page, server, reload, replay} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await server.stop();
  const told = await run(async () => {
    window.promise = save(rows.get(1), {name: 'waited'}, {wait: true});
    while (!log.length) await new Promise(resolve => setTimeout(resolve, 10));
    return [taken(), rows.get(1).get('name'), inside.records()['1-_burry_test']];
  });
  assert.deepEqual(told, [['queue 1'], 'Norway', '{"id":1,"name":"Norway"}']);
  await server.start();
  await replay();
  assert.deepEqual(await run(() => [taken(), rows.get(1).get('name'), inside.records()['1-_burry_test']]), [['success', 'resolved'], 'waited', '{"id":1,"name":"waited"}']);

  server.answer((request, response, next) => request.method === 'GET' ? next() : response.destroy());
  await run(async () => {
    rows.create({name: 'made'}, {wait: true});
    while (!log.length) await new Promise(resolve => setTimeout(resolve, 10));
  });
  server.answer(null);
  await reload();
  await run(() => emptied());
  assert.deepEqual(await run(() => [cache.ids(), inside.records()['3-_burry_test'], traces()]), [[1, 2, 3], '{"name":"made","id":3}', []]);
});

test('12.12 wait: error and promise tell of a refusal, and of `discard`', async t => {
  const {run, server, replay, until} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  const queue = async () => {
    await server.stop();
    await run(() => {
      taken();
      save(rows.get(1), {name: 'waited'}, {wait: true});
    });
    await until(() => log.length);
    await run(() => taken());
  };
  await queue();
  server.answer((request, response) => response.status(422).json({}));
  await server.start();
  await replay();
  assert.deepEqual(await run(() => taken().filter(line => !line.startsWith('reject '))), ['error', 'rejected']);
  await queue();
  await run(() => cache.discard(1));
  assert.deepEqual(await run(() => taken()), ['error', 'rejected']);
});

test('12.12 an own idAttribute, parse, toJSON and url work as they do online', {skip: unless('offline switch')}, async t => {
  const begin = {model: {}};
  const {run, server, table, writes, reload, page} = await open(t, {data: {rows: [{id: 'a', name: 'Norway'}]}});
  const define = () => run(() => {
    begin({model: {
      idAttribute: '_id',
      parse: data => data && {_id: data.id, title: data.name, at: data.at},
      toJSON() { return {id: this.attributes._id, name: this.attributes.title}; },
      url() { return '/api/rows' + (this.isNew() ? '' : '/' + this.id); }
    }});
    window.rows = new Rows();
    return read(rows).then(() => {});
  });
  server.answer((request, response, next) => {
    if (request.method === 'PUT' || request.method === 'POST') request.body.at = 5;
    next();
  });
  await define();
  await page.setOfflineMode(true);
  await run(async () => {
    await save(rows.get('a'), {title: 'edited'});
    await save(rows.add({title: 'made'}), {});
    await save(rows.last(), {title: 'made, edited'});
  });
  writes();
  await page.setOfflineMode(false);
  await run(() => emptied());
  assert.deepEqual(writes(), ['PUT /rows/a {"id":"a","name":"edited"}', 'POST /rows {"name":"made, edited"}']);
  const made = table()[1].id;
  assert.deepEqual(await run(() => rows.toJSON()), [{id: 'a', name: 'edited'}, {id: made, name: 'made, edited'}]);
  assert.deepEqual(await run(() => rows.pluck('at')), [5, 5]);
  await define();
  assert.deepEqual(await run(() => rows.toJSON()), [{id: 'a', name: 'edited'}, {id: made, name: 'made, edited'}]);
  assert.deepEqual(await run(() => traces()), []);
});

test('4.1, 12.3 a queued create is in the list of its collection, also after a reload, and in no other', {skip: unless('offline switch')}, async t => {
  const {page, run, reload, replay, server} = await open(t);
  const shown = () => run(async () => {
    const Computed = Rows.extend({url: () => '/api/rows?name=Chile'}), computed = new Computed(), all = new Rows();
    await Promise.all([read(computed), read(all)]);
    return [computed, all].map(rows => rows.pluck('name').join());
  });
  await run(async () => {
    window.computed = new (Rows.extend({url: () => '/api/rows?name=Chile'}))();
    await read(computed);
  });
  assert.deepEqual(await shown(), ['Chile', 'Norway,Chile']);
  await page.setOfflineMode(true);
  await run(async () => {
    computed.create({name: 'Peru'});
    while (!cache.pending().length) await new Promise(resolve => setTimeout(resolve, 20));
  });
  assert.deepEqual(await shown(), ['Chile,Peru', 'Norway,Chile']);
  await server.stop();
  await page.setOfflineMode(false);
  server.answer((request, response, next) => request.method === 'GET' ? next() : response.destroy());
  await server.start();
  await reload();
  assert.deepEqual(await shown(), ['Chile,Peru', 'Norway,Chile']);
  server.answer(null);
  await replay();
  assert.equal(await run(() => inside.records()['__ids__?/api/rows?name=Chile-_burry_test']), '[2,3]');
});

test('12.3 a row whose answer was lost, and which a list has told meanwhile, is one model and not two', async t => {
  const {run, server, table} = await open(t);
  let made = null, isLost = true;
  server.answer((request, response, next) => {
    if (request.method !== 'POST') return next();
    if (!made) table().push(made = {...request.body, id: 3});
    if (isLost) response.destroy();
    else response.json(made);
  });
  await run(async () => {
    window.rows = await fetched();
    window.row = rows.add({name: 'made'});
    await save(row, {});
  });
  // Nobody can tell yet that these are the same row.
  assert.deepEqual(await run(async () => {
    await read(rows);
    taken();
    rows.on('remove', ({id}) => log.push(`remove ${id}`));
    return rows.map(({id}) => String(id).slice(0, 5));
  }), ['1', '2', '3', '_new_']);
  isLost = false;
  await run(() => {
    cache.replay();
    return emptied();
  });
  assert.deepEqual(await run(() => [rows.length, rows.get(3) === row, rows.get(row.cid) === row, row.attributes, cache.ids()]),
    [3, true, true, {id: 3, name: 'made'}, [1, 2, 3]]);
  assert.deepEqual(await run(() => taken()), ['remove 3', 'id temporary 3']);
});

test('12.3 of a row that waits to be made a save with `no-cache` is queued, too', async t => {
  const {run, server, writes, replay} = await open(t);
  await server.stop();
  await run(async () => {
    window.row = new Row();
    await save(row, {name: 'made'});
    await save(row, {name: 'edited'}, {fetchPolicy: 'no-cache'});
  });
  await server.start();
  writes();
  await replay();
  assert.deepEqual(writes(), ['POST /rows {"name":"made"}', 'PUT /rows/3 {"name":"edited","id":3}']);
});

test('12.4 storage that is wiped in the middle: nothing throws, what was queued is gone, and what comes then is queued', async t => {
  const {run, server, replay, table} = await open(t);
  await run(async () => { window.rows = await fetched(); });
  await server.stop();
  await run(async () => {
    await save(rows.get(1), {name: 'wiped'});
    localStorage.clear();
    await save(rows.get(2), {name: 'kept'});
  });
  assert.deepEqual(await run(() => queued()), ['update 2 {"id":2,"name":"kept"}']);
  await server.start();
  assert.deepEqual(await replay(), {sent: 1, rejected: 0, left: 0});
  assert.deepEqual(table().map(row => row.name), ['Norway', 'kept']);
});

test('12.10, 7.4 attributes that contain themselves fail as in plain Backbone, also after an id has become known', async t => {
  const {run, server, replay} = await open(t);
  await server.stop();
  await run(() => save(new Row({name: 'made'}), {}));
  await server.start();
  assert.deepEqual(await replay(), {sent: 1, rejected: 0, left: 0});
  assert.match(await run(() => {
    const cycle = {};
    cycle.self = cycle;
    return inside.thrown(() => new Row({id: 1}).save({cycle}));
  }), /^TypeError: .*(circular|cyclic)/i);
});

// The page comes out of a memory of its own, as a service worker would give it, so that it can
// be opened while its server is stopped; what it asks of the API goes to the server.
async function rideTheTrain(t) {
  const starting = startDemo(t), browser = await launch(undefined, {hasRequests: true});
  t.after(() => browser.close());
  let demo = await starting;
  const {url, data} = demo, port = new URL(url).port, kept = new Map(), context = await browser.createBrowserContext();
  const serve = async request => {
    if (request.url().includes('/api/')) return request.continue();
    // The demo's own screens are not needed, and cost most of the time.
    if (request.url().endsWith('/app.js')) return request.respond({contentType: 'text/javascript', body: ''});
    if (!kept.has(request.url())) {
      const response = await fetch(request.url());
      kept.set(request.url(), {status: response.status, contentType: response.headers.get('content-type'), body: Buffer.from(await response.arrayBuffer())});
    }
    return request.respond(kept.get(request.url()));
  };
  return {
    async open() {
      const page = await context.newPage();
      await page.setRequestInterception(true);
      page.on('request', request => { serve(request).catch(() => request.abort()); });
      await page.goto(url, {waitUntil: 'domcontentloaded'});
      await page.evaluate(() => {
        const sync = Backbone.cachingSync(Backbone.sync, 'train', {ttl: 60, queue: true});
        const Country = Backbone.Model.extend({idAttribute: 'cca3', urlRoot: 'api/countries', sync});
        const Countries = Backbone.Collection.extend({url: 'api/countries', model: Country, sync});
        const told = action => new Promise(resolve => action({success: () => resolve('success'), error: () => resolve('error')}));
        Object.assign(window, {cache: sync.cache, Country, countries: new Countries(), told});
      });
      return page;
    },
    stop: () => demo.end('SIGKILL'),
    async start() { demo = await startDemo(t, port, data); },
    table: async () => (await fetch(`${url}/api/countries`.replace('//api', '/api'))).json(),
    until: (page, condition) => page.waitForFunction(condition, {polling: 20})
  };
}

test('12 on the train: edit, create, edit that, delete, reload, close the page, come back; then the server has what the user saw', {skip: unless('interception')}, async t => {
  const {open, stop, start, table, until} = await rideTheTrain(t);
  let page = await open();
  assert.equal(await page.evaluate(() => told(callbacks => countries.fetch({...callbacks, callbacks: 'once'}))), 'success');
  const all = (await table()).length;
  await stop();
  const first = await page.evaluate(async () => [
    await told(callbacks => countries.get('NOR').save({capital: ['Trondheim']}, callbacks)),
    await told(callbacks => countries.create({name: {common: 'Atlantis'}, area: 1}, callbacks)),
    await told(callbacks => countries.last().save({area: 2}, callbacks)),
    await told(callbacks => countries.get('CHL').destroy(callbacks))
  ]);
  assert.deepEqual(first, ['success', 'success', 'success', 'success']);

  // A reload without network shows all of it, and goes on.
  await page.close();
  page = await open();
  const seen = await page.evaluate(async () => {
    await told(callbacks => countries.fetch(callbacks));
    const atlantis = countries.find(country => country.get('area') === 2);
    await told(callbacks => atlantis.save({capital: ['Poseidonis']}, callbacks));
    await told(callbacks => countries.get('NOR').save({area: 3}, {...callbacks, patch: true}));
    return [countries.get('NOR').get('capital'), atlantis.get('name').common, Boolean(countries.get('CHL')), countries.length];
  });
  assert.deepEqual(seen, [['Trondheim'], 'Atlantis', false, all]);
  await page.close();

  await start();
  page = await open();
  await page.evaluate(() => { told(callbacks => countries.fetch(callbacks)); });
  await until(page, () => !cache.pending().length);
  const now = await table(), find = test => now.filter(test);
  assert.equal(now.length, all);
  const [norway] = find(({cca3}) => cca3 === 'NOR'), atlantis = find(({name}) => name.common === 'Atlantis');
  assert.deepEqual([norway.capital, norway.area], [['Trondheim'], 3]);
  assert.deepEqual(atlantis.map(({area, capital, cca3}) => [area, capital, cca3]), [[2, ['Poseidonis'], 'XAA']]);
  assert.deepEqual(find(({cca3}) => cca3 === 'CHL'), []);
  assert.deepEqual(await page.evaluate(() => [cache.ids().length, cache.ids().includes('XAA'), Object.keys(localStorage).filter(key => !key.startsWith('__queue___new_') && /_new_|__queue__/.test(key + localStorage[key]))]), [all, true, []]);
});
