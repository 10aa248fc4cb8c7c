// What wrapped may return and call, and what the page gets (contract 7.1 to 7.3).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

const row = {id: 1, name: 'Norway'}, text = JSON.stringify(row);
const data = {rows: [row]};

// Ways of a wrapped to tell its outcome. `later` runs something in a later turn,
// or at once where the test is of a wrapped that answers before it returns.
const ways = {
  'calls back': (ok, options, later) => { later(() => ok ? options.success({id: 1, name: 'Norway'}) : options.error({status: 500})); },
  'calls back, and returns a value': (ok, options, later) => {
    later(() => ok ? options.success({id: 1, name: 'Norway'}) : options.error({status: 500}));
    return 5;
  },
  'settles a Deferred': (ok, options, later) => {
    const deferred = jQuery.Deferred();
    later(() => ok ? deferred.resolve({id: 1, name: 'Norway'}) : deferred.reject({status: 500}));
    return deferred;
  },
  'settles a promise of jQuery': (ok, options, later) => {
    const deferred = jQuery.Deferred();
    later(() => ok ? deferred.resolve({id: 1, name: 'Norway'}) : deferred.reject({status: 500}));
    return deferred.promise();
  },
  'settles a thenable': (ok, options, later) => ({
    then(resolved, rejected) { later(() => ok ? resolved({id: 1, name: 'Norway'}) : rejected({status: 500})); }
  }),
  'calls back, then settles': (ok, options, later) => {
    const deferred = jQuery.Deferred();
    later(() => {
      if (ok) options.success({id: 1, name: 'Norway'});
      else options.error({status: 500});
      if (ok) deferred.resolve({id: 1, name: 'Norway'});
      else deferred.reject({status: 500});
    });
    return deferred.promise();
  },
  'settles, then calls back': (ok, options, later) => {
    const deferred = jQuery.Deferred();
    later(() => {
      if (ok) deferred.resolve({id: 1, name: 'Norway'});
      else deferred.reject({status: 500});
      if (ok) options.success({id: 1, name: 'Norway'});
      else options.error({status: 500});
    });
    return deferred.promise();
  },
  'settles, then calls back in another turn': (ok, options, later) => {
    const deferred = jQuery.Deferred();
    later(() => {
      if (ok) deferred.resolve({id: 1, name: 'Norway'});
      else deferred.reject({status: 500});
      window.turns.push(() => ok ? options.success({id: 1, name: 'Norway'}) : options.error({status: 500}));
    });
    return deferred.promise();
  },
  'calls back twice': (ok, options, later) => {
    later(() => {
      if (ok) options.success({id: 1, name: 'Norway'}), options.success({id: 1, name: 'Norway'});
      else options.error({status: 500}), options.error({status: 500});
    });
  },
  'calls back, then tells the opposite': (ok, options, later) => {
    later(() => {
      if (ok) options.success({id: 1, name: 'Norway'}), options.error({status: 500});
      else options.error({status: 500}), options.success({id: 1, name: 'Norway'});
    });
  },
  'settles a native promise': (ok, options, later) => new Promise((resolve, reject) => {
    later(() => ok ? resolve({id: 1, name: 'Norway'}) : reject({status: 500}));
  }),
  'settles a native promise and calls back': (ok, options, later) => new Promise((resolve, reject) => {
    later(() => {
      if (ok) resolve({id: 1, name: 'Norway'}), options.success({id: 1, name: 'Norway'});
      else reject({status: 500}), options.error({status: 500});
    });
  })
};
const isNative = way => /native/.test(way), callsBack = way => /back/.test(way);

