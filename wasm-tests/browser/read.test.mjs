// Reads: the cached phase and the server phase (contract 3, without contract 3.10).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

const norway = {id: 1, name: 'Norway'}, chile = {id: 2, name: 'Chile'}, peru = {id: 3, name: 'Peru'};
const data = {rows: [norway, chile], session: {user: 'ada'}};
const cached = {
  '1-_burry_test': JSON.stringify(norway),
  '2-_burry_test': JSON.stringify(chile),
  '__ids__-_burry_test': '[1,2]'
};
const stale = {...cached, '1-_burry_test': '{"id":1,"name":"Norge"}'};

const open = async (t, records, options) => {
  const opened = await openInside(t, {data, ...options});
  if (records) await opened.run(given => inside.put(given), records);
  return opened;
};

// 3.1

test('3.1 a collection, a model and a singleton are cached under their names', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes();
    await inside.fetch(new Rows());
    const list = inside.records();
    localStorage.clear();
    await inside.fetch(new Row({id: 2}));
    const record = inside.records();
    localStorage.clear();
    await inside.fetch(new (Row.extend({urlRoot: '/api/session'}))());
    return [list, record, inside.records()];
  }), [cached, {'2-_burry_test': JSON.stringify(chile)}, {'/api/session-_burry_test': '{"user":"ada"}'}]);
});

test('3.1 a collection is what has a models array', async t => {
  const {run} = await open(t, cached);
  assert.deepEqual(await run(() => {
    const sync = Backbone.cachingSync(() => {}, 'test'), seen = [];
    sync('read', {models: [], url: '/api/rows'}, {success: rows => seen.push(rows)});
    return seen;
  }), [[norway, chile]]);
});

test('3.1 idAttribute is respected', async t => {
  const {run, server} = await open(t);
  server.answer((request, response) => response.json([{code: 'NO', id: 7}, {code: 'CL', id: 7}]));
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes({model: {idAttribute: 'code'}});
    await inside.fetch(new Rows());
    const row = new Row({code: 'CL'}), rows = new Rows();
    return [inside.records(), row.fetch().state(), row.attributes, rows.fetch().state(), rows.pluck('code')];
  }), [{
    'CL-_burry_test': '{"code":"CL","id":7}',
    'NO-_burry_test': '{"code":"NO","id":7}',
    '__ids__-_burry_test': '["NO","CL"]'
  }, 'resolved', {code: 'CL', id: 7}, 'resolved', ['NO', 'CL']]);
});

test('3.1 0 is an id, and so is the empty text', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped});
    return [0, ''].map(id => {
      localStorage.clear();
      new Row({id}, {}).fetch();
      wrapped.requests.pop().deferred.resolve({id, name: 'none'});
      const row = new Row({id});
      return [inside.records(), row.fetch().state(), row.get('name')];
    });
  }), [
    [{'0-_burry_test': '{"id":0,"name":"none"}'}, 'resolved', 'none'],
    [{'-_burry_test': '{"id":"","name":"none"}'}, 'resolved', 'none']
  ]);
});

test('3.1 a singleton comes from the cache by its URL and never touches the list', async t => {
  const {run} = await open(t, {'__ids__-_burry_test': '[1,2]'});
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), Session = Row.extend({urlRoot: '/api/session'});
    await inside.fetch(new Session());
    const session = new Session(), state = session.fetch().state();
    const computed = new (Row.extend({url: () => '/api/session'}))();
    const second = computed.fetch().state(), shown = computed.get('user');
    await inside.save(session, {user: 'grace'});
    const saved = new Session();
    saved.fetch();
    return [state, session.get('user'), second, shown, saved.get('user'), inside.records()];
  }), ['resolved', 'grace', 'resolved', 'ada', 'grace', {
    '/api/session-_burry_test': '{"user":"grace"}', '__ids__-_burry_test': '[1,2]'
  }]);
});

test('3.1 a singleton whose record has an id, or whose id is null, is a singleton all the same', async t => {
  const {run, server} = await open(t);
  server.answer((request, response) => response.json({id: 7, user: 'ada'}));
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), Session = Row.extend({urlRoot: '/api/session'});
    await inside.fetch(new Session());
    return [{}, {id: null}].map(attributes => {
      const session = new Session(attributes);
      return session.fetch().state() + ' ' + session.get('user');
    });
  }), ['resolved ada', 'resolved ada']);
});

test('3.1 a model with neither id nor URL is left to wrapped', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const sync = Backbone.cachingSync((method, model, options) => options.success({name: 'none'}), 'test'), seen = [];
    sync('read', new Backbone.Model(), {success: data => seen.push(data.name)});
    return [seen, inside.records()];
  }), [['none'], {}]);
});

