// Lists per query, cacheKey and the handle of a decorator (contract 3.10, 8.4,
// and what read.test.mjs leaves of contract 3.6).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {sharePage} from './shared.mjs';

const rows = [1, 2, 3, 4].map(id => ({id, user: id < 3 ? 1 : 2, page: id % 2 ? 1 : 2}));
const shared = sharePage({rows, session: {user: 'ada'}});
const run = (...args) => shared.run(...args);
const records = Object.fromEntries(rows.map(row => [`${row.id}-_burry_test`, JSON.stringify(row)]));
const recordsOf = (...ids) => Object.fromEntries(ids.map(id => [`${id}-_burry_test`, records[`${id}-_burry_test`]]));

// 3.10

test('3.10 the plain list is for a fetch without data from the static URL', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes();
    for (const data of [undefined, null, '', {}, [], {a: [], b: {}}]) {
      localStorage.clear();
      await inside.fetch(new Rows(), {data});
      if (inside.list() !== '[1,2,3,4]') return data;
    }
    return inside.records();
  }), {...records, '__ids__-_burry_test': '[1,2,3,4]'});
});

test('3.10 a fetch with data has a list under a readable key, and their index is one more record', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes();
    await inside.fetch(new Rows(), {data: {user: 1, page: 2}});
    await inside.fetch(new Rows(), {data: {page: 1}});
    return inside.records();
  }), {
    ...recordsOf(1, 2, 3), '__ids__?page=2&user=1-_burry_test': '[2]', '__ids__?page=1-_burry_test': '[1,3]',
    '__ids__?-_burry_test': '["__ids__?page=2&user=1","__ids__?page=1"]'
  });
});

// Forms of data in which jQuery sends the same parameters, and their list.
const forms = {
  'page=2&user=1': [{user: 1, page: 2}, {page: 2, user: 1}, {page: '2', user: '1'}, 'user=1&page=2', 'page=2&user=1',
    [{name: 'user', value: 1}, {name: 'page', value: '2'}], [{value: 2, name: 'page'}, {value: 1, name: 'user'}]],
  'q=a%20b%26c%3Dd': [{q: 'a b&c=d'}, 'q=a%20b%26c%3Dd', [{name: 'q', value: 'a b&c=d'}]],
  'filter%5Btags%5D%5B%5D=b&filter%5Btags%5D%5B%5D=a&filter%5Buser%5D=1': [{filter: {user: 1, tags: ['b', 'a']}}, {filter: {tags: ['b', 'a'], user: 1}}],
  'a%5B%5D=1&a%5B%5D=2': [{a: [1, 2]}, 'a%5B%5D=1&a%5B%5D=2'],
  'a%5B0%5D%5Bb%5D=1&a%5B1%5D%5B%5D=2': [{a: [{b: 1}, [2]]}],
  'a%5B0%5D%5Bb%5D=1&a%5B1%5D%5Bb%5D=2': [{a: [{b: 1}, {b: 2}]}],
  'a%5Bb%5D=1&a%5Bc%5D%5B%5D=1&a%5Bc%5D%5B%5D=2': [{a: {b: 1, c: [1, 2]}}, {a: {c: [1, 2], b: 1}}],
  'a%5Bname%5D=b&a%5Bvalue%5D=1': [{a: {name: 'b', value: 1}}],
  'a=2&a=1': [[{name: 'a', value: 2}, {name: 'a', value: 1}], 'a=2&a=1'],
  'a=&undefined=1': [[{name: 'a'}, {value: 1}], [{value: '1'}, {name: 'a', value: null}]],
  'b=x%20y%2Fz&c=1.5&d=-_.!~*()': [{d: '-_.!~*()', c: 1.5, b: 'x y/z'}],
  'on=true&q=&since=': [{q: '', on: true, since: null}, [{name: 'since', value: null}, {name: 'on', value: true}, {name: 'q', value: ''}]],
  'q=%C3%A9%F0%9F%98%80': [{q: 'é😀'}]
};
for (const [list, [first, ...others]] of Object.entries(forms)) {
  test(`3.10 whatever the form of the data, and in any order: ${list}`, async () => {
    const {server} = shared;
    const {keys, states, sent} = await run(async (list, forms) => {
      const {Rows} = inside.classes(), states = [], sent = [];
      for (const data of forms) {
        sent.push(typeof data === 'string' ? data : jQuery.param(data));
        await inside.until(options => { states.push(new Rows().fetch({...options, data}).state()); });
      }
      return {keys: Object.keys(inside.records()).filter(key => /^__ids__\?[^-]/.test(key)), states, sent};
    }, list, [first, ...others]);
    assert.deepEqual(keys, [`__ids__?${list}-_burry_test`]);
    // One request, then hits; and the server was asked what the key says.
    assert.deepEqual(states, ['pending', ...others.map(() => 'resolved')]);
    assert.deepEqual(server.requests.map(({path}) => path.slice('/rows?'.length)), sent);
    for (const query of sent) assert.deepEqual(query.split('&').sort(), list.split('&').sort());
  });
}

