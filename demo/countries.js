// The models, and their cache: all that Backbone.cachingSync asks of a page is `sync`.

import {Operation, operationOf} from './operations.js';

// The options of the cache are those in the page's address: ?queue=true&ttl=10. With
// ?cache=off the page is plain Backbone.
const address = new URLSearchParams(location.search);
const types = {
  fetchPolicy: String, callbacks: String,
  ttl: Number, freshFor: Number,
  queue: value => value === 'true', live: value => value === 'true'
};

export const isCached = address.get('cache') !== 'off';
export const given = {};
for (const [name, read] of Object.entries(types)) {
  if (address.get(name)) given[name] = read(address.get(name));
}

// Why the options were refused, if they were.
export let refusal = '';

// What the cache wraps: Backbone's own sync, and the page takes note of each request.
function transport(method, model, options) {
  const operation = operationOf(options) || new Operation(`Replay: ${describe(method, model)}`);
  const request = Backbone.sync.call(this, method, model, options);
  operation.sends(request);
  return request;
}

function decorate() {
  try {
    return Backbone.cachingSync(transport, 'countries', given);
  } catch (error) {
    refusal = error.message;
    return Backbone.cachingSync(transport, 'countries');
  }
}

const sync = isCached ? decorate() : transport;

// Of a page without cache, an object that has nothing and says nothing.
export const cache = sync.cache || Object.assign({pending: () => [], clear() {}, discard() {}, replay: () => Promise.resolve()}, Backbone.Events);

// The same cache, seen as a store.
export const store = new Burry.Store('countries');

const verbs = {read: 'Fetch', create: 'Create', update: 'Save', patch: 'Save', delete: 'Delete'};

// Whether the server has yet to make it.
export const isUnmade = country => String(country.id).startsWith('_new_');

// Of what another visit has queued, the cache makes a plain Backbone.Model.
const labelOf = model => model.label ? model.label() : (model.get('name') || {}).common;

function describe(method, model) {
  return `${verbs[method]} ${labelOf(model) || model.id}`;
}

// Puts the operation into the options, by which its request and its phases are known.
function synchronize(method, model, options) {
  options.operation = new Operation(describe(method, model));
  return sync.call(this, method, model, options);
}

export const Country = Backbone.Model.extend({
  idAttribute: 'cca3',
  urlRoot: 'api/countries',
  sync: synchronize,

  label() {
    return (this.get('name') || {}).common || '';
  }
});

export const pageSize = 12;

// One page of what a search finds. Each page of each search is a list of its own in the cache.
export const Countries = Backbone.Collection.extend({
  model: Country,
  url: 'api/countries',
  sync: synchronize,
  total: 0,

  // words: a part of the name; page: 1 for the first one.
  initialize(models, {words = '', page = 1} = {}) {
    Object.assign(this, {words, page});
  },

  // The server puts the rows into an envelope; it comes out of the cache as well.
  parse({total, rows}) {
    this.total = total;
    return rows;
  },

  label() {
    return this.words ? `“${this.words}”, page ${this.page}` : `the list, page ${this.page}`;
  },

  load(options) {
    const data = {_page: this.page, _limit: pageSize, _sort: 'name.common'};
    // The server takes a regular expression.
    if (this.words) data['name.common_like'] = this.words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.fetch({...options, data});
  },

  pages() {
    return Math.max(1, Math.ceil(this.total / pageSize));
  }
});
