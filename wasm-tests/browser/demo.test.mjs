// The demo, as somebody who tries it uses it: its own server as a process, its own pages in
// Chromium, and what is clicked, typed and read there.

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {launch} from './browser.mjs';
import {script, startDemo} from './demo-server.mjs';

let browser, demo;
const ends = [];
before(async () => { [browser, demo] = await Promise.all([launch(), startDemo({after: end => ends.push(end)})]); });
after(async () => {
  for (const end of ends) await end();
  if (browser) await browser.close();
});

// A connection of its own: the server closes one that has been idle for seconds.
const ask = (path, options) => fetch(new URL(path, demo.url), {...options, headers: {'Content-Type': 'application/json', Connection: 'close'}});
const post = (path, body) => ask(path, {method: 'POST', body: JSON.stringify(body)});

// A person with a browser of their own, which may have more tabs, and a server as it is at first.
// The chart is half of what a page costs, and is left out where a test is not about it.
async function visit(t, {search = '', hash = '', hasChart = false, hasRetries = true} = {}) {
  await post('conditions', {delay: 0, failing: 'nothing', offline: false, pending: ''});
  await post('api/reset');
  const context = await browser.createBrowserContext();
  t.after(() => context.close());
  const open = async (path = `./${search}${hash}`) => {
    const page = await context.newPage(), errors = [];
    page.on('pageerror', error => errors.push(error.message));
    t.after(() => assert.deepEqual(errors, []));
    await page.setViewport({width: 1280, height: 900});
    if (!hasChart) await withoutChart(page);
    if (!hasRetries) await page.evaluateOnNewDocument(dropRetries);
    await page.goto(new URL(path, demo.url));
    return tab(page);
  };
  const conditions = async given => {
    const response = await post('conditions', given);
    return [response.status, await response.json()];
  };
  const table = async () => (await ask('api/countries')).json();
  return {open, conditions, table, ...await open()};
}

// In the page, before its scripts: what is queued is sent when somebody asks for it, and by no timer.
function dropRetries() {
  const {setTimeout} = window;
  window.setTimeout = (action, milliseconds, ...args) => milliseconds >= 1000 ? 0 : setTimeout(action, milliseconds, ...args);
}

async function withoutChart(page) {
  const session = await page.createCDPSession();
  await session.send('Network.enable');
  await session.send('Network.setBlockedURLs', {urls: ['*/vega*.js']});
}

function tab(page) {
  // What is looked at may not be there yet; a condition that throws would not be tried again.
  const until = (condition, ...args) => page.waitForFunction(
    `(() => { try { return (${condition})(${args.map(one => JSON.stringify(one))}); } catch { return false; } })()`, {polling: 20});
  // In one turn of the page, which may paint the element anew at any time.
  const focus = selector => until(selector => {
    const element = document.querySelector(selector);
    element.focus();
    return document.activeElement === element;
  }, selector);
  return {
    page, until,
    painted: (phase, rows = '12') => page.waitForSelector(`#phases .${phase}[data-state=painted][data-rows="${rows}"]`),
    names: () => page.$$eval('.screen td.name', cells => cells.map(cell => cell.textContent)),
    heading: text => until(text => document.querySelector('.screen h2').textContent === text, text),
    logged: text => until(text => document.querySelector('#log').textContent.includes(text), text),
    chip: text => until(text => document.querySelector('.screen .chip').textContent === text, text),
    record: id => page.evaluate(key => JSON.parse(localStorage.getItem(key)), `${id}-_burry_countries`),
    focus,
    async press(selector) {
      // By the keyboard, which does not miss what moves.
      await focus(selector);
      await page.keyboard.press('Enter');
    },
    async name(text) {
      await page.waitForFunction(() => document.activeElement.name === 'name' && document.activeElement.value === document.querySelector('[name=name]').defaultValue);
      await page.keyboard.down('Control');
      await page.keyboard.press('a');
      await page.keyboard.up('Control');
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    }
  };
}

