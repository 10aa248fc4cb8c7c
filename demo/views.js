// The screens: the list, one country, and the form.

import {Countries, Country, cache, isCached, isUnmade, store} from './countries.js';
import {changes, failureOf, isAsking, now, whenPainted} from './operations.js';
import {number} from './timeline.js';

export const regions = ['Africa', 'Americas', 'Antarctic', 'Asia', 'Europe', 'Oceania'];

// How fresh what is shown is: the chip beside the heading.
function showFreshness($el, freshness, text) {
  $el.find('.card-head .chip').attr('data-freshness', freshness).text(text);
}

function flagOf(country) {
  // World-countries has flags for its own countries only.
  return country.has('flag') ? `<img loading="lazy" alt="" src="flags/${country.id.toLowerCase()}.svg">` : '<i></i>';
}

const area = value => typeof value === 'number' && value >= 0 ? number(value) : '';

// What Backbone tells of a phase, in words.
function phaseOf(options) {
  if (options.fromCache) return {kind: 'cached', words: 'from the cache'};
  return options.fromTab ? {kind: 'tab', words: 'from another tab'} : {kind: 'server', words: 'from the server'};
}

// A phase of a read, as the chip has it: whether the server is asked still is what the operation
// knows, whatever the policy.
function showPhase($el, options) {
  const {kind, words} = phaseOf(options);
  showFreshness($el, kind, kind === 'cached' && isAsking(options) ? 'cached, asking the server …' : words);
}

// Why a read has come to nothing. A request that was never sent is a miss of `cache-only`.
function failureOfRead(request, options) {
  return options.operation.requests.length ? failureOf(request) : 'nothing is cached';
}

// A screen is rendered with what the page knows, and loads the rest then. phases: of the visit,
// which the first screen tells; the others have none.
const Screen = Backbone.View.extend({
  tagName: 'section',
  className: 'card screen',

  initialize({phases}) {
    this.phases = phases;
  },

  load() {
    if (this.phases) this.phases.notAsked();
  },

  // Notes a phase when it has been painted. (The options may be those of the next phase by then.)
  notePhase(options, text, rows) {
    const {kind, words} = phaseOf(options), {operation} = options, isLast = !isAsking(options);
    whenPainted(() => {
      if (this.phases) this.phases.painted(kind, rows);
      if (this.phases && isLast) this.phases.notAsked();
      operation.note(kind, `${text} painted ${words}`, rows > 1 ? `${number(rows)} rows` : '');
    });
  },

  noteFailure() {
    if (this.phases) this.phases.failed();
  },

  // Puts html into an element and leaves the focus where it was: on what has the same place in
  // the row of the same id; or on the heading, where that is gone.
  replace(element, html) {
    const {activeElement} = document, hadFocus = element.contains(activeElement);
    const row = hadFocus && activeElement.closest('[data-id]'), next = row && row.nextElementSibling;
    const {className} = activeElement;
    element.innerHTML = html;
    if (!hadFocus) return;
    const find = other => other && [...element.querySelectorAll('[data-id]')].find(({dataset}) => dataset.id === other.dataset.id);
    const place = row && row !== element ? find(row) || find(next) : element;
    const target = className && place && place.getElementsByClassName(className)[0];
    if (target) target.focus();
    else this.focus();
  },

  // Where one who listens or types goes on from.
  focus() {
    this.$('h2').trigger('focus');
  }
});


// The list: what a search finds, a page at a time.

