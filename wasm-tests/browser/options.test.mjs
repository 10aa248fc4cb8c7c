// Fetch policies, freshFor, dedupe and evict (contract 8.1 to 8.3), in a page with a real
// server. `data` of the server and what lies in the cache differ, so that it shows which
// of them answered.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {unless} from './engines/index.mjs';
import {openInside} from './inside.mjs';

const rows = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}];

// In the page: what is cached, and one read of it, told in a line.
function prepare() {
  window.cache = () => inside.put({'1-_burry_test': '{"id":1,"name":"cached"}', '__ids__-_burry_test': '[1]'});
  window.read = async (ttl, options = {}) => {
    const {Rows} = inside.classes({ttl}), collection = new Rows(), log = [];
    collection.on('sync', (model, data, given) => log.push(given.fromCache ? 'sync cached' : 'sync server'));
    collection.on('error', () => log.push('error'));
    const promise = collection.fetch(inside.callbacks(log, options));
    log.push(promise.state());
    await promise.then(() => {}, () => {});
    await inside.idle();
    return `${log.join(', ')}; ${promise.state()}; ${collection.pluck('name').join()}`;
  };
}

const open = async (t, options) => {
  const opened = await openInside(t, {data: {rows}, prepare, ...options});
  t.after(() => assert.deepEqual(opened.errors, []));
  return {...opened, sent: () => opened.server.requests.splice(0).length};
};

for (const where of ['the decorator', 'a call']) {
  // Runs a read with these options of the one or the other.
  const readIn = run => options => run((options, ofCall) => ofCall ? read(undefined, options) : read(options), options, where === 'a call');

  test(`8.1 cache-first of ${where}: a hit sends no request, a miss does`, async t => {
    const {run, sent} = await open(t), read = readIn(run);
    assert.equal(await read({fetchPolicy: 'cache-first'}), 'pending, success server, sync server; resolved; Norway,Chile');
    assert.equal(sent(), 1);
    await run(() => cache());
    assert.equal(await read({fetchPolicy: 'cache-first'}), 'success cached, sync cached, resolved; resolved; cached');
    assert.equal(sent(), 0);
  });

  test(`8.1 network-only of ${where}: the answer alone, and it is cached`, async t => {
    const {run, sent} = await open(t), read = readIn(run);
    await run(() => cache());
    assert.equal(await read({fetchPolicy: 'network-only'}), 'pending, success server, sync server; resolved; Norway,Chile');
    assert.equal(sent(), 1);
    assert.equal(await run(() => localStorage.getItem('__ids__-_burry_test')), '[1,2]');
  });

  test(`8.1 network-first of ${where}: the cache where the server fails or cannot be reached, and not where it refuses`, {skip: unless('offline switch')}, async t => {
    const {run, sent, server, page} = await open(t), read = readIn(run);
    await run(() => cache());
    assert.equal(await read({fetchPolicy: 'network-first'}), 'pending, success server, sync server; resolved; Norway,Chile');
    await run(() => cache());
    server.answer((request, response) => response.status(503).json({}));
    assert.equal(await read({fetchPolicy: 'network-first'}), 'pending, success cached, sync cached; resolved; cached');
    await page.setOfflineMode(true);
    assert.equal(await read({fetchPolicy: 'network-first'}), 'pending, success cached, sync cached; resolved; cached');
    await page.setOfflineMode(false);
    server.answer((request, response) => response.status(401).json({}));
    assert.equal(await read({fetchPolicy: 'network-first'}), 'pending, error 401, error; rejected; ');
    assert.equal(sent(), 3);
  });

  test(`8.1 cache-only of ${where}: never a request; a miss is an error of status 0`, async t => {
    const {run, sent} = await open(t), read = readIn(run);
    assert.equal(await read({fetchPolicy: 'cache-only'}), 'error 0, error, rejected; rejected; ');
    await run(() => cache());
    assert.equal(await read({fetchPolicy: 'cache-only'}), 'success cached, sync cached, resolved; resolved; cached');
    assert.equal(sent(), 0);
  });

  test(`8.1 no-cache of ${where}: neither read nor written`, async t => {
    const {run, sent} = await open(t), read = readIn(run);
    await run(() => cache());
    const before = await run(() => inside.records());
    assert.match(await read({fetchPolicy: 'no-cache'}), /^pending, success server, sync server; resolved; Norway,Chile$/);
    assert.equal(sent(), 1);
    assert.deepEqual(await run(() => inside.records()), before);
  });
}

test('8.1 no-cache of a save: the record is not touched', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(async () => {
    cache();
    const {Row} = inside.classes();
    await inside.save(new Row({id: 1}), {name: 'secret'}, {fetchPolicy: 'no-cache'});
    return inside.records();
  }), {'1-_burry_test': '{"id":1,"name":"cached"}', '__ids__-_burry_test': '[1]'});
});