test('3.1, 3.2, 3.3: under a delay a reload paints a page of the list, with its total, before the server answers', async t => {
  const {page, conditions, painted, names, chip} = await visit(t);
  await painted('server');
  assert.equal(await page.$eval('#phases .cached', phase => phase.dataset.state), 'none');
  const fresh = await names();
  assert.deepEqual([fresh.length, fresh[0]], [12, 'Afghanistan']);

  // Longer than any test waits.
  await conditions({delay: 30_000});
  await page.reload();
  await painted('cached');
  await chip('cached, asking the server …');
  assert.deepEqual(await names(), fresh);
  assert.equal(await page.$eval('#phases .server', phase => phase.dataset.state), 'pending');
  assert.equal(await page.$eval('.pages span', span => span.textContent), 'Page 1 of 21, 250 countries');
});

test('3.10: each page and each search is a list of its own, and comes back from the cache', async t => {
  const {page, conditions, names, heading, press, until, chip} = await visit(t);
  const seen = {};
  const look = async (address, label) => {
    await until((address, label) => (location.hash || '#/') === address && document.querySelector('.pages span').textContent.startsWith(label) &&
      document.querySelector('.chip').textContent === 'from the server', address, label);
    seen[address] = await names();
  };
  await look('#/', 'Page 1 of 21');
  await press('.next');
  await look('#/page/2', 'Page 2 of 21');
  assert.equal(new URL(page.url()).hash, '#/page/2');
  await page.type('[name=words]', 'land');
  await look('#/search/land', 'Page 1 of 3');
  assert.ok(seen['#/search/land'].every(name => /land/i.test(name)));
  await conditions({offline: true});
  for (const [address, shown] of Object.entries(seen)) {
    await page.evaluate(address => { location.hash = address; }, address);
    await chip('the server was not reached');
    assert.deepEqual(await names(), shown, address);
  }
  // What a regular expression would choke on is a part of a name.
  await conditions({offline: false});
  await page.evaluate(() => { location.hash = '#/search/(['; });
  await until(() => document.querySelector('.empty').textContent === 'Nothing is found.');
});

test('4.1, 4.2, 4.4: what is edited, created and deleted survives a reload, in the cache and on the server', async t => {
  const {page, press, name, logged, heading, record, table, names, painted} = await visit(t);
  await painted('server');
  await press('tr[data-id=ALB] .edit');
  await name('Shqipëria');
  await logged('Saved Shqipëria');
  await heading('Shqipëria');
  await press('.screen .delete');
  await logged('Deleted Shqipëria');
  assert.equal(await record('ALB'), null);
  await press('.screen [href="#/new"]');
  await name('Atlantis');
  await logged('Created Atlantis');
  await heading('Atlantis');
  assert.equal(new URL(page.url()).hash, '#/countries/XAA');
  assert.equal((await record('XAA')).name.common, 'Atlantis');
  const rows = (await table()).map(country => country.cca3);
  assert.ok(rows.includes('XAA') && !rows.includes('ALB'));
  await page.reload();
  await painted('cached', '1');
  await heading('Atlantis');
});

test('4.2, 4.4: where the server fails, what was shown is taken back, on the page and in the cache', async t => {
  const {page, press, name, logged, heading, record, conditions, names, painted, until} = await visit(t);
  await painted('server');
  const before = await names();
  assert.deepEqual(await conditions({failing: 'writes', pending: 'ALB'}), [200, {delay: 0, failing: 'writes', offline: false, pending: 'ALB'}]);
  await press('tr[data-id=ALB] .edit');
  await name('Shqipëria');
  await heading('Shqipëria');
  assert.equal((await record('ALB')).name.common, 'Shqipëria');
  await conditions({pending: ''});
  await logged('Not saved: the server said 503');
  await heading('Albania');
  assert.equal((await record('ALB')).name.common, 'Albania');
  await press('.screen .delete');
  await logged('Not deleted: the server said 503');
  assert.equal((await record('ALB')).name.common, 'Albania');
  await press('.screen [href="#/new"]');
  await name('Atlantis');
  await logged('Not created: the server said 503');
  // The form is there still, with what was typed.
  assert.equal(await page.$eval('[name=name]', input => input.value), 'Atlantis');
  assert.equal(await record('XAA'), null);
  await page.evaluate(() => { location.hash = '#/'; });
  await until(text => [...document.querySelectorAll('.screen td.name')].map(cell => cell.textContent).join() === text, before.join());
});

