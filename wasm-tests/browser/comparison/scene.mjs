// What a scenario of the comparison runs in, inside the page: classes whose sync
// is plain or decorated, and a log of all that a page can see of them.
//
// The rule of the comparison. Each read finds the cache empty, so that a decorated
// run has one phase, as a plain one has; then the two logs are to be equal. Left
// out of them is only what the contract makes differ:
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
//
// A warm run keeps the cache from read to read. It is compared with one under `remembering`,
// which says in a few lines what a hit is; `options.fromCache` is compared there, too.

// Not compared either is what a page's library numbers as long as the page lasts: `bindId` of
// Backbone.stickit, and a cid.

const leftOut = ['success', 'error', 'bindId'];

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
window.fetch = async (url, options = {}) => {
  // A scenario's own, which changes the server.
  if (!options.signal) return realFetch(url, options);
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
// warm: the cache is kept from read to read.
class Scene {
  constructor({decorate, onClasses, warm}) {
    this.log = [];
    this.outcomes = [];
    this.known = [];
    this.watched = [];
    this.places = [];
    this.decorate = decorate;
    this.onClasses = onClasses;
    this.warm = warm;
    this.leftOut = warm ? leftOut : ['fromCache', ...leftOut];
    this.plainSync = Backbone.sync;
    this.wrap(Backbone.sync);
  }

  // Makes a sync the wrapped one: of the page, or of the classes made from now on.
  // inItsPlace: that of a decorated run, of which a page hears what it hears of the
  // other one under plain Backbone (7.1).
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
      if (method === 'read' && !scene.warm) localStorage.clear();
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

  // An element of the page, while the scene lasts.
  place(html = '') {
    const element = document.createElement('div');
    element.innerHTML = html;
    document.body.append(element);
    this.places.push(element);
    return element;
  }

  // What stands in an element. One that has stayed has the name that it had.
  look(element) {
    this.note('look', element);
  }

  // The server's rows change behind the page's back.
  async change(path, method, body) {
    await fetch(path, {method, headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
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
  name(object, kind = kindOf(object)) {
    if (!this.known.includes(object)) this.known.push(object);
    return `${kind} ${this.known.indexOf(object)}`;
  }

  show(value, within = []) {
    if (value === null || value === undefined || typeof value === 'number') return String(value);
    if (typeof value === 'function' && !value.then) return 'function';
    if (typeof value === 'string' && /^(c|view)\d+$/.test(value)) return 'a cid';
    if (typeof value !== 'object' && typeof value !== 'function') return JSON.stringify(value);
    if (value === window) return 'window';
    if (value === Backbone) return 'Backbone';
    if (value instanceof Error) return `${value.name}(${value.message})`;
    if (value instanceof Backbone.Model) return `${this.name(value)} ${this.show(value.attributes, [...within, value])}`;
    if (value instanceof Backbone.Collection) return `${this.name(value)} [${value.models.map(model => this.name(model))}]`;
    if (isView(value)) return this.name(value);
    if (value instanceof Node) return this.showNode(value);
    const {jQuery} = window;
    if (jQuery && value instanceof jQuery.Event) return `event ${value.type}`;
    if (jQuery && value instanceof jQuery) return `jQuery [${value.get().map(node => this.show(node))}]`;
    if (typeof value.getResponseHeader === 'function' || typeof value.promise === 'function') return this.showRequest(value);
    if (typeof value.then === 'function') return 'a promise';
    if (within.includes(value)) return 'itself';
    const show = member => this.show(member, [...within, value]);
    // Of what lies in another object the name tells nothing more.
    const name = within.length ? '' : `${this.name(value, 'object')} `;
    if (Array.isArray(value)) return `${name}[${value.map(show).join(', ')}]`;
    const members = Object.keys(value).sort().filter(key => !this.leftOut.includes(key));
    return `${name}{${members.map(key => `${key}: ${show(value[key])}`).join(', ')}}`;
  }

  showNode(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    const {localName, value, checked} = node, state = [];
    for (const {name, value} of node.attributes) state.push(`${name}="${value}"`);
    if (/^(input|select|textarea)$/.test(localName)) state.push(`has "${value}"`, ...checked ? ['checked'] : []);
    const inside = [...node.childNodes].map(child => this.showNode(child)).join('');
    return `<${[localName, ...state].join(' ')} ${this.name(node, 'element')}>${inside}</>`;
  }

  showRequest(request) {
    const {status, statusText, readyState} = request, responseText = (request.responseText || '').replace(/\s+/g, '');
    const isAnswered = readyState === 4 && typeof request.getResponseHeader === 'function';
    const header = isAnswered && request.getResponseHeader('Content-Type');
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

// What Marionette has beside views, too.
const isView = object => object instanceof Backbone.View || typeof object.triggerMethod === 'function';

function kindOf(object) {
  if (object instanceof Backbone.Model) return 'model';
  return isView(object) ? 'view' : 'collection';
}

// What a hit is (3.3, 3.6, 3.12, 4), in its plainest form, and without storage: what is
// known is told before sync returns, and the server's answer when it comes. It decorates
// one resource, one write or read at a time, and no `parse` of rows. A `parse` of a collection
// is given what it was given, and the headers (6.1); what is written then does not show in it.
export function remembering(wrapped) {
  const records = new Map(), lists = new Map(), answers = new Map();
  const remember = row => {
    records.set(row.id, JSON.stringify(row));
    return row.id;
  };
  const addressOf = ({url}, {data} = {}) => `${typeof url === 'function' ? 'computed' : url}${data ? `?${jQuery.param(data)}` : ''}`;
  const isGone = ({status}) => [403, 404, 410].includes(status);

  function read(model, options) {
    if (!model.models) {
      const {id} = model;
      return {known: records.get(id), keep: remember, drop: () => records.delete(id)};
    }
    const address = addressOf(model, options), ids = lists.get(address);
    if (model.parse !== Backbone.Collection.prototype.parse) {
      return {
        ...answers.get(address),
        keep(data, request) { answers.set(address, {known: JSON.stringify(data), former: request}); },
        drop: () => answers.delete(address)
      };
    }
    const isHit = ids && ids.every(id => records.has(id));
    return {
      known: isHit ? `[${ids.map(id => records.get(id))}]` : undefined,
      // In the collection's order, and with rows of its own.
      keep(rows) {
        rows.forEach(remember);
        const saved = model.models.filter(({id}) => id !== undefined);
        for (const {id, attributes} of saved) if (!records.has(id)) remember(attributes);
        lists.set(address, saved.map(({id}) => id));
      },
      drop: () => lists.delete(address)
    };
  }

  function written(method, model, id) {
    if (method === 'delete') {
      records.delete(id);
      for (const [address, ids] of lists) lists.set(address, ids.filter(one => one !== id));
      return;
    }
    remember(model.attributes);
    const {collection} = model, list = collection && lists.get(addressOf(collection));
    if (method === 'create' && list) list.push(model.id);
  }

  // Has a request tell the headers of a former one, while an action lasts.
  function withHeadersOf(former, request, action) {
    const get = request.getResponseHeader;
    if (former) request.getResponseHeader = name => former.getResponseHeader(name);
    action();
    request.getResponseHeader = get;
  }

  // Makes the options what they were before an action.
  function keepingOptions(options, action) {
    const given = {...options};
    action();
    for (const name of Object.keys(options)) if (!(name in given)) delete options[name];
    Object.assign(options, given);
  }

  return function (method, model, options) {
    const {success, error} = options, {id} = model, isRead = method === 'read';
    const {known, former, keep, drop} = isRead ? read(model, options) : {};
    options.success = function (data) {
      if (isRead) options.fromCache = false;
      const result = success.apply(this, arguments);
      if (isRead) keep(data, arguments[2]);
      else written(method, model, id);
      return result;
    };
    options.error = function (request) {
      if (known) options.fromCache = false;
      if (isRead && isGone(request)) drop();
      return error.apply(this, arguments);
    };
    const request = wrapped.apply(this, arguments);
    if (known) {
      options.fromCache = true;
      keepingOptions(options, () => withHeadersOf(former, request, () => {
        const data = JSON.parse(known);
        success.call(options.context || options, data, 'success', request);
        model.trigger('cachesync', model, data, options);
      }));
    }
    return request;
  };
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
    scene.places.forEach(place => place.remove());
    jQuery.active = active;
  }
}
