// Classes with a `parse` of their own (BEHAVIOUR 6). What their records look like, and
// what counts as written, is decided in src/sync/record.cpp; here is what needs the
// values themselves: which object `parse` was given, what it made, which texts are dates.

import {hasOwnModelId, rowIdOf} from './identity.js';
import {define, hasOwn, isId, isObjectWith, isPlain, isRecord, merge, readJson, stringify} from './json.js';
import {fromCore, toCore} from './storage.js';

// What each model of such a class was made of: {text, parsed}, the JSON of what `parse`
// was given, and what it returned.
const origins = new WeakMap();

// The record of a row as the server sent it. undefined: it has a member of our name.
export function markRow(core, text) {
  if (!text || text.endsWith(core.formMark)) return text;
  const isOurs = mayHold(core, text) && isObjectWith(readJson(text), core.formMember);
  return isOurs ? undefined : text + core.formMark;
}

const mayHold = (core, text) => text.includes(`"${core.formMember}"`);

// The `parse` that makes attributes of the rows of a call. A form is what a record holds:
// {row, text, isParsed, written, unset}; row: what `parse` is to be given or, if isParsed,
// what it would return; text: row as JSON.
export class RowParser {
  // parser: the object whose `parse` it is: the model or, for the rows of a collection,
  // what their class gives them all.
  constructor(call, parser) {
    this.call = call;
    this.core = call.page.core;
    this.parser = parser;
    this.forms = new Map();  // of the rows that `parse` is to be given
    this.origin = origins.get(call.model);
    this.patched = null;     // the form of the record that a patch is made to
  }

  note(row, form) {
    this.forms.set(row, form);
  }

  // The rows that records hold; undefined for what is no record of its id. (What the
  // server sent may have its id elsewhere before `parse` has seen it.)
  read(texts, ids, idOf) {
    const {isCollection, collection, page} = this.call;
    return this.readForms(texts).map((form, i) => {
      if (!form) return undefined;
      const {row} = form;
      if (form.isParsed && !this.call.isOf(ids[i], idOf(row))) return undefined;
      const isNamed = isCollection || isId(this.call.model.id);
      form.isNamed = isNamed && !hasOwnModelId(collection, page);
      this.note(row, form);
      return row;
    });
  }

  // Most rows are as the server sent them; the others are read by the core, all at once.
  readForms(texts) {
    const forms = texts.map(text => this.readSent(text)), others = texts.filter((_, i) => !forms[i]);
    if (!others.length) return forms;
    const read = JSON.parse(fromCore(this.core.readForms(toCore(JSON.stringify(others)))));
    return forms.map(form => form || formOf(read.shift()));
  }

  readSent(record) {
    const {core} = this;
    if (!record.endsWith(core.formMark) || mayHold(core, record)) return undefined;
    const row = readJson(record);
    return isRecord(row) ? {row, text: record.slice(0, -core.formMark.length), isParsed: false} : undefined;
  }

  // The record of a row that the server sent.
  take(row) {
    const text = isPlain(row) ? stringify(row) : undefined;
    this.note(row, {row, text, isParsed: false});
    return markRow(this.core, text);
  }

  // `parse` is given a copy, which it may change; and may count on more than a model that
  // is none has. Then the row's own id must do.
  idOf(record) {
    const {collection, options, page} = this.call, rowId = rowIdOf(collection, page);
    const form = record && this.readForms([record])[0];
    if (!form) return undefined;
    const id = rowId(form.row);
    if (form.isParsed) return id;
    const probe = Object.assign(Object.create(this.parser), {attributes: {}, collection});
    try {
      return rowId(this.parser.parse.call(probe, form.row, Object.assign({}, options, {collection})) || {});
    } catch (error) {
      return id;
    }
  }

  // While a delivery is on its way into the model, `parse` is heard and helped: of each row
  // that is ours it is known what the row stands for (6.1).
  listen() {
    const listener = this;
    this.call.shadow(this.parser, 'parse', parse => function (row, options) {
      const form = listener.forms.get(row);
      if (!form) return parse.apply(this, arguments);
      if (form.isParsed) return merge(row);
      const parsed = form.isNamed ? parseNamed(this, parse, form, options) : parse.apply(this, arguments);
      if (form.text === undefined) origins.delete(this);
      else origins.set(this, {text: form.text, parsed: merge(parsed)});
      return applyForm(form, parsed);
    });
  }

  // The answer to a write may be a row that `parse` is given.
  takeWritten(row) {
    if (isRecord(row) && isPlain(row)) this.note(row, {row, text: stringify(row), isParsed: false});
  }

  patch(record) {
    this.patched = record === undefined ? null : this.readForms([record])[0];
  }

