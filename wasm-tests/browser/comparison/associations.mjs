// Scenarios of nested models and collections by backbone-associations: what is made of an answer
// at each level, what bubbles up, and what is sent back.

const nested = {
  ruler: {id: 'ada', name: 'Ada', home: {city: 'Oslo'}},
  towns: [{id: 't1', name: 'Oslo', sights: [{name: 'Opera'}]}, {id: 't2', name: 'Bergen', sights: []}]
};

// The classes of this run: rows with a ruler, who has a home, and towns, which have sights.
// own: properties of the rows' class; relations: of its relations.
function classes(scene, own = {}, {ruler, towns} = {}) {
  const {One, Many, AssociatedModel} = Backbone;
  // All events bubble up, whoever listens.
  Backbone.Associations.EVENTS_NC = true;
  const Home = AssociatedModel.extend({});
  const Person = scene.extend(AssociatedModel, {urlRoot: '/api/users', relations: [{type: One, key: 'home', relatedModel: Home}]});
  const Sight = AssociatedModel.extend({});
  const Town = AssociatedModel.extend({
    defaults: {size: 'small'}, relations: [{type: Many, key: 'sights', relatedModel: Sight}]
  });
  const Row = scene.extend(AssociatedModel, {
    urlRoot: '/api/rows',
    relations: [{type: One, key: 'ruler', relatedModel: Person, ...ruler}, {type: Many, key: 'towns', relatedModel: Town, ...towns}],
    ...own
  });
  const Rows = scene.extend(Backbone.Collection, {url: '/api/rows', model: Row});
  return {Row, Rows, Town, Person};
}

async function fetched(scene, object, options) {
  object.fetch(scene.callbacks(options));
  await scene.quiet();
}

// A row with all of it at the server, fetched.
async function known(scene, ...given) {
  await scene.change('/api/rows/1', 'PATCH', nested);
  const row = scene.watch(new (classes(scene, ...given).Row)({id: 1}));
  await fetched(scene, row);
  scene.note('row', row.toJSON());
  return row;
}

// Saves a row, and fetches it again.
async function saved(scene, row, attributes, options) {
  row.save(attributes, scene.callbacks(options));
  await scene.quiet();
  await fetched(scene, row);
  scene.note('row', row.toJSON());
}

export default {
  'a row that is fetched twice': async scene => {
    const row = await known(scene);
    await fetched(scene, row);
  },
  'a row that has changed at all depths': async scene => {
    const row = await known(scene);
    await scene.change('/api/rows/1', 'PATCH', {
      name: 'Norge', ruler: {id: 'ada', name: 'Ada L.', home: {city: 'London'}},
      towns: [{id: 't2', name: 'Bjørgvin', sights: [{name: 'Fløyen'}]}, {id: 't3', name: 'Tromsø'}]
    });
    row.fetch(scene.callbacks());
    scene.note('row', row.toJSON());
    await scene.quiet();
    scene.note('row', row.toJSON());
  },
  'a row that has another ruler, and no towns': async scene => {
    const row = await known(scene);
    await scene.change('/api/rows/1', 'PATCH', {ruler: {id: 'eva', name: 'Eva'}, towns: null});
    await fetched(scene, row);
    scene.note('row', row.toJSON());
  },
  'a row that another model has fetched': async scene => {
    await known(scene);
    const row = scene.watch(new (classes(scene).Row)({id: 1}));
    row.fetch(scene.callbacks());
    scene.note('row', row.toJSON(), row.get('towns[1].name'), row.get('ruler.home.city'));
    await scene.quiet();
  },
  'rows that are fetched twice': async scene => {
    await scene.change('/api/rows/1', 'PATCH', nested);
    const rows = scene.watch(new (classes(scene).Rows)());
    for (const again of [false, true]) {
      await fetched(scene, rows);
      scene.note('rows', rows.toJSON());
    }
  },
  'rows that are fetched with reset': async scene => {
    await scene.change('/api/rows/1', 'PATCH', nested);
    const rows = scene.watch(new (classes(scene).Rows)());
    await fetched(scene, rows, {reset: true});
    await fetched(scene, rows, {reset: true});
    scene.note('rows', rows.toJSON());
  },
  'attributes of nested models, set and saved': async scene => {
    const row = await known(scene);
    row.set({'ruler.name': 'Ada L.', 'ruler.home.city': 'London', 'towns[0].name': 'Christiania', 'towns[0].sights[0].name': 'Storting'});
    await saved(scene, row, null);
  },
  'models added and removed, and saved': async scene => {
    const row = await known(scene), towns = row.get('towns');
    towns.add({id: 't3', name: 'Tromsø', sights: [{name: 'Ishavskatedralen'}]});
    towns.remove('t1');
    await saved(scene, row, null);
  },
  'nested models that are patched, and saved with wait': async scene => {
    const row = await known(scene);
    await saved(scene, row, {ruler: {id: 'ada', name: 'Countess'}}, {patch: true});
    await saved(scene, row, {towns: [{id: 't2', name: 'Bjørgvin'}]}, {wait: true});
  },
  'a save that fails, and is rolled back by a fetch': async scene => {
    const row = await known(scene);
    row.get('towns').remove('t1');
    row.save({'ruler.name': 'Nobody'}, scene.callbacks({url: '/api/status/500', error: () => {
      row.fetch(scene.callbacks());
      scene.note('row', row.toJSON());
    }}));
    await scene.quiet();
    scene.note('row', row.toJSON());
  },
  'create and destroy of a row with nested models': async scene => {
    const rows = scene.watch(new (classes(scene).Rows)());
    await fetched(scene, rows);
    const row = rows.create({name: 'Mali', ...nested}, scene.callbacks());
    await scene.quiet();
    await fetched(scene, rows);
    scene.note('row', row.toJSON());
    row.destroy(scene.callbacks());
    await scene.quiet();
    await fetched(scene, rows);
  },
  'a nested model that is saved and fetched by itself': async scene => {
    const row = await known(scene), ruler = row.get('ruler');
    await fetched(scene, ruler);
    await saved(scene, ruler, {name: 'Countess'});
    await fetched(scene, row);
    scene.note('row', row.toJSON());
  },
  'relations that are sent under other names, in part and not at all': async scene => {
    const row = await known(scene, {}, {ruler: {serialize: false}, towns: {remoteKey: 'town_list', serialize: ['id', 'name']}});
    row.set('towns[0].name', 'Christiania');
    row.save(null, scene.callbacks());
    await scene.quiet();
    scene.note('row', row.toJSON());
  },
  'a relation with a map': async scene => {
    const row = await known(scene, {}, {towns: {map: towns => towns && towns.filter(({id}) => id !== 't1')}});
    await fetched(scene, row);
    scene.note('row', row.toJSON());
  },
  'a nested model that is made as its parent is': async scene => {
    await scene.change('/api/rows/1', 'PATCH', nested);
    const {Row} = classes(scene), row = scene.watch(new Row({id: 1, ruler: {id: 'ada', home: {city: 'Turin'}}, towns: []}));
    await fetched(scene, row);
    await fetched(scene, row);
    scene.note('row', row.toJSON());
  },
  // What a hit gives to `parse` is in associations.test.mjs.
  'a parse of the row and of nested models': Object.assign(async scene => {
    const parse = ({towns, ...row}) => ({...row, towns: (towns || []).map(town => ({...town, name: town.name.toUpperCase()}))});
    const row = await known(scene, {parse});
    await fetched(scene, row);
    await saved(scene, row, {name: 'Norge'});
  }, {cold: true})
};
