// The tab as the core sees it (src/page/tab.h): randomness, timers, a lock among the tabs of
// the origin, and the requests of queued writes (contract 12).

import {core, warn, warnOfLost} from '../core.js';
import {identity} from '../identity.js';
import {attempt, isObject, isPlain, isRecord, readJson, safely, stringify} from '../json.js';
import {page as corePage} from '../storage.js';
import {OfflineCall} from './call.js';
import {originOf, ownOrigin} from './origin.js';
import {allSpaces, fire, spaceOf} from './space.js';

// The decorators by number: {number, ns, page, ends, wrapped, given}.
export const decorators = new Map();

const timers = new Map();     // by namespace
const releases = new Map();   // what gives the lock of a namespace back
const identified = new Map(); // the ids that temporary ones have become while the page was there
let random, tokens = 0;       // of which the page's tokens are made
const lockName = page => `Backbone.cachingSync page ${page}`;

corePage.tab = {
  // Other than those of any page by its beginning, and than the page's own by its number: of a
  // queued save, randomness of its own would be the dearest part but for storage.
  token() {
    random = random || randomText();
    return random + (++tokens).toString(36).padStart(6, '0');
  },

  // page::Target: 0 known, 1 unknown, 2 foreign.
  targetOf(decorator, url) {
    const {origins, given} = decorators.get(decorator), named = [].concat(given.origins || []).map(originOf);
    const origin = originOf(url);
    if (origin === ownOrigin() || origin && (origins.has(origin) || named.includes(origin))) return 0;
    return origin && origins.size === 0 ? 1 : 2;
  },

  warn,

  // The name of this page, which holds a lock of that name for as long as it lives.
  page() {
    const page = randomText();
    attempt(() => navigator.locks.request(lockName(page), () => new Promise(() => {})).catch(() => {}));
    return page;
  },

  isOffline: () => attempt(() => navigator.onLine) === false,

  findPages(ns) {
    const locks = attempt(() => navigator.locks);
    if (!locks || !locks.query) return false;
    const found = ({held, pending}) => [...held, ...pending].map(({name}) => name).filter(name => name.startsWith(lockName('')))
      .map(name => name.slice(lockName('').length));
    locks.query().then(state => core.foundPages(ns, JSON.stringify(found(state))), () => core.foundPages(ns, null));
    return true;
  },

  wake(ns, milliseconds) {
    clearTimeout(timers.get(ns));
    timers.set(ns, setTimeout(() => core.wake(ns), milliseconds));
  },

  // The answer comes when this has returned.
  requestLock(ns) {
    const locks = attempt(() => navigator.locks);
    if (!locks) return false;
    const take = lock => {
      const released = new Promise(resolve => releases.set(ns, resolve));
      core.locked(ns, Boolean(lock));
      return lock && released;
    };
    locks.request(`Backbone.cachingSync ${ns}`, {ifAvailable: true}, take).catch(() => core.locked(ns, false));
    return true;
  },

  releaseLock(ns) { releases.get(ns)(); },

  resend(decorator, text, callers) {
    const call = new Resend(decorators.get(decorator), readJson(text), readJson(callers));
    corePage.calls.set(call.number, call);
    return call.number;
  },

  identify(ns, temporary, id) {
    const space = spaceOf(ns), real = readJson(id);
    if (real !== undefined) identified.set(temporary, real);
    const realOf = value => value === temporary ? real : value;
    for (const {inUse} of allSpaces()) for (const model of modelsOf(inUse)) takeIds(inUse, model, realOf);
    if (real !== undefined) fire(space, 'id', temporary, real);
  },

  tellRejected(ns, rejected, number) {
    const call = corePage.calls.get(number), [response] = call && call.answer ? call.answer.args : [];
    fire(spaceOf(ns), 'reject', {...readJson(rejected), response});
  },

  tellLost(ns, count) { warnOfLost(count); },

  tellReplayed(ns, sent, rejected, left) {
    for (const deferred of spaceOf(ns).replays.splice(0)) {
      safely(() => deferred.end('resolve', {context: undefined, args: [{sent, rejected, left}]}));
    }
  }
};

attempt(() => {
  addEventListener('online', () => core.online());
  // A page that was kept for the way back was not told of storage.
  addEventListener('pageshow', ({persisted}) => persisted && core.eventsMissed());
});

function randomText() {
  const words = new Uint32Array(4).map(() => Math.random() * 2 ** 32);
  attempt(() => crypto.getRandomValues(words));
  return Array.from(words, word => word.toString(36).padStart(7, '0')).join('');
}

// The models that are in use, those of collections too.
export function * modelsOf(inUse) {
  for (const object of inUse) {
    if (Array.isArray(object.models)) yield * object.models;
    else yield object;
  }
}

// A model that nobody has known of, such as a form's, may have a temporary id in it still, or
// be named by one (12.10).
export function takeKnownIds(inUse, model, options) {
  learnId(model.id);
  if (!identified.size) return;
  const realOf = value => identified.has(value) ? identified.get(value) : value;
  takeIds(inUse, model, realOf);
  if (options && options.attrs) options.attrs = replaced(options.attrs, realOf);
}

