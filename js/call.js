// One call of the decorated sync in progress: its model, its options, the
// wrapped sync and the promise. C++ says what is to be done with them, through
// js/page.js; the methods here do it (src/page/calls.h has their contracts).

import {fillEnvelope, readEnvelope, spellEnvelope} from './envelope.js';
import {applyForm, isMarked, isPart, markForm, readForm, readPlain, spellAttributes, spellPatched, spellWritten} from './form.js';
import {define, isObjectWith, isPlain, isRecord, merge, put, readJson, stringify} from './json.js';
import {createDeferred} from './promise.js';

// As src/sync and src/page/calls.h number them.
const subject = {collection: 0, model: 1, singleton: 2, unnamed: 3};
const dataKind = {none: 0, text: 1, opaque: 2};
const outcome = {success: 0, successWithoutData: 1, failure: 2, canceled: 3};
const change = {replace: 0, replaceOrAppend: 1, takeOut: 2};

let lastNumber = 0;

// What stands in options in place of the caller's own callbacks: {call, own}. Ours
// say it themselves; a wrapped sync may have put others round them.
const standsFor = Symbol('stands for'), standIns = new WeakMap();

// What each model of a class with its own `parse` was made of: {text, parsed}, the
// JSON of what `parse` was given, and what it returned.
const origins = new WeakMap();

function remember(standIn, call, own) {
  if (typeof standIn === 'function' && !standIn[standsFor]) standIns.set(standIn, {call, own});
}

function findStandIn(callback) {
  return typeof callback === 'function' ? callback[standsFor] || standIns.get(callback) : undefined;
}

export class Call {
  // page: {core, Backbone, jQuery, plainParse}. request: {method, wrapped, context, args}, where args
  // are those of sync; the options among them are made where there are none.
  constructor(page, {method, wrapped, context, args}) {
    this.page = page;
    this.method = method;
    this.wrapped = wrapped;
    this.context = context;
    this.args = args;
    this.model = args[1];
    this.options = args[2] = args[2] || {};
    this.isCollection = Array.isArray(this.model.models);
    this.collection = this.isCollection ? this.model : this.model.collection;
    this.deferred = createDeferred(page.jQuery());
    this.answer = null;    // {context, args} of the callback of the wrapped sync
    this.thrown = null;    // {error} out of the page's code, to be thrown on
    this.ending = null;    // 'resolve' or 'reject', where the wrapped's promise has yet to tell
    this.loaded = null;    // data of the cached phase
    this.parser = this.findParser();
    this.forms = null;     // of the rows that `parser` is to be given
    this.shadows = [];     // what is to be taken back after a delivery
    this.envelope = null;  // {text, rows, record} of an answer to a collection's own `parse`
    this.cached = null;    // {answer, path} of such an answer in the cache, and `data`, what is made of it
    this.origin = origins.get(this.model);
    this.ids = [];         // the answer's rows: their ids, these as texts, and the JSON
    this.idTexts = null;
    this.texts = [];
    this.sent = method === 'read' ? null : Object.assign({}, this.attributes());
    this.kept = null;      // {ids, texts} of the answer's rows that the collection holds
    this.set = null;       // what Backbone has set of the answer: {attributes, before, models}
  }

  // Gives it to C++, in whose book the numbers ascend: so this comes after the last
  // of the page's code that says what the call is about, and may fetch or throw.
  register() {
    this.number = ++lastNumber;
    this.page.core.calls.set(this.number, this);
    return this.number;
  }

  attributes() {
    if (this.model.attributes) return this.model.attributes;
    return typeof this.model.toJSON === 'function' && this.model.toJSON() || {};
  }

