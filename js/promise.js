// The promise that a call of sync returns: jQuery's own where there is jQuery,
// and a native one with jQuery's vocabulary where there is none (BEHAVIOUR 7.2).

import {define} from './json.js';

// Returns {promise(request), resolve(context, args), reject(context, args)}.
// jQuery: the page's, or anything without a Deferred (slim, Zepto, undefined).
export function createDeferred(jQuery) {
  return jQuery && typeof jQuery.Deferred === 'function' ? jQueryDeferred(jQuery) : nativeDeferred();
}

// Most pages ask nothing of what `fetch` and `save` return, and a Deferred costs as
// much as all the rest of a cached read. So it is made when the first question comes.
function jQueryDeferred(jQuery) {
  let made = null, ending = null;
  const settle = () => made[ending.method](ending.context, ending.args);
  const deferred = () => {
    if (!made) {
      made = jQuery.Deferred();
      if (ending) settle();
    }
    return made;
  };
  const end = (method, context, args) => {
    if (ending) return;
    ending = {method, context, args};
    if (made) settle();
  };
  return {
    resolve: (context, args) => end('resolveWith', context, args),
    reject: (context, args) => end('rejectWith', context, args),
    promise: request => standIn(kindOf(jQuery), deferred, request)
  };
}

// The promise stands for the request in flight too (7.3). A jqXHR's methods do
// without `this`, so what inherits from it is as good; `status` and the rest are
// seen as they come. What belongs to another kind of promise stays as it is.
function standIn({names, Promise}, deferred, request) {
  if (!isObject(request) || typeof request.done !== 'function') return forward(new Promise(deferred), request);
  const promise = Object.create(request);
  for (const name of names) promise[name] = methodOf(promise, name, deferred);
  return promise;
}

// Some methods return their own `this`, and all may be called without one.
function methodOf(promise, name, deferred) {
  if (name === 'promise') return object => object === undefined || object === null ? promise : deferred().promise(object);
  return function () {
    return deferred().promise()[name].apply(this, arguments);
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
      constructor(deferred) {
        this[deferredOf] = deferred;
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
