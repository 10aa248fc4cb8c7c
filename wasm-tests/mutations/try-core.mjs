// Builds a mutated copy of the core, and searches for the fault by schedules and core tests.

import {execFileSync, spawnSync} from 'node:child_process';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

// folder: contains `src`, the copy of the core, and takes the build.
// schedules: the number of schedules of each kind.
// Returns two functions that build the copy and return {by, as}, or null if nothing fails.
export function prepareCore(folder, {schedules}) {
  execFileSync('cmake', ['-S', root, '-B', folder, '-G', 'Ninja', '-Wno-dev', '--log-level=WARNING',
    `-DCORE=${join(folder, 'src')}`, '-DIN_PIECES=ON', '-DCMAKE_BUILD_TYPE=None', '-DCMAKE_CXX_FLAGS=-O1'], {cwd: root, stdio: 'inherit'});
  const find = () => {
    build(folder);
    return simulate(folder, 'queue', schedules) || simulate(folder, 'cache', schedules) || test(folder) || test(folder, '--plain');
  };
  return {check: find, find};
}

function build(folder) {
  try {
    execFileSync('cmake', ['--build', folder, '--target', 'simulate', 'core_tests'], {cwd: root, encoding: 'utf8', stdio: 'pipe'});
  } catch (error) {
    console.log(error.stdout);
    process.exit(1);
  }
}

function simulate(folder, kind, schedules) {
  const {status, signal, stdout} = run(folder, 'simulate', '--kind', kind, '--schedules', String(schedules));
  if (status === 0) return null;
  const [, count = '?'] = /^after (\d+) schedules/m.exec(stdout) || [];
  const [, violated] = /VIOLATED: (.*)/.exec(stdout) || [];
  return {by: `schedule ${count}${kind === 'queue' ? ' of the queue' : ''}`, as: violated || signal || stdout.trim().split('\n').at(-2)};
}

function test(folder, ...args) {
  const {status, signal, stdout} = run(folder, 'core_tests', ...args);
  if (status === 0) return null;
  const failed = new Set([...stdout.matchAll(/^TEST CASE: +(.*)/gm)].map(([, name]) => name));
  return {by: `${failed.size || 'the'} core ${failed.size === 1 ? 'test' : 'tests'}`, as: [...failed][0] || signal || 'they end'};
}

function run(folder, program, ...args) {
  return spawnSync(join(folder, program), args, {encoding: 'utf8', timeout: 300_000, maxBuffer: 1 << 28});
}
