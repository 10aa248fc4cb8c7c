// The types of Burry alone.

import cachingSync = require('./index.js');

declare const Burry: cachingSync.Burry;

export = Burry;
