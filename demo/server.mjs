// npm run demo: the page of this folder, and behind it a real REST API, by
// json-server, on the 250 records of world-countries.
//
//   PORT   the port to begin with, 3000 by default; a taken one gives the next
//   DATA   the file of the API's data, demo/countries.json by default; it is made
//          where it is missing, so deleting it brings deleted countries back

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
const script = join(root, 'dist', 'backbone.cachingsync.js');

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

// The data file's path. One that was left half written is made anew.
function openData() {
  const file = process.env.DATA || join(folder, 'countries.json');
  try {
    if (Array.isArray(JSON.parse(readFileSync(file, 'utf8')).countries)) return file;
    console.log(`${relative('', file)} holds no countries; making it anew`);
  } catch (error) {
    if (error.code !== 'ENOENT') console.log(`${relative('', file)} cannot be read; making it anew`);
  }
  writeFileSync(file, JSON.stringify(originalData(), null, 2));
  return file;
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

function createApi() {
  const tables = jsonServer.router(openData());
  tables.db._.id = 'cca3';
  tables.db._.createId = nextCode;
  return jsonServer.create()
    .use(misbehave)
    .post('/reset', (request, response) => {
      tables.db.setState(originalData()).write();
      response.json({});
    })
    .use(tables);
}

// What the page asks for by its headers: an answer that is slow, or that fails
// before anything has happened.
function misbehave(request, response, next) {
  const delay = Math.min(Number(request.get('X-Delay')) || 0, longestDelay);
  response.set('Cache-Control', 'no-cache');
  setTimeout(() => {
    if (request.get('X-Fail')) response.status(503).json({error: 'The page wanted this to fail'});
    else next();
  }, delay);
}

function createApp() {
  const files = {
    '/': join(folder, 'index.html'),
    '/demo.css': join(folder, 'demo.css'),
    '/demo.js': join(folder, 'demo.js'),
    '/backbone.cachingsync.js': script,
    '/jquery.js': require.resolve('jquery/dist/jquery.js'),
    '/underscore.js': join(dirname(require.resolve('underscore/package.json')), 'underscore.js'),
    '/backbone.js': require.resolve('backbone/backbone.js')
  };
  const app = jsonServer.create();
  for (const [path, file] of Object.entries(files)) {
    app.get(path, (request, response) => response.sendFile(file, {dotfiles: 'allow'}));
  }
  app.use('/flags', express.static(flagFolder(), {maxAge: '1d'}));
  app.use('/api', createApi());
  return app;
}

function flagFolder() {
  return join(dirname(require.resolve('world-countries/package.json')), 'data');
}

function wantedPort() {
  const port = Number(process.env.PORT || 3000);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  console.error(`PORT: expected a number from 0 to 65535, got '${process.env.PORT}'`);
  process.exit(1);
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

const port = wantedPort();
buildIfNeeded();
const server = await listen(createApp(), port);
endWithSignals(server);
console.log(`The demo runs; Ctrl-C ends it. Open\nhttp://${host}:${server.address().port}/`);
