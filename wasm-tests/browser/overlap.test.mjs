// Many operations at once (contract 5).

import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {sharePage} from './shared.mjs';

const norway = {id: 1, name: 'Norway'}, chile = {id: 2, name: 'Chile'}, peru = {id: 3, name: 'Peru'};
const cached = {
  '1-_burry_test': JSON.stringify(norway), '2-_burry_test': JSON.stringify(chile), '__ids__-_burry_test': '[1,2]'
};
const withQuery = {...cached, '__ids__?page=1-_burry_test': '[1,2]', '__ids__?-_burry_test': '["__ids__?page=1"]'};
const shared = sharePage({rows: [norway, chile], session: {user: 'ada'}}, {answersInPage: true});
const run = (...args) => shared.run(...args);

beforeEach(() => run(() => {
  // What reads: a model, the plain list or a query of rows 1 and 2.
  inside.reader = (kind, {Row, Rows}) => {
    const object = kind === 'a model' ? new Row({id: 1}) : new Rows();
    const own = kind === 'a query' ? {data: {page: 1}} : {};
    const row = () => object.models ? object.get(1) : object;
    return {
      object, row,
      fetch: options => object.fetch({...own, ...options}),
      answer: (...rows) => object.models ? rows : rows[0],
      name: () => row() ? row().get('name') : null
    };
  };
  inside.write = (kind, row, name) => given => {
    if (kind === 'destroy') return row.destroy(given);
    return row.save({name}, {...given, patch: kind === 'patch'});
  };
  inside.nameOf = id => {
    const text = inside.record(id);
    return text && JSON.parse(text).name;
  };
  inside.fresh = records => {
    localStorage.clear();
    inside.put(records);
  };
  // All orders of a few things.
  inside.orders = things => things.length < 2 ? [things] :
    things.flatMap((thing, i) => inside.orders([...things.slice(0, i), ...things.slice(i + 1)]).map(order => [thing, ...order]));
  // All ways to choose one of the choices so many times.
  inside.choices = (count, choices) => count ? inside.choices(count - 1, choices).flatMap(some => choices.map(one => [...some, one])) : [[]];
}));

// 5.1

test('5.1 of pending writes the cache shows the newest; a failure takes back its own change; at the end it is what was confirmed last', async () => {
  const [count, wrong] = await run(async cached => {
    const wrong = [], names = ['A', 'B', 'C'];
    const scenarios = inside.orders([0, 1, 2]).flatMap(order => inside.choices(3, [true, false]).map(succeeds => ({order, succeeds})));
    for (const {order, succeeds} of scenarios) {
      inside.fresh(cached);
      const {Row} = inside.classes(), row = new Row({id: 1, name: 'Norway'}), seen = [], expected = [];
      for (const name of names) {
        inside.send(name, given => row.save({name}, given));
        seen.push(inside.nameOf(1));
        expected.push(name);
      }
      let confirmed = -1, pending = [0, 1, 2];
      for (const i of order) {
        // The answer of a server, not the model: the next save has changed that already.
        await inside.answer(names[i], succeeds[i] ? 200 : 500, {id: 1, name: names[i]});
        pending = pending.filter(other => other !== i);
        if (succeeds[i]) confirmed = Math.max(confirmed, i);
        const newest = Math.max(confirmed, ...pending);
        seen.push(inside.nameOf(1));
        expected.push(newest < 0 ? 'Norway' : names[newest]);
      }
      if (seen.join() !== expected.join()) wrong.push({order, succeeds, seen, expected});
    }
    return [scenarios.length, wrong];
  }, cached);
  assert.deepEqual(wrong, []);
  assert.equal(count, 48);
});

