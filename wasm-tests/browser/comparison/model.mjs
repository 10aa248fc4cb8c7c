// Scenarios of models (contract 7.4): fetch, save and destroy.

const norway = {id: 1, name: 'Norge', local: true};

const fetch = (options, properties, attributes = norway) => scene => {
  const row = scene.row(attributes, properties);
  scene.attempt(() => scene.result(row.fetch(scene.callbacks(options))));
};
// (Backbone 1.1 puts the answer into the attributes that it is given.)
const save = (attributes, options, properties, own = norway) => scene => {
  const row = scene.row(own, properties);
  scene.attempt(() => scene.result(row.save(attributes && {...attributes}, scene.callbacks(options))));
};
const destroy = (options, properties, attributes = norway) => scene => {
  const row = scene.row(attributes, properties);
  scene.attempt(() => scene.result(row.destroy(scene.callbacks(options))));
};
// The same of a row of a collection.
const inCollection = (action, models = [norway, {id: 2, name: 'Chile'}]) => scene => {
  const rows = scene.rows(models);
  scene.result(action(rows.first(), scene.callbacks, scene, rows));
};

const fetches = {
  'without options': {},
  'with silent': {silent: true},
  'with parse: false': {parse: false},
  'with validate': {validate: true},
  'with unset': {unset: true},
  'with data': {data: {expand: 'owner'}},
  'with a URL': {url: '/api/rows/2'},
  'with a context': {context: {name: 'context'}},
  'with async: false': {async: false},
  'with dataType text': {url: '/api/text', dataType: 'text', parse: false},
  'that is answered with null': {url: '/api/null'},
  'that is answered with an array': {url: '/api/array'},
  'that is answered with a number': {url: '/api/number'},
  'that is answered with an empty body': {url: '/api/empty'},
  'that is answered with 204': {url: '/api/no-content'},
  'that is answered with another id': {url: '/api/other-id'}
};

const saves = {
  'without options': {},
  'with wait': {wait: true},
  'with patch': {patch: true},
  'with patch and wait': {patch: true, wait: true},
  'with patch and attrs': {patch: true, attrs: {name: 'attrs', extra: 1}},
  'with attrs': {attrs: {name: 'attrs', extra: 1}},
  'with silent': {silent: true},
  'with parse: false': {parse: false},
  'with validate: false': {validate: false},
  'with unset': {unset: true},
  'with a URL': {url: '/api/rows/2'},
  'with data': {data: JSON.stringify({id: 31, name: 'data'}), contentType: 'application/json'},
  'with a contentType': {contentType: 'application/vnd.api+json'},
  'with headers': {headers: {'X-Token': 'secret'}},
  'with a context': {context: {name: 'context'}},
  'with async: false': {async: false},
  'with async: false and wait': {async: false, wait: true},
  'with emulateHTTP': {emulateHTTP: true},
  'with emulateJSON': {emulateJSON: true},
  'with emulateHTTP and emulateJSON': {emulateHTTP: true, emulateJSON: true},
  'that fails': {url: '/api/status/500'},
  'that fails, with wait': {url: '/api/status/500', wait: true},
  'that fails, with patch': {url: '/api/status/422', patch: true},
  'that is answered with 204': {url: '/api/no-content'},
  'that is answered with 204, with wait': {url: '/api/no-content', wait: true},
  'that is answered with an empty body': {url: '/api/empty'},
  'that is answered with null': {url: '/api/null'},
  'that is answered with a number': {url: '/api/number'},
  'that is answered with text': {url: '/api/text', dataType: 'text'},
  'that is answered with no JSON': {url: '/api/no-json'},
  'that is answered with an array': {url: '/api/array'},
  'that is answered with another id': {url: '/api/other-id'}
};

