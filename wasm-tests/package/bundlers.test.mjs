// Small applications, each bundled for production in a project that has the package
// installed, and run in a page with a REST server.

import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, beforeEach, test} from 'node:test';
import commonjs from '@rollup/plugin-commonjs';
import {nodeResolve} from '@rollup/plugin-node-resolve';
import esbuild from 'esbuild';
import {rollup} from 'rollup';
import {build as vite} from 'vite';
import webpack from 'webpack';
import {openPage} from '../browser/browser.mjs';
import {filesBelow, install, pageOf} from './installed.mjs';

// Each leaves what the page is to use in `window.application`, some only later.
const applications = {
  'imported.mjs': `
    import Backbone from 'backbone';
    import cachingSync, {Burry} from 'backbone.cachingsync';
    window.application = {Backbone, cachingSync, Burry};`,
  'with-burry.js': `
    import Backbone from 'backbone';
    import cachingSync from 'backbone.cachingsync';
    import Burry from 'backbone.cachingsync/burry';
    window.application = {Backbone, cachingSync, Burry};`,
  'attached.mjs': `
    import Backbone from 'backbone';
    import 'backbone.cachingsync';
    window.application = {Backbone, cachingSync: Backbone.cachingSync};`,
  'asm.mjs': `
    import Backbone from 'backbone';
    import cachingSync, {Burry} from 'backbone.cachingsync/asm';
    window.application = {Backbone, cachingSync, Burry};`,
  'offline.js': `
    import Backbone from 'backbone';
    import cachingSync, {Burry} from 'backbone.cachingsync/offline';
    const isCache = cachingSync(Backbone.sync, 'other', {queue: true}).cache.pending().length === 0;
    window.application = isCache && {Backbone, cachingSync, Burry};`,
  'lazy.mjs': `
    import Backbone from 'backbone';
    window.application = import('backbone.cachingsync').then(({cachingSync, Burry}) => ({Backbone, cachingSync, Burry}));`,
  'required.js': `
    const Backbone = require('backbone');
    const cachingSync = require('backbone.cachingsync');
    const Burry = require('backbone.cachingsync/burry');
    window.application = {Backbone, cachingSync, Burry};`
};

const bundlers = {
  // It would warn of any file as large as this one, hence `performance`.
  webpack: (source, target, options) => new Promise((resolve, reject) => {
    const output = {path: target, filename: 'application.js'};
    webpack({mode: 'production', context: folder, entry: source, output, performance: false, ...options}, (error, stats) => {
      if (error) return reject(error);
      const {errors, warnings} = stats.toJson({all: false, errors: true, warnings: true});
      const told = [...errors, ...warnings].map(({message}) => message);
      if (told.length) reject(new Error(told.join('\n')));
      else resolve();
    });
  }),
  async rollup(source, target) {
    const onwarn = warning => { throw new Error(warning.message); };
    const bundled = await rollup({input: source, plugins: [nodeResolve({browser: true}), commonjs()], onwarn});
    const minify = {name: 'minify', renderChunk: async code => (await esbuild.transform(code, {minify: true})).code};
    await bundled.write({dir: target, format: 'es', entryFileNames: 'application.mjs', plugins: [minify]});
  },
  async esbuild(source, target, {format = 'esm'} = {}) {
    const isModule = format === 'esm';
    const {warnings} = await esbuild.build({
      entryPoints: {application: source}, bundle: true, minify: true, format, splitting: isModule, outdir: target,
      outExtension: {'.js': isModule ? '.mjs' : '.js'}, logLevel: 'silent'
    });
    assert.deepEqual(warnings, []);
  },
  async vite(source, target) {
    const root = mkdtempSync(join(folder, 'vite-'));
    writeFileSync(join(root, 'index.html'), scriptPage(`/@fs${source}`, 'module'));
    await vite({
      root, base: './', configFile: false, logLevel: 'warn',
      build: {outDir: target, emptyOutDir: false, rolldownOptions: {input: join(root, 'index.html')}}
    });
  }
};

