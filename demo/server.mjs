// npm run demo: the page of this folder, and behind it a real REST API, by
// json-server, on the 250 records of world-countries.
//
//   PORT   the port to begin with, 3000 by default; a taken one gives the next
//   DATA   the file of the API's data, demo/countries.json by default; it is made
//          where it is missing, so deleting it brings deleted countries back. A file that
//          is there and holds no countries is left alone
//   DELAY  milliseconds that the API takes at first, 1500 by default; the page can change it
//
// What the page can set in POST /conditions holds for the API and for all tabs: that it is
// slow, that it fails, that it is not reached. A test can keep answers back as well.

import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import jsonServer from 'json-server';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const require = createRequire(import.meta.url);
const express = createRequire(require.resolve('json-server'))('express');

const host = '127.0.0.1';
const longestDelay = 30_000;
// delay: milliseconds. failing: which requests are answered with 503, before anything has
// happened. offline: connections are broken off, as where there is no network. pending: requests
// whose address contains this text are answered when it changes; '' is none.
const failures = ['nothing', 'writes', 'everything'];
const conditions = {delay: wantedNumber('DELAY', 1500, longestDelay), failing: 'nothing', offline: false, pending: ''};
const pendingRequests = new Set();  // functions that answer a request, or leave it pending
const script = join(root, 'dist', 'backbone.cachingsync.offline.js');

function newestChange(path) {
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  return Math.max(...readdirSync(path).map(name => newestChange(join(path, name))));
}

function buildIfNeeded() {
  const sources = ['src', 'js', 'CMakeLists.txt'].map(name => newestChange(join(root, name)));
  if (existsSync(script) && statSync(script).mtimeMs >= Math.max(...sources)) return;
  console.log('Building dist/');
  execFileSync(process.execPath, [join(root, 'js', 'build', 'build.mjs')], {stdio: 'inherit'});
}

const originalData = () => ({countries: structuredClone(require('world-countries'))});

function holdsCountries(file) {
  try {
    return Array.isArray(JSON.parse(readFileSync(file, 'utf8')).countries);
  } catch (error) {
    return false;
  }
}

