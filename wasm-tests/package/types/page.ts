/// <reference types="backbone.cachingsync" />
// A script, not a module: Backbone and Burry are globals that script tags have set.

const pageSync = Backbone.cachingSync(Backbone.sync, 'posts', {ttl: 10});
class PagePost extends Backbone.Model { sync = pageSync; }
new PagePost().save(null, {fetchPolicy: 'no-cache'});
const pageStore: Burry.Store<number> = new Burry.Store<number>('visits');
pageStore.set('today', 1);

// @ts-expect-error 2353
new PagePost().save(null, {queue: true});
// @ts-expect-error 2304
cachingSync(Backbone.sync);
