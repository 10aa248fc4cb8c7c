// Without esModuleInterop, as in most projects of old.

import * as Backbone from 'backbone';
import 'backbone.cachingsync/offline';

const sync = Backbone.cachingSync<{title: string}>(Backbone.sync, 'posts', {ttl: 10});
sync.cache.on('change', (id, attributes) => attributes.title.length);
new Backbone.Model().fetch({fetchPolicy: 'cache-first'});
Backbone.cachingSync.clear();

// @ts-expect-error 2820
new Backbone.Model().fetch({fetchPolicy: 'cache-frist'});
// @ts-expect-error 2554
Backbone.cachingSync();
