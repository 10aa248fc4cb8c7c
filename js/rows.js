// The rows of a call: the two loops that read them out of storage and write them there, and
// what the core asks about the rows of an answer (src/page/call.h).

import {hasOwnModelId, identity, isModel, rowIdOf} from './identity.js';
import {core} from './core.js';
import {fillEnvelope} from './envelope.js';
import {isId, isObjectWith, isRecord, readJson, stringify} from './json.js';
import {markRow} from './parse.js';
import {pageStorage, readItem, removeItems, writeRecord} from './storage.js';

export class Rows {
  // model: a model, or a collection.
  constructor(page, ends, model) {
    this.page = page;
    this.ends = ends;
    this.model = model;
    this.isCollection = Array.isArray(model.models);
    this.collection = this.isCollection ? model : model.collection;
    this.rowId = rowIdOf(this.collection, page);  // finds the id of a row
    this.loaded = null;  // data of the cached phase
    this.rows = [];      // of the answer: {row, id, text}, where text is the row's record
    this.byKey = null;   // these by their ids as texts
    this.kept = [];      // {id, text} of those that the collection holds
    this.set = null;     // what Backbone has set of the answer: {attributes, before, models}
  }

  loadRecord(key) {
    const text = readItem(key + this.ends.record);
    const [row] = text === undefined ? [] : this.readRows([text], [undefined]);
    if (row) this.loaded = row;
    return Boolean(row);
  }

  // Returns the first minute in which a row expires. NaN: the list is none, or one of its rows
  // is not there or not what it should be, as a row is whose expiry is no number.
  loadRows(list) {
    const storage = pageStorage(), ids = readJson(list), {record, expiry} = this.ends;
    if (!storage || !Array.isArray(ids)) return NaN;
    const texts = [];
    let soonest = Infinity;
    for (const id of ids) {
      const text = isId(id) ? readItem(id + record, storage) : undefined;
      if (text === undefined) return NaN;
      texts.push(text);
      const minute = readItem(id + expiry, storage);
      if (minute !== undefined) soonest = Math.min(soonest, Number(minute));
    }
    const rows = this.readRows(texts, ids);
    if (rows.includes(undefined)) return NaN;
    this.loaded = this.cached ? fillEnvelope(this.cached, rows) : rows;
    return soonest;
  }

  // Whether a record in which this id was found is one of the id that it lies under, if that is
  // known: a model may be read under one id and answered with another, as /users/me is (3.1).
  isOf(id, found) {
    if (found === undefined || found === null) return !this.isCollection;
    return id === undefined ? isId(found) : found === id || isId(found) && String(found) === String(id);
  }

  // The rows that records hold; undefined for what is no record of its id.
  readRows(texts, ids) {
    if (this.parser) return this.parser.read(texts, ids);
    return texts.map((text, i) => {
      const row = this.readPlain(text);
      if (!isRecord(row)) return undefined;
      return this.isOf(ids[i], this.rowId(row)) || text.endsWith(core.formMark) && this.picksClass() ? row : undefined;
    });
  }

  // What another class, with a `parse` of its own, has written over the server's row would
  // be lost on one that leaves `parse` alone: such a record is none.
  readPlain(text) {
    const row = readJson(text);
    return text.endsWith(core.formMark) && isObjectWith(row, core.formMember) ? undefined : row;
  }

  // Whether `model` is a function that picks a class.
  picksClass() {
    const rowClass = this.isCollection && this.model.model;
    return Boolean(rowClass) && !(rowClass.prototype && rowClass.prototype.parse);
  }

  identity(model) { return identity(model, this.page, this.collection); }

  takeAnswer() {
    const {parser} = this, data = this.envelope ? this.envelope.rows : this.answer.args[0];
    if (data === null || typeof data !== 'object' || !this.isCollection && Array.isArray(data)) return false;
    this.rows = [].concat(data).map(row => {
      if (isModel(row)) return {row, id: this.identity(row), text: this.textOfMade(row)};
      if (parser) return {row, id: undefined, text: parser.take(row)};
      return {row, id: isRecord(row) ? this.rowId(row) : undefined, text: stringify(this.isCollection ? row : this.withId(row))};
    });
    return true;
  }

  // Of a model that the collection's own `parse` has made. Backbone gives its attributes
  // to the `parse` of a model that it knows already.
  textOfMade(model) {
    if (this.parser) this.parser.forms.set(model.attributes, {isParsed: true});
    return this.textOf(model);
  }

  // A record with the id that its model has, if that is an attribute (2.8).
  withId(record) {
    const {model} = this, attribute = model.idAttribute || 'id';
    const id = hasOwnModelId(this.collection, this.page) ? model.id : this.asked;
    return isId(id) && !isObjectWith(record, attribute) ? {[attribute]: id, ...record} : record;
  }

  // Which row of an answer is which: with an own `parse`, only that can tell. It is asked
  // beforehand only where something newer may have to stand in a row's place.
  identify() {
    if (!this.parser || !this.isCollection || this.identified) return;
    this.identified = true;
    const models = this.modelsOfRows();
    const idOf = model => isModel(model) ? this.identity(model) : undefined;
    this.rows.forEach((one, i) => { one.id = models ? idOf(models[i]) : this.parser.idOf(one.text, one.row); });
    this.byKey = null;
  }

  // The models that Backbone has made of the rows, one for each, if it has and tells them:
  // that of 1.0 does not.
  modelsOfRows() {
    const models = this.set && this.set.models;
    return Array.isArray(models) && models.length === this.rows.length ? models : undefined;
  }

  // The answer's row of a key; of twins, the first.
  find(key) {
    if (!this.isCollection) return this.rows[0];
    this.identify();
    this.byKey = this.byKey || new Map(this.rows.filter(one => isId(one.id)).reverse().map(one => [String(one.id), one]));
    return this.byKey.get(key);
  }

