// One call of the decorated sync in progress: its model, its options, the
// wrapped sync and the promise. C++ says what is to be done with them, through
// js/page.js; the methods here do it (src/page/calls.h has their contracts).

import {createDeferred} from './promise.js';

// As src/sync and src/page/calls.h number them.
const subject = {collection: 0, model: 1, singleton: 2, unnamed: 3};
const dataKind = {none: 0, text: 1, json: 2, opaque: 3};
const outcome = {success: 0, successWithoutData: 1, failure: 2, canceled: 3};
const change = {replace: 0, replaceOrAppend: 1, takeOut: 2};

let lastNumber = 0;

// What stands in options in place of the caller's own callbacks: {call, own}.
const standIns = new WeakMap();

function remember(standIn, call, own) {
  if (typeof standIn === 'function') standIns.set(standIn, {call, own});
}

export class Call {
  // page: {core, Backbone}. request: {method, wrapped, context, args}, where args
  // are those of sync; the options among them are made where there are none.
  constructor(page, {method, wrapped, context, args}) {
    this.number = ++lastNumber;
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
    this.loaded = null;    // data of the cached phase
    this.keys = [];        // the answer's rows: their keys, ids and texts
    this.ids = [];
    this.texts = [];
    this.sent = method === 'read' ? null : Object.assign({}, this.attributes());
    this.set = null;       // what Backbone has set of the answer: {attributes, before, models}
    page.core.calls.set(this.number, this);
  }

