// Bundles js/ and the wasm modules that CMake and Emscripten have built into the files of
// dist/, by rollup and terser. Each file has its wasm inside, or the plain JavaScript that
// Emscripten makes of the same C++, and a source map beside it.

import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import terser from '@rollup/plugin-terser';
import {rollup} from 'rollup';
import {unpack} from '../unpack.js';
import {pack} from './pack.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const banner = `/*! Backbone.cachingSync ${version} | MIT | design: Yiorgis Gozadinos, Crypho AS, 2012 */`;

const modulePath = (modules, name, extension) => join(modules, `${name}_module.${extension}`);

// Leaves out of Emscripten's JavaScript:
// - what it prints about sizes of memory where the wasm does not start: nobody hears it
//   (js/core.js), and publint reads its `memory import"` as an import;
// - what reads the wasm from a URL: each file has its own inside.
const needless = [
  /if ?\(str\.includes\(["']imported Memory["']\)[^}]*\}/,
  /if\(ENVIRONMENT_IS_WEB\|\|ENVIRONMENT_IS_WORKER\)\{if\(ENVIRONMENT_IS_WORKER\)[^]*?\}else\{\}/
];
const withoutNeedless = code => needless.reduce((text, pattern) => text.replace(pattern, ''), code);

// What js/core.js imports of a module: `core` is the JavaScript that Emscripten made,
// `core-wasm` a function that returns its wasm, or nothing where it is plain JavaScript. The
// packed wasm, and the small one that unpacks it, stand at the end of the file, where gzip does
// not mix their codes with those of the JavaScript.
const plainModules = ['cachingsync_asm', 'offline_asm'];
const unpacked = sources => `import {unpack} from ${JSON.stringify(join(sources, 'unpack.js'))};
  export default () => unpack(.../*@__NOINLINE__*/ packedWasm());`;
function packedWasm(modules, name) {
  const wasm = readFileSync(modulePath(modules, name, 'wasm')), packed = pack(wasm);
  const unpacker = readFileSync(modulePath(modules, 'unpacker', 'wasm')).toString('base64');
  if (Buffer.compare(unpack(packed, unpacker), wasm)) throw new Error(`The wasm of ${name} does not come out as it went in.`);
  return `function packedWasm() { return ['${packed}', '${unpacker}']; }`;
}
const wasmModule = (name, path, sources) => ({
  name: 'wasm-module',
  resolveId: id => ({core: path, 'core-wasm': '\0core-wasm'})[id] || null,
  load(id) {
    if (id === path) {
      // A source map of the plain JavaScript's core would be the larger half of the package.
      const map = plainModules.includes(name) ? {mappings: ''} : undefined;
      return {code: withoutNeedless(readFileSync(path, 'utf8')), map};
    }
    if (id !== '\0core-wasm') return null;
    return plainModules.includes(name) ? 'export default () => undefined;' : unpacked(sources);
  }
});

// In plain JavaScript no function becomes an arrow or a method, because Emscripten has constructors
// among them, in place of those of WebAssembly. More passes take 0.1 % off it, and twice the time.
const smaller = isPlain => terser({
  maxWorkers: 1,  // for each file; by itself it takes as many as /proc counts, which a chroot may lack
  module: true,
  ecma: 2017,
  compress: {passes: isPlain ? 1 : 3, unsafe_arrows: !isPlain, unsafe_methods: !isPlain}
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

// The module of each file, the script of js/ that it starts from, and its format.
const script = folder => ({input: `${folder}umd.js`, output: {format: 'iife'}});
const esModule = folder => ({input: `${folder}index.mjs`, output: {format: 'es'}});
const files = {
  'backbone.cachingsync.js': {name: 'cachingsync', ...script('')},
  'backbone.cachingsync.mjs': {name: 'cachingsync', ...esModule('')},
  'backbone.cachingsync.asm.js': {name: 'cachingsync_asm', ...script('')},
  'backbone.cachingsync.asm.mjs': {name: 'cachingsync_asm', ...esModule('')},
  'backbone.cachingsync.offline.js': {name: 'offline', ...script('offline/')},
  'backbone.cachingsync.offline.mjs': {name: 'offline', ...esModule('offline/')},
  'backbone.cachingsync.offline.asm.js': {name: 'offline_asm', ...script('offline/')},
  'backbone.cachingsync.offline.asm.mjs': {name: 'offline_asm', ...esModule('offline/')},
  'burry.js': {name: 'burry', input: 'burry.js', output: {format: 'umd', name: 'Burry'}},
  'burry.mjs': {name: 'burry', input: 'burry.js', output: {format: 'es'}}
};

async function write(file, {sources, modules, folder, isMinified}) {
  const {name, input, output} = files[file];
  const plugins = [wasmModule(name, modulePath(modules, name, 'js'), sources)];
  const bundled = await rollup({input: join(sources, input), external: ['backbone'], plugins});
  const isPlain = plainModules.includes(name), outro = isPlain ? '' : packedWasm(modules, name);
  const finish = isMinified ? [smaller(isPlain), withoutItsText] : [];
  await bundled.write({...output, ...mapped, file: join(folder, file), banner, outro, plugins: finish});
}

const defaults = {sources: join(root, 'js'), modules: join(root, 'build/wasm'), folder: join(root, 'dist'), isMinified: true};

// Writes files, all of dist/ by default, into a folder. sources: the folder with the scripts of
// js/, or with a changed copy of them. modules: the folder with the wasm modules. Returns a
// promise of the names of the files.
export async function bundle({names = Object.keys(files), ...options} = {}) {
  await Promise.all(names.map(name => write(name, {...defaults, ...options})));
  return names;
}
