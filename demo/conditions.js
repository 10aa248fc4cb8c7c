// The conditions: how the server behaves, which it is told by POST /conditions and which holds
// for all tabs; and the options of the cache, which are in the page's address.

import {cache, given, isCached, isUnmade, refusal} from './countries.js';
import {changes, noteElsewhere} from './operations.js';

const others = new BroadcastChannel('conditions');

// How the server behaves: {delay, failing, offline}.
export const ServerConditions = Backbone.View.extend({
  el: '#server-conditions',

  events: {change: 'send', 'click #reset': 'reset'},

  initialize() {
    others.onmessage = () => this.load();
    this.load();
  },

  load() {
    return $.getJSON('conditions').then(({delay, failing, offline}) => {
      const $delay = this.$('[name=delay]');
      if (!$delay.find(`[value=${delay}]`).length) $delay.append($('<option>').val(delay).text(`${delay} ms`));
      $delay.val(String(delay));
      this.$('[name=failing]').val(failing);
      this.$('[name=offline]').prop('checked', offline);
      this.$('fieldset').prop('disabled', false);
      $('body').toggleClass('offline', offline);
    });
  },

  send() {
    const conditions = {
      delay: Number(this.$('[name=delay]').val()),
      failing: this.$('[name=failing]').val(),
      offline: this.$('[name=offline]').prop('checked')
    };
    $.ajax('conditions', {type: 'POST', contentType: 'application/json', data: JSON.stringify(conditions)}).then(() => {
      others.postMessage('changed');
      const isBack = $('body').hasClass('offline') && !conditions.offline;
      $('body').toggleClass('offline', conditions.offline);
      // A browser fires `online` where a network comes back; this one was away on the server's side.
      if (isBack) cache.replay();
    });
  },

  reset() {
    $.post('api/reset').then(() => location.reload(), () => noteElsewhere('failed', 'Not reset: the server was not reached'));
  }
});

// The options of the cache, which are applied by loading the page anew.
export const CacheOptions = Backbone.View.extend({
  el: '#cache-options',

  events: {submit: 'apply'},

  initialize() {
    this.$('[name=cache]').prop('checked', isCached);
    for (const [name, value] of Object.entries(given)) {
      const $field = this.$(`[name=${name}]`);
      if ($field.is('[type=checkbox]')) $field.prop('checked', value);
      else $field.val(value);
    }
    this.$('fieldset').prop('disabled', !isCached);
    this.$('.refusal').text(refusal).toggle(!!refusal);
  },

  apply(event) {
    event.preventDefault();
    const options = new URLSearchParams(location.search);
    for (const field of this.$('fieldset').find('select, input').get()) {
      const value = field.type === 'checkbox' ? field.checked && 'true' : field.value;
      if (value) options.set(field.name, value);
      else options.delete(field.name);
    }
    if (this.$('[name=cache]').prop('checked')) options.delete('cache');
    else options.set('cache', 'off');
    location.search = options;
  }
});

// What waits for the network.
export const Queue = Backbone.View.extend({
  el: '#queue',

  events: {'click .discard': 'discard', 'click #replay': 'replay'},

  initialize() {
    this.listenTo(cache, 'queue reject id', this.render);
    this.listenTo(changes, 'request moment storage', this.render);
    this.render();
  },

  row: _.template('<li data-id="<%- id %>"><span><b><%- method %></b> <a href="#/countries/<%- encodeURIComponent(id) %>"><%- name %></a></span> ' +
    '<button class="discard" aria-label="Discard: <%- method %> <%- name %>">Discard</button></li>'),

  render() {
    const waiting = cache.pending();
    this.$el.toggle(isCached && Boolean(given.queue || waiting.length));
    this.$('#replay').prop('disabled', !waiting.length);
    this.$('.count').text(waiting.length ? `${waiting.length} waiting` : 'nothing waits');
    const rows = waiting.map(({method, id, attributes}) =>
      this.row({method, id, name: attributes && attributes.name ? attributes.name.common : id})).join('');
    if (rows === this.shown) return;
    const hadFocus = this.el.contains(document.activeElement);
    this.$('ul').html(this.shown = rows);
    if (hadFocus) this.$('h2').trigger('focus');
  },

  discard(event) {
    const {id} = event.currentTarget.closest('li').dataset;
    cache.discard(id);
    noteElsewhere('undone', `Discarded what waited of ${id}`);
    changes.trigger('discard');
    // What was to be made here is no more.
    if (isUnmade({id}) && location.hash.includes(encodeURIComponent(id))) location.hash = '#/';
  },

  replay() {
    cache.replay();
  }
});
