// The code blocks of the README, run as they stand there; and what it and the other documents
// say that can be looked up: options, sizes, commands, files.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {keptCurrentSizes, keptSizes} from '../../bench/sizes.mjs';
import {openPage} from './browser.mjs';
import {file, files} from './document-page.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const packageFile = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const data = {posts: [{id: 1, title: 'one'}, {id: 2, title: 'two'}]};
const idle = () => new Promise(resolve => {
  const look = () => window.jQuery.active ? setTimeout(look, 10) : resolve();
  look();
});

// The blocks of the README: {language, text}, by the heading above each.
const blocks = new Map();
let heading = '';
const readme = readFileSync(join(root, 'README.md'), 'utf8');
for (const [, title, language, text] of readme
  .matchAll(/^#+ (.*)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
  if (title) heading = title;
  else if (blocks.has(heading)) throw new Error(`the README has two blocks under "${heading}"`);
  else blocks.set(heading, {language, text});
}
const tested = new Set();
function block(title) {
  tested.add(title);
  assert.ok(blocks.has(title), `the README has a block under "${title}"`);
  return blocks.get(title).text;
}

const offlineTag = () => block('Script tag').replace('src="backbone.cachingsync.js"', 'src="backbone.cachingsync.offline.js"');

// A page made of the script tag's block. isOffline: with the other file.
async function openReadmePage(t, {isOffline, ...options} = {}) {
  const opened = await openPage(t, {data, scripts: [], ...options});
  opened.server.serve({texts: {...files,
    '/readme.html': `<!doctype html><link rel="icon" href="data:,">\n${isOffline ? offlineTag() : block('Script tag')}`,
    '/signed-out': '<!doctype html>'}});
  await opened.page.goto(`${opened.server.url}/readme.html`);
  await opened.run(idle);
  return opened;
}

test('3.3: the README, usage: the second fetch has its data before it returns', async t => {
  const {run, page, errors} = await openPage(t, {data});
  await page.addScriptTag({content: block('Usage')});
  assert.deepEqual(await run(async () => {
    await new Promise(resolve => new window.Posts().fetch({success: resolve}));
    const again = new window.Posts();
    again.fetch();
    return again.pluck('title');
  }), ['one', 'two']);
  assert.deepEqual(errors, []);
});

// Comments that tell a result stand behind their statements; each is compared.
const told = text => text.split('\n').filter(line => line.includes('; ') && line.includes('// '))
  .map(line => line.split(/;\s+\/\/ /));

test('1.4: the README, script tag: the posts are fetched and cached', async t => {
  const {run, page, errors} = await openReadmePage(t);
  assert.equal(await run(() => window.posts.length), 2);
  assert.equal(await run(() => localStorage.getItem('__ids__-_burry_posts')), '[1,2]');
  await page.reload();
  assert.equal(await run(() => {
    // What is there in the tick of fetch is from the cache.
    const again = new window.Posts();
    window.jQuery.noConflict(true);
    again.fetch();
    return again.length;
  }), 2);
  assert.deepEqual(errors, []);
});

test('3.6: the README, the two phases: `cachesync` for the cached one, fromCache false for the server\'s', async t => {
  const {run, page, server, errors} = await openReadmePage(t);
  const release = server.hold();
  await page.addScriptTag({content: block('The two phases')});
  assert.equal(await page.title(), '2 posts, cached');
  release();
  await run(idle);
  assert.equal(await page.title(), '2 posts');
  assert.deepEqual(errors, []);
});

test('1.2, 3.6: the README, options', async t => {
  const {run, page, errors} = await openReadmePage(t, {isOffline: true});
  await page.addScriptTag({content: block('Options')});
  // A clock that stands still: the minute may turn otherwise.
  await run(() => {
    const now = Date.now();
    window.Date = class extends Date { constructor() { super(now); } };
    window.successes = 0;
    const Dated = window.Posts.extend({sync: window.tenMinutes});
    new Dated().fetch();
  });
  await run(idle);
  assert.equal(await run(() => localStorage.getItem('1-_burry_exp_posts') - Math.floor(new Date().getTime() / 60000)), 10);
  await run(() => {
    const Once = window.Posts.extend({sync: window.reportedOnce});
    new Once().fetch({success() { window.successes++; }});
  });
  await run(idle);
  assert.equal(await run(() => window.successes), 1);
  const [table] = /^## Options\n[\s\S]*?^## /m.exec(readme);
  const options = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(match => match[1]);
  const message = await run(() => {
    try {
      return window.Backbone.cachingSync(window.Backbone.sync, '', {unknownToAll: 1});
    } catch (error) {
      return error.message;
    }
  });
  assert.deepEqual(options, message.split('expected one of ')[1].split(', '), 'the table has the options that there are');
  assert.deepEqual(errors, []);
});

test('8.4: the README, the cache of a decorator', async t => {
  const {run, page, errors} = await openReadmePage(t);
  const text = block('The cache of a decorator');
  assert.deepEqual(await run(() => window.Backbone.cachingSync(window.Backbone.sync, 'posts').cache.ids()), [1, 2]);
  await page.addScriptTag({content: text});
  assert.deepEqual(await run(() => window.sync.cache.ids()), [2]);
  // The keys are those of the table, and the next list brings the row back.
  await run(() => { new window.Posts().fetch({data: {page: 2}}); new window.Posts().fetch(); });
  await run(idle);
  const keys = await run(() => Object.keys(localStorage).sort());
  const told = [...readme.matchAll(/^\| `(\S*_burry_\S*)` \|/gm)].map(match => match[1]).filter(key => !key.startsWith('/'));
  assert.deepEqual(keys, ['2-_burry_posts', ...told.filter(key => !/exp|queue/.test(key))].sort());
  assert.deepEqual(await run(() => Object.keys(window.sync.cache.stats())), ['hits', 'misses', 'writesSaved', 'bytes']);
  assert.deepEqual(errors, []);
});

test('5.5, 12.9: the README, what is stored: who signs out is asked, and leaves nothing behind', async t => {
  const {run, page, server, errors} = await openReadmePage(t, {isOffline: true, own: 'a test answers its questions'});
  await run(() => { window.sync = window.Backbone.cachingSync(window.Backbone.sync, 'posts', {queue: true}); });
  await page.addScriptTag({content: block('What is stored, and how to clear it')});
  server.answer((request, response) => response.destroy());
  await run(() => new Promise(success => new (window.Backbone.Model.extend({urlRoot: '/api/posts', sync: window.sync}))({id: 1}).save({title: 'edited'}, {success})));
  const answers = [false, true], asked = [];
  page.on('dialog', dialog => {
    asked.push(dialog.message());
    return answers.shift() ? dialog.accept() : dialog.dismiss();
  });
  await run(() => window.signOut());
  assert.equal(await run(() => window.sync.cache.pending().length), 1);
  await Promise.all([page.waitForNavigation(), run(() => { setTimeout(window.signOut); })]);
  assert.deepEqual([asked.length, new URL(page.url()).pathname], [2, '/signed-out']);
  assert.match(asked[0], /^1 changes have not been sent/);
  assert.deepEqual(await run(() => Object.keys(localStorage)), ['_burry_stores_']);
  assert.deepEqual(errors, []);
});

test('12: the README, offline: what waits is told, taken back and sent', async t => {
  const {run, page, server, errors} = await openReadmePage(t, {isOffline: true});
  const titled = text => page.waitForFunction(text => document.title.includes(text), {polling: 5}, text);
  await page.addScriptTag({content: block('Offline')});
  await titled('0 sent, 0 refused, 0 left');
  await server.stop();
  const save = attributes => run(attributes => new Promise(resolve => {
    const post = window.post = new (Backbone.Model.extend({urlRoot: '/api/posts', sync: window.offlineSync}))(attributes);
    post.save({}, {success: (model, data, options) => resolve(options.queued)});
  }), attributes);
  assert.equal(await save({id: 1, title: 'edited'}), true);
  assert.equal(await run(() => document.title), '1 waits');
  assert.deepEqual(await run(() => window.offlineSync.cache.pending().map(({method, id}) => [method, id])), [['update', 1]]);
  assert.deepEqual(await run(() => [window.offlineSync.cache.discard(1), window.offlineSync.cache.pending()]), [true, []]);
  await save({title: 'made'});
  await server.start();
  await run(() => { window.offlineSync.cache.replay(); });
  await titled(' is ');
  assert.match(await run(() => document.title), /^_new_\w+ is 3$/);
  await server.stop();
  await save({id: 1, title: 'refused'});
  // The page tries by itself, too, as soon as there is a server.
  server.answer((request, response) => response.status(422).json({}));
  await server.start();
  await run(() => { window.offlineSync.cache.replay(); });
  await titled('update refused: 422');
  assert.deepEqual(errors, []);
});

test('13: the README, other tabs: each event, and a collection that takes what it tells', async t => {
  const {run, page, server, context, errors} = await openReadmePage(t, {isOffline: true});
  await page.addScriptTag({content: block('Other tabs')});
  await run(idle);
  const other = await openPage(t, {server, context});
  const steps = [
    ['renamed', () => localStorage.setItem('1-_burry_posts', '{"id":1,"title":"renamed"}'), ['renamed', 'two']],
    ['1 posts', () => localStorage.setItem('__ids__-_burry_posts', '[2]'), ['two']],
    ['2 is gone', () => localStorage.removeItem('2-_burry_posts'), ['two']],
    ['signed out', () => window.Backbone.cachingSync.clear(), ['two']]
  ];
  for (const [title, action, titles] of steps) {
    await other.run(action);
    await page.waitForFunction(title => document.title === title, {polling: 5}, title);
    assert.deepEqual(await run(() => window.shown.pluck('title')), titles);
  }
  assert.deepEqual(errors, []);
});

test('1.5, 11: the README, Burry alone: each statement gives what its comment says', async t => {
  const text = block('Burry alone');
  const {run, page, errors} = await openPage(t, {scripts: ['burry']});
  await page.addScriptTag({content: text});
  assert.deepEqual(errors, []);
  const lines = told(text).filter(([statement]) => !/^var|flush/.test(statement));
  assert.equal(lines.length, 4);
  await run(() => window.settings.flush());
  for (const [statement, comment] of told(text)) {
    if (/^var|flush/.test(statement)) continue;
    if (/keys/.test(statement)) await run(() => window.settings.incr('visits'));
    const result = await run(`(() => { const value = ${statement}; return Array.isArray(value) ? value.sort() : value; })()`);
    const [, expected] = /^(true|false|\{[^}]*\}|\[[^\]]*\])/.exec(comment);
    assert.deepEqual(result, await run(`(${expected})`), statement);
  }
});

