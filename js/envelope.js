// The answers of collections whose own `parse` finds the rows in them: {items, total} and
// the like (contract 6.1). What such a `parse` keeps on the collection comes back only if
// it is given the answer again; src/sync/record.h has what is kept of one.

import {isModel} from './identity.js';
import {define, isObjectWith, isPlain, stringify} from './json.js';

// Stands in a kept answer in the place of its rows, which are in their records.
const rowsMark = '_burry_rows_';

// The answer that a collection's own `parse` is being given.
export class Envelope {
  constructor(answer, headers) {
    this.answer = answer;
    this.text = stringify(answer);  // before `parse` could change it
    this.headers = headers;         // those that `parse` has asked the request for
    this.found = null;              // the rows that `parse` has found
    this.rows = null;               // the same, with what is newer
  }

  // A copy of the array will do; of no rows, one cannot tell.
  areFound(value) {
    const {found} = this;
    if (!Array.isArray(found) || !Array.isArray(value)) return false;
    return value === found || found.length > 0 && value.length === found.length && value.every((row, i) => row === found[i]);
  }

  // What is kept of it, as JSON: without the rows, where they stand in it as they are and
  // nothing of it was changed. undefined where it has none: an XML document, say; or where
  // our mark stands in it.
  spell() {
    const {answer, text, headers} = this;
    if (text === undefined || !isPlain(answer) || text.includes(rowsMark)) return undefined;
    const outline = () => JSON.stringify(answer, (name, value) => this.areFound(value) ? [rowsMark] : value);
    return {answer: stringify(answer) === text ? outline() : text, headers: JSON.stringify(headers)};
  }
}

// An answer out of the cache, {text, headers}, with these rows in it.
export function fillEnvelope(cached, rows) {
  cached.rows = rows;
  return JSON.parse(cached.text, (name, value) => Array.isArray(value) && value[0] === rowsMark ? rows.slice() : value);
}

// A `parse` that makes the models itself picks their classes, too. found: what it has made
// of the cached answer.
export function inModels(call, rows, found) {
  const made = call.parser ? [] : [].concat(found).filter(isModel);
  const models = new Map(made.map(model => [String(call.identity(model)), model]));
  return rows.map(row => {
    const model = models.get(String(call.rowId(row)));
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
