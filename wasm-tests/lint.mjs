// npm run lint: clang-format, clang-tidy with clang's static analyser, eslint, and the numbers of
// the contract that files cite. Each says what it objects to.

import {readdirSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {configure} from '../js/build/cmake.mjs';
import {checkCitations} from './cited-numbers.mjs';
import {Report} from './report.mjs';
import {runProgram} from './run-program.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function sources(folder, pattern) {
  return readdirSync(join(root, folder), {recursive: true}).filter(name => pattern.test(name)).map(name => join(folder, name)).sort();
}

// Runs a command. Returns a promise of a part of a report. (What clang-tidy counts on stderr are
// the warnings in other people's headers.)
async function objectionsOf(name, command, args) {
  const {stdout, stderr, status} = await runProgram(command, args);
  const output = command === 'clang-tidy' ? stdout : stdout + stderr;
  return {[status === 0 ? 'passed' : 'failed']: 1, output: status === 0 ? '' : `${name} objects:\n${output}`};
}

// The core; src/wasm is Emscripten's, whose headers clang-tidy of another release does not
// understand.
// The static analyser looks at a file and at nothing that this includes, so pieces would hide everything
// from it.
async function tidy() {
  await configure('native', {isQuiet: true});
  const files = ['json', 'burry', 'sync', 'offline'].flatMap(room => sources(`src/${room}`, /\.cpp$/)), results = [];
  const work = async () => {
    for (let file = files.shift(); file; file = files.shift()) {
      results.push(await objectionsOf('clang-tidy', 'clang-tidy', ['--quiet', '-p', 'build/native', file]));
    }
  };
  await Promise.all(Array.from({length: availableParallelism()}, work));
  const output = results.map(result => result.output).join('');
  return {[output ? 'failed' : 'passed']: 1, output};
}

export const checkFormat = () => objectionsOf('clang-format', 'clang-format', ['--dry-run', '--Werror',
  ...['src', 'wasm-tests'].flatMap(folder => sources(folder, /\.(h|cpp)$/))]);

export const checkScripts = () => objectionsOf('eslint', process.execPath, [join(root, 'node_modules/eslint/bin/eslint.js'), '.']);

const together = results => {
  const sum = what => results.reduce((total, result) => total + (result[what] || 0), 0);
  return {passed: sum('passed'), failed: sum('failed'), output: results.map(({output}) => output).join('')};
};

// Returns a promise of {passed, failed, output}, as a part of a report: how many of the linters have,
// and have not, nothing to object to. Without clang-tidy, which takes longer than all other tests of the core.
export const lintQuickly = async () => together([await checkFormat(), await checkScripts(), checkCitations()]);

// The same with clang-tidy.
export const lint = async () => together([await lintQuickly(), await tidy()]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = new Report();
  await report.part('clang-format, clang-tidy, eslint, cited numbers', lint);
  process.exitCode = report.total.failed ? 1 : 0;
}
