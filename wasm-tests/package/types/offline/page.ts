/// <reference types="backbone.cachingsync/offline" />
// A script, not a module: Backbone and Burry are globals that script tags have set.

const pageSync = Backbone.cachingSync<{title: string}>(Backbone.sync, 'posts', {live: true});
pageSync.cache.on('change', (id, attributes) => attributes.title.length);
class PagePost extends Backbone.Model { sync = pageSync; }
new PagePost().save(null, {queue: true});
const pageStore: Burry.Store<number> = new Burry.Store<number>('visits');
pageStore.set('today', 1);

// @ts-expect-error 2322
new PagePost().save(null, {queue: 'yes'});
// @ts-expect-error 2345
pageStore.set('today', '1');
// @ts-expect-error 2304
cachingSync(Backbone.sync);