test('3.10 different data never have one list', async () => {
  const queries = [{a: 1}, {a: '1&b=2'}, {a: 1, b: 2}, {a: [1, 2]}, {a: [2, 1]}, {a: '1,2'}, {a: {0: 1, 1: 2}}, {a: [[1], 2]}, {a: {b: 1}},
    {a: null}, {a: 'null'}, {a: 'undefined'}, {a: 1.5}, {a: 15}, {'': 1}, {a: '1+2'}, {a: '1 2'}, {a: '1%202'}, {A: 1}, {a: 'é'}, {a: 'e\u0301'},
    'a', 'a=1=2', '?', 'b=2;a=1', {'__proto__x': 1}, {b: ['a=1']}, '{"a":1}', '{"a":2}', '{"a":"w&x&y&z"}', '{"a":"w&y&x&z"}', '["w&x&y&z"]', '["w&y&x&z"]',
    '<a>w&x&y&z</a>', '<a>w&y&x&z</a>', {a: true}, {a: 'x'}, {a: '__ids__'},
    // An array that is none of names and values is spelled whole all the same.
    [{name: 'n', value: {b: 1}}], [{name: 'n', value: {b: 2}}], [{id: 1}], [{id: 2}], [[1]], [1], [{name: 'x', value: 1, id: 1}],
    [{name: 'x', value: 1, id: 2}], {a: 'x-_burry_test'}];
  assert.deepEqual(await run(async queries => {
    const requests = [], {Rows} = inside.classes({wrapped: (method, model, options) => requests.push(options)}), mixed = [];
    for (const [i, data] of queries.entries()) {
      new Rows().fetch({data});
      requests.pop().success([{id: i}]);
    }
    for (const [i, data] of queries.entries()) {
      const rows = new Rows();
      rows.fetch({data});
      if (rows.pluck('id').join() !== String(i)) mixed.push([data, queries[rows.first() && rows.first().id]]);
    }
    return mixed;
  }, queries), []);
});

test('3.10 page 2 is not answered with page 1', async () => {
  const {server} = shared;
  await run(async () => {
    const {Rows} = inside.classes();
    await inside.fetch(new Rows(), {data: {page: 1}});
    window.first = new Rows(), window.second = new Rows();
  });
  const release = server.hold();
  assert.deepEqual(await run(() => {
    const request = second.fetch({data: {page: 2}});
    window.done = new Promise(resolve => request.always(resolve));
    return [request.state(), second.length, first.fetch({data: {page: 1}}).state(), first.pluck('id')];
  }), ['pending', 0, 'resolved', [1, 3]]);
  release();
  assert.deepEqual(await run(async () => {
    await done;
    return [second.pluck('id'), inside.list('?page=1'), inside.list('?page=2')];
  }), [[2, 4], '[1,3]', '[2,4]']);
});

