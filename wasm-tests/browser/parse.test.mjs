// Classes that override `parse` (contract 6).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

// The classes as they are met in practice: what they override, and an answer to a
// fetch of the collection.
const practice = {
  'an envelope with paging': {
    answer: {items: [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}], total: 9, page: {size: 2}},
    define: () => ({collection: {
      parse(answer) {
        practice.heard(answer);
        this.total = answer.total;
        this.pageSize = answer.page.size;
        return answer.items;
      }
    }})
  },
  'an envelope whose rows stand deep': {
    answer: {data: {list: {rows: [{id: 1}, {id: 2}]}}, meta: {total: 2}},
    define: () => ({collection: {
      parse(answer) {
        practice.heard(answer);
        this.total = answer.meta.total;
        return answer.data.list.rows;
      }
    }})
  },
  'an envelope of no rows': {
    answer: {items: [], total: 0},
    define: () => ({collection: {
      parse(answer) {
        practice.heard(answer);
        this.total = answer.total;
        return answer.items;
      }
    }})
  },
  'renamed fields': {
    answer: [{ID: 1, Post_Title: 'a'}, {ID: 2, Post_Title: 'b'}],
    define: () => ({model: {
      parse(row) {
        practice.heard(row);
        return {id: row.ID, title: row.Post_Title};
      }
    }})
  },
  'a row in an envelope of its own': {
    answer: [{data: {id: 1, name: 'a'}}, {data: {id: 2, name: 'b'}}],
    define: () => ({model: {
      parse(row) {
        practice.heard(row);
        return row.data;
      }
    }})
  },
  'cents, which may be divided once only': {
    answer: [{id: 1, price: 500}, {id: 2, price: 250}],
    define: () => ({model: {
      parse(row) {
        practice.heard(row);
        return _.extend({}, row, {price: row.price / 100});
      }
    }})
  },
  'dates made in parse': {
    answer: [{id: 1, seen: '2012-05-01T10:00:00.000Z'}, {id: 2, seen: null}],
    define: () => ({model: {
      parse(row) {
        practice.heard(row);
        return {id: row.id, seen: row.seen && new Date(row.seen)};
      }
    }})
  },
  'a parse that mutates its argument': {
    answer: [{id: 1, price: 500, secret: 'x'}, {id: 2, price: 250, secret: 'y'}],
    define: () => ({model: {
      parse(row) {
        practice.heard(row);
        row.price /= 100;
        delete row.secret;
        return row;
      }
    }})
  },
  'a parse that asks its collection': {
    answer: {items: [{id: 1, price: 500}, {id: 2, price: 250}], divisor: 100},
    define: () => ({
      model: {
        parse(row) {
          practice.heard(row);
          return _.extend({}, row, {price: row.price / this.collection.divisor});
        }
      },
      collection: {
        parse(answer) {
          practice.heard(answer);
          this.divisor = answer.divisor;
          return answer.items;
        }
      }
    })
  },
  'an envelope whose parse mutates the rows': {
    answer: {items: [{id: 1, price: 500}, {id: 2, price: 250}], total: 2},
    define: () => ({collection: {
      parse(answer) {
        practice.heard(answer);
        this.total = answer.total;
        answer.items.forEach(row => { row.price /= 100; });
        return answer.items;
      }
    }})
  },
  'a nested collection': {
    answer: [{id: 1, lines: [{sku: 'a'}, {sku: 'b'}]}, {id: 2, lines: []}],
    define: () => ({model: {
      parse(row) {
        practice.heard(row);
        return _.extend({}, row, {lines: new Backbone.Collection(row.lines)});
      }
    }})
  },
  'rows made of something else': {
    answer: {names: ['Norway', 'Chile'], total: 2},
    define: () => ({collection: {
      parse(answer) {
        practice.heard(answer);
        this.total = answer.total;
        return answer.names.map((name, i) => ({id: i + 1, name}));
      }
    }})
  },
  'models that the collection makes': {
    answer: {items: [{id: 1, price: 500}, {id: 2, price: 250}]},
    define: () => ({
      model: {
        parse(row) {
          practice.heard(row);
          return _.extend({}, row, {price: row.price / 100});
        }
      },
      collection: {
        parse(answer) {
          practice.heard(answer);
          return answer.items.map(row => new this.model(row, {parse: true, collection: this}));
        }
      }
    })
  },
  'rows of JSON:API': {
    answer: {data: [{id: '1', type: 'countries', attributes: {name: 'Norway'}}], meta: {total: 1}},
    define: () => ({
      model: {
        parse(row) {
          practice.heard(row);
          return _.extend({id: row.id}, row.attributes);
        }
      },
      collection: {
        parse(answer) {
          practice.heard(answer);
          this.total = answer.meta.total;
          return answer.data;
        }
      }
    })
  },
  'rows that parse leaves out': {
    answer: [{id: 1, draft: true}, {id: 2}, {id: 3, draft: true}, {id: 4}],
    define: () => ({collection: {
      parse(answer) {
        practice.heard(answer);
        this.drafts = _.where(answer, {draft: true}).length;
        return _.reject(answer, row => row.draft);
      }
    }})
  },
  'a parse of both': {
    answer: {items: [{id: 1, cents: 5}, {id: 2, cents: 7}], total: 2},
    define: () => ({
      model: {
        parse(row) {
          practice.heard(row);
          return {id: row.id, price: row.cents / 100};
        }
      },
      collection: {
        parse(answer) {
          practice.heard(answer);
          this.total = answer.total;
          return answer.items;
        }
      }
    })
  },
  'an id under another name': {
    answer: [{_id: 'x', n: 1}, {_id: 'y', n: 2}],
    define: () => ({model: {
      idAttribute: '_id',
      parse(row) {
        practice.heard(row);
        return _.extend({parsed: true}, row);
      }
    }})
  }
};