// One fetch through such a wrapped: the log of callbacks and events, and the
// state of the promise right after the call and at the end.
async function attempt(way, ok, atOnce, hit) {
  localStorage.clear();
  if (hit) localStorage.setItem('1-_burry_test', '{"id":1,"name":"Norge"}');
  window.turns = [];
  const later = action => { if (atOnce) action(); else turns.push(action); };
  const {Row} = inside.classes({wrapped: (method, model, options) => way(ok, options, later)});
  const model = new Row({id: 1}), log = inside.log(model);
  const promise = model.fetch(inside.callbacks(log));
  promise.done(() => log.push('done')).fail(() => log.push('fail'));
  log.push('returned ' + promise.state());
  while (turns.length) {
    turns.shift()();
    await new Promise(resolve => setTimeout(resolve));
  }
  await new Promise(resolve => setTimeout(resolve));
  log.push('at the end ' + promise.state());
  return [log.filter(entry => !/^change/.test(entry)), localStorage.getItem('1-_burry_test')];
}

const cachedPhase = ['success cached', 'sync cached', 'cachesync cached'];
const serverPhase = ['success server', 'sync server'];
const failure = ['error 500', 'error'];

function expected(way, ok, atOnce, hit) {
  const stored = ok ? text : hit ? '{"id":1,"name":"Norge"}' : null;
  // A native promise tells nobody that it is settled before its next turn.
  const known = atOnce && (!isNative(way) || callsBack(way));
  if (known && ok) return [[...serverPhase, 'done', 'returned resolved', 'at the end resolved'], stored];
  if (known && hit) return [[...cachedPhase, ...failure, 'done', 'returned resolved', 'at the end resolved'], stored];
  if (known) return [[...failure, 'fail', 'returned rejected', 'at the end rejected'], stored];
  if (hit) return [[...cachedPhase, 'done', 'returned resolved', ...(ok ? serverPhase : failure), 'at the end resolved'], stored];
  return [['returned pending', ...(ok ? [...serverPhase, 'done'] : [...failure, 'fail']), `at the end ${ok ? 'resolved' : 'rejected'}`], stored];
}

for (const way of Object.keys(ways)) {
  test(`7.1 a wrapped that ${way}: each outcome is reported once`, async t => {
    const {run, errors} = await openInside(t);
    for (const ok of [true, false]) {
      for (const atOnce of [true, false]) {
        for (const hit of [true, false]) {
          assert.deepEqual(await run(`(${attempt})(${ways[way]}, ${ok}, ${atOnce}, ${hit})`), expected(way, ok, atOnce, hit),
            `${ok ? 'success' : 'failure'} ${atOnce ? 'at once' : 'later'}, ${hit ? 'hit' : 'miss'}`);
        }
      }
    }
    assert.deepEqual(errors, []);
  });
}

for (const result of ['undefined', 'null', '5', '"text"', '{}', 'function () {}']) {
  test(`7.1 a wrapped that returns ${result} and never answers leaves a pending promise, or the cached phase`, async t => {
    const {run} = await openInside(t);
    assert.deepEqual(await run(result => {
      const {Row} = inside.classes({wrapped: () => (0, eval)(`(${result})`)}), states = [new Row({id: 1}).fetch().state()];
      localStorage.setItem('1-_burry_test', '{"id":1}');
      return [...states, new Row({id: 1}).fetch().state()];
    }, result), ['pending', 'resolved']);
  });
}

test('7.1 a wrapped that throws: the exception reaches the caller, nobody is told and the library stays usable', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    localStorage.setItem('1-_burry_test', '{"id":1,"name":"Norge"}');
    let failing = true;
    const wrapped = (method, model, options) => {
      if (failing) throw new RangeError('wrapped');
      options.success({id: 1, name: 'Norway'});
    };
    const {Row} = inside.classes({wrapped}), model = new Row({id: 1}), log = inside.log(model);
    const thrown = ['fetch', 'save', 'destroy'].map(name => inside.thrown(() => model[name]()));
    const left = localStorage.getItem('1-_burry_test'), told = [...log];
    failing = false;
    return [thrown, told, left, model.fetch().state(), model.get('name')];
  }), [Array(3).fill('RangeError: wrapped'), [], '{"id":1,"name":"Norge"}', 'resolved', 'Norway']);
});

