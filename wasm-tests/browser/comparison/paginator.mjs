// Scenarios of backbone.paginator: what page and fullCollection fire, what is requested, and in
// which state the collection is. The server tells the number of rows in a header.

const queryParams = {currentPage: '_page', pageSize: '_limit', totalPages: null, totalRecords: null, sortKey: '_sort', order: '_order'};
const parseState = (rows, params, state, {xhr}) => ({totalRecords: parseInt(xhr.getResponseHeader('X-Total-Count'), 10)});

// A collection of pages of two rows.
function pages(scene, mode, {state, ...own} = {}) {
  const Rows = scene.extend(Backbone.PageableCollection, {
    mode, url: '/api/rows', model: scene.Row(), queryParams, parseState,
    state: {pageSize: 2, ...state}, ...own
  });
  const rows = scene.watch(new Rows());
  if (rows.fullCollection) scene.watch(rows.fullCollection);
  return rows;
}

function look(scene, rows) {
  const {state, links, fullCollection, models} = rows;
  scene.note('pages', {...state}, links, models, fullCollection && fullCollection.models);
}

// A method that sends a request, and what is there before and after the answer.
async function go(scene, rows, method = 'fetch', ...args) {
  const options = scene.callbacks(typeof args[args.length - 1] === 'object' ? args.pop() : {});
  rows[method](...args, {...options, ...method !== 'fetch' && {fetch: true}});
  look(scene, rows);
  await scene.quiet();
  look(scene, rows);
}

const fiji = () => ({id: 9, name: 'Fiji', order: 4});

// What a page does in a mode.
const server = {
  'a page that is fetched twice': async (scene, rows) => {
    await go(scene, rows);
    await go(scene, rows);
  },
  'the next page and the first': async (scene, rows) => {
    await go(scene, rows);
    await go(scene, rows, 'getNextPage');
    await go(scene, rows, 'getFirstPage');
    await go(scene, rows, 'getLastPage');
  },
  'pages of another size': async (scene, rows) => {
    await go(scene, rows);
    await go(scene, rows, 'setPageSize', 3, {first: true});
    await go(scene, rows, 'setPageSize', 2, {first: true});
  },
  'pages in another order': async (scene, rows) => {
    await go(scene, rows);
    rows.setSorting('name', 1);
    await go(scene, rows);
    rows.setSorting(null);
    await go(scene, rows);
  },
  'rows that come and go at the server': async (scene, rows) => {
    await go(scene, rows);
    await scene.change('/api/rows/1', 'DELETE');
    await scene.change('/api/rows', 'POST', fiji());
    await go(scene, rows);
    await go(scene, rows, 'getNextPage');
  },
  'fetch with reset': async (scene, rows) => {
    await go(scene, rows, 'fetch', {reset: true});
    await go(scene, rows, 'fetch', {reset: true});
  },
  'a page that fails': async (scene, rows) => {
    await go(scene, rows);
    await go(scene, rows, 'getNextPage', {url: '/api/status/500'});
    await go(scene, rows);
  },
  // With hits, the reference would not show what is written.
  'create, save and destroy': Object.assign(async (scene, rows) => {
    await go(scene, rows);
    rows.create(fiji(), scene.callbacks());
    await scene.quiet();
    look(scene, rows);
    rows.first().save({name: 'Noreg'}, scene.callbacks());
    await scene.quiet();
    rows.first().destroy(scene.callbacks({wait: true}));
    await scene.quiet();
    look(scene, rows);
    await go(scene, rows);
  }, {cold: true}),
  'another mode': async (scene, rows) => {
    await go(scene, rows);
    for (const mode of ['client', 'server']) {
      rows.switchMode(mode, {fetch: false});
      if (rows.fullCollection) scene.watch(rows.fullCollection);
      await go(scene, rows);
    }
  }
};
const client = {
  ...server,
  'pages of what is there': async (scene, rows) => {
    await go(scene, rows);
    for (const method of ['getNextPage', 'getFirstPage', 'getLastPage']) {
      rows[method]();
      look(scene, rows);
    }
    await go(scene, rows);
  },
  'all rows in another order': async (scene, rows) => {
    rows.setSorting('name', -1, {full: true, side: 'client'});
    await go(scene, rows);
    await go(scene, rows);
  }
};
for (const name of ['the next page and the first', 'pages of another size', 'another mode']) delete client[name];

const infinite = Object.fromEntries(['a page that is fetched twice', 'rows that come and go at the server', 'a page that fails']
  .map(name => [name, server[name]]));
infinite['the next page, and those that are there'] = async (scene, rows) => {
  await go(scene, rows);
  await go(scene, rows, 'getNextPage');
  rows.getFirstPage();
  look(scene, rows);
  await go(scene, rows, 'getFirstPage');
};

const parseLinks = function () {
  const link = page => page > 0 ? `/api/rows?_page=${page}&_limit=2` : null, {currentPage} = this.state;
  return {first: link(1), prev: link(currentPage - 1), next: link(currentPage + 1)};
};
const modes = {
  server: [server, {}], client: [client, {}],
  // Such a collection is told no state, but where its pages are.
  infinite: [infinite, {parseState: () => undefined, parseLinks}]
};

const scenarios = {};
for (const [mode, [scenes, own]] of Object.entries(modes)) {
  for (const [name, scene] of Object.entries(scenes)) {
    scenarios[`mode ${mode}: ${name}`] = Object.assign(run => scene(run, pages(run, mode, own)), {cold: scene.cold});
  }
}

export default scenarios;