test('5.1 the same of saves, patches, deletions and writes with wait, in each mixture, order and outcome', async () => {
  const [count, wrong] = await run(cached => {
    const kinds = ['save', 'save wait', 'patch', 'destroy', 'destroy wait'], wrong = [];
    const scenarios = inside.orders([0, 1, 2]).flatMap(order => inside.choices(3, [true, false]).flatMap(succeeds =>
      inside.choices(3, kinds).map(chosen => ({order, succeeds, chosen}))));
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped});
    for (const {order, succeeds, chosen} of scenarios) {
      inside.fresh({...cached, '__ids__-_burry_test': '[2,1]'});
      const seen = [], expected = [], confirmed = {name: 'Norway', by: -1, patches: []};
      const is = (i, kind) => chosen[i].split(' ')[0] === kind;
      const requests = chosen.map((kind, i) => {
        const [write, wait] = kind.split(' ');
        inside.write(write, new Row({id: 1, name: 'Norway'}), 'ABC'[i])({wait: !!wait});
        return wrapped.requests.pop();
      });
      let pending = [0, 1, 2];
      // The visible changes in their order over what is confirmed, and confirmed patches over older ones. A
      // patch is of the row that a delete may yet leave there; where there is no row, it shows nothing.
      const shown = () => {
        const visible = pending.filter(i => !/wait/.test(chosen[i]) && i > confirmed.by);
        const changes = [...visible, ...confirmed.patches.filter(i => visible.some(one => one < i))].sort();
        let {name} = confirmed, isDeleted = false;
        for (const i of changes) {
          if (is(i, 'save')) name = 'ABC'[i];
          if (is(i, 'patch') && name !== null) name = 'ABC'[i];
          if (is(i, 'destroy')) isDeleted = true;
          else if (name !== null) isDeleted = false;
        }
        return isDeleted ? null : name;
      };
      const confirm = i => {
        const newest = Math.max(i, ...confirmed.patches);
        if (is(i, 'patch')) confirmed.patches.push(i);
        if (i < confirmed.by || is(i, 'destroy') && i < newest) return;
        if (is(i, 'destroy')) confirmed.name = null;
        else if (is(i, 'save') || confirmed.name !== null) confirmed.name = 'ABC'[newest];
        if (!is(i, 'patch')) confirmed.by = i;
      };
      const look = () => {
        seen.push(inside.nameOf(1));
        expected.push(shown());
      };
      look();
      for (const i of order) {
        const {deferred} = requests[i];
        if (succeeds[i]) deferred.resolve(is(i, 'destroy') ? undefined : {id: 1, name: 'ABC'[i]});
        else deferred.reject({status: 500});
        pending = pending.filter(other => other !== i);
        if (succeeds[i]) confirm(i);
        look();
      }
      // The id stands in the list where there is a record, in its place unless the
      // row was deleted and made anew.
      const list = JSON.parse(inside.list()), remade = chosen.some((kind, i) => /destroy/.test(kind) && succeeds.slice(i + 1).includes(true));
      const wanted = seen[3] === null ? [[2]] : remade ? [[2, 1], [1, 2]] : [[2, 1]];
      if (seen.join() !== expected.join() || !wanted.some(ids => ids.join() === list.join())) {
        wrong.push(JSON.stringify({order, succeeds, chosen, seen, expected, list}));
      }
    }
    return [scenarios.length, wrong.slice(0, 5)];
  }, cached);
  assert.deepEqual(wrong, []);
  assert.equal(count, 6 * 8 * 125);
});

test('5.1 a failure leaves what the server confirmed last, with its expiry', async () => {
  assert.deepEqual(await run(async () => {
    inside.fresh({'1-_burry_test': '{"id":1,"name":"Norway"}', '1-_burry_exp_test': '99999999'});
    const {Row} = inside.classes({ttl: 5}), row = new Row({id: 1}), seen = [];
    const look = () => seen.push(inside.nameOf(1), localStorage.getItem('1-_burry_exp_test') === '99999999');
    inside.send('a', given => row.save({name: 'A'}, given));
    inside.send('b', given => row.save({name: 'B'}, given));
    await inside.answer('b', 500);
    look();
    await inside.answer('a', 500);
    look();
    return seen;
  }), ['A', false, 'Norway', true]);
});

test('5.1 a create whose answer comes after a save of the same row leaves the save', async () => {
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), seen = [];
    inside.send('create', given => new Row().save({name: 'made'}, given));
    inside.send('save', given => new Row({id: 3}).save({name: 'saved'}, given));
    await inside.answer('create', 201, {id: 3, name: 'made'});
    seen.push(inside.nameOf(3));
    await inside.answer('save');
    return [...seen, inside.nameOf(3)];
  }), ['saved', 'saved']);
});

test('5.1 writes on a singleton are of one record', async () => {
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), Session = Row.extend({url: '/api/session', isNew: () => false}), seen = [];
    const look = () => seen.push(localStorage.getItem('/api/session-_burry_test'));
    inside.fresh({'/api/session-_burry_test': '{"user":"ada"}'});
    inside.send('a', given => new Session().save({user: 'A'}, given));
    inside.send('b', given => new Session().save({user: 'B'}, given));
    look();
    await inside.answer('a', 500);
    look();
    await inside.answer('b', 500);
    look();
    return seen;
  }), ['{"user":"B"}', '{"user":"B"}', '{"user":"ada"}']);
});

// 5.2: the server's answer to a read that was sent before a write tells a third
// name, Noreg, so that it is seen wherever it comes through.

