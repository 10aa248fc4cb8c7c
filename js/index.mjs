// dist/backbone.cachingsync.mjs: an ES module for bundlers and for Node.

import Backbone from 'backbone';
import {attach} from './cachingsync.js';
import {plain} from './plain.js';

export const cachingSync = attach(Backbone, globalThis.jQuery, plain);
export {cachingSync as default};
export {default as Burry} from './burry.js';
