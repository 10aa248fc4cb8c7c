// npm run build: makes dist/ of the wasm modules, which CMake and Emscripten build, and
// of js/, by rollup and terser. Each file has its wasm inside.

import {readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import terser from '@rollup/plugin-terser';
import {rollup} from 'rollup';
import {build} from './cmake.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const banner = `/*! Backbone.cachingSync ${version} | MIT | design: Yiorgis Gozadinos, Crypho AS, 2012 */`;

// What js/ imports of a module: `burry-core` is the JavaScript that Emscripten made,
// `burry-wasm` its wasm, as js/unpack.js reads it.
const wasmModules = {
  name: 'wasm-modules',
  resolveId: id => /^(burry|cachingsync)-(core|wasm)$/.test(id) ? '\0' + id : null,
  load(id) {
    const [, name, part] = /^\0(burry|cachingsync)-(core|wasm)$/.exec(id) || [];
    const read = (extension, encoding) => readFileSync(join(root, 'build', 'wasm', `${name}_module.${extension}`), encoding);
    if (part === 'core') return read('js', 'utf8');
    if (part === 'wasm') return `export default '${read('wasm', 'hex')}'`;
    return null;
  }
};

const smaller = terser({
  module: true,
  ecma: 2017,
  compress: {passes: 3, unsafe_arrows: true, unsafe_methods: true}
});

async function bundle(input, file, format) {
  const bundled = await rollup({input: join(root, 'js', input), external: ['backbone'], plugins: [wasmModules]});
  const path = join(root, 'dist', file);
  await bundled.write({file: path, format, banner, plugins: [smaller]});
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}

build('wasm');
await bundle('umd.js', 'backbone.cachingsync.js', 'iife');
await bundle('index.mjs', 'backbone.cachingsync.mjs', 'es');
await bundle('burry-umd.js', 'burry.js', 'iife');
