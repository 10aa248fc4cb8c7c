// A script tag, AMD and CommonJS in one.

import Burry from './burry.js';
import {attach} from './cachingsync.js';

// extension: that of `attach`.
export function publish(extension) {
  const root = typeof window === 'object' ? window : globalThis;
  if (typeof define === 'function' && define.amd) {
    define(['jquery', 'underscore', 'backbone'], (jQuery, _, Backbone) => attach(Backbone, jQuery, extension));
  } else if (typeof module === 'object' && typeof exports === 'object') {
    module.exports = attach(require('backbone'), root.jQuery, extension);
  } else if (root.Backbone) {
    attach(root.Backbone, root.jQuery, extension);
    root.Burry = Burry;
  } else {
    throw new Error('Backbone.cachingSync: Backbone is not there; its script tag must come first');
  }
}
