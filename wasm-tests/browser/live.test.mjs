// What one tab does, another one is told, and shows (contract 13): two tabs of one
// browser, each with its own process.

import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {unless} from './engines/index.mjs';
import {openInside} from './inside.mjs';
import {offlinePage} from './server.mjs';
import {answerByName, defineCalls, openBeside, sharePage} from './shared.mjs';

const rows = [{id: 1, name: 'Norway', size: 5}, {id: 2, name: 'Chile', size: 19}, {id: 3, name: 'Peru', size: 34}];
const data = {rows};
// `there` does something, `here` hears of it.
const there = sharePage(data, {scripts: offlinePage}), here = {};

// All that was written there until now has been told here: events come in their order.
let marks = 0;
async function meet() {
  const mark = String(++marks);
  await there.run(mark => localStorage.setItem('mark', mark), mark);
  await here.page.waitForFunction(mark => window.heard === mark, {polling: 5}, mark);
}
// In the page. options: of the decorator.
function prepareTab(options) {
  addEventListener('storage', ({key, newValue}) => { if (key === 'mark') window.heard = newValue; });
  window.classes = inside.classes({ttl: options});
  // What sync.cache has fired.
  window.fired = [];
  window.hear = () => classes.sync.cache.on('all', (...event) => fired.push(event));
  window.takeFired = () => fired.splice(0);
  // What an object fires, with the attributes that have changed: those of other tabs only.
  window.listen = object => {
    const log = [];
    object.on('all', (name, ...args) => {
      const options = args[args.length - 1];
      log.push(name + (options && options.fromTab && options.fromCache ? ' fromTab' : ''));
    });
    return log;
  };
  window.held = rows => rows.map(row => `${row.id} ${row.get('name')}`);
}
async function begin(options = {live: true}) {
  await there.run(prepareTab, {});
  await here.run(prepareTab, options);
  await there.run(() => inside.fetch(new classes.Rows()));
  await meet();
}
beforeEach(async t => {
  there.server.answer(null);
  Object.assign(here, await openBeside(t, there, {scripts: offlinePage}));
});
const fetchHere = () => here.run(async () => {
  window.rows = new classes.Rows();
  await inside.fetch(rows);
  window.log = listen(rows);
});
const eventsHere = async () => {
  await meet();
  return here.run(() => takeFired());
};

test('13.1 create, edit and delete are told by their events, without `live`', async () => {
  await begin({});
  await here.run(() => hear());
  await there.run(() => inside.create(new classes.Rows(), {name: 'Mali'}));
  assert.deepEqual(await eventsHere(), [['change', 4, {name: 'Mali', id: 4}], ['list', [1, 2, 3, 4]]]);
  await there.run(() => inside.save(new classes.Row({id: 2, name: 'Chile', size: 19}), {name: 'edited'}));
  assert.deepEqual(await eventsHere(), [['change', 2, {id: 2, name: 'edited', size: 19}]]);
  await there.run(() => inside.destroy(new classes.Row({id: 1})));
  assert.deepEqual(await eventsHere(), [['remove', 1], ['list', [2, 3, 4]]]);
  await there.run(() => classes.sync.cache.remove(3));
  assert.deepEqual(await eventsHere(), [['remove', 3], ['list', [2, 4]]]);
});

test('13.1 each decorator of the namespace fires, and `off` ends it', async () => {
  await begin({});
  await here.run(() => {
    hear();
    const {cache} = inside.classes().sync;
    cache.on('remove', id => fired.push(['second', id]));
    inside.classes({ns: 'another'}).sync.cache.on('all', name => fired.push(['another', name]));
  });
  await there.run(() => classes.sync.cache.remove(3));
  assert.deepEqual(await eventsHere(), [['remove', 3], ['second', 3], ['list', [1, 2]]]);
  await here.run(() => classes.sync.cache.off());
  await there.run(() => classes.sync.cache.remove(2));
  assert.deepEqual(await eventsHere(), [['second', 2]]);
});

