// The gzipped sizes of what a page loads, and those kept in sizes.json.

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const file = join(folder, 'sizes.json');
const builtFiles = [
  'dist/backbone.cachingsync.js', 'dist/backbone.cachingsync.mjs', 'dist/backbone.cachingsync.asm.js',
  'dist/backbone.cachingsync.asm.mjs', 'dist/burry.js', 'dist/burry.mjs'
];

// How much a file may grow unnoticed.
export const tolerance = 0.03;

export const keptSizes = () => JSON.parse(readFileSync(file, 'utf8'));

// {path: bytes}; a file that has not been built is missing.
export function measureSizes() {
  return Object.fromEntries(builtFiles.filter(path => existsSync(join(root, path)))
    .map(path => [path, gzipSync(readFileSync(join(root, path)), {level: 9}).length]));
}

export function keepSizes() {
  writeFileSync(file, JSON.stringify(measureSizes(), null, 2) + '\n');
  return keptSizes();
}
