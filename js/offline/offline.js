// Adds sections 12 and 13 of the contract to Backbone.cachingSync; js/plain.js describes the members.

import {core} from '../core.js';
import {identity} from '../identity.js';
import {isObject, readJson} from '../json.js';
import {LazyDeferred} from '../promise.js';
import {OfflineCall} from './call.js';
import {hearOtherTabs} from './other-tabs.js';
import {spaceOf} from './space.js';
import {decorators, takeKnownIds} from './tab.js';

// The class of a model, or of the rows of a collection; a function that picks one tells none.
function classOf({models, model, constructor}) {
  const Model = Array.isArray(models) ? model : constructor;
  return Model && Model.prototype && typeof Model.prototype.sync === 'function' ? Model : undefined;
}

export const offline = {
  createCall(decorator, context, args) {
    takeKnownIds(spaceOf(decorator.ns).inUse, args[1], args[2]);
    decorator.Model = decorator.Model || decorator.given.model || classOf(args[1]);
    return new OfflineCall(decorator, spaceOf(decorator.ns), context, args);
  },

  createMethods({number, ns, page}) {
    return {
      // The writes that wait for the server: {method, id, attributes, since} (12.9).
      pending: () => readJson(core.pending(number)) || [],
      // Takes back what waits of a model, or of an id. Returns whether there was anything.
      discard: model => Boolean(core.discard(number, String(isObject(model) ? identity(model, page) : model))),
      // Sends what waits. Returns a promise of {sent, rejected, left}.
      replay() {
        const deferred = new LazyDeferred(page.jQuery()), none = {sent: 0, rejected: 0, left: 0};
        spaceOf(ns).replays.push(deferred);
        if (!core.replay(number)) deferred.end('resolve', {context: undefined, args: [none]});
        return deferred.promise();
      }
    };
  },

  decorated(decorator, cache) {
    decorators.set(decorator.number, decorator);
    decorator.origins = new Set();
    spaceOf(decorator.ns).handles.push(cache);
    hearOtherTabs();
  },

  // All options are known here.
  checkOptions() {}
};