for (const [what, clear] of Object.entries({
  'sync.cache.clear()': () => classes.sync.cache.clear(),
  'Backbone.cachingSync.clear(), as at a sign-out': () => Backbone.cachingSync.clear(),
  'Burry.Store.flush()': () => classes.sync.cache.store.flush(),
  'localStorage.clear()': () => localStorage.clear()
})) {
  test(`13.1 ${what} is told by one \`clear\`, and models stay as they are`, async () => {
    await begin();
    await fetchHere();
    await here.run(() => hear());
    await there.run(clear);
    assert.deepEqual(await eventsHere(), [['clear']]);
    assert.deepEqual(await here.run(() => [held(rows).length, log, inside.records()]), [3, [], {mark: String(marks)}]);
    // A second one changes nothing, and is not told.
    await there.run(() => Backbone.cachingSync.clear());
    assert.deepEqual(await eventsHere(), []);
    await there.run(() => inside.fetch(new classes.Row({id: 1})));
    assert.deepEqual(await eventsHere(), [['change', 1, {id: 1, name: 'Norway', size: 5}]]);
    assert.deepEqual([here.errors, there.errors], [[], []]);
  });
}

test('13.1 a clear while storage is full is told, too', async () => {
  await begin();
  await here.run(() => hear());
  await there.run(() => inside.fillToBrim());
  await there.run(() => classes.sync.cache.clear());
  await there.run(() => inside.freeSpace());
  assert.deepEqual((await eventsHere()).filter(([name]) => name === 'clear'), [['clear']]);
});

test('13.1 a revalidation that changes nothing is not told', async () => {
  await begin();
  await fetchHere();
  await here.run(() => hear());
  await there.run(() => inside.fetch(new classes.Rows()));
  await there.run(() => inside.fetch(new classes.Row({id: 1})));
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {}));
  assert.deepEqual(await eventsHere(), []);
  assert.deepEqual(await here.run(() => log), []);
});

test('13.1 an expired record is told when it has been fetched again', async () => {
  await there.run(prepareTab, {ttl: 10});
  await here.run(prepareTab, {ttl: 10, live: true});
  await there.run(() => inside.fetch(new classes.Rows()));
  await meet();
  await here.run(() => hear());
  await there.run(() => {
    for (const id of [1, 2, 3, '__ids__']) localStorage.setItem(`${id}-_burry_exp_test`, '1');
  });
  assert.deepEqual(await eventsHere(), []);
  there.server.database.get('rows').find({id: 1}).assign({name: 'renamed'}).value();
  await there.run(() => inside.fetch(new classes.Rows()));
  assert.deepEqual(await eventsHere(), [['change', 1, {id: 1, name: 'renamed', size: 5}]]);
});

test('13.1, 9.3 rubbish fires nothing, and breaks nothing', async () => {
  await begin();
  await fetchHere();
  await here.run(() => hear());
  await there.run(() => {
    for (const text of ['', '{', '7', '[]', 'null', '{"_burry_":1} ', '{"id":1,"_burry_":[]} ', '\u0000']) localStorage.setItem('1-_burry_test', text);
    for (const text of ['', '{', '{}', '[{}]', '[null]']) localStorage.setItem('__ids__-_burry_test', text);
    for (const key of ['x', '-_burry_', 'a-_burry_other', '_burry_stores_', '1-_burry_exp_test', '__ids__?-_burry_test', '__ids__?#-_burry_test']) {
      localStorage.setItem(key, 'rubbish');
    }
  });
  assert.deepEqual(await eventsHere(), []);
  assert.deepEqual(await here.run(() => [held(rows), log]), [['1 Norway', '2 Chile', '3 Peru'], []]);
  assert.deepEqual(here.errors, []);
});