test('7.1 old wrapped syncs that resolve at once and never call success: storage to the byte', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    inside.setClock(60000 * 1000);
    const answers = {
      read: model => model.models ? [{id: 1, name: 'a'}, {id: 2, name: 'b'}] : {id: model.id, name: 'read'},
      create: () => ({id: 3, name: 'c'}),
      update: model => model.toJSON(),
      delete: () => ({})
    };
    const wrapped = (method, model) => jQuery.Deferred().resolve(answers[method](model)).promise();
    const stages = [];
    for (const ttl of [undefined, 10]) {
      localStorage.clear();
      const sync = Backbone.cachingSync(wrapped, 'old', ttl);
      const Row = Backbone.Model.extend({sync, url: '/rows'}), Rows = Backbone.Collection.extend({model: Row, sync, url: '/rows'});
      const rows = new Rows(), states = [];
      const stage = result => {
        states.push(result.state());
        stages.push(JSON.stringify(inside.stored()));
      };
      stage(rows.fetch());
      rows.create({name: 'c'});
      stage({state: () => 'created'});
      stage(rows.get(1).save({name: 'saved'}));
      stage(rows.get(2).destroy());
      stages.push(states.join(), rows.pluck('id').join());
    }
    return stages;
  }), [
    {'1-_burry_old': '{"id":1,"name":"a"}', '2-_burry_old': '{"id":2,"name":"b"}', '__ids__-_burry_old': '[1,2]', '_burry_stores_': '["","old"]'},
    {'1-_burry_old': '{"id":1,"name":"a"}', '2-_burry_old': '{"id":2,"name":"b"}', '3-_burry_old': '{"name":"c","id":3}',
      '__ids__-_burry_old': '[1,2,3]', '_burry_stores_': '["","old"]'},
    {'1-_burry_old': '{"id":1,"name":"saved"}', '2-_burry_old': '{"id":2,"name":"b"}', '3-_burry_old': '{"name":"c","id":3}',
      '__ids__-_burry_old': '[1,2,3]', '_burry_stores_': '["","old"]'},
    {'1-_burry_old': '{"id":1,"name":"saved"}', '3-_burry_old': '{"name":"c","id":3}', '__ids__-_burry_old': '[1,3]', '_burry_stores_': '["","old"]'},
    'resolved,created,resolved,resolved', '1,3',
    // The registry went with the clear() before the second decorator was made.
    ...[
      {'1-_burry_exp_old': '1010', '1-_burry_old': '{"id":1,"name":"a"}', '2-_burry_exp_old': '1010', '2-_burry_old': '{"id":2,"name":"b"}',
        '__ids__-_burry_exp_old': '1010', '__ids__-_burry_old': '[1,2]', '_burry_stores_': '["","old"]'},
      {'1-_burry_exp_old': '1010', '1-_burry_old': '{"id":1,"name":"a"}', '2-_burry_exp_old': '1010', '2-_burry_old': '{"id":2,"name":"b"}',
        '3-_burry_exp_old': '1010', '3-_burry_old': '{"name":"c","id":3}', '__ids__-_burry_exp_old': '1010', '__ids__-_burry_old': '[1,2,3]',
        '_burry_stores_': '["","old"]'},
      {'1-_burry_exp_old': '1010', '1-_burry_old': '{"id":1,"name":"saved"}', '2-_burry_exp_old': '1010', '2-_burry_old': '{"id":2,"name":"b"}',
        '3-_burry_exp_old': '1010', '3-_burry_old': '{"name":"c","id":3}', '__ids__-_burry_exp_old': '1010', '__ids__-_burry_old': '[1,2,3]',
        '_burry_stores_': '["","old"]'},
      {'1-_burry_exp_old': '1010', '1-_burry_old': '{"id":1,"name":"saved"}', '3-_burry_exp_old': '1010', '3-_burry_old': '{"name":"c","id":3}',
        '__ids__-_burry_exp_old': '1010', '__ids__-_burry_old': '[1,3]', '_burry_stores_': '["","old"]'}
    ],
    'resolved,created,resolved,resolved', '1,3'
  ].map(stage => typeof stage === 'string' ? stage : JSON.stringify(stage)));
});

