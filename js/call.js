// One call of the decorated sync in progress: its model, its options, the wrapped sync and
// the promise. The core says what is to be done with them (src/page/call.h); what it calls
// here does not throw.

import {core} from './core.js';
import {Envelope, inModels, watchHeaders} from './envelope.js';
import {attempt, define, isId, isObject, isObjectWith, isPlain, isRecord, readJson, stringify} from './json.js';
import {datePaths, RowParser, spellModel} from './parse.js';
import {LazyDeferred} from './promise.js';
import {Rows} from './rows.js';
import {page as corePage} from './storage.js';

// Of a callback that stands in options in place of the caller's own, ours or one that a
// wrapped sync has put round it: {call, own}. Not on the callback itself: a copy of one, or
// a Proxy, is the page's own.
const standIns = new WeakMap();

// The list of a namespace that a collection was fetched into last (contract 4.1): {list, end}.
const fetchedLists = new WeakMap();

let lastNumber = 0;

export class Call extends Rows {
  // page: {Backbone, jQuery, plainParse}. ends: {record, expiry}, with which the keys of the
  // namespace end. context, args: those of sync; options are made where there are none.
  constructor({page, ends, wrapped}, context, args) {
    super(page, ends, args[1]);
    this.wrapped = wrapped;
    this.context = context;
    this.args = args;
    this.method = args[0];
    this.number = ++lastNumber;
    this.options = args[2] = args[2] || {};
    this.asked = this.isCollection ? undefined : this.identity(this.model);
    this.deferred = new LazyDeferred(page.jQuery());
    this.followers = [];   // that have taken the same answer
    this.heir = null;      // whom the request answers to, if this call was called off
    this.answer = null;    // {context, args} of the callback of the wrapped sync
    this.thrown = null;    // {error} out of the page's code, to be thrown on
    this.ending = null;    // 'resolve' or 'reject', where the wrapped's promise has yet to tell
    this.isTold = false;   // by it, of an outcome that the core waits with
    this.parser = this.findParser();
    this.given = null;     // the options as they were before the cached phase, while that lasts
    this.shadows = new Set();  // what is to be taken back after a delivery
    this.envelope = null;  // of an answer to a collection's own `parse`
    this.cached = null;    // such an answer in the cache, and its `rows`
    this.sent = this.method === 'read' ? null : this.withId({...this.attributes()});
    this.changed = this.method === 'patch' && this.model.changed;  // by `save`, which has called `set`
  }

  attributes() {
    const {model} = this;
    return model.attributes || typeof model.toJSON === 'function' && model.toJSON() || {};
  }

  // The URL, if there is one: a `url` that throws is the wrapped sync's affair.
  url() {
    const {model, options} = this;
    if (options.url) return String(options.url);
    return attempt(() => String((typeof model.url === 'function' ? model.url() : model.url) || ''), '');
  }

  // Notes where new rows of the collection belong, for `home`. A list that is only asked for replaces none.
  fetchedInto(list, isDelivered) {
    if (isDelivered || !this.fetchedList()) fetchedLists.set(this.collection, {list, end: this.ends.record});
  }

  // Another namespace has other lists.
  fetchedList() {
    const {list, end} = fetchedLists.get(this.collection) || {};
    return end === this.ends.record ? list : undefined;
  }

  // Returns where a new model belongs, for page::Home.
  home() {
    const {collection, model} = this, {url} = collection || {url: model.urlRoot};
    const isComputed = Boolean(collection) && typeof url === 'function';
    const text = isComputed ? attempt(() => collection.url()) : url;
    return {list: this.fetchedList(), url: typeof text === 'string' ? text : '', isComputed};
  }

  // The object whose `parse` makes attributes of a row, if that is not Backbone's own: the
  // model or, for the rows of a collection, what their class gives them all. (A `model`
  // that is a function and picks a class shows none.)
  findParser() {
    const rowClass = this.isCollection && this.model.model;
    const parser = this.isCollection ? rowClass && rowClass.prototype : this.model;
    return this.hasOwnParse(parser) ? new RowParser(this, parser) : null;
  }

