// npm run browsers: the tests of the built files, in three engines; and of the package.
//
//   npm run browsers                          what npm test runs
//   npm run browsers -- --all                 everything that each engine and build can run
//   npm run browsers -- firefox               one engine
//   npm run browsers -- webkit queue tabs     these files in one engine

import {readdirSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {shareInstallation} from './package/installed.mjs';
import {Report} from './report.mjs';
import {runTestFile} from './test-file.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

// What is the same in all engines and over both builds, or can be seen in one only: crossings
// into wasm, JavaScript's heap, plain Backbone beside it, the demo, README, docs.
const ofChromium = ['associations', 'beside-other-caches', 'comparison', 'cost', 'demo', 'migration', 'readme'];

// Each adds to the first, which has all of it: `names` what the engine or the build does in
// its own way; with --all it runs all but ofChromium. Engines differ in storage and its
// limits, in policies, in what they tell other tabs, and in their network.
const runs = [
  {engine: 'chromium', build: 'wasm', folders: ['browser', 'mutations', 'package']},
  {engine: 'chromium', build: 'asm', names: ['hostile', 'ids', 'loading', 'ttl', 'two-files']},
  {engine: 'firefox', build: 'wasm', names: ['hostile', 'loading', 'queue-network', 'quota', 'tabs']},
  {engine: 'webkit', build: 'wasm', names: ['hostile', 'ids', 'loading', 'queue-network', 'queue-tabs', 'quota', 'tabs']}
];

const longest = ['comparison', 'versions', 'leaks', 'queue', 'demo', 'bundlers', 'hostile', 'rubbish', 'ids', 'overlap', 'read', 'tabs', 'quota', 'write', 'types'];

const nameOf = file => basename(file, '.test.mjs');
const filesIn = place => readdirSync(join(folder, place)).filter(file => file.endsWith('.test.mjs')).map(file => join(folder, place, file));
const withoutChromium = filesIn('browser').map(nameOf).filter(name => !ofChromium.includes(name));

function testFiles({folders = ['browser'], names}) {
  const files = folders.flatMap(filesIn), known = files.map(nameOf);
  const unknown = (names || []).filter(name => !known.includes(name));
  if (unknown.length) throw new Error(`expected names of ${known.join(', ')}, got ${unknown.join(', ')}`);
  return files.filter(file => !names || names.includes(nameOf(file)));
}

// Returns the files of a run: [{name, title, file, env}].
// engine: one of them, or all where it is missing. isAll: whether each runs all that it can.
// names: of files, in place of what a run has.
function partsOf({engine, isAll, names = []}) {
  const known = [...new Set(runs.map(one => one.engine))];
  if (engine && !known.includes(engine)) throw new Error(`engine: expected one of ${known.join(', ')}, got ${JSON.stringify(engine)}`);
  const namesOf = one => names.length ? names : isAll && one.names ? withoutChromium : one.names;
  const chosen = runs.filter(one => !engine || one.engine === engine);
  return chosen.flatMap(one => testFiles({...one, names: namesOf(one)}).map(file =>
    ({name: nameOf(file), title: `${one.engine}${one.build === 'wasm' ? '' : `, ${one.build}`}: ${nameOf(file)}`, file, env: {
      ENGINE: one.engine, BUILD: one.build, ...isAll && {THOROUGH: 'yes'}
    }})));
}

// Those that take longest begin first, so that no core is idle at the end.
const orderOf = name => longest.includes(name) ? longest.indexOf(name) : longest.length;

// The parts of a run: [title, work] each, and `end`, which removes what they share.
export function browserParts(options = {}) {
  const parts = partsOf(options), removeInstallation = shareInstallation();
  parts.sort((one, other) => orderOf(one.name) - orderOf(other.name));
  return {parts: parts.map(({title, file, env}) => [title, () => runTestFile(file, env)]), end: removeInstallation};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2), [engine, ...names] = given.filter(one => one !== '--all');
  const report = new Report(), {parts, end} = browserParts({engine, names, isAll: given.includes('--all')});
  try {
    await report.parallel(parts);
  } finally {
    end();
  }
  process.exitCode = report.finish();
}
