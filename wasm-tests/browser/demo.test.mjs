// The demo, as somebody who tries it uses it: its own server as a process, its own pages in
// Chromium, and what is clicked, typed and read there.

import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {after, before, test} from 'node:test';
import {launch} from './browser.mjs';
import {startDemo} from './demo-server.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// A person with a browser of their own, which may have more tabs.
async function visit(t, {search = '', hash = ''} = {}) {
  const demo = await startDemo(t), context = await browser.createBrowserContext();
  t.after(() => context.close());
  const open = async (path = `./${search}${hash}`) => {
    const page = await context.newPage(), errors = [];
    page.on('pageerror', error => errors.push(error.message));
    t.after(() => assert.deepEqual(errors, []));
    await page.setViewport({width: 1280, height: 900});
    await page.goto(new URL(path, demo.url));
    return tab(page);
  };
  const conditions = async given => {
    const response = await fetch(new URL('conditions', demo.url), {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(given)});
    return [response.status, await response.json()];
  };
  const table = async () => (await fetch(new URL('api/countries', demo.url))).json();
  return {demo, open, conditions, table, ...await open()};
}

function tab(page) {
  const until = (condition, ...args) => page.waitForFunction(condition, {polling: 20}, ...args);
  return {
    page, until,
    painted: (phase, rows = '12') => page.waitForSelector(`#phases .${phase}[data-state=painted][data-rows="${rows}"]`),
    names: () => page.$$eval('.screen td.name', cells => cells.map(cell => cell.textContent)),
    heading: text => until(text => document.querySelector('.screen h2').textContent === text, text),
    logged: text => until(text => document.querySelector('#log').textContent.includes(text), text),
    chip: text => until(text => document.querySelector('.screen .chip').textContent === text, text),
    record: id => page.evaluate(key => JSON.parse(localStorage.getItem(key)), `${id}-_burry_countries`),
    async press(selector) {
      await page.waitForSelector(selector);
      // By the keyboard, which does not miss what moves.
      await page.focus(selector);
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
    await until(label => document.querySelector('.pages span').textContent.startsWith(label) && document.querySelector('.chip').textContent === 'from the server', label);
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
  assert.deepEqual(await conditions({failing: 'writes', delay: 400}), [200, {delay: 400, failing: 'writes', offline: false}]);
  await press('tr[data-id=ALB] .edit');
  await name('Shqipëria');
  await heading('Shqipëria');
  assert.equal((await record('ALB')).name.common, 'Shqipëria');
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
  const {page, press, name, logged, heading, record, painted, until, table} = await visit(t);
  const offline = async () => {
    await page.waitForSelector('#server-conditions fieldset:enabled');
    await page.focus('[name=offline]');
    await page.keyboard.press('Space');
  };
  await painted('server');
  await offline();
  await until(() => document.body.classList.contains('offline'));
  await press('tr[data-id=ALB] .edit');
  await name('Shqipëria');
  await logged('Not saved: the server was not reached');
  await heading('Albania');

  // The switch loads the page again, at the same place.
  await Promise.all([page.waitForNavigation(), page.focus('[name=queue]').then(() => page.keyboard.press('Space'))]);
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
  await offline();
  await logged('The temporary id is XAA now');
  await until(() => location.hash === '#/countries/XAA' && !document.querySelector('#queue li'));
  const rows = await table();
  assert.deepEqual(rows.filter(({cca3}) => ['ALB', 'XAA'].includes(cca3)).map(country => country.name.common), ['Shqipëria', 'Atlantis']);
});

test('13: with `live` another tab shows an edit and a delete at once, without it when it is loaded again', async t => {
  const {open, painted, press, name, logged, page} = await visit(t);
  await painted('server');
  const live = await open('./?live=true'), plain = await open('./');
  for (const other of [live, plain]) await other.painted('server');
  await page.bringToFront();
  await press('tr[data-id=ALB] .edit');
  await name('Albanien');
  await logged('Saved Albanien');
  await live.until(() => document.querySelector('tr[data-id=ALB]').textContent.includes('Albanien'));
  await live.logged('Another tab has written ALB');
  await plain.logged('Another tab has written ALB');
  assert.ok((await plain.names()).includes('Albania'));
  await plain.page.reload();
  await plain.painted('cached');
  assert.ok((await plain.names()).includes('Albanien'));
});

test('9.1, 9.2: a full localStorage, corrupted and deleted entries: the page goes on, and shows what lies there', async t => {
  const {page, press, painted, until, conditions, names, logged, chip} = await visit(t, {search: '?ttl=10'});
  await painted('server');
  await until(() => document.querySelector('#storage tr[data-name=ALB] .expiry').textContent === 'in 10 minutes');
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
  await chip('from the server');
  await until(() => JSON.parse(localStorage.getItem('ALB-_burry_countries')).name.common === 'Albania');
  await press('#storage tr[data-name=ALB] .delete');
  await until(() => !document.querySelector('#storage tr[data-name=ALB]'));
  await press('#clear');
  await logged('The cache is empty');
  await until(() => document.querySelector('#storage .none').offsetParent);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ['_burry_stores_']);
});

