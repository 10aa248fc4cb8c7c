// Two tabs of one browser on one cache (contract 5.6). Chromium gives each its own
// process, so they are at work at the same time, and what one writes to localStorage
// comes to the other a moment later.

import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {openBeside, sharePage} from './shared.mjs';

const rows = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}, {id: 3, name: 'Peru'}];
const data = {rows};
// Both tabs go to one localStorage and one server.
const one = sharePage(data), other = {};
// `npm run test:all` goes on for longer.
const turns = process.env.THOROUGH ? 12 : 4, rounds = process.env.THOROUGH ? 60 : 20;
// Each tab has seen what the other has written until now: changes of localStorage
// travel in their order.
let marks = 0;
async function meet() {
  for (const [writer, reader] of [[one, other], [other, one]]) {
    const mark = String(++marks);
    await writer.run(mark => localStorage.setItem('mark', mark), mark);
    await reader.page.waitForFunction(mark => localStorage.getItem('mark') === mark, {polling: 5}, mark);
  }
}
const prepareTab = tab => tab.run(() => {
  window.classes = inside.classes();
  window.namesOf = () => JSON.parse(inside.list()).map(id => id + ' ' + JSON.parse(inside.record(id)).name).join();
});
beforeEach(async t => {
  one.server.answer(null);
  Object.assign(other, await openBeside(t, one));
  await prepareTab(one);
  await prepareTab(other);
  await one.run(() => inside.fetch(new classes.Rows()));
  await meet();
});
const tabs = [['one', one, other], ['the other', other, one]];

test('5.6 in turns: each tab sees what the other has created, edited and deleted at its next call', async () => {
  const expected = new Map(rows.map(({id, name}) => [id, name]));
  const look = async tab => {
    await meet();
    const wanted = [...expected].map(([id, name]) => `${id} ${name}`);
    const [state, seen] = await tab.run(async () => {
      const rows = new classes.Rows(), result = [];
      await inside.until(given => {
        result.push(rows.fetch(given).state(), rows.map(row => `${row.id} ${row.get('name')}`).join());
      });
      return result;
    });
    await meet();
    assert.deepEqual([state, seen], ['resolved', wanted.join()]);
    assert.equal(await tab.run(() => namesOf()), wanted.join());
  };
  for (let turn = 0; turn < turns; turn++) {
    const [, tab, neighbour] = tabs[turn % 2];
    const name = 'made ' + turn, id = await tab.run(async name => {
      const row = await new Promise(resolve => new classes.Rows().create({name}, {success: resolve}));
      return row.id;
    }, name);
    expected.set(id, name);
    await look(neighbour);

    const [edited] = [...expected.keys()].slice(turn % expected.size);
    await neighbour.run((id, name) => inside.save(new classes.Row({id}), {name}), edited, 'edited ' + turn);
    expected.set(edited, 'edited ' + turn);
    await look(tab);

    if (turn % 3) continue;
    const deleted = [...expected.keys()][turn % 2];
    await tab.run(id => inside.destroy(new classes.Row({id})), deleted);
    expected.delete(deleted);
    await look(neighbour);
  }
  assert.deepEqual([one.errors, other.errors], [[], []]);
});

test('5.6 an edit of a row in one tab while the other has it under way', async () => {
  assert.deepEqual(await answerInOrder(), ['{"id":1,"name":"theirs"}', '[1,2,3]']);

  async function answerInOrder() {
    one.server.answer((request, response, next) => request.method === 'PUT' && request.body.name === 'ours' ? response.status(500).json({}) : next());
    const release = one.server.hold();
    await one.run(() => {
      window.done = inside.save(new classes.Row({id: 1}), {name: 'ours'});
    });
    // What the other tab has put there is not taken back (2.7).
    await other.run(() => localStorage.setItem('1-_burry_test', '{"id":1,"name":"theirs"}'));
    await meet();
    release();
    return one.run(async () => {
      await done;
      return [inside.record(1), inside.list()];
    });
  }
});

