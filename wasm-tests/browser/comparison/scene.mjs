// What a scenario of the comparison runs in, inside the page: classes whose sync
// is plain or decorated, and a log of all that a page can see of them.
//
// The rule of the comparison. Each read finds the cache empty, so that a decorated
// run has one phase, as a plain one has; then the two logs are to be equal. Left
// out of them is only what BEHAVIOUR makes differ:
//   - `options.fromCache` (3.6);
//   - `success` and `error` in the options that wrapped is given: others stand in
//     for the caller's there, so what counts is what the caller's are told;
//   - options that were not given: wrapped is given an object all the same, since
//     it must be heard;
//   - what sync returns, where the plain one returns no promise of jQuery's: the
//     decorated one returns one all the same (7.2). Of a promise of another kind
//     the outcome is compared, but not the turn in which it is told;
//   - whom a promise tells of the outcome where a callback has thrown: jQuery's own
//     tells nobody any more, ours tells all.

const leftOut = ['fromCache', 'success', 'error'];

// Requests and turns that nobody has heard of yet. Each request has a number, for
// the server; whether one that is aborted gets there is chance.
const underWay = new Set();
let lastRequest = 0, aborted = [];
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function () {
  const number = ++lastRequest;
  this.setRequestHeader('X-Request', number);
  underWay.add(this);
  this.addEventListener('abort', () => aborted.push(number));
  this.addEventListener('loadend', () => underWay.delete(this));
  return send.apply(this, arguments);
};

// The same of a page whose ajax is `fetch`, until the answer has been read.
const realFetch = window.fetch;
window.fetch = async (url, options) => {
  const number = ++lastRequest, mark = {};
  underWay.add(mark);
  options.signal.addEventListener('abort', () => aborted.push(number));
  try {
    const response = await realFetch(url, {...options, headers: {...options.headers, 'X-Request': number}});
    await response.clone().text();
    return response;
  } finally {
    underWay.delete(mark);
  }
};

// As late as `_.defer`.
const turn = () => new Promise(resolve => setTimeout(resolve, 1));

// decorate: makes the decorated sync of a wrapped one; of a plain run, nothing.
// onClasses: the classes have it as their `sync`; else it is `Backbone.sync`.
class Scene {
  constructor({decorate, onClasses}) {
    this.log = [];
    this.outcomes = [];
    this.known = [];
    this.watched = [];
    this.decorate = decorate;
    this.onClasses = onClasses;
    this.plainSync = Backbone.sync;
    this.wrap(Backbone.sync);
  }

  // Makes a sync the wrapped one: of the page, or of the classes made from now on.
  // inItsPlace: that of a decorated run, where 7.1 makes a page hear of it what it
  // hears of the other one under plain Backbone.
  wrap(wrapped, inItsPlace = wrapped) {
    if (this.decorate) wrapped = inItsPlace;
    if (this.onClasses) this.sync = this.decorated(wrapped);
    else Backbone.sync = this.decorated(wrapped);
  }

  // The sync of the page, as a model without one of its own has it.
  callSync(...args) {
    return (this.sync || Backbone.sync).apply(Backbone, args);
  }

  // A wrapped sync as this run is to have it.
  decorated(wrapped) {
    const scene = this;
    const heard = function (method, model, options = {}, ...more) {
      scene.note('wrapped', method, model, options, ...more, 'on', this);
      return wrapped.call(this, method, model, options, ...more);
    };
    if (!this.decorate) return heard;
    const sync = this.decorate(heard);
    return function (method) {
      if (method === 'read') localStorage.clear();
      return sync.apply(this, arguments);
    };
  }

  // Classes with the sync of this run, and one object of each, watched.
  extend(Base, properties) {
    return Base.extend({...this.sync && {sync: this.sync}, ...properties});
  }
  Row(properties) {
    return this.extend(Backbone.Model, {urlRoot: '/api/rows', ...properties});
  }
  Rows(properties, row) {
    return this.extend(Backbone.Collection, {url: '/api/rows', model: this.Row(row), ...properties});
  }
  row(attributes, properties) {
    return this.watch(new (this.Row(properties))(attributes));
  }
  rows(models, properties, row) {
    return this.watch(new (this.Rows(properties, row))(models));
  }

  watch(object) {
    const scene = this, name = this.name(object);
    this.watched.push(object);
    object.on('all', function (event, ...args) {
      scene.note(`${name} fires ${event}`, ...args, 'on', this);
    });
    return object;
  }

  note(what, ...values) {
    this.log.push(`${what}: ${values.map(value => this.show(value)).join(', ')}`);
  }

  // Options whose callbacks are logged, and the caller's own called behind that.
  callbacks(options = {}) {
    const scene = this, heard = {};
    for (const name of ['success', 'error', 'complete']) {
      heard[name] = function (...args) {
        scene.note(name, ...args, 'on', this);
        if (options[name]) return options[name].apply(this, args);
      };
    }
    return {...options, ...heard};
  }

