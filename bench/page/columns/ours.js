import {createWrapped, openBackbone} from '../backbone.js';

export default {
  name: 'ours',
  open(options) {
    const wrapped = createWrapped(), sync = Backbone.cachingSync(wrapped, 'bench');
    return {
      ...openBackbone({...options, wrapped, model: {sync}, collection: {sync}}),
      keyOf: row => row[options.idAttribute] + '-_burry_bench'
    };
  },
  openStore() {
    const store = new Burry.Store('bench');
    return {set: (key, value) => store.set(key, value), get: key => store.get(key), keys: () => store.keys()};
  }
};
