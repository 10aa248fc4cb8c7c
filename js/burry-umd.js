// dist/burry.js: Burry alone, for a script tag, AMD and CommonJS.

import {Burry} from './burry.js';

if (typeof define === 'function' && define.amd) {
  define([], () => Burry);
} else if (typeof module === 'object' && typeof exports === 'object') {
  module.exports = Burry;
} else {
  (typeof window === 'object' ? window : globalThis).Burry = Burry;
}
