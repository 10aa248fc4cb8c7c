// The packed tarball, as somebody installs it: require, import, types, a script
// tag and AMD.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join, relative} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {openPage} from '../browser/chromium.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);
let folder, project, installed;

// npm fetches nothing: the peers are those of this project.
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  project = join(folder, 'project');
  mkdirSync(join(project, 'node_modules'), {recursive: true});
  writeFileSync(join(project, 'package.json'), '{"name": "project", "private": true}');
  // dist/ is built already; packing it must not build it again under the other tests.
  const [{filename}] = JSON.parse(npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder));
  npm(project, 'install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', join(folder, filename));
  for (const name of ['backbone', 'underscore']) {
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), join(project, 'node_modules', name));
  }
  installed = join(project, 'node_modules', 'backbone.cachingsync');
});
after(() => rmSync(folder, {recursive: true}));

function npm(cwd, ...args) {
  return execFileSync('npm', args, {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
}

// Runs a script in the project. --preserve-symlinks: the linked peers find each
// other in it, and so there is one Backbone.
function node(name, text) {
  writeFileSync(join(project, name), text);
  return execFileSync(process.execPath, ['--preserve-symlinks', name], {cwd: project, encoding: 'utf8'}).trim();
}

function filesBelow(path) {
  return readdirSync(path, {withFileTypes: true})
    .flatMap(entry => entry.isDirectory() ? filesBelow(join(path, entry.name)) : relative(installed, join(path, entry.name)));
}

test('1.4: the tarball holds the built files, the types, the licence and the README, and nothing else', () => {
  assert.deepEqual(filesBelow(installed).sort(), [
    'LICENSE', 'README.md', 'dist/backbone.cachingsync.js', 'dist/backbone.cachingsync.mjs', 'dist/burry.js',
    'js/index.d.ts', 'package.json'
  ]);
});

test('1.4: every file that package.json names is there', () => {
  const described = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const entry = described.exports['.'];
  for (const path of [described.main, described.module, described.types, described.exports['./burry'], ...Object.values(entry)]) {
    assert.ok(existsSync(join(installed, path)), path);
  }
  assert.equal(described.license, 'MIT');
});

// No window, no localStorage, no jQuery.
const use = `
  const seen = [];
  const wrapped = function (method, model, options) {
    seen.push(method, this === model, options.mine);
    options.success({id: 1, title: 'from wrapped'});
  };
  const Post = Backbone.Model.extend({urlRoot: '/posts', sync: cachingSync(wrapped, 'posts', 10)});
  const post = new Post({id: 1});
  post.fetch({mine: true});
  const store = new Burry.Store('posts', 10);
  store.incr('visits');
  store.flush();
  console.log(JSON.stringify([seen, post.get('title'), Backbone.cachingSync === cachingSync,
    Burry.isSupported(), store.set('key', 1), store.get('key') === undefined, store.keys(), Burry.stores()]));`;
const passedThrough = [['read', true, true], 'from wrapped', true, false, false, true, [], ['']];

test('1.4, 9.1: require() in Node: no storage, so everything passes through, and nothing throws', () => {
  const output = node('required.cjs', `'use strict';
    const Backbone = require('backbone');
    const cachingSync = require('backbone.cachingsync');
    const {Burry} = cachingSync;${use}`);
  assert.deepEqual(JSON.parse(output), passedThrough);
});

test('1.4, 9.1: import in Node: the default, and the two names', () => {
  const output = node('imported.mjs', `
    import Backbone from 'backbone';
    import cachingSync, {Burry, cachingSync as named} from 'backbone.cachingsync';
    if (named !== cachingSync) throw new Error('the name and the default are two functions');${use}`);
  assert.deepEqual(JSON.parse(output), passedThrough);
});

test('1.5: Burry alone, by require and by import, loads no Backbone', () => {
  const tell = 'console.log(typeof Burry.Store, Burry.isSupported(), globalThis.Backbone === undefined);';
  assert.equal(node('burry.cjs', `const Burry = require('backbone.cachingsync/burry'); ${tell}
    if (Object.keys(require.cache).some(path => path.includes('backbone/'))) throw new Error('Backbone was loaded');`),
  'function false true');
  assert.equal(node('burry.mjs', `import Burry from 'backbone.cachingsync/burry'; ${tell}`), 'function false true');
});

// Lets a page have a file of the installed package.
async function serveInstalled(page, files) {
  await page.setRequestInterception(true);
  page.on('request', request => {
    const {pathname} = new URL(request.url());
    const path = pathname.startsWith('/installed/') && join(installed, 'dist', pathname.slice('/installed/'.length));
    const body = path ? readFileSync(path, 'utf8') : files[pathname];
    if (body === undefined) return request.continue();
    return request.respond({body, contentType: pathname.endsWith('.html') ? 'text/html' : 'text/javascript'});
  });
}

const data = {posts: [{id: 1, title: 'one'}, {id: 2, title: 'two'}]};
const page = scripts => `<!doctype html><link rel="icon" href="data:,">
  ${scripts.map(path => `<script src="${path}"></script>`).join('\n')}`;

// Fetches twice with the class in `Posts`: what the cache has at the second time.
const fetchTwice = async () => {
  await new window.Posts().fetch();
  const again = new window.Posts();
  again.fetch();
  return again.pluck('title');
};

test('1.3, 1.4: a script tag: the class in the next tag uses it, and the second fetch is cached', async t => {
  const {run, page: tab, server, errors} = await openPage(t, {data, scripts: []});
  await serveInstalled(tab, {
    '/tag.html': page(['/lib/jquery/dist/jquery.js', '/lib/underscore/underscore.js', '/lib/backbone/backbone.js',
      '/installed/backbone.cachingsync.js', '/next.js']),
    '/next.js': `window.Posts = Backbone.Collection.extend(
      {url: '/api/posts', sync: Backbone.cachingSync(Backbone.sync, 'posts')});`
  });
  await tab.goto(`${server.url}/tag.html`);
  assert.deepEqual(await run(fetchTwice), ['one', 'two']);
  assert.equal(await run(() => window.Burry.isSupported()), true);
  assert.deepEqual(errors, []);
});

test('1.4: AMD by require.js: an anonymous module, which returns the function', async t => {
  const {run, page: tab, server, errors} = await openPage(t, {data, scripts: []});
  await serveInstalled(tab, {'/amd.html': page(['/lib/requirejs/require.js'])});
  await tab.goto(`${server.url}/amd.html`);
  const same = await run(() => new Promise((resolve, reject) => {
    window.require.config({paths: {
      jquery: '/lib/jquery/dist/jquery', underscore: '/lib/underscore/underscore', backbone: '/lib/backbone/backbone',
      cache: '/installed/backbone.cachingsync', burry: '/installed/burry'
    }});
    window.require(['backbone', 'cache', 'burry'], (Backbone, cachingSync, Burry) => {
      window.Posts = Backbone.Collection.extend({url: '/api/posts', sync: cachingSync(Backbone.sync, 'posts')});
      resolve([Backbone.cachingSync === cachingSync, Burry.isSupported()]);
    }, reject);
  }));
  assert.deepEqual(same, [true, true]);
  assert.deepEqual(await run(fetchTwice), ['one', 'two']);
  assert.deepEqual(errors, []);
});

test('1.5: Burry alone by a script tag of its own file', async t => {
  const {run, page: tab, server, errors} = await openPage(t, {scripts: []});
  await serveInstalled(tab, {'/burry.html': page(['/installed/burry.js'])});
  await tab.goto(`${server.url}/burry.html`);
  assert.deepEqual(await run(() => {
    const store = new window.Burry.Store('alone');
    return [store.set('key', {a: 1}), store.get('key'), typeof window.Backbone];
  }), [true, {a: 1}, 'undefined']);
  assert.deepEqual(errors, []);
});
