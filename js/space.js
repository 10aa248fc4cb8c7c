// What the decorators of one namespace share on the page's side: their handles
// (`sync.cache`), and the models and collections that are in use.

import {warn} from './core.js';
import {safely} from './json.js';

const spaces = new Map();

// ns: the name of a namespace. Two decorators of one namespace are one cache, so the events
// of either are those of both.
export function spaceOf(ns) {
  if (!spaces.has(ns)) spaces.set(ns, {handles: [], inUse: new InUse()});
  return spaces.get(ns);
}

export const allSpaces = () => [...spaces.values()];

// Fires an event on the `sync.cache` of every decorator of a namespace.
export function fire({handles}, ...event) {
  for (const handle of handles.slice()) safely(() => handle.trigger(...event));
}

// The models and collections that are live. They are held weakly, so that none is kept alive by
// it (13.2).
class InUse {
  constructor() {
    this.uses = new WeakMap();    // {page, ends, keys}
    this.references = new Set();  // to what has a use
  }

  // The model of a call stands for what lies under this key from now on. isMore: and for what it
  // was read as before.
  hold({model, page, ends}, key, isMore) {
    if (typeof WeakRef !== 'function') {
      warnOnce();
      return;
    }
    const former = this.uses.get(model);
    this.uses.set(model, {page, ends, keys: new Set([...isMore && former ? former.keys : [], key])});
    if (!former) this.refer(model);
  }

  refer(model) {
    const reference = new WeakRef(model);
    this.references.add(reference);
    this.ended = this.ended || new FinalizationRegistry(dead => this.references.delete(dead));
    this.ended.register(model, reference);
  }

  // What is live, with its use.
  live() {
    const models = [...this.references].map(reference => reference.deref()).filter(Boolean);
    return models.map(model => [model, this.uses.get(model)]);
  }
}

let hasWarned = false;
function warnOnce() {
  if (!hasWarned) warn('there is no WeakRef here, so `live` does nothing');
  hasWarned = true;
}
