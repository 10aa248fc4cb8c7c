// Applying all mutations takes long. This checks at once that each list fits the sources.

import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {mutations as ofCore} from './core.mjs';
import {mutations as ofJavaScript} from './javascript.mjs';

for (const [folder, mutations] of Object.entries({src: ofCore, js: ofJavaScript})) {
  for (const {what, file, from, to, foundBy} of mutations) {
    test(`mutation: the text that it replaces occurs in ${folder}/${file} once: ${what}`, () => {
      const text = readFileSync(new URL(`../../${folder}/${file}`, import.meta.url), 'utf8');
      assert.equal(text.split(from).length - 1, 1, from);
      assert.notEqual(from, to);
      if (foundBy) assert.ok(existsSync(new URL(`../browser/${foundBy}.test.mjs`, import.meta.url)), foundBy);
    });
  }
}