  // What the call is about (3.1): its subject, the id of a model, and the query
  // of a collection or a singleton.
  describe() {
    const described = {subject: subject.unnamed, key: '', url: '', kind: dataKind.none, data: ''};
    const id = this.isCollection ? undefined : identity(this.model, this.page);
    if (id !== undefined && id !== null) {
      return isId(id) ? Object.assign(described, {subject: subject.model, key: String(id)}) : described;
    }
    if (this.method === 'create') return Object.assign(described, {subject: subject.singleton});
    if (this.isCollection) {
      const isStatic = !this.options.url && typeof this.model.url !== 'function';
      Object.assign(described, {subject: subject.collection, url: isStatic ? '' : this.url()});
    } else {
      const url = this.url();
      Object.assign(described, {subject: url ? subject.singleton : subject.unnamed, url});
    }
    return Object.assign(described, describeData(this.options.data));
  }

  // No URL, or a `url` that throws, is the wrapped sync's affair.
  url() {
    if (this.options.url) return String(this.options.url);
    try {
      const url = this.model.url;
      return String((typeof url === 'function' ? url.call(this.model) : url) || '');
    } catch (error) {
      return '';
    }
  }

  // The object whose `parse` makes attributes of a row, if that is not Backbone's own:
  // the model or, for the rows of a collection, what their class gives them all. (A
  // `model` that is a function and picks a class shows none.)
  findParser() {
    const rowClass = this.isCollection && this.model.model;
    const parser = this.isCollection ? rowClass && rowClass.prototype : this.model;
    return this.hasOwnParse(parser) ? parser : null;
  }

  hasOwnParse(object) {
    const parse = object && object.parse;
    return typeof parse === 'function' && !this.page.plainParse.includes(parse);
  }

  // Whether the rows of an answer are what the collection makes of it.
  hasOwnEnvelope() {
    return this.isCollection && this.hasOwnParse(this.model);
  }

  // What the page's code throws is caught, so that it does not pass through C++,
  // and thrown on by `rethrow` when C++ has returned (5.7).
  attempt(action) {
    try {
      action();
      return true;
    } catch (error) {
      this.thrown = this.thrown || {error};
      return false;
    }
  }

  // The same of a question of C++, to which the answer is `otherwise` then.
  ask(question, otherwise, ...args) {
    let answer = otherwise;
    this.attempt(() => { answer = this[question](...args); });
    return answer;
  }

  rethrow() {
    if (!this.thrown) return;
    const {error} = this.thrown;
    this.thrown = null;
    throw error;
  }

  // The wrapped sync gets the caller's own options, in which our callbacks stand
  // in for the caller's. They stay there: a wrapped may settle its promise first
  // and call back long after, when there is nothing left to be told.
  invoke() {
    const {xhr} = this.options;
    this.inWrapped = true;
    const returned = this.attempt(() => {
      this.callbacks = {success: this.listen('success'), error: this.listen('error')};
      this.request = this.wrapped.apply(this.context, this.args);
    });
    this.inWrapped = false;
    // A handler of `request` that throws does not call the request back: it is
    // under way, and its answer comes as in plain Backbone.
    const isSent = returned || !!this.options.xhr && this.options.xhr !== xhr;
    if (!isSent) return false;
    if (!returned) this.request = this.options.xhr;
    return this.attempt(() => {
      // Backbone.sync wraps options.error in its turn, and leaves that there.
      for (const name in this.callbacks) remember(this.options[name], this, this.callbacks[name]);
      this.promise = this.deferred.promise(this.request);
      this.follow(this.request);
      if (this.ending) this.settle(this.ending, this.answer);
    });
  }

  // Listens to a callback of the options; returns the caller's own.
  listen(name) {
    const call = this, {options} = this, former = findStandIn(options[name]);
    // The options of another call, sent again; but a call inside of another's
    // wrapped answers to that one.
    const inside = former && former.call.inWrapped && !former.call.answer;
    const own = former && !inside ? former.own : options[name];
    options[name] = function (...args) {
      call.report(name === 'success', this, args);
    };
    options[name][standsFor] = {call, own};
    return own;
  }

