// What a test has at hand inside the page, as `inside`. It is there before any
// script of the page runs, and uses Backbone and jQuery only when it is called.

import {openPage} from './browser.mjs';

// openPage, with `inside` in the page.
export function openInside(t, {prepare = () => {}, ...options} = {}) {
  return openPage(t, {...options, prepare: `(${defineInside})(); (${prepare})();`});
}

function defineInside() {
  const inside = window.inside = {
    // A model and a collection class on one decorated sync. Both have it: a write
    // goes through the sync of the model, and one that only the collection's sync
    // knows of would not be cached.
    classes({wrapped = Backbone.sync, ns = 'test', ttl, model = {}, collection = {}, url = '/api/rows'} = {}) {
      const sync = Backbone.cachingSync(wrapped, ns, ttl);
      const Row = Backbone.Model.extend({urlRoot: url, sync, ...model});
      const Rows = Backbone.Collection.extend({url, model: Row, sync, ...collection});
      return {sync, Row, Rows};
    },

    // A wrapped sync that keeps its requests: the test answers them, through
    // their callbacks or their Deferred.
    wrapped() {
      const wrapped = function (method, model, options) {
        const deferred = jQuery.Deferred();
        wrapped.requests.push({method, model, options, deferred, context: this, args: [...arguments]});
        return deferred.promise();
      };
      wrapped.requests = [];
      return wrapped;
    },

    // Everything an object fires, with the phase: 'add', 'sync cached', 'sync server'.
    log(object, log = []) {
      object.on('all', (name, ...args) => {
        const options = args.find(argument => argument && typeof argument.fromCache === 'boolean');
        const tells = /^(sync|cachesync)$/.test(name) && options;
        log.push(name + (tells ? options.fromCache ? ' cached' : ' server' : ''));
      });
      return log;
    },
    // The callbacks of a call, into the same log.
    callbacks(log, options = {}) {
      const phase = given => typeof given.fromCache === 'boolean' ? given.fromCache ? ' cached' : ' server' : '';
      return {
        success: (model, data, given) => log.push('success' + phase(given)),
        error: (model, request) => log.push('error ' + request.status),
        ...options
      };
    },

    // fetch, save, destroy and create until the request is over and everybody has
    // been told.
    until(action, options = {}) {
      return new Promise(resolve => action({...options, complete: () => resolve()}));
    },
    fetch: (object, options) => inside.until(given => object.fetch(given), options),
    save: (model, attributes, options) => inside.until(given => model.save(attributes, given), options),
    destroy: (model, options) => inside.until(given => model.destroy(given), options),
    create: (rows, attributes, options) => inside.until(given => rows.create(attributes, given), options),

    // All of localStorage.
    stored() {
      const stored = {};
      for (const key of Object.keys(localStorage).sort()) stored[key] = localStorage.getItem(key);
      return stored;
    },
    // Without the registry.
    records() {
      const {_burry_stores_, ...records} = inside.stored();
      return records;
    },
    put(records) {
      for (const key in records) localStorage.setItem(key, records[key]);
    },
    // Calls of methods of Storage.prototype from now on; the real ones still run.
    countStorage() {
      const counts = {getItem: 0, setItem: 0, removeItem: 0, key: 0};
      for (const name in counts) {
        const real = Storage.prototype[name];
        Storage.prototype[name] = function () {
          counts[name]++;
          return real.apply(this, arguments);
        };
      }
      return counts;
    },
    // Storage as full as it gets.
    fill() {
      let text = 'x'.repeat(1 << 22);
      for (let i = 0; text.length; i++) {
        try {
          localStorage.setItem('ballast' + i, text);
        } catch (error) {
          text = text.slice(0, text.length >> 1);
        }
      }
    },
    // Full to the last character: not even an empty value fits under a new key.
    // leaveRoom gives back so many characters.
    fillToBrim() {
      localStorage.setItem('~', 'x'.repeat(1000));
      inside.fill();
      inside.topUp();
    },
    topUp() {
      let text = localStorage.getItem('~');
      for (let size = 1 << 10; size; size >>= 1) {
        while (!inside.thrown(() => localStorage.setItem('~', text + 'x'.repeat(size)))) text += 'x'.repeat(size);
      }
    },
    leaveRoom: size => localStorage.setItem('~', localStorage.getItem('~').slice(size)),
    freeSpace() {
      for (const key of Object.keys(localStorage)) {
        if (key === '~' || key.startsWith('ballast')) localStorage.removeItem(key);
      }
    },

    // What an action throws, in words.
    thrown(action) {
      try {
        action();
        return null;
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    },
    // The minute that a ttl of so many minutes expires in.
    minute: ttl => String(Math.floor(new Date().getTime() / 60000) + ttl),
    // Keeps timers of `least` milliseconds or more until the test fires them, so that no retry of the
    // library depends on how fast the machine is. inside.timers() returns the milliseconds of each.
    holdTimers(least) {
      const {setTimeout, clearTimeout} = inside.realTimers = inside.realTimers || {setTimeout: window.setTimeout, clearTimeout: window.clearTimeout};
      const held = inside.heldTimers = inside.heldTimers || new Map();
      window.setTimeout = (action, milliseconds, ...args) => {
        // WebKit's driver sets a timer of five minutes for each script of a test.
        if (!(milliseconds >= least && milliseconds < 300_000)) return setTimeout(action, milliseconds, ...args);
        const id = inside.lastTimer = (inside.lastTimer || 0) - 1;
        held.set(id, {action, milliseconds});
        return id;
      };
      window.clearTimeout = id => { if (!held.delete(id)) clearTimeout(id); };
    },
    timers: () => [...inside.heldTimers.values()].map(({milliseconds}) => milliseconds),
    fireTimers() {
      const due = [...inside.heldTimers.values()];
      inside.heldTimers.clear();
      for (const {action} of due) action();
    },
    // Waits until no request of jQuery is in flight. The turn before lets the page send what it is
    // about to send.
    async idle() {
      do await new Promise(resolve => setTimeout(resolve)); while (jQuery.active);
    },
    setClock(time) {
      const RealDate = inside.RealDate = inside.RealDate || Date;
      window.Date = class extends RealDate {
        constructor(...args) { super(...(args.length ? args : [time])); }
        static now() { return time; }
      };
    }
  };
}