test('13.3 an event that storage has moved on from is ignored, and one of sessionStorage', async () => {
  await begin();
  await fetchHere();
  assert.deepEqual(await here.run(() => {
    hear();
    const send = (key, oldValue, newValue, storageArea = localStorage) =>
      dispatchEvent(new StorageEvent('storage', {key, oldValue, newValue, storageArea}));
    send('1-_burry_test', null, '{"id":1,"name":"old"}');
    send('1-_burry_test', inside.record(1), null);
    send('__ids__-_burry_test', '[1,2,3]', '[1]');
    send('__ids__-_burry_test', '[1,2,3]', null);
    send(null, null, null);
    send('5-_burry_test', '{"id":5}', null, sessionStorage);
    return [fired, log, held(rows).length];
  }), [[], [], 3]);
});

test('13.1 an event that a page makes itself, without a key, tells nothing of an empty namespace', async () => {
  await begin({});
  assert.deepEqual(await here.run(() => {
    hear();
    localStorage.clear();
    dispatchEvent(new Event('storage'));
    dispatchEvent(new StorageEvent('storage', {key: '', newValue: 'under an empty key', storageArea: localStorage}));
    const ofPage = takeFired();
    dispatchEvent(new StorageEvent('storage', {key: null, storageArea: localStorage}));
    return [ofPage, takeFired()];
  }), [[], [['clear']]]);
});

test('13.1, 9.1 storage that is forbidden, or full, when another tab writes: nothing throws, and full is heard', async () => {
  await begin();
  await fetchHere();
  await here.run(() => {
    hear();
    const forbid = () => { throw new DOMException('no', 'SecurityError'); };
    window.getStorage = Object.getOwnPropertyDescriptor(window, 'localStorage');
    Object.defineProperty(window, 'localStorage', {configurable: true, get: forbid});
    // Compiled code of WebKit's goes on to read the property that was there.
    window.getItem = Storage.prototype.getItem;
    Storage.prototype.getItem = forbid;
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'unheard'}));
  assert.deepEqual(await eventsHere(), []);
  await here.run(() => {
    Object.defineProperty(window, 'localStorage', getStorage);
    Storage.prototype.getItem = getItem;
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'unheard', size: 5}), {name: 'edited'}));
  assert.deepEqual(await eventsHere(), [['change', 1, {id: 1, name: 'edited', size: 5}]]);
  assert.deepEqual(await here.run(() => held(rows)), ['1 edited', '2 Chile', '3 Peru']);
  assert.deepEqual(here.errors, []);
});

test('13.1 a handler of sync.cache that throws: those of other decorators are told, too', async () => {
  await begin({});
  await here.run(() => {
    classes.sync.cache.on('remove', () => { throw new Error('of the page'); });
    const second = inside.classes().sync.cache;
    second.on('all', (...event) => fired.push(event));
  });
  await there.run(() => classes.sync.cache.remove(3));
  assert.deepEqual(await eventsHere(), [['remove', 3], ['list', [1, 2]]]);
  assert.deepEqual(here.errors.map(text => text.split('\n')[0]), ['of the page']);
});

test('13.1, 13.2 decorators of one namespace have their own `live`, whose models are told alone', async () => {
  await begin({live: true});
  await here.run(async () => {
    const plain = inside.classes(), other = inside.classes({ns: 'another', ttl: {live: true}});
    window.all = [new classes.Row({id: 1}), new plain.Row({id: 1}), new other.Row({id: 1})];
    for (const model of all) await inside.fetch(model);
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'edited'}));
  await meet();
  assert.deepEqual(await here.run(() => all.map(model => model.get('name'))), ['edited', 'Norway', 'Norway']);
});