test('1.4: the README, AMD', async t => {
  const {run, page, server, errors} = await openPage(t, {data, scripts: []});
  server.serve({texts: {...files, '/posts.js': block('AMD'), '/amd.html': '<!doctype html><link rel="icon" href="data:,"><script src="require.js"></script>'}});
  await page.goto(`${server.url}/amd.html`);
  const lengths = await run(() => new Promise((resolve, reject) => {
    window.require(['posts'], Posts => {
      new Posts().fetch().then(() => {
        const again = new Posts();
        again.fetch();
        resolve([again.length, typeof window.Backbone]);
      });
    }, reject);
  }));
  // Backbone itself is a global under AMD, too.
  assert.deepEqual(lengths, [2, 'object']);
  assert.deepEqual(errors, []);
});

test('1.4: the README, CommonJS and ES module', t => {
  // Inside the project's folder, its own name leads to its own package.json.
  mkdirSync(join(root, 'build'), {recursive: true});
  const folder = mkdtempSync(join(root, 'build', 'readme-'));
  t.after(() => rmSync(folder, {recursive: true}));
  const tell = 'console.log(typeof new Posts().sync, typeof Burry.Store, Burry.isSupported());';
  for (const [name, title] of [['posts.cjs', 'CommonJS'], ['posts.mjs', 'ES module']]) {
    writeFileSync(join(folder, name), `${block(title)}\n${tell}`);
    const output = execFileSync(process.execPath, [join(folder, name)], {encoding: 'utf8'});
    assert.equal(output, 'function function false\n', title);
  }
  assert.match(block('Two commands'), /^npm run demo\nnpm test\n$/);
  assert.ok(packageFile.scripts.demo && packageFile.scripts.test);
  // wasm-tests/package does it, with the packed tarball.
  assert.equal(block('Installation'), `npm install ${packageFile.name}\n`);
  assert.ok(readme.includes(`\`${packageFile.name}@${parseInt(packageFile.version)}/${packageFile.unpkg}\``));
});