const destructions = {
  'without options': {},
  'with wait': {wait: true},
  'with silent': {silent: true},
  'with data': {data: JSON.stringify({reason: 'old'}), contentType: 'application/json'},
  'with headers': {headers: {'X-Token': 'secret'}},
  'with a context': {context: {name: 'context'}},
  'with async: false': {async: false},
  'with async: false and wait': {async: false, wait: true},
  'with emulateHTTP': {emulateHTTP: true},
  'with emulateHTTP and emulateJSON': {emulateHTTP: true, emulateJSON: true},
  'that fails': {url: '/api/status/500'},
  'that fails, with wait': {url: '/api/status/500', wait: true},
  'of what is gone': {url: '/api/status/404'},
  'of what is gone, with wait': {url: '/api/status/410', wait: true},
  'that is answered with 204': {url: '/api/no-content'},
  'that is answered with 204, with wait': {url: '/api/no-content', wait: true},
  'that is answered with text': {url: '/api/text', dataType: 'text'}
};

const scenarios = {};
for (const [name, options] of Object.entries(fetches)) scenarios[`fetch ${name}`] = fetch(options);
for (const [name, options] of Object.entries(saves)) {
  scenarios[`save ${name}`] = save({name: 'Noreg'}, options);
  scenarios[`save of a new model ${name}`] = save({name: 'Noreg'}, options, {}, {local: true});
}
for (const [name, options] of Object.entries(destructions)) {
  scenarios[`destroy ${name}`] = destroy(options);
  scenarios[`destroy in a collection ${name}`] = inCollection((row, callbacks, scene) => row.destroy(callbacks.call(scene, options)));
}

const strict = {validate: ({name}) => name === 'bad' ? 'bad name' : undefined};

