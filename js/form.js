// The form of records whose class overrides `parse` (BEHAVIOUR 6). Such a record
// has a space behind it, and is one of
//
//   {"id":1,"cents":500}␠
//     as the server sent it: `parse` is still to run;
//   {"id":1,"cents":500,"_burry_":{"written":{"name":"a"},"unset":["note"],"dates":[]}}␠
//     the same, and what has been written and unset since, over what `parse` makes of it;
//   {"id":1,"price":5,"_burry_":{"parsed":true,"dates":[["seen"]]}}␠
//     attributes as the model has them, which `parse` has never to see.
//
// `dates` are the paths of those texts that are dates in the model. A record
// without the space is one of attributes: the libraries of 2012 wrote such.

import {define, isObjectWith, isPlain, isRecord, merge, readJson, stringify} from './json.js';

const mark = ' ';
const extra = '_burry_';

// Reads a record. Returns {row, text, isParsed, written, unset}, or undefined where
// the text is none. row: what `parse` is to be given or, if isParsed, what it would
// return; text: row as JSON.
export function readForm(record) {
  try {
    return readMarked(record);
  } catch (error) {
    return undefined;
  }
}

// Rubbish may throw: it may be nested too deeply, and no path.
function readMarked(record) {
  const row = readJson(record);
  if (!isRecord(row)) return undefined;
  if (!isMarked(record)) return {row, text: record, isParsed: true};
  const more = row[extra];
  if (more === undefined) return {row, text: record.slice(0, -mark.length), isParsed: false};
  delete row[extra];
  const text = JSON.stringify(row);
  const {parsed, written, unset, dates} = isRecord(more) ? more : {};
  const dated = parsed ? row : written;
  if (!isRecord(dated) || !Array.isArray(dates)) return undefined;
  dates.forEach(path => restoreDate(dated, path));
  return {row, text, isParsed: Boolean(parsed), written, unset: Array.isArray(unset) ? unset : []};
}

// The row alone, for a class that leaves `parse` alone. What another class has written
// over the server's row would be lost on it: such a record is none.
export function readPlain(record) {
  const row = readJson(record);
  return isRecord(row) && !(isMarked(record) && isObjectWith(row, extra)) ? row : undefined;
}

// The record of what the server sent. text: its JSON, or such a record already.
export function markForm(text) {
  if (text && isMarked(text)) return text;
  const isOurs = text && text.includes(`"${extra}":`) && isObjectWith(readJson(text), extra);
  return text === undefined || isOurs ? undefined : text + mark;
}

// Whether a record is of one of these forms. (2012 wrote none of them.)
export function isMarked(record) {
  return record.endsWith(mark);
}

// The record of attributes that `parse` has never to see, or undefined: a nested
// collection, say, would not come back as it was.
export function spellAttributes(attributes) {
  const dates = datePaths(attributes);
  return dates && spell(attributes, {parsed: true, dates});
}

// The record of attributes as what the server sent and the difference. origin:
// {text, parsed}, of which `parse` has made `parsed`. isFresh: it has done so just
// now; else whatever can be changed in its place counts as written.
export function spellWritten({text, parsed}, attributes, isFresh) {
  const written = {};
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    const isSame = isObjectWith(parsed, name) && Object.is(parsed[name], value);
    if (!isSame || !(isFresh || isConstant(value))) define(written, name, value);
  }
  // JSON knows no undefined.
  const unset = Object.keys(parsed).filter(name => attributes[name] === undefined && parsed[name] !== undefined);
  return spellDifference(text, written, unset);
}

// The record that another record becomes when these attributes are written to it.
export function spellPatched(form, attributes) {
  if (form.isParsed) return spellAttributes(merge(form.row, attributes));
  const unset = (form.unset || []).filter(name => !isObjectWith(attributes, name));
  return spellDifference(form.text, merge(form.written, attributes), unset);
}

// Whether an answer brought only some of a row that is known already. Both are texts.
export function isPart(answer, row) {
  const brought = Object.keys(readJson(answer)), known = readJson(row);
  return brought.length < Object.keys(known).length && brought.every(name => isObjectWith(known, name));
}

// What a model is to be given of a record, when `parse` has made `parsed` of its row.
export function applyForm({written, unset}, parsed) {
  if (!written) return parsed;
  const attributes = merge(parsed, written);
  for (const name of unset) delete attributes[name];
  return attributes;
}

function spellDifference(text, written, unset) {
  if (!Object.keys(written).length && !unset.length) return text + mark;
  const dates = datePaths(written);
  return dates && spell(readJson(text), {written, unset, dates});
}

function spell(row, more) {
  if (isObjectWith(row, extra)) return undefined;
  const text = stringify(merge(row, {[extra]: more}));
  return text && text + mark;
}

// The paths of the dates in a value, or undefined if it holds anything else that
// would not come out of JSON as it went in. A cycle ends at the depth.
function datePaths(value, path = [], found = []) {
  if (isDate(value)) {
    found.push(path);
    return found;
  }
  if (value === null || typeof value !== 'object') {
    return ['function', 'symbol', 'bigint'].includes(typeof value) ? undefined : found;
  }
  if (path.length > 50 || typeof value.toJSON === 'function' || !isPlain(value)) return undefined;
  const names = Object.keys(value);
  return names.every(name => datePaths(value[name], [...path, name], found)) ? found : undefined;
}

// The path may be rubbish, and lead nowhere or to what is not the record's own.
function restoreDate(value, path) {
  const has = (object, name) => object !== null && typeof object === 'object' &&
    Object.prototype.hasOwnProperty.call(object, name);
  const names = Array.isArray(path) ? path.slice() : [], last = names.pop();
  let owner = value;
  for (const name of names) owner = has(owner, name) ? owner[name] : undefined;
  if (has(owner, last)) owner[last] = new Date(owner[last] === null ? NaN : owner[last]);
}

// Whether nobody can change a value in its place, or nobody could spell it if he did.
function isConstant(value) {
  return value === null || typeof value !== 'object' || !datePaths(value);
}

function isDate(value) {
  return Object.prototype.toString.call(value) === '[object Date]';
}