for (const [what, source] of Object.entries({
  'a url function': 'user => { const rows = new (Rows.extend({url: () => "/api/rows?user=" + user}))(); return options => rows.fetch(options); }',
  'options.url': 'user => { const rows = new Rows(); return options => rows.fetch({...options, url: "/api/rows?user=" + user}); }',
  'a url function that depends on the instance': `user => {
    const rows = new (Rows.extend({url() { return "/api/rows?user=" + this.user; }}))();
    rows.user = user;
    return options => rows.fetch(options);
  }`
})) {
  test(`3.10 one user's posts are not answered with another's: ${what}`, async () => {
    const stored = await run(async source => {
      const {Rows} = inside.classes(), of = eval(source);
      await inside.until(of(1));
      const first = of(1)({}), second = of(2)({});
      const states = [first.state(), second.state()];
      await second;
      return [states, inside.records()];
    }, source);
    assert.deepEqual(stored, [['resolved', 'pending'], {
      ...records, '__ids__?/api/rows?user=1-_burry_test': '[1,2]', '__ids__?/api/rows?user=2-_burry_test': '[3,4]',
      '__ids__?-_burry_test': '["__ids__?/api/rows?user=1","__ids__?/api/rows?user=2"]'
    }]);
  });
}

test('3.10 the parameters of a computed URL and those of data are one query, in canonical order', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), states = [];
    for (const [url, data] of [['/api/rows?user=1', {page: 2}], ['/api/rows?page=2', 'user=1'], ['/api/rows?user=1&page=2'], ['/api/rows', {user: 1, page: 2}]]) {
      await inside.until(options => { states.push(new Rows().fetch({...options, url, data}).state()); });
    }
    return [states, inside.list('?/api/rows?page=2&user=1')];
  }), [['pending', 'resolved', 'resolved', 'resolved'], '[2]']);
});

test('3.10 a search by POST has a list for each body', async () => {
  const {server} = shared;
  server.answer((request, response) => response.json(rows.filter(row => row.user === request.body.user)));
  const [ids, states, keys] = await run(async () => {
    const {Rows} = inside.classes(), ids = [], states = [];
    const search = (user, object = new Rows()) => inside.until(options => {
      states.push(object.fetch({...options, type: 'POST', contentType: 'application/json', data: JSON.stringify({user}), processData: false}).state());
      ids.push(object.pluck('id').join());
    });
    await search(1);
    await search(2);
    await search(1);
    await search(2);
    return [ids, states, Object.keys(inside.records()).filter(key => /^__ids__/.test(key))];
  });
  assert.deepEqual(ids, ['', '', '1,2', '3,4']);
  assert.deepEqual(states, ['pending', 'pending', 'resolved', 'resolved']);
  assert.deepEqual(keys.sort(), ['__ids__?-_burry_test', '__ids__?{"user":1}-_burry_test', '__ids__?{"user":2}-_burry_test']);
  assert.deepEqual(server.requests.map(({method}) => method), Array(4).fill('POST'));
});

test('3.10 data that cannot be told apart is not cached, and gets its answer', async () => {
  assert.deepEqual(await run(async () => {
    const requests = [], {Rows} = inside.classes({wrapped: (method, model, options) => requests.push(options)}), seen = [];
    for (const data of [new FormData(), new Blob(['a']), new Uint8Array(2), new Map([['a', 1]]), new Date(0), () => 1, 5,
      {q: '\ud800'}, {'\udc00': 1}]) {
      const rows = new Rows();
      rows.fetch({data});
      requests.pop().success([{id: 1}]);
      seen.push(rows.length);
    }
    return [seen, inside.records()];
  }), [Array(9).fill(1), {}]);
});

test('3.10 records are shared by all lists of the ns', async () => {
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes(), one = new Rows(), other = new Rows(), all = new Rows();
    await inside.fetch(new Rows());
    await inside.fetch(new Rows(), {data: {user: 1}});
    await inside.fetch(new Rows(), {data: {page: 1}});
    await inside.save(new Row({id: 1, user: 1, page: 1}), {name: 'saved'});
    const states = [one.fetch({data: {user: 1}}), other.fetch({data: {page: 1}}), all.fetch(), new Row({id: 3}).fetch()];
    return [states.map(request => request.state()), [one, other, all].map(rows => rows.get(1).get('name'))];
  }), [Array(4).fill('resolved'), Array(3).fill('saved')]);
});

