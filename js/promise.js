// The promise that a call of sync returns: jQuery's own where there is jQuery, and a
// native one with jQuery's vocabulary where there is none (contract 7.2). Either stands
// for the request in flight, too (7.3).

// Most pages ask nothing of what `fetch` and `save` return, and a Deferred costs as much
// as all the rest of a cached read. So it is made when the first question comes.
export class LazyDeferred {
  // jQuery: the page's, or anything without a Deferred (slim, Zepto, undefined).
  constructor(jQuery) {
    this.jQuery = jQuery && typeof jQuery.Deferred === 'function' ? jQuery : native;
    this.deferred = null;
    this.ending = null;  // {method, context, args}
    this.abort = null;   // in place of the request's own, if that is shared (8.3)
  }

  // A Deferred does not mind being told its end again.
  made() {
    const {ending} = this;
    this.deferred = this.deferred || this.jQuery.Deferred();
    if (ending) this.deferred[ending.method](ending.context, ending.args);
    return this.deferred.promise();
  }

  // ending: 'resolve' or 'reject'; of several, the first counts.
  end(ending, {context, args}) {
    this.ending = this.ending || {method: `${ending}With`, context, args};
    if (this.deferred) this.made();
  }

  // The methods of a promise are the Deferred's. All else is the request's, but for what
  // somebody has put on the promise itself. It inherits from a promise only: a wrapped
  // sync may return its model.
  promise(request) {
    const methods = methodsOf(this.jQuery), source = isObject(request) ? request : {};
    const plain = this.jQuery === native ? Promise.prototype : Object.prototype;
    const own = Object.create(typeof source.done === 'function' ? source : plain);
    const promise = new Proxy(own, {
      get: (target, name) => {
        if (Object.prototype.hasOwnProperty.call(own, name)) return own[name];
        if (name === 'abort' && this.abort) return this.abort;
        if (name === 'promise') return object => isObject(object) ? this.made().promise(object) : promise;
        if (methods.has(name)) return this.made()[name];
        // A method may want its own request for `this`.
        return typeof source[name] === 'function' ? source[name].bind(source) : source[name];
      },
      has: (target, name) => methods.has(name) || name in own || name in source
    });
    return promise;
  }
}

// The names of the methods of this jQuery's promises.
const methods = new WeakMap();
function methodsOf(jQuery) {
  if (!methods.has(jQuery)) methods.set(jQuery, new Set(Object.keys(jQuery.Deferred().promise())));
  return methods.get(jQuery);
}

// Of jQuery what is asked here, about a native promise.
const native = {
  Deferred() {
    let state = 'pending', outcome, settle;
    const callbacks = [], settled = new Promise((resolve, reject) => { settle = {resolved: resolve, rejected: reject}; });
    // Who listens with callbacks alone did not ask for an unhandled rejection.
    settled.catch(() => {});

    const end = next => (context, args) => {
      state = next;
      outcome = {context, args};
      settle[state](args[0]);
      callbacks.splice(0).forEach(callback => callback());
    };
    const on = (...states) => function (...listeners) {
      const tell = () => {
        if (states.includes(state)) listeners.flat().forEach(listener => listener.apply(outcome.context, outcome.args));
      };
      if (state === 'pending') callbacks.push(tell);
      else tell();
      return this;
    };
    const promise = {
      state: () => state, done: on('resolved'), fail: on('rejected'), always: on('resolved', 'rejected'), promise: () => promise
    };
    for (const name of ['then', 'catch', 'finally']) promise[name] = (...args) => settled[name](...args);
    return {resolveWith: end('resolved'), rejectWith: end('rejected'), promise: () => promise};
  }
};

const isObject = value => value !== null && (typeof value === 'object' || typeof value === 'function');