// 2.8: the model's attributes, the answer, and the record, which is what plain Backbone
// makes of the answer.
const withoutId = {
  'a text': [{id: 'a'}, {foo: 1}, '{"id":"a","foo":1}'],
  'a number': [{id: 7}, {foo: 1}, '{"id":7,"foo":1}'],
  '0': [{id: 0}, {foo: 1}, '{"id":0,"foo":1}'],
  'a text of digits': [{id: '7'}, {foo: 1}, '{"id":"7","foo":1}'],
  'the empty text': [{id: ''}, {foo: 1}, '{"id":"","foo":1}'],
  'a text that is escaped': [{id: '"\\\n'}, {foo: 1}, '{"id":"\\"\\\\\\n","foo":1}'],
  'an answer of nothing': [{id: 'a'}, {}, '{"id":"a"}'],
  'an answer whose members are numbers': [{id: 'a'}, {b: 1, 2: 3}, '{"2":3,"id":"a","b":1}'],
  'an idAttribute of its own': [{code: 'NO'}, {foo: 1}, '{"code":"NO","foo":1}', 'code'],
  'an idAttribute of its own, and an id beside it': [{code: 'NO'}, {id: 5}, '{"code":"NO","id":5}', 'code'],
  // These do not lack it.
  'an answer with the id behind': [{id: 'a'}, {foo: 1, id: 'a'}, '{"foo":1,"id":"a"}'],
  'an answer with another id': [{id: 'me'}, {foo: 1, id: 42}, '{"foo":1,"id":42}'],
  'an answer with the id null': [{id: 'a'}, {id: null, foo: 1}, '{"id":null,"foo":1}']
};
for (const [what, [attributes, answer, record, idAttribute = 'id']] of Object.entries(withoutId)) {
  test(`2.8 a record holds its id: ${what}`, async t => {
    const {run} = await open(t);
    assert.deepEqual(await run((attributes, answer, idAttribute) => {
      const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped, model: {idAttribute}});
      new Row(attributes).fetch();
      wrapped.requests[0].options.success(answer);
      const row = new Row(attributes), state = row.fetch().state();
      return [inside.records(), state, row.attributes];
    }, attributes, answer, idAttribute), [{[`${Object.values(attributes)[0]}-_burry_test`]: record}, 'resolved', JSON.parse(record)]);
  });
}

test('2.8 a row that its collection tells apart by modelId gets no id attribute, but its own', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const modelId = ({type, number}) => type + number;
    const wrapped = inside.wrapped(), {Rows} = inside.classes({wrapped, collection: {modelId}}), rows = new Rows([{type: 'a', number: 1}]);
    const row = rows.first();
    row.url = '/api/rows/a1';
    row.fetch();
    wrapped.requests[0].options.success({type: 'a', number: 1, name: 'answered'});
    const stored = inside.records();
    row.fetch();
    const numbered = rows.add({type: 'b', number: 2, id: 5});
    numbered.fetch();
    wrapped.requests.pop().options.success({type: 'b', number: 2});
    return [stored, row.attributes, inside.records()['b2-_burry_test']];
  }), [{'a1-_burry_test': '{"type":"a","number":1,"name":"answered"}'}, {type: 'a', number: 1, name: 'answered'}, '{"id":5,"type":"b","number":2}']);
});

test('2.8 the rows of a collection are as they are', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Rows} = inside.classes({wrapped});
    new Rows([{id: 1}]).fetch();
    wrapped.requests[0].options.success([{b: 1, id: 1}, {b: 2}]);
    return inside.records();
  }), {'1-_burry_test': '{"b":1,"id":1}'});
});

test('2.8 what a parse of its own has not seen yet is as the server sent it', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const parse = ({data}) => data, wrapped = inside.wrapped(), {Row} = inside.classes({wrapped, model: {parse}});
    const answer = {data: {foo: 1}}, row = new Row({id: 'a'}), again = new Row({id: 'a'});
    row.fetch();
    wrapped.requests[0].options.success(answer);
    const state = again.fetch().state();
    return [inside.records(), state, row.attributes, again.attributes];
  }), [{'a-_burry_test': '{"data":{"foo":1}} '}, 'resolved', {id: 'a', foo: 1}, {id: 'a', foo: 1}]);
});

test('2.8 a record without its id, as others may have left it, is a hit for its model', async t => {
  const {run} = await open(t, {'a-_burry_test': '{"foo":1}'});
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped}), row = new Row({id: 'a'}), state = row.fetch().state();
    wrapped.requests[0].options.success({foo: 2});
    return [state, inside.records()];
  }), ['resolved', {'a-_burry_test': '{"id":"a","foo":2}'}]);
});

// 3.1: one id asked, another answered.

test('3.1 a model read as me and answered with another id is a hit under the id it asked with', async t => {
  const {run, server} = await open(t, {'42-_burry_test': '{"id":42,"name":"old"}', '__ids__-_burry_test': '[1,42]'});
  server.answer((request, response) => response.json({id: 42, name: 'Ada'}));
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({url: '/api/users'}), row = new Row({id: 'me'});
    await inside.fetch(row);
    const again = new Row({id: 'me'}), state = again.fetch().state();
    return [row.id, state, again.attributes, inside.records()];
  }), [42, 'resolved', {id: 42, name: 'Ada'}, {
    // Nothing is known of that record's own URL, and the plain list has got no row.
    'me-_burry_test': '{"id":42,"name":"Ada"}', '42-_burry_test': '{"id":42,"name":"old"}', '__ids__-_burry_test': '[1,42]'
  }]);
});