test('7.1 a sync that is called directly, without options, caches as well', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = (method, model) => jQuery.Deferred().resolve(method === 'delete' ? undefined : {id: 1, name: method}).promise();
    const sync = Backbone.cachingSync(wrapped, 'test');
    return ['read', 'update', 'create', 'delete'].map(method => {
      const model = new Backbone.Model(method === 'create' ? {} : {id: 1});
      return [sync(method, model).state(), JSON.stringify(inside.records())];
    });
  }), [
    ['resolved', '{"1-_burry_test":"{\\"id\\":1,\\"name\\":\\"read\\"}"}'],
    ['resolved', '{"1-_burry_test":"{\\"id\\":1,\\"name\\":\\"update\\"}"}'],
    ['resolved', '{"1-_burry_test":"{\\"id\\":1,\\"name\\":\\"create\\"}"}'],
    ['resolved', '{}']
  ]);
});

// 7.2

test('7.2 with jQuery the result is a jQuery promise, of each method', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const sync = Backbone.cachingSync(() => {}, 'test');
    return ['read', 'create', 'update', 'patch', 'delete'].map(method => {
      const promise = sync(method, new Backbone.Model({id: 1}), {});
      return ['done', 'fail', 'always', 'then', 'state', 'promise'].filter(name => typeof promise[name] === 'function').length +
        String(promise.resolve) + promise.state();
    });
  }), Array(5).fill('6undefinedpending'));
});

test('7.2 without jQuery it is a native promise with done, fail, always and state', async t => {
  const {run} = await openInside(t, {scripts: ['underscore', 'backbone', 'cachingsync']});
  assert.deepEqual(await run(async () => {
    const log = [];
    let settle;
    const wrapped = () => new Promise((resolve, reject) => { settle = {resolve, reject}; });
    const {Row} = inside.classes({wrapped}), turn = () => new Promise(resolve => setTimeout(resolve));
    const listen = promise => promise.done(data => log.push('done ' + data.name)).fail(error => log.push('fail ' + error.status))
      .always(() => log.push('always'));

    const miss = new Row({id: 1}).fetch();
    listen(miss);
    log.push(miss instanceof Promise, miss.state());
    settle.resolve({id: 1, name: 'Norway'});
    log.push((await miss).name, miss.state());

    const hit = new Row({id: 1}).fetch();
    log.push(hit.state());
    listen(hit);
    settle.reject({status: 500});
    await turn();
    log.push(hit.state());

    const failed = new Row({id: 9}).fetch();
    listen(failed);
    settle.reject({status: 500});
    log.push(await failed.then(() => 'resolved', error => 'rejected ' + error.status), failed.state());
    return log;
  }), [true, 'pending', 'done Norway', 'always', 'Norway', 'resolved',
    'resolved', 'done Norway', 'always', 'resolved',
    'fail 500', 'always', 'rejected 500', 'rejected']);
});

test('7.2 without jQuery a failure that only callbacks listen to is no unhandled rejection', async t => {
  const {run, page, errors} = await openInside(t, {scripts: ['underscore', 'backbone', 'cachingsync']});
  assert.deepEqual(await run(async () => {
    const log = [];
    window.unhandled = [];
    window.addEventListener('unhandledrejection', event => {
      unhandled.push(String(event.reason));
      if (event.reason === 'of the test') event.preventDefault();
    });
    const {Row} = inside.classes({wrapped: (method, model, options) => { setTimeout(() => options.error({status: 500})); }});
    await new Promise(resolve => new Row({id: 1}).fetch({error(model, request) { log.push(request.status); setTimeout(resolve); }}));
    return log;
  }), [500]);
  // The browser reports rejections in their order, and none of the code of a driver.
  await page.addScriptTag({content: "Promise.reject('of the test')"});
  await page.waitForFunction(() => unhandled.length, {polling: 5});
  assert.deepEqual(await run(() => unhandled), ['of the test']);
  assert.deepEqual(errors, []);
});

