// The packed tarball, as somebody installs it: what it holds and says of itself, require,
// import, a script tag and AMD. (bundlers.test.mjs has the bundles.)

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {SourceMap} from 'node:module';
import {join, posix} from 'node:path';
import {before, beforeEach, test} from 'node:test';
import {openPage} from '../browser/browser.mjs';
import {filesBelow, install, pageOf} from './installed.mjs';

const data = {posts: [{id: 1, title: 'one'}, {id: 2, title: 'two'}]};
let project, installed, described, entries, opened;

before(async () => {
  ({project, installed} = await install());
  described = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  // What has a file of its own for import and for require.
  entries = Object.entries(described.exports).filter(([, files]) => files.import);
});
beforeEach(async t => {
  opened = await openPage(t, {data, scripts: []});
  // Where a CDN has a package: by its name and version.
  opened.server.serve({folders: {[`/cdn/${described.name}@${described.version}/`]: installed}, texts: pages()});
});

// Runs a script in the project.
function node(name, text) {
  writeFileSync(join(project, name), text);
  return execFileSync(process.execPath, [name], {cwd: project, encoding: 'utf8'}).trim();
}

test('1.4: the tarball holds the built files with their source maps, the types, the licence and the documents, and nothing else', () => {
  const built = entries.flatMap(([, files]) => [files.import.default, files.default.default]);
  // Of types.d.ts, the types of two entries have what they have in common.
  const types = ['js/types.d.ts', ...entries.flatMap(([, files]) => [files.import.types, files.default.types])];
  // A folder with the name of an entry is for resolvers that do not read `exports`.
  const folders = entries.map(([entry]) => entry).filter(entry => entry !== '.').map(entry => `${entry}/package.json`);
  const documents = readdirSync(new URL('../../docs', import.meta.url)).filter(name => name.endsWith('.md')).map(name => `docs/${name}`);
  const expected = ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', ...documents, ...[...built, ...built.map(path => `${path}.map`), ...types, ...folders]
    .map(path => path.replace('./', ''))];
  assert.deepEqual(filesBelow(installed), [...new Set(expected)].sort());
});

test('1.4: what package.json says of its files for import and require, resolvers without `exports` and CDNs hear, too', () => {
  const {main, module, types, unpkg, jsdelivr} = described;
  const plain = path => path.replace('./', '');
  for (const [entry, files] of entries) {
    assert.deepEqual(Object.keys(files), ['import', 'default'], entry);
    // TypeScript takes the first condition that it knows.
    for (const file of Object.values(files)) assert.deepEqual(Object.keys(file), ['types', 'default'], entry);
    const told = {main: plain(files.default.default), module: plain(files.import.default), types: plain(files.default.types)};
    const folder = entry === '.' ? {main, module, types}
      : JSON.parse(readFileSync(join(installed, entry, 'package.json'), 'utf8'), (_, value) => String(value) === value ? posix.join(entry, value) : value);
    assert.deepEqual(folder, told, entry);
  }
  assert.deepEqual([unpkg, jsdelivr], [main, main]);
  assert.equal(described.license, 'MIT');
});

test('1.4: Backbone comes along, nothing else is asked for, and no script runs at an installation', () => {
  for (const name of ['backbone', 'underscore']) assert.ok(existsSync(join(project, 'node_modules', name)), name);
  assert.equal(described.dependencies, undefined);
  const needed = Object.keys(described.peerDependencies).filter(name => !(described.peerDependenciesMeta[name] || {}).optional);
  assert.deepEqual(needed, ['backbone']);
  const {packages} = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  assert.deepEqual(Object.keys(packages), ['', ...['backbone', 'backbone.cachingsync', 'jquery', 'underscore'].map(name => `node_modules/${name}`)]);
  assert.deepEqual(Object.entries(packages).filter(([, entry]) => entry.hasInstallScript), []);
});

