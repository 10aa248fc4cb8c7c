// dist/backbone.cachingsync.js: a script tag, AMD and CommonJS in one.

import Burry from './burry.js';
import {attach} from './cachingsync.js';

const root = typeof window === 'object' ? window : globalThis;

if (typeof define === 'function' && define.amd) {
  define(['jquery', 'underscore', 'backbone'], (jQuery, _, Backbone) => attach(Backbone, jQuery));
} else if (typeof module === 'object' && typeof exports === 'object') {
  module.exports = attach(require('backbone'), root.jQuery);
} else if (root.Backbone) {
  attach(root.Backbone, root.jQuery);
  root.Burry = Burry;
} else {
  throw new Error('Backbone.cachingSync: Backbone is not there; its script tag must come first');
}
