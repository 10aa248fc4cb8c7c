// CMake by the presets of CMakePresets.json, and what Emscripten needs to run.

import {execFileSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {delimiter, dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);

function cmake(configurePreset, ...args) {
  const env = ['wasm', 'debug'].includes(configurePreset) ? emscriptenEnvironment() : process.env;
  execFileSync('cmake', args, {cwd: root, stdio: 'inherit', env});
}

export function configure(preset) {
  cmake(preset, '--preset', preset, '-Wno-dev', '--log-level=WARNING');
}

// The targets of a build preset, in the folder of its configure preset. Throws where one
// cannot be built.
export function build(preset, configurePreset = preset) {
  configure(configurePreset);
  cmake(configurePreset, '--build', '--preset', preset);
}

// Emscripten's optimiser asks Node for acorn. Debian's package of it lies where only
// Debian's own Node looks, so rollup's stands in.
function emscriptenEnvironment() {
  const acorn = dirname(dirname(require.resolve('acorn/package.json')));
  return {
    ...process.env,
    EMSCRIPTEN_ROOT: execFileSync('em-config', ['EMSCRIPTEN_ROOT'], {encoding: 'utf8'}).trim(),
    NODE_PATH: [process.env.NODE_PATH, '/usr/share/nodejs', acorn].filter(Boolean).join(delimiter)
  };
}
