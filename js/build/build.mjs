// npm run build: makes dist/ of the wasm modules, which CMake and Emscripten build, and
// of js/, by rollup and terser. Each file has its wasm inside, or the plain JavaScript that
// Emscripten makes of it.

import {existsSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import terser from '@rollup/plugin-terser';
import {rollup} from 'rollup';
import {build} from './cmake.mjs';
import {pack} from './pack.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const banner = `/*! Backbone.cachingSync ${version} | MIT | design: Yiorgis Gozadinos, Crypho AS, 2012 */`;

const modulePath = (name, extension) => join(root, 'build', 'wasm', `${name}_module.${extension}`);
const readModule = (name, extension) => readFileSync(modulePath(name, extension));
const isPlain = name => !existsSync(modulePath(name, 'wasm'));

// What js/core.js imports of a module: `core` is the JavaScript that Emscripten made,
// `core-wasm` a function that returns its wasm, as it was, or nothing where the module is
// plain JavaScript. The packed wasm stands at the end of the file, where gzip does not mix
// its codes with those of the JavaScript.
const wasmModule = name => ({
  name: 'wasm-module',
  resolveId: id => /^core(-wasm)?$/.test(id) ? '\0' + id : null,
  load(id) {
    if (id === '\0core') return String(readModule(name, 'js'));
    if (id !== '\0core-wasm') return null;
    if (isPlain(name)) return 'export default () => undefined;';
    return `import {unpack} from ${JSON.stringify(join(root, 'js', 'unpack.js'))};
      export default () => unpack(/*@__NOINLINE__*/ packedWasm());`;
  }
});

const smaller = terser({
  module: true,
  ecma: 2017,
  compress: {passes: 3, unsafe_arrows: true, unsafe_methods: true}
});

async function bundle(name, input, file, output) {
  const bundled = await rollup({input: join(root, 'js', input), external: ['backbone'], plugins: [wasmModule(name)]});
  const path = join(root, 'dist', file);
  const outro = isPlain(name) ? '' : `function packedWasm() { return '${pack(readModule(name, 'wasm'))}'; }`;
  await bundled.write({...output, file: path, banner, outro, plugins: [smaller]});
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}

build('wasm');
for (const [name, suffix] of [['cachingsync', ''], ['cachingsync_asm', '.asm']]) {
  await bundle(name, 'umd.js', `backbone.cachingsync${suffix}.js`, {format: 'iife'});
  await bundle(name, 'index.mjs', `backbone.cachingsync${suffix}.mjs`, {format: 'es'});
}
await bundle('burry', 'burry.js', 'burry.js', {format: 'umd', name: 'Burry'});