test('4.2, 12: offline an edit is rolled back; with `queue` it waits, also over a reload, and is sent', async t => {
  const {page, focus, press, name, logged, heading, record, painted, until, table} = await visit(t);
  const offline = async () => {
    await page.waitForSelector('#server-conditions fieldset:enabled');
    await focus('[name=offline]');
    await page.keyboard.press('Space');
  };
  await painted('server');
  await offline();
  await until(() => document.body.classList.contains('offline'));
  await press('tr[data-id=ALB] .edit');
  await name('Shqipëria');
  await logged('Not saved: the server was not reached');
  await heading('Albania');

  // The page is loaded again, at the same place.
  await focus('[name=queue]');
  await page.keyboard.press('Space');
  await Promise.all([page.waitForNavigation(), press('.apply')]);
  assert.equal(page.url().replace(/.*\/\?/, ''), 'queue=true#/countries/ALB');
  await press('.screen .edit');
  await name('Shqipëria');
  await logged('Saved here, and waits for the network: Shqipëria');
  await page.evaluate(() => { location.hash = '#/new'; });
  await name('Atlantis');
  await logged('Created here, and waits for the network: Atlantis');
  await page.reload();
  await heading('Atlantis');
  await until(() => document.querySelectorAll('#queue li').length === 2);
  assert.deepEqual(await page.$$eval('#queue a', links => links.map(link => link.textContent)), ['Shqipëria', 'Atlantis']);
  // No page of a search has it, but the first one shows it.
  await page.evaluate(() => { location.hash = '#/'; });
  await until(() => document.querySelector('.screen tbody tr').textContent.includes('Atlantis') && document.querySelector('.screen tbody .chip').textContent === 'waits');
  await page.evaluate(() => document.querySelector('.screen tbody a').click());
  await heading('Atlantis');
  // Whoever empties the cache is asked first.
  let asked;
  page.once('dialog', dialog => {
    asked = dialog.message();
    return dialog.dismiss();
  });
  await press('#clear');
  assert.equal(asked, '2 changes have not been sent. Lose them?');
  await offline();
  await logged('The temporary id is XAA now');
  await until(() => location.hash === '#/countries/XAA' && !document.querySelector('#queue li'));
  const rows = await table();
  assert.deepEqual(rows.filter(({cca3}) => ['ALB', 'XAA'].includes(cca3)).map(country => country.name.common), ['Shqipëria', 'Atlantis']);
});

test('12.6: what one tab has queued another one sends, and both show it', async t => {
  const {open, conditions, painted, press, name, logged, page, table, chip, until} = await visit(t, {search: '?queue=true&live=true', hasRetries: false});
  await painted('server');
  const other = await open('./?queue=true&live=true#/countries/ALB');
  await other.chip('from the server');
  await conditions({offline: true});
  await page.bringToFront();
  await press('tr[data-id=ALB] .edit');
  await name('Albanien');
  await logged('Saved here, and waits for the network: Albanien');
  await chip('waits for the network');
  await other.heading('Albanien');
  await conditions({offline: false});
  await other.page.bringToFront();
  await other.press('#replay:enabled');
  for (const tab of [other, {until}]) await tab.until(() => !document.querySelector('#queue li') && document.querySelector('.chip').textContent === 'from the server');
  assert.equal((await table()).find(({cca3}) => cca3 === 'ALB').name.common, 'Albanien');
});

