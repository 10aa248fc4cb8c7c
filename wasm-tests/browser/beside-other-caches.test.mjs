// One page with other libraries that replace Backbone's sync or fetch: Backbone.localStorage
// keeps rows without a server, backbone-fetch-cache keeps answers. Each has classes of its own;
// what these are in a page of their own they are in the shared one, whatever the order of the
// script tags.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';
import {startServer} from './server.mjs';

const base = ['jquery', 'underscore', 'backbone'];
const rows = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}];

// In the page. Each library's scene, by the name of its script.
function prepare() {
  const ownKeys = {
    cachingsync: /(^|-)_burry_/,
    'local-storage': /^notes(-|$)/,
    'fetch-cache': /^backboneCache$/
  };
  // Ids that the page makes, and times, are others each time.
  const steady = text => text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'guid')
    .replace(/"(expires|lastSync|prefillExpires)":\d+/g, '"$1":0');

  window.peers = {
    // The keys of a library in storage.
    stored(name) {
      const stored = inside.stored(), own = Object.keys(stored).filter(key => ownKeys[name].test(key));
      return own.map(key => steady(`${key}: ${stored[key]}`)).sort();
    },
    foreign: () => Object.keys(localStorage).filter(key => !Object.values(ownKeys).some(pattern => pattern.test(key))),

    scenes: {
      cachingsync() {
        const {sync, Row, Rows} = inside.classes({ns: 'rows', url: '/api/rows'}), log = [];
        peers.sync = sync;
        return {log, async play() {
          for (const options of [{}, {reset: true}, {data: {name: 'Chile'}}, {data: {name: 'Chile'}}]) {
            const rows = new Rows();
            inside.log(rows, log);
            await inside.fetch(rows, inside.callbacks(log, options));
          }
          const row = new Row({id: 1});
          inside.log(row, log);
          for (const step of [
            more => inside.fetch(row, more), more => inside.save(row, {name: 'Noreg'}, more),
            more => inside.save(row, {name: 'Norge'}, {...more, patch: true}), more => inside.fetch(row, more),
            more => inside.save(row, {name: 'bad'}, {...more, url: '/api/refused'}), more => inside.fetch(row, more),
            more => inside.destroy(row, {...more, url: '/api/refused', wait: true})
          ]) {
            await step(inside.callbacks(log));
            log.push(JSON.stringify(row));
          }
        }};
      },
      'local-storage'() {
        const store = new Backbone.LocalStorage('notes'), log = [];
        // fetch-cache asks each model for its URL.
        const Note = Backbone.Model.extend({localStorage: store, urlRoot: '/notes'});
        const Notes = Backbone.Collection.extend({model: Note, localStorage: store, url: '/notes'});
        peers.notes = store;
        return {log, async play() {
          const notes = new Notes(), again = new Notes();
          inside.log(notes, log);
          inside.log(again, log);
          const note = notes.create({text: 'milk'}, inside.callbacks(log));
          notes.create({id: 7, text: 'bread'}, inside.callbacks(log));
          note.save({text: 'butter'}, inside.callbacks(log));
          note.save({more: true}, inside.callbacks(log, {patch: true}));
          again.fetch(inside.callbacks(log));
          notes.get(7).destroy(inside.callbacks(log));
          again.fetch(inside.callbacks(log));
          const status = await new Promise(resolve =>
            note.fetch({ajaxSync: true, url: '/api/refused', error: (model, request) => resolve(request.status)}));
          log.push(again.pluck('text').join(), store.records.length, status);
        }};
      },
      'fetch-cache'() {
        const Row = Backbone.Model.extend({urlRoot: '/api/rows'}), Rows = Backbone.Collection.extend({model: Row, url: '/api/rows'}), log = [];
        return {log, async play() {
          const finished = (object, options) => new Promise(resolve => object.fetch(inside.callbacks(log, options)).then(resolve, resolve));
          for (const options of [{cache: true}, {cache: true}, {prefill: true}, {}, {cache: true, data: {name: 'Chile'}}]) {
            const rows = new Rows();
            inside.log(rows, log);
            await finished(rows, options);
            log.push(rows.pluck('name').join());
          }
          const row = new Row({id: 2});
          inside.log(row, log);
          await finished(row, {cache: true});
          log.push(peers.stored('fetch-cache').length);
          await inside.save(row, {name: 'Chili'});
          await finished(row, {cache: true});
          log.push(row.get('name'));
        }};
      }
    },

    // Plays some scenes at the same time. Returns the log and the keys of each.
    async play(names) {
      const scenes = names.map(name => peers.scenes[name]());
      await Promise.all(scenes.map(scene => scene.play()));
      return Object.fromEntries(names.map((name, i) => [name, [scenes[i].log.map(String).map(steady), peers.stored(name)]]));
    }
  };
}

// A page with these scripts on an empty cache. Each client of the server has rows of its own, so
// that they meet in the page only.
async function open(t, server, scripts, context) {
  const opened = await openInside(t, {server, context, scripts: [...base, ...scripts], prepare});
  server.answer((request, response, next) => {
    if (request.path === '/refused') return response.status(422).json({});
    response.set('Cache-Control', 'no-store');
    if (request.method === 'GET') return next();
    response.json({...rows.find(({id}) => request.path.endsWith(`/${id}`)), ...request.body});
  });
  return opened;
}

