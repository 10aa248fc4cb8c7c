// The gzipped sizes of what a page loads, and those kept: in sizes.json as Debian 12's
// Emscripten builds it, in current-sizes.json as a current one does.

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const file = join(folder, 'sizes.json'), currentFile = join(folder, 'current-sizes.json');
const names = ['backbone.cachingsync', 'backbone.cachingsync.asm', 'backbone.cachingsync.offline', 'backbone.cachingsync.offline.asm', 'burry'];
const builtFiles = names.flatMap(name => [`dist/${name}.js`, `dist/${name}.mjs`]);

// How much a file may grow unnoticed.
export const tolerance = 0.03;

export const keptSizes = () => JSON.parse(readFileSync(file, 'utf8'));
// {emscripten: its release, sizes}
export const keptCurrentSizes = () => JSON.parse(readFileSync(currentFile, 'utf8'));

// {path: bytes}; a file that has not been built is missing. project: where its dist/ is.
export function measureSizes(project = root) {
  return Object.fromEntries(builtFiles.filter(path => existsSync(join(project, path)))
    .map(path => [path, gzipSync(readFileSync(join(project, path)), {level: 9}).length]));
}

export function keepSizes() {
  keep(file, measureSizes());
  return keptSizes();
}

export function keepCurrentSizes(emscripten, sizes) {
  keep(currentFile, {emscripten, sizes});
}

function keep(path, record) {
  writeFileSync(path, JSON.stringify(record, null, 2) + '\n');
}
