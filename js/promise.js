// The promise that a call of sync returns: jQuery's own where there is jQuery, and a
// native one with jQuery's vocabulary where there is none (BEHAVIOUR 7.2). Either stands
// for the request in flight, too (7.3).

// Returns {promise(request), resolve(context, args), reject(context, args)}.
// jQuery: the page's, or anything without a Deferred (slim, Zepto, undefined).
export function createDeferred(jQuery) {
  return jQuery && typeof jQuery.Deferred === 'function' ? new LazyDeferred(jQuery) : nativeDeferred();
}

// Most pages ask nothing of what `fetch` and `save` return, and a Deferred costs as much
// as all the rest of a cached read. So it is made when the first question comes.
class LazyDeferred {
  constructor(jQuery) {
    this.jQuery = jQuery;
    this.deferred = null;
    this.ending = null;  // {method, context, args}
  }

  made() {
    if (!this.deferred) {
      this.deferred = this.jQuery.Deferred();
      this.tell();
    }
    return this.deferred.promise();
  }

  resolve(context, args) {
    this.end({method: 'resolveWith', context, args});
  }

  reject(context, args) {
    this.end({method: 'rejectWith', context, args});
  }

  end(ending) {
    if (this.ending) return;
    this.ending = ending;
    this.tell();
  }

  tell() {
    if (this.deferred && this.ending) this.deferred[this.ending.method](this.ending.context, this.ending.args);
  }

  // The methods of a promise are the Deferred's. All else is the request's, but for what
  // somebody has put on the promise itself. It inherits from a promise only: a wrapped
  // sync may return its model.
  promise(request) {
    const methods = methodsOf(this.jQuery), source = isObject(request) ? request : {};
    const own = Object.create(typeof source.done === 'function' ? source : Object.prototype);
    const promise = new Proxy(own, {
      get: (target, name) => {
        if (Object.prototype.hasOwnProperty.call(own, name)) return own[name];
        if (name === 'promise') return object => isObject(object) ? this.made().promise(object) : promise;
        return methods.includes(name) ? this.made()[name] : member(source, name);
      },
      has: (target, name) => methods.includes(name) || name in own || name in source
    });
    return promise;
  }
}

// The names of the methods of this jQuery's promises.
const methods = new WeakMap();
function methodsOf(jQuery) {
  if (!methods.has(jQuery)) methods.set(jQuery, Object.keys(jQuery.Deferred().promise()));
  return methods.get(jQuery);
}

function nativeDeferred() {
  let state = 'pending', outcome, settle;
  const callbacks = [];
  const native = new Promise((resolve, reject) => { settle = {resolved: resolve, rejected: reject}; });
  // Who listens with callbacks alone did not ask for an unhandled rejection.
  native.catch(() => {});

  const end = next => (context, args) => {
    if (state !== 'pending') return;
    state = next;
    outcome = {context, args};
    settle[state](args[0]);
    callbacks.splice(0).forEach(callback => callback());
  };
  const on = (...states) => (...listeners) => {
    const tell = () => {
      if (states.includes(state)) listeners.flat().forEach(listener => listener.apply(outcome.context, outcome.args));
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
  return {resolve: end('resolved'), reject: end('rejected'), promise: request => standFor(request, native)};
}

// What a request may get only after it was made.
const late = ['abort', 'status', 'statusText', 'readyState', 'responseText', 'responseJSON', 'getResponseHeader',
  'getAllResponseHeaders'];

// Lets a native promise answer with what the request has and it has not. The methods of a
// class stand on its prototype and cannot be enumerated.
function standFor(request, native) {
  if (!isObject(request)) return native;
  const names = new Set(late);
  for (let owner = request; owner; owner = Object.getPrototypeOf(owner)) {
    Object.getOwnPropertyNames(owner).forEach(name => names.add(name));
  }
  for (const name of names) {
    if (name in native) continue;
    const get = () => member(request, name), set = value => { request[name] = value; };
    Object.defineProperty(native, name, {configurable: true, enumerable: true, get, set});
  }
  return native;
}

// A method may want its own request for `this`.
function member(request, name) {
  const value = request[name];
  return typeof value === 'function' ? value.bind(request) : value;
}

function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}