test('a source map tells the places of js/, and has its text, but not the wasm', () => {
  for (const path of filesBelow(installed).filter(path => path.endsWith('.map'))) {
    const script = readFileSync(join(installed, path.replace(/\.map$/, '')), 'utf8');
    const map = JSON.parse(readFileSync(join(installed, path), 'utf8'));
    assert.ok(script.trimEnd().endsWith(`//# sourceMappingURL=${path.slice('dist/'.length)}`), path);
    const sources = map.sources.filter((_, i) => !(map.x_google_ignoreList || []).includes(i));
    assert.ok(sources.includes('../js/burry.js'), path);
    for (const source of sources) assert.match(source, /^\.\.\/js\/(offline\/)?[\w-]+\.m?js$/, path);
    for (const [i, text] of map.sourcesContent.entries()) {
      assert.ok(text, `${path}: the text of ${map.sources[i]}`);
      assert.ok(text.length < 30_000, `${path}: the text of ${map.sources[i]} is no wasm`);
    }
  }
});

test('a stack trace names js/ and the line: what throws at a wrapped that is no function', () => {
  for (const [extension, start] of [['cjs', 'const cachingSync = require("backbone.cachingsync");'], ['mjs', 'import cachingSync from "backbone.cachingsync";']]) {
    const stack = node(`stack.${extension}`, `${start} try { cachingSync(1); } catch (error) { console.log(error.stack); }`);
    const [, file, line, column] = /^ +at .*?([^(\s]*backbone\.cachingsync\.m?js):(\d+):(\d+)\)?$/m.exec(stack);
    const path = file.replace('file://', '');
    const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')));
    const {originalSource, originalLine} = map.findEntry(line - 1, column - 1);
    assert.equal(originalSource, '../js/cachingsync.js');
    const text = map.payload.sourcesContent[map.payload.sources.indexOf(originalSource)];
    assert.match(text.split('\n')[originalLine], /throw new TypeError\(`Backbone\.cachingSync: wrapped/);
  }
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

for (const name of ['backbone.cachingsync', 'backbone.cachingsync/offline']) {
  test(`1.4, 9.1: require('${name}') in Node: no window and no storage, so everything passes through, and nothing throws`, () => {
    const output = node('required.cjs', `'use strict';
      const Backbone = require('backbone');
      const cachingSync = require('${name}');
      const {Burry} = cachingSync;${use}`);
    assert.deepEqual(JSON.parse(output), passedThrough);
  });

  test(`1.4, 9.1: import of '${name}' in Node: the default, and the two names`, () => {
    const output = node('imported.mjs', `
      import Backbone from 'backbone';
      import cachingSync, {Burry, cachingSync as named} from '${name}';
      if (named !== cachingSync) throw new Error('the name and the default are two functions');${use}`);
    assert.deepEqual(JSON.parse(output), passedThrough);
  });
}

test('1.6: each entry point knows the options of its own file, also as plain JavaScript', () => {
  const names = JSON.stringify(entries.map(([entry]) => entry).filter(entry => entry !== './burry').map(entry => described.name + entry.slice(1)));
  const output = node('options.cjs', `
    const told = name => { try { return typeof require(name)(() => {}, '', {queue: true, live: true}); } catch (error) { return error.name; } };
    console.log(JSON.stringify(${names}.map(name => [name, told(name)])));`);
  assert.deepEqual(Object.fromEntries(JSON.parse(output)), {
    'backbone.cachingsync': 'TypeError', 'backbone.cachingsync/asm': 'TypeError',
    'backbone.cachingsync/offline': 'function', 'backbone.cachingsync/offline/asm': 'function'
  });
});

test('9.1: a localStorage that a server has, as newer releases of Node do, is all users\' and is left alone', () => {
  const output = node('server-storage.cjs', `'use strict';
    const touched = [];
    globalThis.localStorage = new Proxy({}, {get: (_, name) => { touched.push(name); }});
    const Backbone = require('backbone');
    const cachingSync = require('backbone.cachingsync');
    const {Burry} = cachingSync;${use}
    if (touched.length) throw new Error(touched.join());`);
  assert.deepEqual(JSON.parse(output), passedThrough);
});

test('1.5: Burry alone, by require and by import, loads no Backbone', () => {
  const tell = 'console.log(typeof Burry.Store, Burry.isSupported(), globalThis.Backbone === undefined);';
  assert.equal(node('burry.cjs', `const Burry = require('backbone.cachingsync/burry'); ${tell}
    if (Object.keys(require.cache).some(path => path.includes('backbone/'))) throw new Error('Backbone was loaded');`),
  'function false true');
  assert.equal(node('burry.mjs', `import Burry from 'backbone.cachingsync/burry'; ${tell}`), 'function false true');
});

test('1.4, 9.1: every entry point loads in Node, by require and by import, says nothing and leaves no global', () => {
  const names = JSON.stringify(entries.map(([entry]) => described.name + entry.slice(1)));
  const tell = 'JSON.stringify([loaded.map(it => typeof it === "function" || typeof it.Store), Object.keys(globalThis).filter(key => !before.includes(key))])';
  const expected = JSON.stringify([entries.map(([entry]) => entry === './burry' ? 'function' : true), []]);
  const begin = 'const before = Object.keys(globalThis); console.warn = console.error = text => { throw new Error(text); };';
  assert.equal(node('all.cjs', `${begin} const loaded = ${names}.map(name => require(name)); console.log(${tell});`), expected);
  assert.equal(node('all.mjs', `${begin} const loaded = [];
    for (const name of ${names}) loaded.push((await import(name)).default);
    console.log(${tell});`), expected);
});

// The address that a CDN has for a file of the package.
const atCdn = path => `/cdn/${described.name}@${described.version}/${path.replace('./', '')}`;

function pages() {
  const libraries = ['/lib/jquery/dist/jquery.js', '/lib/underscore/underscore.js', '/lib/backbone/backbone.js'];
  return {
    '/tag.html': pageOf([...libraries, atCdn(described.unpkg), '/next.js']),
    '/next.js': `window.Posts = Backbone.Collection.extend(
      {url: '/api/posts', sync: Backbone.cachingSync(Backbone.sync, 'posts')});`,
    '/offline.html': pageOf([...libraries, atCdn(described.exports['./offline'].default.default), '/next.js']),
    '/amd.html': pageOf(['/lib/requirejs/require.js']),
    '/burry.html': pageOf([atCdn(described.exports['./burry'].default.default)])
  };
}

// Fetches twice with the class in `Posts`: what the cache has at the second time.
const fetchTwice = async () => {
  await new window.Posts().fetch();
  const again = new window.Posts();
  again.fetch();
  return again.pluck('title');
};

for (const name of ['tag', 'offline']) test(`1.3, 1.4: a script tag of the file that a CDN gives, ${name}.html: the class in the next tag uses it, and the second fetch is cached`, async () => {
  const {run, page, errors} = opened;
  await page.goto(`${opened.server.url}/${name}.html`);
  assert.deepEqual(await run(fetchTwice), ['one', 'two']);
  assert.equal(await run(() => window.Burry.isSupported()), true);
  assert.deepEqual(errors, []);
});

for (const entry of ['.', './offline']) test(`1.4: AMD by require.js, of ${entry}: an anonymous module, which returns the function`, async () => {
  const {run, page, errors} = opened;
  await page.goto(`${opened.server.url}/amd.html`);
  const [cache, burry] = [entry, './burry'].map(entry => atCdn(described.exports[entry].default.default).replace(/\.js$/, ''));
  const same = await run((cache, burry) => new Promise((resolve, reject) => {
    window.require.config({paths: {
      jquery: '/lib/jquery/dist/jquery', underscore: '/lib/underscore/underscore', backbone: '/lib/backbone/backbone', cache, burry
    }});
    window.require(['backbone', 'cache', 'burry'], (Backbone, cachingSync, Burry) => {
      window.Posts = Backbone.Collection.extend({url: '/api/posts', sync: cachingSync(Backbone.sync, 'posts')});
      resolve([Backbone.cachingSync === cachingSync, Burry.isSupported()]);
    }, reject);
  }), cache, burry);
  assert.deepEqual(same, [true, true]);
  assert.deepEqual(await run(fetchTwice), ['one', 'two']);
  assert.deepEqual(errors, []);
});

test('1.5: Burry alone by a script tag of its own file', async () => {
  const {run, page, errors} = opened;
  await page.goto(`${opened.server.url}/burry.html`);
  assert.deepEqual(await run(() => {
    const store = new window.Burry.Store('alone');
    return [store.set('key', {a: 1}), store.get('key'), typeof window.Backbone];
  }), [true, {a: 1}, 'undefined']);
  assert.deepEqual(errors, []);
});
