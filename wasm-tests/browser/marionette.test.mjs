// Applications of Marionette 4: what their views make of rows that come from the cache and from
// the server. The scenarios, plain and decorated, are comparison/marionette.mjs.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {compareTopic} from './comparison.mjs';
import {openInside} from './inside.mjs';
import {plainPage} from './server.mjs';

const scripts = [...plainPage, 'radio', 'marionette'];

test('7.4 Marionette', async t => { await compareTopic(t, 'marionette', 'Marionette', {scripts}); });

test('3.3 Marionette: a view that waits for promises shows cached rows, and renders again only the row that has changed', async t => {
  const {run, server} = await openInside(t, {scripts, data: {rows: [{id: 1, name: 'Norway'}, {id: 2, name: 'Chile'}]}});
  await run(async () => {
    window.classes = inside.classes();
    await inside.fetch(new classes.Rows());
  });
  server.database.get('rows').find({id: 2}).assign({name: 'Chili'}).write();
  const release = server.hold();
  const shown = await run(async () => {
    const rows = new classes.Rows(), row = new classes.Row({id: 1}), region = new Marionette.Region({el: document.body});
    window.rendered = [];
    const Child = Marionette.View.extend({
      tagName: 'li', template: _.template('<%- name %>'), modelEvents: {change: 'render'}, onRender() { rendered.push(this.model.get('name')); }
    });
    window.answered = Promise.all([rows, row].map(object => inside.fetch(object)));
    // Nothing has been answered yet, but both promises are resolved.
    const both = jQuery.when(rows.fetch(), row.fetch());
    if (both.state() !== 'resolved') return both.state();
    region.show(new Marionette.CollectionView({el: document.body, collection: rows, childView: Child}));
    window.nodes = jQuery('li').get();
    return nodes.map(node => node.textContent);
  });
  assert.deepEqual(shown, ['Norway', 'Chile']);
  release();
  const [names, rendered, areKept] = await run(async () => {
    await answered;
    const now = jQuery('li').get();
    return [now.map(node => node.textContent), rendered, now.every((node, i) => node === nodes[i])];
  });
  assert.deepEqual([names, rendered, areKept], [['Norway', 'Chili'], ['Norway', 'Chile', 'Chili'], true]);
});
