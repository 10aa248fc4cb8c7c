// Makes `Backbone.cachingSync` and `Burry` of one started core.

import wasm from 'cachingsync-wasm';
import startCore from 'cachingsync-core';
import {createBurry} from './burry.js';
import {createCachingSync} from './cachingsync.js';
import {start} from './start.js';

// jQuery: the page's, where Backbone has found none.
export function attach(Backbone, jQuery) {
  const core = start(startCore, wasm);
  const Burry = createBurry(core);
  const cachingSync = createCachingSync({core, Backbone, Burry, jQuery: () => Backbone.$ || jQuery});
  cachingSync.Burry = Burry;
  Backbone.cachingSync = cachingSync;
  return cachingSync;
}
