// npm run browsers: the tests of the built files, in three engines; and of the package.
//
//   npm run browsers                          what npm test runs
//   npm run browsers -- --all                 everything that each engine and build can run
//   npm run browsers -- firefox               one engine
//   npm run browsers -- webkit queue tabs     these files in one engine

import {readdirSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {run} from 'node:test';
import {spec} from 'node:test/reporters';
import {fileURLToPath} from 'node:url';
import {shareInstallation} from './package/installed.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

// What is the same in all engines and over both builds, or can be seen in one only: crossings
// into wasm, JavaScript's heap, plain Backbone beside it, the demo, README, docs.
const ofChromium = ['associations', 'beside-other-caches', 'comparison', 'cost', 'demo', 'migration', 'readme'];

// Each adds to the first, which has all of it: `names` what the engine or the build does in
// its own way; with --all it runs all but ofChromium. Engines differ in storage and its
// limits, in policies, in what they tell other tabs, in their network and their promises.
const runs = [
  {engine: 'chromium', build: 'wasm', folders: ['browser', 'mutations', 'package']},
  {engine: 'chromium', build: 'asm', names: ['hostile', 'loading', 'write']},
  {engine: 'firefox', build: 'wasm', names: ['hostile', 'loading', 'queue', 'quota', 'tabs']},
  {engine: 'webkit', build: 'wasm', names: ['hostile', 'ids', 'live', 'loading', 'promises', 'queue', 'quota', 'tabs']}
];

const nameOf = file => basename(file, '.test.mjs');
const filesIn = place => readdirSync(join(folder, place)).filter(file => file.endsWith('.test.mjs')).map(file => join(folder, place, file));
const withoutChromium = filesIn('browser').map(nameOf).filter(name => !ofChromium.includes(name));

function testFiles({folders = ['browser'], names}) {
  const files = folders.flatMap(filesIn), known = files.map(nameOf);
  const unknown = (names || []).filter(name => !known.includes(name));
  if (unknown.length) throw new Error(`expected names of ${known.join(', ')}, got ${unknown.join(', ')}`);
  return files.filter(file => !names || names.includes(nameOf(file)));
}

// A file is a process of its own, which knows its engine and its build by its environment.
async function runFiles({engine, build, ...which}, total) {
  console.log(`\n== built files, as ${build}, in ${engine}`);
  Object.assign(process.env, {ENGINE: engine, BUILD: build});
  const tests = run({files: testFiles(which), concurrency: 3, timeout: 600_000}), seconds = {};
  tests.on('test:diagnostic', ({message}) => {
    const [, what, count] = /^(pass|fail|cancelled|skipped) (\d+)$/.exec(message) || [];
    if (what === 'pass') total.passed += Number(count);
    else if (what === 'skipped') total.skipped = (total.skipped || 0) + Number(count);
    else if (what) total.failed += Number(count);
  });
  for (const event of ['test:pass', 'test:fail']) {
    tests.on(event, ({file, nesting, details}) => {
      if (!nesting && file) seconds[file] = (seconds[file] || 0) + details.duration_ms / 1000;
    });
  }
  for await (const text of tests.compose(new spec())) process.stdout.write(text);
  console.log('seconds: ' + Object.entries(seconds).sort(([, one], [, other]) => other - one)
    .map(([file, time]) => `${nameOf(file)} ${time.toFixed(0)}`).join(', '));
}

// total: {passed, failed}, which grow. engine: one of them, or all where it is missing.
// isAll: whether each runs all that it can. names: of files, in place of what a run has.
export async function runInBrowsers(total, {engine, isAll, names = []} = {}) {
  const known = [...new Set(runs.map(one => one.engine))];
  if (engine && !known.includes(engine)) throw new Error(`engine: expected one of ${known.join(', ')}, got ${JSON.stringify(engine)}`);
  const namesOf = one => names.length ? names : isAll && one.names ? withoutChromium : one.names;
  const removeInstallation = shareInstallation();
  try {
    for (const one of runs.filter(one => !engine || one.engine === engine)) await runFiles({...one, names: namesOf(one)}, total);
  } finally {
    removeInstallation();
  }
  if (total.skipped) console.log(`${total.skipped} left out, of what an engine or a build does not have`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const total = {passed: 0, failed: 0};
  const given = process.argv.slice(2), [engine, ...names] = given.filter(one => one !== '--all');
  await runInBrowsers(total, {engine, names, isAll: given.includes('--all')});
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
}