  hasOwnParse(object) {
    const parse = object && object.parse;
    return typeof parse === 'function' && !this.page.plainParse.includes(parse);
  }

  // Whether the rows of an answer are what the collection makes of it.
  hasOwnEnvelope() { return this.isCollection && this.hasOwnParse(this.model); }

  // What the page's code throws is caught, so that it does not pass through C++, and
  // thrown on by `rethrow` when C++ has returned (5.7); outside, where no caller of this call is there.
  attempt(action) {
    try {
      return action();
    } catch (error) {
      this.thrown = this.thrown || {error};
      setTimeout(() => this.rethrow());
      return undefined;
    }
  }

  rethrow() {
    const {thrown} = this;
    this.thrown = null;
    if (thrown) throw thrown.error;
  }

  // The wrapped sync gets the caller's own options, in which our callbacks stand in for
  // the caller's. They stay there: a wrapped may settle its promise first and call back
  // long after, when there is nothing left to be told.
  invoke() {
    const {xhr} = this.options;
    this.inWrapped = true;
    const returned = this.attempt(() => {
      this.callbacks = {success: this.listen('success'), error: this.listen('error')};
      this.request = this.wrapped.apply(this.context, this.args);
      return true;
    });
    this.inWrapped = false;
    // A handler of `request` that throws does not call the request back: it is under way,
    // and its answer comes as in plain Backbone.
    if (!returned && this.options.xhr !== xhr) this.request = this.options.xhr;
    if (!returned && !this.request) return false;
    return this.attempt(() => {
      // Backbone.sync wraps options.error in its turn, and leaves that there.
      for (const name in this.callbacks) standFor(this.callbacks[name], this.options[name], this);
      this.promise = this.deferred.promise(this.request);
      [this.request, this.options.xhr].forEach(request => attempt(() => watchAbort(request)));
      this.follow(this.request);
      if (this.ending) this.settle(this.ending, this.answer);
      return true;
    });
  }

  // Where the cache alone answers, or nothing does (8.1).
  sendNothing() {
    const [success, error] = [this.options.success, this.options.error].map(ownOf);
    this.callbacks = {success, error};
    this.deferred.abort = (...args) => this.withdraw(null, args);
    this.promise = this.deferred.promise();
  }

  // As jQuery tells of a request that had no answer: 'error' or 'abort'.
  failAs(statusText) {
    const request = {readyState: 0, status: 0, statusText, responseText: ''};
    this.answer = {context: this.options.context || this.options, args: [request, statusText, '']};
    this.isAmended = true;
  }

  // All that a request depends on besides its URL's own words (8.3). undefined: it cannot be
  // told from others, as a function or a FormData cannot, which JSON would pass over.
  requestText() {
    const {data, headers, type, contentType} = this.options;
    return stringify([this.url(), data, headers, type, contentType], (name, value) => {
      if (typeof value === 'function' || isObject(value) && !isPlain(value)) throw new TypeError(name);
      return value;
    });
  }

  // Waits for the answer to the request of another call.
  join(number) {
    const leader = corePage.calls.get(number), {request} = leader;
    this.sendNothing();
    this.promise = this.deferred.promise(request);
    for (const call of [leader, this]) call.deferred.abort = (...args) => call.withdraw(request, args);
  }

  // The promise stands for the request, but `abort` calls off this call alone while others
  // share it.
  withdraw(request, args) {
    if (core.withdraw(this.number) && request && typeof request.abort === 'function') request.abort(...args);
    this.rethrow();
    return this.promise;
  }

  // Each has data of its own, which its `parse` and handlers may change.
  takeAnswerOf(number) {
    const leader = corePage.calls.get(number);
    if (!leader || !leader.answer) return this.failAs('error');
    const {context, args: [data, ...others]} = leader.answer;
    leader.followers.push(this);
    this.isAmended = true;
    this.answer = {context, args: [isPlain(data) ? readJson(stringify(data)) : data, ...others]};
  }