test('2.7 clear() in one tab empties the cache of the other, whose late answers are cached again', async () => {
  await other.run(() => classes.sync.cache.clear());
  await meet();
  assert.deepEqual(await one.run(async () => {
    const rows = new classes.Rows(), request = rows.fetch(), state = request.state();
    await request;
    return [state, inside.list()];
  }), ['pending', '[1,2,3]']);
});

// An id of this tab that another tab has written over: it had read the list before.
for (const [what, operation] of Object.entries({
  'a fetch of another row': () => inside.fetch(new classes.Row({id: 2})),
  'a fetch of the list, whose cached phase has it': async () => {
    const rows = new classes.Rows();
    let cached;
    await inside.until(given => {
      rows.fetch(given);
      cached = rows.pluck('id');
    });
    if (!cached.includes(4)) throw new Error(`the cached phase has ${cached}`);
  },
  'a fetch of a query': () => inside.fetch(new classes.Rows(), {data: {id: 2}}),
  'a save': () => inside.save(new classes.Row({id: 2, name: 'Chile'}), {name: 'edited'}),
  'a create': () => inside.create(new classes.Rows(), {name: 'made'}),
  'a destroy': () => inside.destroy(new classes.Row({id: 2}))
})) {
  test(`5.6 an id that has vanished from the stored list comes back with the tab's next operation: ${what}`, async () => {
    const stale = await other.run(() => inside.list());
    const id = await one.run(async () => {
      const row = await new Promise(resolve => new classes.Rows().create({name: 'Mali'}, {success: resolve}));
      return row.id;
    });
    assert.equal(await one.run(() => inside.list()), '[1,2,3,4]');
    // To put what it sees there still would change nothing.
    await meet();
    await other.run(text => localStorage.setItem('__ids__-_burry_test', text), stale);
    await meet();
    assert.deepEqual([id, await one.run(() => inside.list())], [4, '[1,2,3]']);
    // The server goes on to answer without the row, so that it is the operation that
    // brings it back and not the answer.
    one.server.answer((request, response, next) => request.method === 'GET' && /^\/rows$/.test(request.path) && !request.query.id
      ? response.status(500).json({}) : next());
    await one.run(`(${operation})()`);
    const ids = await one.run(() => JSON.parse(inside.list()));
    assert.ok(ids.includes(4), `[${ids}]`);
    assert.deepEqual([one.errors, other.errors], [[], []]);
  });
}

test('5.6 an id whose record has gone, or that another tab has deleted, does not come back', async () => {
  await one.run(() => inside.create(new classes.Rows(), {name: 'Mali'}));
  await meet();
  await other.run(() => inside.destroy(new classes.Row({id: 4})));
  await meet();
  await one.run(() => inside.fetch(new classes.Row({id: 2})));
  assert.deepEqual(await one.run(() => [inside.list(), inside.record(4)]), ['[1,2,3]', null]);
});

test('5.6 the next server list is right again at the latest, where the tab that had made the row is gone', async () => {
  await one.run(() => inside.create(new classes.Rows(), {name: 'Mali'}));
  await meet();
  await other.run(() => localStorage.setItem('__ids__-_burry_test', '[1,2,3]'));
  assert.deepEqual(await other.run(async () => {
    const before = inside.list();
    await inside.fetch(new classes.Rows());
    return [before, inside.list(), inside.record(4)];
  }), ['[1,2,3]', '[1,2,3,4]', '{"name":"Mali","id":4}']);
});

// At once: both tabs fire their operations, and the server holds the answers and
// releases them in an order that a seed decides. chains: how many send one request after
// another, until each says that it has ended.
function mixAnswers(server, seed, chains) {
  const held = [];
  let state = seed;
  const random = count => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * count);
  };
  // Three in hand give an order to be mixed; the last chains have fewer.
  const release = () => {
    while (held.length && held.length >= Math.min(3, chains)) held.splice(random(held.length), 1)[0]();
  };
  server.answer((request, response, next) => {
    if (request.path === '/ended') {
      chains--;
      response.json({});
    } else held.push(next);
    release();
  });
}

