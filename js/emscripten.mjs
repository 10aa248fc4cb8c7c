// Where the Emscripten of this machine is, and what it needs to run.

import {execFileSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {delimiter, dirname, join} from 'node:path';

const require = createRequire(import.meta.url);

export function cmakeToolchain() {
  const root = execFileSync('em-config', ['EMSCRIPTEN_ROOT'], {encoding: 'utf8'}).trim();
  return join(root, 'cmake/Modules/Platform/Emscripten.cmake');
}

// npm puts the programs of its packages first on the PATH. An Emscripten that finds
// the tools of binaryen there takes them for its own, and makes modules that do not
// fit their JavaScript.
const binaries = join('node_modules', '.bin');

// Emscripten's optimiser asks Node for acorn. Debian's package of it lies where
// only Debian's own Node looks, so rollup's stands in.
export function emscriptenEnvironment() {
  const acorn = dirname(dirname(require.resolve('acorn/package.json')));
  return {
    ...process.env,
    NODE_PATH: [process.env.NODE_PATH, '/usr/share/nodejs', acorn].filter(Boolean).join(delimiter),
    PATH: process.env.PATH.split(delimiter).filter(folder => !folder.endsWith(binaries)).join(delimiter)
  };
}
