// Stands in the small file for js/offline: queues no write and follows no other tab. It refuses what
// a page asks of those, and warns of writes that the other file has queued (contract 1.6).

import {Call} from './call.js';
import {core, warn} from './core.js';

const needed = "backbone.cachingsync.offline.js (in npm 'backbone.cachingsync/offline')";

// decorator: {number, ns, page, ends, wrapped}.
export const plain = {
  // Returns the call of sync, of which the core asks what src/page/call.h has.
  createCall: (decorator, context, args) => new Call(decorator, context, args),

  // Returns more methods for `sync.cache`.
  createMethods: () => Object.fromEntries(['pending', 'discard', 'replay'].map(name => [name, () => refuse(`sync.cache.${name}`)])),

  // A decorator was made, with this `sync.cache`.
  decorated({number, ns}) {
    const count = core.unsentWrites(number);
    if (count) warn(`${count} queued ${count > 1 ? 'writes' : 'write'} of '${ns}' will not be sent without ${needed}`);
  },

  // Throws where wrong options are to be more than a warning. given: as the core takes them.
  checkOptions(given) {
    const name = core.offlineOption(given);
    if (name) refuse(`option '${name}'`);
  }
};

function refuse(what) { throw new TypeError(`Backbone.cachingSync: ${what}: load ${needed}`); }