test('13: with `live` another tab shows an edit and a delete at once, without it when it is loaded again', async t => {
  const {open, conditions, painted, press, name, logged, chip, page} = await visit(t);
  await painted('server');
  const live = await open('./?live=true');
  await live.painted('server');
  const plain = await open('./');
  await plain.painted('server');
  await page.bringToFront();
  await press('tr[data-id=ALB] .edit');
  await name('Albanien');
  await logged('Saved Albanien');
  await live.until(() => document.querySelector('tr[data-id=ALB]').textContent.includes('Albanien'));
  await live.logged('Another tab has written ALB');
  await plain.logged('Another tab has written ALB');
  assert.ok((await plain.names()).includes('Albania'));
  // The server is asked for the list when it has deleted the row.
  await conditions({pending: '_page'});
  await press('.screen .delete');
  await logged('Deleted Albanien');
  await conditions({pending: ''});
  await live.until(() => !document.querySelector('tr[data-id=ALB]'));
  await live.logged('Another tab has removed ALB');
  // The list that is cached has twelve rows again.
  await chip('from the server');
  await plain.page.reload();
  await plain.painted('cached');
  await plain.chip('from the server');
  assert.ok(!(await plain.names()).includes('Albania'));
});

test('9.1, 9.2: a full localStorage, corrupted and deleted entries: the page goes on, and shows what lies there', async t => {
  const {page, press, painted, until, conditions, names, logged, chip} = await visit(t, {search: '?ttl=10'});
  await painted('server');
  // Or 9, where a minute ended meanwhile.
  await until(() => /^in (10|9) minutes$/.test(document.querySelector('#storage tr[data-name=ALB] .expiry').textContent));
  assert.equal(await page.$eval('#storage tr[data-name=ALB] .kind', cell => cell.textContent), 'record');
  // 12 records, a list, its index and what lies beside it; their expiries; the registry.
  assert.equal(await page.$eval('#used', used => used.dataset.keys), String(await page.evaluate(() => localStorage.length)));

  await press('#fill');
  await logged('localStorage is full');
  await until(() => document.querySelector('meter').value > 0.9);
  await press('.next');
  await until(() => document.querySelector('.pages span').textContent.startsWith('Page 2') && document.querySelector('.chip').textContent === 'from the server');
  assert.equal((await names()).length, 12);
  await press('#fill');
  await logged('There is room in localStorage again');

  await press('#storage tr[data-name=ALB] .corrupt');
  await logged('Corrupted ALB in storage');
  await page.evaluate(() => { location.hash = '#/'; });
  await until(() => JSON.parse(localStorage.getItem('ALB-_burry_countries')).cca3 === 'ALB');
  await press('#storage tr[data-name=ALB] .delete');
  await until(() => !document.querySelector('#storage tr[data-name=ALB]'));
  await press('#clear');
  await logged('The cache is empty');
  await until(() => document.querySelector('#storage .none').offsetParent);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ['_burry_stores_']);
});

test('8: the switches are the options of the cache; what the library refuses is said', async t => {
  const {open, page, focus, painted, press, until} = await visit(t);
  await painted('server');
  await page.select('[name=fetchPolicy]', 'cache-first');
  await Promise.all([page.waitForNavigation(), press('.apply')]);
  assert.equal(new URL(page.url()).search, '?fetchPolicy=cache-first');
  await painted('cached');
  await until(() => document.querySelector('#phases .server').dataset.state === 'none');
  await until(() => document.querySelector('.chip').textContent === 'from the cache');

  await focus('[name=cache]');
  await page.keyboard.press('Space');
  await Promise.all([page.waitForNavigation(), press('.apply')]);
  await painted('server');
  assert.equal(await page.$eval('#phases .cached', phase => phase.dataset.state), 'none');
  assert.equal(await page.$eval('#cache-options fieldset', fieldset => fieldset.disabled), true);

  const refused = await open('./?fetchPolicy=sometimes');
  await refused.painted('server');
  assert.match(await refused.page.$eval('.refusal', element => element.textContent), /'fetchPolicy': expected 'cache-and-network'.*got 'sometimes'/);
});