// 7.3

async function outcome(sync) {
  const Row = Backbone.Model.extend({urlRoot: '/api/rows', sync}), context = {}, log = [];
  const tell = (name, request) => function (...args) {
    log.push([name, this === context, args.map(value => value === request() ? 'request' : value && value.status ? 'jqXHR ' + value.status : value)]);
  };
  for (const id of [1, 9]) {
    localStorage.clear();
    for (const options of [{}, {context}]) {
      await new Promise(complete => {
        const model = new Row({id});
        let promise;
        promise = model.sync('read', model, {...options, complete: () => complete(),
          success: tell('success', () => promise), error: tell('error', () => promise)});
        promise.done(tell('done', () => promise)).fail(tell('fail', () => promise)).always(tell('always', () => promise));
      });
    }
    localStorage.clear();
  }
  return log;
}

test('7.3 arguments and context of callbacks and promise are those of the undecorated sync', async t => {
  const {run} = await openInside(t, {data});
  const plain = await run(`(${outcome})(Backbone.sync)`);
  const decorated = await run(`(() => {
    // Each call is a miss, so that the server's answer is what is compared.
    const sync = Backbone.cachingSync(Backbone.sync, 'test');
    return (${outcome})(function () { localStorage.clear(); return sync.apply(this, arguments); });
  })()`);
  // The promise is ours, and stands for the request.
  const asRequest = log => JSON.parse(JSON.stringify(log).replaceAll('"request"', '"jqXHR"').replace(/"jqXHR \d+"/g, '"jqXHR"'));
  assert.deepEqual(asRequest(decorated), asRequest(plain));
  assert.equal(plain.length, 12);
});

test('7.3 the context of callbacks that asked for none is that of jQuery', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    const sync = Backbone.cachingSync(Backbone.sync, 'test'), model = new (Backbone.Model.extend({urlRoot: '/api/rows'}))({id: 1});
    const look = sync => new Promise(resolve => sync('read', model, {success() { resolve(Object.keys(this).includes('url') && this.type); }}));
    return [await look(Backbone.sync), await look(sync)];
  }), ['GET', 'GET']);
});

test('7.3 a jqXHR in flight: abort, status and getResponseHeader of the promise, on a hit and on a miss', async t => {
  const {run, server} = await openInside(t, {data});
  for (const hit of [true, false]) {
    const release = server.hold();
    await run(hit => {
      localStorage.clear();
      if (hit) localStorage.setItem('1-_burry_test', '{"id":1,"name":"Norge"}');
      window.log = [];
      window.model = new (inside.classes().Row)({id: 1});
      window.done = inside.until(given => { window.promise = model.fetch(inside.callbacks(log, given)); });
      window.before = [promise.state(), promise.status, promise.readyState, promise.getResponseHeader('Content-Type'), typeof promise.abort];
    }, hit);
    release();
    assert.deepEqual(await run(async () => {
      await done;
      return [before, promise.state(), promise.status, promise.statusText, promise.readyState,
        promise.getResponseHeader('Content-Type').split(';')[0], promise.responseJSON];
    }), [[hit ? 'resolved' : 'pending', null, 1, null, 'function'], 'resolved', 200, 'OK', 4, 'application/json', row]);

    server.hold();
    assert.deepEqual(await run(async hit => {
      localStorage.clear();
      if (hit) localStorage.setItem('1-_burry_test', '{"id":1,"name":"Norge"}');
      const log = inside.log(model);
      let promise;
      const done = inside.until(given => { promise = model.fetch(inside.callbacks(log, given)); });
      log.length = 0;
      promise.abort();
      await done;
      model.off();
      return [log, promise.state(), promise.statusText];
    }, hit), [['error 0', 'error'], hit ? 'resolved' : 'rejected', 'abort']);
    server.hold()();
  }
});

