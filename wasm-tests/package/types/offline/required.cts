// CommonJS.

import Backbone = require('backbone');
import cachingSync = require('backbone.cachingsync/offline');
import Alone = require('backbone.cachingsync/burry');
const {Burry} = cachingSync;

const options: cachingSync.Options = {ttl: 10};
const sync: cachingSync.CachedSync<{title: string}> = cachingSync(Backbone.sync, 'posts', options);
sync.cache.pending().map(({attributes}) => attributes && attributes.title);
new Backbone.Model().destroy({wait: true, queue: true});
const store: cachingSync.Burry.Store<number> = new Burry.Store<number>('visits');
export const same: Alone.Store<number> = store;

// @ts-expect-error 2322
new Backbone.Model().destroy({wait: true, queue: 'yes'});
// @ts-expect-error 2339
export const none = cachingSync.default;