test('8.1 network-first: what the page has aborted is an error', async t => {
  const {run, server} = await open(t);
  const release = server.hold();
  assert.deepEqual(await run(async () => {
    cache();
    const {Rows} = inside.classes({ttl: {fetchPolicy: 'network-first'}}), log = [], rows = new Rows();
    const promise = rows.fetch({success: () => log.push('success'), error: (model, request) => log.push(request.statusText)});
    promise.abort();
    return [log, promise.state(), rows.length];
  }), [['abort'], 'rejected', 0]);
  release();
});

test('8.1 the options of a call may be sent again without a request', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const log = [], wrapped = (method, model, options) => options.success({id: 1}), model = new Backbone.Model({id: 1});
    const sync = Backbone.cachingSync(wrapped, 'test'), options = {success: () => log.push(options.fromCache)};
    sync('read', model, options);
    options.fetchPolicy = 'cache-first';
    sync('read', model, options);
    return log;
  }), [false, true]);
});

test('8.2 freshFor: a hit that is younger sends no request; its age comes from its expiry', async t => {
  const {run, sent} = await open(t);
  const time = 24_000_000 * 60_000, at = minutes => run(now => inside.setClock(now), time + minutes * 60_000);
  const fetch = () => run(() => read({ttl: 60, freshFor: 5}));
  await at(0);
  await fetch();
  assert.equal(sent(), 1);
  assert.equal(await fetch(), 'success cached, sync cached, resolved; resolved; Norway,Chile');
  await at(4.99);
  await fetch();
  assert.equal(sent(), 0);
  await at(5);
  assert.equal(await fetch(), 'success cached, sync cached, resolved, success server, sync server; resolved; Norway,Chile');
  assert.equal(sent(), 1);
  await fetch();
  assert.equal(sent(), 0);
  assert.equal(await run(() => read({ttl: 60, freshFor: 5}, {fetchPolicy: 'network-only'})),
    'pending, success server, sync server; resolved; Norway,Chile');
  assert.equal(sent(), 1);
});

test('8.3 dedupe: five reads are one request; each model and promise has the answer, and data of its own', async t => {
  const {run, sent, server} = await open(t);
  const release = server.hold();
  await run(() => {
    const {Rows} = inside.classes({ttl: {dedupe: true}});
    window.all = [1, 2, 3, 4, 5].map(() => new Rows());
    window.log = [];
    window.data = [];
    window.promises = all.map((rows, i) => rows.fetch({success(rows, answer) {
      log.push(i + rows.pluck('name').join());
      data.push(answer);
      answer.length = 0;
    }}));
  });
  // A second request would be in flight, since nothing is answered yet.
  assert.equal(await run(() => new Promise(resolve => setTimeout(() => resolve($.active)))), 1);
  release();
  assert.deepEqual(await run(async () => {
    await Promise.all(promises);
    await inside.idle();
    return [log, promises.map(promise => promise.state()), new Set(data).size, promises.every(promise => promise.status === 200)];
  }), [[0, 1, 2, 3, 4].map(i => i + 'Norway,Chile'), Array(5).fill('resolved'), 5, true]);
  assert.equal(sent(), 1);
});

test('8.3 dedupe: an abort of one, also of the first, leaves the others; the last one aborts the request', async t => {
  const {run, sent, server} = await open(t);
  const release = server.hold();
  assert.deepEqual(await run(() => {
    const {Rows} = inside.classes({ttl: {dedupe: true}});
    window.log = [];
    window.all = [0, 1, 2, 3].map(() => new Rows());
    window.promises = all.map((rows, i) => rows.fetch({
      success: () => log.push(i + ' success'),
      error: (model, request) => log.push(i + ' ' + request.statusText)
    }));
    promises[1].abort();
    promises[0].abort();
    return [log, promises.map(promise => promise.state())];
  }), [['1 abort', '0 abort'], ['rejected', 'rejected', 'pending', 'pending']]);
  release();
  assert.deepEqual(await run(async () => {
    await Promise.all(promises.slice(2));
    return [log.slice(2), all.map(rows => rows.length)];
  }), [['2 success', '3 success'], [0, 0, 2, 2]]);
  assert.equal(sent(), 1);
  const releaseLast = server.hold();
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({ttl: {dedupe: true}, ns: 'last'}), requests = [];
    const first = new Rows().fetch({beforeSend: request => { requests.push(request); }}), second = new Rows().fetch();
    first.abort();
    const between = requests[0].statusText;
    second.abort();
    await inside.idle();
    return [between === 'abort', requests[0].statusText, first.state(), second.state()];
  }), [false, 'abort', 'rejected', 'rejected']);
  releaseLast();
});