// In the page: what parse was given, and what a class makes of it, in words.
function prepare() {
  const heard = [];
  const words = value => {
    if (value instanceof Date) return `Date ${value.toISOString()}`;
    if (value instanceof Backbone.Collection) return ['Collection', ...value.map(model => words(model.attributes))];
    if (Array.isArray(value)) return value.map(words);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.keys(value).map(name => [name, words(value[name])]));
  };
  window.practice = {
    heard: given => { heard.push(JSON.stringify(given)); },
    taken: () => heard.splice(0),
    words,
    state: rows => ({
      rows: rows.map(row => words(row.attributes)),
      kept: words({total: rows.total, pageSize: rows.pageSize, drafts: rows.drafts})
    })
  };
}

const open = async (t, name, options = {}) => {
  const {answer, define} = practice[name];
  const opened = await openInside(t, {prepare, data: {}, ...options});
  opened.server.answer((request, response) => {
    if (request.method === 'GET') response.json(request.path.endsWith('/rows') ? answer : answer.find(row => row.id === Number(request.path.split('/').pop())));
    else response.status(204).end();
  });
  await opened.page.evaluate(defineClasses(define));
  return opened;
};

// An answer of nothing (204) goes through `parse` as well; who writes one minds it.
const defineClasses = define => `window.classes = () => {
  const {model = {}, collection} = (${define})(), {parse} = model;
  if (parse) model.parse = function (row) { return row ? parse.apply(this, arguments) : row; };
  return inside.classes({model, collection});
}`;

for (const name of Object.keys(practice)) {
  test(`6.1 ${name}: the cached phase is what the server phase was`, async t => {
    const {run} = await open(t, name);
    const [first, cached, later] = await run(async () => {
      const {Rows} = classes(), take = rows => ({...practice.state(rows), heard: practice.taken()});
      const rows = new Rows();
      await inside.fetch(rows);
      const first = take(rows);
      const again = new Rows(), answered = inside.fetch(again);
      const cached = take(again);
      await answered;
      return [first, cached, take(again)];
    });
    assert.notEqual(first.heard.length, 0);
    assert.deepEqual(cached, first);
    assert.deepEqual(later, first);
  });
}

