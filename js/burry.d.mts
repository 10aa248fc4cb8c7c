// The types of Burry alone, as an ES module.

import cachingSync from './index.js';

declare const Burry: cachingSync.Burry;

export {Burry as default};