for (const reader of ['a model', 'a collection', 'a query']) {
  for (const write of ['save', 'patch', 'destroy']) {
    test(`5.2 a read of ${reader} that was sent before a ${write}: cache, model and events`, async () => {
      const wrong = await run(async (kind, write, records) => {
        const wrong = [], gone = write === 'destroy';
        // own: the row that is written is that of the reader.
        for (const [own, wait, readFirst, succeeds] of inside.choices(4, [false, true])) {
          inside.fresh(records);
          const classes = inside.classes(), reader = inside.reader(kind, classes), told = [], cached = [];
          inside.send('read', reader.fetch);
          const isModel = !reader.object.models;
          reader.object.on('change:name', row => { if (row.id === 1) told.push(row.get('name')); });
          reader.object.on('add', row => told.push(row.get('name')));
          const look = () => cached.push(inside.nameOf(1), reader.name());
          const written = own ? reader.row() : new classes.Row({id: 1, name: 'Norway'});
          inside.send('write', options => inside.write(write, written, 'Norge')({...options, wait}));
          for (const which of readFirst ? ['read', 'write'] : ['write', 'read']) {
            if (which === 'read') await inside.answer('read', 200, reader.answer({id: 1, name: 'Noreg'}, {id: 2, name: 'Chile'}));
            else await inside.answer('write', succeeds ? 200 : 500, gone ? {} : {id: 1, name: 'Norge'});
            look();
          }

          // What the cache shows, and what the reader, after each of the two answers.
          const fresh = gone ? null : 'Norge';
          // A deleted model keeps its attributes; a collection keeps no deleted model.
          const left = isModel ? 'Norway' : null, newer = gone ? left : 'Norge';
          const setHere = own && !wait && !gone;
          let expected;
          if (readFirst && !wait) expected = [fresh, newer, succeeds ? fresh : 'Noreg', newer];
          if (readFirst && wait) {
            const after = !own || !succeeds ? 'Noreg' : gone ? isModel ? 'Noreg' : null : 'Norge';
            expected = ['Noreg', 'Noreg', succeeds ? fresh : 'Noreg', after];
          }
          if (!readFirst && succeeds) {
            const before = !own ? 'Norway' : newer;
            expected = [fresh, before, fresh, newer];
          }
          if (!readFirst && !succeeds) {
            const before = setHere ? 'Norge' : own && gone && !wait && !isModel ? null : 'Norway';
            expected = ['Norway', before, 'Noreg', 'Noreg'];
          }
          // Nobody is told of the old value where it is not delivered.
          const showsOld = expected.includes('Noreg') && (expected[1] === 'Noreg' || expected[3] === 'Noreg');
          const ids = expected[2] === null ? '[2]' : '[1,2]';
          const lists = [inside.list(), inside.list('?page=1')].join(' ');
          const listsWanted = `${ids} ${ids}`;
          if (cached.join() !== expected.join() || told.includes('Noreg') !== showsOld || lists !== listsWanted) {
            wrong.push(JSON.stringify({own, wait, readFirst, succeeds, cached, expected, told, lists}));
          }
        }
        return wrong;
      }, reader, write, withQuery);
      assert.deepEqual(wrong, []);
    });
  }
}

test('5.2 a fetch that was sent before a save of one of its rows fires nothing for that row', async () => {
  assert.deepEqual(await run(async records => {
    inside.fresh(records);
    const {Rows} = inside.classes(), rows = new Rows();
    inside.send('read', given => rows.fetch(given));
    inside.send('write', given => rows.get(1).save({name: 'Norge'}, given));
    const log = inside.log(rows);
    await inside.answer('read', 200, [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile 2'}]);
    await inside.answer('write');
    return [log, rows.pluck('name'), inside.nameOf(1), inside.nameOf(2)];
  }, cached), [['change:name', 'change', 'update', 'sync server', 'sync'], ['Norge', 'Chile 2'], 'Norge', 'Chile 2']);
});

test('5.2 a fetch that was sent before a destroy does not add the row again', async () => {
  for (const confirmedFirst of [false, true]) {
    assert.deepEqual(await run(async (records, confirmedFirst) => {
      inside.fresh(records);
      const {Rows} = inside.classes(), rows = new Rows();
      inside.send('read', given => rows.fetch(given));
      inside.send('write', given => rows.get(1).destroy(given));
      const log = inside.log(rows);
      if (confirmedFirst) await inside.answer('write', 200, {});
      await inside.answer('read', 200, [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]);
      if (!confirmedFirst) await inside.answer('write', 200, {});
      return [log.includes('add'), rows.pluck('id'), inside.records()];
    }, cached, confirmedFirst), [false, [2], {'2-_burry_test': JSON.stringify(chile), '__ids__-_burry_test': '[2]'}]);
  }
});

for (const reader of ['a collection', 'a query']) {
  test(`5.2 a read of ${reader} that was sent before a create`, async () => {
    for (const [sees, readFirst] of [[false, false], [false, true], [true, false], [true, true]]) {
      const seen = await run(async (kind, records, sees, readFirst) => {
        inside.fresh(records);
        const classes = inside.classes(), reader = inside.reader(kind, classes), others = new classes.Rows();
        inside.send('read', reader.fetch);
        inside.send('create', given => others.create({name: 'Peru'}, given));
        const answer = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}, ...sees ? [{id: 3, name: 'old Peru'}] : []];
        const answers = {
          read: () => inside.answer('read', 200, answer),
          create: () => inside.answer('create', 201, {id: 3, name: 'Peru'})
        };
        for (const which of readFirst ? ['read', 'create'] : ['create', 'read']) await answers[which]();
        return [reader.object.map(row => row.get('name')).join(), inside.nameOf(3), inside.list(), inside.list('?page=1')];
      }, reader, withQuery, sees, readFirst);
      // The plain list takes the row in, and a fetch of it does not leave it out
      // again; a query has it where its answer has it.
      const isPlain = reader === 'a collection';
      const listed = readFirst ? sees : sees || isPlain;
      const name = readFirst ? 'old Peru' : 'Peru';
      assert.deepEqual(seen, [
        ['Norway', 'Chile', ...listed ? [name] : []].join(), 'Peru', '[1,2,3]', !isPlain && sees ? '[1,2,3]' : '[1,2]'
      ], JSON.stringify({sees, readFirst}));
    }
  });
}

