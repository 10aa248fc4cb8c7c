// npm run browsers: the tests of the built files, in three engines; and of the package.
//
//   npm run browsers                        all of it, as npm test does
//   npm run browsers -- firefox             one engine
//   npm run browsers -- webkit queue tabs   these files in one engine

import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {run} from 'node:test';
import {spec} from 'node:test/reporters';
import {fileURLToPath} from 'node:url';
import {shareInstallation} from './package/installed.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

// What a page does with the library, whichever build it has.
const behaviour = ['burry', 'hostile', 'ids', 'leaks', 'lists', 'loading', 'options', 'overlap', 'parse', 'plain-list', 'promises',
  'queue', 'quota', 'read', 'reentry', 'tabs', 'ttl', 'write'];
// What engines do each in their way: storage and its limits, policies, events of other tabs, network.
const engines = ['burry', 'hostile', 'live', 'loading', 'promises', 'queue', 'quota', 'tabs', 'versions', 'write'];

// Each adds to the first. What is not named is the same in all.
const runs = [
  {engine: 'chromium', build: 'wasm', folders: ['browser', 'package', 'simulation']},
  {engine: 'chromium', build: 'asm', names: behaviour},
  {engine: 'firefox', build: 'wasm', names: engines},
  {engine: 'webkit', build: 'wasm', names: engines}
];

function testFiles({folders = ['browser'], names}) {
  return folders.flatMap(one => readdirSync(join(folder, one))
    .filter(file => file.endsWith('.test.mjs') && (!names || names.includes(file.replace('.test.mjs', ''))))
    .map(file => join(folder, one, file)));
}

// A file is a process of its own, which knows its engine and its build by its environment.
async function runFiles({engine, build, ...which}, total) {
  console.log(`\n== built files, as ${build}, in ${engine}`);
  Object.assign(process.env, {ENGINE: engine, BUILD: build});
  const tests = run({files: testFiles(which), concurrency: 2, timeout: 600_000});
  tests.on('test:diagnostic', ({message}) => {
    const [, what, count] = /^(pass|fail|cancelled) (\d+)$/.exec(message) || [];
    if (what === 'pass') total.passed += Number(count);
    else if (what) total.failed += Number(count);
  });
  for await (const text of tests.compose(new spec())) process.stdout.write(text);
}

// total: {passed, failed}, which grow. engine: one of them, or all where it is missing. names:
// of files; all that such a run has, where there is none.
export async function runInBrowsers(total, engine, ...names) {
  const known = [...new Set(runs.map(one => one.engine))];
  if (engine && !known.includes(engine)) throw new Error(`engine: expected one of ${known.join(', ')}, got ${JSON.stringify(engine)}`);
  const removeInstallation = shareInstallation();
  for (const one of runs.filter(one => !engine || one.engine === engine)) await runFiles(names.length ? {...one, names} : one, total);
  removeInstallation();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const total = {passed: 0, failed: 0};
  await runInBrowsers(total, ...process.argv.slice(2));
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
}
