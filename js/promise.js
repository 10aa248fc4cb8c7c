// The promise that a call of sync returns: jQuery's own where there is jQuery,
// and a native one with jQuery's vocabulary where there is none (BEHAVIOUR 7.2).

import {define} from './json.js';

// Returns {promise(request), resolve(context, args), reject(context, args)}.
// jQuery: the page's, or anything without a Deferred (slim, Zepto, undefined).
export function createDeferred(jQuery) {
  return jQuery && typeof jQuery.Deferred === 'function' ? new LazyDeferred(jQuery) : nativeDeferred();
}

// Most pages ask nothing of what `fetch` and `save` return, and a Deferred costs as
// much as all the rest of a cached read. So it is made when the first question comes.
class LazyDeferred {
  constructor(jQuery) {
    this.jQuery = jQuery;
    this.deferred = null;
    this.ending = null;  // {method, context, args}
  }

  make() {
    if (this.deferred) return this.deferred;
    this.deferred = this.jQuery.Deferred();
    if (this.ending) this.settle();
    return this.deferred;
  }

  resolve(context, args) {
    this.end('resolveWith', context, args);
  }

  reject(context, args) {
    this.end('rejectWith', context, args);
  }

  end(method, context, args) {
    if (this.ending) return;
    this.ending = {method, context, args};
    if (this.deferred) this.settle();
  }

  settle() {
    const {method, context, args} = this.ending;
    this.deferred[method](context, args);
  }

  // The promise stands for the request in flight too (7.3). A jqXHR's methods do
  // without `this`, so what inherits from it is as good; `status` and the rest are
  // seen as they come. What belongs to another kind of promise stays as it is.
  promise(request) {
    const {names, Promise} = kindOf(this.jQuery);
    if (!isObject(request) || typeof request.done !== 'function') return forward(new Promise(this), request);
    const promise = Object.create(request);
    for (const name of names) promise[name] = methodOf(promise, name, this);
    return promise;
  }
}

// Some methods return their own `this`, and all may be called without one.
function methodOf(promise, name, lazy) {
  if (name === 'promise') return object => object === undefined || object === null ? promise : lazy.make().promise(object);
  return function () {
    return lazy.make().promise()[name].apply(this, arguments);
  };
}

const kinds = new WeakMap(), deferredOf = Symbol('deferred');

// The names of the methods of this jQuery's promises, and a class that has them all,
// each of which is made where it is asked for.
function kindOf(jQuery) {
  if (kinds.has(jQuery)) return kinds.get(jQuery);
  const names = Object.keys(jQuery.Deferred().promise());
  const kind = {
    names,
    Promise: class {
      constructor(lazy) {
        this[deferredOf] = lazy;
      }
    }
  };
  for (const name of names) {
    Object.defineProperty(kind.Promise.prototype, name, {
      configurable: true,
      enumerable: true,
      get() {
        return methodOf(this, name, this[deferredOf]);
      },
      set(value) {
        define(this, name, value);
      }
    });
  }
  kinds.set(jQuery, kind);
  return kind;
}

function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}

// What a request may get only after it was made.
const late = ['abort', 'status', 'statusText', 'readyState', 'responseText', 'responseJSON', 'getResponseHeader',
  'getAllResponseHeaders'];

// Lets `target` answer with whatever `request` has and it has not. The methods of
// a class stand on its prototype and cannot be enumerated.
function forward(target, request) {
  if (!isObject(request)) return target;
  const names = new Set(late);
  for (let owner = request; owner && !builtIns.includes(owner); owner = Object.getPrototypeOf(owner)) {
    Object.getOwnPropertyNames(owner).forEach(name => names.add(name));
  }
  for (const name of names) {
    if (name in target) continue;
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get: () => typeof request[name] === 'function' ? request[name].bind(request) : request[name],
      set: value => { request[name] = value; }
    });
  }
  return target;
}

const builtIns = [Object.prototype, Function.prototype, Array.prototype, Promise.prototype];

function nativeDeferred() {
  let state = 'pending', outcome, settle;
  const callbacks = [];
  const native = new Promise((resolve, reject) => { settle = {resolved: resolve, rejected: reject}; });
  // Who listens with callbacks alone did not ask for an unhandled rejection.
  native.catch(() => {});

  const end = (next, context, args) => {
    if (state !== 'pending') return;
    state = next;
    outcome = {context, args};
    settle[state](args[0]);
    callbacks.splice(0).forEach(callback => callback());
  };
  const on = (...states) => function (...listeners) {
    const tell = () => {
      if (!states.includes(state)) return;
      listeners.flat().forEach(listener => listener.apply(outcome.context, outcome.args));
    };
    if (state === 'pending') callbacks.push(tell);
    else tell();
    return native;
  };
  Object.assign(native, {
    state: () => state,
    done: on('resolved'),
    fail: on('rejected'),
    always: on('resolved', 'rejected'),
    promise: () => native
  });
  return {
    resolve: (context, args) => end('resolved', context, args),
    reject: (context, args) => end('rejected', context, args),
    promise: request => forward(native, request)
  };
}
