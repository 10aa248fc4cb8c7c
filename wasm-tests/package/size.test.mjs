// A file that grows is noticed (DESIGN, Size): its gzipped size is kept beside the
// benchmark. So is that which a current Emscripten makes it, measured where there is one:
// here is seen only that each file has it.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {keptCurrentSizes, keptSizes, measureSizes, tolerance} from '../../bench/sizes.mjs';

const kept = keptSizes(), measured = measureSizes();

test('DESIGN size: every built file has a size that is kept, and the other way round', () => {
  assert.deepEqual(Object.keys(measured), Object.keys(kept));
});

for (const [path, size] of Object.entries(kept)) {
  test(`DESIGN size: ${path}, gzipped, has grown by no more than ${100 * tolerance} %`, () => {
    const growth = measured[path] / size - 1;
    assert.ok(growth <= tolerance, `${path} has ${measured[path]} bytes gzipped, ${(100 * growth).toFixed(1)} % more than the ` +
      `${size} in bench/sizes.json. If it is worth that, keep the new size: npm run bench -- --sizes`);
  });
}

test('DESIGN size: every built file has a size that is kept by a current Emscripten as well', () => {
  const {emscripten, sizes} = keptCurrentSizes();
  assert.match(emscripten, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(Object.keys(sizes), Object.keys(kept), 'npm run build:current-emscripten -- --keep keeps them');
  for (const [path, size] of Object.entries(sizes)) assert.ok(size > 0, path);
});
