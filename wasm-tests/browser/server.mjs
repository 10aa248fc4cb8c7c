// A real HTTP server for the browser tests: the built files, the libraries of a
// page, and a REST API by json-server. A test can hold answers back, change
// them, and read what was requested.

import {once} from 'node:events';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import jsonServer from 'json-server';
import {builtFolder} from '../package/installed.mjs';
import {asAsked, libraries, offlinePage, plainPage} from './libraries.mjs';
import {listen} from './ports.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);

// The build that a run of the tests is of: $BUILD, or wasm.
const extensions = {wasm: '.js', asm: '.asm.js'};
export const build = process.env.BUILD || 'wasm';
const extension = extensions[build];
if (!extension) throw new Error(`$BUILD: expected one of ${Object.keys(extensions).join(', ')}, got ${JSON.stringify(build)}`);

// The files that are there in both builds. A page loads each by its name in the wasm build.
const cachingFiles = ['backbone.cachingsync', 'backbone.cachingsync.offline'];

// The scripts that a page may load, by the names that tests use.
const known = {
  ...libraries, cachingsync: '/dist/backbone.cachingsync.js', offline: '/dist/backbone.cachingsync.offline.js', burry: '/dist/burry.js'
};

// Scripts of the tests' own pages, at /own/<name>.js.
const ownScripts = {
  'no-conflict': 'jQuery.noConflict(true);',
  // The ajax of a page whose jQuery has none.
  fetch: `
    Backbone.ajax = function (settings) {
      var controller = new AbortController(), isRead = settings.type === 'GET', data = settings.data;
      var query = isRead && data ? '?' + (typeof data === 'string' ? data : new URLSearchParams(data)) : '';
      var type = settings.contentType ? {'Content-Type': settings.contentType} : {};
      var request = fetch(settings.url + query, {
        method: settings.type, body: isRead ? undefined : data, signal: controller.signal, headers: Object.assign(type, settings.headers)
      }).then(async function (response) {
        if (!response.ok) throw Object.assign(new Error(response.statusText), {status: response.status});
        return response.json();
      });
      request.then(settings.success, settings.error).then(function () { if (settings.complete) settings.complete(request); });
      request.abort = function () { controller.abort(); };
      return request;
    };`,
  // A driver's own code may eval where a page may not, so this one is the page's.
  policy: `
    var policy = {states: []};
    try { eval('1'); policy.evaluates = true; } catch (error) { policy.evaluates = false; }
    policy.done = (async function () {
      var classes = inside.classes({ttl: 10});
      await inside.fetch(new classes.Rows());
      var rows = new classes.Rows();
      var request = rows.fetch();
      policy.states.push(request.state(), rows.pluck('name').join());
      await request;
      await inside.fetch(rows);
      await inside.save(rows.at(0), {name: 'saved'});
      await inside.create(rows, {name: 'made'});
      await inside.destroy(rows.get(2));
      new Burry.Store('store').set('key', 'value');
      policy.stored = inside.stored();
      policy.supported = Burry.isSupported();
    })();`,
  // Before anything else of the first page of a test, behind another test. Where storage is
  // forbidden there is nothing to remove.
  empty: 'try { localStorage.clear(); sessionStorage.clear(); } catch (error) {}',
  // A loader that only keeps what is defined.
  define: 'var defined = []; function define() { defined.push([].slice.call(arguments)); } define.amd = {};'
};

export {offlinePage, plainPage};