test('13.2 an own modelId, and an id that is spelled like a cid, or like a member of every object', async () => {
  await begin({live: true});
  await here.run(async () => {
    window.rows = new (classes.Rows.extend({modelId: ({id}) => id}))();
    await inside.fetch(rows);
    window.log = listen(rows);
  });
  await there.run(() => {
    for (const id of [window.heard, 'c1', '__proto__', 'constructor', '']) {
      localStorage.setItem(`${id}-_burry_test`, JSON.stringify({id, name: 'not of these rows'}));
    }
    localStorage.setItem('2-_burry_test', '{"id":2,"name":"edited","size":19}');
  });
  await here.run(() => localStorage.setItem(`${rows.at(0).cid}-_burry_test`, ''));
  const cid = await here.run(() => rows.at(0).cid);
  await there.run(cid => localStorage.setItem(`${cid}-_burry_test`, JSON.stringify({id: cid, name: 'not of these rows'})), cid);
  await meet();
  assert.deepEqual(await here.run(() => [held(rows), log]), [['1 Norway', '2 edited', '3 Peru'], ['change:name fromTab', 'change fromTab']]);
  assert.deepEqual(here.errors, []);
});

test('13.2 a sign-out and another user: the rows of the former leave with the list of the next', async () => {
  await begin();
  await fetchHere();
  await there.run(() => Backbone.cachingSync.clear());
  const mine = [{id: 2, name: 'of the next', size: 1}, {id: 7, name: 'new', size: 2}];
  there.server.database.setState({rows: structuredClone(mine)});
  await there.run(() => inside.fetch(new classes.Rows()));
  await meet();
  assert.deepEqual(await here.run(() => rows.toJSON()), mine);
});

test('13.2 Backbone 1.1 and jQuery 1.12, as pages of those years have them', async t => {
  await begin();
  const old = await openInside(t, {server: there.server, context: there.context, prepare: defineCalls,
    scripts: ['jquery-1.12', 'underscore', 'backbone-1.1', 'offline']});
  await old.run(prepareTab, {live: true});
  await old.run(async () => {
    window.rows = new classes.Rows();
    await inside.fetch(rows);
    rows.get(3).set('size', 1);
    rows.add({name: 'draft'}, {at: 0});
    hear();
  });
  await there.run(() => inside.create(new classes.Rows(), {name: 'Mali'}));
  await there.run(() => inside.destroy(new classes.Row({id: 1})));
  await there.run(() => inside.save(new classes.Row({id: 3, name: 'Peru', size: 34}), {name: 'edited'}));
  await there.run(() => localStorage.setItem('__ids__-_burry_test', '[4,3,2]'));
  // An order that is gone again before the tab hears of it is not taken.
  await old.page.waitForFunction(() => held(rows)[1] === '4 Mali', {polling: 5});
  await there.run(() => classes.sync.cache.clear());
  await old.page.waitForFunction(() => fired.some(([name]) => name === 'clear'), {polling: 5});
  assert.deepEqual(await old.run(() => [held(rows), rows.get(3).get('size')]), [['undefined draft', '4 Mali', '3 edited', '2 Chile'], 1]);
  assert.deepEqual(old.errors, []);
  await old.page.close();
});

test('13.2 a comparator orders a live collection, and `model` may be a function', async () => {
  await begin();
  await here.run(async () => {
    const {Row} = classes, Rows = classes.Rows.extend({comparator: 'name', model: function (attributes, options) { return new Row(attributes, options); }});
    window.rows = new Rows();
    await inside.fetch(rows);
  });
  await there.run(() => inside.create(new classes.Rows(), {name: 'Mali'}));
  await there.run(() => inside.destroy(new classes.Row({id: 3})));
  await meet();
  assert.deepEqual(await here.run(() => held(rows)), ['2 Chile', '4 Mali', '1 Norway']);
  assert.deepEqual(here.errors, []);
});