  // Whose promise and callbacks the request is told to from now on.
  handOver(number) { this.heir = corePage.calls.get(number); }

  // Listens to a callback of the options; returns the caller's own.
  listen(name) {
    const call = this, {options} = this, former = standIns.get(options[name]);
    // The options of another call, sent again; but a call inside of another's wrapped
    // answers to that one.
    const inside = former && former.call.inWrapped && !former.call.answer;
    const own = former && !inside ? former.own : options[name];
    options[name] = function (...args) {
      call.report(name === 'success', this, args);
    };
    standFor(own, options[name], call);
    return own;
  }

  // A wrapped that settles a promise and never calls back is heard as well (7.1).
  follow(request) {
    if (!request || typeof request.then !== 'function') return;
    const call = this, isCanceled = !this.answer && isCalledOff(request);
    const told = ending => function (...args) {
      call.report(ending === 'resolve', this, args, isCanceled);
      // The core may end it later.
      call.isTold = call.ending !== ending;
      if (call.isTold) return;
      call.settle(ending, {context: this, args});
      call.rethrow();
    };
    if (typeof request.done === 'function' && typeof request.fail === 'function') {
      request.done(told('resolve'));
      request.fail(told('reject'));
    } else {
      request.then(told('resolve'), told('reject'));
    }
  }

  report(isSuccess, context, args, isCanceled) {
    if (this.heir) return this.heir.report(isSuccess, context, args, isCanceled);
    const [data] = args;
    this.answer = this.answer || {context, args: args.slice()};
    if (isSuccess) core.succeeded(this.number, data !== undefined && data !== null && data !== '');
    else core.failed(this.number, core.Outcome[this.attempt(() => failureOf(args, isCanceled)) || 'failure'], this.attempt(() => data && Number(data.status)) || 0);
    [this, ...this.followers.splice(0)].forEach(call => call.rethrow());
    return undefined;
  }

  loadEnvelope(text, headers) {
    this.cached = {text, headers: readJson(headers) || {}};
    return true;
  }

  deliver(fromCache, dataOnly) {
    const {model, options, callbacks} = this;
    const {context, args} = fromCache ? this.cachedAnswer() : this.answer;
    // Where a handler of the cached phase brings the answer about, that phase ends here.
    this.giveBack();
    // The options may have been frozen since.
    if (this.method === 'read') Reflect.set(options, 'fromCache', fromCache);
    if (fromCache) this.attempt(() => { this.given = {...options}; });
    this.attempt(() => {
      this.watchParse(args[0]);
      if (!fromCache) this.watchSet();
      if (dataOnly) this.setData(args[0]);
      else [].concat(callbacks.success || []).forEach(success => success.apply(context, args));
      if (fromCache && model.trigger) model.trigger('cachesync', model, args[0], options);
    });
    this.shadows.forEach(end => end());
    if (fromCache) this.giveBack();
  }

