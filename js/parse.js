// Records of classes with a `parse` of their own (contract 6). What such a record means is
// decided in src/sync/record.cpp; here is what needs the values themselves: which object
// `parse` was given, what it made, which texts are dates.

import {core} from './core.js';
import {hasOwnModelId} from './identity.js';
import {attempt, define, hasOwn, isId, isObjectWith, isPlain, isRecord, readJson, stringify} from './json.js';

// What each model of such a class was made of: {text, parsed}, the JSON of what `parse`
// was given, and what it returned.
const origins = new WeakMap();

// The record of a row as the server sent it. undefined: it has a member of our name.
export function markRow(text) {
  if (!text || text.endsWith(core.formMark)) return text;
  return mayHoldOurs(text) && isObjectWith(readJson(text), core.formMember) ? undefined : text + core.formMark;
}

const mayHoldOurs = text => text.includes(`"${core.formMember}"`);

// The `parse` that makes attributes of the rows of a call. A form is what a record holds:
// {row, text, isParsed, written, unset}; row: what `parse` is to be given or, if isParsed,
// what it would return; text: row as JSON.
export class RowParser {
  // parser: the object whose `parse` it is (Call.findParser).
  constructor(call, parser) {
    this.call = call;
    this.parser = parser;
    this.forms = new Map();  // of the rows that `parse` is to be given
    this.origin = origins.get(call.model);
    this.patched = null;     // the form of the record that a patch is made to
  }

  // The rows that records hold; undefined for what is no record of its id. (What the
  // server sent may have its id elsewhere before `parse` has seen it.)
  read(texts, ids) {
    const {call} = this, {isCollection, collection, page} = call;
    const isNamed = (isCollection || isId(call.model.id)) && !hasOwnModelId(collection, page);
    return readForms(texts).map((form, i) => {
      if (!form || form.isParsed && !call.isOf(ids[i], call.rowId(form.row))) return undefined;
      this.forms.set(form.row, {...form, isNamed});
      return form.row;
    });
  }

  // The record of a row that the server sent.
  take(row) {
    const text = isPlain(row) ? stringify(row) : undefined;
    this.forms.set(row, {row, text});
    return markRow(text);
  }

  // What `parse` has told of the row in a delivery, it is not asked again. Else it is given a
  // copy, which it may change; and may count on more than a model that is none has. Then the
  // row's own id must do.
  idOf(record, row) {
    const {rowId} = this.call, {parsed} = this.forms.get(row) || {};
    if (isRecord(parsed)) return rowId(parsed);
    const [form] = record ? readForms([record]) : [];
    if (!form) return undefined;
    const id = rowId(form.row);
    return form.isParsed ? id : attempt(() => rowId(this.parseAside(form.row) || {}), id);
  }

  // What `parse` makes of a row for a model that is none.
  parseAside(row) {
    const {collection, options} = this.call;
    const probe = Object.assign(Object.create(this.parser), {attributes: {}, collection});
    return this.parser.parse.call(probe, row, Object.assign({}, options, {collection}));
  }

  // What a record stands for that is no news to the model: `parse` is not asked again where it
  // has made the model of that row.
  attributesOf(record) {
    const {origin} = this, [form] = readForms([record]);
    if (!form || form.isParsed) return form && form.row;
    const isKnown = origin && origin.text === form.text;
    const parsed = isKnown ? origin.parsed : attempt(() => this.parseAside(form.row), {});
    return overwrite(parsed, {unset: [], ...form});
  }

  // While a delivery is on its way into the model, `parse` is heard and helped: of each row
  // that is ours it is known what the row stands for (6.1).
  listen() {
    const {forms} = this;
    this.call.shadow(this.parser, 'parse', parse => function (row, options) {
      const form = forms.get(row);
      if (!form) return parse.apply(this, arguments);
      if (form.isParsed) return {...row};
      const parsed = form.isNamed ? parseNamed(this, parse, form, options) : parse.apply(this, arguments);
      form.parsed = parsed;
      if (form.text === undefined) origins.delete(this);
      else origins.set(this, {text: form.text, parsed: {...parsed}});
      return form.written ? overwrite(parsed, form) : parsed;
    });
  }

  // base: the record that a patch is made to, if it is one.
  patch(base) { this.patched = base === undefined ? null : readForms([base])[0]; }