test('the timeline has a lane for each operation, and says in words what it draws', async t => {
  const {page, painted, until, press, name, logged, conditions} = await visit(t, {hasChart: true});
  await painted('server');
  await until(() => document.querySelectorAll('#timeline svg .mark-symbol path').length > 0);
  await conditions({failing: 'writes'});
  await press('tr[data-id=ALB] .edit');
  await name('Shqipëria');
  await logged('Not saved');
  const lanes = () => page.$$eval('#timeline svg .role-axis-label text', texts => texts.map(text => text.textContent).filter(text => /^\d+\. /.test(text)));
  await until(() => /Save Shqipëria/.test(document.querySelector('#timeline svg').textContent));
  assert.deepEqual((await lanes()).slice(0, 3), ['1. Fetch the list, page 1', '2. Fetch ALB', '3. Save Shqipëria']);
  const log = await page.$eval('#log', list => list.textContent);
  for (const words of ['the list, page 1 painted from the server', 'Saving Shqipëria', 'Not saved: the server said 503']) assert.ok(log.includes(words), words);
});

test('beside.html shows the same page with the cache and without', async t => {
  const {open, conditions, painted} = await visit(t);
  await painted('server');
  await conditions({pending: '/api'});
  const {page} = await open('beside.html');
  const [, cached, plain] = page.frames();
  await cached.waitForSelector('#phases .cached[data-state=painted]');
  await plain.waitForSelector('#phases .server[data-state=pending]');
  assert.deepEqual(await Promise.all([cached, plain].map(frame => frame.$$eval('.screen tbody tr', rows => rows.length))), [12, 0]);
});

// Where no request is under way, nothing waits for one.
for (const [search, failing, text] of [['?ttl=10&freshFor=5', 'nothing', 'from the cache'], ['?fetchPolicy=network-first', 'everything', 'from the cache'], ['?fetchPolicy=cache-only', 'nothing', 'from the cache']]) {
  test(`8: with ${search} the second visit ends with the cached phase`, async t => {
    const {open, conditions, painted} = await visit(t, {search: search.replace(/.fetchPolicy.*/, '')});
    await painted('server');
    await conditions({failing});
    const second = await open(`./${search}`);
    await second.painted('cached');
    await second.chip(text);
    await second.until(() => document.querySelector('#phases .server').dataset.state === 'none');
  });
}

test('8: with cache-only a miss says that nothing is cached, and asks nobody', async t => {
  const {chip, page} = await visit(t, {search: '?fetchPolicy=cache-only'});
  await chip('nothing is cached');
  assert.equal(await page.$eval('.empty', element => element.textContent), 'Nothing is cached.');
});

test('a form that knows nothing of its country yet sends nothing of it', async t => {
  const {page, conditions, painted, until, name, logged, table} = await visit(t, {search: '?cache=off'});
  await painted('server');
  await conditions({pending: 'ALB'});
  await page.evaluate(() => { location.hash = '#/countries/ALB/edit'; });
  await page.waitForSelector('.screen .save:disabled');
  await conditions({pending: ''});
  await page.waitForSelector('.screen .save:enabled');
  await name('Shqipëria');
  await logged('Saved Shqipëria');
  const saved = (await table()).find(({cca3}) => cca3 === 'ALB');
  assert.deepEqual([saved.name.common, saved.name.official, saved.capital], ['Shqipëria', 'Republic of Albania', ['Tirana']]);
});

test('an earlier answer says nothing of the search that is shown', async t => {
  const {page, conditions, painted, chip, until} = await visit(t);
  await painted('server');
  await conditions({pending: 'zzzz'});
  await page.evaluate(() => { location.hash = '#/search/zzzz'; });
  await until(() => document.querySelector('.empty').textContent);
  await page.evaluate(() => { location.hash = '#/'; });
  await chip('from the server');
  await conditions({pending: ''});
  await until(() => document.querySelector('#log').textContent.includes('zzzz'));
  assert.equal(await page.$eval('.empty', element => element.textContent), '');
});

