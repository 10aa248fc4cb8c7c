// The fuzz targets, and how one is run. The build preset `fuzz` makes them.

import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runProgram} from '../run-program.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = 'build/fuzz';

// runs: in `npm run test:all`, for some two seconds each.
export const targets = [
  {topic: 'registry', runs: 8000},
  {topic: 'keys', runs: 20000},
  {topic: 'expiry', runs: 10000},
  {topic: 'store', runs: 3000},
  {topic: 'json', runs: 3000},
  {topic: 'record', runs: 5000},
  {topic: 'query', runs: 3000},
  {topic: 'sync', runs: 1000}
];

// libFuzzer repeats itself exactly only where the program lies at the same addresses.
const fixedAddresses = spawnSync('setarch', ['-R', 'true']).status === 0 ? ['setarch', '-R'] : [];

// Runs a target: so many `runs` with always the same inputs, or for so many
// `seconds` with what earlier runs have found. Whatever is found lands in build/.
// Returns a promise of {passed, failed, output}, as a part of a report: 1 passed where all invariants held.
export async function fuzz({topic}, {runs, seconds}) {
  const found = `${folder}/${runs ? 'new' : 'found'}/${topic}`, crashes = `${folder}/crashes/${topic}/`;
  const empty = runs ? [found, crashes] : [crashes];
  for (const name of empty) rmSync(join(root, name), {recursive: true, force: true});
  for (const name of [found, crashes]) mkdirSync(join(root, name), {recursive: true});
  const limit = runs ? [`-runs=${runs}`, '-seed=2012', '-reload=0'] : [`-max_total_time=${seconds}`];
  const [command, ...args] = [
    ...runs ? fixedAddresses : [], `${folder}/fuzz-${topic}`, ...limit,
    '-dict=wasm-tests/fuzz/storage.dict', '-max_len=1024', '-timeout=20', `-artifact_prefix=${crashes}`,
    found, `wasm-tests/fuzz/corpus/${topic}`
  ];
  const {stderr, status} = await runProgram(command, args);
  const done = /^#(\d+)\s+DONE\s+cov: (\d+)/m.exec(stderr);
  if (status === 0 && done) {
    return {passed: 1, output: `fuzz-${topic}: ${done[1]} inputs, ${done[2]} edges covered, no violation`};
  }
  const told = stderr.split('\n').filter(line => !/^(#\d+\s+(NEW|REDUCE|pulse|INITED|RELOAD)|INFO|Dictionary)\b/.test(line));
  const inputs = readdirSync(join(root, crashes)).flatMap(name => [
    `fuzz-${topic} failed on this input:\n${readFileSync(join(root, crashes, name))}\n`, `again: ${folder}/fuzz-${topic} ${crashes}${name}`
  ]);
  return {failed: 1, output: [...told, ...inputs].join('\n')};
}
