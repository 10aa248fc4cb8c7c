// backbone-fetch-cache keeps one item for everything, and all of it in memory as
// well: a hit reads no storage, and sends no request. `async: false` has it deliver
// before `fetch` returns, as the others do.

import {createWrapped, openBackbone} from '../backbone.js';

export default {
  name: 'backbone-fetch-cache',
  open(options) {
    const wrapped = createWrapped({deferred: true}), {modelFetch, collectionFetch} = fetchCachePeer;
    const cases = openBackbone({
      ...options, wrapped, model: {sync: wrapped, fetch: modelFetch}, collection: {sync: wrapped, fetch: collectionFetch},
      fetchOptions: {cache: true, async: false}
    });
    const {rows, row, fetch, answer} = cases;
    return {rows, row, fetch, answer, fail() {}, clear: () => Backbone.fetchCache.reset(), revalidates: false};
  }
};