test('3.1 a later write of such a model is one of the id that it has now', async t => {
  const {run, server} = await open(t, {'42-_burry_test': '{"id":42,"name":"old"}', '__ids__-_burry_test': '[1,42]'});
  server.answer((request, response) => response.json(request.method === 'GET' ? {id: 42, name: 'Ada'} : request.body));
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({url: '/api/users'}), row = new Row({id: 'me'});
    await inside.fetch(row);
    await inside.save(row, {name: 'Grace'});
    const saved = inside.records();
    await inside.destroy(row);
    return [saved, inside.records()];
  }), [{
    'me-_burry_test': '{"id":42,"name":"Ada"}', '42-_burry_test': '{"id":42,"name":"Grace"}', '__ids__-_burry_test': '[1,42]'
  }, {'me-_burry_test': '{"id":42,"name":"Ada"}', '__ids__-_burry_test': '[1]'}]);
  assert.deepEqual(server.requests.map(({method, path}) => `${method} ${path}`), ['GET /users/me', 'PUT /users/42', 'DELETE /users/42']);
});

test('3.1 a model shown from the cache under me is written under the id of the record, and a failure takes back that', async t => {
  const {run} = await open(t, {'me-_burry_test': '{"id":42,"name":"Ada"}'});
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), {Row} = inside.classes({wrapped, url: '/api/users'}), row = new Row({id: 'me'}), seen = [];
    row.fetch();
    row.save({name: 'Grace'});
    seen.push(inside.records());
    wrapped.requests[1].options.error({status: 500});
    seen.push(inside.records());
    // The answer to the read is still one of what was asked.
    wrapped.requests[0].options.success({id: 42, name: 'Ada Lovelace'});
    return [...seen, inside.records(), row.get('name')];
  }), [
    {'me-_burry_test': '{"id":42,"name":"Ada"}', '42-_burry_test': '{"id":42,"name":"Grace"}'},
    {'me-_burry_test': '{"id":42,"name":"Ada"}'},
    {'me-_burry_test': '{"id":42,"name":"Ada Lovelace"}'}, 'Ada Lovelace'
  ]);
});

test('3.1 a list that names me shows no row of another id', async t => {
  const {run} = await open(t, {'me-_burry_test': '{"id":42,"name":"Ada"}', '__ids__-_burry_test': '["me"]'});
  assert.deepEqual(await run(() => {
    const {Rows} = inside.classes({wrapped: () => {}}), rows = new Rows(), state = rows.fetch().state();
    return [state, rows.length];
  }), ['pending', 0]);
});

// 3.2 and 3.3

test('3.2 a miss: success, sync and the promise happen once, when wrapped answers', async t => {
  const {run, server} = await open(t);
  const release = server.hold();
  await run(() => {
    const {Rows} = inside.classes();
    window.rows = new Rows();
    window.log = inside.log(rows);
    window.done = inside.until(given => { window.promise = rows.fetch(inside.callbacks(log, given)); });
    promise.done(() => log.push('done')).fail(() => log.push('fail'));
  });
  assert.deepEqual(await run(() => [log.splice(0), promise.state(), rows.length]), [['request'], 'pending', 0]);
  release();
  assert.deepEqual(await run(async () => {
    await done;
    return [log, promise.state(), rows.length];
  }), [['add', 'add', 'sort', 'update', 'success server', 'sync server', 'done'], 'resolved', 2]);
});

test('3.3 a hit: wrapped is called at once, then the cached phase comes before sync returns', async t => {
  const {run, server} = await open(t, stale);
  const release = server.hold();
  await run(() => {
    const {Rows} = inside.classes();
    window.rows = new Rows();
    window.log = inside.log(rows);
    window.done = inside.until(given => { window.promise = rows.fetch(inside.callbacks(log, given)); });
    log.push('returned ' + promise.state());
    promise.done(records => log.push('done ' + JSON.stringify(records)));
  });
  assert.deepEqual(await run(() => log.splice(0)), [
    'request', 'add', 'add', 'sort', 'update', 'success cached', 'sync cached', 'cachesync cached', 'returned resolved',
    'done [{"id":1,"name":"Norge"},{"id":2,"name":"Chile"}]'
  ]);
  release();
  assert.deepEqual(await run(async () => {
    await done;
    return [log, rows.pluck('name'), inside.records()];
  }), [['change:name', 'change', 'update', 'success server', 'sync server'], ['Norway', 'Chile'], cached]);
});

test('3.3 a hit on a model resolves with the whole record', async t => {
  const {run, server} = await open(t, stale);
  server.hold();
  assert.deepEqual(await run(() => {
    const {Row} = inside.classes(), row = new Row({id: 1}), log = inside.log(row), seen = [];
    const promise = row.fetch(inside.callbacks(log));
    promise.done((record, text) => seen.push(record, text));
    return [promise.state(), seen, log, row.attributes];
  }), ['resolved', [{id: 1, name: 'Norge'}, 'success'],
    ['request', 'change:name', 'change', 'success cached', 'sync cached', 'cachesync cached'], {id: 1, name: 'Norge'}]);
});

test('3.3 a read of another record out of a handler of the answer is a hit', async t => {
  const {run} = await open(t, cached);
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), row = new Row({id: 1, name: 'local'}), other = new Row({id: 2}), states = [];
    localStorage.removeItem('1-_burry_test');
    row.on('change', () => states.push(other.fetch().state(), other.get('name')));
    await inside.fetch(row);
    return states;
  }), ['resolved', 'Chile']);
});

