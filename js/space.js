// What the decorators of one namespace share on the page's side: their handles
// (`sync.cache`), and the models and collections that are in use.

import {warn} from './core.js';

const spaces = new Map();

// ns: the name of a namespace. Two decorators of one namespace are one cache, so the events
// of either are those of both. ends: {record, expiry}, with which its keys in storage end.
export function spaceOf(ns) {
  if (!spaces.has(ns)) spaces.set(ns, {ns, ends: {}, handles: [], inUse: new InUse()});
  return spaces.get(ns);
}

export const allSpaces = () => [...spaces.values()];

// Fires an event on the `sync.cache` of every decorator of a namespace.
export function fire({handles}, ...event) {
  for (const handle of handles.slice()) handle.trigger(...event);
}

let hasWarned = false;

// Models and collections that the page may still use. They are held weakly, so that none is
// kept alive by it (13.2).
class InUse {
  constructor() {
    this.uses = new WeakMap();
    this.references = new Set();
    this.most = 1000;  // references until those that lead nowhere are looked for
  }

  // page: as a Call has it. key: that the object was read as. isMore: it stands for what it
  // was read as before, too.
  add(object, page, key, isMore) {
    if (typeof WeakRef !== 'function') {
      if (!hasWarned) warn('there is no WeakRef here, so `live` does nothing');
      hasWarned = true;
      return;
    }
    const former = this.uses.get(object);
    this.uses.set(object, {page, keys: new Set([...former && isMore ? former.keys : [], key])});
    if (former) return;
    this.references.add(new WeakRef(object));
    if (this.references.size > this.most) this.most = Math.max(1000, 2 * [...this].length);
  }

  // How an object was read: {page, keys}.
  use(object) { return this.uses.get(object); }

  * [Symbol.iterator]() {
    for (const reference of [...this.references]) {
      const object = reference.deref();
      if (object) yield object;
      else this.references.delete(reference);
    }
  }
}
