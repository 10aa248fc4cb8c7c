// npm run build: builds the wasm modules by CMake and Emscripten, bundles dist/ from them and
// js/, and prints the sizes.

import {readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {bundle} from './bundle.mjs';
import {build} from './cmake.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

build('wasm');
for (const name of await bundle()) {
  const path = join(root, 'dist', name);
  console.log(`dist/${name}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}