test('5.7 callbacks of a cached phase may read, and theirs too, a thousand times', async t => {
  const {run, errors} = await open(t, {});
  assert.deepEqual(await run(() => {
    const {sync} = inside.classes({wrapped: () => {}});
    const name = id => 'a key that is too long for a short string ' + id;
    for (let id = 0; id < 1000; id++) localStorage.setItem(name(id) + '-_burry_test', JSON.stringify({id: name(id)}));
    let read = 0;
    for (let id = 0; id < 1000; id += 20) {
      const next = nth => sync('read', new Backbone.Model({id: name(nth)}), {success(row) {
        if (row.id === name(nth)) read++;
        if (nth < id + 19) next(nth + 1);
      }});
      next(id);
    }
    return read;
  }), 1000);
  assert.deepEqual(errors, []);
});

// 3.4

test('3.4 a wrapped that has resolved already supplies the only phase', async t => {
  const {run} = await open(t, stale);
  const attempt = answer => {
    const wrapped = eval(`(${answer})`), {Row} = inside.classes({wrapped}), row = new Row({id: 1}), log = inside.log(row);
    const promise = row.fetch(inside.callbacks(log));
    promise.done(record => log.push('done ' + record.name));
    return [log, promise.state(), row.get('name'), localStorage.getItem('1-_burry_test')];
  };
  const expected = [['change:name', 'change', 'success server', 'sync server', 'done Norway'], 'resolved', 'Norway', JSON.stringify(norway)];
  for (const answer of [
    '(method, model, options) => { options.success({id: 1, name: "Norway"}); }',
    '() => jQuery.Deferred().resolve({id: 1, name: "Norway"})',
    '() => jQuery.Deferred().resolve({id: 1, name: "Norway"}).promise()',
    '(method, model, options) => { const row = {id: 1, name: "Norway"}; options.success(row); return jQuery.Deferred().resolve(row).promise(); }',
    '() => ({then(resolved) { resolved({id: 1, name: "Norway"}); }})'
  ]) {
    await run(records => inside.put(records), stale);
    assert.deepEqual(await run(`(${attempt})(${JSON.stringify(answer)})`), expected, answer);
  }
});

test('3.4 a wrapped that has failed already leaves the cached phase, then its error', async t => {
  const {run} = await open(t, stale);
  for (const answer of [
    '(method, model, options) => { options.error({status: 500}); }',
    '() => jQuery.Deferred().reject({status: 500})',
    '(method, model, options) => { options.error({status: 500}); return jQuery.Deferred().reject({status: 500}).promise(); }',
    '() => ({then(resolved, rejected) { rejected({status: 500}); }})'
  ]) {
    assert.deepEqual(await run(answer => {
      const {Row} = inside.classes({wrapped: eval(`(${answer})`)}), row = new Row({id: 1}), log = inside.log(row);
      const promise = row.fetch(inside.callbacks(log));
      return [log, promise.state(), row.get('name'), localStorage.getItem('1-_burry_test')];
    }, answer), [
      ['change:name', 'change', 'success cached', 'sync cached', 'cachesync cached', 'error 500', 'error'],
      'resolved', 'Norge', stale['1-_burry_test']
    ], answer);
  }
});

test('3.4 a wrapped that has failed already, on a miss, is a failure', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(() => {
    const {Row} = inside.classes({wrapped: () => jQuery.Deferred().reject({status: 500})}), row = new Row({id: 1}), log = inside.log(row);
    const promise = row.fetch(inside.callbacks(log));
    return [log, promise.state()];
  }), [['error 500', 'error'], 'rejected']);
});

test('3.4 a wrapped that has failed already with 404 drops the record behind the cached phase', async t => {
  const {run} = await open(t, stale);
  assert.deepEqual(await run(() => {
    const {Row} = inside.classes({wrapped: () => jQuery.Deferred().reject({status: 404})}), row = new Row({id: 1}), log = inside.log(row);
    row.fetch(inside.callbacks(log));
    return [log.includes('sync cached'), log.filter(entry => /^error/.test(entry)), localStorage.getItem('1-_burry_test')];
  }), [true, ['error 404', 'error'], null]);
});

// 3.5: each option of Backbone's, on a hit and on a plain page. What each phase
// fires must be what plain Backbone fires for the same data.

for (const options of [{}, {reset: true}, {remove: false}, {merge: false}, {add: false}, {silent: true}, {parse: false}, {at: 0}, {sort: false}]) {
  test(`3.5 fetch(${JSON.stringify(options)}) acts in each phase as plain Backbone's`, async t => {
    const {run} = await open(t, {
      '1-_burry_test': '{"id":1,"name":"Norge"}', '4-_burry_test': '{"id":4,"name":"Cuba"}', '__ids__-_burry_test': '[1,4]'
    });
    const [plain, phases] = await run(async options => {
      const start = [{id: 1, name: 'local'}, {id: 5, name: 'Mali'}];
      // The cached rows, then the server's, through plain Backbone.
      const answers = [[{id: 1, name: 'Norge'}, {id: 4, name: 'Cuba'}], [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]];
      const Plain = Backbone.Collection.extend({comparator: 'name', sync: (method, model, given) => given.success(answers.shift())});
      const plain = new Plain(start), log = inside.log(plain);
      plain.fetch({...options});
      log.push(plain.toJSON());
      plain.fetch({...options});
      log.push(plain.toJSON());

      const {Rows} = inside.classes({collection: {comparator: 'name'}}), rows = new Rows(start), phases = inside.log(rows);
      const done = inside.fetch(rows, options);
      phases.push(rows.toJSON());
      await done;
      phases.push(rows.toJSON());
      return [log, phases.filter(entry => !/^(request|cachesync)/.test(entry)).map(entry => typeof entry === 'string' ? entry.split(' ')[0] : entry)];
    }, options);
    assert.deepEqual(phases, plain);
  });
}

