// Plain Backbone. Its revalidation is the answer laid over a collection that holds
// the rows of the last one, since no cache could have filled it.

import {createWrapped, openBackbone} from '../backbone.js';

export default {
  name: 'no cache',
  isPlain: true,
  open(options) {
    const wrapped = createWrapped();
    const cases = openBackbone({...options, wrapped, model: {sync: wrapped}, collection: {sync: wrapped}});
    return {...cases, hold: (rows, data) => rows.set(data), readsCache: false};
  }
};