test('3.8 a row that leaves one list and stands in another keeps its record', async () => {
  const {server} = shared;
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes();
    window.fetchList = data => inside.fetch(new Rows(), {data});
    await fetchList({user: 1});
    await fetchList({page: 1});
    return Object.keys(inside.records()).length;
  }), 3 + 3);
  server.database.get('rows').find({id: 1}).assign({user: 2}).write();
  assert.deepEqual(await run(async () => {
    await fetchList({user: 1});
    return inside.records();
  }), {
    ...recordsOf(1, 2, 3), '__ids__?user=1-_burry_test': '[2]', '__ids__?page=1-_burry_test': '[1,3]',
    '__ids__?-_burry_test': '["__ids__?user=1","__ids__?page=1"]'
  });
  server.database.get('rows').find({id: 1}).assign({page: 2}).write();
  assert.deepEqual(await run(async () => {
    await fetchList({page: 1});
    return [inside.record(1), inside.list('?page=1'), inside.record(2) !== null];
  }), [null, '[3]', true]);
});

test('3.10 a fetch of the plain list takes nothing from a query, nor a query from it', async () => {
  const {server} = shared;
  await run(async () => {
    const {Rows} = inside.classes();
    window.fetchList = data => inside.fetch(new Rows(), {data});
    await fetchList({user: 1});
    await fetchList();
  });
  server.database.get('rows').remove({id: 2}).write();
  assert.deepEqual(await run(async () => {
    await fetchList();
    const kept = [inside.list(), inside.list('?user=1'), inside.record(2) !== null];
    await fetchList({user: 1});
    return [...kept, inside.list('?user=1'), inside.record(2)];
  }), ['[1,3,4]', '[1,2]', true, '[1]', null]);
});

test('3.10 a namespace has its own lists', async () => {
  assert.deepEqual(await run(async () => {
    const one = inside.classes(), other = inside.classes({ns: 'other'});
    await inside.fetch(new one.Rows(), {data: {user: 1}});
    return new other.Rows().fetch({data: {user: 1}}).state();
  }), 'pending');
});

test('4.4 a deletion takes the id from every list, and a failure returns it to each', async () => {
  const lists = () => [inside.list(), inside.list('?user=1'), inside.list('?page=1')];
  assert.deepEqual(await run(`(async () => {
    const lists = ${lists}, {Row, Rows} = inside.classes();
    for (const data of [undefined, {user: 1}, {page: 1}]) await inside.fetch(new Rows(), {data});
    inside.send('a', given => new Row({id: 1}).destroy(given));
    const shown = lists();
    await inside.answer('a', 500);
    return [shown, lists()];
  })()`), [['[2,3,4]', '[2]', '[3]'], ['[1,2,3,4]', '[1,2]', '[1,3]']]);
});

test('4.1 a creation joins the plain list and no query', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), all = new Rows();
    await inside.fetch(all);
    await inside.fetch(new Rows(), {data: {user: 1}});
    await inside.create(all, {user: 1, page: 1});
    return [inside.list(), inside.list('?user=1')];
  }), ['[1,2,3,4,5]', '[1,2]']);
});

test('4.1 a creation joins the list that its collection was fetched into, and no other', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), some = new Rows(), lists = () => [inside.list(), inside.list('?user=1'), inside.list('?/api/rows')];
    await inside.fetch(new Rows());
    await inside.fetch(some, {data: {user: 1}});
    await inside.create(some, {user: 1, page: 3});
    const seen = [lists()];
    // Classes written in CoffeeScript often have such a URL.
    const {Rows: Computed} = inside.classes({collection: {url: () => '/api/rows'}}), computed = new Computed();
    await inside.fetch(computed);
    await inside.create(computed, {user: 2, page: 3});
    seen.push(lists());
    // Another page has the same list.
    await inside.create(new Computed(), {user: 2, page: 4});
    return [...seen, lists()];
  }), [['[1,2,3,4]', '[1,2,5]', null], ['[1,2,3,4]', '[1,2,5]', '[1,2,3,4,5,6]'], ['[1,2,3,4]', '[1,2,5]', '[1,2,3,4,5,6,7]']]);
});