const names = ['cachingsync', 'local-storage', 'fetch-cache'];
const orders = [names, names.slice().reverse(), ['local-storage', 'cachingsync', 'fetch-cache']];

test('7.4 beside Backbone.localStorage and backbone-fetch-cache', async t => {
  const server = await startServer({rows}), alone = {};
  t.after(() => server.close());
  for (const name of names) {
    const {run} = await open(t, server, [name]);
    Object.assign(alone, await run(name => peers.play([name]), name));
  }

  for (const order of orders) {
    await t.test(`7.4 scripts in the order ${order.join(', ')}: classes of each library are as in a page of its own`, async t => {
      const {run, errors} = await open(t, server, order);
      const together = await run(names => peers.play(names), names);
      for (const name of names) assert.deepEqual(together[name], alone[name], name);
      assert.deepEqual(await run(() => peers.foreign()), []);
      assert.deepEqual(errors, []);
    });
  }

  await t.test('11, 8.4 none empties what another one has stored', async t => {
    const {run} = await open(t, server, names);
    await run(names => peers.play(names), names);
    const before = Object.fromEntries(names.map(name => [name, alone[name][1]]));
    const look = () => run(names => Object.fromEntries(names.map(name => [name, peers.stored(name)])), names);
    const store = 'new Burry.Store("rows", 5)';
    for (const harmless of [
      // What expires is nothing of theirs.
      'Burry.flushExpired()', 'new Burry.Store("notes").flush()', 'new Burry.Store("").flush()', 'new Burry.Store("backboneCache").flush()'
    ]) {
      await run(harmless);
      assert.deepEqual(await look(), {...before, cachingsync: await run(() => peers.stored('cachingsync'))}, harmless);
    }
    const own = await run(() => peers.stored('cachingsync'));
    await run('Backbone.fetchCache.reset(); Backbone.fetchCache.setLocalStorage()');
    await run(() => peers.notes._clear());
    const emptied = await look();
    assert.deepEqual(emptied, {cachingsync: own, 'local-storage': [], 'fetch-cache': ['backboneCache: {}']});
    assert.equal(own.some(text => text.startsWith('1-_burry_rows')), true);

    await run(names => peers.play(names), names);
    const others = ({'local-storage': notes, 'fetch-cache': answers}) => [notes, answers], full = others(await look());
    for (const emptying of ['peers.sync.cache.clear()', 'Backbone.cachingSync.clear()', `${store}.flush()`]) {
      await run(emptying);
      const {cachingsync} = await look();
      assert.deepEqual(cachingsync.filter(text => !/^_burry_stores_/.test(text)), [], emptying);
      assert.deepEqual(others(await look()), full, emptying);
    }
  });
});

// What a page gets that decorates `Backbone.sync` for all classes, those with a localStorage of
// their own too.
const ways = {
  'loaded before': ['local-storage', 'cachingsync'],
  'loaded after': ['cachingsync', 'local-storage']
};
for (const [when, scripts] of Object.entries(ways)) {
  test(`3.4 Backbone.sync that is decorated, with Backbone.localStorage ${when}: its rows are what they are without a cache`, async t => {
    const {run, errors} = await openInside(t, {scripts: [...base, ...scripts], data: {rows}, prepare});
    const [plain, decorated] = await run(async () => {
      const play = async () => {
        localStorage.clear();
        const {log, play} = peers.scenes['local-storage']();
        await play();
        // The one read that goes to a server has a cached phase.
        const server = log.map(String).filter(entry => !/^cachesync| cached$/.test(entry));
        return [server.map(entry => entry.replace(/ server$/, '')), peers.stored('local-storage')];
      };
      const plain = await play(), {sync} = Backbone;
      Backbone.sync = Backbone.cachingSync(sync);
      return [plain, await play()];
    });
    assert.deepEqual(decorated, plain);
    // And rows of a server are cached.
    assert.deepEqual(await run(async () => {
      const Rows = Backbone.Collection.extend({url: '/api/rows'}), seen = [];
      for (const again of [false, true]) {
        const rows = new Rows(), fetched = inside.fetch(rows);
        seen.push(rows.length);
        await fetched;
      }
      return seen;
    }), [0, 2]);
    assert.deepEqual(errors, []);
  });
}

test('3.3 a class that is decorated, fetched through backbone-fetch-cache', async t => {
  const {run, server} = await openInside(t, {scripts: [...base, 'cachingsync', 'fetch-cache'], data: {rows}, prepare});
  const seen = await run(async () => {
    const {Rows} = inside.classes(), seen = [];
    const fetch = options => new Promise(resolve => {
      const rows = new Rows(), log = [];
      rows.fetch(inside.callbacks(log, {...options, complete: () => resolve()})).then(told => {
        log.push(told === rows ? 'promise' : 'another promise');
        // The last is answered without sync.
        if (seen.length > 3) resolve();
      });
      seen.push([rows.length, log]);
    });
    for (const options of [{}, {}, {cache: true}, {cache: true}]) await fetch(options);
    return seen;
  });
  assert.deepEqual(seen.map(([length]) => length), [0, 2, 2, 0]);
  assert.deepEqual(seen.map(([, log]) => log.slice().sort()), [
    ['promise', 'success server'], ['promise', 'success cached', 'success server'],
    // fetch-cache takes what the promise tells; from then on it does not call sync.
    ['promise', 'success cached', 'success server'], ['promise', 'success']
  ]);
  assert.equal(server.requests.length, 3);
});
