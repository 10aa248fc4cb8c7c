// Scenarios of forms that Backbone.stickit binds to rows: what stands in them, what the user
// types, and what becomes of both.

const fields = `
  <input class="name"><textarea class="note"></textarea><input type="checkbox" class="done">
  <select class="kind"><option value="town">Town</option><option value="land">Land</option></select>
  <input type="radio" name="side" class="side" value="left"><input type="radio" name="side" class="side" value="right">
  <p class="title"></p>`;
const bindings = {
  '.name': 'name', '.note': 'note', '.done': 'done', '.kind': 'kind', '.side': 'side',
  '.title': {observe: ['name', 'note'], onGet: ([name, note]) => `${name}: ${note}`}
};
const more = {note: 'cold', done: true, kind: 'land', side: 'right'};

// A form of a row. Returns what looks at it, what types into it, and its view.
function form(scene, row, {html = fields, ...properties} = {}) {
  const place = scene.place(html), View = Backbone.View.extend({bindings, ...properties});
  const view = new View({el: place, model: row}).stickit();
  const type = (selector, value) => jQuery(place).find(selector).val(value).trigger('input');
  return {place, view, type, look: () => scene.look(place)};
}

async function fetched(scene, row, options) {
  row.fetch(scene.callbacks(options));
  await scene.quiet();
}

// A row that lies in the server with all attributes, and has been fetched.
async function known(scene) {
  await scene.change('/api/rows/1', 'PATCH', more);
  const row = scene.row({id: 1});
  await fetched(scene, row);
  return row;
}

// Once for each way to save.
const saves = {'': {}, ' with wait': {wait: true}, ' with patch': {patch: true}};

const scenarios = {};
for (const [words, options] of Object.entries(saves)) {
  scenarios[`what is typed is saved${words}`] = async scene => {
    const row = await known(scene), {look, type} = form(scene, row);
    type('.name', 'Noreg');
    look();
    row.save(options.wait || options.patch ? {name: 'Norge'} : null, scene.callbacks(options));
    look();
    await scene.quiet();
    look();
    await fetched(scene, row);
    look();
  };
  scenarios[`what is typed is saved${words}, and the server makes something else of it`] = async scene => {
    const row = await known(scene), {look, type} = form(scene, row);
    type('.note', 'very');
    row.save({name: '  Norge '}, scene.callbacks({url: '/api/trimmed', ...options}));
    look();
    await scene.quiet();
    look();
  };
  scenarios[`a save${words} that fails`] = async scene => {
    const row = await known(scene), {look, type} = form(scene, row);
    type('.note', 'very');
    row.save({name: 'Norge'}, scene.callbacks({url: '/api/status/500', ...options}));
    look();
    await scene.quiet();
    look();
    await fetched(scene, row);
    look();
  };
  scenarios[`a save${words} that fails and is rolled back by a fetch`] = async scene => {
    const row = await known(scene), {look} = form(scene, row);
    row.save({name: 'Norge'}, scene.callbacks({url: '/api/status/422', ...options, error: () => {
      row.fetch(scene.callbacks());
      look();
    }}));
    look();
    await scene.quiet();
    look();
  };
}

export default {
  ...scenarios,

  'a form that is there before the first answer': async scene => {
    await scene.change('/api/rows/1', 'PATCH', more);
    const row = scene.row({id: 1}), {look} = form(scene, row);
    look();
    await fetched(scene, row);
    look();
  },
  'a form of a row that is fetched again': async scene => {
    const row = await known(scene), {look} = form(scene, row);
    await scene.change('/api/rows/1', 'PATCH', {name: 'Noreg', done: false, kind: 'town', side: 'left'});
    row.fetch(scene.callbacks());
    look();
    await scene.quiet();
    look();
  },
  'a form of a row that another model has fetched': async scene => {
    await known(scene);
    const row = scene.row({id: 1}), {look} = form(scene, row);
    row.fetch(scene.callbacks());
    look();
    await scene.quiet();
    look();
  },
  'what is typed and not saved, and a fetch': async scene => {
    const row = await known(scene), {look, type} = form(scene, row);
    type('.name', 'Nor');
    row.fetch(scene.callbacks());
    look();
    await scene.quiet();
    look();
  },
  'what is typed while a fetch is under way': async scene => {
    const row = await known(scene), {look, type} = form(scene, row);
    row.fetch(scene.callbacks());
    type('.name', 'Nor');
    look();
    await scene.quiet();
    look();
  },
  'what is typed into another field than the server has changed': async scene => {
    const row = await known(scene), {look, type} = form(scene, row);
    await scene.change('/api/rows/1', 'PATCH', {note: 'colder'});
    row.fetch(scene.callbacks());
    type('.name', 'Nor');
    await scene.quiet();
    look();
  },
  'boxes and choices': async scene => {
    const row = await known(scene), {look, place} = form(scene, row);
    jQuery(place).find('.done').prop('checked', false).trigger('change');
    jQuery(place).find('.kind').val('town').trigger('change');
    jQuery(place).find('.side').eq(0).prop('checked', true).trigger('change');
    row.save(null, scene.callbacks());
    await scene.quiet();
    look();
    await fetched(scene, row);
    look();
  },
  'a save that fails is rolled back by the page': async scene => {
    const row = await known(scene), {look, type} = form(scene, row), before = {...row.attributes};
    type('.name', 'Norge');
    row.save(null, scene.callbacks({url: '/api/status/500', error: () => row.set(before)}));
    look();
    await scene.quiet();
    look();
  },
  'a new row': async scene => {
    const rows = scene.rows();
    await fetched(scene, rows);
    const row = scene.watch(new rows.model(null, {collection: rows})), {look, type} = form(scene, row);
    type('.name', 'Fiji');
    rows.create(row, scene.callbacks({wait: true}));
    await scene.quiet();
    look();
    await fetched(scene, rows);
    look();
  },
  'options of a choice that are fetched': async scene => {
    const rows = scene.rows(), row = scene.row({place: 2});
    const {look} = form(scene, row, {
      html: '<select></select>',
      bindings: {select: {observe: 'place', selectOptions: {collection: rows, labelPath: 'name', valuePath: 'id'}}}
    });
    look();
    await fetched(scene, rows);
    look();
    await scene.change('/api/rows', 'POST', {id: 9, name: 'Fiji'});
    rows.fetch(scene.callbacks());
    look();
    await scene.quiet();
    look();
  },
  'a form that goes before the answer': async scene => {
    const row = await known(scene), {look, view} = form(scene, row);
    await scene.change('/api/rows/1', 'PATCH', {name: 'Noreg'});
    row.fetch(scene.callbacks());
    view.unstickit();
    look();
    await scene.quiet();
    look();
  },
  'forms of all rows': async scene => {
    const rows = scene.rows();
    await fetched(scene, rows);
    const forms = rows.map(row => form(scene, row, {html: '<input class="name">'}));
    forms[1].type('.name', 'Chili');
    rows.at(1).save(null, scene.callbacks());
    await scene.quiet();
    await scene.change('/api/rows/3', 'PATCH', {name: 'Piru'});
    rows.fetch(scene.callbacks());
    forms.forEach(({look}) => look());
    await scene.quiet();
    forms.forEach(({look}) => look());
  }
};
