// Backbone.cachingSync: arguments in, promise out.

import Burry from './burry.js';
import {core, warn, warnOfLost} from './core.js';
import {identity} from './identity.js';
import {attempt, isId, isObject, readJson, stringify} from './json.js';
import {page as corePage} from './storage.js';

// Makes `Backbone.cachingSync` (contract 1), and returns it. jQuery: the page's, where
// Backbone has found none. extension: what sections 12 and 13 of the contract are done by, which
// js/plain.js describes.
export function attach(Backbone, jQuery, extension) {
  const plainParse = [Backbone.Model.prototype.parse, Backbone.Collection.prototype.parse];
  const page = {Backbone, jQuery: () => Backbone.$ || jQuery, plainParse};
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
    const given = isOptions(ttl) ? ttl : {ttl: minutesOf(ttl)};
    const number = decorate(name, given, given !== ttl, extension);
    const store = new Burry.Store(name, given.ttl);
    const ends = {record: store._CACHE_SUFFIX, expiry: store._EXPIRY_KEY};
    const decorator = {number, ns: name, page, ends, wrapped, given};
    sync.cache = {...createHandle(number, store), ...extension.createMethods(decorator)};
    extension.decorated(decorator, sync.cache);
    wrappedBy.set(sync, wrapped);
    return sync;

    function sync(method, model, options) {
      // Frozen options take no callbacks of ours, and a collection is no record (4.10).
      const isOurs = core.Method[method] instanceof core.Method && isObject(model) && !(options && Object.isFrozen(options)) &&
        (method === 'read' || !Array.isArray(model.models));
      if (!isOurs) return wrapped.apply(this, arguments);
      const call = extension.createCall(decorator, this, [...arguments]);
      start(number, call, ownKey(given, arguments), extension);
      call.rethrow();
      return call.promise;
    }
  }

  // What a page may do with the cache of its decorator (8.4). It is a Backbone.Events object.
  function createHandle(decorator, store) {
    return {
      ...Backbone.Events,
      // Empties the namespace. What is under way may end, but does not write.
      clear: () => warnOfLost(core.clear(decorator)),
      // Takes out the record of a model, or of an id.
      remove: model => core.drop(decorator, String(isObject(model) ? identity(model, page) : model)),
      // The ids of the plain list, or an empty array.
      ids: () => readJson(core.ids(decorator)) || [],
      // The Burry.Store behind it.
      store,
      // {hits, misses, writesSaved} since the page was loaded, and the bytes in storage.
      stats: () => JSON.parse(core.stats(decorator))
    };
  }

  // Empties the caches of all namespaces of this origin (8.4).
  cachingSync.clear = () => warnOfLost(core.clearAll());
  cachingSync.Burry = Burry;
  Backbone.cachingSync = cachingSync;
  return cachingSync;
}

// Those of a call's options that are ours.
const optionNames = JSON.parse(core.optionNames());

// Tells C++ what a call is about (3.1), and lets it go on from there.
function start(decorator, call, key, extension) {
  const {model, options, method, isCollection, asked} = call, hasNone = asked === undefined || asked === null;
  const needsUrl = isCollection || hasNone && method !== 'create';
  const isStatic = isCollection && !options.url && typeof model.url !== 'function';
  const url = needsUrl ? call.url() : undefined, [kind, data] = needsUrl ? describeData(options.data) : ['none'];
  const names = optionNames.filter(name => options[name] !== undefined);
  const given = names.length ? describeOptions(options, names) : undefined, wrong = given && core.wrongOption(decorator, given);
  if (wrong) extension.checkOptions(given);
  if (wrong) warn(wrong);
  // What is no option of ours is left as it is.
  call.told = {id: isId(asked) ? String(asked) : undefined, url, data, ownKey: key, options: wrong ? undefined : given};
  corePage.calls.set(call.number, call);
  core.start(decorator, call.number, core.Method[method], isCollection, !hasNone && !isId(asked), isStatic,
    core.DataKind[kind], call.hasOwnEnvelope(), Boolean(options.wait));
}

// The key that a page's own rule gives, a call's before the decorator's; a rule may leave
// a call to ours by returning nothing (3.10).
function ownKey(given, args) {
  const {cacheKey} = args[2] || {};
  const rule = typeof cacheKey === 'function' ? cacheKey : given.cacheKey;
  const key = rule && rule(...args);
  return key === undefined || key === null || key === false ? '' : String(key);
}

// An old page must not stop at a plain ttl; what an object has is checked (1.2, 8.5).
function decorate(ns, options, isPlain, extension) {
  const given = describeOptions(options, Object.keys(options)), wrong = core.wrongOption(-1, given);
  if (wrong) extension.checkOptions(given);
  if (wrong && !isPlain) throw new TypeError(`Backbone.cachingSync: ${wrong}`);
  if (wrong) warn(wrong);
  return core.decorate(ns, given);
}

// A plain ttl is read as in 2012; what has no text, such as a Symbol, is no number either.
const minutesOf = ttl => ttl === undefined || ttl === null ? undefined : attempt(() => parseInt(ttl, 10), NaN);

// Name, typeof and value of each option.
function describeOptions(options, names) {
  return JSON.stringify(names.flatMap(name => {
    const value = options[name], type = typeof value;
    return [name, type, ['string', 'number', 'boolean'].includes(type) ? String(value) : nameOf(value)];
  }));
}

// The `data` of a fetch: how the core is to read it, and its text.
function describeData(data) {
  if (data === undefined || data === null || data === '') return ['none'];
  const isQuery = typeof URLSearchParams === 'function' && data instanceof URLSearchParams;
  if (typeof data === 'string' || isQuery) return ['text', String(data)];
  const isPlain = Array.isArray(data) || isOptions(data);
  // A value may be a function; one that JSON cannot spell tells nothing.
  const json = isPlain && stringify(data, (name, value) => {
    if (typeof value === 'function') return value();
    return value === undefined ? null : value;
  });
  return json ? ['object', json] : ['opaque'];
}

const isOptions = value => Object.prototype.toString.call(value) === '[object Object]';
const nameOf = value => value === null ? 'null' : typeof value;