test('what the address names and is not there is said', async t => {
  const {page, heading, until, chip, painted} = await visit(t, {hash: '#/countries/XXX'});
  await until(() => document.querySelector('.screen').textContent.includes('There is no such country.') && !document.querySelector('.screen .delete'));
  await page.evaluate(() => { location.hash = '#/countries/XXX/edit'; });
  await until(() => document.querySelector('.screen').textContent.includes('There is no such country.') && !document.querySelector('.screen form'));
  await page.evaluate(() => { location.hash = '#/elsewhere'; });
  await heading('There is no such page');
  await page.evaluate(() => { location.hash = '#/page/-3'; });
  await until(() => document.querySelector('.pages span').textContent.startsWith('Page 1 of 21'));
  await page.evaluate(() => { location.hash = '#/page/99'; });
  await until(() => document.querySelector('.pages .previous').getAttribute('href') === '#/page/21');
});

test('without the cache a delete that fails brings the row back, at its place', async t => {
  const {painted, conditions, press, logged, names, until} = await visit(t, {search: '?cache=off'});
  await painted('server');
  const before = await names();
  await conditions({offline: true});
  await press('tr[data-id=ALB] .delete');
  await logged('Not deleted: the server was not reached');
  await until(text => [...document.querySelectorAll('.screen td.name')].map(cell => cell.textContent).join() === text, before.join());
});

test('the focus stays where it was, or goes on to what is next', async t => {
  const {page, focus, painted, press, logged, until} = await visit(t);
  const focused = () => page.evaluate(() => [document.activeElement.className, (document.activeElement.closest('tr') || {dataset: {}}).dataset.id]);
  await painted('server');
  await page.reload();
  await focus('tr[data-id=ALB] .edit');
  await painted('server');
  assert.deepEqual(await focused(), ['button edit', 'ALB']);
  await press('tr[data-id=ALB] .delete');
  await logged('Deleted Albania');
  assert.deepEqual(await focused(), ['delete', 'DZA']);
  await page.evaluate(() => { location.hash = '#/page/20'; });
  await until(() => document.querySelector('.pages span').textContent.startsWith('Page 20') && document.querySelector('.chip').textContent === 'from the server');
  await press('.next');
  await until(() => document.querySelector('.pages span').textContent.startsWith('Page 21'));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H2');
  await page.reload();
  await press('.skip');
  assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest('.screen'))));
});

test('a long name is as wide as there is room for', async t => {
  const {page, painted, press, name, heading} = await visit(t);
  await painted('server');
  await press('tr[data-id=ALB] .edit');
  await name('W'.repeat(300));
  await heading('W'.repeat(300));
  for (const width of [1280, 390]) {
    await page.setViewport({width, height: 844});
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  }
});

// The contrast of WCAG 2, of the colours that the browser has computed.
test('each text has a contrast of 4.5 to 1 at least', async t => {
  const {page, painted, press, conditions} = await visit(t, {search: '?queue=true'});
  await painted('server');
  await page.reload();
  await painted('cached');
  const poor = await page.evaluate(() => {
    const channels = color => color.match(/[\d.]+/g).map(Number);
    const luminance = ([red, green, blue]) => [red, green, blue].map(value => value / 255)
      .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
      .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
    const groundOf = element => {
      const [red, green, blue, alpha = 1] = element ? channels(getComputedStyle(element).backgroundColor) : [255, 255, 255];
      return alpha ? [red, green, blue] : groundOf(element.parentElement);
    };
    const chips = ['cached', 'server', 'tab', 'failure', 'pending'].map(freshness => Object.assign(document.createElement('span'), {className: 'chip', textContent: freshness}));
    chips.forEach(chip => { chip.dataset.freshness = chip.textContent; document.querySelector('.screen').append(chip); });
    return [...document.querySelectorAll('body *')].filter(element => element.offsetParent && !element.matches(':disabled, [aria-disabled], option') &&
      !element.closest('svg') && [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())).map(element => {
      const [one, other] = [channels(getComputedStyle(element).color), groundOf(element)].map(luminance).sort((a, b) => b - a);
      return [Math.floor((one + 0.05) / (other + 0.05) * 100) / 100, element.textContent.trim().slice(0, 30), element.className];
    }).filter(([contrast]) => contrast < 4.5);
  });
  assert.deepEqual(poor, []);
});