test('13.3 of many changes in one turn the last one is told, and models take all of them', async () => {
  await begin();
  await fetchHere();
  await here.run(() => {
    hear();
    rows.get(1).set('size', 7);
  });
  await there.run(() => {
    for (let i = 0; i < 20; i++) localStorage.setItem('1-_burry_test', JSON.stringify({id: 1, name: i ? 'renamed' : 'first', size: 5, i}));
  });
  const events = await eventsHere();
  assert.deepEqual(events[events.length - 1], ['change', 1, {id: 1, name: 'renamed', size: 5, i: 19}]);
  assert.deepEqual(await here.run(() => rows.get(1).attributes), {id: 1, name: 'renamed', size: 7, i: 19});
});

test('13.2 live: a collection takes what was created, edited and deleted, in the order of its list', async () => {
  await begin();
  await fetchHere();
  await there.run(() => inside.create(new classes.Rows(), {name: 'Mali'}));
  await meet();
  assert.deepEqual(await here.run(() => [held(rows), log.splice(0)]), [['1 Norway', '2 Chile', '3 Peru', '4 Mali'], ['add fromTab', 'sort fromTab', 'update fromTab']]);
  await there.run(() => inside.save(new classes.Row({id: 2, name: 'Chile', size: 19}), {name: 'edited'}));
  await meet();
  assert.deepEqual(await here.run(() => [held(rows), log.splice(0)]), [['1 Norway', '2 edited', '3 Peru', '4 Mali'], ['change:name fromTab', 'change fromTab']]);
  await there.run(() => inside.destroy(new classes.Row({id: 1})));
  await meet();
  assert.deepEqual(await here.run(() => [held(rows), log.splice(0)]), [['2 edited', '3 Peru', '4 Mali'], ['remove fromTab', 'update fromTab']]);
  await there.run(() => localStorage.setItem('__ids__-_burry_test', '[4,3,2]'));
  await meet();
  assert.deepEqual(await here.run(() => held(rows)), ['4 Mali', '3 Peru', '2 edited']);
  assert.deepEqual([here.errors, there.errors], [[], []]);
});

test('13.2 live: a model alone, a singleton, and one that was read under another id', async () => {
  there.server.answer((request, response, next) => {
    if (/session|me$/.test(request.path) && request.method === 'GET') return response.json({id: 42, name: window_name()});
    next();
  });
  let name = 'one';
  const window_name = () => name;
  await begin();
  await here.run(async () => {
    window.models = [new classes.Row({id: 1}), new classes.Row({id: 'me'}), new (classes.Row.extend({url: '/api/session'}))()];
    for (const model of models) await inside.fetch(model);
    window.logs = models.map(listen);
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'edited'}));
  name = 'two';
  await there.run(() => inside.fetch(new classes.Row({id: 'me'})));
  await there.run(() => inside.fetch(new (classes.Row.extend({url: '/api/session'}))()));
  await meet();
  assert.deepEqual(await here.run(() => [models.map(model => model.get('name')), logs]), [
    ['edited', 'two', 'two'], Array(3).fill(['change:name fromTab', 'change fromTab'])
  ]);
  // Deleted: the model is where it was.
  await there.run(() => inside.destroy(new classes.Row({id: 1})));
  await meet();
  assert.deepEqual(await here.run(() => [models[0].attributes, logs[0].length]), [{id: 1, name: 'edited', size: 5}, 2]);
});

