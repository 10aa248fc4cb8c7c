// The libraries that a page of the browser tests may load, by the names that tests use,
// and pages of other versions than the current ones.

// At /lib/<package>/<file>.
const files = {
  jquery: 'jquery/dist/jquery.js',
  'jquery-1.12': 'jquery-1.12/dist/jquery.js',
  'jquery-2.2': 'jquery-2.2/dist/jquery.js',
  'jquery-4': 'jquery-4/dist/jquery.js',
  'jquery-slim': 'jquery/dist/jquery.slim.js',
  'jquery-4-slim': 'jquery-4/dist/jquery.slim.js',
  zepto: 'zepto/dist/zepto.js',
  underscore: 'underscore/underscore.js',
  'underscore-1.4': 'underscore-1.4/underscore.js',
  lodash: 'lodash/lodash.js',
  backbone: 'backbone/backbone.js',
  'backbone-1.0': 'backbone-1.0/backbone.js',
  'backbone-1.1': 'backbone-1.1/backbone.js',
  'backbone-1.3': 'backbone-1.3/backbone.js',
  'backbone-1.4': 'backbone-1.4/backbone.js',
  requirejs: 'requirejs/require.js',
  paginator: 'backbone.paginator/lib/backbone.paginator.js',
  radio: 'backbone.radio/build/backbone.radio.js',
  marionette: 'backbone.marionette/lib/backbone.marionette.js',
  stickit: 'backbone.stickit/backbone.stickit.js',
  associations: 'backbone-associations/backbone-associations.js',
  'local-storage': 'backbone.localstorage/build/backbone.localStorage.js',
  'fetch-cache': 'backbone-fetch-cache/backbone.fetch-cache.js'
};
export const libraries = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, `/lib/${file}`]));

// What stands in the place of a library of the plain page.
const roles = {zepto: 'jquery', 'no-jquery': 'jquery', lodash: 'underscore'};
const roleOf = name => roles[name] || /^[a-z]+/.exec(name)[0];
const hasAjax = name => !/slim|no-jquery/.test(name);

export const plainPage = ['jquery', 'underscore', 'backbone', 'cachingsync'];
// The same with the file that has the queue and other tabs, too.
export const offlinePage = ['jquery', 'underscore', 'backbone', 'offline'];

// The scripts of a page with other libraries: names such as 'backbone-1.0', 'zepto' or
// 'no-jquery', each in the place of the plain one. Without an ajax of jQuery's or Zepto's,
// the page has one of its own.
export function withLibraries(names, scripts = plainPage) {
  const others = Object.fromEntries(names.map(name => [roleOf(name), name]));
  const needsAjax = !hasAjax(others.jquery || 'jquery');
  return scripts.flatMap(script => {
    const name = others[script] || script;
    if (name === 'no-jquery') return [];
    return script === 'backbone' && needsAjax ? [name, '/own/fetch.js'] : [name];
  });
}

// LIBRARIES=backbone-1.0,jquery-1.12 node --test FILE: the plain libraries of every page
// are those.
const everywhere = (process.env.LIBRARIES || '').split(',').filter(Boolean);
export const asAsked = scripts => withLibraries(everywhere, scripts);