test('4.1 a creation in a subset makes no plain list, which a page would take for the whole', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({ttl: {fetchPolicy: 'cache-first'}}), some = new Rows(), all = new Rows();
    await inside.fetch(some, {data: {user: 1}});
    await inside.create(some, {user: 1, page: 3});
    const {Rows: Computed} = inside.classes({collection: {url() { return '/api/rows'; }}});
    await inside.create(new Computed(), {user: 2, page: 3});
    const list = inside.list();
    await inside.fetch(all);
    return [list, all.pluck('id')];
  }), [null, [1, 2, 3, 4, 5, 6]]);
});

// looseKeys

for (const where of ['the decorator', 'the call']) {
  test(`3.10 looseKeys of ${where} gives one list per ns, as in 2012`, async () => {
    assert.deepEqual(await run(async ofCall => {
      const given = {looseKeys: true}, own = ofCall ? given : {};
      const {Rows} = inside.classes({ttl: ofCall ? undefined : given}), states = [], keys = [];
      const look = () => keys.push(Object.keys(inside.records()).filter(key => /^__ids__/.test(key)).map(key => key + localStorage.getItem(key)).join());
      await inside.fetch(new Rows(), {...own, data: {page: 1}});
      look();
      for (const options of [{data: {page: 2}}, {}, {url: '/api/rows?user=1'}]) {
        await inside.until(given => {
          const rows = new Rows();
          states.push(rows.fetch({...own, ...options, ...given}).state() + ' ' + rows.pluck('id'));
        });
        look();
      }
      return [states, keys];
    }, where === 'the call'), [['resolved 1,3', 'resolved 2,4', 'resolved 1,2,3,4'],
      ['[1,3]', '[2,4]', '[1,2,3,4]', '[1,2]'].map(list => `__ids__-_burry_test${list}`)]);
  });
}

test('3.10 looseKeys: false of a call wins over the decorator', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({ttl: {looseKeys: true}});
    await inside.fetch(new Rows(), {data: {page: 1}});
    await inside.fetch(new Rows(), {data: {page: 2}, looseKeys: false});
    return [inside.list(), inside.list('?page=2')];
  }), ['[1,3]', '[2,4]']);
});

// cacheKey

test('3.10 cacheKey replaces the rule: its arguments, and the key that it gives', async () => {
  assert.deepEqual(await run(async () => {
    const seen = [];
    const cacheKey = function (method, model, options) {
      seen.push([method, model === rows, options === given, arguments.length]);
      return 'page ' + options.data.page;
    };
    const {Rows} = inside.classes({ttl: {cacheKey}}), rows = new Rows();
    const given = {data: {page: 1, random: 0.5}};
    let done = new Promise(resolve => { given.complete = resolve; }), backbones;
    Rows.prototype.sync = (sync => function (method, model, options) {
      backbones = options;
      return sync.call(this, method, model, options);
    })(Rows.prototype.sync);
    rows.fetch(given);
    await done;
    seen[0][2] = backbones !== undefined;
    const again = new Rows(), state = again.fetch({data: {page: 1, random: 0.7}}).state();
    return [seen[0], state, again.pluck('id').join(), inside.list('?page 1'), new Rows().fetch({data: {page: 2}}).state()];
  }), [['read', true, true, 3], 'resolved', '1,3', '[1,3]', 'pending']);
});

test('3.10 cacheKey gets the very options that wrapped gets', async () => {
  assert.deepEqual(await run(() => {
    const seen = [], wrapped = (...args) => seen.push(args);
    const sync = Backbone.cachingSync(wrapped, 'test', {cacheKey: (...args) => { seen.push(args); }});
    const model = new Backbone.Model({id: 1}), options = {};
    sync('read', model, options, 'more');
    return [seen.length, seen[0].length, seen[0].every((argument, i) => argument === seen[1][i])];
  }), [2, 4, true]);
});

test('3.10 cacheKey of a call wins over that of the decorator', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({ttl: {cacheKey: () => 'decorator'}});
    await inside.fetch(new Rows(), {data: {page: 1}});
    await inside.fetch(new Rows(), {data: {page: 2}, cacheKey: () => 'call'});
    return [inside.list('?decorator'), inside.list('?call')];
  }), ['[1,3]', '[2,4]']);
});

