// A localStorage that is full to the last character (contract 9.1 and 9.2). The
// models are right all along; a record is whole, with its expiry, or not there;
// and what is there is never older than the model.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

const rows = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}, {id: 3, name: 'Peru'}];
const long = 'long '.repeat(100);

// Besides `inside`: classes with a ttl, and the records of the ns with what is
// wrong about them.
function prepare() {
  window.start = async ttl => {
    window.ttl = ttl;
    Object.assign(window, inside.classes({ttl}));
    window.rows = new Rows();
    await inside.fetch(rows);
  };
  window.records = () => {
    const found = {};
    for (const key of Object.keys(localStorage)) {
      const [, name] = /^([^]*)-_burry_test$/.exec(key) || [];
      if (name) found[name] = JSON.parse(localStorage.getItem(key));
    }
    return found;
  };
  // Records without their expiry, and expiries without their record. The index of
  // the query lists never has one.
  window.halves = () => Object.keys(localStorage).filter(key => {
    if (key === '__ids__?-_burry_test') return false;
    if (!ttl) return /-_burry_exp_test$/.test(key);
    const other = /-_burry_test$/.test(key) ? key.replace(/-_burry_test$/, '-_burry_exp_test')
      : /-_burry_exp_test$/.test(key) ? key.replace(/-_burry_exp_test$/, '-_burry_test') : null;
    return other !== null && localStorage.getItem(other) === null;
  });
  // Records that are not what the model of that id is. (An id in the list that has
  // no record makes a miss, and is no lie.)
  window.stale = () => Object.entries(records()).filter(([name, record]) => {
    if (name === '__ids__') return false;
    const model = rows.get(name);
    return !model || JSON.stringify(model) !== JSON.stringify(record);
  });
  window.whatIsWrong = () => JSON.stringify([halves(), stale()]);
  window.hit = () => {
    const again = new Rows(), state = again.fetch().state();
    return [state, again.toJSON()];
  };
}
const nothing = '[[],[]]';

const open = async (t, options) => {
  const opened = await openInside(t, {data: {rows}, prepare, ...options});
  t.after(() => assert.deepEqual([opened.errors, opened.warnings], [[], []]));
  return opened;
};

test('9.1 the brim of these tests is one: not one character more fits', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    inside.fillToBrim();
    const refused = inside.thrown(() => localStorage.setItem('~~', ''));
    inside.leaveRoom(3);
    return [refused.split(':')[0], inside.thrown(() => localStorage.setItem('a', 'bc')), inside.thrown(() => localStorage.setItem('a', 'bcd')).split(':')[0]];
  }), ['QuotaExceededError', null, 'QuotaExceededError']);
});

