// npm run build: makes dist/ of the wasm modules, which CMake and Emscripten build, and
// of js/, by rollup and terser. Each file has its wasm inside, or the plain JavaScript that
// Emscripten makes of the same C++, and a source map beside it.

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
// `core-wasm` a function that returns its wasm, or nothing where it is plain JavaScript. The
// packed wasm stands at the end of the file, where gzip does not mix its codes with those
// of the JavaScript.
const plainModules = ['cachingsync_asm'];
const unpacked = `import {unpack} from ${JSON.stringify(join(root, 'js', 'unpack.js'))};
  export default () => unpack(/*@__NOINLINE__*/ packedWasm());`;
const packedWasm = name => `function packedWasm() { return '${pack(readModule(name, 'wasm'))}'; }`;
const wasmModule = name => ({
  name: 'wasm-module',
  resolveId: id => ({core: modulePath(name, 'js'), 'core-wasm': '\0core-wasm'})[id] || null,
  load(id) {
    if (id === modulePath(name, 'js')) {
      // A source map of the plain JavaScript's core would be the larger half of the package.
      const map = plainModules.includes(name) ? {mappings: ''} : undefined;
      return {code: withoutAdvice(String(readModule(name, 'js'))), map};
    }
    if (id !== '\0core-wasm') return null;
    return plainModules.includes(name) ? 'export default () => undefined;' : unpacked;
  }
});

// Of plain JavaScript no function becomes an arrow or a method, since Emscripten has
// constructors among them, in place of those of WebAssembly.
const smaller = isPlain => terser({
  maxWorkers: 1,  // for each file; by itself it takes as many as /proc counts, which a chroot may lack
  module: true,
  ecma: 2017,
  compress: {passes: 3, unsafe_arrows: !isPlain, unsafe_methods: !isPlain}
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
  const isPlain = plainModules.includes(name), outro = isPlain ? '' : packedWasm(name);
  await bundled.write({...output, ...mapped, file: path, banner, outro, plugins: [smaller(isPlain), withoutItsText]});
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), {level: 9}).length} gzipped`);
}

build('wasm');
await Promise.all([
  ...[['cachingsync', ''], ['cachingsync_asm', '.asm']].flatMap(([name, suffix]) => [
    bundle(name, 'umd.js', `backbone.cachingsync${suffix}.js`, {format: 'iife'}),
    bundle(name, 'index.mjs', `backbone.cachingsync${suffix}.mjs`, {format: 'es'})
  ]),
  bundle('burry', 'burry.js', 'burry.js', {format: 'umd', name: 'Burry'}),
  bundle('burry', 'burry.js', 'burry.mjs', {format: 'es'})
]);