  // A wrapped that settles a promise and never calls back is heard as well (7.1).
  follow(request) {
    if (!request || typeof request.then !== 'function') return;
    const call = this, isCanceled = !this.answer && isCalledOff(request);
    const told = (isSuccess, ending) => function (...args) {
      call.report(isSuccess, this, args, isCanceled);
      if (call.ending !== ending) return;
      call.settle(ending, {context: this, args});
      call.rethrow();
    };
    const resolved = told(true, 'resolve'), rejected = told(false, 'reject');
    if (typeof request.done === 'function' && typeof request.fail === 'function') {
      request.done(resolved);
      request.fail(rejected);
    } else {
      request.then(resolved, rejected);
    }
  }

  report(isSuccess, context, args, isCanceled) {
    const data = args[0];
    this.answer = this.answer || {context, args: args.slice()};
    let how = isSuccess ? outcome.success : outcome.failure;
    if (isSuccess && (data === undefined || data === null || data === '')) how = outcome.successWithoutData;
    // jQuery's word for a request that `beforeSend` has called off.
    if (!isSuccess && (isCanceled || args[1] === 'canceled')) how = outcome.canceled;
    this.page.core.answered(this.number, how, !isSuccess && data && Number(data.status) || 0);
    this.rethrow();
  }

  loadRecord(text) {
    const record = this.readRecord(text);
    if (record) this.loaded = record;
    return Boolean(record);
  }

  readRecord(text) {
    return this.readRow(text, this.model.id, row => row[this.model.idAttribute || 'id']);
  }

  loadRow(text, id) {
    if (!this.idOfRow) this.idOfRow = rowIdOf(this.collection, this.page);
    return this.readRow(text, id, this.idOfRow);
  }

  // The row that a record holds, if it is one of this id. (What the server sent may
  // have its id elsewhere before `parse` has seen it.)
  readRow(text, id, idOf) {
    const form = this.parser && readForm(text), row = form ? form.row : this.parser ? undefined : readPlain(text);
    if (row === undefined) return undefined;
    const found = idOf(row), isUnnamed = !this.isCollection && (isNone(id) || isNone(found));
    const isSame = found === id || isId(found) && String(found) === String(id);
    if (!isSame && !isUnnamed && !this.mayHideId(text, form)) return undefined;
    if (!form) return row;
    form.isNamed = !isNone(id) && !hasOwnModelId(this.collection, this.page);
    this.noteForm(row, form);
    return row;
  }

  noteForm(row, form) {
    if (!this.forms) this.forms = new Map();
    this.forms.set(row, form);
  }

  mayHideId(text, form) {
    return form ? !form.isParsed : isMarked(text) && this.picksClass();
  }

  picksClass() {
    const rowClass = this.isCollection && this.model.model;
    return Boolean(rowClass) && !(rowClass.prototype && rowClass.prototype.parse);
  }

  loadEnvelope(text) {
    this.cached = readEnvelope(text);
    return this.cached !== undefined;
  }

  takeAnswer() {
    const data = this.answeredRows();
    if (data === null || typeof data !== 'object') return false;
    if (!this.isCollection && Array.isArray(data)) return false;
    const rows = this.isCollection ? [].concat(data) : [data], idOf = rowIdOf(this.collection, this.page);
    for (const row of rows) {
      const isMade = isModel(row);
      this.ids.push(isMade ? identity(row, this.page, this.collection) : isRecord(row) && !this.parser ? idOf(row) : undefined);
      this.texts.push(isMade ? this.takeModel(row) : this.takeRow(row));
    }
    return true;
  }

  // The ids of the answer's rows as texts; null where a row has none.
  get keys() {
    if (!this.idTexts) this.idTexts = this.ids.map(id => isId(id) ? String(id) : null);
    return this.idTexts;
  }

  // The record of a row that the server sent.
  takeRow(row) {
    const text = this.parser && !isPlain(row) ? undefined : stringify(row);
    if (!this.parser) return text;
    this.noteForm(row, {row, text, isParsed: false});
    return markForm(text);
  }