test('3.5 an unchanged answer fires neither change nor add nor remove', async t => {
  const {run} = await open(t, cached);
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), rows = new Rows();
    const done = inside.until(given => rows.fetch(given)), log = inside.log(rows);
    await done;
    return log;
  }), ['update', 'sync server']);
});

test('3.5 the rows of a cached phase are the models of the server phase', async t => {
  const {run} = await open(t, stale);
  assert.deepEqual(await run(async () => {
    let made = 0;
    const {Rows} = inside.classes({model: {initialize() { made++; }}}), rows = new Rows();
    const done = inside.fetch(rows), first = rows.first();
    await done;
    return [made, rows.first() === first, first.get('name')];
  }), [2, true, 'Norway']);
});

// 3.6

test('3.6 options.fromCache is true or false, in success, sync and cachesync', async t => {
  const {run} = await open(t, stale);
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), row = new Row({id: 1}), log = [];
    row.on('sync', (model, data, options) => log.push(['sync', model === row, data.name, options.fromCache]));
    row.on('cachesync', (model, data, options) => log.push(['cachesync', model === row, data.name, options.fromCache]));
    await inside.fetch(row, {success: (model, data, options) => log.push(['success', model === row, data.name, options.fromCache])});
    return log;
  }), [
    ['success', true, 'Norge', true], ['sync', true, 'Norge', true], ['cachesync', true, 'Norge', true],
    ['success', true, 'Norway', false], ['sync', true, 'Norway', false]
  ]);
});

for (const where of ['the decorator', 'the call']) {
  test(`3.6 callbacks: 'once' of ${where} restricts success and sync to the first phase`, async t => {
    const {run} = await open(t, stale);
    assert.deepEqual(await run(async ofCall => {
      const given = {callbacks: 'once'}, own = ofCall ? given : {};
      const {Row, Rows} = inside.classes({ttl: ofCall ? undefined : given}), result = [];
      for (const object of [new Rows(), new Row({id: 1})]) {
        inside.put({'1-_burry_test': '{"id":1,"name":"Norge"}'});
        const log = inside.log(object);
        await inside.fetch(object, inside.callbacks(log, own));
        const row = object.models ? object.first() : object;
        result.push(log.join(), row.get('name'), localStorage.getItem('1-_burry_test'));
      }
      localStorage.clear();
      const miss = new Rows(), log = inside.log(miss);
      await inside.fetch(miss, inside.callbacks(log, own));
      return [...result, log.join()];
    }, where === 'the call'), [
      'request,add,add,sort,update,success cached,sync cached,cachesync cached,change:name,change,update',
      'Norway', cached['1-_burry_test'],
      'request,change:name,change,success cached,sync cached,cachesync cached,change:name,change',
      'Norway', cached['1-_burry_test'],
      'request,add,add,sort,update,success server,sync server'
    ]);
  });
}

test("3.6 callbacks: 'once' keeps reset, silent and validation in the second phase", async t => {
  const {run} = await open(t, stale);
  assert.deepEqual(await run(async () => {
    const {Rows, Row} = inside.classes({ttl: {callbacks: 'once'}}), rows = new Rows(), log = inside.log(rows);
    await inside.fetch(rows, {reset: true});
    inside.put({'1-_burry_test': '{"id":1,"name":"Norge"}'});
    const row = new Row({id: 1}), silent = inside.log(row);
    await inside.fetch(row, {silent: true});
    return [log, rows.pluck('name'), silent, row.get('name')];
  }), [['request', 'reset', 'sync cached', 'cachesync cached', 'reset'], ['Norway', 'Chile'],
    ['request', 'sync cached', 'cachesync cached'], 'Norway']);
});

test('3.6 a call of sync without callbacks has both phases', async t => {
  const {run} = await open(t, stale);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), sync = Backbone.cachingSync(wrapped, 'test'), model = new Backbone.Model({id: 1});
    const log = inside.log(model), promise = sync('read', model);
    wrapped.requests[0].deferred.resolve({id: 1, name: 'Norway'});
    return [log, promise.state(), localStorage.getItem('1-_burry_test')];
  }), [['cachesync cached'], 'resolved', JSON.stringify(norway)]);
});

// 3.7