for (const options of [{reset: true}, {remove: false}, {merge: false}, {silent: true}]) {
  test(`6.1 with ${JSON.stringify(options)} too, parse runs once a row and delivery`, async t => {
    const {run} = await open(t, 'a parse of both');
    const heard = await run(async options => {
      const {Rows} = classes();
      await inside.fetch(new Rows(), options);
      const first = practice.taken(), rows = new Rows(), answered = inside.fetch(rows, options);
      const cached = practice.taken(), state = practice.state(rows);
      await answered;
      return [first, cached, options.merge === false ? first : practice.taken(), state];
    }, options);
    assert.deepEqual(heard[1], heard[0]);
    assert.deepEqual(heard[2], heard[0]);
    assert.deepEqual(heard[3], {rows: [{id: 1, price: 0.05}, {id: 2, price: 0.07}], kept: {total: 2}});
  });
}

test('6.1 in a page that is loaded anew', async t => {
  const {run, page} = await open(t, 'a parse of both');
  await run(() => inside.fetch(new (classes().Rows)()));
  await page.reload();
  await page.evaluate(defineClasses(practice['a parse of both'].define));
  assert.deepEqual(await run(() => {
    const rows = new (classes().Rows)();
    rows.fetch();
    return practice.state(rows);
  }), {rows: [{id: 1, price: 0.05}, {id: 2, price: 0.07}], kept: {total: 2}});
});

test('6.1 one model reads what its list has stored, and its list what it has', async t => {
  const {run} = await open(t, 'cents, which may be divided once only');
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = classes();
    await inside.fetch(new Rows());
    const row = new Row({id: 1});
    const answered = inside.fetch(row), cached = {...row.attributes};
    await answered;
    const rows = new Rows();
    rows.fetch();
    return [cached, row.attributes, rows.toJSON()];
  }), [{id: 1, price: 5}, {id: 1, price: 5}, [{id: 1, price: 5}, {id: 2, price: 2.5}]]);
});

for (const [how, parse] of Object.entries({
  'finds no id': `(answer, {collection}) => collection ? answer : answer.data`,
  'throws': `(answer, {collection}) => collection ? answer : {id: answer.data.id, name: answer.data.name}`
})) {
  test(`6.1 where a parse ${how} in a row that is wrapped unless it comes in a list`, async t => {
    const {run, server, page} = await openInside(t, {data: {}});
    const data = [{id: 1, name: 'a'}, {id: 2, name: 'b'}];
    server.answer((request, response) => response.json(request.path.endsWith('/rows') ? {data} : {data: data[0]}));
    await page.evaluate(`window.parseRow = ${parse}`);
    assert.deepEqual(await run(async () => {
      const {Row, Rows} = inside.classes({model: {parse: parseRow}, collection: {parse: answer => answer.data}});
      await inside.fetch(new Rows());
      const row = new Row({id: 1}), answered = inside.fetch(row), alone = {...row.attributes};
      await answered;
      const rows = new Rows();
      rows.fetch();
      return [alone, rows.toJSON()];
    }), [data[0], data]);
  });
}

test('6.1 the parse of a singleton', async t => {
  const {run, server} = await openInside(t, {data: {}});
  server.answer((request, response) => response.json({user: {name: 'ada'}}));
  assert.deepEqual(await run(async () => {
    const {Row} = inside.classes({model: {urlRoot: '/api/session', parse: answer => answer.user}});
    await inside.fetch(new Row());
    const session = new Row();
    session.fetch();
    return session.attributes;
  }), {name: 'ada'});
});

test('6.1 a parse of a collection that picks the classes of its models', async t => {
  const {run, server} = await openInside(t, {data: {}});
  server.answer((request, response) => response.json([{id: 1, kind: 'coin', name: 'a'}, {id: 2, kind: 'note', name: 'b'}]));
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes(), Coin = Row.extend(), Note = Row.extend();
    const Mixed = Rows.extend({parse: rows => rows.map(row => new (row.kind === 'coin' ? Coin : Note)(row))});
    const seen = () => {
      const rows = new Mixed();
      rows.fetch();
      return rows.map(row => [row instanceof Coin, row.attributes]);
    };
    const rows = new Mixed();
    await inside.fetch(rows);
    inside.save(rows.get(2), {name: 'mine'});
    return seen();
  }), [[true, {id: 1, kind: 'coin', name: 'a'}], [false, {id: 2, kind: 'note', name: 'mine'}]]);
});

