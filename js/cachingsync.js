// Backbone.cachingSync: options in, promise out.

import {Call, identity} from './call.js';

// As src/wasm/bind_sync.cpp numbers them.
const flags = {ownParse: 1, wait: 2, ownOptions: 4};
// As src/sync/policy.h numbers them.
const types = ['undefined', 'number', 'string', 'boolean', 'function'];
// As src/sync/caching_sync.h numbers them. Any other method is none of ours (4.7).
const methods = new Map([['read', 0], ['create', 1], ['update', 2], ['patch', 3], ['delete', 4]]);

// Returns the function `cachingSync(wrapped, ns, ttl)` of a page (BEHAVIOUR 1).
// core: a started module, or null where WebAssembly may not run.
// jQuery: a function that finds the page's jQuery, if there is one.
export function createCachingSync({core, Backbone, jQuery, Burry}) {
  const plainParse = [Backbone.Model.prototype.parse, Backbone.Collection.prototype.parse];
  const page = {core, Backbone, jQuery, plainParse};
  const values = core && core.page;
  const optionNames = core ? take(core.optionNames) : [];
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
      const call = new Call(page, {method, wrapped, context: this, args: Array.prototype.slice.call(arguments)});
      const {subject, key, url, kind, data} = call.describe(), own = ownKey(ttl, arguments);
      const told = (call.hasOwnEnvelope() && flags.ownParse) | (call.options.wait && flags.wait) |
        (readOwn(decorator, call.options) && flags.ownOptions);
      core.start(decorator, call.register(), number, subject, values.name(key), values.name(url), kind, values.name(data),
        values.name(own), told);
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
      remove: model => core.drop(decorator, values.name(String(isModel(model) ? identity(model, page) : model))),
      // The ids of the plain list, or an empty array.
      ids: () => JSON.parse(take(core.ids, decorator) || '[]'),
      // The Burry.Store behind it.
      store,
      // {hits, misses, writesSaved} since the page was loaded, and the bytes in storage.
      stats() {
        core.stats(decorator);
        const [hits, misses, writesSaved, bytes] = values.numbers();
        return {hits, misses, writesSaved, bytes};
      }
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
      // Before the name, which is kept until the next call ends: the text of a ttl may
      // be made by a call.
      const minutes = ttl === undefined || ttl === null ? 0 : integerOf(ttl);
      return core.decorateWithTtl(values.name(ns), minutes);
    }
    const wrong = readOptions(-1, ttl, Object.keys(ttl));
    if (wrong) throw new TypeError(`Backbone.cachingSync: ${wrong}`);
    return core.decorate(values.name(ns));
  }

  // Reads options for the call of C++ that follows. Returns what is wrong with the
  // first one that is, or an empty text.
  function readOptions(decorator, options, names) {
    // Whoever asks a getter may fetch, and read other options.
    const given = names.map(name => ({name, value: options[name], type: types.indexOf(typeof options[name])}));
    core.beginOptions(decorator);
    for (const {name, value, type} of given) {
      const text = type === 1 || type === 2 ? String(value) : nameOf(value);
      const wrong = take(core.readOption, values.name(name), type < 0 ? types.length : type, Number(type === 1 || type === 3 ? value : NaN),
        values.name(text));
      if (wrong) return wrong;
    }
    return '';
  }

  // What a function of C++ has handed over.
  function take(tell, ...args) {
    tell(...args);
    return values.taken();
  }

  // Reads those of a call's options that are ours. A call wins over its decorator
  // (8); what is no option of ours is left as it is.
  function readOwn(decorator, options) {
    const names = optionNames.filter(name => options[name] !== undefined);
    if (!names.length) return false;
    const wrong = readOptions(decorator, options, names);
    if (wrong && typeof console === 'object' && console.warn) console.warn(`Backbone.cachingSync: ${wrong}`);
    return !wrong;
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
