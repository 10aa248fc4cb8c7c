// Models, collections and `sync.cache` receive the changes of other tabs (contract 13).
// src/offline/other_tabs.cpp decides which of them receives what.

import {Call} from '../call.js';
import {core} from '../core.js';
import {identity} from '../identity.js';
import {attempt, define, hasOwn, isId, readJson, safely, stringify} from '../json.js';
import {allSpaces, fire, spaceOf} from './space.js';

let isHearing = false;

// One listener for all namespaces. WebKit tells only a page that has used the storage, as
// whoever makes a decorator has.
export function hearOtherTabs() {
  if (isHearing || typeof window !== 'object') return;
  isHearing = true;
  attempt(() => window.addEventListener('storage', hear));
}

// key: null where storage was emptied; a page that has made the event itself may have none.
function hear({key, oldValue, newValue, storageArea}) {
  if (!key && key !== null || storageArea && storageArea === attempt(() => window.sessionStorage)) return;
  if (key) core.storedElsewhere(key, newValue);
  else core.eventsMissed();
  if (!allSpaces().some(isAwaited)) return;
  // No key, and no value, is an empty text. What is one itself is rubbish.
  const news = core.storageChanged(key || '', oldValue || '', newValue === null ? '' : newValue || ' ');
  (readJson(news) || []).forEach(tell);
}

// Whether anybody would hear of it.
const isAwaited = ({handles, inUse}) => inUse.references.size > 0 || handles.some(handle => handle._events);

function tell(news) {
  const {ns, event, key, now, ids} = news, space = spaceOf(ns), live = space.inUse.live();
  if (now) for (const [model, use] of modelsOf(live, key)) safely(() => new Taking(use, model).takeRecord(news));
  if (ids) for (const [object, use] of live) {
    if (isCollection(object) && use.keys.has(key)) safely(() => new Taking(use, object).takeList(news));
  }
  if (event) fire(space, ...event);
}

const isCollection = object => Array.isArray(object.models);

// Those that stand for a record, or stand in a collection for it, with the use of each.
function modelsOf(live, key) {
  const models = new Map();
  for (const [object, use] of live) {
    const model = isCollection(object) ? attempt(() => object.get(key)) : object;
    if (model && (keyOf(model, use.page) === key || model === object && use.keys.has(key))) models.set(model, use);
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
  constructor({page, ends, keys}, model) {
    super({page, ends}, null, ['read', model, {parse: true, fromCache: true, fromTab: true}]);
    this.hasSeveral = keys.size > 1;
  }

  // Only what differs between the two records is set: all else may have been edited here.
  takeRecord({before, now}) {
    const former = before === null ? {} : this.attributesOf(before);
    [this.loaded] = this.readRows([now], [undefined]);
    if (this.loaded) this.take(row => {
      const {model, options, parser} = this, attributes = parser ? model.parse(row, options) : row;
      const set = {}, unset = {};
      for (const name of Object.keys({...former, ...attributes})) {
        if (stringify(former[name]) === stringify(attributes[name])) continue;
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
  takeList({ids, left, gone, beside}) {
    const {model, options} = this, isWhole = this.hasOwnEnvelope();
    if (isWhole && !beside) return;
    if (isWhole) this.cached = {text: JSON.stringify(beside.answer), headers: beside.headers || {}};
    const {before, held, behind} = this.sortOut(new Set(ids.map(String)), new Set(this.hasSeveral ? gone : left));
    // A `parse` that finds the rows in an answer is given all of them.
    const wanted = isWhole ? ids : ids.filter(id => !held.has(String(id)));
    if (!core.isLive(this.loadRows(JSON.stringify(wanted)))) return;
    this.arrange = rows => {
      const rowOf = new Map(wanted.map((id, i) => [id, rows[i]]));
      return [...before, ...ids.map(id => held.get(String(id)) || rowOf.get(id)), ...behind];
    };
    // What it holds has been told of its own record.
    this.take(data => model.set(isWhole ? data : this.arrange(data), {...options, merge: false}));
  }

  // The models of the collection: those that are listed, by their keys, and what stays before
  // and behind them.
  sortOut(listed, out) {
    const before = [], held = new Map(), behind = [];
    for (const model of this.model.models) {
      const key = keyOf(model, this.page);
      if (listed.has(key)) held.set(key, model);
      else if (!out.has(key)) (held.size ? behind : before).push(model);
    }
    return {before, held, behind};
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