test('7.3 the promise stands for a request of any other kind', async t => {
  const {run} = await openInside(t);
  const results = await run(() => {
    // A class keeps its methods on its prototype, where they cannot be enumerated.
    class Request {
      #aborted = false;
      then(resolved, rejected) { this.rejected = rejected; }
      abort() {
        this.#aborted = true;
        this.status = 499;
        this.rejected(this);
      }
      get aborted() { return this.#aborted; }
      getResponseHeader(name) { return this.status ? name : null; }
    }
    const native = Object.assign(new Promise(() => {}), {abort() { native.status = 499; }, getResponseHeader: name => native.status ? name : null});
    return [new Request(), native].map(request => {
      const {Row} = inside.classes({wrapped: () => request}), log = [];
      const own = Object.getOwnPropertyNames(request).join();
      const promise = new Row({id: 1}).fetch(inside.callbacks(log));
      const before = [typeof promise.abort, promise.status === undefined, promise.getResponseHeader('X')];
      promise.abort();
      return [before, request.status, promise.status, promise.getResponseHeader('X'), promise.aborted, log];
    });
  });
  assert.deepEqual(JSON.parse(JSON.stringify(results)), [
    [['function', true, null], 499, 499, 'X', true, ['error 499']],
    [['function', true, null], 499, 499, 'X', null, []]
  ]);
});

test('7.3 the promise of a cached phase is also the third argument of its callbacks', async t => {
  const {run, server} = await openInside(t, {data});
  server.hold();
  assert.deepEqual(await run(() => {
    localStorage.setItem('1-_burry_test', '{"id":1,"name":"Norge"}');
    const {sync, Row} = inside.classes(), model = new Row({id: 1}), context = {}, seen = [];
    const promise = sync('read', model, {context, success(...args) { seen.push(args, this === context); }});
    promise.done(function (...args) { seen.push(args, this === context); });
    const plain = seen.map(value => Array.isArray(value) ? [value[0].name, value[1], value[2] === promise, typeof value[2].abort, value.length] : value);
    return plain;
  }), Array(2).fill([['Norge', 'success', true, 'function', 3], true]).flat());
});

test('7.1 the options may be sent again out of the error callback: each failure is reported', async t => {
  const {run, server} = await openInside(t, {data});
  server.answer((request, response) => response.status(500).json({}));
  const retry = sync => new Promise(resolve => {
    const Row = Backbone.Model.extend({urlRoot: '/api/rows', sync}), model = new Row({id: 1}), log = [];
    let attempts = 0;
    // What Backbone leaves there would not do for a second request of jQuery's.
    const again = ({xhr, ...options}) => model.sync('read', model, options);
    model.fetch({error(failed, request, options) {
      log.push(request.status);
      if (++attempts === 3) return resolve(log);
      if (attempts === 1) again(options);
      // And later, when the call is over.
      else setTimeout(() => again(options));
    }});
  });
  const plain = await run(`(${retry})(Backbone.sync)`);
  assert.deepEqual(plain, [500, 500, 500]);
  assert.deepEqual(await run(`(${retry})(Backbone.cachingSync(Backbone.sync, 'test'))`), plain);
});

test('7.1 the options may be sent again and succeed: success is reported once', async t => {
  const {run, server} = await openInside(t, {data});
  let failures = 2;
  server.answer((request, response, next) => failures-- > 0 ? response.status(500).json({}) : next());
  assert.deepEqual(await run(() => new Promise(resolve => {
    const {Row} = inside.classes(), model = new Row({id: 1}), log = inside.log(model);
    model.fetch({
      error: (failed, request, options) => {
        log.push('failed');
        delete options.xhr;
        model.sync('read', model, options);
      },
      success: () => setTimeout(() => resolve(log))
    });
  })), ['request', 'failed', 'request', 'error', 'failed', 'request', 'error', 'change:name', 'change', 'sync server']);
});

test('7.1 the options of a wrapped that threw, or that failed at once, may be sent again', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const outcomes = ['throw', 'fail', 'fail', 'succeed'], log = [], model = new Backbone.Model({id: 1});
    const sync = Backbone.cachingSync((method, model, options) => {
      const outcome = outcomes.shift();
      if (outcome === 'throw') throw new Error('wrapped');
      options[outcome === 'fail' ? 'error' : 'success'](outcome);
    }, 'test');
    const options = {
      success: data => log.push(data),
      error(data) {
        log.push(data);
        sync('read', model, options);
      }
    };
    log.push(inside.thrown(() => sync('read', model, options)));
    sync('read', model, options);
    return log;
  }), ['Error: wrapped', 'fail', 'fail', 'succeed']);
});

