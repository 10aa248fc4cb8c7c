// Backbone.localStorage is the server itself: each create is written and read back,
// nothing is asked for elsewhere.

import {openBackbone} from '../backbone.js';

const atOnce = {answer() {}, fail() {}};

export default {
  name: 'Backbone.localStorage',
  open(options) {
    const {sync} = localStoragePeer;
    // The ids are read from storage when it is made, so it is made anew with each
    // empty storage.
    const held = {};
    const place = {sync, localStorage: () => held.storage};
    const cases = openBackbone({...options, wrapped: atOnce, model: place, collection: place});
    const {rows, fetch, create, answer, fail} = cases;
    return {
      rows, fetch, create, answer, fail, fills: false, revalidates: false,
      clear() { held.storage = new Backbone.LocalStorage('bench'); },
      seed(data) {
        for (const row of data) held.storage.create({...row, id: row[options.idAttribute], toJSON: () => row});
      }
    };
  }
};
