// What lies in localStorage: every record and list of the demo with its size, its expiry and its
// age; what else there is, summed up; how full it is.

import {cache, given, store} from './countries.js';
import {changes, noteElsewhere} from './operations.js';
import {number} from './timeline.js';

// Browsers give an origin about 5 MB, which they count in UTF-16 units of keys and values.
const quota = 5 * 1024 * 1024;
const filling = 'filling-';
const suffixes = {value: '-_burry_countries', expiry: '-_burry_exp_countries'};
const minute = () => Math.floor(Date.now() / 60_000);

function everything() {
  return Object.keys(localStorage).map(key => {
    const text = localStorage.getItem(key);
    return {key, text, size: key.length + text.length};
  });
}

function kindOf(name) {
  if (name === '__ids__') return 'list';
  if (name === '__ids__?') return 'index of the lists';
  if (name.startsWith('__ids__?#')) return 'answer beside a list';
  if (name.startsWith('__ids__?')) return 'list of a query';
  if (name === '__queue__lease') return 'which tab sends the queue';
  return name === '__queue__' ? 'offline queue' : 'record';
}

// Of `everything`: lists first, then the records by their ids.
function entries(all) {
  const byKey = new Map(all.map(item => [item.key, item]));
  const names = all.filter(({key}) => key.endsWith(suffixes.value)).map(({key}) => key.slice(0, -suffixes.value.length));
  return _.sortBy(names.map(name => {
    const value = byKey.get(name + suffixes.value), expiry = byKey.get(name + suffixes.expiry);
    const left = expiry ? Number(expiry.text) - minute() : null;
    return {
      name, kind: kindOf(name), left,
      size: value.size + (expiry ? expiry.size : 0),
      // The expiry is all that storage says of an age.
      age: left === null || !given.ttl ? null : Math.max(0, given.ttl - left)
    };
  }), ({kind, name}) => (kind === 'record' ? '2' : '1') + name);
}

function minutes(count) {
  return count === 1 ? '1 minute' : `${number(count)} minutes`;
}

function expiryOf({left}) {
  if (left === null) return 'never';
  return left < 0 ? 'expired' : left === 0 ? 'within a minute' : `in ${minutes(left)}`;
}

const ageOf = ({age}) => age === null ? '–' : age === 0 ? 'less than a minute' : minutes(age);

const isFilling = ({key}) => key.startsWith(filling);

// Puts as much into storage as there is room for, in pieces that get smaller.
function fill() {
  let count = 0;
  for (let size = 1 << 18; size >= 1;) {
    try {
      localStorage.setItem(filling + count, 'x'.repeat(size));
      count++;
    } catch (error) {
      size = Math.floor(size / 2);
    }
  }
}

// What is lost with the queue is nowhere else.
function mayLose(writes) {
  return !writes || confirm(writes === 1 ? 'One change has not been sent. Lose it?' : `${writes} changes have not been sent. Lose them?`);
}

export const StorageView = Backbone.View.extend({
  el: '#storage',

  events: {
    'click .corrupt': 'corrupt',
    'click .delete': 'remove_',
    'click #clear': 'clear',
    'click #fill': 'toggleFilling'
  },

  initialize() {
    this.rows = new Map();
    // What is read for it takes longer than painting the list, so it comes after.
    this.render = _.debounce(this.render.bind(this), 100);
    this.listenTo(changes, 'request moment storage', this.render);
    setInterval(() => document.hidden || this.render(), 2000);
    this.render();
  },

  template: _.template('<td class="key"><code><%- name %></code></td><td class="kind"><%- kind %></td><td class="size"></td><td class="expiry"></td><td class="age"></td>' +
    '<td class="actions"><button class="corrupt" aria-label="Corrupt <%- name %>">Corrupt</button> <button class="delete" aria-label="Delete <%- name %>">Delete</button></td>'),

  render() {
    const items = everything(), all = entries(items), names = new Set(all.map(({name}) => name));
    this.showUsage(items);
    for (const [name, $row] of this.rows) {
      if (names.has(name)) continue;
      $row.remove();
      this.rows.delete(name);
    }
    const body = this.$('tbody')[0];
    all.forEach((entry, i) => {
      const $row = this.row(entry);
      $row.find('.size').text(`${number(entry.size)}`);
      $row.find('.expiry').text(expiryOf(entry)).toggleClass('expired', entry.left !== null && entry.left < 0);
      $row.find('.age').text(ageOf(entry));
      if (body.children[i] !== $row[0]) body.insertBefore($row[0], body.children[i] || null);
    });
    this.$('.none').toggle(!all.length);
  },

  row(entry) {
    if (!this.rows.has(entry.name)) this.rows.set(entry.name, $('<tr>').attr('data-name', entry.name).html(this.template(entry)));
    return this.rows.get(entry.name);
  },

  showUsage(all) {
    const sum = _.reduce(all, (total, {size}) => total + size, 0);
    this.$('meter').val(sum / quota).attr('value', sum / quota);
    this.$('#used').attr('data-keys', all.length)
      .text(`${number(all.length)} ${all.length === 1 ? 'key' : 'keys'}, ${number(sum / 1024)} of about ${number(quota / 1024)} kB`);
    this.$('#fill').attr('aria-pressed', String(all.some(isFilling)));
  },

  nameOf: event => $(event.currentTarget).closest('tr').attr('data-name'),

  // Another program, or half a write, may leave anything behind.
  corrupt(event) {
    const name = this.nameOf(event), key = name + suffixes.value;
    if (!mayLose(this.queuedIn(name))) return;
    localStorage.setItem(key, localStorage.getItem(key).slice(0, -2));
    noteElsewhere('write', `Corrupted ${name} in storage`, name === '__queue__' ? 'What waited is lost' : 'It is a miss from now on');
  },

  remove_(event) {
    const name = this.nameOf(event), row = event.currentTarget.closest('tr'), next = row.nextElementSibling;
    if (!mayLose(this.queuedIn(name))) return;
    store.remove(name);
    noteElsewhere('write', `Deleted ${name} from storage`, name === '__queue__' ? 'What waited is lost' : 'The next visit asks the server for it');
    (next ? next.querySelector('.delete') : this.$('h2')[0]).focus();
  },

  queuedIn: name => name === '__queue__' ? cache.pending().length : 0,

  clear() {
    if (!mayLose(cache.pending().length)) return;
    cache.clear();
    store.flush();
    noteElsewhere('write', 'The cache is empty', 'The next visit waits for the server');
  },

  toggleFilling() {
    const pieces = Object.keys(localStorage).filter(key => isFilling({key}));
    if (pieces.length) {
      pieces.forEach(key => localStorage.removeItem(key));
      noteElsewhere('write', 'There is room in localStorage again');
      return;
    }
    fill();
    noteElsewhere('write', 'localStorage is full', 'What does not fit is not cached; the page goes on');
  }
});