test('5.2 a read that was sent after the write has been confirmed is believed', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Row} = inside.classes(), row = new Row({id: 1});
    inside.send('write', given => row.save({name: 'Norge'}, given));
    await inside.answer('write');
    inside.send('read', given => row.fetch(given));
    await inside.answer('read', 200, {id: 1, name: 'Noreg'});
    return [row.get('name'), inside.nameOf(1)];
  }, cached), ['Noreg', 'Noreg']);
});

test('5.2 a write concerns its own row only', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Row} = inside.classes(), other = new Row({id: 2});
    inside.send('read', given => other.fetch(given));
    inside.send('write', given => new Row({id: 1}).save({name: 'Norge'}, given));
    await inside.answer('write');
    await inside.answer('read', 200, {id: 2, name: 'Chile 2'});
    return [other.get('name'), inside.nameOf(2), inside.nameOf(1)];
  }, cached), ['Chile 2', 'Chile 2', 'Norge']);
});

// 5.3

for (const kind of ['a model', 'a collection', 'a query']) {
  for (const one of [true, false]) {
    test(`5.3 of several reads of ${kind} the last one sent wins, ${one ? 'in one object' : 'each in its own object'}`, async () => {
      const wrong = await run(async (kind, one, records) => {
        const wrong = [];
        for (const order of inside.orders([0, 1, 2])) {
          for (const fails of [[], [0], [1], [2]]) {
            inside.fresh(records);
            const classes = inside.classes(), first = inside.reader(kind, classes);
            const readers = [0, 1, 2].map(i => one || !i ? first : inside.reader(kind, classes)), shown = [], expected = [], told = [];
            readers.forEach((reader, i) => inside.send('read' + i, reader.fetch));
            first.object.on('change:name', row => { if (row.id === 1) told.push(row.get('name')); });
            let last = -1;
            for (const i of order) {
              const failed = fails.includes(i);
              await inside.answer('read' + i, failed ? 500 : 200, readers[i].answer({id: 1, name: 'name ' + i}, {id: 2, name: 'Chile'}));
              if (!failed) last = Math.max(last, i);
              const name = last < 0 ? 'Norway' : 'name ' + last;
              shown.push(inside.nameOf(1), failed && !one ? '' : readers[i].name());
              expected.push(name, failed && !one ? '' : name);
            }
            // Never back to what is older.
            const sorted = [...told].sort().join() === told.join();
            if (shown.join() !== expected.join() || (one && !sorted)) wrong.push(JSON.stringify({order, fails, shown, expected, told}));
          }
        }
        return wrong;
      }, kind, one, withQuery);
      assert.deepEqual(wrong, []);
    });
  }
}

test('5.3 an overtaken list takes no row in and drops none', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Rows} = inside.classes(), rows = new Rows(), later = new Rows();
    inside.send('first', given => rows.fetch(given));
    inside.send('second', given => later.fetch(given));
    await inside.answer('second', 200, [{id: 2, name: 'Chile'}, {id: 3, name: 'Peru'}]);
    await inside.answer('first', 200, [{id: 1, name: 'Norway'}, {id: 4, name: 'Mali'}]);
    return [rows.pluck('id'), later.pluck('id'), inside.records()];
  }, cached), [[2, 3], [2, 3], {
    '2-_burry_test': JSON.stringify(chile), '3-_burry_test': JSON.stringify(peru), '__ids__-_burry_test': '[2,3]'
  }]);
});

test('5.3 a row and its list are of one thing, whichever was read first', async () => {
  assert.deepEqual(await run(async cached => {
    const seen = [];
    for (const listFirst of [true, false]) {
      inside.fresh(cached);
      const {Row, Rows} = inside.classes(), rows = new Rows(), row = new Row({id: 1});
      const sends = [() => inside.send('list', given => rows.fetch(given)), () => inside.send('row', given => row.fetch(given))];
      for (const send of listFirst ? sends : sends.reverse()) send();
      const list = name => inside.answer('list', 200, [{id: 1, name}, {id: 2, name: 'Chile'}]);
      if (listFirst) {
        await inside.answer('row', 200, {id: 1, name: 'newer'});
        await list('older');
      } else {
        await list('newer');
        await inside.answer('row', 200, {id: 1, name: 'older'});
      }
      seen.push(rows.get(1).get('name'), row.get('name'), inside.nameOf(1));
    }
    return seen;
  }, cached), Array(6).fill('newer'));
});

test('5.3 a late 404 of an overtaken read drops nothing', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Row} = inside.classes();
    inside.send('first', given => new Row({id: 1}).fetch(given));
    inside.send('second', given => new Row({id: 1}).fetch(given));
    await inside.answer('second', 200, {id: 1, name: 'newer'});
    await inside.answer('first', 404, {});
    return [inside.nameOf(1), inside.list()];
  }, cached), ['newer', '[1,2]']);
});

// 5.4

