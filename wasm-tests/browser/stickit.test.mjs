// Forms that Backbone.stickit binds to models: what the user types is not lost by a cache. The
// scenarios, plain and decorated, are comparison/stickit.mjs; here is what a form gains.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareTopic} from './comparison.mjs';
import {openInside} from './inside.mjs';
import {offlinePage, plainPage, startServer} from './server.mjs';
import {answerByName, defineCalls} from './shared.mjs';

const scripts = [...plainPage, 'stickit'], withOffline = [...offlinePage, 'stickit'];

function trimmed(request, response, next) {
  if (request.path !== '/trimmed') return next();
  const {name} = request.body;
  response.json({...request.body, id: 1, ...name && {name: name.trim()}});
}

test('7.4 Backbone.stickit', async t => { await compareTopic(t, 'stickit', 'Backbone.stickit', {scripts, answer: trimmed}); });

// In the page: a form of a row, and what is typed into it.
function prepare() {
  window.bind = model => {
    const $el = jQuery('<div><input class="name"><input class="note"></div>').appendTo('body');
    new (Backbone.View.extend({bindings: {'.name': 'name', '.note': 'note'}}))({el: $el, model}).stickit();
    return {
      type: (selector, text) => $el.find(selector).val(text).trigger('input'),
      shown: () => $el.find('input').get().map(({value}) => value)
    };
  };
}

async function open(t, {scripts: given = scripts, ...shared} = {}) {
  const server = shared.server || await startServer({rows: [{id: 1, name: 'Norway', note: 'cold'}]});
  if (!shared.server) t.after(() => server.close());
  answerByName(server);
  return openInside(t, {scripts: given, server, context: shared.context, prepare: `${defineCalls})(); (${prepare}`});
}

test('Backbone.stickit: what the user saves in a form', async t => {
  const {run} = await open(t);

  await t.test('5.2 stands when the answer to an older fetch comes', async () => {
    assert.deepEqual(await run(async () => {
      const {Row} = inside.classes({ns: 'older'}), row = new Row({id: 1}), {type, shown} = bind(row), seen = [];
      await inside.fetch(row);
      inside.send('read', given => row.fetch(given));
      type('.name', 'Noreg');
      inside.send('save', given => row.save(null, given));
      await inside.answer('read', 200, {id: 1, name: 'Norway', note: 'cold'});
      seen.push(shown());
      await inside.answer('save');
      return [...seen, shown()];
    }), [['Noreg', 'cold'], ['Noreg', 'cold']]);
  });

  await t.test('4.2 is taken back where it fails: the next fetch shows at once what the server confirmed last', async () => {
    assert.deepEqual(await run(async () => {
      const {Row} = inside.classes({ns: 'failed'}), row = new Row({id: 1}), {type, shown} = bind(row), seen = [];
      await inside.fetch(row);
      type('.note', 'very');
      inside.send('save', given => row.save(null, given));
      const other = new Row({id: 1}), {shown: shownByOther} = bind(other);
      const fetched = inside.fetch(other);
      seen.push(shownByOther());
      await fetched;
      await inside.answer('save', 500);
      seen.push(shown());
      const again = inside.fetch(row);
      seen.push(shown());
      await again;
      return [...seen, shown()];
    }), [['Norway', 'very'], ['Norway', 'very'], ['Norway', 'cold'], ['Norway', 'cold']]);
  });

  await t.test('3.8 and nothing else of it gets into the cache', async () => {
    assert.deepEqual(await run(async () => {
      const {Row} = inside.classes({ns: 'typed'}), row = new Row({id: 1}), {type, shown} = bind(row);
      await inside.fetch(row);
      inside.send('read', given => row.fetch(given));
      type('.name', 'Nor');
      await inside.answer('read', 200, {id: 1, note: 'warm'});
      return [shown(), localStorage.getItem('1-_burry_typed')];
    }), [['Nor', 'warm'], '{"id":1,"note":"warm"}']);
  });
});

test('13.2 Backbone.stickit: what another tab saves does not overwrite what the user types', async t => {
  const tab = await open(t, {scripts: withOffline}), other = await open(t, {...tab, scripts: withOffline});
  for (const {run} of [tab, other]) await run(async () => {
    const {Row} = inside.classes({ttl: {live: true}});
    window.row = new Row({id: 1});
    window.form = bind(row);
    await inside.fetch(row);
  });
  await tab.run(() => {
    form.type('.name', 'Nor');
    window.taken = new Promise(resolve => row.on('change:note', () => resolve(form.shown())));
  });
  await other.run(async () => {
    form.type('.note', 'warm');
    await inside.save(row, null);
  });
  assert.deepEqual(await tab.run(() => taken), ['Nor', 'warm']);
});