  // The server phase does not see what was done to the options in the cached one (3.12).
  giveBack() {
    const {options, given} = this;
    this.given = null;
    if (given) this.attempt(() => {
      for (const name of Object.keys(options)) if (!isObjectWith(given, name)) Reflect.deleteProperty(options, name);
      for (const name of Object.keys(given)) {
        if (options[name] !== given[name] || !isObjectWith(options, name)) Reflect.set(options, name, given[name]);
      }
    });
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

  // Backbone sets an answer and then calls back. In between, the cache takes the answer
  // too, so that no callback finds it behind the model.
  watchSet() {
    const call = this, {model} = this;
    if (typeof model.set !== 'function') return;
    const unwatchSet = this.shadow(model, 'set', () => function (attributes) {
      unwatchSet();
      const before = call.isCollection ? null : {...model.attributes};
      const result = call.setAnswer(arguments);
      call.set = {attributes, before, models: result};
      call.identified = false;  // the models know better
      core.settled(call.number, result !== false);
      return result;
    });
  }

  // args: those that Backbone calls `set` with.
  setAnswer(args) { return this.model.set(...args); }

  watchParse(data) {
    const call = this, {parser} = this;
    // The answer to a write may be a row that `parse` is given.
    if (parser && this.method !== 'read' && isRecord(data) && isPlain(data) && !parser.forms.has(data)) parser.take(data);
    if (parser) parser.listen();
    if (!this.hasOwnEnvelope()) return;
    const headers = watchHeaders(this, this.isCached(data) ? this.cached.headers : {});
    if (this.answer) this.envelope = new Envelope(this.answer.args[0], headers);
    this.shadow(this.model, 'parse', parse => function (data) {
      return call.foundRows(data, parse.apply(this, arguments));
    });
  }

  isCached(data) { return this.cached && this.loaded && data === this.loaded; }

  // The collection's own `parse` has found its rows in data.
  foundRows(data, rows) {
    const {envelope} = this;
    if (this.isCached(data)) return inModels(this, this.cached.rows, rows);
    if (!envelope || envelope.rows || data !== this.answer.args[0]) return rows;
    envelope.found = rows;
    envelope.rows = rows || [];
    core.parsed(this.number);
    return envelope.rows;
  }

  envelopeToKeep() { return this.envelope.spell(); }

  // Lets a method of an object be another for a while. Returns what ends that.
  shadow(object, name, replace) {
    if (!Object.isExtensible(object)) return undefined;
    const own = Object.getOwnPropertyDescriptor(object, name);
    define(object, name, replace(object[name]));
    const end = () => {
      if (!this.shadows.delete(end)) return;
      // It may be frozen by now. (An engine takes back quicker what `delete` takes back.)
      if (own) Reflect.defineProperty(object, name, own);
      else attempt(() => delete object[name]);
    };
    this.shadows.add(end);
    return end;
  }

  reportFailure() {
    const {context, args} = this.answer;
    // The cached phase is over: it is the server that failed.
    if (this.options.fromCache) Reflect.set(this.options, 'fromCache', false);
    [].concat(this.callbacks.error || []).forEach(error => error.apply(context, args));
  }

  // A promise of jQuery's that the wrapped sync returns tells its own arguments and
  // context (7.3), right after it has called back. One that is still pending then, and one
  // whose callbacks have thrown, may never tell.
  end(ending, fromCache) {
    const tells = this.inWrapped || stateOf(this.request) === (ending === 'resolve' ? 'resolved' : 'rejected');
    if (tells && !fromCache && !this.thrown && !this.isAmended && !this.isTold) this.ending = ending;
    else this.settle(ending, fromCache ? this.cachedAnswer() : this.answer);
  }

  settle(ending, answer) { this.attempt(() => this.deferred.end(ending, answer)); }

  // base: the record that a patch is made to.
  sentText(base) {
    if (this.parser) this.parser.patch(base);
    const row = base !== undefined && !this.parser && this.readPlain(base);
    if (isRecord(row)) this.sent = this.withId(Object.assign(row, this.patched()));
    return this.spell(this.sent);
  }

  // Returns the attributes that `save` has set. options.attrs says what is sent (4.3): a page may send
  // something else, and a class's own `set` may take a name like 'author.first' apart. With `wait`,
  // `save` sets them with the answer.
  patched() {
    const {options, sent} = this, {attrs} = options;
    if (!attrs) return sent;
    const isSet = Object.keys(attrs).every(name => isObjectWith(sent, name));
    const others = isSet ? null : options.wait ? this.set && this.set.attributes : this.changed;
    return Object.fromEntries(Object.keys({...attrs, ...others}).filter(name => isObjectWith(sent, name)).map(name => [name, sent[name]]));
  }

  // Returns what a patch sets, for page::Patch.
  patch() {
    const changes = this.patched(), dates = this.parser ? datePaths(changes) : undefined;
    const mayReturn = !this.parser || dates;
    return {members: mayReturn ? stringify(changes) : undefined, id: stringify(this.withId({})), dates: stringify(dates)};
  }

  // Returns what the server has confirmed of what was sent, if its answer says nothing else. A record of
  // a class with its own `parse` is made of the whole model.
  confirmable() { return this.method === 'patch' && !this.parser ? this.withId({...this.patched()}) : this.sent; }

  spell(attributes) { return this.parser ? this.parser.spell(attributes) : stringify(attributes); }

  // The record of a model of the collection.
  textOf(model) { return this.hasOwnParse(model) ? spellModel(model) : stringify(model.attributes); }

  // The record of a write that succeeded, and its key.
  confirmed() {
    const isInCollection = Boolean(this.collection), [data] = this.answer.args;
    // A handler may have disposed of the model.
    const sent = this.confirmable();
    const record = this.set && this.model.attributes ? this.merged(sent) : {...sent, ...!this.parser && isRecord(data) && data};
    let id = this.identity(this.model);
    if (id === undefined || id === null) id = record[this.model.idAttribute || 'id'];
    const text = this.spell(record);
    if (isId(id)) return {text, id: String(id), isText: typeof id === 'string', isInCollection};
    // A new row that got no id cannot be told from its neighbours.
    const url = id === undefined && !isInCollection && this.url();
    return {text: url ? text : undefined, url: url || undefined, isInCollection};
  }

  // The model as Backbone has it after the answer; the core says of each attribute whose
  // value the server has confirmed.
  merged(sent) {
    const {attributes, before} = this.set, after = this.attributes(), entries = [];
    for (const name of Object.keys({...after, ...sent})) {
      const isChanged = isObjectWith(attributes, name) || after[name] !== before[name];
      const [inModel, inSent, wasThere] = [after, sent, before].map(one => isObjectWith(one, name));
      const source = sourceOf(inModel, isChanged, inSent, wasThere);
      if (source !== core.Source.none) entries.push([name, (source === core.Source.model ? after : sent)[name]]);
    }
    return Object.fromEntries(entries);
  }
}

// The caller's own, where the options of another call are sent again.
const ownOf = callback => (standIns.get(callback) || {own: callback}).own;

function standFor(own, callback, call) {
  if (typeof callback === 'function' && !standIns.has(callback)) standIns.set(callback, {call, own});
}

// What the core says of an attribute, asked once for each of the sixteen cases.
const sources = [];
function sourceOf(...facts) {
  const number = facts.reduce((bits, fact) => 2 * bits + fact, 0);
  return sources[number] = sources[number] || core.confirmedSource(...facts);
}

// Of requests of Zepto's, whether the page has called them off.
const aborted = new WeakMap();

// Zepto, whose requests are the browser's own, says 'abort' as well where there is no network.
function watchAbort(request) {
  if (typeof XMLHttpRequest !== 'function' || !(request instanceof XMLHttpRequest) || aborted.has(request)) return;
  const {abort} = request;
  aborted.set(request, false);
  request.abort = (...args) => {
    aborted.set(request, true);
    return abort.apply(request, args);
  };
}

// How a call failed, as jQuery tells it, Zepto or fetch. 'canceled' is jQuery's word for a
// request that `beforeSend` has called off; 0 the status where no server has answered.
function failureOf([error, word], isCanceled) {
  const {name, status} = Object(error);
  if (isCanceled || word === 'canceled') return 'canceled';
  if (word === 'abort' && aborted.get(error) !== false || name === 'AbortError') return 'aborted';
  return status === 0 || name === 'TypeError' || name === 'TimeoutError' || isLost(error, word) ? 'unanswered' : 'failure';
}

// Firefox tells of a PUT whose connection was lost that it has been loaded, with the status 0, of
// which jQuery makes 200 and a text that is no JSON. No server's answer is without any header.
const isLost = (request, word) => word === 'parsererror' && request.responseText === '' &&
  typeof request.getAllResponseHeaders === 'function' && !request.getAllResponseHeaders();

// Of a promise of jQuery's.
const stateOf = request => request && typeof request.state === 'function' ? request.state() : undefined;

// A request of jQuery's has called back before it has failed, but for one that
// `beforeSend` has called off: of that nobody is told.
const isCalledOff = request =>
  stateOf(request) === 'rejected' && request.readyState === 0 && typeof request.abort === 'function';