for (const status of [500, 400, 401, 503]) {
  test(`3.7 a failure (${status}) after a hit leaves data and promise and is reported once`, async t => {
    const {run, server} = await open(t, cached);
    server.answer((request, response) => response.status(status).json({}));
    assert.deepEqual(await run(async () => {
      const {Rows} = inside.classes(), rows = new Rows(), log = inside.log(rows);
      let promise;
      await inside.until(given => { promise = rows.fetch(inside.callbacks(log, given)); });
      return [log.slice(-2), log.filter(entry => /^error/.test(entry)).length, promise.state(), rows.pluck('name'), inside.records()];
    }), [[`error ${status}`, 'error'], 2, 'resolved', ['Norway', 'Chile'], cached]);
  });
}

for (const status of [404, 410, 403]) {
  test(`3.7 ${status} on a read drops the record, and the id from the list`, async t => {
    const {run, server} = await open(t, cached);
    server.answer((request, response) => response.status(status).json({}));
    assert.deepEqual(await run(async () => {
      const {Row} = inside.classes(), row = new Row({id: 1}), log = inside.log(row);
      await inside.fetch(row, inside.callbacks(log));
      return [log.filter(entry => /^error/.test(entry)), row.get('name'), inside.records()];
    }), [[`error ${status}`, 'error'], 'Norway', {'2-_burry_test': JSON.stringify(chile), '__ids__-_burry_test': '[2]'}]);
  });

  test(`3.7 ${status} on the read of a collection drops its list and its records`, async t => {
    const {run, server} = await open(t, cached);
    server.answer((request, response) => response.status(status).json({}));
    assert.deepEqual(await run(async () => {
      const {Rows} = inside.classes(), rows = new Rows();
      await inside.fetch(rows);
      return [rows.length, inside.records()];
    }), [2, {}]);
  });
}

test('3.7 a failure on a miss is what it is in plain Backbone', async t => {
  const {run, server} = await open(t);
  server.answer((request, response) => response.status(500).json({}));
  const attempt = sync => new Promise(resolve => {
    const Row = Backbone.Model.extend({urlRoot: '/api/rows', ...sync}), row = new Row({id: 1}), log = inside.log(row);
    let promise;
    const options = inside.callbacks(log, {complete: () => resolve([log, promise.state()])});
    promise = row.fetch(options);
    promise.fail((request, text, error) => log.push(`fail ${request.status} ${text} ${error}`));
  });
  const plain = await run(attempt, {});
  assert.deepEqual(await run(`(${attempt})({sync: Backbone.cachingSync(Backbone.sync, 'test')})`), plain);
  assert.deepEqual(plain[1], 'rejected');
});

// 3.8

test('3.8 the cache follows the answer: new rows, changed rows, and none for rows that have left', async t => {
  const {run, server} = await open(t, {...stale, '9-_burry_test': '{"id":9}', '__ids__-_burry_test': '[9,1]', '__ids__-_burry_exp_test': '99999999'});
  server.answer((request, response) => response.json([peru, norway]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes();
    await inside.fetch(new Rows());
    return inside.records();
  }), {
    // In no list, so it has left none.
    '2-_burry_test': JSON.stringify(chile),
    '1-_burry_test': JSON.stringify(norway), '3-_burry_test': JSON.stringify(peru), '__ids__-_burry_test': '[3,1]'
  });
});

test('3.8 an empty answer leaves an empty list, which is a hit', async t => {
  const {run, server} = await open(t, cached);
  server.answer((request, response) => response.json([]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes();
    await inside.fetch(new Rows());
    const rows = new Rows([{id: 1}]);
    return [inside.records(), rows.fetch().state(), rows.length];
  }), [{'__ids__-_burry_test': '[]'}, 'resolved', 0]);
});

test('3.8 rows without an id do not stand in the cache', async t => {
  const {run, server} = await open(t);
  server.answer((request, response) => response.json([{name: 'nobody'}, norway, {id: null}, {id: {}}]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), rows = new Rows();
    await inside.fetch(rows);
    return [rows.length, inside.records()];
  }), [4, {'1-_burry_test': JSON.stringify(norway)}]);
});

test('3.9 a list of rows without an id is a miss, which takes nothing out of the collection', async t => {
  const {run, server} = await open(t, {});
  server.answer((request, response) => response.json([{name: 'red'}, {name: 'blue'}]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), rows = new Rows();
    await inside.fetch(rows);
    const request = rows.fetch(), seen = [request.state(), rows.length];
    await request.then(data => seen.push(data.length));
    return seen;
  }), ['pending', 2, 2]);
});

test('3.10 fetch({remove: false}) of a query does not take the rest of the collection into its list', async t => {
  const {run, server} = await open(t, {});
  server.answer((request, response) => response.json(request.query.page === '2' ? [peru] : [norway, chile]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), rows = new Rows(), again = new Rows();
    await inside.fetch(rows, {remove: false, data: {page: 1}});
    await inside.fetch(rows, {remove: false, data: {page: 2}});
    await inside.fetch(again, {remove: false, data: {page: 2}});
    return [rows.pluck('id'), again.pluck('id'), localStorage.getItem('__ids__?page=2-_burry_test')];
  }), [[1, 2, 3], [3], '[3]']);
});