for (const [write, shown] of [['save', 'Norge'], ['patch', 'Norge'], ['destroy', null]]) {
  for (const succeeds of [true, false]) {
    test(`5.4 a ${write} that is pending while the list is revalidated stays visible, and ${succeeds ? 'stands' : 'fails to what the list told'}`, async () => {
      for (const own of [true, false]) {
        const seen = await run(async (write, succeeds, own, cached) => {
          inside.fresh(cached);
          const {Row, Rows} = inside.classes(), rows = new Rows([{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]), seen = [];
          const row = own ? rows.get(1) : new Row({id: 1, name: 'Norway'});
          inside.send('write', inside.write(write, row, 'Norge'));
          inside.send('read', given => rows.fetch(given));
          await inside.answer('read', 200, [{id: 1, name: 'Noreg'}, {id: 2, name: 'Chile'}]);
          const again = new Rows(), request = inside.send('again', given => again.fetch(given));
          seen.push(inside.nameOf(1), rows.get(1) ? rows.get(1).get('name') : null, request.state(), again.pluck('name').join());
          await inside.answer('write', succeeds ? 200 : 500, write === 'destroy' ? {} : {id: 1, name: 'Norge'});
          return [...seen, inside.nameOf(1), inside.list()];
        }, write, succeeds, own, cached);
        const after = succeeds ? shown : 'Noreg';
        assert.deepEqual(seen, [shown, shown, 'resolved', shown ? 'Norge,Chile' : 'Chile', after, after ? '[1,2]' : '[2]'], `own: ${own}`);
      }
    });
  }
}

test('5.4 a save that is pending while its row leaves the list keeps its record', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Row, Rows} = inside.classes(), seen = [];
    inside.send('write', given => new Row({id: 1, name: 'Norway'}).save({name: 'Norge'}, given));
    inside.send('read', given => new Rows().fetch(given));
    await inside.answer('read', 200, [{id: 2, name: 'Chile'}]);
    seen.push(inside.nameOf(1), inside.list());
    await inside.answer('write');
    return [...seen, inside.nameOf(1)];
  }, cached), ['Norge', '[2]', 'Norge']);
});

// 5.5

const operations = {
  'a read of a model': "new Row({id: 1}).fetch(given)",
  'a read of a collection': "new Rows().fetch(given)",
  'a read of a query': "new Rows().fetch({...given, data: {page: 1}})",
  'a read of a singleton': "new (Row.extend({urlRoot: '/api/session'}))().fetch(given)",
  'a create': "new Rows().create({name: 'Mali'}, given)",
  'a create with wait': "new Rows().create({name: 'Mali'}, {...given, wait: true})",
  'a save': "new Row({id: 1}).save({name: 'Norge'}, given)",
  'a save with wait': "new Row({id: 1}).save({name: 'Norge'}, {...given, wait: true})",
  'a patch': "new Row({id: 1}).save({name: 'Norge'}, {...given, patch: true})",
  'a save of a client-made id': "new Row({id: 'mine'}).save({name: 'Norge'}, given)",
  'a save in a collection': "new Rows([{id: 1}, {id: 2}]).get(1).save({name: 'Norge'}, given)",
  'a destroy': "new Row({id: 1}).destroy(given)",
  'a destroy with wait': "new Row({id: 1}).destroy({...given, wait: true})"
};
for (const [what, source] of Object.entries(operations)) {
  test(`5.5 clear() during ${what} stays cleared, and the caller is told`, async () => {
    assert.deepEqual(await run(async (what, source, records) => {
      const operation = eval(`(given, {Row, Rows}) => ${source}`), wrong = [];
      for (const clear of ['sync.cache.clear', 'Backbone.cachingSync.clear']) {
        for (const status of [200, 204, 500, 404]) {
          if (status === 204 && /read/.test(what)) continue;
          inside.fresh(records);
          const classes = inside.classes(), told = [];
          const clearNow = clear === 'sync.cache.clear' ? classes.sync.cache.clear : Backbone.cachingSync.clear;
          const tell = word => (model, response, options) => { if (!options.fromCache) told.push(word); };
          inside.send('operation', given => operation({...given, success: tell('success'), error: tell('error')}, classes));
          clearNow();
          const cleared = JSON.stringify(inside.records());
          const body = /create/.test(what) ? {id: 3} : /collection|query/.test(what) && /read/.test(what) ? [{id: 1}, {id: 2}] : {};
          await inside.answer('operation', status, body);
          const after = JSON.stringify(inside.records());
          const expected = status < 300 ? 'success' : 'error';
          if (cleared !== '{}' || after !== '{}' || told.join() !== expected) wrong.push({clear, status, cleared, after, told});
        }
      }
      return wrong;
    }, what, source, withQuery), []);
  });
}

test('5.5 what is begun after clear() is cached, also under the same key', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {sync, Row} = inside.classes(), seen = [];
    inside.send('before', given => new Row({id: 1}).save({name: 'before'}, given));
    sync.cache.clear();
    inside.send('after', given => new Row({id: 1}).save({name: 'after'}, given));
    seen.push(inside.nameOf(1));
    await inside.answer('before');
    seen.push(inside.nameOf(1));
    await inside.answer('after', 500);
    seen.push(inside.nameOf(1));
    inside.send('read', given => new Row({id: 1}).fetch(given));
    await inside.answer('read', 200, {id: 1, name: 'read'});
    return [...seen, inside.nameOf(1)];
  }, cached), ['after', 'after', null, 'read']);
});