test('3.10 a cacheKey that returns nothing leaves the call to the rule', async () => {
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes(), keys = [];
    for (const key of [undefined, null, false, '']) {
      localStorage.clear();
      await inside.fetch(new Rows(), {data: {page: 1}, cacheKey: () => key});
      await inside.fetch(new Rows(), {cacheKey: () => key});
      keys.push(inside.list('?page=1') + inside.list());
    }
    await inside.fetch(new Rows(), {data: {page: 2}, cacheKey: () => 0});
    return [keys, inside.list('?0')];
  }), [Array(4).fill('[1,3][1,2,3,4]'), '[2,4]']);
});

test('3.10 a cacheKey may name data that cannot be told apart', async () => {
  assert.deepEqual(await run(async () => {
    const requests = [], wrapped = (method, model, options) => requests.push(options);
    const {Rows} = inside.classes({wrapped, ttl: {cacheKey: (method, model, options) => options.name}}), rows = new Rows();
    new Rows().fetch({data: new FormData(), name: 'form'});
    requests[0].success([{id: 1}]);
    return [rows.fetch({data: new FormData(), name: 'form'}).state(), rows.pluck('id'), new Rows().fetch({data: new FormData()}).state()];
  }), ['resolved', [1], 'pending']);
});

test('3.10 cacheKey names the record of a singleton, whether it is read or written', async () => {
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({ttl: {cacheKey: () => 'me'}}), Session = Row.extend({url: () => '/api/session?at=' + Math.random()});
    const session = new Session();
    await inside.fetch(session);
    const read = inside.records();
    await inside.save(session, {user: 'grace'});
    const next = new Session(), state = next.fetch().state();
    return [read, inside.records(), state, next.get('user')];
  }), [{'me-_burry_test': '{"user":"ada"}'}, {'me-_burry_test': '{"user":"grace"}'}, 'resolved', 'grace']);
});

test('3.10 a model with an id stays under its id, whatever cacheKey says', async () => {
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({ttl: {cacheKey: () => 'other'}});
    await inside.fetch(new Row({id: 1}));
    return Object.keys(inside.records());
  }), ['1-_burry_test']);
});

test('5.7 a cacheKey that throws: the exception reaches the caller, and the library stays usable', async () => {
  assert.deepEqual(await run(async () => {
    let broken = true, sent = 0;
    const wrapped = function () {
      sent++;
      return Backbone.sync.apply(this, arguments);
    };
    const cacheKey = () => { if (broken) throw new Error('no key'); };
    const {Rows} = inside.classes({wrapped, ttl: {cacheKey}});
    const thrown = [inside.thrown(() => new Rows().fetch({data: {page: 1}})), sent, inside.records()];
    broken = false;
    await inside.fetch(new Rows(), {data: {page: 1}});
    return [...thrown, inside.list('?page=1'), new Rows().fetch({data: {page: 1}}).state()];
  }), ['Error: no key', 0, {}, '[1,3]', 'resolved']);
});

test('3.10 a cacheKey may fetch in its turn', async () => {
  assert.deepEqual(await run(async () => {
    const done = [];
    const cacheKey = (method, model, options) => {
      if (!options.inner) done.push(inside.fetch(new Rows(), {inner: true, data: {page: 2}}));
      return 'page ' + options.data.page;
    };
    const {Rows} = inside.classes({ttl: {cacheKey}}), rows = new Rows();
    await inside.fetch(rows, {data: {page: 1}});
    await Promise.all(done);
    return [inside.list('?page 1'), inside.list('?page 2'), rows.pluck('id').join()];
  }), ['[1,3]', '[2,4]', '1,3']);
});

// 3.6

test("3.6 any other value of callbacks is refused by the decorator, and 'each' is the default", async () => {
  assert.deepEqual(await run(() => ['each', undefined, 'twice', 'ONCE', '', true, 1, null, {}].map(callbacks =>
    inside.thrown(() => Backbone.cachingSync(() => {}, 'test', {callbacks})))
  ), [null, null, ...["'twice'", "'ONCE'", "''", 'boolean', '1', 'null', 'object'].map(got =>
    `TypeError: Backbone.cachingSync: option 'callbacks': expected 'each' or 'once', got ${got}`)]);
});