export const List = Screen.extend({
  events: {
    // It may be that another screen has come meanwhile.
    'input [name=words]': _.debounce(function () { if (this.el.isConnected) this.search(); }, 250), 'submit form': 'stay', 'click .delete': 'delete_'
  },

  initialize({words = '', page = 1, phases}) {
    this.phases = phases;
    this.collection = new Countries([], {words, page});
    this.listenTo(this.collection, 'update reset change', this.renderRows);
    this.listenTo(cache, 'list clear', () => this.load());
    this.listenTo(cache, 'queue id reject', this.renderRows);
    this.listenTo(changes, 'discard', this.renderRows);
  },

  template: _.template(
    '<div class="card-head"><h2 tabindex="-1">Countries</h2><span class="chip" role="status"></span>' +
    '<form role="search"><input name="words" type="search" placeholder="Search by name" aria-label="Search the countries by name" value="<%- words %>"></form>' +
    '<a class="button primary" href="#/new">New country</a></div>' +
    '<table><thead><tr><th class="flag"><span class="unseen">Flag</span></th><th class="name">Country</th><th class="capital">Capital</th>' +
    '<th class="region">Region</th><th class="area">Area, km²</th><th class="actions"><span class="unseen">Actions</span></th></tr></thead><tbody></tbody></table>' +
    '<p class="empty" role="status"></p><nav class="pages" aria-label="Pages"><a class="button previous">Previous</a><span></span><a class="button next">Next</a></nav>'),

  row: _.template(
    '<tr data-id="<%- id %>"><td class="flag"><%= flag %></td><td class="name"><a href="#/countries/<%- encodeURIComponent(id) %>"><%- name %></a></td>' +
    '<td class="capital"><%- capital %></td><td class="region"><%- region %></td><td class="area"><%- area %></td>' +
    '<td class="actions"><% if (waits) { %><span class="chip">waits</span><% } else { %>' +
    '<a class="button edit" aria-label="Edit <%- name %>" href="#/countries/<%- encodeURIComponent(id) %>/edit">Edit</a> ' +
    '<button class="delete" aria-label="Delete <%- name %>">Delete</button><% } %></td></tr>'),

  render() {
    this.$el.html(this.template(this.collection));
    showFreshness(this.$el, 'pending', 'asking the server …');
    this.renderRows();
    return this;
  },

  renderRows() {
    const {collection} = this;
    const row = (country, waits) => this.row({
      id: country.id, flag: flagOf(country), name: country.label(), capital: (country.get('capital') || []).join(', '),
      region: country.get('region') || '', area: area(country.get('area')), waits
    });
    this.replace(this.$('tbody')[0], this.waiting().map(country => row(country, true)).concat(collection.map(country => row(country, false))).join(''));
    this.renderPages();
  },

  renderPages() {
    const {collection} = this;
    this.$('.pages span').text(collection.total ? `Page ${collection.page} of ${collection.pages()}, ${number(collection.total)} countries` : '');
    this.link('.previous', Math.min(collection.page - 1, collection.pages()));
    this.link('.next', collection.page + 1);
  },

  // The server does not know of these, and so no page of a search has them.
  waiting() {
    const {words, page} = this.collection;
    if (words || page > 1) return [];
    return cache.pending().filter(({method}) => method === 'create').map(({id, attributes}) => new Country({...attributes, cca3: id}));
  },

  address(page, words = this.collection.words) {
    const parts = [...words ? ['search', encodeURIComponent(words)] : [], ...page > 1 ? ['page', page] : []];
    return `#/${parts.join('/')}`;
  },

  link(selector, page) {
    const isThere = page >= 1 && page <= this.collection.pages();
    const $link = this.$(selector).attr('aria-disabled', isThere ? null : 'true');
    if (isThere) return $link.attr('href', this.address(page));
    const hadFocus = document.activeElement === $link[0];
    $link.removeAttr('href');
    if (hadFocus) this.focus();
  },

  load() {
    const {collection} = this;
    // The answer to an earlier search may come when another one is shown.
    const isShown = () => collection === this.collection;
    if (!collection.length) this.$('.empty').text('Nothing is cached yet. Waiting for the server …');
    collection.load({
      success: (same, answer, options) => {
        if (isShown()) {
          this.renderPages();
          showPhase(this.$el, options);
          this.$('.empty').text(collection.length ? '' : 'Nothing is found.');
        }
        this.notePhase(options, collection.label(), collection.length);
      },
      error: (same, request, options) => {
        const why = failureOfRead(request, options);
        this.noteFailure();
        options.operation.note('failed', `No list: ${why}`, collection.length ? 'The cached one stays' : '');
        if (!isShown()) return;
        showFreshness(this.$el, 'failure', why);
        if (!collection.length) this.$('.empty').text(why === 'nothing is cached' ? 'Nothing is cached.' : `Nothing is cached, and ${why}.`);
      }
    });
  },

  search() {
    const words = this.$('[name=words]').val().trim();
    Backbone.history.navigate(this.address(1, words), {trigger: true, replace: true});
  },

  // Another search, or page, in the same screen: what is typed into stays.
  show({words = '', page = 1}) {
    this.stopListening(this.collection);
    this.phases = null;
    this.collection = new Countries([], {words, page});
    this.listenTo(this.collection, 'update reset change', this.renderRows);
    const $words = this.$('[name=words]');
    if (document.activeElement !== $words[0]) $words.val(words);
    showFreshness(this.$el, 'pending', 'asking the server …');
    this.renderRows();
    this.load();
  },

  stay(event) {
    event.preventDefault();
  },

  delete_(event) {
    destroy(this.collection.get($(event.currentTarget).closest('tr').attr('data-id')), () => this.load());
  }
});


