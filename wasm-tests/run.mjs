// npm test: builds, lints, runs the core's tests sanitised and as wasm, random
// schedules and fuzzed inputs, and the tests of the built files in browsers. The totals are
// the last line.
//
//   npm test -- --all    clang's static analyser and the core's tests by gcc too, and in every
//                        engine and over both builds all that can run there

import {availableParallelism} from 'node:os';
import {build} from '../js/build/cmake.mjs';
import {runInBrowsers} from './browsers.mjs';
import {fuzz, targets} from './fuzz/targets.mjs';
import {lint} from './lint.mjs';
import {runProgram} from './run-program.mjs';

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
async function runCoreTests(title, command, ...args) {
  const {stdout, stderr, status} = await runProgram(command, args);
  say(title);
  process.stdout.write(stdout + stderr);
  const [, passed, failed] = /test cases:.*?(\d+) passed.*?(\d+) failed/.exec(stdout) || [0, 0, 0];
  total.passed += Number(passed);
  // A program that dies has failed, whatever it counted until then.
  total.failed += Number(failed) || (status === 0 && Number(passed) ? 0 : 1);
}

// Random schedules, always the same ones; a failure prints its seed and its steps.
async function runSimulation(title, folder, kind, schedules) {
  const {stdout, status} = await runProgram(`build/${folder}/simulate`,
    ['--kind', kind, '--schedules', String(schedules), '--seconds', '16']);
  say(`${title}: ${kind}`);
  process.stdout.write(stdout);
  total[status === 0 ? 'passed' : 'failed']++;
}

// Always the same inputs; a failure prints the one that it was.
async function runFuzzTarget(target) {
  total[await fuzz(target, target) ? 'passed' : 'failed']++;
}

// As many at once as there are processors, since each is a program of one thread.
async function runTogether(checks) {
  const work = async () => {
    for (let check = checks.shift(); check; check = checks.shift()) await check();
  };
  await Promise.all(Array.from({length: availableParallelism()}, work));
}

await buildAll();
say('lint');
const {passed, failed} = await lint(isAll);
total.passed += passed;
total.failed += failed;

await runTogether([
  ...isAll ? [() => runCoreTests('core, native', 'build/native/core_tests')] : [],
  () => runCoreTests('core, under AddressSanitizer and UndefinedBehaviorSanitizer', 'build/sanitized/core_tests'),
  () => runCoreTests('core, as wasm', 'node', 'build/wasm/core_tests.js'),
  ...['cache', 'queue'].flatMap(kind => [
    () => runSimulation('core, in random schedules', 'native', kind, 10000),
    () => runSimulation('core, in random schedules, under the same sanitizers', 'sanitized', kind, 300)
  ]),
  ...targets.map(target => () => runFuzzTarget(target))
]);
await runInBrowsers(total, {isAll});
finish();
