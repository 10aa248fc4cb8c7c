// What other tabs have written to the cache, or removed from it (BEHAVIOUR 13):
// src/sync/other_tabs.cpp says what is to be told of it, and to whom.

import {Call} from './call.js';
import {core} from './core.js';
import {identity} from './identity.js';
import {attempt, define, hasOwn, isId, readJson, stringify} from './json.js';
import {allSpaces, fire, spaceOf} from './space.js';
import {pageStorage} from './storage.js';

let isHearing = false;

// One listener for all namespaces. WebKit tells only a page that has used the storage.
export function hearOtherTabs() {
  if (isHearing || typeof window !== 'object') return;
  isHearing = true;
  attempt(() => pageStorage().length);
  attempt(() => window.addEventListener('storage', hear));
}

function hear({key, oldValue, newValue, storageArea}) {
  if (storageArea && storageArea === attempt(() => window.sessionStorage)) return;
  // Whoever wants to hear of other keys looks here, before those leave for whom this is
  // nothing.
  if (!allSpaces().some(isAwaited)) return;
  // No key, and no value, is an empty text. What is one itself is rubbish.
  const news = core.storageChanged(key || '', oldValue || '', newValue === null ? '' : newValue || ' ');
  (readJson(news) || []).forEach(tell);
}

// Whether anybody would hear of it.
const isAwaited = ({handles, inUse}) => inUse.references.size > 0 || handles.some(handle => handle._events);

// The page's own code runs in each of these; what it throws is thrown outside, as that of
// several listeners would be.
function tell(news) {
  const {ns, event, key, now, ids} = news, space = spaceOf(ns);
  const safely = action => {
    try {
      action();
    } catch (error) {
      setTimeout(() => { throw error; });
    }
  };
  if (now) for (const [model, page] of modelsOf(space, key)) safely(() => new Taking(page, space, model).takeRecord(news));
  if (ids) for (const object of space.inUse) {
    const {page, keys} = space.inUse.use(object);
    if (isCollection(object) && keys.has(key)) safely(() => new Taking(page, space, object).takeList(news, keys.size > 1));
  }
  if (event) safely(() => fire(space, ...event));
}

const isCollection = object => Array.isArray(object.models);

// Those that stand for a record, or stand in a collection for it, with the page of each.
function modelsOf({inUse}, key) {
  const models = new Map();
  for (const object of inUse) {
    const {page, keys} = inUse.use(object), isIt = model => keyOf(model, page) === key;
    if (isCollection(object)) object.models.filter(isIt).forEach(model => models.set(model, page));
    else if (keys.has(key) || isIt(object)) models.set(object, page);
  }
  return models;
}

// The key of its record; of a model without one, itself.
function keyOf(model, page) {
  const id = identity(model, page);
  return isId(id) ? String(id) : model;
}

// A model or a collection that takes what another tab has written.
class Taking extends Call {
  constructor(page, space, model) {
    super(page, space, null, null, ['read', model, {parse: true, fromCache: true, fromTab: true}]);
  }

  // Only what differs between the two records is set: all else may have been edited here.
  takeRecord({before, now}) {
    const former = before === null ? {} : this.attributesOf(before);
    [this.loaded] = this.readRows([now], [undefined]);
    if (this.loaded) this.take(row => {
      const {model, options, parser} = this, attributes = parser ? model.parse(row, options) : row;
      const set = {}, unset = {};
      for (const name of JSON.parse(core.changedNames(stringify(former) || '{}', stringify(attributes) || '{}'))) {
        define(hasOwn(attributes, name) ? set : unset, name, attributes[name]);
      }
      model.set(set, options);
      if (Object.keys(unset).length) model.set(unset, {...options, unset: true});
    });
  }

  attributesOf(record) {
    return (this.parser ? this.parser.attributesOf(record) : this.readPlain(record)) || {};
  }

  // Rows that have left the list leave the collection; of a collection that stands for several
  // lists those whose records are gone. Whatever else it holds stays in its place.
  takeList({ids, left, gone, beside}, hasSeveral) {
    const {model, page, options} = this, isWhole = this.hasOwnEnvelope();
    if (isWhole && !beside) return;
    if (isWhole) this.cached = {text: JSON.stringify(beside.answer), headers: beside.headers || {}};
    const held = new Map(model.models.map(one => [keyOf(one, page), one]));
    // A `parse` that finds the rows in an answer is given all of them.
    const wanted = isWhole ? ids : ids.filter(id => !held.has(String(id)));
    if (!core.isLive(this.loadRows(JSON.stringify(wanted)))) return;
    const listed = new Set(ids.map(String)), out = new Set(hasSeveral ? gone : left);
    const others = model.models.filter(one => !listed.has(keyOf(one, page)) && !out.has(keyOf(one, page)));
    const first = model.models.findIndex(one => listed.has(keyOf(one, page)));
    const isBefore = one => model.models.indexOf(one) < first;
    this.arrange = rows => {
      const rowOf = new Map(wanted.map((id, i) => [String(id), rows[i]]));
      return [
        ...others.filter(isBefore),
        ...ids.map(id => held.get(String(id)) || rowOf.get(String(id))),
        ...others.filter(one => !isBefore(one))
      ];
    };
    // What it holds has been told of its own record.
    this.take(data => model.set(isWhole ? data : this.arrange(data), {...options, merge: false}));
  }

  foundRows(data, rows) { return this.arrange(super.foundRows(data, rows)); }

  take(set) {
    try {
      this.watchParse(this.loaded);
      set(this.loaded);
    } finally {
      this.shadows.forEach(end => end());
    }
  }
}