// What a keyboard and a screen reader need.
for (const [what, hash] of Object.entries({'the list': '', 'a country': '#/countries/ALB', 'the form': '#/new'})) {
  test(`each field of ${what} has a name, each image a text, and a changed screen the focus`, async t => {
    const {page, painted, press, until} = await visit(t, {hash});
    if (hash !== '#/new') await painted('server', hash ? '1' : '12');
    const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input, select, meter, iframe, a[href], [role=region]')].filter(element => {
      const {labels} = element, by = element.getAttribute('aria-labelledby');
      return !(element.getAttribute('aria-label') || element.title || by && document.getElementById(by).textContent || labels && labels.length || element.textContent.trim());
    }).map(element => element.outerHTML));
    assert.deepEqual(nameless, []);
    assert.deepEqual(await page.$$eval('img', images => images.filter(image => !image.hasAttribute('alt')).length), 0);
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.evaluate(hash => { location.hash = hash; }, hash === '#/new' ? '#/countries/ALB' : '#/new');
    await until(() => document.activeElement.closest('.screen'));
    // Nothing is wider than a telephone.
    await page.setViewport({width: 390, height: 844});
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  });
}

test('the server says which conditions it does not know, and keeps those that it has', async t => {
  const {conditions} = await visit(t);
  assert.deepEqual(await conditions({failing: 'sometimes'}), [400, {error: 'failing: expected one of nothing, writes, everything, got "sometimes"'}]);
  assert.deepEqual(await conditions({delay: -1}), [400, {error: 'delay: expected 0 to 30000 ms, got -1'}]);
  for (const delay of ['5', null, '', [7], 1.5]) assert.equal((await conditions({delay}))[0], 400, JSON.stringify(delay));
  assert.deepEqual(await conditions({offline: 'yes'}), [400, {error: 'offline: expected true or false, got "yes"'}]);
  assert.deepEqual(await conditions({pending: true}), [400, {error: 'pending: expected a part of an address, got true'}]);
  assert.deepEqual(await conditions({}), [200, {delay: 0, failing: 'nothing', offline: false, pending: ''}]);
});

test('a file that is not the demo\'s own is left as it is', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-')), file = join(folder, 'other.json');
  t.after(() => rmSync(folder, {recursive: true}));
  writeFileSync(file, '{"mine": 1}');
  const run = data => spawnSync(process.execPath, [script], {env: {...process.env, PORT: '0', DATA: data}, encoding: 'utf8', timeout: 60_000});
  const {status, stderr} = run(file);
  assert.deepEqual([status, stderr], [1, `DATA: expected a file with an array 'countries', or none, got '${file}'\n`]);
  assert.equal(readFileSync(file, 'utf8'), '{"mine": 1}');
  assert.match(run(join(folder, 'none', 'countries.json')).stderr, /^DATA: expected a file in a folder that is there/);
});

test('reset brings back what was deleted', async t => {
  const {page, painted, press, logged, names} = await visit(t);
  await painted('server');
  await press('tr[data-id=ALB] .delete');
  await logged('Deleted Albania');
  assert.ok(!(await names()).includes('Albania'));
  await Promise.all([page.waitForNavigation(), press('#reset:enabled')]);
  await painted('server');
  assert.ok((await names()).includes('Albania'));
});

test('a taken port gives a message and the next free one; the address is the last line; Ctrl-C ends it', async t => {
  const taken = createServer();
  t.after(() => taken.close());
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const {port} = taken.address();
  const another = await startDemo(t, port);
  assert.ok(another.output.includes(`Port ${port} is taken; trying ${port + 1}`));
  const address = new URL(another.url);
  assert.ok(Number(address.port) > port);
  assert.equal((await fetch(address)).status, 200);
  assert.deepEqual(await another.end('SIGINT'), [0, null]);
});
