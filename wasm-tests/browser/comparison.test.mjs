// What a page sees of the decorated sync is what it sees of the plain one
// (contract 7.4): each scenario of comparison/, played under both.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {test} from 'node:test';
import {compareTopic, decorations, openComparison} from './comparison.mjs';
import {tests as testsOfFaults} from './comparison/known-faults.mjs';

const topics = ['sync', 'model', 'collection', 'promises', 'errors'];

// The current libraries; versions.test.mjs has others.
for (const topic of topics) {
  const {default: scenarios} = await import(`./comparison/${topic}.mjs`);
  test(`7.4 ${topic}`, async t => {
    const {compare} = await openComparison(t, [topic]);
    for (const name of Object.keys(scenarios)) {
      await t.test(`7.4 ${topic}: ${name}`, async () => {
        assert.equal(await compare(topic, name, ...Object.values(decorations)), null);
      });
    }
  });
}

test('7.4 known faults (10)', async t => { await compareTopic(t, 'known-faults', 'known faults (10)'); });

// Scenarios by their names, or the text of a file of tests.
const testsIn = async file => file.startsWith('comparison/')
  ? Object.keys((await import(`./${file}`)).default)
  : readFile(new URL(file, import.meta.url), 'utf8');

test('10 the tests that comparison/known-faults.mjs names are there', async () => {
  for (const [fault, file, ...names] of testsOfFaults) {
    const tests = await testsIn(file);
    for (const name of names) assert.ok(tests.includes(name), `${fault}: ${file} has "${name}"`);
  }
});

// The comparison finds what a decorator does wrong: one way of each kind, and the
// words that it has for it.
const faults = {
  'an event too many': {
    decorate: wrapped => function (method, model) {
      model.trigger('cachesync', model);
      return wrapped.apply(this, arguments);
    },
    found: /^log.*decorated: model 0 fires cachesync: model 0 \{/s
  },
  'an event too late': {
    decorate: wrapped => function (method, model, options) {
      const {success} = options;
      options.success = function () {
        success.apply(this, arguments);
        model.trigger('change', model, options);
      };
      return wrapped.apply(this, arguments);
    },
    found: /^log.*decorated: model 0 fires change: /s
  },
  'an argument that is lost': {
    decorate: wrapped => function (method, model, options) {
      return wrapped.call(this, method, model, options);
    },
    topic: 'sync', name: 'sync(read) with more arguments',
    found: /^log.*plain: wrapped: .*"more".*decorated: wrapped: /s
  },
  'an argument of a callback that is lost': {
    decorate: wrapped => function (method, model, options) {
      const {success} = options;
      options.success = data => success.call(options.context, data);
      return wrapped.apply(this, arguments);
    },
    topic: 'sync', name: 'sync(read) directly',
    found: /^log.*plain: success: .*request.*decorated: success: /s
  },
  'a context that is lost': {
    decorate: wrapped => (...args) => wrapped(...args),
    found: /^log.*plain: wrapped: .*"on", model 0.*decorated: wrapped: .*"on", undefined/s
  },
  'a callback that is told twice': {
    decorate: wrapped => function (method, model, options) {
      const {success} = options;
      options.success = [success, success];
      return wrapped.apply(this, arguments);
    },
    found: /^log.*decorated: success: /s
  },
  'other options': {
    decorate: wrapped => function (method, model, options) {
      return wrapped.call(this, method, model, {...options, cached: true});
    },
    found: /^log.*decorated: wrapped: .*cached: true/s
  },
  'a copy of the options': {
    decorate: wrapped => function (method, model, options) {
      return wrapped.call(this, method, model, {...options});
    },
    topic: 'sync', name: 'the options that wrapped is given are those of the caller',
    found: /^log.*plain: same: true.*decorated: same: false/s
  },
  'other data': {
    decorate: wrapped => function (method, model, options) {
      const {success} = options;
      options.success = function (data, ...rest) { success.call(this, {...data, name: 'stale'}, ...rest); };
      return wrapped.apply(this, arguments);
    },
    found: /^log.*decorated: .*stale/s
  },
  'another request': {
    decorate: wrapped => function (method, model, options) {
      return wrapped.apply(this, arguments).always(() => Backbone.ajax({url: '/api/rows/2', global: false}));
    },
    found: /^request, entry 1 of 1:.*plain: \(nothing more\).*"url":"\/api\/rows\/2"/s
  },
  'a request that is not sent': {
    decorate: wrapped => (method, model, options) => { options.success({id: 1, name: 'Norway'}); },
    found: /^log.*plain: wrapped: "read"/s
  },
  'a state that is left behind': {
    decorate: wrapped => function (method, model) {
      model.cached = true;
      return wrapped.apply(this, arguments);
    },
    found: /^end.*decorated: model 0 .*cached/s
  },
  'a promise without abort': {
    decorate: wrapped => function () {
      return wrapped.apply(this, arguments).then(data => data);
    },
    found: /^log.*plain: returned a promise, .*with abort/s
  },
  'a promise that resolves with something else': {
    decorate: wrapped => function () {
      const request = wrapped.apply(this, arguments), deferred = jQuery.Deferred();
      request.done(data => deferred.resolve(data));
      return deferred.promise(Object.create(request));
    },
    found: /^log.*plain: done: .*request.*decorated: done: /s
  },
  'an exception that is swallowed': {
    decorate: wrapped => function () {
      try {
        return wrapped.apply(this, arguments);
      } catch (error) {
        return undefined;
      }
    },
    topic: 'sync', name: 'url missing',
    found: /^log.*plain: thrown: Error\(A "url" property or function must be specified\)/s
  },
  'an exception that nobody has caught': {
    decorate: wrapped => function () {
      const result = wrapped.apply(this, arguments);
      result.done(() => { throw new Error('of its own'); });
      return result;
    },
    found: /^log.*decorated: uncaught error: Error\(of its own\)/s
  },
  'a word on the console': {
    decorate: wrapped => function () {
      console.warn('cached');
      return wrapped.apply(this, arguments);
    },
    found: /^log.*decorated: console\.warn: "cached"/s
  },
  'an answer that never comes': {
    decorate: wrapped => function (method, model, options) {
      options.success = options.error = () => {};
      return wrapped.apply(this, arguments);
    },
    found: /^log.*plain: model 0 fires change:name.*decorated: done: /s
  }
};

test('7.4 the comparison finds faults', async t => {
  const {compare} = await openComparison(t, ['sync', 'model']);
  for (const [what, {decorate, topic = 'model', name = 'fetch without options', found}] of Object.entries(faults)) {
    await t.test(`7.4 the comparison finds ${what}`, async () => {
      for (const onClasses of [false, true]) assert.match(String(await compare(topic, name, {decorate, onClasses})), found);
    });
  }
});

test('7.4 the comparison finds nothing where nothing is decorated', async t => {
  const {compare} = await openComparison(t, ['sync', 'model']);
  for (const onClasses of [false, true]) {
    assert.equal(await compare('model', 'save, fetch, patch, destroy', {decorate: wrapped => wrapped, onClasses}), null);
  }
});
