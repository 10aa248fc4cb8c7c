// How a page loads the file, and what it has then (contract 1.1 to 1.4).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';
import {offlinePage, plainPage, withLibraries} from './libraries.mjs';

const data = {rows: [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]};
const records = {
  '1-_burry_test': '{"id":1,"name":"Norway"}',
  '2-_burry_test': '{"id":2,"name":"Chile"}',
  '__ids__-_burry_test': '[1,2]'
};

// Fetches once to fill the cache and once more; what the second fetch showed
// before it returned.
async function fetchTwice() {
  const {Rows} = inside.classes();
  await new Promise((resolve, reject) => new Rows().fetch({success: resolve, error: reject}));
  const rows = new Rows(), phases = [];
  const done = new Promise((resolve, reject) => {
    const promise = rows.fetch({
      success(collection, response, options) {
        phases.push(options.fromCache);
        if (!options.fromCache) resolve();
      },
      error: reject
    });
    phases.push(promise.state(), rows.pluck('name').join());
  });
  await done;
  return {phases, records: inside.records()};
}
const hit = {phases: [true, 'resolved', 'Norway,Chile', false], records};

const base = ['jquery', 'underscore', 'backbone'];
const files = {'backbone.cachingsync.js': plainPage, 'backbone.cachingsync.offline.js': offlinePage};
// A test of each of the two files. name: of the file.
function ofEach(title, body) {
  for (const [name, scripts] of Object.entries(files)) test(`${title} (${name})`, t => body(t, {name, scripts}));
}

ofEach('1.4 a script tag makes the globals Backbone.cachingSync and Burry', async (t, {scripts}) => {
  const {run, errors, warnings} = await openInside(t, {data, scripts});
  assert.deepEqual(await run(() => [typeof Backbone.cachingSync, typeof Burry.Store, Burry.isSupported()]),
    ['function', 'function', true]);
  assert.deepEqual(await run(fetchTwice), hit);
  assert.deepEqual([errors, warnings], [[], []]);
});

ofEach('1.4 a script tag makes no other global', async (t, {scripts}) => {
  const before = await openInside(t, {scripts: ['jquery', 'underscore', 'backbone']});
  const after = await openInside(t, {scripts});
  const names = () => Object.getOwnPropertyNames(window);
  const known = new Set(await before.run(names));
  assert.deepEqual((await after.run(names)).filter(name => !known.has(name)), ['Burry']);
});

test('1.4 jQuery is found as Backbone finds it, after noConflict(true)', async t => {
  const {run} = await openInside(t, {data, scripts: ['jquery', 'underscore', 'backbone', '/own/no-conflict.js', 'cachingsync']});
  assert.deepEqual(await run(() => [typeof window.jQuery, typeof window.$]), ['undefined', 'undefined']);
  assert.deepEqual(await run(fetchTwice), hit);
  assert.equal(await run(() => {
    const {sync} = inside.classes({wrapped: () => {}});
    return typeof sync('read', new Backbone.Model({id: 9}), {}).progress;
  }), 'function', 'a jQuery promise');
});

test('1.4 jQuery may say noConflict(true) after the file has run', async t => {
  const {run} = await openInside(t, {data});
  await run(() => { jQuery.noConflict(true); });
  assert.deepEqual(await run(fetchTwice), hit);
});

test('1.4 a jQuery that the page hands to Backbone.$ later is the one that is used', async t => {
  const {run} = await openInside(t, {data});
  assert.equal(await run(() => {
    const {sync} = inside.classes({wrapped: () => {}});
    Backbone.$ = Object.create(jQuery);
    let made = 0;
    Backbone.$.Deferred = function () {
      made++;
      return jQuery.Deferred.apply(jQuery, arguments);
    };
    sync('read', new Backbone.Model({id: 9}), {});
    return made;
  }), 1);
});

test('1.4 lodash 4 does in place of underscore', async t => {
  const {run, errors} = await openInside(t, {data, scripts: ['jquery', 'lodash', 'backbone', 'cachingsync']});
  assert.match(await run(() => _.VERSION), /^4\./);
  assert.deepEqual(await run(fetchTwice), hit);
  assert.deepEqual(errors, []);
});

test('1.4 jQuery may be slim, with an ajax of the page', async t => {
  const {run, errors} = await openInside(t, {data, scripts: withLibraries(['jquery-slim'])});
  assert.equal(await run(() => typeof jQuery.ajax), 'undefined');
  assert.deepEqual(await run(fetchTwice), hit);
  assert.deepEqual(errors, []);
});

