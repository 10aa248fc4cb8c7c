// Backbone.cachingSync: options in, promise out.

import {Call, identity} from './call.js';

// As src/wasm/bind_sync.cpp numbers them.
const flags = {ownParse: 1, wait: 2};
// As src/sync/caching_sync.h numbers them. Any other method is none of ours (4.7).
const methods = new Map([['read', 0], ['create', 1], ['update', 2], ['patch', 3], ['delete', 4]]);

// Returns the function `cachingSync(wrapped, ns, ttl)` of a page (BEHAVIOUR 1).
// core: a started module, or null where WebAssembly may not run.
// jQuery: a function that finds the page's jQuery, if there is one.
export function createCachingSync({core, Backbone, jQuery, Burry}) {
  const plainParse = [Backbone.Model.prototype.parse, Backbone.Collection.prototype.parse];
  const page = {core, Backbone, jQuery, plainParse};
  const optionNames = core ? core.optionNames() : [];
  // What each decorated sync decorates.
  const wrappedBy = new WeakMap();

  // wrapped: the sync function to be decorated.
  // ns: the namespace, '' by default.
  // ttl: minutes, none by default; or an object of options.
  function cachingSync(wrapped, ns, ttl) {
    if (typeof wrapped !== 'function') {
      throw new TypeError(`Backbone.cachingSync: wrapped: expected a sync function, got ${nameOf(wrapped)}`);
    }
    // A cached phase is no answer of a server: what is decorated already, as
    // `Backbone.sync` may be for all classes, is decorated anew and not twice.
    wrapped = wrappedBy.get(wrapped) || wrapped;
    const name = ns === undefined || ns === null ? '' : String(ns);
    const decorator = core ? decorate(name, ttl) : -1;
    const store = new Burry.Store(name, isOptions(ttl) ? ttl.ttl : ttl);
    sync.cache = createHandle(decorator, store);
    wrappedBy.set(sync, wrapped);
    return sync;

    function sync(method, model, options) {
      const number = methods.get(method);
      // Nor could anybody be heard through frozen options.
      const isOurs = core && number !== undefined && isModel(model) && !(options && Object.isFrozen(options));
      if (!isOurs) {
        return wrapped.apply(this, arguments);
      }
      const call = new Call(page, {method, wrapped, context: this, args: Array.from(arguments)});
      const {subject, key, url, kind, data} = call.describe(), own = ownKey(ttl, arguments);
      core.start(decorator, call.register(), number, subject, key, url, kind, data, own,
        (call.hasOwnEnvelope() && flags.ownParse) | (call.options.wait && flags.wait),
        describeOwn(call.options));
      call.rethrow();
      return call.promise;
    }
  }

  // Empties the caches of all namespaces of this origin (8.4).
  cachingSync.clear = () => {
    if (core) core.clearAll();
  };

  // What a page may do with the cache of its decorator (8.4).
  function createHandle(decorator, store) {
    if (!core) {
      return {clear() {}, remove() {}, ids: () => [], store, stats: () => ({hits: 0, misses: 0, writesSaved: 0, bytes: 0})};
    }
    return {
      // Empties the namespace. What is under way may end, but does not write.
      clear: () => core.clear(decorator),
      // Takes out the record of a model, or of an id.
      remove: model => core.drop(decorator, String(isModel(model) ? identity(model, page) : model)),
      // The ids of the plain list, or an empty array.
      ids: () => JSON.parse(core.ids(decorator) || '[]'),
      // The Burry.Store behind it.
      store,
      // {hits, misses, writesSaved} since the page was loaded, and the bytes in storage.
      stats: () => core.stats(decorator)
    };
  }

  // The key that a page's own rule gives, a call's before the decorator's; a rule
  // may leave a call to ours by returning nothing (3.10).
  function ownKey(given, args) {
    const {cacheKey} = args[2] || {};
    const rule = typeof cacheKey === 'function' ? cacheKey : isOptions(given) && given.cacheKey;
    const key = rule && rule(...args);
    return key === undefined || key === null || key === false ? '' : String(key);
  }

  function decorate(ns, ttl) {
    if (!isOptions(ttl)) {
      return core.decorateWithTtl(ns, ttl !== undefined && ttl !== null, integerOf(ttl));
    }
    const decorator = core.decorate(ns, describe(ttl, Object.keys(ttl)));
    if (typeof decorator === 'string') throw new TypeError(`Backbone.cachingSync: ${decorator}`);
    return decorator;
  }

  // Those of a call's options that are ours.
  function describeOwn(options) {
    const names = optionNames.filter(name => options[name] !== undefined);
    return names.length ? describe(options, names) : undefined;
  }

  return cachingSync;
}

function isModel(value) {
  return value !== null && typeof value === 'object';
}

function isOptions(value) {
  return Object.prototype.toString.call(value) === '[object Object]';
}

// As in 2012; what has no text, such as a Symbol, is no number either.
function integerOf(value) {
  try {
    return parseInt(value, 10);
  } catch (error) {
    return NaN;
  }
}

function nameOf(value) {
  return value === null ? 'null' : typeof value;
}

// For C++, each option as [type, value].
function describe(options, names) {
  const description = Object.create(null);  // an option may be named `__proto__`
  for (const name of names) {
    const value = options[name], type = nameOf(value);
    description[name] = ['number', 'string', 'boolean'].includes(type) ? [type, value] : [type];
  }
  return JSON.stringify(description);
}