for (const seed of [1, 2, 3]) {
  test(`5.6 at once (order ${seed}): nothing throws, no record is lost, and the ids come back`, async () => {
    mixAnswers(one.server, seed, 8);
    const work = (rounds, tab) => {
      const {Row, Rows} = classes, rows = new Rows(), failures = [], made = [], gone = [];
      const start = performance.timeOrigin + performance.now();
      // A browser would hold back the second of two like requests until the first is answered.
      let requests = 0;
      jQuery.ajaxPrefilter(options => { options.url += `?request_${tab}=${++requests}`; });
      // One chain per kind of operation, so that several are under way at any time.
      const chain = async operation => {
        for (let round = 0; round < rounds; round++) {
          try {
            await operation(round);
          } catch (error) {
            failures.push(String(error));
          }
        }
        await fetch(`/api/ended?${tab}=${++requests}`, {method: 'POST'});
      };
      const mine = () => rows.filter(row => row.get('tab') === tab && !row.isNew() && !row.leaving);
      return Promise.all([
        chain(async round => {
          const row = await new Promise(resolve => rows.create({name: 'made', tab, round}, {success: resolve}));
          made.push(row.id);
        }),
        chain(async round => {
          const [row] = mine().slice(round % 5);
          if (row) await inside.save(row, {name: 'edited ' + round});
        }),
        chain(async round => {
          // Of its own rows: an answer that a neighbour's row came too late for would
          // drop that row, whoever has cached it. Not into the collection whose new rows join the plain list.
          if (round % 4) return inside.fetch(new Rows(), {remove: false, data: {tab}});
          const [row] = mine().slice(-1);
          if (!row) return;
          row.leaving = true;
          gone.push(row.id);
          await inside.destroy(row);
        }),
        chain(async round => inside.fetch(new Row({id: 1 + round % 3})))
      ]).then(() => ({failures, made, gone, start, end: performance.timeOrigin + performance.now()}));
    };
    const results = await Promise.all([['a', one], ['b', other]].map(([name, tab]) => tab.run(work, rounds, name)));
    assert.deepEqual(results.flatMap(({failures}) => failures), []);
    assert.deepEqual([one.errors, other.errors], [[], []]);
    const [first, second] = results;
    assert.ok(first.start < second.end && second.start < first.end, 'the tabs were at work at the same time');

    await meet();
    // No record that was made and not deleted is lost.
    const gone = new Set(results.flatMap(({gone}) => gone)), kept = results.flatMap(({made}) => made).filter(id => !gone.has(id));
    const server = new Map(one.server.database.get('rows').value().map(row => [row.id, row]));
    assert.deepEqual(kept.filter(id => !server.has(id)), []);
    const records = await one.run(ids => ids.filter(id => inside.record(id) === null), kept);
    assert.deepEqual(records, []);

    // One more operation of each tab, and each has its ids in the list again.
    for (const [i, tab] of [one, other].entries()) {
      const own = results[i].made.filter(id => !gone.has(id));
      const missing = await tab.run(async own => {
        await inside.fetch(new classes.Row({id: 1}));
        const ids = JSON.parse(inside.list());
        return own.filter(id => !ids.includes(id));
      }, own);
      assert.deepEqual(missing, []);
      await meet();
    }
    // And the list of the server makes all well.
    one.server.answer(null);
    await one.run(() => inside.fetch(new classes.Rows()));
    await meet();
    const after = await other.run(() => {
      const ids = JSON.parse(inside.list());
      return [ids.sort((a, b) => a - b), ids.filter(id => inside.record(id) === null)];
    });
    assert.deepEqual(after, [[...server.keys()].sort((a, b) => a - b), []]);
  });
}
