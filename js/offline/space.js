// What the decorators of one namespace share on the page's side: their handles
// (`sync.cache`), the models and collections that are in use, and the promises of
// sync.cache.replay().

import {warn} from '../core.js';
import {safely} from '../json.js';

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
    this.known = new WeakSet();
    this.references = new Set();
    this.uses = new WeakMap();  // of what is live: {page, ends, keys}
  }

  add(object) {
    if (typeof WeakRef !== 'function' || this.known.has(object)) return;
    const reference = new WeakRef(object);
    this.known.add(object);
    this.references.add(reference);
    this.ended = this.ended || new FinalizationRegistry(dead => this.references.delete(dead));
    this.ended.register(object, reference);
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
