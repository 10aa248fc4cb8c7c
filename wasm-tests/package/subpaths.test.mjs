// The folders for resolvers that do not read `exports` of package.json (js/build/subpaths.mjs).

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {removeSubpaths, writeSubpaths} from '../../js/build/subpaths.mjs';
import {filesBelow, install} from './installed.mjs';

const readJSON = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

// Returns a temporary package with a built file, a type and a folder `js`.
function makePackage(t, exports) {
  const root = mkdtempSync(join(tmpdir(), 'subpaths-'));
  t.after(() => rmSync(root, {recursive: true}));
  mkdirSync(join(root, 'js'));
  writeFileSync(join(root, 'js', 'index.d.ts'), '');
  writeFileSync(join(root, 'package.json'), JSON.stringify({exports}));
  return root;
}

const filesOf = name => ({
  import: {types: './js/index.d.mts', default: `./dist/${name}.mjs`},
  default: {types: './js/index.d.ts', default: `./dist/${name}.js`}
});

test('1.4: each subpath of `exports` with built files has a package.json, also a nested one; afterwards all are removed', t => {
  const root = makePackage(t, {
    '.': filesOf('all'), './small': filesOf('small'), './small/asm': filesOf('small.asm'), './other/asm': filesOf('other.asm'),
    './dist/*': './dist/*', './package.json': './package.json'
  });
  const before = filesBelow(root);
  for (const time of ['first', 'second']) {
    writeSubpaths(root);
    const written = filesBelow(root).filter(path => !before.includes(path));
    assert.deepEqual(written, ['other/asm/package.json', 'small/asm/package.json', 'small/package.json'], time);
  }
  assert.deepEqual(readJSON(root, 'small/package.json'),
    {main: '../dist/small.js', module: '../dist/small.mjs', types: '../js/index.d.ts'});
  assert.deepEqual(readJSON(root, 'small/asm/package.json'),
    {main: '../../dist/small.asm.js', module: '../../dist/small.asm.mjs', types: '../../js/index.d.ts'});
  for (const time of ['first', 'second']) {
    removeSubpaths(root);
    assert.deepEqual(filesBelow(root), before, time);
    for (const folder of ['small', 'other']) assert.ok(!existsSync(join(root, folder)), `${folder}, ${time}`);
  }
});

test('1.4: a folder that contains anything else is kept', t => {
  const root = makePackage(t, {'./js': filesOf('small')});
  writeSubpaths(root);
  removeSubpaths(root);
  assert.deepEqual(filesBelow(root), ['js/index.d.ts', 'package.json']);
});

test('1.4: npm writes the folders before it packs, and removes them afterwards', async () => {
  const {source, installed} = await install();
  for (const folder of ['asm', 'burry', 'offline', 'offline/asm']) {
    assert.ok(existsSync(join(installed, folder, 'package.json')), `${folder} in the tarball`);
    assert.ok(!existsSync(join(source, folder)), `${folder} after packing`);
  }
});

test('1.4: require() by a resolver that does not read `exports` loads the same files', async t => {
  const {project, installed} = await install();
  const {name, exports, ...described} = readJSON(installed, 'package.json');
  const subpaths = Object.entries(exports).filter(([, files]) => typeof files === 'object');
  // Node ignores `exports` only if there is none. It finds Backbone in the project around.
  const old = mkdtempSync(join(project, 'without-exports-'));
  t.after(() => rmSync(old, {recursive: true}));
  const copy = join(old, 'node_modules', name);
  cpSync(installed, copy, {recursive: true});
  writeFileSync(join(copy, 'package.json'), JSON.stringify({name, ...described}));
  writeFileSync(join(old, 'load.cjs'), `
    const load = id => [require.resolve(id), typeof (require(id).Burry || require(id)).Store];
    console.log(JSON.stringify(${JSON.stringify(subpaths.map(([subpath]) => name + subpath.slice(1)))}.map(load)));`);
  const loaded = JSON.parse(execFileSync(process.execPath, ['load.cjs'], {cwd: old, encoding: 'utf8'}));
  assert.deepEqual(loaded, subpaths.map(([, files]) => [join(copy, files.default.default), 'function']));
});
