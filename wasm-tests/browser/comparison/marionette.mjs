// Scenarios of views of Marionette on fetched data: which views are made, rendered, kept and
// destroyed, what they hear, and what stands in the page.

// A list whose views tell what becomes of them. properties: of the collection's view.
function list(scene, rows, properties) {
  const heard = name => (...told) => scene.note(name, ...told);
  const watched = {
    initialize() { scene.watch(this); }
  };
  const Child = Marionette.View.extend({
    ...watched,
    tagName: 'li',
    template: _.template('<b><%- name %></b>'),
    triggers: {'click b': 'picked'},
    modelEvents: {change: 'render', 'change:name': heard('child hears of its name'), sync: heard('child hears sync')}
  });
  const Empty = Marionette.View.extend({...watched, tagName: 'li', template: _.template('nothing')});
  const List = Marionette.CollectionView.extend({
    ...watched,
    tagName: 'ul',
    childView: Child,
    emptyView: Empty,
    collectionEvents: {
      update: heard('list hears update'), sync: heard('list hears sync'), error: heard('list hears error'),
      request: heard('list hears request'), 'change:name': heard('list hears of a name'), sort: heard('list hears sort')
    },
    childViewEvents: {picked: view => view.model.destroy(scene.callbacks())},
    ...properties
  });
  return show(scene, new List({collection: rows}));
}

// In a region; look() notes what stands there.
function show(scene, view) {
  const place = scene.place(), region = new Marionette.Region({el: place});
  region.show(view);
  return {view, region, place, look: () => scene.look(place)};
}

async function fetched(scene, rows, options) {
  rows.fetch(scene.callbacks(options));
  await scene.quiet();
}

const byName = {comparator: 'name'};