  // The record of the model's attributes. They are told from what the model was made of,
  // so that `parse` can make it again; the answer to a write may have been more of that,
  // or only a part.
  spell(attributes) {
    const {core, origin, patched} = this, {model, options} = this.call, made = origins.get(model);
    // What `parse` keeps elsewhere than in the attributes, the rest of the row tells.
    const isFresh = made && made !== origin && !(origin && core.isPart(toCore(made.text), toCore(origin.text)));
    let text;
    // A model that stands for a part of its record only.
    if (patched && !origin) text = spellPatched(core, patched, merge(options.attrs, isFresh && made.parsed));
    if (!text && isFresh) text = spellOver(core, made, attributes, true);
    if (text || !origin) return text || spellAttributes(core, attributes);
    text = spellOver(core, origin, attributes, false);
    if (text) origins.set(model, origin);
    return text || spellAttributes(core, attributes);
  }
}

// The record of a model whose class has a `parse` of its own.
export function spellModel(core, model) {
  const origin = origins.get(model);
  return origin && spellOver(core, origin, model.attributes, false) || spellAttributes(core, model.attributes);
}

// What the core has read of a record, with its dates.
function formOf(read) {
  if (!read) return undefined;
  const {row, parsed, written, unset, dates} = read;
  const text = JSON.stringify(row);
  dates.forEach(path => restoreDate(parsed ? row : written, path));
  return {row, text, isParsed: parsed, written, unset};
}

// What a model is to be given of a record, when `parse` has made `parsed` of its row.
function applyForm({written, unset}, parsed) {
  if (!written) return parsed;
  const attributes = merge(parsed, written);
  for (const name of unset) delete attributes[name];
  return attributes;
}

// A record may be a row of a list or an answer of its own, and a `parse` may tell these
// apart by options.collection. Where it has to take one for the other, it finds no id.
function parseNamed(model, parse, {row, text}, options) {
  let parsed, thrown = null;
  const hasId = attributes => isRecord(attributes) && isId(attributes[model.idAttribute || 'id']);
  try {
    parsed = parse.call(model, row, options);
    if (hasId(parsed)) return parsed;
  } catch (error) {
    thrown = {error};
  }
  const collection = options && options.collection ? undefined : model.collection || {};
  try {
    const other = parse.call(model, readJson(text), Object.assign({}, options, {collection}));
    if (hasId(other)) return other;
  } catch (error) {
    // The first one tells.
  }
  if (thrown) throw thrown.error;
  return parsed;
}

// The texts of records, by the core. undefined: the values would not come back.

function spellAttributes(core, attributes) {
  const dates = datePaths(attributes), text = dates && stringify(attributes);
  return text && core.spellParsed(toCore(text), toCore(JSON.stringify(dates)));
}

function spellDifference(core, text, written, unset) {
  const dates = datePaths(written), json = dates && stringify(written);
  return json && core.spellWritten(...[text, json, JSON.stringify(unset), JSON.stringify(dates)].map(toCore));
}

// Attributes as what the server sent, of which `parse` has made `parsed`, and the
// difference.
function spellOver(core, {text, parsed}, attributes, isFresh) {
  const written = {};
  for (const name of Object.keys(attributes)) {
    const value = attributes[name], isSame = isObjectWith(parsed, name) && Object.is(parsed[name], value);
    if (core.isWritten(isSame, isFresh, isSame && isConstant(value))) define(written, name, value);
  }
  // JSON knows no undefined.
  const unset = Object.keys(parsed).filter(name => attributes[name] === undefined && parsed[name] !== undefined);
  return spellDifference(core, text, written, unset);
}

// The record that another record becomes when these attributes are written to it.
function spellPatched(core, form, attributes) {
  if (form.isParsed) return spellAttributes(core, merge(form.row, attributes));
  const unset = (form.unset || []).filter(name => !isObjectWith(attributes, name));
  return spellDifference(core, form.text, merge(form.written, attributes), unset);
}

// The paths of the dates in a value, or undefined if it holds anything else that would
// not come out of JSON as it went in. A cycle ends at the depth.
function datePaths(value, path = [], found = []) {
  if (isDate(value)) {
    found.push(path);
    return found;
  }
  if (value === null || typeof value !== 'object') {
    return ['function', 'symbol', 'bigint'].includes(typeof value) ? undefined : found;
  }
  if (path.length > 50 || typeof value.toJSON === 'function' || !isPlain(value)) return undefined;
  return Object.keys(value).every(name => datePaths(value[name], [...path, name], found)) ? found : undefined;
}

// The path may be rubbish, and lead nowhere or to what is not the record's own.
function restoreDate(value, path) {
  const has = (object, name) => object !== null && typeof object === 'object' && hasOwn(object, name);
  const names = Array.isArray(path) ? path.slice() : [], last = names.pop();
  let owner = value;
  for (const name of names) owner = has(owner, name) ? owner[name] : undefined;
  if (has(owner, last)) owner[last] = new Date(typeof owner[last] === 'object' ? NaN : owner[last]);
}

// Whether nobody can change a value in its place, or nobody could spell it if he did.
function isConstant(value) {
  return value === null || typeof value !== 'object' || !datePaths(value);
}

function isDate(value) {
  return Object.prototype.toString.call(value) === '[object Date]';
}