test('13.2 what is edited in a form stays, while another attribute changes', async () => {
  await begin();
  await fetchHere();
  await here.run(() => {
    rows.get(2).set('name', 'typed');
    rows.add({name: 'draft'}, {at: 0});
    rows.add({id: 'own', name: 'unsaved'});
    log.length = 0;
  });
  await there.run(() => inside.save(new classes.Row({id: 2, name: 'Chile', size: 19}), {size: 20, note: 'new'}));
  await meet();
  assert.deepEqual(await here.run(() => [rows.get(2).attributes, log.splice(0)]), [
    {id: 2, name: 'typed', size: 20, note: 'new'}, ['change:size fromTab', 'change:note fromTab', 'change fromTab']
  ]);
  await there.run(() => inside.create(new classes.Rows(), {name: 'Mali'}));
  await there.run(() => inside.destroy(new classes.Row({id: 1})));
  await meet();
  assert.deepEqual(await here.run(() => held(rows)), ['undefined draft', '2 typed', '3 Peru', '4 Mali', 'own unsaved']);
  // Cleared and fetched again, it stays as well: and an attribute that is gone goes.
  there.server.database.get('rows').find({id: 2}).unset('note').value();
  await there.run(async () => {
    classes.sync.cache.clear();
    await inside.fetch(new classes.Rows());
  });
  await meet();
  assert.deepEqual(await here.run(() => rows.get(2).attributes), {id: 2, name: 'typed', size: 20});
  await there.run(() => localStorage.setItem('2-_burry_test', '{"id":2,"name":"Chile"}'));
  await meet();
  assert.deepEqual(await here.run(() => rows.get(2).attributes), {id: 2, name: 'typed'});
});

test('13.2 a write that is pending here is not overwritten', async () => {
  answerByName(there.server);
  await begin();
  await fetchHere();
  await here.run(() => {
    inside.send('save', given => rows.get(1).save({name: 'mine'}, given));
    inside.send('destroy', given => rows.get(2).destroy(given));
    inside.send('create', given => rows.create({name: 'mine'}, given));
  });
  await there.run(() => {
    localStorage.setItem('1-_burry_test', '{"id":1,"name":"theirs","size":6}');
    localStorage.setItem('__ids__-_burry_test', '[1,3,2]');
  });
  await meet();
  assert.deepEqual(await here.run(() => held(rows)), ['1 mine', '3 Peru', 'undefined mine']);
  await here.run(async () => {
    await inside.answer('save', 200, {});
    await inside.answer('destroy', 200, {});
    await inside.answer('create', 201, {id: 9});
  });
  assert.deepEqual(await here.run(() => held(rows)), ['1 mine', '3 Peru', '9 mine']);
  assert.deepEqual(here.errors, []);
});

test('13.2 no echo: what comes from another tab is not written, sent or told again', async () => {
  await begin();
  await fetchHere();
  await here.run(() => {
    hear();
    window.counts = inside.countStorage();
  });
  await there.run(prepareTab, {live: true});
  await there.run(async () => {
    window.rows = new classes.Rows();
    await inside.fetch(rows);
    hear();
  });
  there.server.requests.length = 0;
  await there.run(() => inside.create(rows, {name: 'Mali'}));
  await there.run(() => inside.save(rows.get(1), {name: 'edited'}));
  await there.run(() => inside.destroy(rows.get(2)));
  await there.run(() => classes.sync.cache.clear());
  await meet();
  assert.deepEqual(await here.run(() => [counts.setItem, counts.removeItem]), [0, 0]);
  assert.deepEqual(there.server.requests.map(({method}) => method), ['POST', 'PUT', 'DELETE']);
  await here.run(() => localStorage.setItem('mark', 'back'));
  await there.page.waitForFunction(() => window.heard === 'back', {polling: 5});
  assert.deepEqual(await there.run(() => takeFired()), []);
});

test('13.2 a query has its own list, and pages in one collection do not push each other out', async () => {
  await begin();
  await here.run(async () => {
    window.big = new classes.Rows();
    await inside.fetch(big, {data: {size_gte: 10}});
    window.pages = new classes.Rows();
    await inside.fetch(pages, {data: {_page: 1, _limit: 2}});
    await inside.fetch(pages, {data: {_page: 2, _limit: 2}, remove: false});
    window.turned = new classes.Rows();
    await inside.fetch(turned, {data: {_page: 2, _limit: 2}});
    await inside.fetch(turned, {data: {_page: 1, _limit: 2}});
  });
  await there.run(() => inside.create(new classes.Rows(), {name: 'Mali', size: 12}));
  const refetch = () => there.run(async () => {
    await inside.fetch(new classes.Rows(), {data: {size_gte: 10}});
    for (const page of [1, 2]) await inside.fetch(new classes.Rows(), {data: {_page: page, _limit: 2}});
  });
  await refetch();
  await meet();
  const look = () => here.run(() => [held(big), held(pages), held(turned)]);
  assert.deepEqual(await look(), [['2 Chile', '3 Peru', '4 Mali'], ['1 Norway', '2 Chile', '3 Peru', '4 Mali'], ['1 Norway', '2 Chile']]);
  await there.run(() => inside.destroy(new classes.Row({id: 1})));
  await refetch();
  await meet();
  assert.deepEqual(await look(), [['2 Chile', '3 Peru', '4 Mali'], ['2 Chile', '3 Peru', '4 Mali'], ['2 Chile', '3 Peru']]);
});