test('1.4 jQuery may be absent, with an ajax of the page', async t => {
  const {run, errors} = await openInside(t, {data, scripts: withLibraries(['no-jquery'])});
  assert.deepEqual(await run(() => [typeof window.jQuery, typeof Backbone.$]), ['undefined', 'undefined']);
  assert.deepEqual(await run(fetchTwice), hit);
  assert.deepEqual(errors, []);
});

ofEach('1.4 AMD: an anonymous module that returns the function and sets Backbone.cachingSync', async (t, {name, scripts}) => {
  const {run, server, errors} = await openInside(t, {data, scripts: ['requirejs']});
  const result = await run(async name => {
    require.config({
      baseUrl: '/lib',
      paths: {
        jquery: 'jquery/dist/jquery',
        underscore: 'underscore/underscore',
        backbone: 'backbone/backbone',
        'any/name/at/all': `/dist/${name.replace(/\.js$/, '')}`
      }
    });
    return new Promise((resolve, reject) => require(['any/name/at/all', 'backbone', 'jquery'], (cachingSync, backbone, jquery) => {
      window.Backbone = backbone;
      window.jQuery = jquery;
      resolve([typeof cachingSync, cachingSync === backbone.cachingSync]);
    }, reject));
  }, name);
  assert.deepEqual(result, ['function', true]);
  assert.deepEqual(await run(fetchTwice), hit);
  assert.deepEqual([errors, server.requests.length], [[], 2]);
});

ofEach('1.4 AMD: its dependencies are called jquery, underscore and backbone', async (t, {scripts}) => {
  const {run} = await openInside(t, {scripts: ['/own/define.js', ...scripts]});
  assert.deepEqual(await run(() => {
    const last = defined[defined.length - 1];
    return [defined.length > 3, last.length, last[0], typeof last[1]];
  }), [true, 2, ['jquery', 'underscore', 'backbone'], 'function']);
});

ofEach('1.4, 10 CommonJS: require gives the function, and makes no global', async (t, {name}) => {
  const {run, errors} = await openInside(t, {data, scripts: base});
  assert.deepEqual(await run(async name => {
    const text = await (await fetch(`/dist/${name}`)).text(), module = {exports: {}};
    new Function('module', 'exports', 'require', text)(module, module.exports, name => name === 'backbone' ? Backbone : null);
    return [typeof module.exports, module.exports === Backbone.cachingSync, typeof window.Burry];
  }, name), ['function', true, 'undefined']);
  assert.deepEqual(await run(fetchTwice), hit);
  assert.deepEqual(errors, []);
});

ofEach('1.4, 10 the file and the page may be strict', async (t, {name}) => {
  const {run, errors} = await openInside(t, {data, scripts: base});
  await run(async name => {
    const script = document.createElement('script');
    script.text = '"use strict";' + await (await fetch(`/dist/${name}`)).text();
    document.head.append(script);
  }, name);
  assert.deepEqual(await run(fetchTwice), hit);
  assert.deepEqual(errors, []);
  assert.deepEqual(await run(async () => {
    'use strict';
    const sync = Backbone.cachingSync(function () {
      'use strict';
      return this === undefined ? 'undefined' : typeof this;
    }, 'strict');
    return [typeof sync('read', new Backbone.Model({id: 1}), {}).then,
      inside.thrown(() => { (0, Backbone.cachingSync)(Backbone.sync, 'strict'); })];
  }), ['function', null]);
});

// The file and the next line as one script: no turn of the page lies between them.
ofEach('1.3 the function is there in the same tick in which the script ran', async (t, {name}) => {
  const {run, errors} = await openInside(t, {data, scripts: base});
  assert.deepEqual(await run(async name => {
    const script = document.createElement('script');
    script.text = await (await fetch(`/dist/${name}`)).text() + `;
      const sync = Backbone.cachingSync((method, model, options) => { options.success({id: 1, name: 'Norway'}); }, 'next');
      const Row = Backbone.Model.extend({sync}), row = new Row({id: 1});
      window.nextLine = [row.fetch().state(), row.get('name'), localStorage.getItem('1-_burry_next')];`;
    document.head.append(script);
    return window.nextLine;
  }, name), ['resolved', 'Norway', '{"id":1,"name":"Norway"}']);
  assert.deepEqual(errors, []);
});

test('1.1 this and every argument reach wrapped unchanged, with the same options object', async t => {
  const {run} = await openInside(t);
  assert.deepEqual(await run(() => {
    const wrapped = inside.wrapped(), sync = Backbone.cachingSync(wrapped, 'test');
    const model = new Backbone.Model({id: 1}), context = {}, options = {}, further = {};
    return ['read', 'create', 'update', 'patch', 'delete', 'purge'].map(method => {
      sync.call(context, method, model, options, further, 5);
      const {args, ...request} = wrapped.requests.pop();
      return [args.length, args[0] === method, args[1] === model, args[2] === options, args[3] === further, args[4] === 5,
        request.context === context].join();
    });
  }), Array(6).fill('5,true,true,true,true,true,true'));
});

