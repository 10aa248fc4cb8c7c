// CMake by the presets of CMakePresets.json, and what Emscripten needs to run.

import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {delimiter, dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);

function cmake(configurePreset, ...args) {
  const env = configurePreset === 'wasm' ? emscriptenEnvironment() : process.env;
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
// Debian's own Node looks, so rollup's stands in. Emscripten starts Python several times for each
// file, and a python3 that is found by way of a version manager takes longer to start than a file
// takes to compile.
function emscriptenEnvironment() {
  const acorn = dirname(dirname(require.resolve('acorn/package.json')));
  const python = process.env.EMSDK_PYTHON || existsSync('/usr/bin/python3') && '/usr/bin/python3';
  return {
    ...process.env,
    ...python && {EMSDK_PYTHON: python},
    EMSCRIPTEN_ROOT: execFileSync('em-config', ['EMSCRIPTEN_ROOT'], {encoding: 'utf8'}).trim(),
    NODE_PATH: [process.env.NODE_PATH, '/usr/share/nodejs', acorn].filter(Boolean).join(delimiter)
  };
}