// That under TypeScript is compiled by package/types.test.mjs.
test('1.4: the README has no block that is not run here', () => {
  const untold = [...blocks.keys()].filter(title => !tested.has(title));
  assert.deepEqual(untold, ['TypeScript']);
  assert.equal(blocks.get('TypeScript').language, 'ts');
});

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)];

const sources = readdirSync(join(root, 'src'), {recursive: true}).filter(name => name.endsWith('.cpp'));
const core = sources.map(name => file(join(root, 'src', name))).join('\n');

test('12, 13: the README\'s table has the events that have a type', () => {
  const [, table] = /^## Events\n([\s\S]*?)^## /m.exec(readme);
  const [, ofCache] = table.split('| `sync.cache` ');
  const told = [...ofCache.matchAll(/^(?:\| )?\| `(\w+)` \|/gm)].map(match => match[1]);
  const [, types] = /interface CacheEvents\b[^{]*\{([\s\S]*?)^ *\}/m.exec(file(join(root, 'js', 'offline', 'index.d.ts')));
  assert.deepEqual(told.sort(), [...types.matchAll(/^ +(\w+)[(:]/gm)].map(match => match[1]).sort());
});

for (const path of documents) {
  test(`what ${path} names is there: files, and npm's commands`, () => {
    const text = file(join(root, path));
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(match => match[1]);
    for (const link of links) assert.ok(existsSync(join(root, dirname(path), link)), link);
    const scripts = [...text.matchAll(/(?:`|^)npm run ([\w:-]+)/gm)].map(match => match[1]);
    for (const name of scripts) assert.ok(packageFile.scripts[name], `npm run ${name}`);
    const places = [...text.matchAll(/[`\s]((?:src|js|wasm-tests|bench|demo|docs)\/[\w./-]*\w)(?=\/?[`\s])/g)].map(match => match[1]);
    for (const place of places) assert.ok(existsSync(join(root, place)), place);
    for (const [, name, method] of text.matchAll(/`([A-Z]\w+)::(\w+)`/g)) assert.match(core, new RegExp(`\\b${name}::${method}\\(`), `${name}::${method}`);
  });
}

test('the README: the sizes are those that are kept', () => {
  const numbers = [...readme.matchAll(/^\| `(dist\/[\w.]+)`[^|]*\| ([\d,]+) \| ([\d,]+) \|/gm)]
    .map(([, path, ours, current]) => [path, ...[ours, current].map(text => Number(text.replace(',', '')))]);
  const kept = keptSizes(), {sizes} = keptCurrentSizes();
  assert.deepEqual(numbers, Object.keys(kept).map(path => [path, kept[path], sizes[path]]));
});

test('CHANGELOG.md has the version of package.json', () => {
  const changes = file(join(root, 'CHANGELOG.md'));
  assert.match(changes, new RegExp(`^## ${packageFile.version.replaceAll('.', '\\.')} - \\d{4}-\\d\\d-\\d\\d$`, 'm'));
  assert.deepEqual([...changes.matchAll(/^### (\w+)$/gm)].map(match => match[1]).filter(title => !['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'].includes(title)), []);
});