test('1.1 xhr, beforeSend, complete, context and changes that wrapped makes to the options keep working', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    const log = [], context = {name: 'context'};
    const {Row} = inside.classes({wrapped(method, model, options) {
      options.headers = {'X-Test': 'yes'};
      return Backbone.sync.apply(this, arguments);
    }});
    const row = new Row({id: 1});
    await new Promise(resolve => {
      row.fetch({
        context,
        beforeSend(request) { log.push('beforeSend ' + typeof request.setRequestHeader); },
        success(model, response, options) {
          log.push('success ' + (this === context), 'xhr ' + options.xhr.status, 'headers ' + options.headers['X-Test']);
        },
        complete() {
          log.push('complete ' + (this === context));
          resolve();
        }
      });
    });
    return log;
  }), ['beforeSend function', 'success true', 'xhr 200', 'headers yes', 'complete true']);
});

test('1.1 beforeSend that calls the request off rejects the promise and tells no callback, as in plain Backbone', async t => {
  const {run, server} = await openInside(t, {data});
  const attempt = sync => {
    const log = [], Row = Backbone.Model.extend({urlRoot: '/api/rows', ...sync});
    const row = new Row({id: 1});
    inside.log(row, log);
    row.fetch(inside.callbacks(log, {beforeSend: () => false}))
      .fail((request, text) => log.push('fail ' + text));
    return log;
  };
  const plain = await run(attempt, {});
  const decorated = await run(`(${attempt})({sync: Backbone.cachingSync(Backbone.sync, 'test')})`);
  assert.deepEqual(decorated, plain);
  assert.ok(plain.includes('fail canceled'));
  assert.equal(server.requests.length, 0);
});

test('1.1 the sync may stand on a class, on an instance or alone', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    const sync = Backbone.cachingSync(Backbone.sync, 'test');
    const OfClass = Backbone.Model.extend({urlRoot: '/api/rows', sync});
    await inside.fetch(new OfClass({id: 1}));

    const ofInstance = new (Backbone.Model.extend({urlRoot: '/api/rows'}))({id: 1});
    ofInstance.sync = sync;
    const states = [ofInstance.fetch().state(), ofInstance.get('name')];

    const alone = new (Backbone.Model.extend({urlRoot: '/api/rows'}))({id: 1}), seen = [];
    states.push(sync('read', alone, {success: row => seen.push(row.name)}).state(), seen[0]);
    return states;
  }), ['resolved', 'Norway', 'resolved', 'Norway']);
});

test('1.2 ns defaults to the empty text, and anything else becomes a string', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(() => {
    const made = [];
    for (const ns of [undefined, '', 7, true, 'ø\n']) {
      localStorage.clear();
      const sync = Backbone.cachingSync((method, model, options) => options.success({id: 1}), ns);
      sync('read', new Backbone.Model({id: 1}), {success() {}});
      made.push(Object.keys(inside.records()).join());
    }
    return made;
  }), ['1-_burry_', '1-_burry_', '1-_burry_7', '1-_burry_true', '1-_burry_ø\n']);
});

test('1.1 decorators of one ns that were made separately are one cache', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    const Row = Backbone.Model.extend({urlRoot: '/api/rows', sync: Backbone.cachingSync(Backbone.sync, 'test')});
    const Rows = Backbone.Collection.extend({url: '/api/rows', model: Row, sync: Backbone.cachingSync(Backbone.sync, 'test')});
    await inside.fetch(new Rows());
    const row = new Row({id: 2}), states = [row.fetch().state(), row.get('name')];
    await inside.save(row, {name: 'Peru'});
    const rows = new Rows();
    states.push(rows.fetch().state(), rows.pluck('name').join());
    await inside.destroy(row);
    const left = new Rows();
    states.push(left.fetch().state(), left.pluck('name').join());
    return states;
  }), ['resolved', 'Chile', 'resolved', 'Norway,Peru', 'resolved', 'Norway']);
});

test('1.1 decorators of different ns are different caches', async t => {
  const {run} = await openInside(t, {data});
  assert.deepEqual(await run(async () => {
    const one = inside.classes({ns: 'one'}), other = inside.classes({ns: 'other'});
    await inside.fetch(new one.Row({id: 1}));
    return [new other.Row({id: 1}).fetch().state(), new one.Row({id: 1}).fetch().state()];
  }), ['pending', 'resolved']);
});