test('6.1 headers that a parse asks the request for', async t => {
  const {run, server} = await openInside(t, {data: {}});
  let total = 0;
  server.answer((request, response) => response.set({'X-Total': String(++total), Link: '</2>; rel=next'}).json([{id: 1}]));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({collection: {
      parse(rows, {xhr}) {
        this.total = Number(xhr.getResponseHeader('X-Total'));
        this.next = xhr.getResponseHeader('Link').split(';')[0];
        return rows;
      }
    }});
    await inside.fetch(new Rows());
    const rows = new Rows(), answered = inside.fetch(rows), cached = [rows.length, rows.total, rows.next];
    await answered;
    const later = new Rows(), request = later.fetch();
    return [cached, [rows.length, rows.total, rows.next], later.total, request.getResponseHeader('X-Total')];
  }), [[1, 1, '</2>'], [1, 2, '</2>'], 2, null]);
});

test('6.1 an answer that JSON cannot hold is a miss', async t => {
  const {run, server} = await openInside(t, {data: {}});
  server.answer((request, response) => response.type('xml').send('<rows><row id="1"/><row id="2"/></rows>'));
  assert.deepEqual(await run(async () => {
    const {Rows} = inside.classes({collection: {
      parse: answer => [...answer.querySelectorAll('row')].map(row => ({id: row.getAttribute('id')}))
    }});
    const seen = [];
    for (let i = 0; i < 2; i++) {
      const rows = new Rows(), answered = inside.fetch(rows, {dataType: 'xml'});
      seen.push(rows.length);
      await answered;
      seen.push(rows.length);
    }
    return seen;
  }), [0, 2, 0, 2]);
});

test('6.1 a `model` that picks a class', async t => {
  const {run, server} = await openInside(t, {data: {}});
  server.answer((request, response) => response.json([{id: 1, kind: 'coin', price: 500}, {id: 2, kind: 'note', price: 5}]));
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes();
    const Coin = Row.extend({parse: row => ({...row, price: row.price / 100})});
    const pick = function (row, options) { return new (row.kind === 'coin' ? Coin : Row)(row, options); };
    const Mixed = Rows.extend({model: pick});
    await inside.fetch(new Mixed());
    const rows = new Mixed(), coin = new Coin({id: 1});
    rows.fetch();
    coin.fetch();
    return [rows.toJSON(), coin.attributes, localStorage.getItem('2-_burry_test')];
  }), [[{id: 1, kind: 'coin', price: 5}, {id: 2, kind: 'note', price: 5}], {id: 1, kind: 'coin', price: 5},
    '{"id":2,"kind":"note","price":5}']);
});

for (const name of ['an envelope with paging', 'a row in an envelope of its own']) {
  test(`6.1 an envelope is never sent back to the server: ${name}`, async t => {
    const {run, server} = await open(t, name);
    await run(async () => {
      const {Rows} = classes();
      await inside.fetch(new Rows());
      const rows = new Rows();
      rows.fetch();
      await inside.save(rows.get(1), {name: 'Norge'});
    });
    assert.deepEqual(server.requests.find(({method}) => method === 'PUT').body, {id: 1, name: 'Norge'});
  });
}

test('6.1 on a hit the promise has what the server sent', async t => {
  const {run} = await open(t, 'an envelope with paging');
  assert.deepEqual(await run(async () => {
    const {Rows} = classes(), told = [];
    await inside.fetch(new Rows());
    const promise = new Rows().fetch({success: (rows, answer) => told.push(answer)});
    let data;
    promise.done(given => { data = given; });
    return [data, told];
  }), [practice['an envelope with paging'].answer, [practice['an envelope with paging'].answer]]);
});