  // What fetch, save, destroy or sync has returned.
  result(result) {
    const number = this.outcomes.push([]) - 1, outcome = this.outcomes[number];
    const tell = (what, ...args) => this.log.push({result: number, text: `${what}: ${args.map(value => this.show(value)).join(', ')}`});
    const isPromise = result && typeof result.then === 'function';
    const isOfJQuery = isPromise && typeof result.done === 'function' && typeof result.state === 'function';
    outcome.kind = isOfJQuery ? 'jQuery' : isPromise ? 'other' : 'none';
    if (!isOfJQuery) this.log.push({result: number, text: `returned ${this.show(result)}`});
    if (isPromise) result.then(value => outcome.push('resolved', this.show(value, [0])), error => outcome.push('rejected', this.show(error, [0])));
    if (!isOfJQuery) return result;
    const methods = [];
    for (const name in result) if (typeof result[name] === 'function') methods.push(name);
    this.log.push({result: number, text: `returned a promise, ${this.show(result)}, with ${methods.sort()}`});
    for (const name of ['done', 'fail', 'always']) {
      result[name](function (...args) { tell(name, ...args, 'on', this, 'of', result); });
    }
    tell('listened to');
    result.then((...args) => tell('then', ...args), (...args) => tell('then, rejected', ...args));
    return result;
  }

  // What an action throws.
  attempt(action) {
    try {
      return action();
    } catch (error) {
      this.note('thrown', error);
    }
  }

  // In a later turn, after so many milliseconds.
  later(action, milliseconds = 0) {
    const mark = {};
    underWay.add(mark);
    setTimeout(() => {
      underWay.delete(mark);
      action();
    }, milliseconds);
  }

  // Until every request and every later turn is over and has been told.
  async quiet() {
    for (let still = 0; still < 3; still++) {
      await turn();
      if (underWay.size) still = -1;
    }
  }

  // The same object has the same name in both runs: its place in the order of appearance.
  // (Numbered anew when the logs are compared, since some entries are left out.)
  name(object, kind = object instanceof Backbone.Model ? 'model' : 'collection') {
    if (!this.known.includes(object)) this.known.push(object);
    return `${kind} ${this.known.indexOf(object)}`;
  }

  show(value, within = []) {
    if (value === null || value === undefined || typeof value === 'number') return String(value);
    if (typeof value === 'function' && !value.then) return 'function';
    if (typeof value !== 'object' && typeof value !== 'function') return JSON.stringify(value);
    if (value === window) return 'window';
    if (value === Backbone) return 'Backbone';
    if (value instanceof Error) return `${value.name}(${value.message})`;
    if (value instanceof Backbone.Model) return `${this.name(value)} ${this.show(value.attributes, [...within, value])}`;
    if (value instanceof Backbone.Collection) return `${this.name(value)} [${value.models.map(model => this.name(model))}]`;
    if (typeof value.getResponseHeader === 'function' || typeof value.promise === 'function') return this.showRequest(value);
    if (typeof value.then === 'function') return 'a promise';
    if (within.includes(value)) return 'itself';
    const show = member => this.show(member, [...within, value]);
    // Of what lies in another object the name tells nothing more.
    const name = within.length ? '' : `${this.name(value, 'object')} `;
    if (Array.isArray(value)) return `${name}[${value.map(show).join(', ')}]`;
    const members = Object.keys(value).sort().filter(key => !leftOut.includes(key));
    return `${name}{${members.map(key => `${key}: ${show(value[key])}`).join(', ')}}`;
  }

  showRequest(request) {
    const {status, statusText, readyState} = request, responseText = (request.responseText || '').replace(/\s+/g, '');
    const header = typeof request.getResponseHeader === 'function' && request.getResponseHeader('Content-Type');
    return `request(${[request.state && request.state(), status, statusText, readyState, responseText, header].join(' ')})`;
  }

  // How everything that has been seen has ended.
  ends() {
    const ends = [];
    // Showing one may bring another.
    for (let i = 0; i < this.known.length; i++) {
      const object = this.known[i];
      if (object instanceof Backbone.Model) {
        const {id, changed, validationError, collection} = object;
        ends.push(`${this.show(object)} ${this.show({
          id, changed, validationError, previous: object.previousAttributes(), keys: Object.keys(object).sort(),
          collection: collection && this.name(collection)
        }, [0])}`);
      } else if (object instanceof Backbone.Collection) {
        ends.push(`${this.show(object)} with ${Object.keys(object).sort()}`);
      }
    }
    return ends;
  }
}

// Plays a scenario on an empty cache. Returns its log, the outcomes of the
// promises, how everything has ended, and the numbers of the requests it sent.
export async function play(scenario, run = {}) {
  const kept = {sync: Backbone.sync, ajax: Backbone.ajax, emulateHTTP: Backbone.emulateHTTP, emulateJSON: Backbone.emulateJSON};
  const {error: consoleError, warn: consoleWarn} = console, {jQuery = {}} = window, {active} = jQuery;
  const first = lastRequest;
  aborted = [];
  localStorage.clear();
  Backbone.cachingSync.clear();
  const scene = new Scene(run);
  const uncaught = event => {
    event.preventDefault();
    scene.note(`uncaught ${event.type}`, event.error || event.reason);
  };
  window.addEventListener('error', uncaught);
  window.addEventListener('unhandledrejection', uncaught);
  console.error = (...args) => scene.note('console.error', ...args.map(String));
  console.warn = (...args) => scene.note('console.warn', ...args.map(String));
  try {
    try {
      await scenario(scene);
    } catch (error) {
      scene.note('thrown at last', error);
    }
    await scene.quiet();
    const ends = scene.ends();
    const outcomes = scene.outcomes.map(outcome => ({kind: outcome.kind, told: outcome.slice()}));
    return {log: scene.log, outcomes, ends, sent: {first: first + 1, last: lastRequest, aborted}};
  } finally {
    window.removeEventListener('error', uncaught);
    window.removeEventListener('unhandledrejection', uncaught);
    Object.assign(console, {error: consoleError, warn: consoleWarn});
    Object.assign(Backbone, kept);
    jQuery.active = active;
  }
}