for (const ttl of [undefined, 10]) {
  const kind = ttl ? 'with a ttl' : 'without a ttl';

  test(`9.1 a first fetch into full storage leaves nothing, and the next goes to the server (${kind})`, async t => {
    const {run, server} = await open(t);
    assert.deepEqual(await run(async ttl => {
      inside.fillToBrim();
      const before = JSON.stringify(inside.stored());
      await start(ttl);
      await inside.fetch(rows);
      return [rows.length, records(), JSON.stringify(inside.stored()) === before];
    }, ttl), [3, {}, true]);
    assert.equal(server.requests.length, 2);
  });

  test(`9.1 with each number of free characters a fetch leaves whole records only (${kind})`, async t => {
    const {run} = await open(t);
    await run(ttl => start(ttl), ttl);
    assert.deepEqual(await run(async () => {
      const wrong = [], kept = new Set();
      inside.fillToBrim();
      for (let room = 0; room < 260; room += 7) {
        sync.cache.clear();
        inside.topUp();
        inside.leaveRoom(room);
        await inside.fetch(rows);
        if (whatIsWrong() !== '[[],[]]') wrong.push([room, whatIsWrong()]);
        kept.add(Object.keys(records()).length);
      }
      return [wrong, kept.has(0), kept.has(4)];
    }), [[], true, true]);
  });

  test(`9.2 a revalidation in full storage: rows of the same length are renewed, longer ones go (${kind})`, async t => {
    const {run, server} = await open(t);
    await run(async ttl => {
      await start(ttl);
      inside.fillToBrim();
    }, ttl);
    server.answer((request, response) => response.json([{id: 1, name: 'NORWAY'}, {id: 2, name: 'Chile'}, {id: 3, name: 'PERU'}]));
    assert.deepEqual(await run(async () => {
      await inside.fetch(rows);
      return [whatIsWrong(), rows.pluck('name').join(), records()['1'].name, records().__ids__];
    }), [nothing, 'NORWAY,Chile,PERU', 'NORWAY', [1, 2, 3]]);
    server.answer((request, response) => response.json([{id: 1, name: 'Norway', text: 'long '.repeat(100)}, {id: 2, name: 'Chile'}, {id: 3, name: 'Peru'}]));
    assert.deepEqual(await run(async () => {
      await inside.fetch(rows);
      return [whatIsWrong(), rows.get(1).get('text').length, Object.keys(records()).filter(name => name !== '__ids__'), new Row({id: 1}).fetch().state(), hit()[0]];
    }), [nothing, 500, ['2', '3'], 'pending', 'pending']);
  });

  test(`9.2 update, patch and their failures in full storage (${kind})`, async t => {
    const {run, server} = await open(t);
    assert.deepEqual(await run(async (ttl, long) => {
      await start(ttl);
      inside.fillToBrim();
      const seen = [], note = what => seen.push([what, whatIsWrong(), '1' in records()]);
      // Of the same length: there is room for that.
      await inside.save(rows.get(1), {name: 'NORWAY'});
      note('same length');
      await inside.save(rows.get(1), {name: 'Norway'}, {patch: true});
      note('same length, patched');
      const saved = inside.save(rows.get(1), {text: long});
      note('longer, under way');
      await saved;
      note('longer, saved');
      await inside.save(rows.get(2), {text: long}, {patch: true});
      note('longer, patched');
      await inside.save(rows.get(3), {text: long}, {wait: true});
      note('longer, waited');
      return [seen, rows.pluck('text').map(text => text.length), Object.keys(records()).filter(name => name !== '__ids__')];
    }, ttl, long), [[
      ['same length', nothing, true], ['same length, patched', nothing, true], ['longer, under way', nothing, false],
      ['longer, saved', nothing, false], ['longer, patched', nothing, false], ['longer, waited', nothing, false]
    ], [500, 500, 500], []]);
    assert.equal(server.requests.length, 6);
  });

  test(`9.2 a failed write in full storage puts back what was there (${kind})`, async t => {
    const {run, server} = await open(t);
    await run(async ttl => {
      await start(ttl);
      inside.fillToBrim();
      window.before = JSON.stringify(inside.stored());
    }, ttl);
    server.answer((request, response) => response.status(500).json({}));
    for (const [name, action] of Object.entries({
      update: () => inside.save(rows.get(1), {text: 'long '.repeat(100)}),
      patch: () => inside.save(rows.get(2), {text: 'long '.repeat(100)}, {patch: true}),
      same: () => inside.save(rows.get(3), {name: 'PERU'}),
      destroy: () => inside.destroy(new Row({id: 2}))
    })) {
      await run(action);
      assert.equal(await run(() => JSON.stringify(inside.stored()) === before), true, name);
    }
    server.answer(null);
    assert.deepEqual((await run(() => hit()))[0], 'resolved');
  });

  test(`9.2 a write that fails when others have taken its place leaves no half (${kind})`, async t => {
    const {run, server} = await open(t);
    await run(async ttl => {
      await start(ttl);
      inside.fillToBrim();
    }, ttl);
    server.answer((request, response) => response.status(500).json({}));
    const release = server.hold();
    await run(() => {
      const text = 'long '.repeat(100);
      window.done = Promise.all([inside.save(rows.get(1), {text}), inside.destroy(rows.get(2))]);
      // The room that both have given back is taken before they fail.
      inside.fillToBrim();
    });
    release();
    assert.deepEqual(await run(async () => {
      await done;
      return [halves(), Object.keys(records()).sort(), new Row({id: 1}).fetch().state(), new Row({id: 2}).fetch().state(), hit()[0]];
    }), [[], ['3'], 'pending', 'pending', 'pending']);
  });

  test(`9.2 create and destroy in full storage (${kind})`, async t => {
    const {run, server} = await open(t);
    assert.deepEqual(await run(async ttl => {
      await start(ttl);
      inside.fillToBrim();
      const seen = [], note = () => seen.push([whatIsWrong(), rows.length]);
      await inside.create(rows, {name: 'Mali'});
      note();
      await inside.create(rows, {name: 'Togo'}, {wait: true});
      note();
      await inside.destroy(rows.get(2));
      note();
      await inside.destroy(rows.get(4));
      note();
      return [seen, rows.pluck('name').join()];
    }, ttl), [[[nothing, 4], [nothing, 5], [nothing, 4], [nothing, 3]], 'Norway,Peru,Togo']);
    assert.deepEqual(server.requests.map(({method}) => method), ['GET', 'POST', 'POST', 'DELETE', 'DELETE']);
  });

  test(`9.2 when there is room again all is well again (${kind})`, async t => {
    const {run, server} = await open(t);
    await run(async (ttl, long) => {
      await start(ttl);
      inside.fillToBrim();
      await inside.save(rows.get(1), {text: long});
      await inside.create(rows, {name: 'Mali'});
      await inside.fetch(rows);
      inside.freeSpace();
      await inside.fetch(rows);
    }, ttl, long);
    const [wrong, [state, shown], list] = await run(() => [whatIsWrong(), hit(), records().__ids__]);
    assert.deepEqual([wrong, state, list], [nothing, 'resolved', [1, 2, 3, 4]]);
    assert.deepEqual(shown, server.database.get('rows').value());
  });
}