test('8.3 dedupe: what differs is not joined, and a write or clear() ends the joining', async t => {
  const {run, server} = await open(t);
  const release = server.hold();
  await run(() => {
    // A browser that has a cache of its own may hold back the second of two like requests.
    $.ajaxSetup({cache: false});
    const {sync, Row, Rows} = inside.classes({ttl: {dedupe: true}});
    const fetch = options => new Rows().fetch(options);
    fetch();
    fetch({data: {page: 2}});
    fetch({headers: {'x-other': '1'}});
    fetch({dedupe: false});
    new Row({id: 1}).fetch();
    new Row({id: 2}).fetch();
    fetch();
    new Row({id: 1}).save({name: 'new'});
    fetch();
    fetch();
    sync.cache.clear();
    fetch();
  });
  release();
  await run(() => inside.idle());
  const gets = server.requests.filter(({method}) => method === 'GET').map(({path}) => path.replace(/[?&]_=\d+/, '')).sort();
  assert.deepEqual(gets, ['/rows', '/rows', '/rows', '/rows', '/rows', '/rows/1', '/rows/2', '/rows?page=2']);
});

test('8.3 dedupe: what JSON would pass over is told apart, or not joined', async t => {
  const {run, server} = await open(t);
  await run(() => {
    const {Row, Rows} = inside.classes({ttl: {dedupe: true}});
    const form = name => {
      const data = new FormData();
      data.append('name', name);
      return {data, processData: false, contentType: false, type: 'POST'};
    };
    return Promise.all([
      inside.fetch(new Row({id: 1}), {data: {version: () => 1}}),
      inside.fetch(new Row({id: 1}), {data: {version: () => 2}}),
      inside.fetch(new Rows(), form('a')),
      inside.fetch(new Rows(), form('b'))
    ]);
  });
  assert.deepEqual(server.requests.map(({path}) => path).sort(), ['/rows', '/rows', '/rows/1?version=1', '/rows/1?version=2']);
});

test('8.3 dedupe: a failure is told to each, and what one handler throws does not keep it from the others', async t => {
  const {run, sent, server} = await openInside(t, {data: {rows}, prepare}).then(opened =>
    ({...opened, sent: () => opened.server.requests.length}));
  server.answer((request, response) => response.status(500).json({}));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({ttl: {dedupe: true}}), log = [];
    await Promise.all([0, 1, 2].map(i => new Promise(resolve => {
      new Rows().fetch({error(model, request) {
        log.push(i + ' ' + request.status);
        resolve();
        if (i === 0) throw new Error('of the first');
      }});
    })));
    return log;
  }), ['0 500', '1 500', '2 500']);
  assert.equal(sent(), 1);
});

test('8.3 evict: a full storage takes what is read last, and reading writes nothing', async t => {
  const {run} = await open(t, {data: {rows: Array.from({length: 40}, (_, i) => ({id: i + 1, text: 'x'.repeat(200)}))}});
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({ttl: {evict: true}}), kept = () => Object.keys(localStorage).filter(key => /^\d+-_burry_test$/.test(key)).map(key => parseInt(key)).sort((a, b) => a - b);
    for (let id = 1; id <= 30; id++) await inside.fetch(new Row({id}));
    inside.fillToBrim();
    const counts = inside.countStorage();
    new Row({id: 1}).fetch({fetchPolicy: 'cache-first'});
    const written = counts.setItem;
    await inside.fetch(new Row({id: 40}));
    const ids = kept();
    return [written, ids.includes(1), ids.includes(2), ids.includes(30), ids.includes(40)];
  }), [0, true, false, true, true]);
});

test('8.5 an option of the wrong type is a TypeError of the decorator, and a warning of a call', async t => {
  const {run, warnings} = await open(t);
  const policies = "'cache-and-network', 'cache-first', 'network-only', 'network-first', 'cache-only' or 'no-cache'";
  assert.deepEqual(await run(() => [
    {fetchPolicy: 'cache'}, {fetchPolicy: true}, {freshFor: 5}, {ttl: 5, freshFor: -1}, {ttl: 5, freshFor: '1'}, {dedupe: 1}, {evict: 'yes'}
  ].map(options => inside.thrown(() => Backbone.cachingSync(() => {}, 'test', options)).replace('TypeError: Backbone.cachingSync: option ', ''))), [
    `'fetchPolicy': expected ${policies}, got 'cache'`, `'fetchPolicy': expected ${policies}, got boolean`,
    "'freshFor': expected a ttl above 0 beside it, got none", "'freshFor': expected a number of minutes, 0 or more, got -1",
    "'freshFor': expected a number of minutes, 0 or more, got '1'", "'dedupe': expected true or false, got 1",
    "'evict': expected true or false, got 'yes'"
  ]);
  await run(() => read(undefined, {fetchPolicy: 'cache'}));
  assert.deepEqual(warnings, [`Backbone.cachingSync: option 'fetchPolicy': expected ${policies}, got 'cache'`]);
});
