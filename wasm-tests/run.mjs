// npm test: builds, lints, runs the core's tests sanitised and as wasm, random
// schedules and fuzzed inputs, and the tests of the built files in browsers. The totals are
// the last line.
//
//   npm test -- --all    clang's static analyser and the core's tests by gcc too, and in every
//                        engine and over both builds all that can run there

import {spawnSync} from 'node:child_process';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from '../js/build/cmake.mjs';
import {runInBrowsers} from './browsers.mjs';
import {fuzz, targets} from './fuzz/targets.mjs';
import {lint} from './lint.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const total = {passed: 0, failed: 0}, isAll = process.argv.includes('--all');

function say(title) {
  console.log(`\n== ${title}`);
}

// Ends the run where a build fails: there is nothing to test then.
async function buildAll() {
  say('build');
  try {
    await import('../js/build/build.mjs');
    // What the sanitized build tests by clang is tested by gcc's optimised one with --all.
    build(isAll ? 'native' : 'simulation', 'native');
    build('sanitized');
    build('fuzz', 'sanitized');
    build('wasm-tests', 'wasm');
  } catch (error) {
    console.log(error.message);
    finish(1);
  }
}

function finish(failedBuilds = 0) {
  const failed = total.failed + failedBuilds;
  console.log(`\n${total.passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

// A doctest program, whose last lines count its test cases.
function runCoreTests(title, command, ...args) {
  say(title);
  const {stdout, stderr, status} = spawnSync(command, args, {cwd: root, encoding: 'utf8'});
  process.stdout.write(stdout + stderr);
  const [, passed, failed] = /test cases:.*?(\d+) passed.*?(\d+) failed/.exec(stdout) || [0, 0, 0];
  total.passed += Number(passed);
  // A program that dies has failed, whatever it counted until then.
  total.failed += Number(failed) || (status === 0 && Number(passed) ? 0 : 1);
}

// Random schedules, always the same ones; a failure prints its seed and its steps.
function runSimulation(title, folder, schedules) {
  say(title);
  for (const kind of ['cache', 'queue']) {
    const {stdout, status} = spawnSync(`build/${folder}/simulate`,
      ['--kind', kind, '--schedules', String(schedules), '--seconds', '16'], {cwd: root, encoding: 'utf8'});
    process.stdout.write(stdout);
    total[status === 0 ? 'passed' : 'failed']++;
  }
}

// Always the same inputs; a failure prints the one that it was.
function runFuzzTargets() {
  say('what reads storage, fuzzed');
  for (const target of targets) total[fuzz(target, target) ? 'passed' : 'failed']++;
}

await buildAll();
say('lint');
const {passed, failed} = await lint(isAll);
total.passed += passed;
total.failed += failed;

if (isAll) runCoreTests('core, native', 'build/native/core_tests');
runCoreTests('core, under AddressSanitizer and UndefinedBehaviorSanitizer', 'build/sanitized/core_tests');
runCoreTests('core, as wasm', 'node', 'build/wasm/core_tests.js');
runSimulation('core, in random schedules', 'native', 10000);
runSimulation('core, in random schedules, under the same sanitizers', 'sanitized', 300);
runFuzzTargets();
await runInBrowsers(total, {isAll});
finish();