test('5.5 clear() of one namespace leaves what is pending in another', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const one = inside.classes(), other = inside.classes({ns: 'other'});
    inside.send('a', given => new one.Row({id: 1}).save({name: 'Norge'}, given));
    other.sync.cache.clear();
    await inside.answer('a');
    return inside.nameOf(1);
  }, cached), 'Norge');
});

// 5.6

test('5.6 two collections on one ns do not lose each other\'s ids', async () => {
  assert.deepEqual(await run(async cached => {
    const lists = [];
    for (const order of inside.orders(['a', 'b', 'c'])) {
      inside.fresh(cached);
      const one = new (inside.classes().Rows)([{id: 1}, {id: 2}]), other = new (inside.classes().Rows)();
      inside.send('a', given => one.create({name: 'a'}, given));
      inside.send('b', given => other.create({name: 'b'}, given));
      inside.send('c', given => one.get(2).destroy(given));
      for (const name of order) await inside.answer(name, 200, {a: {id: 3}, b: {id: 4}, c: {}}[name]);
      lists.push(JSON.parse(inside.list()).sort().join());
    }
    return lists;
  }, cached), Array(6).fill('1,3,4'));
});

test('5.6 two collections that create where no list is stored make one list', async () => {
  assert.deepEqual(await run(async () => {
    const one = new (inside.classes().Rows)(), other = new (inside.classes().Rows)();
    for (let i = 0; i < 4; i++) inside.send('create' + i, given => (i % 2 ? one : other).create({name: 'row'}, given));
    for (const i of [2, 0, 3, 1]) await inside.answer('create' + i, 201, {id: 10 + i});
    return inside.list();
  }), '[12,10,13,11]');
});

test('5.6 a fetch of one collection keeps what another one has created meanwhile', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Rows} = inside.classes(), one = new Rows(), other = new Rows();
    inside.send('read', given => one.fetch(given));
    inside.send('create', given => other.create({name: 'Peru'}, given));
    await inside.answer('create', 201, {id: 3});
    await inside.answer('read', 200, [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]);
    return [inside.list(), one.pluck('id'), new Rows().fetch().state()];
  }, cached), ['[1,2,3]', [1, 2, 3], 'resolved']);
});

test('5.6 an id that somebody has written over comes back with the next operation on the ns', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Row, Rows} = inside.classes(), seen = [];
    inside.send('create', given => new Rows().create({name: 'Peru'}, given));
    await inside.answer('create', 201, {id: 3});
    // A list of somebody who had read it before.
    inside.put({'__ids__-_burry_test': '[1,2,4]', '4-_burry_test': '{"id":4}'});
    inside.send('read', given => new Row({id: 1}).fetch(given));
    seen.push(inside.list());
    await inside.answer('read', 200, {id: 1, name: 'Norway'});
    return seen;
  }, cached), ['[1,2,4,3]']);
});

for (const [what, write, after] of [
  ['a create', given => inside.rows.create({name: 'Mali'}, given), '[1,2,4,3]'],
  ['a destroy', given => inside.rows.add({id: 2}).destroy(given), '[1,3]']
]) {
  test(`5.6 an id that was written over while ${what} was under way comes back, however often`, async () => {
    assert.deepEqual(await run(`(async cached => {
      inside.fresh(cached);
      const {Row, Rows} = inside.classes(), seen = [];
      inside.rows = new Rows();
      inside.send('create', given => new Rows().create({name: 'Peru'}, given));
      await inside.answer('create', 201, {id: 3});
      inside.send('write', ${write});
      inside.put({'__ids__-_burry_test': '[1,2]'});
      await inside.answer('write', 200, {id: 4});
      const vanished = inside.list();
      for (let i = 0; i < 3; i++) {
        inside.send('read', given => new Row({id: 1}).fetch(given));
        seen.push(inside.list());
        await inside.answer('read', 200, {id: 1, name: 'Norway'});
        inside.put({'__ids__-_burry_test': vanished});
      }
      return seen;
    })(${JSON.stringify(cached)})`), Array(3).fill(after));
  });
}

// 5.7

test('5.7 callbacks may fetch, save, destroy and create with the same sync', async () => {
  const {errors, server} = shared;
  server.answer((request, response, next) => request.method === 'POST' ? response.json({id: 3}) : next());
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const {Row, Rows} = inside.classes(), rows = new Rows(), done = [], states = [];
    const again = action => done.push(inside.until(action));
    rows.on('sync', (object, response, options) => {
      if (object !== rows) return;
      if (options.fromCache) {
        again(given => { states.push(new Rows().fetch(given).state()); });
        again(given => { states.push(new Row({id: 1}).fetch(given).state()); });
        again(given => rows.get(1).save({name: 'saved'}, given));
      } else {
        again(given => rows.get(2).destroy(given));
        again(given => rows.create({name: 'made'}, given));
      }
    });
    await inside.fetch(rows);
    await Promise.all(done);
    return [states, rows.map(row => row.id + row.get('name')).sort(), inside.records()];
  }, cached), [['resolved', 'resolved'], ['1saved', '3made'], {
    '1-_burry_test': '{"id":1,"name":"saved"}', '3-_burry_test': '{"name":"made","id":3}', '__ids__-_burry_test': '[1,3]'
  }]);
  assert.deepEqual(errors, []);
});

