// npm run mutate: applies each mutation to a copy of the sources, one after another, and prints
// which test finds it. Exits with 1 if a mutation survives, or if the unchanged sources fail.
//
//   npm run mutate                             the core
//   npm run mutate -- --of javascript          the JavaScript in js/
//   npm run mutate -- --only ttl               mutations whose description contains `ttl`
//   npm run mutate -- --schedules 100000       more schedules of each kind than npm test runs

import {cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {mutations as ofCore} from './core.mjs';
import {mutations as ofJavaScript} from './javascript.mjs';
import {schedules} from '../simulation/schedules.mjs';
import {prepareCore} from './try-core.mjs';
import {prepareJavaScript} from './try-javascript.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const subjects = {
  core: {mutations: ofCore, sources: 'src', prepare: prepareCore},
  javascript: {mutations: ofJavaScript, sources: 'js', prepare: prepareJavaScript}
};

const {values} = parseArgs({options: {
  of: {type: 'string', default: 'core'},
  only: {type: 'string', default: ''},
  schedules: {type: 'string', default: String(schedules.test)}
}});

function chosenSubject() {
  const subject = subjects[values.of];
  if (!subject) throw new Error(`--of: expected ${Object.keys(subjects).join(' or ')}, got ${JSON.stringify(values.of)}`);
  return {...subject, mutations: subject.mutations.filter(({what}) => what.includes(values.only))};
}

// Returns the text of a file with the replacement in it. Throws if the replaced text does not
// occur exactly once: the list is out of date.
function mutate(path, {what, from, to}) {
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${what}: ${path} contains ${parts.length - 1} times\n${from}`);
  return parts.join(to);
}

function row(what, found) {
  return `| ${what} | ${found ? `${found.by} | ${found.as.slice(0, 90)}` : 'SURVIVED |'} |`;
}

async function run() {
  const {mutations, sources, prepare} = chosenSubject();
  const folder = join(root, 'build/mutants', values.of), copy = join(folder, sources);
  for (const mutation of mutations) mutate(join(root, sources, mutation.file), mutation);
  rmSync(copy, {recursive: true, force: true});
  cpSync(join(root, sources), copy, {recursive: true});
  const {check, find} = await prepare(folder, {...values, mutations});

  const failed = await check();
  console.log(row('change nothing', failed || {by: 'nothing', as: ''}));
  let survived = 0;
  for (const mutation of mutations) {
    const path = join(copy, mutation.file), original = readFileSync(path);
    writeFileSync(path, mutate(path, mutation));
    const found = await find(mutation);
    writeFileSync(path, original);
    if (!found) survived++;
    console.log(row(mutation.what, found));
  }
  console.log(`${mutations.length} mutations, ${survived} not found`);
  return !failed && !survived;
}

process.exitCode = await run() ? 0 : 1;
