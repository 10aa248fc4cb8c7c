// The answers of collections whose own `parse` finds the rows in them: {items, total} and
// the like (BEHAVIOUR 6.1). What such a `parse` keeps on the collection comes back only if
// it is given the answer again; src/sync/record.h has what is kept of one.

import {identity, isModel, rowIdOf} from './identity.js';
import {define, isObjectWith, isPlain, isRecord, readJson, stringify} from './json.js';
import {fromCore, toCore} from './storage.js';

// How deep rows are looked for in an answer.
const depth = 4;

// The answer that a collection's own `parse` is being given.
export class Envelope {
  constructor(answer, headers) {
    this.answer = answer;
    this.text = stringify(answer);  // before `parse` could change it
    this.headers = headers;         // those that `parse` has asked the request for
    this.rows = null;               // what `parse` has found
    this.path = undefined;          // where these stand in the answer
  }

  found(rows) {
    this.rows = rows || [];
    this.path = pathOf(rows, this.answer);
  }

  // Whether the rows stand in it as they are, and nothing of it was changed.
  holdsRows() {
    return Boolean(this.path) && isPlain(this.answer) && stringify(this.answer) === this.text;
  }

  // What is kept of it, as JSON. undefined where it has none: an XML document, say.
  spell(withoutRows) {
    if (this.text === undefined || !isPlain(this.answer)) return undefined;
    const rows = withoutRows && follow(this.answer, this.path);
    const answer = withoutRows ? JSON.stringify(this.answer, (name, value) => value === rows ? [] : value) : this.text;
    return {
      answer: toCore(answer),
      path: withoutRows ? toCore(JSON.stringify(this.path)) : '',
      headers: toCore(JSON.stringify(this.headers))
    };
  }
}

// An answer out of the cache: {answer, path, headers}, or undefined where its path leads
// nowhere.
export function readEnvelope(answer, path, headers) {
  const read = text => text === '' ? undefined : readJson(fromCore(text));
  const cached = {answer: read(answer), path: read(path), headers: read(headers) || {}};
  const isWhole = cached.path === undefined || Array.isArray(follow(cached.answer, cached.path));
  return isWhole ? cached : undefined;
}

// The answer with these rows in it.
export function fillEnvelope({answer, path}, rows) {
  if (!path) return answer;
  if (!path.length) return rows.slice();
  follow(answer, path.slice(0, -1))[path[path.length - 1]] = rows.slice();
  return answer;
}

// A `parse` that makes the models itself picks their classes, too. found: what it has made
// of the cached answer.
export function inModels({collection, page, parser}, rows, found) {
  const made = parser ? [] : [].concat(found).filter(isModel), rowId = rowIdOf(collection, page);
  const models = new Map(made.map(model => [String(identity(model, page, collection)), model]));
  return rows.map(row => {
    const model = models.get(String(rowId(row)));
    return model ? model.clear({silent: true}).set(row, {silent: true}) : row;
  });
}

// A `parse` may read the headers of an answer: those that it asks for are kept, since in
// the cached phase they are still to come. known: the headers kept. Returns those asked.
export function watchHeaders(call, known) {
  const {xhr} = call.options, asked = {};
  if (!xhr || typeof xhr.getResponseHeader !== 'function') return asked;
  call.shadow(xhr, 'getResponseHeader', get => function (name) {
    const key = String(name).toLowerCase();
    const value = isObjectWith(known, key) ? known[key] : get.apply(this, arguments);
    if (typeof value === 'string') define(asked, key, value);
    return value;
  });
  return asked;
}

// Where in the answer these very rows stand, as a list of names.
function pathOf(rows, value, left = depth) {
  if (!Array.isArray(rows)) return undefined;
  if (Array.isArray(value)) return isSameRows(value, rows) ? [] : undefined;
  if (!isRecord(value) || !left) return undefined;
  for (const name of Object.keys(value)) {
    const path = pathOf(rows, value[name], left - 1);
    if (path) return [name, ...path];
  }
  return undefined;
}

// A copy of the array will do; of no rows, one cannot tell.
function isSameRows(found, rows) {
  return found === rows || rows.length > 0 && found.length === rows.length && rows.every((row, i) => row === found[i]);
}

function follow(value, path) {
  return path.reduce((owner, name) => isObjectWith(owner, name) ? owner[name] : undefined, value);
}
