// npm run mutate [-- --schedules N] [-- --only TEXT]: breaks a copy of the core in
// each of the ways of mutations.mjs and counts the schedules until the simulation
// finds it. Fails where one survives, or the core as it is does not.

import {spawnSync} from 'node:child_process';
import {cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {mutations} from './mutations.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(root, 'build/mutants'), copy = join(folder, 'src');
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const schedules = Number(option('schedules', 20000)), only = option('only', '');

function must(command, ...args) {
  const {status, stdout} = spawnSync(command, args, {cwd: root, encoding: 'utf8'});
  if (status === 0) return;
  console.log(stdout, `${command} ${args.join(' ')} failed`);
  process.exit(1);
}

// The text that is to be replaced stands in its file once, or the list is out of date.
function mutated({what, file, from, to}) {
  const parts = readFileSync(join(root, 'src', file), 'utf8').split(from);
  if (parts.length === 2) return parts.join(to);
  console.log(`${what}: src/${file} has ${parts.length - 1} times\n${from}`);
  process.exit(1);
}

function simulate() {
  const {status, signal, stdout} = spawnSync(join(folder, 'simulate'), ['--schedules', String(schedules)], {encoding: 'utf8'});
  if (status === 0) return null;
  const [, count] = /^after (\d+) schedules/m.exec(stdout) || [];
  const [, violated] = /VIOLATED: (.*)/.exec(stdout) || [];
  return {count: count || '?', violated: violated || signal || stdout.trim().split('\n').at(-2)};
}

const chosen = mutations.filter(({what}) => what.includes(only));
chosen.forEach(mutated);
rmSync(copy, {recursive: true, force: true});
cpSync(join(root, 'src'), copy, {recursive: true});
must('cmake', '-S', root, '-B', folder, '-G', 'Ninja', '-Wno-dev', '--log-level=WARNING',
  `-DCORE=${copy}`, '-DCMAKE_BUILD_TYPE=None', '-DCMAKE_CXX_FLAGS=-O1');
const build = () => must('cmake', '--build', folder, '--target', 'simulate');

build();
const own = simulate();
console.log(own ? `the core as it is: ${own.violated}` : `${schedules} schedules find nothing in the core as it is`);
let survived = own ? 1 : 0;
for (const mutation of chosen) {
  const path = join(copy, mutation.file), original = readFileSync(path);
  writeFileSync(path, mutated(mutation));
  build();
  const found = simulate();
  writeFileSync(path, original);
  if (!found) survived++;
  console.log(found ? `| ${mutation.what} | ${found.count} | ${found.violated.slice(0, 90)} |` : `| ${mutation.what} | SURVIVED | |`);
}
console.log(`${chosen.length} mutations, ${survived} not found`);
process.exit(survived ? 1 : 0);