test('6.1 fetch({parse: false}) takes the answer as in plain Backbone, and leaves the list alone', async t => {
  const {run} = await open(t, 'an envelope with paging');
  const [plain, decorated, before, after] = await run(async () => {
    const {Rows} = classes(), Plain = Rows.extend({sync: Backbone.sync});
    await inside.fetch(new Rows());
    const before = inside.records(), plain = new Plain(), rows = new Rows();
    await inside.fetch(plain, {parse: false});
    await inside.fetch(rows, {parse: false});
    return [plain.toJSON(), rows.toJSON(), before, inside.records()];
  });
  assert.deepEqual(decorated, plain);
  assert.deepEqual(after, before);
});

test('6.1 what a parse throws reaches the page as in plain Backbone, and spoils nothing', async t => {
  const {run} = await open(t, 'an envelope with paging');
  assert.deepEqual(await run(async () => {
    const {Rows} = classes();
    await inside.fetch(new Rows());
    const Broken = Rows.extend({parse() { throw new Error('no'); }});
    const thrown = inside.thrown(() => new Broken().fetch());
    const rows = new Rows();
    rows.fetch();
    return [thrown, rows.length, Object.hasOwn(rows, 'parse'), Object.hasOwn(Rows.prototype.model.prototype, 'parse')];
  }), ['Error: no', 2, false, false]);
});

// 6.2

test('6.2 a class that does not override parse has the plain bytes, also under a collection that does', async t => {
  const {run} = await open(t, 'an envelope with paging');
  assert.deepEqual(await run(async () => {
    await inside.fetch(new (classes().Rows)());
    const {'1-_burry_test': record, '__ids__-_burry_test': list} = inside.records();
    return [record, list];
  }), ['{"id":1,"name":"Norway"}', '[1,2]']);
});

test('6.2 records that 2012 has left behind are read as they are, without a second parse', async t => {
  const {run} = await open(t, 'cents, which may be divided once only');
  assert.deepEqual(await run(() => {
    inside.put({'1-_burry_test': '{"id":1,"price":5}', '2-_burry_test': '{"id":2,"price":2.5}', '__ids__-_burry_test': '[1,2]'});
    const {Row, Rows} = classes(), rows = new Rows(), row = new Row({id: 1});
    rows.fetch();
    row.fetch();
    return [rows.toJSON(), row.attributes, practice.taken()];
  }), [[{id: 1, price: 5}, {id: 2, price: 2.5}], {id: 1, price: 5}, []]);
});

test('6.2 what a class with a parse has stored is no rubbish for one without', async t => {
  const {run} = await open(t, 'renamed fields');
  assert.deepEqual(await run(async () => {
    const {Rows} = classes(), Plain = inside.classes().Rows;
    await inside.fetch(new Rows());
    const rows = new Plain();
    return [inside.thrown(() => rows.fetch()), rows.length];
  }), [null, 0]);
});

// 6.3

const writes = {
  'an update': {write: row => inside.save(row, {price: 7}), attributes: {id: 1, price: 7}},
  'a patch': {write: row => inside.save(row, {note: 'x'}, {patch: true}), attributes: {id: 1, price: 5, note: 'x'}},
  'an attribute taken away': {write: row => inside.save(row.unset('price'), null), attributes: {id: 1}},
  'a date': {write: row => inside.save(row, {seen: new Date(0)}), attributes: {id: 1, price: 5, seen: 'Date 1970-01-01T00:00:00.000Z'}},
  'a list changed in its place': {
    write: row => {
      row.get('tags').push('b');
      return inside.save(row, null);
    },
    attributes: {id: 1, price: 5, tags: ['a', 'b']},
    answer: {id: 1, price: 500, tags: ['a']}
  }
};
const answers = {
  'an empty answer': {status: 204, body: ''},
  'an answer of a part': {status: 200, body: {id: 1}}
};

