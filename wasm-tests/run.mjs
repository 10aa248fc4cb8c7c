// npm test: installs the browsers that are missing and builds the modules; then runs the tests of
// the built files in browsers. Beside that, lints and runs the core's tests under sanitizers and
// random schedules. Prints what took longest, and the totals as the last line.
//
//   npm run test:all    clang-tidy with clang's static analyser, the core's tests by gcc and as wasm,
//                       more schedules, some under the sanitizers, fuzzed inputs, and in every engine
//                       and over both builds all that can run there

import {build} from '../js/build/cmake.mjs';
import {browserParts} from './browsers.mjs';
import {runBothEditions, runSimulation} from './core-programs.mjs';
import {fuzz, targets} from './fuzz/targets.mjs';
import {lint, lintQuickly} from './lint.mjs';
import {Report} from './report.mjs';
import {runProgram} from './run-program.mjs';
import {sanitizedSchedules, schedules} from './simulation/schedules.mjs';

const isAll = process.argv.includes('--all'), report = new Report();
const scope = isAll ? 'all' : 'test', kinds = ['cache', 'queue'];
const inSchedules = (what, folder, count) =>
  kinds.map(kind => [`random schedules${what}: ${kind}`, () => runSimulation(folder, kind, count)]);

// A build, and what runs of it, one after the other.
const chain = (title, preset, folder, parts) => [title, async () => {
  await build(preset, folder, {isQuiet: true});
  for (const part of parts) await report.part(...part);
}];
const builds = [
  chain('sanitized build and its tests', isAll ? 'sanitized-all' : 'sanitized', 'sanitized', [
    ['core, under AddressSanitizer and UndefinedBehaviorSanitizer', () => runBothEditions('build/sanitized/core_tests')],
    ...isAll ? inSchedules(', under the same sanitizers', 'sanitized', sanitizedSchedules) : []
  ]),
  chain('optimised build, lint and schedules', isAll ? 'native' : 'simulation', 'native', [
    // Behind a build, since both would configure the same folder.
    ['lint', () => isAll ? lint() : lintQuickly()],
    ...isAll ? [['core, optimised by gcc', () => runBothEditions('build/native/core_tests')]] : [],
    ...inSchedules('', 'native', schedules[scope])
  ]),
  ...isAll ? [
    chain('core as wasm', 'wasm-tests', 'wasm', [['core, as wasm', () => runBothEditions('node', 'build/wasm/core_tests.js')]]),
    chain('fuzz targets', 'fuzz', 'fuzz', targets.map(target => [`fuzz ${target.topic}`, () => fuzz(target, target)]))
  ] : []
];

// apt-get works on the network and the disk, so the build goes on beside it.
const installBrowsers = async () => {
  const {stdout, stderr, status} = await runProgram('sh', ['.ci/set-up.sh', 'chromium', 'firefox', 'webkit']);
  return {failed: status === 0 ? 0 : 1, output: stdout + stderr};
};

async function testInBrowsers() {
  const prepared = await Promise.all([
    report.part('browsers', installBrowsers),
    report.inTurn('build', () => import('../js/build/build.mjs').then(() => ({})))
  ]);
  if (prepared.includes(false)) return;
  const {parts, end} = browserParts({isAll});
  try {
    await report.parallel(parts);
  } finally {
    end();
  }
}

await Promise.all([testInBrowsers(), report.parallel(builds)]);
process.exit(report.finish());