// Writes. The page shows them at once, and so does the cache; when the server refuses one, the
// cache has its old record back, and the page takes it from there.

// What the cache holds of a country at this moment.
function cachedName(id) {
  const record = isCached && store.get(id);
  return record ? `The cache holds ${id} as “${record.name.common}”` : `The cache holds no ${id}`;
}

// A write whose outcome is success: the server's, or that it waits for one.
function noteWritten(done, label, id, options) {
  if (options.queued) options.operation.note('queued', `${done} here, and waits for the network: ${label}`, cachedName(id));
  else options.operation.note('saved', `${done} ${label}`, cachedName(id));
}

export function update(country, attributes) {
  const before = _.clone(country.attributes);
  country.save(attributes, {
    success: (same, answer, options) => noteWritten('Saved', country.label(), country.id, options),
    error: (same, request, options) => {
      country.set(isCached && store.get(country.id) || before);
      options.operation.note('undone', `Not saved: ${failureOf(request)}`, cachedName(country.id));
    }
  });
  sayInLog(`Saving ${country.label()} …`, cachedName(country.id));
}

// afterwards: called where the server has refused, and the country is there again.
export function destroy(country, afterwards = () => {}) {
  const {id, collection} = country, label = country.label(), at = collection && collection.indexOf(country);
  country.destroy({
    success: (same, answer, options) => noteWritten('Deleted', label, id, options),
    error: (same, request, options) => {
      options.operation.note('undone', `Not deleted: ${failureOf(request)}`, cachedName(id));
      if (collection) collection.add(country, {at});
      afterwards();
    }
  });
  sayInLog(`Deleting ${label} …`, cachedName(id));
}

export function create(country, {made, refused}) {
  new Countries().create(country, {
    success: (same, answer, options) => {
      noteWritten('Created', country.label(), country.id, options);
      made();
    },
    error: (same, request, options) => {
      options.operation.note('failed', `Not created: ${failureOf(request)}`, 'Nothing was cached');
      refused(request);
    }
  });
  sayInLog(`Creating ${country.label()} …`, 'Nothing is cached before the server has made it');
}

// For the log alone: the operation itself has its lane already.
function sayInLog(text, detail) {
  changes.trigger('moment', {kind: 'write', text, detail, at: now()});
}


// One country, or that there is none.

function fetchCountry(screen, {found, missing}) {
  const {model} = screen;
  model.fetch({
    success: (same, answer, options) => {
      found(options);
      screen.notePhase(options, model.label(), 1);
    },
    error: (same, request, options) => {
      const why = failureOfRead(request, options);
      screen.noteFailure();
      options.operation.note('failed', `Not fetched: ${why}`);
      showFreshness(screen.$el, 'failure', why);
      if (request.status === 404 || !model.label()) missing(request.status === 404 ? 'There is no such country.' : `It is not cached, and ${why}.`);
    }
  });
}

export const Detail = Screen.extend({
  events: {'click .delete': 'delete_'},

  initialize({phases}) {
    this.phases = phases;
    this.listenTo(this.model, 'change', this.render);
    this.listenTo(this.model, 'request', () => showFreshness(this.$el, 'pending', 'asking the server …'));
    this.listenTo(this.model, 'sync', this.told);
    this.listenTo(this.model, 'error', (same, request) => {
      showFreshness(this.$el, 'failure', failureOf(request));
      this.showWaiting();
    });
    // Another tab may have sent what waited, or have deleted it.
    this.listenTo(cache, 'id reject', this.showWaiting);
    this.listenTo(changes, 'discard storage', this.showWaiting);
    this.listenTo(cache, 'remove', id => { if (id === this.model.id) this.showMissing('Another tab has deleted it.'); });
  },

  template: _.template(
    '<div class="card-head"><h2 tabindex="-1"><%- name %></h2><span class="chip" role="status"></span><% if (isThere) { %>' +
    '<a class="button edit" href="#/countries/<%- encodeURIComponent(id) %>/edit">Edit</a> <button class="delete">Delete</button><% } %></div>' +
    '<div class="detail"><%= flag %><dl><% _.each(facts, function (text, name) { %><dt><%- name %></dt><dd><%- text %></dd><% }) %></dl></div>' +
    '<p><a href="#/">All countries</a></p>'),

  render() {
    const {model} = this, chip = this.$('.chip');
    const [freshness, text] = [chip.attr('data-freshness'), chip.text()];
    const facts = {
      Code: isUnmade(model) ? 'none yet, the server will give one' : model.id,
      Capital: (model.get('capital') || []).join(', '), Region: model.get('region'), Area: area(model.get('area')) && `${area(model.get('area'))} km²`,
      Languages: _.values(model.get('languages')).join(', '), Borders: (model.get('borders') || []).join(', ')
    };
    this.el.dataset.id = model.id;
    this.replace(this.el, this.template({
      id: model.id, name: model.label() || model.id, flag: flagOf(model), facts: _.pick(facts, text => text), isThere: Boolean(model.label())
    }));
    if (text) showFreshness(this.$el, freshness, text);
    return this;
  },

  showMissing(text) {
    this.$('.detail, .edit, .delete').remove();
    this.$('.card-head').after($('<p>').text(text));
    this.focus();
  },

  told(same, answer, options) {
    if (options.queued) showFreshness(this.$el, 'pending', 'waits for the network');
    else showPhase(this.$el, options);
  },

  showWaiting() {
    const waits = cache.pending().some(({id}) => id === this.model.id);
    if (waits) showFreshness(this.$el, 'pending', 'waits for the network');
    else if (this.$('.chip').text() === 'waits for the network') showFreshness(this.$el, 'server', 'from the server');
  },

  load() {
    fetchCountry(this, {found: () => this.showWaiting(), missing: text => this.showMissing(text)});
  },

  delete_() {
    destroy(this.model);
    Backbone.history.navigate('#/', {trigger: true});
  }
});


