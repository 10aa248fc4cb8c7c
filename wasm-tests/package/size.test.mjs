// A file that grows is noticed (DESIGN, Size): its gzipped size is kept beside the
// benchmark.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {keptSizes, measureSizes, tolerance} from '../../bench/sizes.mjs';

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
