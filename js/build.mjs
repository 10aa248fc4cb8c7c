// Builds dist/: the wasm modules with CMake and Emscripten, the files a page
// loads with rollup and terser.

import {execFileSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import terser from '@rollup/plugin-terser';
import {rollup} from 'rollup';
import {optimize} from './binaryen.mjs';
import {cmakeToolchain, emscriptenEnvironment} from './emscripten.mjs';
import {pack} from './pack.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const wasmFolder = join(root, 'build', 'wasm');

const run = (command, ...args) => execFileSync(command, args, {stdio: 'inherit', env: emscriptenEnvironment()});
function buildModules() {
  run('cmake', '-S', root, '-B', wasmFolder, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release',
    `-DCMAKE_TOOLCHAIN_FILE=${cmakeToolchain()}`, '-Wno-dev', '--log-level=WARNING');
  run('cmake', '--build', wasmFolder, '--target', 'burry_module', 'cachingsync_module');
}

// `x-core` is what Emscripten made, `x-bytes` a function that returns the wasm.
const modules = {
  name: 'wasm-modules',
  resolveId: id => /^(burry|cachingsync)-(core|bytes)$/.test(id) ? '\0' + id : null,
  load(id) {
    const [, name, part] = /^\0(burry|cachingsync)-(core|bytes)$/.exec(id) || [];
    if (part === 'core') return readFileSync(join(wasmFolder, `${name}_module.js`), 'utf8');
    if (part !== 'bytes') return null;
    return `import {unpack} from ${JSON.stringify(join(root, 'js', 'unpack.mjs'))};
      export default () => unpack(packed_${name}());`;
  }
};

// The packed wasm comes last, and after terser: gzip finds what repeats in the
// JavaScript where all of it is in one place, and terser chooses names by the
// characters of JavaScript.
const packedModules = new Map();
function packedModule(name) {
  if (!packedModules.has(name)) packedModules.set(name, pack(optimize(join(wasmFolder, `${name}_module.wasm`))));
  return packedModules.get(name);
}
const packed = {
  name: 'packed-wasm',
  renderChunk(code) {
    const [used, name] = /\bpacked_(\w+)\(\)/.exec(code);
    return `${code}function ${used}{return${JSON.stringify(packedModule(name))}}`;
  }
};
// A script tag, AMD and CommonJS: nothing of it is seen outside.
const script = {
  name: 'script',
  renderChunk: code => `!function(){"use strict";${code}}();`
};
const banner = `/*! Backbone.cachingSync ${require('../package.json').version} | MIT | design: Yiorgis Gozadinos, Crypho AS, 2012 */\n`;
const license = {
  name: 'license',
  renderChunk: code => banner + code + '\n'
};

async function bundle(input, file, ...wrappers) {
  const bundled = await rollup({
    input: join(root, 'js', input),
    external: ['backbone'],
    plugins: [modules],
    onwarn(warning, warn) {
      if (warning.code !== 'THIS_IS_UNDEFINED') warn(warning);
    }
  });
  await bundled.write({
    file: join(root, 'dist', file), format: 'es',
    plugins: [terser({module: true, ecma: 2017, compress: {passes: 3, unsafe_arrows: true, unsafe_methods: true}}), packed, ...wrappers, license]
  });
  const path = join(root, 'dist', file);
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}

buildModules();
await bundle('umd.js', 'backbone.cachingsync.js', script);
await bundle('index.mjs', 'backbone.cachingsync.mjs');
await bundle('burry-umd.js', 'burry.js', script);
