// npm run mutate [-- --schedules N] [-- --only TEXT]: breaks a copy of the core in each of
// the ways of mutations.mjs and counts the schedules until the simulation finds it; where it
// does not, the core's own tests have to. Fails where one survives, or where the core as it
// is does not.

import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {mutations} from './mutations.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(root, 'build/mutants'), copy = join(folder, 'src');
const {values} = parseArgs({options: {schedules: {type: 'string', default: '20000'}, only: {type: 'string', default: ''}}});

function run(program, ...args) {
  return spawnSync(join(folder, program), args, {encoding: 'utf8', timeout: 300_000, maxBuffer: 1 << 28});
}

// The text that is to be replaced stands in its file once, or the list is out of date.
function mutated({what, file, from, to}) {
  const parts = readFileSync(join(root, 'src', file), 'utf8').split(from);
  if (parts.length === 2) return parts.join(to);
  console.log(`${what}: src/${file} has ${parts.length - 1} times\n${from}`);
  process.exit(1);
}

// Each finds {by, as}, or null where nothing is violated.
function simulate(kind, schedules) {
  const {status, signal, stdout} = run('simulate', '--kind', kind, '--schedules', String(schedules));
  if (status === 0) return null;
  const [, count = '?'] = /^after (\d+) schedules/m.exec(stdout) || [];
  const [, violated] = /VIOLATED: (.*)/.exec(stdout) || [];
  return {by: `schedule ${count}${kind === 'queue' ? ' of the queue' : ''}`, as: violated || signal || stdout.trim().split('\n').at(-2)};
}

function test() {
  const {status, signal, stdout} = run('core_tests');
  if (status === 0) return null;
  const failed = [...stdout.matchAll(/^TEST CASE: +(.*)/gm)].map(([, name]) => name);
  return {by: `${new Set(failed).size || 'the'} core ${new Set(failed).size === 1 ? 'test' : 'tests'}`, as: failed[0] || signal || 'they end'};
}

function build() {
  try {
    execFileSync('cmake', ['--build', folder, '--target', 'simulate', 'core_tests'], {cwd: root, encoding: 'utf8', stdio: 'pipe'});
  } catch (error) {
    console.log(error.stdout);
    process.exit(1);
  }
}

function find() {
  build();
  return simulate('queue', values.schedules) || simulate('cache', values.schedules) || test();
}

const chosen = mutations.filter(({what}) => what.includes(values.only));
chosen.forEach(mutated);
rmSync(copy, {recursive: true, force: true});
cpSync(join(root, 'src'), copy, {recursive: true});
execFileSync('cmake', ['-S', root, '-B', folder, '-G', 'Ninja', '-Wno-dev', '--log-level=WARNING',
  `-DCORE=${copy}`, '-DCMAKE_BUILD_TYPE=None', '-DCMAKE_CXX_FLAGS=-O1'], {cwd: root, stdio: 'inherit'});

const own = find();
console.log(own ? `the core as it is: ${own.as}` : `${values.schedules} schedules and the core's tests find nothing in the core as it is`);
let survived = own ? 1 : 0;
for (const mutation of chosen) {
  const path = join(copy, mutation.file), original = readFileSync(path);
  writeFileSync(path, mutated(mutation));
  const found = find();
  writeFileSync(path, original);
  if (!found) survived++;
  console.log(`| ${mutation.what} | ${found ? `${found.by} | ${found.as.slice(0, 90)}` : 'SURVIVED |'} |`);
}
console.log(`${chosen.length} mutations, ${survived} not found`);
process.exit(survived ? 1 : 0);