test('7.1 one options object may serve two calls at once', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), sync = Backbone.cachingSync(wrapped, 'test'), log = [];
    const options = {success: data => log.push(data.id)};
    sync('read', new Backbone.Model({id: 1}), options);
    sync('read', new Backbone.Model({id: 2}), options);
    wrapped.requests[1].deferred.resolve({id: 2});
    wrapped.requests[0].deferred.resolve({id: 1});
    return log;
  }), [2, 1]);
});

test('7.1 a decorated sync may be decorated again: the later decorator is the one that caches', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped();
    const {Row} = inside.classes({wrapped: Backbone.cachingSync(wrapped, 'inner'), ns: 'outer'}), row = new Row({id: 1}), log = inside.log(row);
    row.fetch(inside.callbacks(log));
    wrapped.requests[0].options.success({id: 1, name: 'Norway'});
    return [log, inside.records()];
  }), [['change:name', 'change', 'success server', 'sync server'],
    {'1-_burry_outer': '{"id":1,"name":"Norway"}'}]);
});

test('7.1 options that nothing can be put into go to wrapped without harm', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), sync = Backbone.cachingSync(wrapped, 'test'), log = [];
    const options = Object.freeze({success: data => log.push(data.id), error() {}});
    const error = inside.thrown(() => sync('read', new Backbone.Model({id: 1}), options));
    if (wrapped.requests.length) wrapped.requests[0].options.success({id: 1});
    return [error, log];
  }), [null, [1]]);
});

// What a page, or a wrapped sync, may put round a callback of ours.
const rounds = {
  'a copy of it': (callback, log) => Object.assign(function (...args) {
    log.push('round');
    return callback.apply(this, args);
  }, callback),
  'a Proxy of it': (callback, log) => new Proxy(callback, {apply(target, context, args) {
    log.push('round');
    return target.apply(context, args);
  }})
};
for (const [what, round] of Object.entries(rounds)) {
  test(`7.1 what the page puts round a callback before it sends the options again is called: ${what}`, async t => {
    const {run} = await openInside(t);
    assert.deepEqual(await run(source => {
      const round = (0, eval)(`(${source})`), log = [], options = {success: () => log.push('own')}, wrapped = inside.wrapped();
      const {sync} = inside.classes({wrapped});
      sync('read', new Backbone.Model({id: 7}), options);
      wrapped.requests[0].options.success({id: 7});
      options.success = round(options.success, log);
      sync('read', new Backbone.Model({id: 8}), options);
      wrapped.requests[1].options.success({id: 8});
      return log;
    }, String(round)), ['own', 'round']);
  });
}

test('7.1 a frozen callback that wrapped puts into options that are sent again is known', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const log = [], options = {success: () => log.push('own')};
    const {sync} = inside.classes({wrapped(method, model, options) {
      const {success} = options;
      options.success = Object.freeze(function (...args) {
        log.push('wrapped');
        success.apply(this, args);
      });
    }});
    for (const id of [1, 2]) {
      sync('read', new Backbone.Model({id}), options);
      options.success({id});
    }
    return log;
  }), ['wrapped', 'own', 'wrapped', 'own']);
});