for (const [what, {write, attributes, answer = {id: 1, price: 500}}] of Object.entries(writes)) {
  for (const [how, {status, body}] of Object.entries(answers)) {
    test(`6.3 ${what} is shown by the cached phase, before and after ${how}`, async t => {
      const {run, server, page} = await openInside(t, {prepare, data: {}});
      server.answer((request, response) => {
        if (request.method === 'GET') response.json(request.path.endsWith('/1') ? answer : [answer]);
        else response.status(status).send(body);
      });
      await page.evaluate(`window.write = ${write}`);
      const seen = await run(async () => {
        const {Row, Rows} = inside.classes({model: {
          parse: row => !row || row.price === undefined ? row : {...row, price: row.price / 100}
        }});
        const cached = () => {
          const row = new Row({id: 1}), rows = new Rows(), held = [row.fetch(), rows.fetch()];
          held.forEach(request => request.abort());
          return [practice.words(row.attributes), ...rows.map(each => practice.words(each.attributes))];
        };
        await inside.fetch(new Rows());
        const rows = new Rows();
        await inside.fetch(rows);
        const written = write(rows.at(0)), before = cached();
        await written;
        return [before, cached()];
      });
      assert.deepEqual(seen, [[attributes, attributes], [attributes, attributes]]);
    });
  }
}

test('6.3 an answer that is the whole row again is what the cache holds', async t => {
  const {run, server} = await open(t, 'cents, which may be divided once only');
  server.answer((request, response) => response.json(request.method === 'GET' ? [{id: 1, price: 500}] : {id: 1, price: 800, by: 'server'}));
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = classes(), rows = new Rows();
    await inside.fetch(rows);
    await inside.save(rows.at(0), {price: 7});
    const row = new Row({id: 1});
    row.fetch();
    return [row.attributes, localStorage.getItem('1-_burry_test').trim()];
  }), [{id: 1, price: 8, by: 'server'}, '{"id":1,"price":800,"by":"server"}']);
});

test('6.3 a failed write returns to the server\'s form', async t => {
  const {run, server} = await open(t, 'cents, which may be divided once only');
  server.answer((request, response) => {
    if (request.method === 'GET') response.json([{id: 1, price: 500}]);
    else response.status(500).end();
  });
  const [before, during, after] = await run(async () => {
    const {Rows} = classes(), rows = new Rows(), record = () => localStorage.getItem('1-_burry_test');
    await inside.fetch(rows);
    const before = record(), written = inside.save(rows.at(0), {price: 7}), during = record();
    await written;
    return [before, during, record()];
  });
  assert.notEqual(during, before);
  assert.equal(after, before);
});

test('6.3 a nested collection that parse made comes back after a write', async t => {
  const {run} = await open(t, 'a nested collection');
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = classes(), rows = new Rows();
    await inside.fetch(rows);
    await inside.save(rows.get(1), {name: 'x'});
    const row = new Row({id: 1});
    row.fetch();
    return practice.words(row.attributes);
  }), {id: 1, lines: ['Collection', {sku: 'a'}, {sku: 'b'}], name: 'x'});
});

test('6.3 what parse keeps on the model comes back after an answer of a part', async t => {
  const {run, server} = await openInside(t, {data: {}});
  server.answer((request, response) => response.json(request.method === 'GET' ? [{id: 1, lines: ['x'], name: 'a'}] : {id: 1}));
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = inside.classes({model: {
      parse({lines, ...attributes}) {
        if (lines) this.lines = lines;
        return attributes;
      }
    }});
    const rows = new Rows();
    await inside.fetch(rows);
    await inside.save(rows.get(1), {name: 'b'});
    const row = new Row({id: 1});
    row.fetch();
    return [row.attributes, row.lines];
  }), [{id: 1, name: 'b'}, ['x']]);
});

test('6.3 a value that no record can hold leaves none behind, and the request is sent', async t => {
  const {run, server} = await open(t, 'a nested collection');
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = classes(), rows = new Rows();
    await inside.fetch(rows);
    await inside.save(rows.get(1), {lines: new Backbone.Collection([{sku: 'c'}])});
    const fresh = new Rows(), promise = fresh.fetch();
    return [localStorage.getItem('1-_burry_test'), promise.state(), new Row({id: 2}).fetch().state()];
  }), [null, 'pending', 'resolved']);
  assert.equal(server.requests.filter(({method}) => method === 'PUT').length, 1);
});

