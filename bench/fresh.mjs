// The time from the script tag to the first usable call, each time in a fresh page,
// which in Chromium has a process of its own. The script's text is there already: it
// is no network that is measured, but parsing, compiling and starting.

// What follows the tag, and then a second step.
const columns = {
  ours: {
    script: '/dist/backbone.cachingsync.js',
    call: `window.Rows = Backbone.Collection.extend({url: '/rows', sync: Backbone.cachingSync(() => {}, 'bench')});`,
    next: 'new Rows().fetch();'
  },
  'ours, plain JavaScript': {
    script: '/dist/backbone.cachingsync.asm.js',
    call: `window.Rows = Backbone.Collection.extend({url: '/rows', sync: Backbone.cachingSync(() => {}, 'bench')});`,
    next: 'new Rows().fetch();'
  },
  'ours, queue and live': {
    script: '/dist/backbone.cachingsync.offline.js',
    call: `window.Rows = Backbone.Collection.extend({url: '/rows', sync: Backbone.cachingSync(() => {}, 'bench')});`,
    next: 'new Rows().fetch();'
  },
  'ours, before': {
    script: '/before.js',
    call: `window.Rows = Backbone.Collection.extend({url: '/rows', sync: Backbone.cachingSync(() => {}, 'bench')});`,
    next: 'new Rows().fetch();'
  },
  'ours, Burry alone': {script: '/dist/burry.js', call: `window.store = new Burry.Store('bench');`, next: `store.get('key');`},
  lscache: {script: '/lib/lscache.js', call: `lscache.get('key');`, next: ''},
  'backbone-fetch-cache': {
    script: '/lib/fetch-cache.js',
    call: `window.Rows = Backbone.Collection.extend({url: '/rows', sync: () => jQuery.Deferred()});`,
    next: 'new Rows().fetch({cache: true});'
  },
  'Backbone.localStorage': {
    script: '/lib/local-storage.js',
    call: `window.Rows = Backbone.Collection.extend({url: '/rows', localStorage: new Backbone.LocalStorage('bench')});`,
    next: 'new Rows().fetch();'
  }
};

// isBefore: whether another build of ours is served, too.
export const freshColumns = isBefore => Object.keys(columns).filter(name => isBefore || name !== 'ours, before');

// Returns {usable, next}: milliseconds to the end of the first call, and those of
// the call after it.
export async function sampleFresh(browser, url, name) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(`${url}/page/fresh.html`);
    return await page.evaluate(async ({script, call, next}) => {
      const text = await (await fetch(script)).text();
      await new Promise(resolve => setTimeout(resolve, 50));
      // Each in a script tag, which runs before append returns.
      const run = text => {
        const tag = document.createElement('script');
        tag.textContent = text;
        const start = performance.now();
        document.head.append(tag);
        return performance.now() - start;
      };
      const times = {usable: run(`${text}\n${call}\nwindow.hasRun = true;`), next: run(next)};
      if (!window.hasRun) throw new Error(`${script} did not run`);
      return times;
    }, columns[name]);
  } finally {
    await context.close();
  }
}
