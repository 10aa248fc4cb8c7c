// node bench/current-sizes.mjs RELEASE PROJECT [--keep]: the sizes of what that release of
// Emscripten has built there, beside those that are kept. .ci/current-emscripten.sh calls it.

import {keepCurrentSizes, keptCurrentSizes, keptSizes, measureSizes} from './sizes.mjs';

const [release, project, option] = process.argv.slice(2);
const sizes = measureSizes(project), debian = keptSizes();
if (!Object.keys(sizes).length) throw new Error(`nothing is built in ${project}`);
if (option === '--keep') keepCurrentSizes(release, sizes);
const kept = keptCurrentSizes();

console.log(`\ngzipped: by Emscripten ${release}; kept, by ${kept.emscripten}; kept, by Debian 12's`);
for (const [path, size] of Object.entries(sizes)) {
  console.log(`${path}: ${size}; ${kept.sizes[path]}; ${debian[path]}`);
}
