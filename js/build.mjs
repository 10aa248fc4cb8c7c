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
    const packed = pack(optimize(join(wasmFolder, `${name}_module.wasm`)));
    return `import {unpack} from ${JSON.stringify(join(root, 'js', 'unpack.js'))};
      export default () => unpack(${JSON.stringify(packed)});`;
  }
};

const banner = `/*! Backbone.cachingSync ${require('../package.json').version} | MIT | design: Yiorgis Gozadinos, Crypho AS, 2012 */`;

async function bundle(input, file, format) {
  const bundled = await rollup({
    input: join(root, 'js', input),
    external: ['backbone'],
    plugins: [modules],
    onwarn(warning, warn) {
      if (warning.code !== 'THIS_IS_UNDEFINED') warn(warning);
    }
  });
  await bundled.write({
    file: join(root, 'dist', file), format, banner,
    plugins: [terser({ecma: 2017, compress: {passes: 2}, format: {comments: /^!/}})]
  });
  const path = join(root, 'dist', file);
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}

buildModules();
await bundle('umd.js', 'backbone.cachingsync.js', 'iife');
await bundle('index.mjs', 'backbone.cachingsync.mjs', 'es');
await bundle('burry-umd.js', 'burry.js', 'iife');