// The form, for a country and for a new one.

export const Form = Screen.extend({
  events: {'submit form': 'save'},

  template: _.template(
    '<div class="card-head"><h2 tabindex="-1"><%- title %></h2><span class="chip" role="status"></span></div><form>' +
    '<label>Name <input name="name" value="<%- name %>" required></label>' +
    '<label>Capital <input name="capital" value="<%- capital %>"></label>' +
    '<label>Region <select name="region"><% _.each(regions, function (other) { %><option<%= other === region ? " selected" : "" %>><%- other %></option><% }) %></select></label>' +
    '<label>Area, km² <input name="area" type="number" min="0" step="any" value="<%- area %>"></label>' +
    '<div class="buttons"><button class="primary save">Save</button> <a class="button cancel" href="<%- back %>">Cancel</a></div></form>'),

  // Where the page was opened here, or comes from the list, the model knows nothing yet: until
  // it does, there is nothing to be changed.
  load() {
    const {model} = this;
    if (model.isNew() || model.label()) return Screen.prototype.load.call(this);
    this.block('asking the server …');
    fetchCountry(this, {
      found: options => {
        // What has been typed since the first phase stays.
        if (this.isFilled) return;
        this.isFilled = true;
        this.render().focus();
        showPhase(this.$el, options);
      },
      missing: text => {
        this.$('form').replaceWith($('<p>').text(text));
        this.$('h2').trigger('focus');
      }
    });
  },

  render() {
    const {model} = this, value = model.get('area');
    this.$el.html(this.template({
      title: model.isNew() ? 'New country' : `Edit ${model.label() || model.id}`, name: model.label(),
      capital: (model.get('capital') || []).join(', '), region: model.get('region') || 'Europe', regions,
      area: typeof value === 'number' && value >= 0 ? value : '', back: this.address()
    }));
    return this;
  },

  address() {
    return this.model.isNew() ? '#/' : `#/countries/${encodeURIComponent(this.model.id)}`;
  },

  focus() {
    this.$('[name=name]').trigger('focus').trigger('select');
  },

  edited() {
    const value = name => this.$(`[name=${name}]`).val().trim();
    return {
      name: {...this.model.get('name'), common: value('name')},
      capital: _.compact(value('capital').split(',').map(part => part.trim())),
      region: value('region'),
      area: value('area') === '' ? null : Number(value('area'))
    };
  },

  save(event) {
    event.preventDefault();
    const {model} = this;
    if (!model.isNew()) {
      update(model, this.edited());
      return Backbone.history.navigate(this.address(), {trigger: true});
    }
    model.set(this.edited());
    this.block('creating …');
    create(model, {
      made: () => this.trigger('made', model),
      refused: request => {
        this.$('input, select, .save').prop('disabled', false);
        showFreshness(this.$el, 'failure', failureOf(request));
        this.focus();
      }
    });
  },

  // Until something has happened that the chip names.
  block(text) {
    this.$('input, select, .save').prop('disabled', true);
    showFreshness(this.$el, 'pending', text);
  }
});

// What the address behind the # names, and is not there.
export const Nowhere = Screen.extend({
  render() {
    this.$el.html('<div class="card-head"><h2 tabindex="-1">There is no such page</h2></div><p><a href="#/">All countries</a></p>');
    return this;
  }
});