test('3.3 a sync that is decorated already is decorated anew: the server phase arrives', async t => {
  const {run} = await open(t, {'1-_burry_test': '{"id":1,"name":"Norge"}', '1-_burry_': '{"id":1,"name":"Noreg"}'});
  assert.deepEqual(await run(async () => {
    Backbone.sync = Backbone.cachingSync(Backbone.sync);
    const {Row} = inside.classes(), row = new Row({id: 1}), log = inside.log(row);
    await inside.fetch(row);
    return [row.get('name'), log.filter(name => name.startsWith('sync')), inside.records()];
  }), ['Norway', ['sync cached', 'sync server'], {'1-_burry_test': JSON.stringify(norway), '1-_burry_': '{"id":1,"name":"Noreg"}'}]);
});

test('9.4 a row whose id is the name of a list, or of their index, does not cover it', async t => {
  const {run, server} = await open(t, cached);
  server.answer((request, response) => response.json(request.query.odd
    ? [{id: '__ids__?'}, {id: '__ids__'}, {id: '__ids__?page=1'}] : [norway]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes();
    await inside.fetch(new Rows(), {data: {page: 1}});
    await inside.fetch(new Rows(), {data: {odd: 1}});
    return ['__ids__?', '__ids__', '__ids__?page=1'].map(name => localStorage.getItem(name + '-_burry_test'));
  }), ['["__ids__?page=1","__ids__?odd=1"]', '[1,2]', '[1]']);
});

test('3.8 rows that validation refuses do not stand in the cache', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({model: {validate: attributes => attributes.id === 1 ? 'refused' : undefined}}), rows = new Rows();
    await inside.fetch(rows, {validate: true});
    return [rows.pluck('id'), inside.records()];
  }), [[2], {'2-_burry_test': JSON.stringify(chile), '__ids__-_burry_test': '[2]'}]);
});

test('3.8 an answer that the model refuses is not cached', async t => {
  const {run} = await open(t, stale);
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({model: {validate: attributes => attributes.name === 'Norway' ? 'refused' : undefined}});
    const row = new Row({id: 1});
    await inside.fetch(row, {validate: true});
    return [row.get('name'), localStorage.getItem('1-_burry_test')];
  }), ['Norge', stale['1-_burry_test']]);
});

test('3.8 unsaved local edits are not written as if they came from the server', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(async () => {
    const {Rows, Row} = inside.classes(), rows = new Rows([{id: 1, local: 'edit'}, {id: 2, name: 'edited'}]);
    await inside.fetch(rows, {merge: false});
    const list = inside.records();
    localStorage.clear();
    const row = new Row({id: 1, local: 'edit'});
    await inside.fetch(row);
    return [rows.at(1).get('name'), list, row.get('local'), inside.records()];
  }), ['edited', cached, 'edit', {'1-_burry_test': JSON.stringify(norway)}]);
});

test('3.8 an edit that a handler makes on the way is not written either', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes(), row = new Row({id: 1});
    row.on('change:name', () => row.set('seen', true));
    await inside.fetch(row);
    return [row.get('seen'), inside.records()];
  }), [true, {'1-_burry_test': JSON.stringify(norway)}]);
});

test('3.8 records are the bytes of the answer: order of members, spelling, lone surrogates', async t => {
  const {run, server} = await open(t);
  const text = '{"z":1e-7,"id":1,"a":[1.0,{"b":null}],"s":"\\ud800","é":"\\u2028"}';
  server.answer((request, response) => response.type('json').send(`[${text}]`));
  const [stored, spelled] = await run(async text => {
    const {Rows} = inside.classes();
    await inside.fetch(new Rows());
    return [localStorage.getItem('1-_burry_test'), JSON.stringify(JSON.parse(text))];
  }, text);
  assert.equal(stored, spelled);
  assert.equal(stored, '{"z":1e-7,"id":1,"a":[1,{"b":null}],"s":"\\ud800","é":"\u2028"}');
});

test('2.4 ids in the list stay as they are in the models', async t => {
  const {run, server} = await open(t);
  server.answer((request, response) => response.json([{id: '1'}, {id: 2}, {id: 1e21}, {id: 0.1}, {id: -3}, {id: 'a"b\n'}]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes();
    await inside.fetch(new Rows());
    const rows = new Rows(), state = rows.fetch().state();
    return [localStorage.getItem('__ids__-_burry_test'), state, rows.pluck('id')];
  }), ['["1",2,1e+21,0.1,-3,"a\\"b\\n"]', 'resolved', ['1', 2, 1e21, 0.1, -3, 'a"b\n']]);
});

// 3.9

const broken = {
  'is missing': null,
  'is no JSON': '{"id":1',
  'is empty': '',
  'is null': 'null',
  'is a number': '1',
  'is an array': '[{"id":1}]',
  'is a text': '"1"',
  'is of another id': '{"id":2,"name":"Chile"}',
  'has no id': '{"name":"Norway"}'
};
for (const [what, text] of Object.entries(broken)) {
  test(`3.9 a list with a row whose record ${what} is a miss, and the server mends it`, async t => {
    const {run, errors} = await open(t, cached);
    assert.deepEqual(await run(async text => {
      if (text === null) localStorage.removeItem('1-_burry_test');
      else localStorage.setItem('1-_burry_test', text);
      const {Rows} = inside.classes(), rows = new Rows(), log = inside.log(rows), states = [];
      await inside.until(given => { states.push(rows.fetch(given).state()); });
      return [states, log, inside.records()];
    }, text), [['pending'], ['request', 'add', 'add', 'sort', 'update', 'sync server'], cached]);
    assert.deepEqual(errors, []);
  });
}

