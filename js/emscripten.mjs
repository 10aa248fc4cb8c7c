// Where the Emscripten of this machine is, and what it needs to run.

import {execFileSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

const require = createRequire(import.meta.url);

export function cmakeToolchain() {
  const root = execFileSync('em-config', ['EMSCRIPTEN_ROOT'], {encoding: 'utf8'}).trim();
  return join(root, 'cmake/Modules/Platform/Emscripten.cmake');
}

// Emscripten's optimiser asks Node for acorn. Debian's package of it lies where
// only Debian's own Node looks, so rollup's stands in.
export function emscriptenEnvironment() {
  const acorn = dirname(dirname(require.resolve('acorn/package.json')));
  return {...process.env, NODE_PATH: [process.env.NODE_PATH, '/usr/share/nodejs', acorn].filter(Boolean).join(':')};
}