  // The same of a model that the collection's own `parse` has made. Backbone gives its
  // attributes to the `parse` of a model that it knows already.
  takeModel(model) {
    this.noteForm(model.attributes, {row: model.attributes, isParsed: true});
    return this.textOf(model);
  }

  answeredRows() {
    return this.envelope ? this.envelope.rows : this.answer.args[0];
  }

  // Which row of an answer is which: with an own `parse`, only that can tell. It is
  // asked beforehand only where something newer may have to stand in a row's place.
  identify() {
    if (!this.parser || !this.isCollection || this.identified) return;
    this.identified = true;
    const models = this.modelsOfRows();
    this.ids = models ? models.map(model => isModel(model) ? identity(model, this.page, this.collection) : undefined)
      : this.texts.map(text => this.idOfRecord(text));
    this.idTexts = null;
  }

  // The models that Backbone has made of the rows, one for each, if it has.
  modelsOfRows() {
    const models = this.set && this.set.models;
    return Array.isArray(models) && models.length === this.texts.length ? models : undefined;
  }

  // `parse` is given a copy, which it may change; and may count on more than a model
  // that is none has. Then the row's own id must do.
  idOfRecord(text) {
    const {parser, collection, options, page} = this, form = text && readForm(text);
    if (!form) return undefined;
    const id = rowId(collection, form.row, page);
    if (form.isParsed) return id;
    const probe = Object.assign(Object.create(parser), {attributes: {}, collection});
    try {
      const parsed = parser.parse.call(probe, form.row, Object.assign({}, options, {collection}));
      return rowId(collection, parsed || {}, page);
    } catch (error) {
      return id;
    }
  }

  answeredIds() {
    this.identify();
    return this.ids.filter(isId);
  }

  answeredText(key) {
    this.identify();
    return this.isCollection ? this.texts[this.keys.indexOf(key)] : this.texts[0];
  }

  // Rubbish that has come into the place of a newer record is no newer record (9.3).
  amend({key, how, text}) {
    const takeOut = how === change.takeOut;
    const row = takeOut ? this.emptyRow() : this.isCollection ? this.loadRow(text, key) : this.readRecord(text);
    if (!row) return;
    this.isAmended = true;
    if (!this.isCollection) {
      this.answer.args[0] = row;
      return;
    }
    this.identify();
    if (!this.rows) this.rows = [].concat(this.answeredRows());
    let at = this.keys.indexOf(key);
    if (at < 0 && how !== change.replaceOrAppend) return;
    if (at < 0) at = this.keys.length;
    if (takeOut) {
      for (const list of [this.rows, this.keys, this.ids, this.texts]) list.splice(at, 1);
      return;
    }
    this.rows[at] = row;
    this.texts[at] = text;
    this.keys[at] = key;
    const id = this.parser ? this.idOfRecord(text) : rowId(this.collection, row, this.page);
    if (isId(id) || !isId(this.ids[at])) this.ids[at] = id;
  }

  emptyRow() {
    const row = {};
    this.noteForm(row, {row, isParsed: true});
    return row;
  }

  amended() {
    if (!this.rows) return;
    if (this.envelope) this.envelope.rows = this.rows;
    else this.answer.args[0] = this.rows;
  }

  answerWithLoaded() {
    this.isAmended = true;
    this.answer.args[0] = this.cachedData();
  }

  deliver(fromCache, dataOnly) {
    const {model, options, callbacks} = this;
    const {context, args} = fromCache ? this.cachedAnswer() : this.answer;
    if (this.method === 'read') this.tellPhase(fromCache);
    this.attempt(() => {
      this.watchParse(args[0]);
      if (!fromCache) this.watchSet();
      if (dataOnly) this.setData(args[0]);
      else [].concat(callbacks.success || []).forEach(success => success.apply(context, args));
      if (fromCache && model.trigger) model.trigger('cachesync', model, args[0], options);
    });
    this.unwatch();
  }