test('6.3 a patch of a model that stands for a part of its record keeps the rest', async t => {
  const {run, server} = await open(t, 'dates made in parse');
  for (const body of [{}, {id: 1, by: 'server'}]) {
    server.answer((request, response) => response.json(request.method === 'GET' ? practice['dates made in parse'].answer : body));
    assert.deepEqual(await run(async () => {
      localStorage.clear();
      const {Row, Rows} = classes();
      await inside.fetch(new Rows());
      await inside.save(new Row({id: 1}), {note: 'x'}, {patch: true});
      const row = new Row({id: 1});
      row.fetch();
      return practice.words(row.attributes);
    }), {id: 1, seen: 'Date 2012-05-01T10:00:00.000Z', note: 'x'});
  }
});

test('6.3 a created model, and its list', async t => {
  const {run, server} = await open(t, 'dates made in parse');
  server.answer((request, response) => {
    if (request.method === 'GET') response.json([]);
    else response.status(201).json({id: 7});
  });
  assert.deepEqual(await run(async () => {
    const {Rows} = classes(), rows = new Rows();
    await inside.fetch(rows);
    await inside.create(rows, {made: new Date(0), range: {from: new Date(1)}, name: 'x'});
    const again = new Rows();
    again.fetch();
    return practice.state(again).rows;
  }), [{id: 7, made: 'Date 1970-01-01T00:00:00.000Z', range: {from: 'Date 1970-01-01T00:00:00.001Z'}, name: 'x'}]);
});

test('6.3 a row that was written is shown among rows of an envelope, with what parse keeps', async t => {
  const {run} = await open(t, 'a parse of both');
  assert.deepEqual(await run(async () => {
    const {Rows} = classes(), rows = new Rows();
    await inside.fetch(rows);
    await inside.save(rows.get(1), {price: 3});
    await inside.destroy(rows.get(2));
    const again = new Rows();
    again.fetch();
    return practice.state(again);
  }), {rows: [{id: 1, price: 3}], kept: {total: 2}});
});

// 5, of such classes

for (const name of ['cents, which may be divided once only', 'a parse of both', 'a parse that mutates its argument', 'a parse that asks its collection']) {
  test(`5.2 of ${name}: an old answer brings back neither the old value nor what was deleted`, async t => {
    const {run, server} = await open(t, name);
    const answers = [];
    server.answer((request, response) => {
      if (request.method !== 'GET') return response.status(204).end();
      const answer = () => response.json(practice[name].answer);
      if (answers.push(answer) === 1) answer();
    });
    await run(async () => {
      const {Rows} = classes(), rows = window.rows = new Rows();
      window.again = () => {
        const again = new Rows();
        again.fetch().abort();
        return again.map(row => row.attributes);
      };
      await inside.fetch(rows);
      window.read = inside.fetch(rows);
      await inside.save(rows.get(1), {note: 'mine'});
      await inside.destroy(rows.get(2));
    });
    answers[1]();
    const [log, shown, again] = await run(async () => {
      const log = inside.log(rows);
      await read;
      return [log, rows.map(row => row.attributes), again()];
    });
    const price = name === 'a parse of both' ? 0.05 : 5;
    assert.deepEqual([log.filter(name => /^(add|remove|change)/.test(name)), shown, again], [[], [{id: 1, price, note: 'mine'}], [{id: 1, price, note: 'mine'}]]);
  });
}

test('5.3 of an envelope: an overtaken answer is delivered with the newer rows and what parse keeps of them', async t => {
  const {run, server} = await open(t, 'an envelope with paging');
  let first;
  server.answer((request, response) => {
    if (!first) first = () => response.json({items: [{id: 1}], total: 1, page: {size: 1}});
    else response.json({items: [{id: 2}, {id: 3}], total: 2, page: {size: 2}});
  });
  assert.deepEqual(await run(async () => {
    const {Rows} = classes(), one = new Rows(), other = new Rows();
    // Two of the same at once: a browser that has a cache of its own may hold the second back.
    const early = inside.fetch(one, {cache: false});
    await inside.fetch(other);
    window.early = early;
    window.one = one;
    return practice.state(other);
  }), {rows: [{id: 2}, {id: 3}], kept: {total: 2, pageSize: 2}});
  first();
  assert.deepEqual(await run(async () => {
    await early;
    return practice.state(one);
  }), {rows: [{id: 2}, {id: 3}], kept: {total: 2, pageSize: 2}});
});