export default {
  ...scenarios,

  'fetch of a model that does not know what comes': fetch({}, {}, {id: 2}),
  'fetch of what is not there': fetch({}, {}, {id: 999}),
  'fetch of a model without id': fetch({}, {urlRoot: '/api/session'}, {}),
  'fetch of a model with url': fetch({}, {url: '/api/session'}),
  'fetch of a model with a computed url': fetch({}, {url() { return `/api/rows/${this.id}?by=${this.get('name')}`; }}),
  'fetch of a model with a computed urlRoot': fetch({}, {urlRoot: () => '/api/rows/'}),
  'fetch of a model whose id wants escaping': fetch({}, {}, {id: 'a b/ü'}),
  'fetch of a model with the id 0': fetch({}, {}, {id: 0}),
  'fetch of a model without URL': fetch({}, {urlRoot: undefined}),
  'fetch of a model with an idAttribute': fetch({}, {idAttribute: 'name'}, {name: 1}),
  'fetch with parse': fetch({url: '/api/renamed'}, {parse: ({row_id, row_name}) => ({id: row_id, name: row_name})}),
  'fetch with a parse that returns nothing': fetch({}, {parse() {}}),
  'fetch with a parse that throws': fetch({}, {parse() { throw new Error('parse'); }}),
  'fetch whose answer validation refuses': fetch({validate: true}, {validate: () => 'refused'}),
  'fetch whose answer validation would refuse': fetch({}, {validate: () => 'refused'}),
  'fetch whose URL changes with what comes': fetch({}, {url() { return `/api/rows/${this.get('name') === 'Norway' ? 2 : 1}`; }}),
  'fetch of a model with a set of its own': fetch({}, {
    set(key, value, options) {
      this.times = (this.times || 0) + 1;
      return Backbone.Model.prototype.set.call(this, key, value, options);
    }
  }),
  'fetch of a model with own methods on the instance': scene => {
    const row = scene.row(norway);
    row.set = function () { return Backbone.Model.prototype.set.apply(this, arguments); };
    scene.result(row.fetch(scene.callbacks()));
  },
  'fetch of a row of a collection': inCollection((row, callbacks, scene) => row.fetch(callbacks.call(scene))),
  'fetch, looked at by its handlers': scene => {
    const row = scene.row(norway);
    row.on('change', () => scene.note('change', row.changed, row.hasChanged('name'), row.previous('name'), row.previousAttributes(), row.changedAttributes()));
    row.on('sync', () => scene.note('sync', row.changed, row.hasChanged(), row.previousAttributes()));
    scene.result(row.fetch(scene.callbacks({success: () => scene.note('success', row.changed, row.hasChanged())})));
  },
  'fetch, whose change handler sets': scene => {
    const row = scene.row(norway);
    row.on('change:name', () => row.set('derived', row.get('name') + '!'));
    scene.result(row.fetch(scene.callbacks()));
  },
  'fetch, whose sync handler saves': scene => {
    const row = scene.row(norway);
    row.once('sync', () => scene.result(row.save({name: 'after'}, scene.callbacks())));
    scene.result(row.fetch(scene.callbacks()));
  },
  'fetch, whose success destroys': inCollection((row, callbacks, scene) =>
    row.fetch(callbacks.call(scene, {success: () => scene.result(row.destroy(scene.callbacks()))}))),
  'fetch without callbacks': scene => { scene.result(scene.row(norway).fetch()); },
  'fetch with one options object, twice': async scene => {
    const row = scene.row(norway), options = scene.callbacks();
    scene.result(row.fetch(options));
    await scene.quiet();
    scene.result(row.fetch(options));
  },
  'fetch of a clone': scene => {
    const row = scene.watch(scene.row(norway).clone());
    scene.result(row.fetch(scene.callbacks()));
  },
  'fetch, then fetch again of another id': async scene => {
    const row = scene.row({id: 1});
    scene.result(row.fetch(scene.callbacks()));
    await scene.quiet();
    row.clear().set('id', 2);
    scene.result(row.fetch(scene.callbacks()));
  },
  'fetch of a model that listens once': scene => {
    const row = scene.row(norway), other = scene.row();
    other.listenToOnce(row, 'change sync', (...args) => scene.note('once', ...args));
    scene.result(row.fetch(scene.callbacks()));
  },
  'fetch with the context of an outer object': scene => {
    const view = {name: 'view'};
    scene.result(scene.row(norway).fetch({
      context: view,
      success(...args) { scene.note('success', this === view, ...args); },
      complete() { scene.note('complete', this === view); }
    }));
  },

  'save(null)': save(null),
  'save(undefined)': save(undefined),
  'save of a key and a value': scene => {
    scene.result(scene.row(norway).save('name', 'Noreg', scene.callbacks()));
  },
  'save of a key and a value, with patch': scene => {
    scene.result(scene.row(norway).save('name', 'Noreg', scene.callbacks({patch: true})));
  },
  'save without arguments': scene => { scene.result(scene.row(norway).save()); },
  'save of what has not changed': save({name: 'Norge'}),
  'save with patch of nothing': save({}, {patch: true}),
  'save with patch of null': save(null, {patch: true}),
  'save with wait of null': save(null, {wait: true}),
  'save that validation refuses': save({name: 'bad'}, {}, strict),
  'save that validation refuses, with wait': save({name: 'bad'}, {wait: true}, strict),
  'save that validation refuses, with patch': save({name: 'bad'}, {patch: true}, strict),
  'save(null) of what is not valid': save(null, {}, strict, {id: 1, name: 'bad'}),
  'save of what is not valid, with validate: false': save({name: 'bad'}, {validate: false}, strict),
  'save whose answer validation refuses': save({name: 'good'}, {url: '/api/other-id'}, {validate: ({id}) => id === 77 ? 'refused' : undefined}),
  'save that validation refuses, seen by invalid': scene => {
    const row = scene.row(norway, strict);
    row.on('invalid', (...args) => scene.note('invalid', ...args));
    scene.note('returned', row.save({name: 'bad'}, scene.callbacks()));
    scene.note('error', row.validationError, row.isValid());
  },
  'save of a model without URL': save({name: 'Noreg'}, {}, {urlRoot: undefined}),
  'save of a model with an id of its own making': save({name: 'Noreg'}, {}, {}, {id: 'mine', name: 'Fiji'}),
  'save of a new model with wait, and an id in its attributes': save({id: 3, name: 'Noreg'}, {wait: true}, {}, {name: 'Fiji'}),
  'save of another id': save({id: 2}),
  'save of another id, with wait': save({id: 2}, {wait: true}),
  'save with an idAttribute': save({name: 'Noreg'}, {}, {idAttribute: '_id', urlRoot: '/api/rows'}, {_id: 1, name: 'Norge'}),
  'save with another toJSON': save({name: 'Noreg'}, {}, {toJSON: () => ({row: {name: 'sent'}})}),
  'save with a toJSON that is told the options': save({name: 'Noreg'}, {page: 2}, {toJSON: ({page}) => ({page})}),
  'save with a toJSON that throws': save({name: 'Noreg'}, {}, {toJSON() { throw new Error('toJSON'); }}),
  'save whose answer is parsed': save({name: 'Noreg'}, {}, {parse: row => row && {...row, parsed: true}}),
  'save whose answer is parsed, with wait': save({name: 'Noreg'}, {wait: true}, {parse: row => row && {...row, parsed: true}}),
  'save whose parse returns nothing': save({name: 'Noreg'}, {}, {parse() {}}),
  'save whose parse throws': save({name: 'Noreg'}, {}, {parse() { throw new Error('parse'); }}),
  'save of a date, a nested model and nothing': save({at: new Date(0), nothing: undefined, none: null, list: [1, {a: 2}]}),
  'save of a nested model': scene => {
    const row = scene.row({id: 1, owner: new Backbone.Model({name: 'Ada'}), tags: new Backbone.Collection([{name: 'north'}])});
    scene.result(row.save({name: 'Noreg'}, scene.callbacks()));
  },
  'save of a cycle': scene => {
    const row = scene.row(norway), cycle = {};
    cycle.self = cycle;
    scene.attempt(() => scene.result(row.save({cycle}, scene.callbacks())));
  },
  'save of attributes with the names of methods': save(JSON.parse('{"constructor": 1, "__proto__": 2, "toString": 3, "length": 4}')),
  'save with emulation of the page': scene => {
    Backbone.emulateHTTP = Backbone.emulateJSON = true;
    scene.result(scene.row(norway).save({name: 'Noreg'}, scene.callbacks()));
  },
  'save of a row of a collection': inCollection((row, callbacks, scene) => row.save({name: 'Noreg'}, callbacks.call(scene))),
  'save of a row of a collection, with wait': inCollection((row, callbacks, scene) => row.save({name: 'Noreg'}, callbacks.call(scene, {wait: true}))),
  'save of a row of a sorted collection': scene => {
    const rows = scene.rows([norway, {id: 2, name: 'Chile'}], {comparator: 'name'});
    scene.result(rows.get(1).save({name: 'Andorra'}, scene.callbacks()));
  },
  'save of a new row of a collection': inCollection((row, callbacks, scene, rows) => rows.last().save({name: 'Noreg'}, callbacks.call(scene)),
    [norway, {name: 'new'}]),
  'save, then a set while it is under way': scene => {
    const row = scene.row(norway);
    scene.result(row.save({name: 'Noreg'}, scene.callbacks()));
    row.set({name: 'edited', other: 1});
  },
  'save with wait, then a set while it is under way': scene => {
    const row = scene.row(norway);
    scene.result(row.save({name: 'Noreg'}, scene.callbacks({wait: true})));
    row.set({name: 'edited', other: 1});
  },
  'save with wait, attributes as the handlers see them': scene => {
    const row = scene.row(norway);
    row.on('request', () => scene.note('at request', row.attributes));
    scene.result(row.save({name: 'Noreg'}, scene.callbacks({wait: true, beforeSend: () => scene.note('before', row.attributes)})));
    scene.note('behind', row.attributes);
  },
  'save, looked at by its handlers': scene => {
    const row = scene.row(norway);
    for (const name of ['change', 'request', 'sync']) {
      row.on(name, () => scene.note(name, row.changed, row.hasChanged(), row.previousAttributes()));
    }
    scene.result(row.save({name: 'Noreg'}, scene.callbacks()));
  },
  'save out of the success of a save': scene => {
    const row = scene.row(norway);
    scene.result(row.save({name: 'one'}, scene.callbacks({success: () => scene.result(row.save({name: 'two'}, scene.callbacks()))})));
  },
  'save out of the error of a save': scene => {
    const row = scene.row(norway);
    scene.result(row.save({name: 'one'}, scene.callbacks({
      url: '/api/status/500', error: () => scene.result(row.save(null, scene.callbacks()))
    })));
  },
  'save, whose sync handler sets': scene => {
    const row = scene.row(norway);
    row.on('sync', () => row.set('saved', true));
    scene.result(row.save({name: 'Noreg'}, scene.callbacks()));
  },
  'save, whose change handler saves': scene => {
    const row = scene.row(norway);
    row.once('change:name', () => scene.note('inner', row.get('name')));
    scene.result(row.save({name: 'Noreg'}, scene.callbacks({url: '/api/other-id'})));
  },
  'saves, one after the other': async scene => {
    const row = scene.row({name: 'Fiji'});
    for (const name of ['one', 'two', 'three']) {
      scene.result(row.save({name}, scene.callbacks()));
      await scene.quiet();
    }
  },
  'save, fetch, patch, destroy': async scene => {
    const rows = scene.rows(), row = rows.add({name: 'Fiji'});
    for (const step of [
      () => row.save({place: 'south'}, scene.callbacks()),
      () => row.fetch(scene.callbacks()),
      () => row.save({place: 'north'}, scene.callbacks({patch: true})),
      () => row.destroy(scene.callbacks({wait: true}))
    ]) {
      scene.result(step());
      await scene.quiet();
    }
  },
  'save with callbacks in lists': scene => {
    const note = name => (...args) => scene.note(name, ...args);
    scene.attempt(() => scene.result(scene.callSync('update', scene.row(norway), {success: [note('one'), note('two')], error: [note('three')]})));
  },

  'destroy of a new model': destroy({}, {}, {name: 'new'}),
  'destroy of a new model, with wait': destroy({wait: true}, {}, {name: 'new'}),
  'destroy of a new row of a collection': inCollection((row, callbacks, scene) => row.destroy(callbacks.call(scene)), [{name: 'new'}]),
  'destroy of a model without URL': destroy({}, {urlRoot: undefined}),
  'destroy of a model with the id 0': destroy({}, {}, {id: 0}),
  'destroy without callbacks': scene => { scene.result(scene.row(norway).destroy()); },
  'destroy of a model in two collections': scene => {
    const row = scene.row(norway);
    scene.rows([row, {id: 2}]);
    scene.rows([{id: 3}, row]);
    scene.result(row.destroy(scene.callbacks()));
  },
  'destroy of a model in two collections, with wait': scene => {
    const row = scene.row(norway);
    scene.rows([row, {id: 2}]);
    scene.rows([{id: 3}, row]);
    scene.result(row.destroy(scene.callbacks({wait: true})));
  },
  'destroy twice': async scene => {
    const rows = scene.rows([norway]), row = rows.first();
    scene.result(row.destroy(scene.callbacks()));
    await scene.quiet();
    scene.result(row.destroy(scene.callbacks()));
  },
  'destroy of a model that listens': scene => {
    const row = scene.row(norway), other = scene.row({id: 2});
    row.listenTo(other, 'poke', () => scene.note('heard'));
    scene.result(row.destroy(scene.callbacks()));
    other.trigger('poke');
  },
  'destroy of a model that listens, with wait': scene => {
    const row = scene.row(norway), other = scene.row({id: 2});
    row.listenTo(other, 'poke', () => scene.note('heard'));
    scene.result(row.destroy(scene.callbacks({wait: true, success: () => other.trigger('poke')})));
    other.trigger('poke');
  },
  'destroy, and its destroy, request and sync in order': scene => {
    const row = scene.row(norway), order = [];
    row.on('all', name => order.push(name));
    row.destroy({success: () => order.push('success'), complete: () => scene.note('order', order.join())});
  },
  'destroy, whose handler creates another': scene => {
    const rows = scene.rows([norway]);
    rows.on('destroy', () => rows.create({name: 'successor'}, scene.callbacks()));
    scene.result(rows.first().destroy(scene.callbacks({wait: true})));
  },
  'destroy with emulation of the page': scene => {
    Backbone.emulateHTTP = true;
    scene.result(scene.row(norway).destroy(scene.callbacks()));
  },
  'unset and clear send nothing': scene => {
    scene.row(norway).unset('name').clear();
  }
};