// Starts a server that serves one test after another, at one address. Returns {url, begin, close}.
//   begin(data): returns the site of the next test. Answers that the last one left open are never
//     given.
//   close(): stops listening.
export async function startHost() {
  const app = jsonServer.create(), routers = new Map(), firstScripts = [];
  const open = new Set(), emptied = new Set();
  let site = null;

  // json-server makes the routes of the tables that it is given first, so there is a router for
  // each set of tables.
  function routerOf(data) {
    const names = Object.keys(data).join();
    if (!routers.has(names)) routers.set(names, jsonServer.router(structuredClone(data)));
    const router = routers.get(names);
    router.db.setState(structuredClone(data));
    return router;
  }

  app.use((request, response, next) => {
    const {texts, folders} = site.files, text = texts[request.path];
    if (text !== undefined) return response.set('Cache-Control', 'no-store').type(/^\s*</.test(text) ? 'html' : 'js').send(text);
    const prefix = Object.keys(folders).find(prefix => request.path.startsWith(prefix));
    if (prefix) return response.sendFile(request.path.slice(prefix.length), {root: folders[prefix]});
    next();
  });
  app.get('/page.html', (request, response) => {
    const {scripts = plainPage.join(), first, csp, frame, empty} = request.query;
    const isFirst = empty && !emptied.has(empty);
    emptied.add(empty);
    if (empty) site.page = empty;
    if (csp) response.set('Content-Security-Policy', csp);
    const tags = [isFirst && '/own/empty.js', first, ...asAsked(scripts.split(','))].filter(Boolean)
      .map(name => `<script src="${known[name] || name}"></script>`).join('\n');
    response.set('Cache-Control', 'no-store').type('html').send(`<!doctype html><meta charset="utf-8"><title>test</title>
      <link rel="icon" href="data:,">${tags}${frame ? `<iframe sandbox="allow-scripts" src="${frame}"></iframe>` : ''}`);
  });
  app.get('/first/:number.js', (request, response) => kept(response).type('js').send(firstScripts[request.params.number]));
  app.get('/own/:name.js', (request, response) => kept(response).type('js').send(ownScripts[request.params.name]));
  for (const file of cachingFiles) {
    app.get(`/dist/${file}.js`, (request, response) => response.sendFile(file + extension, {root: builtFolder(), ...forGood}));
  }
  app.use('/dist', staticFiles(builtFolder()));
  app.use('/lib', staticFiles(join(root, 'node_modules')));
  // A page without an origin of its own (CSP: sandbox) is a stranger here.
  app.use('/api', (request, response, next) => {
    // WebKit, and sometimes Chromium, would answer the second of two like requests itself.
    response.set('Cache-Control', 'no-store');
    response.set({'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*', 'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE'});
    if (request.method === 'OPTIONS') return response.end();
    next();
  });
  app.use('/api', jsonServer.bodyParser, async (request, response, next) => {
    const current = site;
    // The page of the last test is there until that of this one has come.
    const from = new URL(request.get('Referer') || 'about:blank').searchParams.get('empty');
    if (from && from !== current.page) return response.destroy();
    open.add(response);
    response.on('close', () => open.delete(response));
    const idempotencyKey = request.get('Idempotency-Key');
    current.requests.push({
      method: request.method, path: request.originalUrl.slice('/api'.length), body: structuredClone(request.body), ...idempotencyKey && {idempotencyKey}
    });
    await current.gate;
    if (current !== site) return;
    if (current.handler) current.handler(request, response, next);
    else next();
  });
  app.use('/api', (request, response, next) => site.router(request, response, next));

  const server = await listen(app);
  const {port} = server.address();
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const start = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };

  async function begin(data) {
    for (const response of open) response.destroy();
    if (!server.listening) await start();
    const router = routerOf(data), state = site = {requests: [], handler: null, gate: null, page: null, files: {texts: {}, folders: {}}, router};
    return {
      url: `http://127.0.0.1:${port}`,
      requests: state.requests,
      keep(text) {
        const at = firstScripts.indexOf(text);
        return `/first/${at < 0 ? firstScripts.push(text) - 1 : at}.js`;
      },
      database: router.db,
      answer(next) { state.handler = next; },
      serve({texts = {}, folders = {}}) { state.files = {texts, folders}; },
      hold() {
        let release;
        state.gate = new Promise(resolve => { release = resolve; });
        return release;
      },
      stop,
      start,
      close: () => server.listening ? stop() : undefined
    };
  }
  return {begin, close: () => server.listening ? stop() : undefined};
}

// data: the tables of the REST API. Returns the site of a server of its own, at `url`, with
//   requests: [{method, path, body}] of the API, in the order of their arrival; with its
//     `idempotencyKey` where one has such a header
//   answer(handler): handler(request, response, next) comes before json-server
//   serve({texts, folders}): texts by their paths, and the folders of files by the start of
//     theirs, come before whatever else is there
//   keep(text): the path of a script, which a page has before the others as its query's `first`
//   hold(): holds all answers back until the function that it returns is called
//   stop(), start(): nobody listens at `url`, and somebody does again
export async function startServer(data = {}) {
  return (await startHost()).begin(data);
}

// A file does not change while the tests of a process run, so that a page need not ask again.
const forGood = {immutable: true, maxAge: '1h'};
const kept = response => response.set('Cache-Control', 'max-age=3600, immutable');

function staticFiles(folder) {
  return require('express').static(folder, forGood);
}