for (const phase of ['cached', 'server']) {
  for (const emptied of ['sync.cache.clear()', 'sync.cache.store.flush()', 'Backbone.cachingSync.clear()', 'localStorage.clear()']) {
    test(`5.7 ${emptied} in a callback of the ${phase} phase`, async () => {
      const {errors} = shared;
      for (const where of ['success', 'sync', 'change:name', 'request']) {
        const [shown, after, usable] = await run(async (phase, emptied, where, records) => {
          inside.fresh(records);
          const {sync, Row} = inside.classes(), row = new Row({id: 1}), empty = eval(`() => ${emptied}`);
          const react = () => {
            if (row.emptied || (where !== 'request' && row.get('name') !== (phase === 'cached' ? 'Norway' : 'Noreg'))) return;
            row.emptied = true;
            empty();
          };
          if (where !== 'success') row.on(where, react);
          inside.send('read', given => row.fetch({...given, success: where === 'success' ? react : undefined}));
          await inside.answer('read', 200, {id: 1, name: 'Noreg'});
          const shown = [row.get('name'), row.emptied], after = inside.nameOf(1);
          localStorage.clear();
          inside.send('next', given => new Row({id: 2}).fetch(given));
          await inside.answer('next', 200, {id: 2, name: 'next'});
          return [shown, after, inside.nameOf(2)];
        }, phase, emptied, where, cached);
        assert.deepEqual([shown, usable], [['Noreg', true], 'next'], where);
        // What has been emptied before the answer came stays so only after clear().
        const isClear = /clear\(\)$/.test(emptied) && !/^local/.test(emptied);
        if (isClear) assert.equal(after, null, where);
      }
      assert.deepEqual(errors, []);
    });
  }
}

// What throws, where, in plain Backbone and decorated: the caller sees the same.
// The wrapped sync answers before it returns, or the real server does.

const throwing = {
  'success of fetch': "rows.fetch({...given, success: fail})",
  'error of fetch': "rows.fetch({...given, url: '/api/none', error: fail})",
  'sync of fetch': "(rows.on('sync', fail), rows.fetch(given))",
  'add of fetch': "(rows.remove(2), rows.on('add', fail), rows.fetch(given))",
  'remove of fetch': "(rows.add({id: 9}), rows.on('remove', fail), rows.fetch(given))",
  'change of fetch': "(rows.on('change', fail), rows.fetch(given))",
  'reset of fetch': "(rows.on('reset', fail), rows.fetch({...given, reset: true}))",
  'request of fetch': "(rows.on('request', fail), rows.fetch(given))",
  'error event of fetch': "(rows.on('error', fail), rows.fetch({...given, url: '/api/none'}))",
  'success of save': "rows.get(1).save({name: 'saved'}, {...given, success: fail})",
  'error of save': "rows.get(1).save({name: 'saved'}, {...given, url: '/api/none', error: fail})",
  'change of save': "(rows.on('change', fail), rows.get(1).save({name: 'saved'}, given))",
  'change of save with wait': "(rows.on('change', fail), rows.get(1).save({name: 'saved'}, {...given, wait: true}))",
  'sync of save': "(rows.on('sync', fail), rows.get(1).save({name: 'saved'}, given))",
  'success of patch': "rows.get(1).save({name: 'saved'}, {...given, patch: true, success: fail})",
  'success of create': "rows.create({name: 'made'}, {...given, success: fail})",
  'add of create': "(rows.on('add', fail), rows.create({name: 'made'}, given))",
  'add of create with wait': "(rows.on('add', fail), rows.create({name: 'made'}, {...given, wait: true}))",
  'error of create': "rows.create({name: 'made'}, {...given, url: '/api/none', error: fail})",
  'success of destroy': "rows.get(1).destroy({...given, success: fail})",
  'remove of destroy': "(rows.on('remove', fail), rows.get(1).destroy(given))",
  'destroy of destroy with wait': "(rows.on('destroy', fail), rows.get(1).destroy({...given, wait: true}))",
  'error of destroy': "rows.get(1).destroy({...given, url: '/api/none', error: fail})",
  'parse of fetch': "(rows.parse = fail, rows.fetch(given))"
};
for (const synchronous of [true, false]) {
  for (const [what, source] of Object.entries(throwing)) {
    // Backbone.sync itself fires it.
    if (synchronous && /^request/.test(what)) continue;
    test(`5.7 an exception in ${what}, ${synchronous ? 'answered at once' : 'answered by the server'}: the caller sees it as in plain Backbone`, async () => {
      const {server} = shared, rows = [norway, chile];
      server.answer((request, response, next) => {
        if (request.path === '/none') return response.status(500).json({});
        if (request.method === 'GET') return response.json(rows);
        response.json(request.method === 'POST' ? {...request.body, id: 3} : request.body || {});
      });
      const [plain, decorated, usable, pending] = await run(async (source, synchronous) => {
        const action = eval(`(rows, given, fail) => ${source}`), logs = [];
        const atOnce = (method, model, options) => {
          if (options.url === '/api/none') return options.error({status: 500});
          const answer = {read: [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}], create: {id: 3}}[method] || {};
          options.success(answer);
        };
        const wrapped = synchronous ? atOnce : Backbone.sync;
        for (const decorate of [false, true]) {
          const sync = decorate ? Backbone.cachingSync(wrapped, 'test') : wrapped;
          const Row = Backbone.Model.extend({urlRoot: '/api/rows', sync}), Rows = Backbone.Collection.extend({url: '/api/rows', model: Row, sync});
          const rows = new Rows([{id: 1, name: 'local'}, {id: 2, name: 'Chile'}]), log = inside.log(rows);
          const fail = () => {
            log.push('throws');
            throw new Error('out of the page');
          };
          const uncaught = inside.uncaught();
          let complete;
          const swallowed = new Promise(resolve => { complete = () => resolve('somebody caught it'); });
          const thrown = inside.thrown(() => action(rows, synchronous ? {} : {complete}, fail));
          log.push('caller: ' + thrown);
          // jQuery has nobody to throw to.
          if (!thrown && !synchronous) {
            log.push(await Promise.race([uncaught.then(() => 'nobody caught it'), swallowed]));
          }
          logs.push([log, rows.toJSON()]);
        }
        // Afterwards.
        const {Row} = inside.classes(), row = new Row({id: 5});
        localStorage.clear();
        inside.fresh({'5-_burry_test': '{"id":5,"name":"cached"}'});
        const state = row.fetch().state(), name = row.get('name');
        return [...logs, [state, name]];
      }, source, synchronous);
      assert.match(plain[0].join(), /throws.*,(caller: Error: out of the page|nobody)/);
      assert.deepEqual(decorated, plain);
      assert.deepEqual(usable, ['resolved', 'cached']);
    });
  }
}

