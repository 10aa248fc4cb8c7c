// npm run build: makes dist/ of the wasm modules, which CMake and Emscripten build, and
// of js/, by rollup and terser. Each file has its wasm inside, and a source map beside it.

import {readFileSync, statSync} from 'node:fs';
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

// Without what Emscripten's JavaScript prints about sizes of memory where the wasm does not
// start: nobody hears it (js/core.js), and publint reads its `memory import"` as an import.
const withoutAdvice = code => code.replace(/if ?\(str\.includes\(["']imported Memory["']\)[^}]*\}/, '');

// What js/core.js imports of a module: `core` is the JavaScript that Emscripten made,
// `core-wasm` a function that returns its wasm, as js/unpack.js reads it. That stands at
// the end of the file, where gzip does not mix its codes with those of the JavaScript.
const wasmModule = name => ({
  name: 'wasm-module',
  resolveId: id => ({core: modulePath(name, 'js'), 'core-wasm': '\0core-wasm'})[id] || null,
  load(id) {
    if (id === modulePath(name, 'js')) return withoutAdvice(String(readModule(name, 'js')));
    return id === '\0core-wasm' ? 'export default () => /*@__NOINLINE__*/ packedWasm();' : null;
  }
});

const smaller = terser({
  module: true,
  ecma: 2017,
  compress: {passes: 3, unsafe_arrows: true, unsafe_methods: true}
});

// A source map has the text of js/, which the package does not have beside it, but of
// Emscripten's JavaScript only places: that is large, and no source. Some text there must
// be, since webpack looks for the file of a source that has none.
const isMadeByEmscripten = path => path.endsWith('_module.js');
const withoutItsText = {
  name: 'without-its-text',
  generateBundle(_, files) {
    for (const file of Object.values(files).filter(({fileName}) => fileName.endsWith('.map'))) {
      const map = JSON.parse(file.source);
      map.sourcesContent = map.sourcesContent.map((text, i) => isMadeByEmscripten(map.sources[i]) ? '// made by Emscripten' : text);
      file.source = JSON.stringify(map);
    }
  }
};
const mapped = {sourcemap: true, sourcemapIgnoreList: isMadeByEmscripten};

async function bundle(name, input, file, output) {
  const bundled = await rollup({input: join(root, 'js', input), external: ['backbone'], plugins: [wasmModule(name)]});
  const path = join(root, 'dist', file);
  const outro = `function packedWasm() { return '${pack(readModule(name, 'wasm'))}'; }`;
  await bundled.write({...output, ...mapped, file: path, banner, outro, plugins: [smaller, withoutItsText]});
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}

build('wasm');
await bundle('cachingsync', 'umd.js', 'backbone.cachingsync.js', {format: 'iife'});
await bundle('cachingsync', 'index.mjs', 'backbone.cachingsync.mjs', {format: 'es'});
await bundle('burry', 'burry.js', 'burry.js', {format: 'umd', name: 'Burry'});
await bundle('burry', 'burry.js', 'burry.mjs', {format: 'es'});