test('13.2, 6 classes with a `parse` of their own: models, rows, envelopes', async () => {
  there.server.answer((request, response, next) => {
    if (request.method === 'PUT') return response.json({});
    if (request.method !== 'GET' || request.path !== '/rows') return next();
    const items = there.server.database.get('rows').value();
    response.json({items, total: items.length});
  });
  const define = given => {
    addEventListener('storage', ({key, newValue}) => { if (key === 'mark') window.heard = newValue; });
    window.held = rows => rows.map(row => `${row.id} ${row.get('name')}`);
    window.parsed = 0;
    window.classes = inside.classes({
      ttl: given,
      model: {parse({name, ...row}) {
        window.parsed++;
        // An empty answer to a save.
        return name === undefined ? row : {...row, name: name.toUpperCase(), seen: new Date(row.size)};
      }},
      collection: {parse({items, total}) {
        this.total = total;
        return items;
      }}
    });
  };
  await there.run(define, {});
  await here.run(define, {live: true});
  await there.run(() => inside.fetch(new classes.Rows()));
  await meet();
  await here.run(async () => {
    window.rows = new classes.Rows();
    await inside.fetch(rows);
    window.fired = [];
    classes.sync.cache.on('change', (...event) => fired.push(event));
    rows.get(3).set('size', 1);
    window.parsed = 0;
  });
  await there.run(() => inside.create(new classes.Rows(), {name: 'Mali', size: 12}));
  await there.run(() => inside.fetch(new classes.Rows()));
  await meet();
  assert.deepEqual(await here.run(() => [held(rows), rows.total, rows.get(4).get('seen').getTime(), rows.get(3).get('size')]),
    [['1 NORWAY', '2 CHILE', '3 PERU', '4 MALI'], 4, 12, 1]);
  there.server.database.get('rows').find({id: 3}).assign({name: 'renamed'}).value();
  await there.run(() => inside.fetch(new classes.Rows()));
  await meet();
  const seen = await here.run(() => {
    const {name, size, seen} = rows.get(3).attributes;
    return [name, size, seen.getTime(), fired.pop()];
  });
  assert.deepEqual(seen, ['RENAMED', 1, 34, [3, {id: 3, name: 'renamed', size: 34}]]);
  // What is written over the row is not given to `parse`.
  await here.run(() => inside.save(rows.get(3), {note: 'mine'}));
  assert.match(await here.run(() => inside.record(3)), /^\{"id":3,"name":"renamed"/);
  await there.run(async () => {
    const row = new classes.Row({id: 3});
    await inside.fetch(row, {fetchPolicy: 'network-only'});
    await inside.save(row, {size: 2});
  });
  await meet();
  assert.deepEqual(await here.run(() => [rows.get(3).get('size'), rows.get(3).has('note'), held(rows).length]), [2, false, 4]);
  assert.deepEqual([here.errors, there.errors], [[], []]);
});

test('13.2 handlers that throw: everybody else is told, and the page hears of the error', async () => {
  await begin();
  await fetchHere();
  await here.run(() => {
    window.other = new classes.Rows();
    window.row = new classes.Row({id: 1});
    return Promise.all([inside.fetch(other), inside.fetch(row)]);
  });
  await here.run(() => {
    hear();
    rows.on('change', () => { throw new Error('of the page'); });
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'edited'}));
  assert.deepEqual((await eventsHere()).length, 1);
  assert.deepEqual(await here.run(() => [rows, other].map(one => one.get(1).get('name')).concat(row.get('name'))), ['edited', 'edited', 'edited']);
  assert.deepEqual(here.errors, ['of the page']);
});

