// Scenarios of collections (contract 7.4): fetch, create, and what handlers see.

const held = [{id: 1, name: 'Norge'}, {id: 50, name: 'Mali'}, {name: 'unsaved'}];

// fetch of a collection that holds something already, and of an empty one.
const fetch = (options, properties, row, models = held) => scene => {
  const rows = scene.rows(models, properties, row);
  scene.attempt(() => scene.result(rows.fetch(scene.callbacks(options))));
};
const fetchNew = (options, properties, row) => fetch(options, properties, row, []);

// create, and fetch after it.
const create = (attributes, options, properties, row) => scene => {
  const rows = scene.rows(held, properties, row);
  scene.attempt(() => scene.note('created', rows.create(attributes, scene.callbacks(options))));
};

// Each of these with an empty collection, and with one that holds rows.
const fetches = {
  'without options': {},
  'with reset': {reset: true},
  'with reset, silent': {reset: true, silent: true},
  'with remove: false': {remove: false},
  'with merge: false': {merge: false},
  'with add: false': {add: false},
  'with add, merge and remove: false': {add: false, merge: false, remove: false},
  'with silent': {silent: true},
  'with at: 0': {at: 0},
  'with at: 1, remove: false': {at: 1, remove: false},
  'with parse: false': {parse: false},
  'with validate': {validate: true},
  'with data': {data: {order: 1, _sort: 'name'}},
  'with data as text': {data: 'order=1'},
  'with traditional data': {data: {id: [1, 2]}, traditional: true},
  'with a URL': {url: '/api/rows?order=2'},
  'with a context': {context: {name: 'context'}},
  'with headers': {headers: {'X-Token': 'secret'}},
  'with async: false': {async: false},
  'that is answered with text': {url: '/api/text', dataType: 'text'},
  'that is answered with text instead of JSON': {url: '/api/text'},
  'that is answered with null': {url: '/api/null'},
  'that is answered with one object': {url: '/api/object'},
  'that is answered with no rows': {url: '/api/none'},
  'that is answered with rows without id': {url: '/api/without-ids'},
  'that is answered with rows that come twice': {url: '/api/twice'},
  'that is answered with nulls': {url: '/api/nulls'},
  'that is answered with 204': {url: '/api/no-content'},
  'that is redirected': {url: '/api/moved'}
};

const scenarios = {};
for (const [name, options] of Object.entries(fetches)) {
  scenarios[`fetch ${name}`] = fetch(options);
  scenarios[`fetch of an empty collection ${name}`] = fetchNew(options);
}

const creations = {
  'without options': {},
  'with wait': {wait: true},
  'with at: 0': {at: 0},
  'with at: 0, wait': {at: 0, wait: true},
  'with silent': {silent: true},
  'with merge': {merge: true},
  'with parse: false': {parse: false},
  'with context': {context: {name: 'context'}},
  'with async: false': {async: false},
  'with async: false, wait': {async: false, wait: true},
  'that fails': {url: '/api/status/500'},
  'that fails, with wait': {url: '/api/status/500', wait: true},
  'that is answered with 204': {url: '/api/no-content'},
  'that is answered with 204, with wait': {url: '/api/no-content', wait: true},
  'that is answered with null': {url: '/api/null'},
  'that is answered with no JSON': {url: '/api/no-json'},
  'that sends attrs': {attrs: {name: 'attrs'}}
};
for (const [name, options] of Object.entries(creations)) scenarios[`create ${name}`] = create({name: 'Fiji'}, options);

// No row without a name, and none that is called 'bad'.
const strict = {validate: ({name}) => !name || name === 'bad' ? 'bad name' : undefined};

