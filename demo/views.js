// The screens: the list, one country, and the form.

import {Countries, cache, given, isCached, store} from './countries.js';
import {changes, failureOf, now, whenPainted} from './operations.js';
import {number} from './timeline.js';

export const regions = ['Africa', 'Americas', 'Antarctic', 'Asia', 'Europe', 'Oceania'];

// How fresh what is shown is: the chip beside the heading.
function showFreshness($el, freshness, text) {
  $el.find('.chip').attr('data-freshness', freshness).text(text);
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

// A screen is rendered with what the page knows, and loads the rest then.
const Screen = Backbone.View.extend({
  tagName: 'section',
  className: 'card screen',

  load() {},

  // Where one who listens or types goes on from.
  focus() {
    this.$('h2').attr('tabindex', -1).trigger('focus');
  }
});


// The list: what a search finds, a page at a time.

export const List = Screen.extend({
  events: {
    'input [name=words]': _.debounce(function () { this.search(); }, 250), 'submit form': 'stay', 'click .delete': 'delete_'
  },

  initialize({words = '', page = 1, phases}) {
    this.phases = phases;
    this.collection = new Countries([], {words, page});
    this.listenTo(this.collection, 'update reset change', this.renderRows);
    this.listenTo(cache, 'list clear', () => this.load());
  },

  template: _.template(
    '<div class="card-head"><h2>Countries</h2><span class="chip" role="status"></span>' +
    '<form role="search"><input name="words" type="search" placeholder="Search by name" aria-label="Search the countries by name" value="<%- words %>"></form>' +
    '<a class="button primary" href="#/new">New country</a></div>' +
    '<table><thead><tr><th class="flag"><span class="unseen">Flag</span></th><th class="name">Country</th><th class="capital">Capital</th>' +
    '<th class="region">Region</th><th class="area">Area, km²</th><th class="actions"><span class="unseen">Actions</span></th></tr></thead><tbody></tbody></table>' +
    '<p class="empty"></p><nav class="pages" aria-label="Pages"><a class="button previous">Previous</a><span></span><a class="button next">Next</a></nav>'),

  row: _.template(
    '<tr data-id="<%- id %>"><td class="flag"><%= flag %></td><td class="name"><a href="#/countries/<%- encodeURIComponent(id) %>"><%- name %></a></td>' +
    '<td class="capital"><%- capital %></td><td class="region"><%- region %></td><td class="area"><%- area %></td>' +
    '<td class="actions"><a class="button edit" aria-label="Edit <%- name %>" href="#/countries/<%- encodeURIComponent(id) %>/edit">Edit</a> ' +
    '<button class="delete" aria-label="Delete <%- name %>">Delete</button></td></tr>'),

  render() {
    this.$el.html(this.template(this.collection));
    showFreshness(this.$el, 'pending', 'asking the server …');
    this.renderRows();
    return this;
  },

  renderRows() {
    const {collection} = this;
    this.$('tbody').html(collection.map(country => this.row({
      id: country.id, flag: flagOf(country), name: country.label(), capital: (country.get('capital') || []).join(', '),
      region: country.get('region') || '', area: area(country.get('area'))
    })).join(''));
    this.$('.pages span').text(collection.total ? `Page ${collection.page} of ${collection.pages()}, ${number(collection.total)} countries` : '');
    this.link('.previous', collection.page - 1);
    this.link('.next', collection.page + 1);
  },

  address(page, words = this.collection.words) {
    const parts = [...words ? ['search', encodeURIComponent(words)] : [], ...page > 1 ? ['page', page] : []];
    return `#/${parts.join('/')}`;
  },

  link(selector, page) {
    const isThere = page >= 1 && page <= this.collection.pages();
    const $link = this.$(selector).attr('aria-disabled', isThere ? null : 'true');
    if (isThere) $link.attr('href', this.address(page));
    else $link.removeAttr('href');
  },

  load() {
    const {collection} = this;
    let hasCached = false;
    collection.load({
      success: (same, answer, options) => {
        const {kind, words} = phaseOf(options), {operation} = options;
        hasCached = hasCached || kind === 'cached';
        const asksNoServer = kind === 'cached' && /^cache-(first|only)$/.test(given.fetchPolicy);
        const isLast = kind !== 'cached' || asksNoServer;
        showFreshness(this.$el, kind, isLast ? words : 'cached, asking the server …');
        this.$('.empty').text(collection.length ? '' : 'Nothing is found.');
        whenPainted(() => {
          this.phases.painted(kind, collection.length);
          if (asksNoServer) this.phases.notAsked();
          operation.note(kind, `${collection.label()} painted ${words}`, `${number(collection.length)} rows`);
        });
      },
      error: (same, request, options) => {
        this.phases.failed();
        showFreshness(this.$el, 'failure', failureOf(request));
        options.operation.note('failed', `No list: ${failureOf(request)}`, hasCached ? 'The cached one stays' : '');
        if (!collection.length) this.$('.empty').text(`Nothing is cached, and ${failureOf(request)}.`);
      }
    });
    if (!collection.length) this.$('.empty').text('Nothing is cached yet. Waiting for the server …');
  },

  search() {
    const words = this.$('[name=words]').val().trim();
    Backbone.history.navigate(this.address(1, words), {trigger: true, replace: true});
  },

  // Another search, or page, in the same screen: what is typed into stays.
  show({words = '', page = 1}) {
    this.stopListening(this.collection);
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

// afterwards: called once it is gone, and once it is back.
export function destroy(country, afterwards = () => {}) {
  const {id} = country, label = country.label();
  country.destroy({
    success: (same, answer, options) => noteWritten('Deleted', label, id, options),
    error: (same, request, options) => {
      options.operation.note('undone', `Not deleted: ${failureOf(request)}`, cachedName(id));
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


// One country.

function fetchModel(country, phases) {
  country.fetch({
    success: (same, answer, options) => {
      const {kind, words} = phaseOf(options);
      whenPainted(() => {
        phases.painted(kind, 1);
        options.operation.note(kind, `${country.label()} painted ${words}`);
      });
    },
    error: (same, request, options) => {
      phases.failed();
      options.operation.note('failed', `Not fetched: ${failureOf(request)}`);
    }
  });
}

export const Detail = Screen.extend({
  events: {'click .delete': 'delete_'},

  initialize({phases}) {
    this.phases = phases;
    this.listenTo(this.model, 'change', this.render);
    this.listenTo(this.model, 'request', () => this.mark('pending', 'asking the server …'));
    this.listenTo(this.model, 'sync', this.told);
    this.listenTo(this.model, 'error', (same, request) => this.mark('failure', failureOf(request)));
  },

  template: _.template(
    '<div class="card-head"><h2><%- name %></h2><span class="chip" role="status"></span>' +
    '<a class="button edit" href="#/countries/<%- encodeURIComponent(id) %>/edit">Edit</a> <button class="delete">Delete</button></div>' +
    '<div class="detail"><%= flag %><dl><% _.each(facts, function (text, name) { %><dt><%- name %></dt><dd><%- text %></dd><% }) %></dl></div>' +
    '<p><a href="#/">All countries</a></p>'),

  render() {
    const {model} = this, chip = this.$('.chip'), hadFocus = this.el.contains(document.activeElement);
    const [freshness, text] = [chip.attr('data-freshness'), chip.text()];
    const facts = {
      Code: String(model.id).startsWith('_new_') ? 'none yet, the server will give one' : model.id,
      Capital: (model.get('capital') || []).join(', '), Region: model.get('region'), Area: area(model.get('area')) && `${area(model.get('area'))} km²`,
      Languages: _.values(model.get('languages')).join(', '), Borders: (model.get('borders') || []).join(', ')
    };
    this.$el.attr('data-id', model.id).html(this.template({id: model.id, name: model.label() || model.id, flag: flagOf(model), facts: _.pick(facts, text => text)}));
    if (text) showFreshness(this.$el, freshness, text);
    if (hadFocus) this.focus();
    return this;
  },

  mark(freshness, text) {
    showFreshness(this.$el, freshness, text);
  },

  told(same, answer, options) {
    if (options.queued) return this.mark('pending', 'waits for the network');
    const {kind, words} = phaseOf(options);
    const isLast = kind !== 'cached' || /^cache-(first|only)$/.test(given.fetchPolicy);
    this.mark(kind, isLast ? words : 'cached, asking the server …');
  },

  load() {
    fetchModel(this.model, this.phases);
  },

  delete_() {
    destroy(this.model);
    Backbone.history.navigate('#/', {trigger: true});
  }
});


// The form, for a country and for a new one.

export const Form = Screen.extend({
  events: {'submit form': 'save'},

  initialize({phases}) {
    this.phases = phases;
  },

  // Where the page was opened here, or comes from the list, the model knows nothing yet.
  load() {
    const {model, phases} = this;
    if (model.isNew() || model.label()) return phases.notAsked();
    this.listenToOnce(model, 'change', () => this.render().focus());
    fetchModel(model, phases);
  },

  template: _.template(
    '<div class="card-head"><h2><%- title %></h2><span class="chip" role="status"></span></div><form>' +
    '<label>Name <input name="name" value="<%- name %>" required></label>' +
    '<label>Capital <input name="capital" value="<%- capital %>"></label>' +
    '<label>Region <select name="region"><% _.each(regions, function (other) { %><option<%= other === region ? " selected" : "" %>><%- other %></option><% }) %></select></label>' +
    '<label>Area, km² <input name="area" type="number" min="0" step="any" value="<%- area %>"></label>' +
    '<div class="buttons"><button class="primary save">Save</button> <a class="button cancel" href="<%- back %>">Cancel</a></div></form>'),

  render() {
    const {model} = this, value = model.get('area');
    this.$el.html(this.template({
      title: model.isNew() ? 'New country' : `Edit ${model.label()}`, name: model.label(),
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
    const busy = isBusy => this.$('input, select, .save').prop('disabled', isBusy);
    model.set(this.edited());
    busy(true);
    showFreshness(this.$el, 'pending', 'creating …');
    create(model, {
      made: () => this.trigger('made', model),
      refused: request => {
        busy(false);
        showFreshness(this.$el, 'failure', failureOf(request));
        this.focus();
      }
    });
  }
});