// The data file's path. The demo's own is made anew where it was left half written.
function openData() {
  const file = process.env.DATA || join(folder, 'countries.json');
  if (holdsCountries(file)) return file;
  if (process.env.DATA && existsSync(file)) fail(`DATA: expected a file with an array 'countries', or none, got '${file}'`);
  if (!existsSync(dirname(file))) fail(`DATA: expected a file in a folder that is there, got '${file}'`);
  if (existsSync(file)) console.log(`${relative('', file)} holds no countries; making it anew`);
  writeFileSync(file, JSON.stringify(originalData(), null, 2));
  return file;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

// New countries get the codes that ISO 3166 leaves to its users: XAA to XZZ.
function nextCode(countries) {
  const taken = new Set(countries.map(country => country.cca3));
  for (let number = 0; number < 26 * 26; number++) {
    const code = 'X' + String.fromCharCode(65 + Math.floor(number / 26), 65 + number % 26);
    if (!taken.has(code)) return code;
  }
  throw new Error('All codes from XAA to XZZ are taken');
}

// A page of a list comes in an envelope with how many rows there are in all; json-server puts
// that into a header.
function inEnvelope(request, response) {
  const {data} = response.locals, total = response.get('X-Total-Count');
  response.json(total === undefined ? data : {total: Number(total), rows: data});
}

function createApi() {
  const tables = jsonServer.router(openData());
  tables.db._.id = 'cca3';
  tables.db._.createId = nextCode;
  tables.render = inEnvelope;
  return jsonServer.create()
    .use(meetConditions)
    .post('/reset', (request, response) => {
      tables.db.setState(originalData()).write();
      response.json({});
    })
    .use(tables);
}

function meetConditions(request, response, next) {
  if (conditions.offline) return request.socket.destroy();
  response.set('Cache-Control', 'no-cache');
  setTimeout(() => {
    pendingRequests.add(answer);
    answer();
  }, conditions.delay);

  function answer() {
    const {failing, pending} = conditions, isWrite = request.method !== 'GET';
    if (pending && request.originalUrl.includes(pending)) return;
    pendingRequests.delete(answer);
    if (failing === 'everything' || failing === 'writes' && isWrite) response.status(503).json({error: `${failing} is to fail`});
    else next();
  }
}

// Says what is wrong with what the page has sent, or nothing.
function refusal({delay = 0, failing = failures[0], offline = false, pending = ''}) {
  if (!(Number.isInteger(delay) && delay >= 0 && delay <= longestDelay)) return `delay: expected 0 to ${longestDelay} ms, got ${JSON.stringify(delay)}`;
  if (!failures.includes(failing)) return `failing: expected one of ${failures.join(', ')}, got ${JSON.stringify(failing)}`;
  if (typeof offline !== 'boolean') return `offline: expected true or false, got ${JSON.stringify(offline)}`;
  if (typeof pending !== 'string') return `pending: expected a part of an address, got ${JSON.stringify(pending)}`;
}

function createConditions() {
  return jsonServer.create()
    .use(express.json())
    .get('/', (request, response) => response.set('Cache-Control', 'no-store').json(conditions))
    .post('/', (request, response) => {
      const error = refusal(request.body);
      if (error) return response.status(400).json({error});
      for (const name of Object.keys(conditions)) {
        if (name in request.body) conditions[name] = request.body[name];
      }
      for (const answer of pendingRequests) answer();
      response.json(conditions);
    })
    // What is no JSON.
    .use((error, request, response, next) => response.headersSent ? next(error) : response.status(400).json({error: error.message}));
}

function createApp() {
  const own = readdirSync(folder).filter(name => /\.(html|css|js)$/.test(name));
  const files = {
    '/': join(folder, 'index.html'),
    ...Object.fromEntries(own.map(name => [`/${name}`, join(folder, name)])),
    '/backbone.cachingsync.offline.js': script,
    // The minified files lie beside those for bundlers.
    '/vega.js': join(dirname(require.resolve('vega')), 'vega.min.js'),
    '/vega-lite.js': join(dirname(require.resolve('vega-lite')), 'vega-lite.min.js'),
    '/jquery.js': require.resolve('jquery/dist/jquery.js'),
    '/underscore.js': join(dirname(require.resolve('underscore/package.json')), 'underscore.js'),
    '/backbone.js': require.resolve('backbone/backbone.js')
  };
  const app = jsonServer.create();
  for (const [path, file] of Object.entries(files)) {
    app.get(path, (request, response) => response.sendFile(file, {dotfiles: 'allow'}));
  }
  app.use('/flags', express.static(flagFolder(), {maxAge: '1d'}));
  app.use('/conditions', createConditions());
  app.use('/api', createApi());
  return app;
}

function flagFolder() {
  return join(dirname(require.resolve('world-countries/package.json')), 'data');
}

// A whole number that the environment may give.
function wantedNumber(name, byDefault, largest) {
  const number = Number(process.env[name] || byDefault);
  if (Number.isInteger(number) && number >= 0 && number <= largest) return number;
  fail(`${name}: expected a whole number from 0 to ${largest}, got '${process.env[name]}'`);
}

async function listen(app, port) {
  const server = app.listen(port, host);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error.code !== 'EADDRINUSE' || port === 65_535) throw error;
    console.log(`Port ${port} is taken; trying ${port + 1}`);
    return listen(app, port + 1);
  }
}

function endWithSignals(server) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      server.close(() => process.exit(0));
      server.closeAllConnections();
    });
  }
}

const port = wantedNumber('PORT', 3000, 65_535);
buildIfNeeded();
const server = await listen(createApp(), port);
endWithSignals(server);
console.log(`The demo runs; Ctrl-C ends it. Open\nhttp://${host}:${server.address().port}/`);
