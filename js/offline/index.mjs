// dist/backbone.cachingsync.offline.mjs: an ES module for bundlers and for Node.

import Backbone from 'backbone';
import {attach} from '../cachingsync.js';
import {offline} from './offline.js';

export const cachingSync = attach(Backbone, globalThis.jQuery, offline);
export {cachingSync as default};
export {default as Burry} from '../burry.js';
