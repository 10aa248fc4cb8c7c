// CMake by the presets of CMakePresets.json, and what Emscripten needs to run.

import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {delimiter, dirname} from 'node:path';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);

// Ends with an error where CMake does, with what it has printed where nobody has seen that.
async function cmake(configurePreset, args, isQuiet) {
  const env = ['wasm', 'debug'].includes(configurePreset) ? emscriptenEnvironment() : process.env;
  const child = spawn('cmake', args, {cwd: root, env, stdio: ['ignore', isQuiet ? 'pipe' : 'inherit', isQuiet ? 'pipe' : 'inherit']});
  const printed = isQuiet ? Promise.all([text(child.stdout), text(child.stderr)]) : [];
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error([...await printed, `cmake ${args.join(' ')} ended with ${status}`].join('\n'));
}

// isQuiet: prints nothing, for work beside other work.
export function configure(preset, {isQuiet} = {}) {
  return cmake(preset, ['--preset', preset, '-Wno-dev', '--log-level=WARNING'], isQuiet);
}

// Builds the targets of a build preset, in the folder of its configure preset. Returns a promise,
// which is rejected where one cannot be built.
export async function build(preset, configurePreset = preset, {isQuiet} = {}) {
  await configure(configurePreset, {isQuiet});
  await cmake(configurePreset, ['--build', '--preset', preset], isQuiet);
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
