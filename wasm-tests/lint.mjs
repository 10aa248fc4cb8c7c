// npm run lint: clang-format, clang-tidy with clang's static analyser, eslint, and the numbers of
// the contract that files cite. Each says what it objects to.

import {readdirSync, readFileSync} from 'node:fs';
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

// What is compiled natively for the core: some are pieces that CMake makes of several files, which
// takes a fifth of the time.
function compiledFiles() {
  const commands = JSON.parse(readFileSync(join(root, 'build/native/compile_commands.json'), 'utf8'));
  const files = commands.filter(({command}) => / -o CMakeFiles\/(json|burry|sync|offline)\.dir\//.test(command)).map(({file}) => file);
  if (!files.length) throw new Error('build/native/compile_commands.json has no file of the core');
  return files;
}

// The core; src/wasm is Emscripten's, whose headers clang-tidy of another release does not
// understand.
// withAnalyzer: also clang's static analyser, which takes far longer than all the rest. It
// looks at a file and at nothing that this includes, so pieces would hide everything from it.
async function tidy(withAnalyzer) {
  await configure('native', {isQuiet: true});
  const without = withAnalyzer ? [] : ['--checks=-clang-analyzer-*'];
  const files = withAnalyzer ? ['json', 'burry', 'sync', 'offline'].flatMap(room => sources(`src/${room}`, /\.cpp$/)) : compiledFiles();
  const results = [];
  const work = async () => {
    for (let file = files.shift(); file; file = files.shift()) {
      results.push(await objectionsOf('clang-tidy', 'clang-tidy', ['--quiet', '-p', 'build/native', ...without, file]));
    }
  };
  await Promise.all(Array.from({length: availableParallelism()}, work));
  const output = results.map(result => result.output).join('');
  return {[output ? 'failed' : 'passed']: 1, output};
}

export const checkFormat = () => objectionsOf('clang-format', 'clang-format', ['--dry-run', '--Werror',
  ...['src', 'wasm-tests'].flatMap(folder => sources(folder, /\.(h|cpp)$/))]);

export const checkScripts = () => objectionsOf('eslint', process.execPath, [join(root, 'node_modules/eslint/bin/eslint.js'), '.']);

// Returns a promise of {passed, failed, output}, as a part of a report: how many of the four have,
// and have not, nothing to object to.
export async function lint({withAnalyzer}) {
  const results = [await checkFormat(), await tidy(withAnalyzer), await checkScripts(), checkCitations()];
  const sum = what => results.reduce((total, result) => total + (result[what] || 0), 0);
  return {passed: sum('passed'), failed: sum('failed'), output: results.map(({output}) => output).join('')};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = new Report();
  await report.part('clang-format, clang-tidy, eslint, cited numbers', () => lint({withAnalyzer: true}));
  process.exitCode = report.total.failed ? 1 : 0;
}
