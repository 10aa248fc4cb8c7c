// Breaking the core in all these ways takes a quarter of an hour. That each still
// finds what it breaks is known at once.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {mutations} from './mutations.mjs';

for (const {what, file, from, to} of mutations) {
  test(`mutation: what is replaced stands in src/${file} once: ${what}`, () => {
    const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
    assert.equal(text.split(from).length - 1, 1, from);
    assert.notEqual(from, to);
  });
}
