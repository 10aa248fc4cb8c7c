// npm run release-check: all that has to be right before a release, from an empty dist/ on.
// It ends with "ready", or with what failed.
//
//   npm run release-check                      each step
//   npm run release-check -- publint publish   some, on what is built

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {keptSizes, measureSizes, tolerance} from '../bench/sizes.mjs';
import {removeSubpaths, writeSubpaths} from '../js/build/subpaths.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Where the tarball is, for as long as this runs.
let folder;
const tarball = () => join(folder, readdirSync(folder).find(name => name.endsWith('.tgz')) || 'missing.tgz');

// In their order. check: throws where something is wrong. Where an `essential` step fails
// the others have nothing to look at.
const steps = [
  {name: 'clean', title: 'build/ and dist/ are removed', essential: true, check: clean},
  {name: 'build', title: 'npm run build', essential: true, check: () => run('npm', 'run', 'build')},
  {name: 'test', title: 'npm run test:all', check: () => run('npm', 'run', 'test:all')},
  {name: 'sizes', title: 'the gzipped sizes, beside those in bench/sizes.json', check: compareSizes},
  {name: 'emscripten', title: 'a build by a current Emscripten', check: () => run('npm', 'run', 'build:current-emscripten')},
  {name: 'pack', title: 'what the tarball holds', essential: true, check: () => withSubpaths(pack)},
  {name: 'publint', title: 'publint --strict', check: () => runLocal('publint', '--strict', tarball())},
  {name: 'attw', title: 'attw: the types of every entry point', check: () => runLocal('attw', '--no-definitely-typed', tarball())},
  {name: 'publish', title: 'npm publish --dry-run', check: () => withSubpaths(publish)}
];

function run(command, ...args) {
  const {status, error} = spawnSync(command, args, {cwd: root, stdio: 'inherit'});
  if (status !== 0) throw error || new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function runLocal(command, ...args) {
  run('npm', 'exec', '--offline', '--', command, ...args);
}

function clean() {
  rmSync(join(root, 'dist'), {recursive: true, force: true});
  // The Debian of a current Emscripten has nothing of ours, and takes a while.
  const made = existsSync(join(root, 'build')) ? readdirSync(join(root, 'build')).filter(name => !name.startsWith('emscripten-')) : [];
  for (const name of made) rmSync(join(root, 'build', name), {recursive: true});
}

function compareSizes() {
  const kept = keptSizes(), measured = measureSizes(), wrong = [];
  for (const path of new Set([...Object.keys(kept), ...Object.keys(measured)])) {
    console.log(`${String(measured[path] || 'missing').padStart(7)}  ${path}, kept: ${kept[path] || 'nothing'}`);
    if (!(measured[path] <= kept[path] * (1 + tolerance))) wrong.push(path);
  }
  if (wrong.length) throw new Error(`larger than is kept, missing or not kept: ${wrong.join(', ')}`);
}

// Runs a check with the folders that npm's scripts write and remove. Both checks run npm without
// its scripts, because `prepack` would build dist/ again.
function withSubpaths(check) {
  writeSubpaths(root);
  try {
    check();
  } finally {
    removeSubpaths(root);
  }
}

function pack() {
  const told = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {cwd: root, encoding: 'utf8'});
  const [{files, size, unpackedSize}] = JSON.parse(told);
  for (const {path, size} of files) console.log(`${String(size).padStart(7)}  ${path}`);
  console.log(`${String(size).padStart(7)}  packed, ${unpackedSize} unpacked`);
}

// Who is not logged in is told so by a dry run, too; any other warning is one of the package.
function publish() {
  const {status, stdout, stderr} = spawnSync('npm', ['publish', '--dry-run', '--ignore-scripts'], {cwd: root, encoding: 'utf8'});
  process.stdout.write(stdout + stderr);
  if (status !== 0) throw new Error(`npm publish ended with ${status}`);
  const warnings = stderr.split('\n').filter(line => /^npm warn/i.test(line) && !/requires you to be logged in/.test(line));
  if (warnings.length) throw new Error(warnings.join('\n'));
}

function passes({name, title, check}) {
  console.log(`\n== ${name}: ${title}`);
  try {
    check();
    return true;
  } catch (error) {
    console.log(`${name} FAILED: ${error.message}`);
    return false;
  }
}

const names = process.argv.slice(2), known = steps.map(({name}) => name);
const unknown = names.filter(name => !known.includes(name));
if (unknown.length) {
  console.error(`release-check: expected ${known.join(', ')}, got '${unknown.join("', '")}'`);
  process.exit(1);
}
// publint and attw look at a tarball.
const needsTarball = names.some(name => ['publint', 'attw'].includes(name));
const wanted = names.length ? steps.filter(({name}) => names.includes(name) || name === 'pack' && needsTarball) : steps;

folder = mkdtempSync(join(tmpdir(), 'release-'));
const passed = [], failed = [];
for (const step of wanted) {
  (passes(step) ? passed : failed).push(step.name);
  if (step.essential && failed.includes(step.name)) break;
}
rmSync(folder, {recursive: true});

const untried = wanted.map(({name}) => name).slice(passed.length + failed.length);
if (failed.length) console.log(`\nnot ready: ${failed.join(', ')} failed${untried.length ? `; ${untried.join(', ')} not tried` : ''}`);
else console.log(names.length ? `\n${passed.join(', ')} passed` : '\nready');
process.exitCode = failed.length ? 1 : 0;