  // The options may have been frozen since.
  tellPhase(fromCache) {
    Reflect.set(this.options, 'fromCache', fromCache);
  }

  cachedAnswer() {
    return {context: this.options.context || this.options, args: [this.cachedData(), 'success', this.promise]};
  }

  cachedData() {
    const {cached, loaded} = this;
    if (cached && !cached.data) cached.data = fillEnvelope(cached, loaded);
    return cached ? cached.data : loaded;
  }

  // What Backbone's `fetch` does with an answer before it calls anybody back.
  setData(data) {
    const {model, options} = this;
    if (this.isCollection) return model[options.reset ? 'reset' : 'set'](data, options);
    return model.set(options.parse ? model.parse(data, options) : data, options);
  }

  // Backbone sets an answer and then calls back. In between, the cache takes the
  // answer too, so that no callback finds it behind the model.
  watchSet() {
    const call = this, {model} = this;
    if (typeof model.set !== 'function') return;
    const unwatchSet = this.shadow(model, 'set', () => function (attributes) {
      unwatchSet();
      const before = call.isCollection ? null : Object.assign({}, model.attributes);
      const result = model.set.apply(model, arguments);
      call.set = {attributes, before, models: result};
      call.identified = false;  // the models know better
      call.page.core.settled(call.number, result !== false);
      return result;
    });
  }

  // While a delivery is on its way into the model, an own `parse` is heard and
  // helped: of each row that is ours it is known what the row stands for (6.1).
  watchParse(data) {
    const call = this, {model, parser} = this;
    if (parser) {
      if (this.method !== 'read') this.takeWritten();
      this.shadow(parser, 'parse', parse => function (row, options) {
        const form = call.forms && call.forms.get(row);
        if (!form) return parse.apply(this, arguments);
        if (form.isParsed) return merge(row);
        const parsed = form.isNamed ? call.parseNamed(this, parse, form, options) : parse.apply(this, arguments);
        if (form.text === undefined) origins.delete(this);
        else origins.set(this, {text: form.text, parsed: merge(parsed)});
        return applyForm(form, parsed);
      });
    }
    if (!this.hasOwnEnvelope()) return;
    this.watchHeaders(this.cached && data === this.cached.data ? this.cached.headers : {});
    if (this.answer) this.envelope = {text: stringify(this.answer.args[0]), rows: null};
    this.shadow(model, 'parse', parse => function (data) {
      return call.foundRows(data, parse.apply(this, arguments));
    });
  }

