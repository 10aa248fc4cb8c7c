// CommonJS.

import Backbone = require('backbone');
import cachingSync = require('backbone.cachingsync');
const {Burry} = cachingSync;

const options: cachingSync.Options = {ttl: 10};
const sync: cachingSync.CachedSync = cachingSync(Backbone.sync, 'posts', options);
export const count: number = sync.cache.ids().length;
new Backbone.Model().destroy({wait: true, evict: true});
export const store: cachingSync.Burry.Store<number> = new Burry.Store<number>('visits');

// @ts-expect-error 2353
new Backbone.Model().destroy({wait: true, queue: true});
// @ts-expect-error 2339
export const none = cachingSync.default;