  answeredIds() {
    this.identify();
    return JSON.stringify(this.rows.map(one => one.id).filter(isId));
  }

  answeredTexts(keys) {
    return JSON.parse(keys).map(key => (this.find(key) || {}).text || '');
  }

  // Rubbish that has come into the place of a newer record is no newer record (9.3).
  amendAnswer(told) {
    const gone = new Set();
    for (const [key, change, text] of JSON.parse(told)) {
      const isGone = change === 'remove', row = isGone ? {} : this.readRows([text], [key])[0];
      if (!row) continue;
      const found = this.isCollection && this.find(key);
      this.isAmended = true;
      if (!this.isCollection) this.amendRecord(row, isGone ? undefined : text);
      else if (isGone) gone.add(found);
      else if (found || change === 'append') this.layOver(found, row, text);
      // What a model that is gone is given is nothing that `parse` is to see.
      if (this.parser && isGone) this.parser.forms.set(row, {isParsed: true});
    }
    if (!this.isAmended || !this.isCollection) return;
    this.byKey = null;
    this.rows = this.rows.filter(one => !gone.has(one));
    const amended = this.rows.map(one => one.row);
    if (this.envelope) this.envelope.rows = amended;
    else this.answer.args[0] = amended;
  }

  // text: none where the row is gone.
  amendRecord(row, text) {
    this.answer.args[0] = row;
    if (text !== undefined && this.rows.length) this.rows[0].text = text;
  }

  // A newer row in the place of one that was found, or behind all.
  layOver(found, row, text) {
    const one = found || {}, id = this.parser ? this.parser.idOf(text) : this.rowId(row);
    if (!found) this.rows.push(one);
    Object.assign(one, {row, text});
    if (isId(id) || !isId(one.id)) one.id = id;
  }

  answerWithLoaded() {
    this.isAmended = true;
    this.answer.args[0] = this.loaded;
  }

  // After the server phase, a collection holds what Backbone made of the answer; where
  // nobody has set anything, what the answer brought. A row that cannot be told from
  // others makes the list a lesser one.
  held() {
    const models = this.modelsOfRows(), areAll = Boolean(models) && models.length === this.collection.length;
    this.identify();
    this.kept = this.rows.map(({id, text}, i) => {
      const model = models ? models[i] : this.set && isId(id) && this.holds(id);
      const isHeld = models ? isModel(model) && (areAll || this.holds(model)) : !this.set || model;
      const isMarked = this.parser || !isModel(model) || !this.hasOwnParse(model);
      return {id: !isHeld ? undefined : models ? this.identity(model) : id, text: isMarked ? text : markRow(text)};
    }).filter(one => isId(one.id));
    const answered = this.kept.length, areWhole = areAll && answered === models.length;
    return {
      answered,
      unnamed: areWhole ? 0 : this.countUnnamed(models),
      all: areWhole || !this.set ? answered : this.collectionIds().length
    };
  }

  // What is like a collection need not tell.
  holds(model) { return typeof this.collection.get !== 'function' || this.collection.get(model); }

  // With an own `parse`, what validation has refused cannot be told from a row without an
  // id, and is no row.
  countUnnamed(models) {
    const made = this.parser && models;
    return this.rows.filter(({id}, i) => !isId(id) && (!made || isModel(made[i]))).length;
  }

  // Of the collection, which may have been disposed of.
  collectionIds() { return (this.collection.models || []).map(model => this.identity(model)).filter(isId); }

  // answered: the rows that the answer brought, or the models of the collection without
  // record. Returns how many could not be written, how many of these because the quota is
  // reached, and how many were there already.
  writeRows(answered, minute, except) {
    const storage = pageStorage(), {record, expiry} = this.ends;
    const left = new Set(JSON.parse(except)), written = {failed: 0, full: 0, saved: 0};
    for (const {id, text} of answered ? this.kept : this.unrecorded(storage)) {
      if (left.has(String(id)) || String(id).startsWith(core.reservedStart)) continue;
      const wrote = this.write(id, text, minute, storage);
      if (wrote === 'saved') written.saved++;
      if (wrote === 'saved' || wrote === 'done') continue;
      removeItems([id + record, id + expiry], storage);
      written.failed++;
      if (wrote === 'full') written.full++;
    }
    return written;
  }

  // The models of the collection that have no record.
  * unrecorded(storage) {
    for (const model of this.collection.models || []) {
      const id = this.identity(model);
      if (isId(id) && readItem(id + this.ends.record, storage) === undefined) yield {id, text: this.textOf(model)};
    }
  }

  writeAnswer(key, minute) { return this.write(key, this.rows[0].text, minute); }

  write(key, text, minute, storage) {
    return writeRecord(key + this.ends.record, text, key + this.ends.expiry, minute, storage);
  }

  // Whether known rows may be where they were, and not in the order of an answer that says
  // all, as the `set` of Backbone 1.0 leaves them, which tells no models; so may one of the
  // page's own. The next page is to have that order.
  leavesOrder() {
    return this.isCollection && !this.modelsOfRows() && this.options.remove !== false && !this.collection.comparator;
  }

  // The ids of the rows that the answer brought, or of all that the collection holds.
  listText(answered) {
    // A model that was created here and read before its answer came stands twice.
    const isAnswered = this.isCollection && (answered || !this.set), first = isAnswered || this.leavesOrder() ? this.kept : [];
    const ids = [...new Set([...first.map(one => one.id), ...isAnswered ? [] : this.collectionIds()])];
    const own = this.isCollection ? undefined : this.identity(this.model);
    if (isId(own) && !ids.includes(own)) ids.push(own);
    return JSON.stringify(ids);
  }
}