test('3.6 callbacks of a call wins over the decorator', async () => {
  assert.deepEqual(await run(async () => {
    const logs = [];
    for (const [ofDecorator, ofCall] of [['once', 'each'], ['each', 'once']]) {
      const {Row} = inside.classes({ttl: {callbacks: ofDecorator}}), row = new Row({id: 1});
      inside.put({'1-_burry_test': '{"id":1}'});
      const log = inside.log(row);
      await inside.fetch(row, inside.callbacks(log, {callbacks: ofCall}));
      logs.push(log.filter(entry => /^(success|sync)/.test(entry)).join());
    }
    return logs;
  }), ['success cached,sync cached,success server,sync server', 'success cached,sync cached']);
});

test("3.6 callbacks: 'once' tells of a failure after the cached phase all the same, once", async () => {
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({ttl: {callbacks: 'once'}}), row = new Row({id: 1}), log = inside.log(row);
    inside.put({'1-_burry_test': '{"id":1}'});
    inside.send('a', given => row.fetch(inside.callbacks(log, given)));
    await inside.answer('a', 500);
    return log.filter(entry => /^(success|sync|error)/.test(entry));
  }), ['success cached', 'sync cached', 'error 500', 'error']);
});

// 8.4

test('8.4 sync.cache.clear() empties this namespace and no other', async () => {
  const expected = {'1-_burry_other': '1', '1-_burry_exp_other': '99999999', '_burry_stores_': '["","test","other"]', 'foreign': 'x', '__ids__': 'y'};
  assert.deepEqual(await run(async expected => {
    const {sync, Rows} = inside.classes({ttl: 10});
    Backbone.cachingSync(() => {}, 'other');
    await inside.fetch(new Rows());
    await inside.fetch(new Rows(), {data: {page: 1}});
    inside.put(expected);
    const before = Object.keys(inside.stored()).length, returned = sync.cache.clear();
    return [before > 12, returned === undefined, inside.stored(), new Rows().fetch().state()];
  }, expected), [true, true, expected, 'pending']);
});

test('8.4 sync.cache.remove takes out the record of a model or of an id, and the id from every list', async () => {
  assert.deepEqual(await run(async () => {
    const {sync, Row, Rows} = inside.classes({ttl: 10}), rows = new Rows();
    await inside.fetch(rows);
    await inside.fetch(new Rows(), {data: {user: 1}});
    sync.cache.remove(rows.get(1));
    sync.cache.remove(3);
    sync.cache.remove('4');
    for (const nothing of [new Row(), 99, undefined, null, '__ids__', '__ids__?']) sync.cache.remove(nothing);
    return [inside.list(), inside.list('?user=1'), Object.keys(inside.records()).filter(key => /^\d/.test(key)), rows.length];
  }), ['[2]', '[2]', ['2-_burry_exp_test', '2-_burry_test'], 4]);
});

test('8.4 sync.cache.remove respects idAttribute and modelId', async () => {
  assert.deepEqual(await run(() => {
    inside.put({'NO-_burry_test': '{"code":"NO"}', 'CL-_burry_test': '{"code":"CL"}', '__ids__-_burry_test': '["NO","CL"]'});
    const {sync, Row, Rows} = inside.classes({model: {idAttribute: 'code'}});
    sync.cache.remove(new Row({code: 'NO', id: 'CL'}));
    const first = inside.records();
    const byModelId = inside.classes({collection: {modelId: attributes => attributes.code}, model: {idAttribute: 'id'}});
    byModelId.sync.cache.remove(new byModelId.Rows([{id: 5, code: 'CL'}]).first());
    return [first, inside.records()];
  }), [{'CL-_burry_test': '{"code":"CL"}', '__ids__-_burry_test': '["CL"]'}, {'__ids__-_burry_test': '[]'}]);
});

