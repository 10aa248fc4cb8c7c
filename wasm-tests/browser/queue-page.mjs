// A page whose decorators queue, for the tests of the queue (contract 12): what the server is
// sent, and what the page is told.

import assert from 'node:assert/strict';
import {openInside} from './inside.mjs';
import {offlinePage} from './server.mjs';

export const rows = [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}];

// In the page: classes that queue, and what is told of them, a line each. The library's retries
// wait for inside.fireTimers(): only a request that the test asks for is sent.
function prepare() {
  inside.holdTimers(1000);
  window.begin = ({options, ...given} = {}) => {
    const {sync, Row, Rows} = inside.classes({ttl: {ttl: 10, queue: true, ...options}, ...given});
    const log = [];
    sync.cache.on('queue', model => log.push(`queue ${model.isNew() ? 'new' : String(model.id).replace(/^_new_.*/, 'temporary')}`));
    sync.cache.on('id', (temporary, id) => log.push(`id ${temporary.replace(/^_new_.*/, 'temporary')} ${JSON.stringify(id)}`));
    sync.cache.on('reject', ({method, id, attributes, status, response}) =>
      log.push(`reject ${method} ${id} ${JSON.stringify(attributes)} ${status} ${JSON.stringify(response && response.responseJSON)}`));
    return Object.assign(window, {sync, cache: sync.cache, Row, Rows, log});
  };
  // Ends when the caller has been told, and the promise too; returns what success was told.
  const settled = async action => {
    let data = null;
    const told = word => (one, answer, given) => {
      log.push(`${word}${given.queued ? ' queued' : ''}`);
      if (word === 'success') data = answer;
    };
    const promise = action({success: told('success'), error: told('error')});
    await promise.then(() => { log.push('resolved'); }, () => { log.push('rejected'); });
    return data;
  };
  window.save = (model, attributes, options) => settled(callbacks => model.save(attributes, {...callbacks, ...options}));
  window.destroy = (model, options) => settled(callbacks => model.destroy({...callbacks, ...options}));
  // The answer of the server, or its failure; not the cached phase.
  window.read = (object, phases = () => {}) => new Promise(resolve => {
    const told = (one, data, {fromCache}) => {
      phases();
      if (!fromCache) resolve(object);
    };
    object.fetch({success: told, error: told});
  });
  window.fetched = () => read(new Rows());
  window.queued = () => cache.pending().map(({method, id, attributes}) =>
    `${method} ${String(id).replace(/^_new_.*/, 'temporary')} ${JSON.stringify(attributes)}`.replace(/_new_[a-z0-9]+/g, 'temporary'));
  window.taken = () => log.splice(0);
  // Until nothing is queued; what must not happen has no such sign.
  window.emptied = async () => { while (cache.pending().length) await new Promise(resolve => setTimeout(resolve, 20)); };
  // What would betray a temporary id, or a queue. (What an id has become is known for a day.)
  window.traces = () => Object.entries(inside.stored()).filter(([key, value]) => !/^__queue___new_/.test(key) && /_new_|__queue__/.test(key + value)).map(([key]) => key);
}

export const open = async (t, options) => {
  const opened = await openInside(t, {data: {rows}, scripts: offlinePage, prepare, ...options});
  t.after(() => assert.deepEqual(opened.errors, []));
  const {server, page, run} = opened;
  await run(given => { begin(given); }, options && options.begin);
  return {
    ...opened,
    table: (name = 'rows') => server.database.get(name).value(),
    writes: () => server.requests.splice(0).filter(({method}) => method !== 'GET').map(({method, path, body}) =>
      `${method} ${path}${method === 'DELETE' ? '' : ' ' + JSON.stringify(body)}`),
    // Until something holds in the page. (One in the background draws no frames.)
    until: (condition, ...args) => page.waitForFunction(condition, {polling: 20}, ...args),
    // Loads the page anew, which its own server cannot answer while it is stopped.
    async reload() {
      await page.reload();
      await run(given => { begin(given); }, options && options.begin);
    },
    replay: () => run(() => cache.replay()),
    // The errors of the page since the last time, of which there is one at least.
    async reported() {
      while (!opened.errors.length) await run(() => {});
      return opened.errors.splice(0);
    }
  };
};

// Two tabs of one browser, each in a process of its own.
export async function openTwo(t, options) {
  const one = await open(t, options);
  const other = await open(t, {server: one.server, context: one.context});
  return [one, other];
}
