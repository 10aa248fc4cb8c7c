// Writes a folder with a package.json for each subpath of the package, such as
// `backbone.cachingsync/asm`, for resolvers that do not read `exports` of package.json. Only the
// tarball contains these folders: npm runs this script before and after packing.
//
//   node js/build/subpaths.mjs             writes them
//   node js/build/subpaths.mjs --remove    removes them

import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync} from 'node:fs';
import {dirname, join, posix} from 'node:path';
import {fileURLToPath} from 'node:url';

// Returns [folder, files] for each subpath that has files for `import` and for `require`. A subpath
// that is a string, such as './package.json', is the path of a file and needs no folder.
function subpathsOf(root) {
  const {exports} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports).filter(([subpath, files]) => subpath !== '.' && typeof files === 'object')
    .map(([subpath, files]) => [posix.normalize(subpath), files]);
}

export function writeSubpaths(root) {
  for (const [folder, files] of subpathsOf(root)) {
    const pathOf = file => posix.relative(folder, file);
    const described = {main: pathOf(files.default.default), module: pathOf(files.import.default), types: pathOf(files.default.types)};
    mkdirSync(join(root, folder), {recursive: true});
    writeFileSync(join(root, folder, 'package.json'), `${JSON.stringify(described, null, 2)}\n`);
  }
}

// Removes what `writeSubpaths` has written, and keeps a folder that contains anything else.
export function removeSubpaths(root) {
  for (const [folder] of subpathsOf(root)) {
    rmSync(join(root, folder, 'package.json'), {force: true});
    for (let path = folder; path !== '.'; path = posix.dirname(path)) removeIfEmpty(join(root, path));
  }
}

function removeIfEmpty(folder) {
  if (existsSync(folder) && !readdirSync(folder).length) rmdirSync(folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  if (process.argv.includes('--remove')) removeSubpaths(root);
  else writeSubpaths(root);
}