  attributes() {
    if (this.model.attributes) return this.model.attributes;
    return typeof this.model.toJSON === 'function' ? this.model.toJSON() : {};
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

  // Whether what the server sends and what the model holds have one form.
  hasPlainParse() {
    const {Model, Collection} = this.page.Backbone;
    const plain = (object, Base) => !object || !object.parse || object.parse === Base.prototype.parse;
    if (!this.isCollection) return plain(this.model, Model);
    const rowClass = this.model.model;
    return plain(this.model, Collection) && plain(rowClass && rowClass.prototype, Model);
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
    this.inWrapped = true;
    const returned = this.attempt(() => {
      this.callbacks = {success: this.listen('success'), error: this.listen('error')};
      this.request = this.wrapped.apply(this.context, this.args);
      this.inWrapped = false;
      // Backbone.sync wraps options.error in its turn, and leaves that there.
      for (const name in this.callbacks) remember(this.options[name], this, this.callbacks[name]);
      this.promise = this.deferred.promise(this.request);
      this.follow(this.request);
    });
    this.inWrapped = false;
    return returned;
  }

  // Listens to a callback of the options; returns the caller's own.
  listen(name) {
    const call = this, {options} = this, former = standIns.get(options[name]);
    // The options of another call, sent again; but a call inside of another's
    // wrapped answers to that one.
    const inside = former && former.call.inWrapped && !former.call.answer;
    const own = former && !inside ? former.own : options[name];
    options[name] = function () {
      call.report(name === 'success', this, arguments);
    };
    remember(options[name], call, own);
    return own;
  }

  // A wrapped that settles a promise and never calls back is heard as well (7.1).
  follow(request) {
    if (!request || typeof request.then !== 'function') return;
    const call = this;
    const resolved = function () { call.report(true, this, arguments); };
    const rejected = function () { call.report(false, this, arguments); };
    if (typeof request.done === 'function' && typeof request.fail === 'function') {
      request.done(resolved);
      request.fail(rejected);
    } else {
      request.then(resolved, rejected);
    }
  }

  report(isSuccess, context, args) {
    const data = args[0];
    this.answer = this.answer || {context, args: Array.from(args)};
    let how = isSuccess ? outcome.success : outcome.failure;
    if (isSuccess && (data === undefined || data === null || data === '')) how = outcome.successWithoutData;
    // jQuery's word for a request that `beforeSend` has called off.
    if (!isSuccess && args[1] === 'canceled') how = outcome.canceled;
    this.page.core.answered(this.number, how, !isSuccess && data && Number(data.status) || 0);
    this.rethrow();
  }

  loadRecord(record) {
    const fits = this.isOwnRecord(record);
    if (fits) this.loaded = record;
    return fits;
  }

  isOwnRecord(record) {
    const id = this.model.id, attribute = this.model.idAttribute || 'id';
    return isRecord(record) &&
      (id === undefined || id === null || record[attribute] === undefined || String(record[attribute]) === String(id));
  }

  isRow(record, id) {
    return isRecord(record) && String(rowId(this.collection, record, this.page)) === String(id);
  }

  takeAnswer() {
    const data = this.answer.args[0];
    if (data === null || typeof data !== 'object') return false;
    if (!this.isCollection && Array.isArray(data)) return false;
    const rows = this.isCollection ? [].concat(data) : [data];
    for (const row of rows) {
      const id = isRecord(row) ? rowId(this.collection, row, this.page) : undefined;
      this.ids.push(id);
      this.keys.push(String(id));
      this.texts.push(stringify(row));
    }
    return true;
  }

  answeredIds() {
    return JSON.stringify(this.ids.filter(isId));
  }

  answeredText(key) {
    return this.isCollection ? this.texts[this.keys.indexOf(key)] : this.texts[0];
  }

  // What somebody has spoilt in storage stands in for nothing (9.3).
  amend(key, how, text) {
    const takesOut = how === change.takeOut, record = takesOut ? {} : parse(text);
    if (!this.isCollection) {
      if (takesOut || this.isOwnRecord(record)) this.answer.args[0] = record;
      return;
    }
    if (!takesOut && !this.isRow(record, key)) return;
    if (!this.rows) this.rows = [].concat(this.answer.args[0]);
    let at = this.keys.indexOf(key);
    if (at < 0 && how !== change.replaceOrAppend) return;
    if (at < 0) at = this.keys.length;
    if (takesOut) {
      for (const list of [this.rows, this.keys, this.ids, this.texts]) list.splice(at, 1);
      return;
    }
    this.rows[at] = record;
    this.texts[at] = text;
    this.keys[at] = key;
    this.ids[at] = rowId(this.collection, this.rows[at], this.page);
  }

  amended() {
    if (this.rows) this.answer.args[0] = this.rows;
  }

  answerWithLoaded() {
    this.answer.args[0] = this.loaded;
  }

  deliver(fromCache, dataOnly) {
    const {model, options, callbacks} = this;
    const {context, args} = fromCache ? this.cachedAnswer() : this.answer;
    if (this.method === 'read') options.fromCache = fromCache;
    this.attempt(() => {
      if (!fromCache) this.watchSet();
      if (dataOnly) this.setData(args[0]);
      else [].concat(callbacks.success || []).forEach(success => success.apply(context, args));
      if (fromCache && model.trigger) model.trigger('cachesync', model, args[0], options);
    });
    this.unwatchSet();
  }

  cachedAnswer() {
    return {context: this.options.context || this.options, args: [this.loaded, 'success', this.promise]};
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
    const had = Object.prototype.hasOwnProperty.call(model, 'set'), own = model.set;
    this.unwatchSet = () => {
      if (had) model.set = own;
      else delete model.set;
      this.unwatchSet = () => {};
    };
    model.set = function (attributes) {
      call.unwatchSet();
      const before = call.isCollection ? null : Object.assign({}, model.attributes);
      const result = model.set.apply(model, arguments);
      call.set = {attributes, before, models: result};
      call.page.core.settled(call.number, result !== false);
      return result;
    };
  }

  unwatchSet() {}

  reportFailure() {
    const {context, args} = this.answer;
    this.attempt(() => [].concat(this.callbacks.error || []).forEach(error => error.apply(context, args)));
  }

  resolve(fromCache) {
    const {context, args} = fromCache ? this.cachedAnswer() : this.answer;
    if (!this.settled) this.attempt(() => this.deferred.resolve(context, args));
    this.settled = true;
  }

  reject() {
    const {context, args} = this.answer;
    if (!this.settled) this.attempt(() => this.deferred.reject(context, args));
    this.settled = true;
  }

  forget() {
    this.page.core.calls.delete(this.number);
  }

  sentText(base) {
    if (isRecord(base)) this.sent = Object.assign(base, this.options.attrs);
    return stringify(this.sent);
  }

  // The record of a write that succeeded, its key and the JSON of its id.
  confirmed() {
    const record = this.set ? this.merged() : Object.assign({}, this.sent, isRecord(this.answer.args[0]) && this.answer.args[0]);
    const attribute = this.model.idAttribute || 'id';
    let id = identity(this.model, this.page);
    if (id === undefined || id === null) id = record[attribute];
    const text = stringify(record);
    if (isId(id)) return {text, names: [String(id), JSON.stringify(id), this.collection ? 'in' : '']};
    // A new row that got no id cannot be told from its neighbours.
    const url = id === undefined && !this.collection && this.url();
    return url ? {text, names: [url, '', '']} : {};
  }

  // The model as Backbone has it after the answer, but for what was edited while
  // the request was under way and has not been sent.
  merged() {
    const {sent} = this, {attributes, before} = this.set, after = this.attributes();
    const answered = name => isObjectWith(attributes, name) || after[name] !== before[name];
    const record = {};
    for (const name of Object.keys(after)) {
      if (answered(name)) define(record, name, after[name]);
      else if (isObjectWith(sent, name)) define(record, name, sent[name]);
    }
    for (const name of Object.keys(sent)) {
      if (!isObjectWith(after, name) && !isObjectWith(before, name)) define(record, name, sent[name]);
    }
    return record;
  }

  // After the server phase, a collection holds what Backbone made of the answer;
  // where nobody has set anything, what the answer brought.
  held() {
    const models = this.set && this.set.models;
    if (!this.set) return this.keep(this.ids.map((id, i) => ({id, text: this.texts[i]})));
    if (!Array.isArray(models) || models.length !== this.texts.length) {
      return this.keep(this.ids.map((id, i) => ({id: this.holds(id) ? id : undefined, text: this.texts[i]})));
    }
    const all = models.length === this.collection.length;
    return this.keep(models.map((model, i) => {
      const held = model && model.attributes && (all || this.collection.get(model));
      return {id: held ? identity(model, this.page, this.collection) : undefined, text: this.texts[i]};
    }));
  }

  holds(id) {
    return isId(id) && this.collection.get(id);
  }

  keep(rows) {
    this.kept = rows.filter(row => isId(row.id));
    const all = this.set ? this.collectionIds().length : this.kept.length;
    const unnamed = this.ids.filter(id => !isId(id)).length;
    return {answered: this.kept.length, unnamed, all};
  }

  collectionIds() {
    return this.collection.models.map(model => identity(model, this.page, this.collection)).filter(isId);
  }

  // The rows that the answer brought or, where hasRecord is given, the models of
  // the collection without record.
  eachRow(hasRecord, visit) {
    if (!hasRecord) {
      for (const {id, text} of this.kept) visit(String(id), text);
      return;
    }
    for (const model of this.collection.models) {
      const id = identity(model, this.page, this.collection);
      if (isId(id) && !hasRecord(String(id))) visit(String(id), stringify(model.attributes));
    }
  }

  // The ids of the rows that the answer brought, or of all that the collection holds.
  listText(answered) {
    // A model that was created here and read before its answer came stands twice.
    const ids = [...new Set(this.isCollection && (answered || !this.set)
      ? this.kept.map(row => row.id) : this.collectionIds())];
    const own = this.isCollection ? undefined : identity(this.model, this.page);
    if (isId(own) && !ids.includes(own)) ids.push(own);
    return JSON.stringify(ids);
  }
}

// The `data` of a fetch, as jQuery would send it.
function describeData(data) {
  if (data === undefined || data === null || data === '') return {};
  if (typeof data === 'string') return {kind: dataKind.text, data};
  const isPlain = Array.isArray(data) || Object.prototype.toString.call(data) === '[object Object]';
  const isQuery = typeof URLSearchParams === 'function' && data instanceof URLSearchParams;
  if (isQuery) return {kind: dataKind.text, data: String(data)};
  const json = isPlain && stringify(data, (name, value) => {
    if (typeof value === 'function') return value();
    return value === undefined ? null : value;
  });
  return json ? {kind: dataKind.json, data: json} : {kind: dataKind.opaque};
}

function isId(id) {
  return typeof id === 'number' || typeof id === 'string';
}

function isRecord(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isObjectWith(object, name) {
  return isRecord(object) && Object.prototype.hasOwnProperty.call(object, name);
}

// A plain assignment to `__proto__` would lose the attribute (9.4).
function define(record, name, value) {
  Object.defineProperty(record, name, {value, configurable: true, enumerable: true, writable: true});
}

function stringify(value, replacer) {
  try {
    return JSON.stringify(value, replacer);
  } catch (error) {
    return undefined;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return undefined;
  }
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

function rowId(collection, row, page) {
  const rowClass = collection && collection.model;
  const attribute = rowClass && rowClass.prototype && rowClass.prototype.idAttribute || 'id';
  return hasOwnModelId(collection, page) ? modelId(collection, row, attribute) : row[attribute];
}

// The page's own function, which may choke on a record that is rubbish (9.3).
function modelId(collection, attributes, idAttribute) {
  try {
    return collection.modelId(attributes, idAttribute);
  } catch (error) {
    return undefined;
  }
}
