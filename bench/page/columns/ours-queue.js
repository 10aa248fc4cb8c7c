import {createWrapped, openBackbone} from '../backbone.js';

// With the options that have to do with the network and with other tabs.
export default {
  name: 'ours, queue and live',
  isForModels: true,
  open(options) {
    const wrapped = createWrapped(), sync = window.withOffline.cachingSync(wrapped, 'queue', {queue: true, live: true});
    return {
      ...openBackbone({...options, wrapped, model: {sync}, collection: {sync}}),
      lose: wrapped.lose,
      async beginReplay() {
        sync.cache.replay();
        while (!wrapped.isAsked()) await new Promise(resolve => setTimeout(resolve));
      },
      discard: row => sync.cache.discard(row),
      clear: () => sync.cache.clear(),
      keyOf: row => row[options.idAttribute] + '-_burry_queue'
    };
  }
};