test('8.4 sync.cache.ids() are the ids of the plain list, as they are in the models', async () => {
  assert.deepEqual(await run(async () => {
    const {sync, Rows} = inside.classes(), seen = [sync.cache.ids()];
    await inside.fetch(new Rows(), {data: {page: 1}});
    seen.push(sync.cache.ids());
    await inside.fetch(new Rows());
    seen.push(sync.cache.ids());
    inside.put({'__ids__-_burry_test': '["1",0,"a b"]'});
    seen.push(sync.cache.ids());
    for (const rubbish of ['{', '{"a":1}', 'null', '5', '"1"', '[1,1e999]', '[null]']) {
      inside.put({'__ids__-_burry_test': rubbish});
      seen.push(sync.cache.ids());
    }
    inside.put({'__ids__-_burry_test': '[1]', '__ids__-_burry_exp_test': '1'});
    return [...seen, sync.cache.ids()];
  }), [[], [], [1, 2, 3, 4], ['1', 0, 'a b'], [], [], [], [], [], [], [], []]);
});

test('8.4 sync.cache.store is a Burry.Store of the ns, with its ttl', async () => {
  assert.deepEqual(await run(async () => {
    const seen = [];
    for (const ttl of [10, {ttl: 10}, undefined]) {
      const {sync, Rows} = inside.classes({ttl}), {store} = sync.cache;
      await inside.fetch(new Rows());
      store.set('own', 1);
      seen.push([store instanceof Burry.Store, store.get(1).user, store.hasExpired('own'), store.keys().sort().join(),
        localStorage.getItem('own-_burry_exp_test') !== null]);
      store.flush();
      seen.push(inside.records());
    }
    return seen;
  }), [true, true, false].flatMap(expires => [[true, 1, false, '1,2,3,4,__ids__,own', expires], {}]));
});

test('8.4 sync.cache.stats() counts hits, misses, writes saved and bytes', async () => {
  const [first, second, third, fourth, bytes] = await run(async () => {
    const {sync, Row, Rows} = inside.classes(), seen = [sync.cache.stats()];
    await inside.fetch(new Rows());
    seen.push(sync.cache.stats());
    await inside.fetch(new Rows());
    await inside.fetch(new Row({id: 1}));
    await inside.fetch(new Row({id: 99}), {error() {}});
    seen.push(sync.cache.stats());
    const records = inside.records();
    const bytes = Object.keys(records).reduce((sum, key) => sum + key.length + records[key].length, 0);
    sync.cache.clear();
    seen.push(sync.cache.stats());
    return [...seen, bytes];
  });
  assert.deepEqual(first, {hits: 0, misses: 0, writesSaved: 0, bytes: 0});
  assert.deepEqual([second.hits, second.misses, second.writesSaved], [0, 1, 0]);
  assert.deepEqual([third.hits, third.misses], [2, 2]);
  // Four rows and their list, then one row.
  assert.ok(third.writesSaved >= 5, `${third.writesSaved} writes saved`);
  // A character of localStorage takes one byte or two.
  assert.ok([bytes, 2 * bytes].includes(third.bytes), `${third.bytes} bytes for ${bytes} characters`);
  assert.equal(second.bytes, third.bytes);
  assert.equal(fourth.bytes, 0);
  assert.equal(fourth.hits, 2);
});

test('8.4 Backbone.cachingSync.clear() empties every ns, of this page and of earlier ones, and nothing else', async () => {
  const {page, url} = shared;
  await run(async () => {
    for (const ns of ['earlier', 'test', '']) await inside.fetch(new (inside.classes({ns, ttl: 10}).Rows)());
  });
  await page.goto(url);
  assert.deepEqual(await run(async () => {
    const before = Object.keys(inside.stored()).length, {Rows} = inside.classes();
    inside.put({foreign: 'x', '1-_burry_unknown': '1'});
    Backbone.cachingSync.clear();
    const {_burry_stores_, ...left} = inside.stored(), state = new Rows().fetch().state();
    return [before, _burry_stores_, left, state];
  }), [31, '["","earlier","test"]', {foreign: 'x', '1-_burry_unknown': '1'}, 'pending']);
});

test('8.4 the handle of a cleared namespace goes on to work', async () => {
  assert.deepEqual(await run(async () => {
    const {sync, Rows} = inside.classes();
    await inside.fetch(new Rows());
    sync.cache.clear();
    Backbone.cachingSync.clear();
    localStorage.clear();
    await inside.fetch(new Rows());
    return [sync.cache.ids(), sync.cache.store.get(2).id];
  }), [[1, 2, 3, 4], 2]);
});