for (const [what, action] of Object.entries({
  'a fetch of one model': () => inside.fetch(new Row({id: 3})),
  'a save': () => inside.save(rows.get(3) || new Row({id: 3, name: 'Peru'}), {name: 'Perú, a longer name'}),
  'a patch': () => inside.save(new Row({id: 1, name: 'Norway'}), {name: 'Norway, a longer name'}, {patch: true}),
  'a create': () => inside.create(rows, {name: 'Mali'}),
  'a fetch of a query': () => inside.fetch(new Rows(), {data: {name: 'Chile'}})
})) {
  test(`9.2 for ${what}, the expired records of other stores make room, and the live ones stay`, async t => {
    const {run} = await open(t);
    await run(`window.action = ${action}`);
    assert.deepEqual(await run(async () => {
      await start(10);
      localStorage.removeItem('3-_burry_test');
      localStorage.removeItem('3-_burry_exp_test');
      inside.put({'_burry_stores_': '["","test","other"]',
        'old-_burry_other': 'x'.repeat(500), 'old-_burry_exp_other': '1', 'live-_burry_other': '1', 'live-_burry_exp_other': '99999999',
        'odd-_burry_other': '1', 'odd-_burry_exp_other': 'no minute', 'old-_burry_unknown': '1', 'old-_burry_exp_unknown': '1', 'foreign': 'f'});
      inside.fillToBrim();
      const before = records();
      await action();
      return [Object.entries(records()).some(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])), halves(), Object.keys(localStorage).filter(key => /other|unknown|foreign/.test(key)).sort()];
    }), [true, [], ['foreign', 'live-_burry_exp_other', 'live-_burry_other', 'odd-_burry_exp_other', 'odd-_burry_other',
      'old-_burry_exp_unknown', 'old-_burry_unknown']]);
  });
}
