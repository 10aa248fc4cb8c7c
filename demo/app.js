// The demo: plain jQuery, Underscore and Backbone. The address behind the # says what is shown,
// the one before it (?queue=true) how the cache is to behave.

import {CacheOptions, Queue, ServerConditions} from './conditions.js';
import {Country, cache} from './countries.js';
import {changes, noteElsewhere} from './operations.js';
import {StorageView} from './storage.js';
import {Log, Phases, Timeline} from './timeline.js';
import {Detail, Form, List, Nowhere} from './views.js';

const phases = new Phases();
let screen = null;

// Models that the page has shown are shown again: what was typed, and what was told, is in them.
const known = new Map();
function know(country) {
  known.set(country.id, country);
  country.once('destroy', () => known.delete(country.id));
  return country;
}
const country = id => known.get(id) || know(new Country({cca3: id}));

// The visit is that of the first screen.
const visit = () => screen ? null : phases;

function show(next) {
  const isFirst = !screen;
  if (screen) screen.remove();
  screen = next;
  $('#screen').append(screen.render().el);
  screen.load();
  document.title = `${screen.$('h2').text()}, with Backbone.cachingSync`;
  if (!isFirst) screen.focus();
}

function showList(words, page) {
  const wanted = {words: words || '', page: Math.max(1, Math.floor(Number(page)) || 1)};
  if (screen instanceof List) screen.show(wanted);
  else show(new List({...wanted, phases: visit()}));
}

const Router = Backbone.Router.extend({
  routes: {
    '': () => showList(),
    'page/:page': page => showList('', page),
    'search/:words': words => showList(words),
    'search/:words/page/:page': (words, page) => showList(words, page),
    'countries/:id': id => show(new Detail({model: country(id), phases: visit()})),
    'countries/:id/edit': id => show(new Form({model: country(id), phases: visit()})),
    'new': () => show(new Form({model: new Country(), phases: visit()}).on('made', made => {
      know(made);
      Backbone.history.navigate(`#/countries/${encodeURIComponent(made.id)}`, {trigger: true});
    })),
    '*nowhere': () => show(new Nowhere({phases: visit()}))
  }
});

cache.on({
  // What was made offline has its own id now; so has the address.
  id(temporary, id) {
    noteElsewhere('saved', `The temporary id is ${id} now`);
    if (known.has(temporary)) known.set(id, known.get(temporary));
    if (location.hash.includes(temporary)) location.replace(location.hash.replace(temporary, id));
  },
  reject: ({method, id, status}) => noteElsewhere('undone', `The server refused: ${method} ${id}`, `It said ${status}; taken back`),
  change: (id, attributes) => noteElsewhere('tab', `Another tab has written ${id}`, attributes.name && `It is “${attributes.name.common}” there`),
  remove: id => noteElsewhere('tab', `Another tab has removed ${id}`)
});

new Log();
new CacheOptions();
new Queue();
new ServerConditions();
const timeline = new Timeline();
new Router();
Backbone.history.start();
$(window).on('load', () => {
  new StorageView();
  if ($('#timeline').is(':visible')) timeline.load();
});
$(window).on('storage', () => changes.trigger('storage'));
$('#reload').on('click', () => location.reload());