for (const where of ['success', 'sync', 'cachesync', 'add', 'change:name', 'done']) {
  test(`5.7 an exception in ${where} of a cached phase reaches the caller, and the server phase comes all the same`, async () => {
    const [thrown, told, records, states] = await run(async (where, cached) => {
      inside.fresh(cached);
      const {Row, Rows} = inside.classes(), told = [];
      const object = where === 'change:name' ? new Row({id: 1}) : new Rows();
      let first = true;
      const fail = () => {
        if (!first) return;
        first = false;
        throw new Error('out of the page');
      };
      if (!/success|done/.test(where)) object.on(where, fail);
      object.on('sync', (model, response, options) => told.push(options.fromCache));
      const thrown = [];
      inside.send('read', given => {
        thrown.push(inside.thrown(() => {
          const request = object.fetch({...given, success: where === 'success' ? fail : undefined});
          if (where === 'done') request.done(fail);
        }));
      });
      await inside.answer('read', 200, object.models ? [{id: 1, name: 'Noreg'}] : {id: 1, name: 'Noreg'});
      const again = new Rows();
      return [thrown[0], told, inside.nameOf(1), [again.fetch().state()]];
    }, where, cached);
    assert.equal(thrown, 'Error: out of the page');
    // The event of a phase whose `success` has thrown is not reached, as in Backbone.
    assert.deepEqual(told.filter(fromCache => !fromCache), [false]);
    assert.deepEqual([records, states], ['Noreg', ['resolved']]);
  });
}

test('5.7 after exceptions in every place no call and no record is left in doubt', async () => {
  assert.deepEqual(await run(async cached => {
    inside.fresh(cached);
    const wrapped = inside.wrapped(), {Row, Rows} = inside.classes({wrapped}), failures = [];
    const fail = () => { throw new Error('out of the page'); };
    for (const action of [
      row => row.fetch({success: fail}), row => row.fetch({error: fail}), row => row.save({name: 'A'}, {success: fail}),
      row => row.save({name: 'B'}, {error: fail}), row => row.destroy({success: fail}), row => row.destroy({error: fail})
    ]) {
      for (const succeeds of [true, false]) {
        inside.fresh(cached);
        inside.thrown(() => action(new Row({id: 1, name: 'Norway'})));
        const {deferred} = wrapped.requests.pop();
        inside.thrown(() => succeeds ? deferred.resolve({id: 1, name: 'answer'}) : deferred.reject({status: 500}));
        // Nothing is pending any more: a failure of the next write returns to what lies there.
        inside.fresh({...cached, '1-_burry_test': '{"id":1,"name":"foreign"}'});
        new Row({id: 1}).save({name: 'next'}, {error() {}});
        const shown = inside.nameOf(1);
        wrapped.requests.pop().deferred.reject({status: 500});
        if (shown !== 'next' || inside.nameOf(1) !== 'foreign') failures.push([String(action), succeeds, shown, inside.nameOf(1)]);
      }
    }
    return failures;
  }, cached), []);
});