  // A record may be a row of a list or an answer of its own, and a `parse` may tell these
  // apart by options.collection. Where it has to take one for the other, it finds no id.
  parseNamed(model, parse, {row, text}, options) {
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

  // A `parse` may read the headers of an answer: those that it asks for are kept, since
  // in the cached phase they are still to come. known: the headers kept.
  watchHeaders(known) {
    const {xhr} = this.options, asked = this.headers = {};
    if (!xhr || typeof xhr.getResponseHeader !== 'function') return;
    this.shadow(xhr, 'getResponseHeader', get => function (name) {
      const key = String(name).toLowerCase();
      const value = isObjectWith(known, key) ? known[key] : get.apply(this, arguments);
      if (typeof value === 'string') define(asked, key, value);
      return value;
    });
  }

  takeWritten() {
    const row = this.answer.args[0];
    if (isRecord(row) && isPlain(row)) this.noteForm(row, {row, text: stringify(row), isParsed: false});
  }

  // The collection's own `parse` has found its rows in data.
  foundRows(data, rows) {
    const {envelope} = this;
    if (this.cached && data === this.cached.data) return this.inModels(rows);
    if (!envelope || envelope.rows || data !== this.answer.args[0]) return rows;
    envelope.rows = rows || [];
    envelope.record = spellEnvelope(data, envelope.text, rows, this.headers);
    this.page.core.parsed(this.number);
    return envelope.rows;
  }

  // A `parse` that makes the models itself picks their classes, too.
  inModels(found) {
    const made = this.parser ? [] : [].concat(found).filter(isModel);
    const models = new Map(made.map(model => [String(identity(model, this.page, this.collection)), model]));
    return this.loaded.map(row => {
      const model = models.get(String(rowId(this.collection, row, this.page)));
      return model ? model.clear({silent: true}).set(row, {silent: true}) : row;
    });
  }

  envelopeText() {
    return this.envelope.record;
  }

  // Lets a method of an object be another for a while. Returns what ends that.
  shadow(object, name, replace) {
    if (!Object.isExtensible(object)) return () => {};
    const own = Object.getOwnPropertyDescriptor(object, name);
    define(object, name, replace(object[name]));
    const end = () => {
      if (!this.shadows.includes(end)) return;
      this.shadows.splice(this.shadows.indexOf(end), 1);
      // It may be frozen by now.
      if (own) Reflect.defineProperty(object, name, own);
      else Reflect.deleteProperty(object, name);
    };
    this.shadows.push(end);
    return end;
  }

  unwatch() {
    while (this.shadows.length) this.shadows[this.shadows.length - 1]();
  }

  reportFailure() {
    const {context, args} = this.answer;
    // The cached phase is over: it is the server that failed.
    if (this.options.fromCache) this.tellPhase(false);
    this.attempt(() => [].concat(this.callbacks.error || []).forEach(error => error.apply(context, args)));
  }

  resolve(fromCache) {
    if (fromCache) this.settle('resolve', this.cachedAnswer());
    else this.end('resolve');
  }

  reject() {
    this.end('reject');
  }

  // A promise of jQuery's that the wrapped sync returns tells its own arguments and
  // context (7.3), right after it has called back. One that is still pending then,
  // and one whose callbacks have thrown, may never tell.
  end(ending) {
    const tells = this.inWrapped || stateOf(this.request) === (ending === 'resolve' ? 'resolved' : 'rejected');
    if (tells && !this.thrown && !this.isAmended) this.ending = ending;
    else this.settle(ending, this.answer);
  }

  settle(ending, {context, args}) {
    if (!this.settled) this.attempt(() => this.deferred[ending](context, args));
    this.settled = true;
  }

  forget() {
    this.page.core.calls.delete(this.number);
  }

  // base: the record that a patch is made to.
  sentText(base) {
    if (this.parser) this.patched = base && readForm(base);
    const row = base && !this.parser && readPlain(base);
    if (row) this.sent = Object.assign(row, this.options.attrs);
    return this.spell(this.sent);
  }

  // The record of the model's attributes. Those of a class with its own `parse` are
  // told from what the model was made of, so that `parse` can make it again; the
  // answer to a write may have been more of that, or only a part.
  spell(attributes) {
    if (!this.parser) return stringify(attributes);
    const {model, origin, patched} = this, made = origins.get(model);
    // What `parse` keeps elsewhere than in the attributes, the rest of the row tells.
    const isFresh = made && made !== origin && !(origin && isPart(made.text, origin.text));
    const {attrs} = this.options;
    let text;
    // A model that stands for a part of its record only.
    if (patched && !origin) text = spellPatched(patched, merge(attrs, isFresh && made.parsed));
    if (!text && isFresh) text = spellWritten(made, attributes, true);
    if (text || !origin) return text || spellAttributes(attributes);
    text = spellWritten(origin, attributes, false);
    if (text) origins.set(model, origin);
    return text || spellAttributes(attributes);
  }

  // The record of a write that succeeded, its key and the JSON of its id.
  confirmed() {
    // A handler may have disposed of the model.
    const record = this.set && this.model.attributes ? this.merged() : merge(this.sent, !this.parser && isRecord(this.answer.args[0]) && this.answer.args[0]);
    const attribute = this.model.idAttribute || 'id';
    let id = identity(this.model, this.page);
    if (isNone(id)) id = record[attribute];
    const text = this.spell(record);
    if (isId(id)) return {text, id, isInCollection: Boolean(this.collection)};
    // A new row that got no id cannot be told from its neighbours.
    const url = id === undefined && !this.collection && this.url();
    return url ? {text, url} : {};
  }

  // The model as Backbone has it after the answer, but for what was edited while
  // the request was under way and has not been sent.
  merged() {
    const {sent} = this, {attributes, before} = this.set, after = this.attributes();
    const answered = name => isObjectWith(attributes, name) || after[name] !== before[name];
    const record = {};
    for (const name of Object.keys(after)) {
      if (answered(name)) put(record, name, after[name]);
      else if (isObjectWith(sent, name)) put(record, name, sent[name]);
    }
    for (const name of Object.keys(sent)) {
      if (!isObjectWith(after, name) && !isObjectWith(before, name)) put(record, name, sent[name]);
    }
    return record;
  }

  // After the server phase, a collection holds what Backbone made of the answer;
  // where nobody has set anything, what the answer brought.
  held() {
    const models = this.modelsOfRows();
    this.identify();
    const {ids, texts} = this, kept = {ids: [], texts: []};
    const areAll = Boolean(models) && models.length === this.collection.length;
    for (let i = 0; i < texts.length; i++) {
      const id = models ? this.heldId(models[i], areAll) : !this.set || isId(ids[i]) && this.holds(ids[i]) ? ids[i] : undefined;
      if (!isId(id)) continue;
      const isMarked = !models || this.parser || !this.hasOwnParse(models[i]);
      kept.ids.push(id);
      kept.texts.push(isMarked ? texts[i] : markForm(texts[i]));
    }
    this.kept = kept;
    const areWhole = areAll && kept.ids.length === models.length;
    const all = areWhole || !this.set ? kept.ids.length : this.collectionIds().length;
    return {answered: kept.ids.length, unnamed: areWhole ? 0 : this.countUnnamed(models), all};
  }

  heldId(model, isHeld) {
    if (!isModel(model) || !isHeld && !this.holds(model)) return undefined;
    return identity(model, this.page, this.collection);
  }

  // What is like a collection need not tell.
  holds(model) {
    return typeof this.collection.get !== 'function' || this.collection.get(model);
  }

  // With an own `parse`, what validation has refused cannot be told from a row without
  // an id, and is no row.
  countUnnamed(models) {
    const made = this.parser && models;
    return this.ids.filter((id, i) => !isId(id) && (!made || isModel(made[i]))).length;
  }

  // Of the collection, which may have been disposed of.
  models() {
    return this.collection.models || [];
  }

  collectionIds() {
    return this.models().map(model => identity(model, this.page, this.collection)).filter(isId);
  }

  // The rows that the answer brought or, where hasRecord is given, the models of
  // the collection without record.
  eachRow(hasRecord, visit) {
    if (!hasRecord) {
      const {ids, texts} = this.kept;
      for (let i = 0; i < ids.length; i++) visit(String(ids[i]), texts[i]);
      return;
    }
    for (const model of this.models()) {
      const id = identity(model, this.page, this.collection);
      if (isId(id) && !hasRecord(String(id))) visit(String(id), this.textOf(model));
    }
  }

  textOf(model) {
    const {attributes} = model, origin = origins.get(model);
    if (!this.hasOwnParse(model)) return stringify(attributes);
    return origin && spellWritten(origin, attributes, false) || spellAttributes(attributes);
  }

  // The ids of the rows that the answer brought, or of all that the collection holds.
  listText(answered) {
    // A model that was created here and read before its answer came stands twice.
    const ids = [...new Set(this.isCollection && (answered || !this.set)
      ? this.kept.ids : this.collectionIds())];
    const own = this.isCollection ? undefined : identity(this.model, this.page);
    if (isId(own) && !ids.includes(own)) ids.push(own);
    return JSON.stringify(ids);
  }
}

// The `data` of a fetch, as jQuery would send it.
function describeData(data) {
  if (data === undefined || data === null || data === '') return {};
  if (typeof data === 'string') return {kind: dataKind.text, data};
  const isQuery = typeof URLSearchParams === 'function' && data instanceof URLSearchParams;
  if (isQuery) return {kind: dataKind.text, data: String(data)};
  const isPlain = Array.isArray(data) || Object.prototype.toString.call(data) === '[object Object]';
  // A value may be a function; one that JSON cannot spell tells nothing.
  const json = isPlain && stringify(data, (name, value) => {
    if (typeof value === 'function') return value();
    return value === undefined ? null : value;
  });
  try {
    if (json) return {kind: dataKind.text, data: encodeParameters(JSON.parse(json))};
  } catch (error) {
    // No URL can spell half of a character.
  }
  return {kind: dataKind.opaque};
}

// An object as jQuery.param spells it: a, a[b], a[], and a[0][b] for an object in an
// array; and an array as `serializeArray` makes it, whose elements have a name and a
// value.
function encodeParameters(data) {
  const parameters = [];
  const add = (name, value) => parameters.push([name, value].map(encodeText).join('='));
  const addAll = (name, value) => {
    if (!isNested(value)) return add(name, value);
    for (const key of Object.keys(value)) {
      const inner = Array.isArray(value) && !isNested(value[key]) ? '' : key;
      addAll(`${name}[${inner}]`, value[key]);
    }
  };
  const addElement = (element, index) => {
    if (!isRecord(element)) return addAll(isNested(element) ? `[${index}]` : '[]', element);
    const own = ['name', 'value'].filter(key => isObjectWith(element, key) && !isNested(element[key]));
    if (own.length) add(String(element.name), own.includes('value') ? element.value : '');
    for (const key of Object.keys(element)) {
      if (!own.includes(key)) addAll(`[${index}][${key}]`, element[key]);
    }
  };
  if (Array.isArray(data)) data.forEach(addElement);
  else Object.keys(data).forEach(key => addAll(key, data[key]));
  return parameters.join('&');
}

function isNested(value) {
  return value !== null && typeof value === 'object';
}

function encodeText(value) {
  return encodeURIComponent(value === null ? '' : String(value));
}

// Of a promise of jQuery's.
function stateOf(request) {
  return request && typeof request.state === 'function' ? request.state() : undefined;
}

// A request of jQuery's has called back before it has failed, but for one that
// `beforeSend` has called off: of that nobody is told.
function isCalledOff(request) {
  return stateOf(request) === 'rejected' && request.readyState === 0 && typeof request.abort === 'function';
}

function isId(id) {
  return typeof id === 'string' || Number.isFinite(id);
}

function isNone(id) {
  return id === undefined || id === null;
}

// A row that validation refused has no attributes; a row of JSON:API has some.
function isModel(value) {
  return Boolean(value && value.attributes) && !isPlain(value);
}

// A collection may tell its models apart by more than their ids.
function hasOwnModelId(collection, {Backbone}) {
  const {modelId} = collection || {};
  return typeof modelId === 'function' && modelId !== Backbone.Collection.prototype.modelId;
}

export function identity(model, page, collection = model.collection) {
  if (!model.attributes || !hasOwnModelId(collection, page)) return model.id;
  return modelId(collection, model.attributes, model.idAttribute);
}

// Returns what finds the id of a row.
function rowIdOf(collection, page) {
  const rowClass = collection && collection.model;
  const attribute = rowClass && rowClass.prototype && rowClass.prototype.idAttribute || 'id';
  return hasOwnModelId(collection, page) ? row => modelId(collection, row, attribute) : row => row[attribute];
}

function rowId(collection, row, page) {
  return rowIdOf(collection, page)(row);
}

// The page's own function, which may choke on a record that is rubbish (9.3).
function modelId(collection, attributes, idAttribute) {
  try {
    return collection.modelId(attributes, idAttribute);
  } catch (error) {
    return undefined;
  }
}
