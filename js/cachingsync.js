// Backbone.cachingSync: options in, promise out.

import {Call} from './call.js';

// As src/sync/caching_sync.h numbers them. Any other method is none of ours (4.7).
const methods = new Map([['read', 0], ['create', 1], ['update', 2], ['patch', 3], ['delete', 4]]);

// Returns the function `cachingSync(wrapped, ns, ttl)` of a page (BEHAVIOUR 1).
// core: a started module, or null where WebAssembly may not run.
// jQuery: a function that finds the page's jQuery, if there is one.
export function createCachingSync({core, Backbone, jQuery}) {
  const page = {core, Backbone, jQuery};
  const optionNames = core ? core.optionNames() : [];

  // wrapped: the sync function to be decorated.
  // ns: the namespace, '' by default.
  // ttl: minutes, none by default; or an object of options.
  function cachingSync(wrapped, ns, ttl) {
    if (typeof wrapped !== 'function') {
      throw new TypeError(`Backbone.cachingSync: wrapped: expected a sync function, got ${nameOf(wrapped)}`);
    }
    if (!core) {
      return function () {
        return wrapped.apply(this, arguments);
      };
    }
    const decorator = decorate(ns === undefined || ns === null ? '' : String(ns), ttl);

    return function sync(method, model, options) {
      const number = methods.get(method);
      // Nor could anybody be heard through frozen options.
      if (number === undefined || model === null || typeof model !== 'object' || options && Object.isFrozen(options)) {
        return wrapped.apply(this, arguments);
      }
      const call = new Call(page, {method, wrapped, context: this, args: Array.from(arguments)});
      const {subject, key} = call.describe();
      core.start(decorator, call.number, number, subject, key, call.hasPlainParse(),
        !!call.options.wait, describeOwn(call.options));
      call.rethrow();
      return call.promise;
    };
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
    description[name] = type === 'number' || type === 'string' ? [type, value] : [type];
  }
  return JSON.stringify(description);
}