test('8: the switches are the options of the cache; what the library refuses is said', async t => {
  const {open, page, painted, until} = await visit(t);
  await painted('server');
  await Promise.all([page.waitForNavigation(), page.select('[name=fetchPolicy]', 'cache-first')]);
  assert.equal(new URL(page.url()).search, '?fetchPolicy=cache-first');
  await painted('cached');
  await until(() => document.querySelector('#phases .server').dataset.state === 'none');
  await until(() => document.querySelector('.chip').textContent === 'from the cache');

  await Promise.all([page.waitForNavigation(), page.focus('[name=cache]').then(() => page.keyboard.press('Space'))]);
  await painted('server');
  assert.equal(await page.$eval('#phases .cached', phase => phase.dataset.state), 'none');
  assert.equal(await page.$eval('#cache-options fieldset', fieldset => fieldset.disabled), true);

  const refused = await open('./?fetchPolicy=sometimes');
  await refused.painted('server');
  assert.match(await refused.page.$eval('.refusal', element => element.textContent), /'fetchPolicy': expected 'cache-and-network'.*got 'sometimes'/);
});

test('the timeline has a lane for each operation, and says in words what it draws', async t => {
  const {page, painted, until, press, name, logged, conditions} = await visit(t);
  await painted('server');
  await until(() => document.querySelectorAll('#timeline svg .mark-symbol path').length > 0);
  await conditions({failing: 'writes'});
  await press('tr[data-id=ALB] .edit');
  await name('Shqipëria');
  await logged('Not saved');
  const lanes = () => page.$$eval('#timeline svg .role-axis-label text', texts => texts.map(text => text.textContent).filter(text => /^\d+\. /.test(text)));
  await until(() => /Save Shqipëria/.test(document.querySelector('#timeline svg').textContent));
  assert.deepEqual((await lanes()).slice(0, 3), ['1. Fetch the list, page 1', '2. Fetch ALB', '3. Save Shqipëria']);
  assert.match(await page.$eval('#timeline svg', svg => svg.getAttribute('aria-label')), /operations/);
  const log = await page.$eval('#log', list => list.textContent);
  for (const words of ['the list, page 1 painted from the server', 'Saving Shqipëria', 'Not saved: the server said 503']) assert.ok(log.includes(words), words);
});

test('beside.html shows the same page with the cache and without', async t => {
  const {open, conditions, painted} = await visit(t);
  await painted('server');
  await conditions({delay: 30_000});
  const {page} = await open('beside.html');
  const [, cached, plain] = page.frames();
  await cached.waitForSelector('#phases .cached[data-state=painted]');
  await plain.waitForSelector('#phases .server[data-state=pending]');
  assert.deepEqual(await Promise.all([cached, plain].map(frame => frame.$$eval('.screen tbody tr', rows => rows.length))), [12, 0]);
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
  assert.deepEqual(await conditions({offline: 'yes'}), [400, {error: 'offline: expected true or false, got "yes"'}]);
  assert.deepEqual(await conditions({}), [200, {delay: 0, failing: 'nothing', offline: false}]);
});

test('reset brings back what was deleted', async t => {
  const {page, painted, press, logged, names} = await visit(t);
  await painted('server');
  await press('tr[data-id=ALB] .delete');
  await logged('Deleted Albania');
  assert.ok(!(await names()).includes('Albania'));
  await Promise.all([page.waitForNavigation(), press('#reset')]);
  await painted('server');
  assert.ok((await names()).includes('Albania'));
});

test('a taken port gives a message and the next free one; the address is the last line; Ctrl-C ends it', async t => {
  const taken = createServer();
  t.after(() => taken.close());
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const {port} = taken.address();
  const demo = await startDemo(t, port);
  assert.ok(demo.output.includes(`Port ${port} is taken; trying ${port + 1}`));
  const address = new URL(demo.url);
  assert.ok(Number(address.port) > port);
  assert.equal((await fetch(address)).status, 200);
  assert.deepEqual(await demo.end('SIGINT'), [0, null]);
});
