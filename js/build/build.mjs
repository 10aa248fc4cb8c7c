// npm run build: builds the wasm modules by CMake and Emscripten, bundles dist/ from them and
// js/, and prints the sizes.
// npm run build:debug: builds modules with the names of functions and debug information, and
// bundles them without minifying into build/debug/dist, which is never packed.

import {readFileSync, statSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {bundle} from './bundle.mjs';
import {build} from './cmake.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const release = {preset: 'wasm', folder: join(root, 'dist')};
const debug = {
  preset: 'debug',
  modules: join(root, 'build/debug'),
  folder: join(root, 'build/debug/dist'),
  names: ['backbone.cachingsync', 'backbone.cachingsync.offline', 'burry'].flatMap(name => [`${name}.js`, `${name}.mjs`]),
  isMinified: false
};

const {preset, ...options} = process.argv.includes('--debug') ? debug : release;
await build(preset);
for (const name of await bundle(options)) {
  const path = join(options.folder, name);
  console.log(`${relative(root, path)}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}
