// What the decorators of one namespace share on the page's side: their handles
// (`sync.cache`), the models and collections that are in use, and the promises of
// sync.cache.replay().

import {warn} from '../core.js';
import {attempt, safely} from '../json.js';

const spaces = new Map();

// ns: the name of a namespace. Two decorators of one namespace are one cache, so the events
// of either are those of both.
export function spaceOf(ns) {
  if (!spaces.has(ns)) spaces.set(ns, {handles: [], inUse: new InUse(), replays: []});
  return spaces.get(ns);
}

export const allSpaces = () => [...spaces.values()];

// Fires an event on the `sync.cache` of every decorator of a namespace.
export function fire({handles}, ...event) {
  for (const handle of handles.slice()) safely(() => handle.trigger(...event));
}

// Models and collections that the page may still use. They are held weakly, so that none is
// kept alive by it (13.2).
class InUse {
  constructor() {
    this.entries = new WeakMap();  // by object: {reference, keys}
    this.references = new Set();
    this.collections = new Set();  // the references of these
    this.byKey = new Map();        // the references of models, by the keys of their records
    this.uses = new WeakMap();     // of what is live: {page, ends, keys}
  }

  // key: of the record of a model, if it has one.
  add(object, key) {
    if (typeof WeakRef !== 'function') return;
    const entry = this.entries.get(object) || this.enter(object);
    if (key === undefined || entry.keys.has(key)) return;
    entry.keys.add(key);
    if (!this.byKey.has(key)) this.byKey.set(key, new Set());
    this.byKey.get(key).add(entry.reference);
  }

  enter(object) {
    const entry = {reference: new WeakRef(object), keys: new Set()};
    this.entries.set(object, entry);
    this.references.add(entry.reference);
    if (Array.isArray(object.models)) this.collections.add(entry.reference);
    this.ended = this.ended || new FinalizationRegistry(dead => this.leave(dead));
    this.ended.register(object, entry);
    return entry;
  }

  leave({reference, keys}) {
    this.references.delete(reference);
    this.collections.delete(reference);
    for (const key of keys) {
      const references = this.byKey.get(key);
      references.delete(reference);
      if (!references.size) this.byKey.delete(key);
    }
  }

  // The models that may have the record of this key. (It costs the same, whatever else is in use.)
  withKey(key) {
    const alone = [...this.byKey.get(key) || []].map(reference => reference.deref());
    const listed = [...this.collections].map(reference => attempt(() => reference.deref().get(key)));
    return [...new Set([...alone, ...listed])].filter(Boolean);
  }

  // The model of a call stands for what lies under this key from now on. isMore: and for what it
  // was read as before.
  hold({model, page, ends}, key, isMore) {
    if (typeof WeakRef !== 'function') {
      warnOnce();
      return;
    }
    const former = isMore && this.uses.get(model);
    this.uses.set(model, {page, ends, keys: new Set([...former ? former.keys : [], key])});
    this.add(model);
  }

  // What is live, with its use.
  live() {
    return [...this].map(object => [object, this.uses.get(object)]).filter(([, use]) => use);
  }

  [Symbol.iterator]() {
    return [...this.references].map(reference => reference.deref()).filter(Boolean)[Symbol.iterator]();
  }
}

let hasWarned = false;
function warnOnce() {
  if (!hasWarned) warn('there is no WeakRef here, so `live` does nothing');
  hasWarned = true;
}
