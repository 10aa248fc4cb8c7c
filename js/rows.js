// The rows of a call: the two loops that read them out of storage and write them there,
// and what the core asks about the rows of an answer (src/page/call.h). It says what is
// to become of them.

import {hasOwnModelId, identity, isModel, rowIdOf} from './identity.js';
import {isId, isObjectWith, isRecord, merge, readJson, stringify} from './json.js';
import {markRow} from './parse.js';
import {fromCore, pageStorage, readItem, removeRecord, toCore, writeRecord} from './storage.js';

export class Rows {
  constructor() {
    this.loaded = null;    // data of the cached phase
    this.ids = [];         // the answer's rows: their ids, these as texts, and the JSON
    this.idTexts = null;
    this.texts = [];
    this.kept = null;      // {ids, texts} of the answer's rows that the collection holds
    this.set = null;       // what Backbone has set of the answer: {attributes, before, models}
  }

  loadRecord(recordKey) {
    const text = readItem(pageStorage(), fromCore(recordKey));
    const row = text === null ? undefined : this.readRows([text], [undefined])[0];
    if (row) this.loaded = row;
    return Boolean(row);
  }

  // Returns the first minute in which a row expires, or NaN where the list is none, or
  // one of its rows is not there or not what it should be.
  loadRows(list, recordEnd, expiryEnd) {
    const storage = pageStorage(), ids = readJson(fromCore(list));
    if (!storage || !Array.isArray(ids)) return NaN;
    const texts = new Array(ids.length);
    recordEnd = fromCore(recordEnd);
    expiryEnd = fromCore(expiryEnd);
    let soonest = Infinity;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i], text = isId(id) ? readItem(storage, id + recordEnd) : null;
      if (text === null) return NaN;
      texts[i] = text;
      const minute = readItem(storage, id + expiryEnd);
      if (minute !== null) soonest = Math.min(soonest, minuteOf(minute));
    }
    const rows = this.readRows(texts, ids);
    if (rows.length < ids.length || rows.includes(undefined)) return NaN;
    this.loaded = rows;
    return soonest;
  }

  // Whether a record in which this id was found is one of the id that it lies under, if
  // that is known: a model may be read under one id and be answered with another, such as
  // /users/me (3.1).
  isOf(id, found) {
    const isNone = found === undefined || found === null;
    if (isNone) return !this.isCollection;
    return id === undefined ? isId(found) : found === id || isId(found) && String(found) === String(id);
  }

  // The rows that records hold; undefined for what is no record of its id.
  readRows(texts, ids) {
    const {parser} = this, idOf = rowIdOf(this.collection, this.page);
    if (parser) return parser.read(texts, ids, idOf);
    const rows = [];
    for (let i = 0; i < texts.length; i++) {
      const row = this.readPlain(texts[i]);
      if (!isRecord(row)) return rows;
      const isIts = this.isOf(ids[i], idOf(row)) || this.isMarked(texts[i]) && this.picksClass();
      rows.push(isIts ? row : undefined);
    }
    return rows;
  }

  // What another class, with a `parse` of its own, has written over the server's row would
  // be lost on one that leaves `parse` alone: such a record is none.
  readPlain(text) {
    const row = readJson(text);
    const isForm = isRecord(row) && this.isMarked(text) && Object.prototype.hasOwnProperty.call(row, this.page.core.formMember);
    return isForm ? undefined : row;
  }

  isMarked(text) {
    return text.endsWith(this.page.core.formMark);
  }

  // Whether `model` is a function that picks a class.
  picksClass() {
    const rowClass = this.isCollection && this.model.model;
    return Boolean(rowClass) && !(rowClass.prototype && rowClass.prototype.parse);
  }

  takeAnswer() {
    const data = this.answeredRows();
    if (data === null || typeof data !== 'object') return false;
    if (!this.isCollection && Array.isArray(data)) return false;
    const {parser} = this, idOf = rowIdOf(this.collection, this.page);
    for (const row of this.isCollection ? [].concat(data) : [data]) {
      if (isModel(row)) {
        this.ids.push(identity(row, this.page, this.collection));
        this.texts.push(this.textOfMade(row));
      } else {
        this.ids.push(isRecord(row) && !parser ? idOf(row) : undefined);
        this.texts.push(parser ? parser.take(row) : stringify(row));
      }
    }
    return true;
  }

  // Of a model that the collection's own `parse` has made. Backbone gives its attributes
  // to the `parse` of a model that it knows already.
  textOfMade(model) {
    if (this.parser) this.parser.note(model.attributes, {row: model.attributes, isParsed: true});
    return this.textOf(model);
  }

  answeredRows() {
    return this.envelope ? this.envelope.rows : this.answer.args[0];
  }

  answerHasId() {
    return Boolean(this.parser) || isObjectWith(this.answer.args[0], this.model.idAttribute || 'id');
  }

  giveAnswerItsId() {
    this.texts[0] = stringify(this.withId(this.answer.args[0]));
  }

  // A record with the id that its model has, if that is an attribute (2.8).
  withId(record) {
    const {model} = this, attribute = model.idAttribute || 'id';
    const id = hasOwnModelId(this.collection, this.page) ? model.id : this.asked;
    return isId(id) && !isObjectWith(record, attribute) ? merge({[attribute]: id}, record) : record;
  }

  // The ids of the answer's rows as texts; null where a row has none.
  get keys() {
    if (!this.idTexts) this.idTexts = this.ids.map(id => isId(id) ? String(id) : null);
    return this.idTexts;
  }

  // Which row of an answer is which: with an own `parse`, only that can tell. It is asked
  // beforehand only where something newer may have to stand in a row's place.
  identify() {
    if (!this.parser || !this.isCollection || this.identified) return;
    this.identified = true;
    const models = this.modelsOfRows();
    this.ids = models ? models.map(model => isModel(model) ? identity(model, this.page, this.collection) : undefined)
      : this.texts.map(text => this.parser.idOf(text));
    this.idTexts = null;
  }

  // The models that Backbone has made of the rows, one for each, if it has.
  modelsOfRows() {
    const models = this.set && this.set.models;
    return Array.isArray(models) && models.length === this.texts.length ? models : undefined;
  }

  answeredIds() {
    return this.ask('[]', () => {
      this.identify();
      return toCore(JSON.stringify(this.ids.filter(isId)));
    });
  }

  answeredTexts(keys) {
    return this.ask('[]', () => {
      this.identify();
      const textOf = key => this.isCollection ? this.texts[this.keys.indexOf(key)] : this.texts[0];
      return toCore(JSON.stringify(readKeys(keys).map(key => textOf(key) || '')));
    });
  }

  // Rubbish that has come into the place of a newer record is no newer record (9.3).
  amendAnswer(told) {
    this.attempt(() => {
      const amendments = JSON.parse(fromCore(told)), newer = amendments.filter(([, change]) => change !== 'remove');
      const rows = newer.map(([key,, text]) => this.readRows([text], [key])[0]);
      for (const [key, change, text] of amendments) {
        const row = change === 'remove' ? this.emptyRow() : rows.shift();
        if (row) this.amend(key, change, text, row);
      }
      if (!this.amended) return;
      if (this.envelope) this.envelope.rows = this.amended;
      else this.answer.args[0] = this.amended;
    });
  }

  amend(key, change, text, row) {
    this.isAmended = true;
    if (!this.isCollection) {
      this.answer.args[0] = row;
      return;
    }
    this.identify();
    if (!this.amended) this.amended = [].concat(this.answeredRows());
    const found = this.keys.indexOf(key), at = found < 0 ? this.keys.length : found;
    if (found < 0 && change !== 'append') return;
    if (change === 'remove') {
      for (const list of [this.amended, this.keys, this.ids, this.texts]) list.splice(at, 1);
      return;
    }
    this.amended[at] = row;
    this.texts[at] = text;
    this.keys[at] = key;
    const id = this.parser ? this.parser.idOf(text) : rowIdOf(this.collection, this.page)(row);
    if (isId(id) || !isId(this.ids[at])) this.ids[at] = id;
  }

  // What a model that is gone is given.
  emptyRow() {
    const row = {};
    if (this.parser) this.parser.note(row, {row, isParsed: true});
    return row;
  }

  answerWithLoaded() {
    this.isAmended = true;
    this.attempt(() => { this.answer.args[0] = this.cachedData(); });
  }

  // After the server phase, a collection holds what Backbone made of the answer; where
  // nobody has set anything, what the answer brought. A row that cannot be told from
  // others makes the list a lesser one.
  held() {
    return this.ask({answered: 0, unnamed: 1, all: 0}, () => {
      const models = this.modelsOfRows();
      this.identify();
      const {ids, texts} = this, kept = {ids: [], texts: []};
      const areAll = Boolean(models) && models.length === this.collection.length;
      for (let i = 0; i < texts.length; i++) {
        const id = models ? this.heldId(models[i], areAll) : !this.set || isId(ids[i]) && this.holds(ids[i]) ? ids[i] : undefined;
        if (!isId(id)) continue;
        const isPlain = !models || this.parser || !this.hasOwnParse(models[i]);
        kept.ids.push(id);
        kept.texts.push(isPlain ? texts[i] : markRow(this.page.core, texts[i]));
      }
      this.kept = kept;
      const areWhole = areAll && kept.ids.length === models.length;
      const all = areWhole || !this.set ? kept.ids.length : this.collectionIds().length;
      return {answered: kept.ids.length, unnamed: areWhole ? 0 : this.countUnnamed(models), all};
    });
  }

  heldId(model, isHeld) {
    if (!isModel(model) || !isHeld && !this.holds(model)) return undefined;
    return identity(model, this.page, this.collection);
  }

  // What is like a collection need not tell.
  holds(model) {
    return typeof this.collection.get !== 'function' || this.collection.get(model);
  }

  // With an own `parse`, what validation has refused cannot be told from a row without an
  // id, and is no row.
  countUnnamed(models) {
    const made = this.parser && models;
    return this.ids.filter((id, i) => !isId(id) && (!made || isModel(made[i]))).length;
  }

  // Of the collection, which may have been disposed of.
  collectionIds() {
    return (this.collection.models || []).map(model => identity(model, this.page, this.collection)).filter(isId);
  }

  // answered: the rows that the answer brought, or the models of the collection without
  // record. Returns how many could not be written, and how many were there already.
  writeRows(answered, recordEnd, expiryEnd, minute, except) {
    const storage = pageStorage(), left = new Set(readKeys(except)), written = {failed: 0, saved: 0};
    recordEnd = fromCore(recordEnd);
    expiryEnd = fromCore(expiryEnd);
    const expiry = minute === Infinity ? null : String(minute);
    const write = (key, text) => {
      if (left.has(key)) return;
      const wrote = text === undefined || !storage ? 'refused' : writeRecord(storage, key + recordEnd, text, key + expiryEnd, expiry);
      if (wrote === 'saved') written.saved++;
      if (wrote === 'saved' || wrote === 'done') return;
      if (storage) removeRecord(storage, key + recordEnd, key + expiryEnd);
      written.failed++;
    };
    const isWhole = this.attempt(() => {
      if (answered) this.kept.ids.forEach((id, i) => write(String(id), this.kept.texts[i]));
      else this.writeUnrecorded(key => readItem(storage, key + recordEnd) !== null, write);
    });
    if (!isWhole) written.failed++;
    return written;
  }

  writeUnrecorded(hasRecord, write) {
    for (const model of this.collection.models || []) {
      const id = identity(model, this.page, this.collection);
      if (isId(id) && !hasRecord(String(id))) write(String(id), this.textOf(model));
    }
  }

  // The ids of the rows that the answer brought, or of all that the collection holds.
  listText(answered) {
    return this.ask(undefined, () => {
      // A model that was created here and read before its answer came stands twice.
      const ids = [...new Set(this.isCollection && (answered || !this.set) ? this.kept.ids : this.collectionIds())];
      const own = this.isCollection ? undefined : identity(this.model, this.page);
      if (isId(own) && !ids.includes(own)) ids.push(own);
      return toCore(JSON.stringify(ids));
    });
  }
}


// As the old libraries took it: what is no number has expired.
function minuteOf(text) {
  const minute = Number(text);
  return minute === minute ? minute : -Infinity;
}

const readKeys = keys => JSON.parse(fromCore(keys));
