// dist/backbone.cachingsync.mjs: an ES module for bundlers and for Node.

import Backbone from 'backbone';
import {attach} from './attach.js';

const cachingSync = attach(Backbone, globalThis.jQuery);

export default cachingSync;
export {cachingSync};
export const Burry = cachingSync.Burry;