test('3.9 a list with a row that has expired is a miss', async t => {
  const {run} = await open(t, {...cached, '2-_burry_exp_test': '1'});
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), rows = new Rows(), states = [];
    await inside.until(given => { states.push(rows.fetch(given).state()); });
    return [states, inside.records()];
  }), [['pending'], cached]);
});

test('3.9 a list that has expired is a miss', async t => {
  const {run} = await open(t, {...cached, '__ids__-_burry_exp_test': '1'});
  assert.equal(await run(() => new (inside.classes().Rows)().fetch().state()), 'pending');
});

test('3.9 a record that is corrupt or has expired is a miss for a model', async t => {
  const {run} = await open(t);
  // One of another id is a hit: so is `/users/me` (3.1).
  const texts = Object.values(broken).filter(text => ![null, broken['has no id'], broken['is of another id']].includes(text));
  assert.deepEqual(await run(texts => {
    const {Row} = inside.classes({wrapped: inside.wrapped()});
    const state = records => {
      localStorage.clear();
      inside.put(records);
      return new Row({id: 1}).fetch().state();
    };
    return [...texts.map(text => state({'1-_burry_test': text})), state({'1-_burry_test': '{"id":1}', '1-_burry_exp_test': '1'}),
      state({'1-_burry_test': '{"id":1}', '1-_burry_exp_test': 'soon'})];
  }, texts), Array(texts.length + 2).fill('pending'));
});

// 3.11

test('3.11 fetch({remove: false}) stores the ids of the whole collection, and gives the others a record', async t => {
  const {run} = await open(t, {'3-_burry_test': '{"id":3,"name":"server"}', '__ids__-_burry_test': '[3]'});
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), rows = new Rows([{id: 3, name: 'local'}, {id: 4, name: 'Mali'}, {name: 'unsaved'}]);
    await inside.fetch(rows, {remove: false});
    return [rows.pluck('id'), inside.records()];
  }), [[3, 4, null, 1, 2], {
    '1-_burry_test': JSON.stringify(norway), '2-_burry_test': JSON.stringify(chile),
    '3-_burry_test': '{"id":3,"name":"server"}', '4-_burry_test': '{"id":4,"name":"Mali"}',
    '__ids__-_burry_test': '[3,4,1,2]'
  }]);
});

test('3.11 fetch({remove: false}) follows the order of a sorted collection', async t => {
  const {run} = await open(t);
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({collection: {comparator: 'name'}}), rows = new Rows([{id: 4, name: 'Mali'}]);
    await inside.fetch(rows, {remove: false});
    return [rows.pluck('name'), localStorage.getItem('__ids__-_burry_test')];
  }), [['Chile', 'Mali', 'Norway'], '[2,4,1]']);
});

// 2.7

test('2.7 localStorage.clear() is seen by the next call', async t => {
  const {run} = await open(t, cached);
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes(), states = [];
    const state = object => states.push(object.fetch().state());
    state(new Rows()), state(new Row({id: 1}));
    localStorage.clear();
    state(new Rows()), state(new Row({id: 1}));
    await inside.fetch(new Rows());
    state(new Rows()), state(new Row({id: 1}));
    return states;
  }), ['resolved', 'resolved', 'pending', 'pending', 'resolved', 'resolved']);
});

test('2.7 what somebody else has written is seen by the next call', async t => {
  const {run, server} = await open(t, cached);
  server.hold();
  assert.deepEqual(await run(() => {
    const {Row} = inside.classes(), seen = [];
    const name = () => {
      const row = new Row({id: 1});
      row.fetch();
      seen.push(row.get('name'));
    };
    name();
    new Burry.Store('test').set('1', {id: 1, name: 'Norge'});
    name();
    localStorage.setItem('1-_burry_test', '{"id":1,"name":"Noreg"}');
    name();
    return seen;
  }), ['Norway', 'Norge', 'Noreg']);
});

test('2.7 another tab on the same origin reads the same cache', async t => {
  const first = await open(t);
  const second = await openInside(t, {server: first.server, context: first.context});
  await first.run(async () => { await inside.fetch(new (inside.classes().Rows)()); });
  // It comes to the other tab's process a moment later, the list last.
  await second.page.waitForFunction(() => localStorage.getItem('__ids__-_burry_test') !== null, {polling: 5});
  assert.deepEqual(await second.run(() => {
    const rows = new (inside.classes().Rows)(), state = rows.fetch().state();
    return [state, rows.pluck('name')];
  }), ['resolved', ['Norway', 'Chile']]);
});

test('3.3 after a reload the list is there before the server has answered', async t => {
  const {run, page, server} = await open(t);
  await run(async () => { await inside.fetch(new (inside.classes().Rows)()); });
  await page.reload();
  server.hold();
  assert.deepEqual(await run(() => {
    const rows = new (inside.classes().Rows)(), state = rows.fetch().state();
    return [state, rows.pluck('name')];
  }), ['resolved', ['Norway', 'Chile']]);
});