  // The record of the model's attributes. They are told from what the model was made of,
  // so that `parse` can make it again; the answer to a write may have been more of that,
  // or only a part.
  spell(attributes) {
    const {origin, patched} = this, {model, options} = this.call, made = origins.get(model);
    // What `parse` keeps elsewhere than in the attributes, the rest of the row tells.
    const isFresh = made && made !== origin && !(origin && core.isPart(made.text, origin.text));
    // A model that stands for a part of its record only.
    let text = patched && !origin ? spellPatched(patched, {...options.attrs && this.call.patched(), ...isFresh && made.parsed}) : undefined;
    if (!text && isFresh) text = spellOver(made, attributes, true);
    if (!text && origin) {
      text = spellOver(origin, attributes, false);
      if (text) origins.set(model, origin);
    }
    return text || spellForm(undefined, attributes);
  }
}

// The record of a model whose class has a `parse` of its own.
export function spellModel(model) {
  const origin = origins.get(model);
  return origin && spellOver(origin, model.attributes, false) || spellForm(undefined, model.attributes);
}

// Most rows are as the server sent them; the others are read by the core, all at once.
function readForms(texts) {
  const forms = texts.map(readSent), others = texts.filter((_, i) => !forms[i]);
  if (!others.length) return forms;
  const read = JSON.parse(core.readForms(JSON.stringify(others)));
  return forms.map(form => form || formOf(read.shift()));
}

function readSent(record) {
  if (!record.endsWith(core.formMark) || mayHoldOurs(record)) return undefined;
  const row = readJson(record);
  return isRecord(row) ? {row, text: record.slice(0, -core.formMark.length)} : undefined;
}

// What the core has read of a record, with its dates.
function formOf(read) {
  if (!read) return undefined;
  const {row, parsed, written, unset, dates} = read, text = JSON.stringify(row);
  dates.forEach(path => restoreDate(parsed ? row : written, path));
  return {row, text, isParsed: parsed, written, unset};
}

// What a model is to be given where `parse` has made `parsed` of a row.
function overwrite(parsed, {written, unset}) {
  const attributes = {...parsed, ...written};
  for (const name of unset) delete attributes[name];
  return attributes;
}

// A record may be a row of a list or an answer of its own, and a `parse` may tell these
// apart by options.collection. Where it has to take one for the other, it finds no id.
function parseNamed(model, parse, {row, text}, options) {
  const isNamed = parsed => isRecord(parsed) && isId(parsed[model.idAttribute || 'id']);
  const collection = options && options.collection ? undefined : model.collection || {};
  const parseAsOther = () => {
    const parsed = attempt(() => parse.call(model, readJson(text), {...options, collection}));
    return isNamed(parsed) ? parsed : undefined;
  };
  try {
    const parsed = parse.call(model, row, options);
    return !isNamed(parsed) && parseAsOther() || parsed;
  } catch (error) {
    const parsed = parseAsOther();
    if (parsed) return parsed;
    throw error;
  }
}

// The record, by the core, of attributes that `parse` has never to see or, where row is
// given, of those written and unset over what `parse` makes of it. undefined: the values
// would not come back.
function spellForm(row, attributes, unset) {
  const dates = datePaths(attributes), json = dates && stringify(attributes), paths = JSON.stringify(dates);
  if (!json) return undefined;
  return row === undefined ? core.spellParsed(json, paths) : core.spellWritten(row, json, JSON.stringify(unset), paths);
}

// Attributes as what the server sent, of which `parse` has made `parsed`, and the
// difference.
function spellOver({text, parsed}, attributes, isFresh) {
  const written = {};
  for (const name of Object.keys(attributes)) {
    const value = attributes[name], isSame = isObjectWith(parsed, name) && Object.is(parsed[name], value);
    if (core.isWritten(isSame, isFresh, isSame && isConstant(value))) define(written, name, value);
  }
  // JSON knows no undefined.
  const unset = Object.keys(parsed).filter(name => attributes[name] === undefined && parsed[name] !== undefined);
  return spellForm(text, written, unset);
}

// The record that another record becomes when these attributes are written to it.
function spellPatched({row, text, isParsed, written, unset = []}, attributes) {
  if (isParsed) return spellForm(undefined, {...row, ...attributes});
  return spellForm(text, {...written, ...attributes}, unset.filter(name => !isObjectWith(attributes, name)));
}

// The paths of the dates in a value, or undefined if it holds anything else that would
// not come out of JSON as it went in. A cycle ends at the depth.
export function datePaths(value, path = [], found = []) {
  if (Object.prototype.toString.call(value) === '[object Date]') {
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
  const names = Array.isArray(path) ? path.slice() : [], last = names.pop();
  const owner = names.reduce((object, name) => hasOwn(object, name) ? object[name] : undefined, value);
  if (hasOwn(owner, last)) owner[last] = new Date(typeof owner[last] === 'object' ? NaN : owner[last]);
}

// Whether nobody can change a value in its place, or nobody could spell it if he did.
const isConstant = value => value === null || typeof value !== 'object' || !datePaths(value);
