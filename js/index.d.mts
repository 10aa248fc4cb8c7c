// The types of the ES module.

import cachingSync from './index.js';

declare const Burry: cachingSync.Burry;

export {Burry, cachingSync, cachingSync as default};