// Another page may have sent the create of a model, such as one that is opened at its temporary id.
function learnId(id) {
  if (typeof id !== 'string' || !id.startsWith(core.temporaryStart) || identified.has(id)) return;
  const real = readJson(core.knownId(id));
  if (real !== undefined) identified.set(id, real);
}

// Where the answer to a create was lost, the server's list has told of the same row. The page
// goes on with the model that it has made, which is about to take the id.
function removeOther(model, id) {
  for (const {inUse} of allSpaces()) for (const object of inUse) {
    if (!Array.isArray(object.models) || !object.models.includes(model)) continue;
    const other = object.get(id);
    if (other && other !== model) safely(() => object.remove(other));
  }
}

// Gives a model the server's ids. realOf: returns the server's id of a temporary one, undefined if its row
// was never created, and any other value as it is.
function takeIds(inUse, model, realOf) {
  const set = {}, unset = {}, {attributes, id: former} = model;
  if (!attributes) return;
  for (const name of Object.keys(attributes)) {
    const value = replaced(attributes[name], realOf);
    if (value !== attributes[name]) (value === undefined ? unset : set)[name] = value;
  }
  const id = realOf(former);
  if (id !== former && id !== undefined) {
    removeOther(model, id);
    inUse.add(model, String(id));
  }
  safely(() => {
    if (Object.keys(set).length) model.set(set);
    if (Object.keys(unset).length) model.set(unset, {unset: true});
  });
}

// Returns a value with ids in the place of temporary ones, at any depth, or the same value where it
// has none. A value that contains itself has no JSON, so it is never sent, and stays.
function replaced(value, realOf, within = []) {
  if (!isPlain(value)) return typeof value === 'string' ? realOf(value) : value;
  if (within.includes(value)) return value;
  const path = [...within, value];
  const names = Object.keys(value), values = names.map(name => replaced(value[name], realOf, path));
  if (names.every((name, i) => values[i] === value[name])) return value;
  const copy = Array.isArray(value) ? value.slice() : {...value};
  names.forEach((name, i) => { copy[name] = values[i]; });
  return copy;
}

// The request of a queued write. It goes through the wrapped sync with a model that has the
// attributes of then, and stands for one in use where there is one.
class Resend extends OfflineCall {
  constructor(decorator, write, callers) {
    const {page, ns} = decorator, space = spaceOf(ns);
    const waiting = callers.map(number => corePage.calls.get(number)).filter(Boolean);
    const models = space.inUse.withKey(write.key).filter(model => String(identity(model, page)) === write.key);
    for (const {model} of waiting) if (!models.includes(model)) models.push(model);
    if (!models.length) models.push(newModel(page, classFor(decorator), write));
    const [model] = models, options = {}, body = write.body || write.attributes;
    super(decorator, space, model, [write.method, model, options]);
    this.sent = sentBefore(this, write);
    this.asked = write.method === 'create' ? undefined : write.id;
    const standIn = Object.assign(Object.create(model), {
      id: this.asked, attributes: this.sent, toJSON: () => body, url: () => write.url, isNew: () => write.method === 'create'
    });
    this.context = this.args[1] = standIn;
    // What the page gave its own call, such as headers, is given again.
    const {headers} = waiting.length ? waiting[waiting.length - 1].options : {};
    Object.assign(options, {url: write.url, parse: true, replayed: true, jsonp: false, headers: {...headers, ...write.token && {'Idempotency-Key': write.token}}});
    if (write.method !== 'delete') options.attrs = body;
    options.success = data => {
      for (const one of models) takeAnswer(this, one, data, !waiting.some(caller => caller.model === one));
    };
  }

  // Nobody has called it whom an exception could reach.
  attempt(action) { return safely(action); }
}

// The class of the decorator or, where nothing has gone through it yet, of another one of its namespace.
function classFor({Model, ns}) {
  const named = [...decorators.values()].find(other => other.ns === ns && other.Model);
  return Model || named && named.Model;
}

// After a reload no model of the page has made the write. What wrapped reads from the class, such as a
// name for its parameters, is there all the same (12.17).
function newModel({Backbone}, Model, {idAttribute, attributes, id}) {
  const named = {...attributes, ...id !== undefined && {[idAttribute]: id}};
  const isOfClass = Model && Model.prototype.idAttribute === idAttribute;
  return isOfClass && attempt(() => new Model(named)) || new (Backbone.Model.extend({idAttribute}))(named);
}

// All that the model was when the write was queued.
function sentBefore(call, {method, attributes, record}) {
  const before = method === 'patch' ? call.readPlain(record) || call.model.attributes : {};
  return {...isRecord(before) && before, ...attributes};
}

// A model takes what the server says; what has been edited since the write was queued stays.
function takeAnswer({sent, options, method}, model, data, isTold) {
  const parsed = method !== 'delete' && isObject(data) && model.parse ? model.parse(data, options) : {}, changes = {};
  for (const name of Object.keys(parsed || {})) {
    const isEdited = name in sent && stringify(model.attributes[name]) !== stringify(sent[name]);
    const isNews = !(name in sent) || stringify(parsed[name]) !== stringify(sent[name]);
    if (isNews && (!isEdited || name === model.idAttribute)) changes[name] = parsed[name];
  }
  if (method === 'create') removeOther(model, changes[model.idAttribute]);
  if (method !== 'delete') model.set(changes, options);
  if (isTold) model.trigger('sync', model, data, options);
}