const scenarios = {
  'a list that is shown and fetched twice': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    look();
    await fetched(scene, rows);
    look();
    rows.fetch(scene.callbacks());
    look();
    await scene.quiet();
    look();
  },
  'a list that is fetched, and then shown, by a second collection': async scene => {
    await fetched(scene, scene.rows());
    const rows = scene.rows();
    rows.fetch(scene.callbacks());
    const {look} = list(scene, rows);
    look();
    await scene.quiet();
    look();
  },
  'a list whose rows have changed at the server': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    await scene.change('/api/rows/2', 'PATCH', {name: 'Chili'});
    await scene.change('/api/rows/3', 'DELETE');
    await scene.change('/api/rows', 'POST', {id: 9, name: 'Fiji'});
    const other = scene.rows(), beside = list(scene, other);
    for (const one of [rows, other]) {
      one.fetch(scene.callbacks());
      look();
      beside.look();
      await scene.quiet();
    }
    look();
    beside.look();
  },
  'a list that is emptied at the server': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    for (const id of [1, 2, 3]) await scene.change(`/api/rows/${id}`, 'DELETE');
    await fetched(scene, rows);
    look();
    await fetched(scene, rows);
    look();
  },
  'create, with and without wait': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    for (const wait of [false, true]) {
      scene.watch(rows.create({name: wait ? 'Mali' : 'Fiji'}, scene.callbacks({wait})));
      look();
      await scene.quiet();
      look();
    }
    await fetched(scene, rows);
    look();
  },
  'create that fails, with and without wait': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    for (const wait of [false, true]) {
      rows.create({name: 'Fiji'}, scene.callbacks({wait, url: '/api/status/500', error: row => rows.remove(row)}));
      look();
      await scene.quiet();
      look();
    }
    await fetched(scene, rows);
    look();
  },
  'destroy by a click, and fetch again': async scene => {
    const rows = scene.rows(), {look, place} = list(scene, rows);
    await fetched(scene, rows);
    jQuery(place).find('b').eq(1).trigger('click');
    look();
    await scene.quiet();
    await fetched(scene, rows);
    look();
  },
  'destroy that fails, with and without wait': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    for (const wait of [false, true]) {
      const row = rows.first();
      row.destroy(scene.callbacks({wait, url: '/api/status/500', error: () => rows.add(row, {at: 0})}));
      look();
      await scene.quiet();
      look();
    }
    await fetched(scene, rows);
    look();
  },
  'save, patch, and fetch again': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    rows.get(1).save({name: 'Noreg'}, scene.callbacks());
    look();
    await scene.quiet();
    rows.get(2).save({name: 'Chili'}, scene.callbacks({patch: true, wait: true}));
    look();
    await scene.quiet();
    look();
    await fetched(scene, rows);
    look();
  },
  'a save that fails is rolled back by the page': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    const row = rows.get(1), before = row.get('name');
    row.save({name: 'Noreg'}, scene.callbacks({url: '/api/status/500', error: () => row.set({name: before})}));
    look();
    await scene.quiet();
    look();
    await fetched(scene, rows);
    look();
  },
  'a save that fails is rolled back by a fetch': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    const row = rows.get(1);
    row.save({name: 'Noreg'}, scene.callbacks({url: '/api/status/500', error: () => {
      row.fetch(scene.callbacks());
      look();
    }}));
    look();
    await scene.quiet();
    look();
  },
  'a save with wait that fails': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    rows.get(1).save({name: 'Noreg'}, scene.callbacks({url: '/api/status/500', wait: true}));
    await scene.quiet();
    await fetched(scene, rows);
    look();
  },
  'a sorted collection': async scene => {
    const rows = scene.rows([], byName), {look} = list(scene, rows);
    await fetched(scene, rows);
    look();
    await scene.change('/api/rows/2', 'PATCH', {name: 'Zaire'});
    rows.fetch(scene.callbacks());
    look();
    await scene.quiet();
    look();
    rows.create({name: 'Mali'}, scene.callbacks({wait: true}));
    await scene.quiet();
    look();
  },
  'viewComparator and viewFilter': async scene => {
    const rows = scene.rows();
    const {look, view} = list(scene, rows, {viewComparator: 'order', viewFilter: child => child.model.get('name') !== 'Peru'});
    await fetched(scene, rows);
    look();
    view.setComparator(row => -row.get('order'));
    look();
    view.removeFilter();
    look();
    await fetched(scene, rows);
    look();
  },
  'fetch with reset': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows, {reset: true});
    look();
    await fetched(scene, rows, {reset: true});
    look();
  },
  'fetch with remove: false': async scene => {
    const rows = scene.rows([{id: 50, name: 'Mali'}]), {look} = list(scene, rows);
    await fetched(scene, rows, {remove: false});
    look();
    await fetched(scene, rows, {remove: false});
    look();
  },
  'fetch of pages': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    for (const page of [1, 2, 1]) {
      await fetched(scene, rows, {data: {_page: page, _limit: 2}});
      look();
    }
  },
  'fetch that fails': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows, {url: '/api/status/500'});
    look();
    await fetched(scene, rows);
    look();
  },
  'a view that is destroyed before the answer': async scene => {
    const rows = scene.rows();
    await fetched(scene, rows);
    const {look, region} = list(scene, rows);
    await scene.change('/api/rows/2', 'PATCH', {name: 'Chili'});
    rows.fetch(scene.callbacks());
    region.empty();
    look();
    await scene.quiet();
    look();
  },
  'another view of the same rows before the answer': async scene => {
    const rows = scene.rows();
    await fetched(scene, rows);
    const {look, region} = list(scene, rows);
    await scene.change('/api/rows/2', 'PATCH', {name: 'Chili'});
    rows.fetch(scene.callbacks());
    region.show(new Marionette.CollectionView({
      collection: rows, childView: Marionette.View.extend({template: _.template('<i><%- name %></i>'), modelEvents: {change: 'render'}})
    }));
    look();
    await scene.quiet();
    look();
  },
  'a row shown alone': async scene => {
    const row = scene.row({id: 1});
    const Detail = Marionette.View.extend({
      template: _.template('<h1><%- name %></h1>'),
      templateContext() { return {name: this.model.get('name') || '…'}; },
      modelEvents: {change: 'render', sync: told => scene.note('detail hears sync', told), request: told => scene.note('detail hears request', told)}
    });
    const {look} = show(scene, new Detail({model: row}));
    for (const name of ['Noreg', 'Norge']) {
      row.fetch(scene.callbacks());
      look();
      await scene.quiet();
      look();
      await scene.change('/api/rows/1', 'PATCH', {name});
    }
  },
  'a list, and one of its rows shown alone': async scene => {
    const rows = scene.rows(), {look} = list(scene, rows);
    await fetched(scene, rows);
    const row = rows.get(1), Detail = Marionette.View.extend({template: _.template('<h1><%- name %></h1>'), modelEvents: {change: 'render'}});
    const alone = show(scene, new Detail({model: row}));
    await scene.change('/api/rows/1', 'PATCH', {name: 'Noreg'});
    row.fetch(scene.callbacks());
    await scene.quiet();
    look();
    alone.look();
    await fetched(scene, rows);
    look();
  },
  'a radio channel that hands rows out': async scene => {
    const rows = scene.rows(), channel = Backbone.Radio.channel('rows');
    channel.reset();
    channel.reply('all', () => {
      rows.fetch(scene.callbacks({success: () => channel.trigger('fetched', rows)}));
      return rows;
    });
    channel.on('fetched', told => scene.note('channel tells fetched', told));
    const {look} = list(scene, channel.request('all'));
    await scene.quiet();
    look();
    channel.request('all');
    look();
    await scene.quiet();
    look();
  },
  // With a hit it would be the cached rows that are shown first.
  'a view that waits for the promise': Object.assign(async scene => {
    const rows = scene.rows(), row = scene.row({id: 1});
    jQuery.when(rows.fetch(scene.callbacks()), row.fetch(scene.callbacks())).then((...told) => {
      scene.note('both', ...told.map(([data]) => data));
      list(scene, rows).look();
    });
    await scene.quiet();
  }, {cold: true})
};

export default scenarios;