test('13.2 `live` of one call', async () => {
  await begin({});
  await here.run(async () => {
    window.models = [new classes.Row({id: 1}), new classes.Row({id: 1})];
    await inside.fetch(models[0], {live: true});
    await inside.fetch(models[1]);
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'edited'}));
  await meet();
  assert.deepEqual(await here.run(() => models.map(model => model.get('name'))), ['edited', 'Norway']);
});

test('13.2 no model is kept alive', {skip: unless('heap')}, async () => {
  await begin();
  await here.run(async () => {
    window.references = [];
    window.kept = new classes.Row({id: 1});
    await inside.fetch(kept);
    for (let i = 0; i < 30; i++) {
      const rows = new classes.Rows(), row = new classes.Row({id: 2});
      await Promise.all([inside.fetch(rows), inside.fetch(row)]);
      references.push(new WeakRef(rows), new WeakRef(row));
    }
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'edited'}));
  await meet();
  const session = await here.page.createCDPSession();
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  const alive = await here.run(() => references.filter(reference => reference.deref()).length);
  assert.ok(alive <= 4, `${alive} of 60`);
  assert.equal(await here.run(() => kept.get('name')), 'edited');
});

test('13.2 where WeakRef is missing `live` does nothing but warn once', async () => {
  await here.run(() => { delete window.WeakRef; });
  await begin();
  await fetchHere();
  await here.run(async () => {
    hear();
    const another = inside.classes({ns: 'another', ttl: {live: true}});
    await inside.fetch(new another.Rows());
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'edited'}));
  assert.deepEqual(await eventsHere(), [['change', 1, {id: 1, name: 'edited', size: 5}]]);
  assert.deepEqual(await here.run(() => held(rows)[0]), '1 Norway');
  assert.deepEqual(here.warnings.map(text => text.includes('WeakRef')), [true]);
  assert.deepEqual(here.errors, []);
});

test('8.5 `live` is checked', async () => {
  assert.equal(await here.run(() => inside.thrown(() => Backbone.cachingSync(Backbone.sync, 'test', {live: 1}))),
    "TypeError: Backbone.cachingSync: option 'live': expected true or false, got 1");
});

test('13 one listener, whatever the number of decorators, which asks nothing of a page that does not listen', async () => {
  await begin({});
  await fetchHere();
  await here.run(() => {
    inside.classes({ns: 'another'});
    window.counts = inside.countStorage();
  });
  await there.run(() => inside.save(new classes.Row({id: 1, name: 'Norway', size: 5}), {name: 'edited'}));
  await meet();
  assert.deepEqual(await here.run(() => counts), {getItem: 0, setItem: 0, removeItem: 0, key: 0});
});

test('13, DESIGN cost 3: of a list that has changed, storage is asked for the rows that have left it alone', async () => {
  await begin();
  await fetchHere();
  await there.run(() => {
    window.list = ids => localStorage.setItem('__ids__-_burry_test', JSON.stringify(ids));
    list([...Array(500).keys()]);
  });
  await meet();
  await here.run(() => {
    hear();
    window.counts = inside.countStorage();
  });
  await there.run(() => list([...Array(499).keys()]));
  assert.deepEqual((await eventsHere()).map(([name, ids]) => [name, ids.length]), [['list', 499]]);
  // The list and its expiry, what left it, the answer beside it; and then a hole: row 0.
  const count = await here.run(() => counts.getItem);
  assert.ok(count <= 12, `${count} times`);
});
