// What the decorators of one namespace share on the page's side: their handles
// (`sync.cache`), the models and collections that are in use, and the promises of
// sync.cache.replay().

import {warn} from './core.js';

const spaces = new Map();

// ns: the name of a namespace. Two decorators of one namespace are one cache, so the events
// of either are those of both.
export function spaceOf(ns) {
  if (!spaces.has(ns)) spaces.set(ns, {handles: [], inUse: new InUse(), replays: []});
  return spaces.get(ns);
}

export const allSpaces = () => [...spaces.values()];

// What the page's code throws is thrown outside where no caller of ours is to be reached.
export function safely(action) {
  try {
    return action();
  } catch (error) {
    setTimeout(() => { throw error; });
    return undefined;
  }
}

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
    this.most = 1000;  // references until those that lead nowhere are looked for
    this.uses = new WeakMap();  // of what is live: {page, ends, keys}
  }

  add(object) {
    if (typeof WeakRef !== 'function' || this.known.has(object)) return;
    this.known.add(object);
    this.references.add(new WeakRef(object));
    if (this.references.size > this.most) this.most = Math.max(1000, 2 * [...this].length);
  }

  // The model of a call is live, and stands for what lies under this key. isMore: for what it
  // was read as before, too.
  hold({model, page, ends}, key, isMore) {
    if (typeof WeakRef !== 'function') return warnOnce();
    const {keys} = isMore && this.uses.get(model) || {keys: []};
    this.uses.set(model, {page, ends, keys: new Set([...keys, key])});
    return this.add(model);
  }

  // What is live, with its use.
  live() {
    return [...this].map(object => [object, this.uses.get(object)]).filter(([, use]) => use);
  }

  * [Symbol.iterator]() {
    for (const reference of [...this.references]) {
      const object = reference.deref();
      if (object) yield object;
      else this.references.delete(reference);
    }
  }
}

let hasWarned = false;
function warnOnce() {
  if (!hasWarned) warn('there is no WeakRef here, so `live` does nothing');
  hasWarned = true;
}
