// npm run lint: eslint's recommended rules for everything that is JavaScript.

import js from '@eslint/js';
import globals from 'globals';

// What a page of the tests, the demo or the benchmark has loaded, or a test has put there.
const page = {
  ...globals.browser,
  Backbone: 'readonly',
  Burry: 'readonly',
  $: 'readonly',
  _: 'readonly',
  jQuery: 'readonly'
};

export default [
  {ignores: ['build/', 'dist/', 'js/build/core-head.js', 'js/build/core-tail.js']},
  js.configs.recommended,
  {
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    rules: {
      // `catch (error)` is written out where nothing is to be known of it.
      'no-unused-vars': ['error', {caughtErrors: 'none', ignoreRestSiblings: true}]
    }
  },
  {
    files: ['js/*.js', 'js/*.mjs', 'js/offline/*.js', 'js/offline/*.mjs'],
    languageOptions: {globals: {...globals.browser, define: 'readonly', module: 'writable', exports: 'readonly', require: 'readonly'}}
  },
  {
    files: ['.ci/*.mjs', 'js/build/*.mjs', 'eslint.config.mjs', 'bench/*.mjs', 'demo/*.mjs', 'wasm-tests/**/*.mjs'],
    languageOptions: {globals: globals.node}
  },
  {
    files: ['bench/*.mjs', 'bench/page/**/*.js', 'demo/*.js', 'wasm-tests/package/*.mjs'],
    languageOptions: {globals: page}
  },
  {
    files: ['js/build/small-embind.js'],
    languageOptions: {globals: {Module: 'writable', mergeInto: 'readonly', LibraryManager: 'readonly'}}
  },
  {
    files: ['bench/page/**/*.js'],
    languageOptions: {globals: {
      lscache: 'readonly', fetchCachePeer: 'readonly', localStoragePeer: 'readonly',
      // Chromium's own, and the memory of the module that is measured.
      gc: 'readonly', wasmMemory: 'readonly'
    }}
  },
  // What runs in a page uses what earlier steps of its test have left in the window, and
  // names for what a test hands over as text.
  {files: ['wasm-tests/browser/**/*.mjs'], rules: {'no-undef': 'off', 'no-unused-vars': 'off'}}
];