test('6.3 an attribute set to undefined, and a row of the server that looks like ours', async t => {
  const {run, server} = await open(t, 'cents, which may be divided once only');
  assert.deepEqual(await run(async () => {
    const {Row, Rows} = classes(), rows = new Rows();
    await inside.fetch(rows);
    await inside.save(rows.get(1), {price: undefined});
    const row = new Row({id: 1});
    row.fetch().abort();
    return [row.attributes, row.has('price')];
  }), [{id: 1}, false]);
  server.answer((request, response) => response.json([{id: 1, price: 500, _burry_: {parsed: true, dates: []}}]));
  assert.deepEqual(await run(async () => {
    const rows = new (classes().Rows)(), again = new (classes().Rows)();
    await inside.fetch(rows);
    again.fetch().abort();
    return [rows.at(0).get('price'), again.length];
  }), [5, 0]);
});

test('6.1 while writes are pending, too, parse runs once a row and delivery', async t => {
  const {run, server} = await open(t, 'a parse of both');
  const answers = [];
  server.answer((request, response) => {
    if (request.method === 'GET') response.json(practice['a parse of both'].answer);
    else answers.push(() => response.status(204).end());
  });
  const heard = await run(async () => {
    const {Row, Rows} = classes(), rows = new Rows();
    await inside.fetch(rows);
    window.saved = inside.save(new Row({id: 77}), {price: 3});
    practice.taken();
    await inside.fetch(rows);
    return practice.taken();
  });
  answers[0]();
  await run(() => saved);
  // Once for the cached phase, once for the server's; and to tell the rows apart.
  assert.equal(heard.filter(given => given.includes('items')).length, 2);
});

// 9

test('9.3 rubbish in a record, and beside a list, is a miss', async t => {
  const {run} = await open(t, 'a parse of both');
  const rubbish = ['', ' ', 'null ', '7 ', '[] ', '"x" ', '{"_burry_":1} ', '{"_burry_":{"written":1,"dates":[]}} ', '{"_burry_":{"written":{},"dates":7}} ',
    '{"_burry_":{"parsed":true,"dates":[["__proto__","x"],["constructor","name"],[],[[]],null]}} '];
  const results = await run(async rubbish => {
    const {Rows} = classes(), results = [];
    for (const key of ['1-_burry_test', '__ids__?#-_burry_test']) {
      for (const text of rubbish) {
        await inside.fetch(new Rows());
        localStorage.setItem(key, text);
        const rows = new Rows(), answered = inside.fetch(rows), cached = rows.length;
        await answered;
        const again = new Rows();
        again.fetch();
        if (cached || rows.length !== 2 || again.length !== 2) results.push([key, text, cached, rows.length, again.length]);
      }
    }
    return [results, 'x' in {}, Object.name];
  }, rubbish);
  assert.deepEqual(results, [[], false, 'Object']);
});

test('6.1, 9.1 a parse that is given null after a miss with a kept envelope', async t => {
  const {run, errors} = await openInside(t);
  assert.deepEqual(await run(() => {
    let answer;
    const {Rows} = inside.classes({
      wrapped: (method, model, options) => { answer = options.success; },
      collection: {parse: data => data ? data.items : []}
    });
    new Rows().fetch();
    answer({items: [{id: 1}], total: 1});
    localStorage.removeItem('1-_burry_test');
    const rows = new Rows(), parsed = [];
    rows.fetch({success: rows => parsed.push(rows.parse(null))});
    return [inside.thrown(() => answer(null)), parsed];
  }), [null, [[]]]);
  assert.deepEqual(errors, []);
});