// What is bundled by what, and how. webpack's minifier takes longest, and runs once.
const unminified = {optimization: {minimize: false}};
const builds = [
  ['webpack', 'lazy.mjs'],
  ['webpack', 'required.js', unminified],
  // As resolvers did it before there was `exports`.
  ['webpack', 'with-burry.js', {...unminified, resolve: {exportsFields: []}}],
  ['rollup', 'with-burry.js'],
  ['esbuild', 'imported.mjs'],
  ['esbuild', 'asm.mjs'],
  // Its subpath, by folders and by `exports`.
  ['webpack', 'offline.js', {...unminified, resolve: {exportsFields: []}}],
  ['rollup', 'offline.js'],
  ['esbuild', 'lazy.mjs'],
  ['esbuild', 'attached.mjs', {format: 'cjs'}],
  ['esbuild', 'required.js', {format: 'cjs'}],
  ['vite', 'lazy.mjs'],
  ['vite', 'attached.mjs']
];

const data = {posts: [{id: 1, title: 'one'}, {id: 2, title: 'two'}]};
let opened, folder;

before(async () => {
  const {project} = await install();
  folder = mkdtempSync(join(project, 'bundlers-'));
  for (const [name, text] of Object.entries(applications)) writeFileSync(join(folder, name), text);
});
beforeEach(async t => {
  opened = await openPage(t, {data, scripts: []});
  opened.server.serve({folders: {'/built/': folder}});
});
after(() => rmSync(folder, {recursive: true}));

// Returns the path of its page, and the text of all that was made.
async function bundle(number, [bundler, application, options]) {
  const target = join(folder, String(number));
  mkdirSync(target);
  await bundlers[bundler](join(folder, application), target, options);
  const made = filesBelow(target).filter(name => /\.m?js$/.test(name));
  const entry = made.find(name => name.startsWith('application.'));
  if (entry) writeFileSync(join(target, 'index.html'), scriptPage(entry, entry.endsWith('.mjs') ? 'module' : 'text/javascript'));
  return {path: `/built/${number}/index.html`, text: made.map(name => readFileSync(join(target, name), 'utf8')).join('\n')};
}

function scriptPage(script, type) {
  return pageOf([script]).replace('<script', `<script type="${type}"`);
}

// In the page: a fetch to its end. What there was in its tick, which phases, what then.
const visit = async () => {
  const {Backbone, cachingSync, Burry} = await window.application;
  const Posts = Backbone.Collection.extend({url: '/api/posts', sync: cachingSync(Backbone.sync, 'posts')});
  const posts = new Posts(), phases = [], titles = [];
  await new Promise((resolve, reject) => {
    const success = (collection, response, {fromCache}) => {
      phases.push(fromCache ? 'cache' : 'server');
      if (!fromCache) resolve();
    };
    posts.fetch({success, error: () => reject(new Error('the fetch failed'))});
    titles.push(posts.pluck('title').join());
  });
  titles.push(posts.pluck('title').join());
  return {phases, titles, isAttached: Backbone.cachingSync === cachingSync, stored: Burry ? new Burry.Store('posts').get('1').title : null};
};

for (const [number, build] of builds.entries()) {
  const [bundler, application, options] = build;
  const title = `${application} by ${bundler}${options ? ` with ${JSON.stringify(options)}` : ''}`;
  test(`1.4: ${title}: one Backbone, and what was fetched is cached over a reload`, async () => {
    const {page, run, errors, warnings} = opened;
    const {path, text} = await bundle(number, build);
    assert.equal(text.split('property or function must be specified').length - 1, 1, 'the text of one Backbone');
    await page.goto(opened.server.url + path);
    const stored = application === 'attached.mjs' ? null : 'one';
    assert.deepEqual(await run(visit), {phases: ['server'], titles: ['', 'one,two'], isAttached: true, stored});
    opened.server.database.get('posts').find({id: 2}).assign({title: 'second'}).write();
    await page.reload();
    assert.deepEqual(await run(visit), {phases: ['cache', 'server'], titles: ['one,two', 'one,second'], isAttached: true, stored});
    assert.deepEqual([errors, warnings], [[], []]);
  });
}

test('sideEffects: a bundle leaves out a Burry that is not used, and only that', async () => {
  const text = async code => {
    const {outputFiles} = await esbuild.build({
      stdin: {contents: code, resolveDir: folder}, bundle: true, minify: true, write: false, external: ['backbone'], format: 'esm', logLevel: 'silent'
    });
    return outputFiles[0].text;
  };
  assert.ok((await text('import "backbone.cachingsync/burry";')).length < 100);
  assert.ok((await text('import Burry from "backbone.cachingsync/burry"; Burry.stores();')).length > 10_000);
  assert.ok((await text('import "backbone.cachingsync";')).length > 100_000);
});
