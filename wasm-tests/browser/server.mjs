// A real HTTP server for the browser tests: the built files, the libraries of a
// page, and a REST API by json-server. A test can hold answers back, change
// them, and read what was requested.

import {once} from 'node:events';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import jsonServer from 'json-server';
import {builtFolder} from '../package/installed.mjs';
import {asAsked, libraries, plainPage} from './libraries.mjs';
import {listen} from './ports.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);

// The build that a run of the tests is of: $BUILD, or wasm.
const builtFiles = {wasm: 'backbone.cachingsync.js', asm: 'backbone.cachingsync.asm.js'};
export const build = process.env.BUILD || 'wasm';
const builtFile = builtFiles[build];
if (!builtFile) throw new Error(`$BUILD: expected one of ${Object.keys(builtFiles).join(', ')}, got ${JSON.stringify(build)}`);

// The scripts that a page may load, by the names that tests use.
const known = {...libraries, cachingsync: '/dist/backbone.cachingsync.js', burry: '/dist/burry.js'};

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
  // A loader that only keeps what is defined.
  define: 'var defined = []; function define() { defined.push([].slice.call(arguments)); } define.amd = {};'
};

export {plainPage};

// data: the tables of the REST API. Returns a server at `url` with
//   requests: [{method, path, body}] of the API, in the order of their arrival; with its
//     `idempotencyKey` where one has such a header
//   answer(handler): handler(request, response, next) comes before json-server
//   keep(text): the path of a script, which a page has before the others as its query's `first`
//   hold(): holds all answers back until the function that it returns is called
//   stop(), start(): nobody listens at `url`, and somebody does again
export async function startServer(data = {}) {
  const app = jsonServer.create();
  const requests = [], kept = [];
  let handler = null, gate = Promise.resolve();

  app.get('/page.html', (request, response) => {
    const {scripts = plainPage.join(), first, csp, frame} = request.query;
    if (csp) response.set('Content-Security-Policy', csp);
    const tags = [first, ...asAsked(scripts.split(','))].filter(Boolean)
      .map(name => `<script src="${known[name] || name}"></script>`).join('\n');
    response.type('html').send(`<!doctype html><meta charset="utf-8"><title>test</title>
      <link rel="icon" href="data:,">${tags}${frame ? `<iframe sandbox="allow-scripts" src="${frame}"></iframe>` : ''}`);
  });
  app.get('/first/:number.js', (request, response) => response.type('js').send(kept[request.params.number]));
  app.get('/own/:name.js', (request, response) => response.type('js').send(ownScripts[request.params.name]));
  app.get('/dist/backbone.cachingsync.js', (request, response) => response.sendFile(join(builtFolder(), builtFile)));
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
    const idempotencyKey = request.get('Idempotency-Key');
    requests.push({
      method: request.method, path: request.originalUrl.slice('/api'.length), body: structuredClone(request.body), ...idempotencyKey && {idempotencyKey}
    });
    await gate;
    if (handler) handler(request, response, next);
    else next();
  });
  const router = jsonServer.router(structuredClone(data));
  app.use('/api', router);

  let server = await listen(app);
  const {port} = server.address();
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    keep: text => `/first/${kept.push(text) - 1}.js`,
    database: router.db,
    answer(next) { handler = next; },
    hold() {
      let release;
      gate = new Promise(resolve => { release = resolve; });
      return release;
    },
    stop,
    async start() {
      server = app.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: () => server.listening ? stop() : undefined
  };
}

function staticFiles(folder) {
  return require('express').static(folder);
}