export default {
  ...scenarios,

  'fetch, sorted by an attribute': fetch({}, {comparator: 'order'}),
  'fetch, sorted by a function of one row': fetch({}, {comparator: row => -row.get('order')}),
  'fetch, sorted by a function of two rows': fetch({}, {comparator: (a, b) => a.get('name') < b.get('name') ? -1 : 1}),
  'fetch of a sorted collection with sort: false': fetch({sort: false}, {comparator: 'order'}),
  'fetch of a sorted collection with reset': fetch({reset: true}, {comparator: 'order'}),
  'fetch of a sorted collection with at': fetch({at: 0}, {comparator: 'order'}),
  'fetch with an idAttribute': fetch({}, {}, {idAttribute: 'name'}),
  'fetch with a modelId': fetch({}, {modelId: ({id}) => id && `key ${id}`}),
  'fetch with a modelId of two attributes': fetch({}, {modelId: ({id, name}) => id && `${name}/${id}`}),
  'fetch with a factory of models': scene => {
    const Row = scene.Row(), Other = scene.Row({kind: 'other'});
    const model = (attributes, options) => new (attributes.order === 1 ? Other : Row)(attributes, options);
    const rows = scene.rows([], {model});
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch with a factory of models and modelId': scene => {
    const Row = scene.Row();
    const model = (attributes, options) => new Row(attributes, options);
    model.prototype = undefined;
    const rows = scene.rows([], {model, modelId: ({id}) => id});
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch with a factory that cannot be constructed': scene => {
    const Row = scene.Row();
    const rows = scene.rows([], {model: (attributes, options) => new Row(attributes, options)});
    scene.attempt(() => scene.result(rows.fetch(scene.callbacks())));
  },
  'fetch with a parse of the collection': fetch({url: '/api/enveloped'}, {
    parse(answer) {
      this.total = answer.total;
      return answer.items;
    }
  }),
  'fetch with a parse of the rows': fetch({}, {}, {parse: row => ({...row, parsed: true})}),
  'fetch with a parse of collection and rows, and parse: false': fetch({parse: false}, {parse: () => []}, {parse: () => ({})}),
  'fetch with a parse that is told the options': fetch({page: 2}, {
    parse(answer, options) {
      return answer.map(row => ({...row, page: options.page}));
    }
  }),
  'fetch with a parse that throws': fetch({}, {parse() { throw new Error('parse'); }}),
  'fetch with a computed URL': fetch({}, {url() { return `/api/rows?_limit=${this.length}`; }}),
  'fetch with a URL that throws': fetch({}, {url() { throw new Error('url'); }}),
  'fetch without a URL': fetch({}, {url: undefined}),
  'fetch with validation that refuses a row': fetch({validate: true}, {}, {validate: ({name}) => name === 'Peru' ? 'refused' : undefined}),
  'fetch with defaults': fetchNew({}, {}, {defaults: {name: 'default', area: 0}}),
  'fetch with an initialize that sets': fetchNew({}, {}, {initialize() { this.set('initialized', this.get('name')); }}),
  'fetch of rows that are edited': async scene => {
    const rows = scene.rows(held);
    rows.get(1).set('name', 'edited').set('local', true);
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch twice, one after the other': async scene => {
    const rows = scene.rows();
    scene.result(rows.fetch(scene.callbacks()));
    await scene.quiet();
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch out of the success of a fetch': scene => {
    const rows = scene.rows();
    scene.result(rows.fetch(scene.callbacks({
      success: () => scene.result(rows.fetch(scene.callbacks({data: {order: 1}})))
    })));
  },
  'fetch with one options object, twice': async scene => {
    const rows = scene.rows(), options = scene.callbacks();
    scene.result(rows.fetch(options));
    await scene.quiet();
    scene.result(rows.fetch(options));
  },
  'fetch without callbacks': scene => { scene.result(scene.rows().fetch()); },
  'fetch of a collection without model': scene => {
    const rows = scene.watch(new (scene.extend(Backbone.Collection, {url: '/api/rows'}))());
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch of a collection whose URL is given to it': scene => {
    const Rows = scene.extend(Backbone.Collection);
    const rows = scene.watch(new Rows([], {url: '/api/rows'}));
    scene.attempt(() => scene.result(rows.fetch(scene.callbacks())));
  },
  'fetch of a collection that overrides set': fetch({}, {
    set(models, options) {
      this.times = (this.times || 0) + 1;
      return Backbone.Collection.prototype.set.call(this, models, options);
    }
  }),
  'fetch of a collection that overrides fetch': fetch({}, {
    fetch(options) {
      return Backbone.Collection.prototype.fetch.call(this, {...options, data: {order: 1}});
    }
  }),
  'fetch, seen by listenTo and once': scene => {
    const rows = scene.rows(held), view = {...Backbone.Events};
    view.listenTo(rows, 'update', (...args) => scene.note('view sees update', ...args));
    view.listenToOnce(rows, 'sync', (...args) => scene.note('view sees sync', ...args));
    rows.once('add', row => scene.note('first add', row));
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch, whose changes are looked at by handlers': scene => {
    const rows = scene.rows(held);
    rows.on('change', row => scene.note('change', row.changed, row.previousAttributes(), row.hasChanged('name'), row.previous('name')));
    rows.on('update', (all, {changes}) => scene.note('update', changes));
    rows.on('sync', () => scene.note('at sync', rows.map(row => [row.id, row.hasChanged()])));
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch, whose sync handler sets': scene => {
    const rows = scene.rows(held);
    rows.on('sync', () => rows.first().set('seen', true));
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch, whose add handler removes': scene => {
    const rows = scene.rows();
    rows.on('add', row => { if (row.id === 2) rows.remove(row); });
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch, whose add handler creates': scene => {
    const rows = scene.rows();
    rows.once('add', () => scene.note('created', rows.create({name: 'inner'}, scene.callbacks())));
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch of two collections that share a model': scene => {
    const shared = scene.row({id: 1, name: 'Norge'});
    const rows = scene.rows([shared]), others = scene.rows([shared]);
    scene.note('shared', rows.get(1) === others.get(1));
    scene.result(rows.fetch(scene.callbacks()));
  },
  'fetch of a collection within a model': scene => {
    const user = scene.row({id: 'ada', rows: scene.rows()}, {urlRoot: '/api/users'});
    user.listenTo(user.get('rows'), 'all', name => scene.note('user hears', name));
    scene.result(user.get('rows').fetch(scene.callbacks()));
  },
  'fetch with a model that fetches a nested collection in parse': fetchNew({}, {}, {
    parse(row) {
      this.nested = new Backbone.Collection([{of: row.id}]);
      return row;
    }
  }),
  'clone and fetch': scene => {
    const rows = scene.watch(scene.rows(held).clone());
    scene.result(rows.fetch(scene.callbacks()));
  },

  'create with a model': scene => {
    const rows = scene.rows(held), row = new rows.model({name: 'Fiji'});
    scene.watch(row);
    scene.note('same', rows.create(row, scene.callbacks()) === row);
  },
  'create with a model, wait': scene => {
    const rows = scene.rows(held), row = scene.watch(new rows.model({name: 'Fiji'}));
    scene.note('same', rows.create(row, scene.callbacks({wait: true})) === row);
  },
  'create with a model of another collection': scene => {
    const rows = scene.rows(held), others = scene.rows([{name: 'Fiji'}]);
    scene.note('created', rows.create(others.first(), scene.callbacks()));
  },
  'create with an id': create({id: 3, name: 'Peru'}),
  'create with an id, wait': create({id: 3, name: 'Peru'}, {wait: true}),
  'create with an id that the collection holds': create({id: 1, name: 'again'}),
  'create without attributes': create(),
  'create that validation refuses': create({name: 'bad'}, {validate: true}, {}, strict),
  'create that validation refuses, with wait': create({name: 'bad'}, {wait: true}, {}, strict),
  'create that validation refuses without being asked to': create({name: 'bad'}, {}, {}, strict),
  'create that validation takes': create({name: 'good'}, {validate: true}, {}, strict),
  'create whose answer validation refuses': create({name: 'good'}, {url: '/api/nulls', parse: true}, {}, {...strict, parse: answer => answer[0] || answer}),
  'create of a sorted collection': create({name: 'Fiji', order: 2}, {}, {comparator: 'order'}),
  'create with an idAttribute': create({name: 'Fiji'}, {}, {}, {idAttribute: '_id', parse: row => ({...row, _id: `made ${row.id}`})}),
  'create whose answer has no id': create({name: 'Fiji'}, {url: '/api/text', dataType: 'text', parse: false}),
  'create whose answer is another row': create({name: 'Fiji'}, {url: '/api/other-id'}),
  'create whose answer is parsed': create({name: 'Fiji'}, {}, {}, {parse: row => row && {...row, parsed: true}}),
  'create whose URL is missing': create({name: 'Fiji'}, {}, {url: undefined}, {urlRoot: undefined}),
  'create whose URL comes of the collection': create({name: 'Fiji'}, {}, {}, {urlRoot: undefined}),
  'create that is called off by beforeSend': create({name: 'Fiji'}, {beforeSend: () => false}),
  'create that is called off by beforeSend, with wait': create({name: 'Fiji'}, {wait: true, beforeSend: () => false}),
  'create with another toJSON': create({name: 'Fiji'}, {}, {}, {toJSON: () => ({name: 'sent'})}),
  'create, and its add, request and sync in order': scene => {
    const rows = scene.rows(), order = [];
    rows.on('all', name => order.push(name));
    rows.create({name: 'Fiji'}, {success: () => order.push('success'), complete: () => scene.note('order', order.join())});
  },
  'create, and its add, request and sync in order, with wait': scene => {
    const rows = scene.rows(), order = [];
    rows.on('all', name => order.push(name));
    rows.create({name: 'Fiji'}, {wait: true, success: () => order.push('success'), complete: () => scene.note('order', order.join())});
  },
  'create whose model is watched from its add on': scene => {
    const rows = scene.rows();
    rows.on('add', row => scene.watch(row));
    rows.create({name: 'Fiji'}, scene.callbacks());
  },
  'create, then save of what was created': async scene => {
    const row = scene.rows().create({name: 'Fiji'}, scene.callbacks());
    await scene.quiet();
    scene.result(row.save({name: 'saved'}, scene.callbacks()));
  },
  'create, then destroy of what was created': async scene => {
    const row = scene.rows().create({name: 'Fiji'}, scene.callbacks());
    await scene.quiet();
    scene.result(row.destroy(scene.callbacks()));
  },
  'create that is destroyed before it is answered': scene => {
    // No answer, however fast, comes before `destroy` of a new row calls back, which is one turn later.
    const xhr = () => {
      const request = new XMLHttpRequest(), {send} = request;
      request.send = (...body) => scene.later(() => send.apply(request, body), 20);
      return request;
    };
    const row = scene.rows().create({name: 'Fiji'}, scene.callbacks({xhr}));
    scene.result(row.destroy(scene.callbacks()));
  },
  'create out of the success of a create': scene => {
    const rows = scene.rows();
    rows.create({name: 'outer'}, scene.callbacks({success: () => rows.create({name: 'inner'}, scene.callbacks({wait: true}))}));
  },
  'create, then set of an attribute under way': scene => {
    const row = scene.rows().create({name: 'Fiji'}, scene.callbacks());
    row.set({name: 'edited', place: 'south'});
  },
  'create in a collection within a model': scene => {
    const user = scene.row({id: 'ada'}, {urlRoot: '/api/users'});
    user.rows = scene.rows([], {url() { return `${user.url()}/rows`; }}, {urlRoot: undefined});
    user.rows.create({name: 'Fiji'}, scene.callbacks());
  },
  'add, push and remove send nothing': scene => {
    const rows = scene.rows(held);
    rows.push({id: 9});
    rows.remove(rows.get(1));
    rows.add({id: 50, name: 'merged'}, {merge: true});
    rows.reset([{id: 4}]);
  }
};
