// dist/burry.js: Burry alone, for a script tag, AMD and CommonJS.

import wasm from 'burry-wasm';
import startCore from 'burry-core';
import {createBurry} from './burry.js';
import {start} from './start.js';

const Burry = createBurry(start(startCore, wasm));

if (typeof define === 'function' && define.amd) {
  define([], () => Burry);
} else if (typeof module === 'object' && typeof exports === 'object') {
  module.exports = Burry;
} else {
  (typeof window === 'object' ? window : globalThis).Burry = Burry;
}
