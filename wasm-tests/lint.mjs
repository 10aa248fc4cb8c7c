// npm run lint: clang-format, clang-tidy with clang's static analyser, and eslint. Each says
// what it objects to.

import {spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {configure} from '../js/build/cmake.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function sources(folder, pattern) {
  return readdirSync(join(root, folder), {recursive: true}).filter(name => pattern.test(name)).map(name => join(folder, name)).sort();
}

// Whether a command has nothing to object to. (What clang-tidy counts on stderr are
// the warnings in other people's headers.)
function passes(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {cwd: root, stdio: ['ignore', 'inherit', command === 'clang-tidy' ? 'ignore' : 'inherit']});
    child.on('error', reject);
    child.on('exit', status => resolve(status === 0));
  });
}

// What is compiled natively for the core: some are pieces that CMake makes of several files, which
// takes a fifth of the time.
function compiledFiles() {
  const commands = JSON.parse(readFileSync(join(root, 'build/native/compile_commands.json'), 'utf8'));
  const files = commands.filter(({command}) => / -o CMakeFiles\/(json|burry|sync)\.dir\//.test(command)).map(({file}) => file);
  if (!files.length) throw new Error('build/native/compile_commands.json has no file of the core');
  return files;
}

// The core; src/wasm is Emscripten's, whose headers clang-tidy of another release does not
// understand.
// withAnalyzer: also clang's static analyser, which takes far longer than all the rest. It
// looks at a file and at nothing that this includes, so pieces would hide everything from it.
async function tidy(withAnalyzer) {
  configure('native');
  const without = withAnalyzer ? [] : ['--checks=-clang-analyzer-*'], objections = [];
  const files = withAnalyzer ? ['json', 'burry', 'sync'].flatMap(room => sources(`src/${room}`, /\.cpp$/)) : compiledFiles();
  const work = async () => {
    for (let file = files.shift(); file; file = files.shift()) {
      if (!await passes('clang-tidy', ['--quiet', '-p', 'build/native', ...without, file])) objections.push(file);
    }
  };
  await Promise.all(Array.from({length: availableParallelism()}, work));
  return !objections.length;
}

const checks = {
  'clang-format': () => passes('clang-format', ['--dry-run', '--Werror',
    ...['src', 'wasm-tests'].flatMap(folder => sources(folder, /\.(h|cpp)$/))]),
  'clang-tidy': tidy,
  eslint: () => passes(process.execPath, [join(root, 'node_modules/eslint/bin/eslint.js'), '.'])
};

// Returns {passed, failed}: how many of them have, and have not, nothing to object to.
export async function lint(withAnalyzer) {
  const total = {passed: 0, failed: 0};
  for (const [name, check] of Object.entries(checks)) {
    const isFine = await check(withAnalyzer);
    console.log(`${name}: ${isFine ? 'nothing to object to' : 'FAILED'}`);
    total[isFine ? 'passed' : 'failed']++;
  }
  return total;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await lint(true)).failed ? 1 : 0;
