// The demo, as somebody who tries it sees it: its own server as a process, its
// own page in Chromium.

import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {after, before, test} from 'node:test';
import {launch} from './browser.mjs';
import {startDemo} from './demo-server.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// Opens the demo. hold() keeps requests of the list back until its result is called.
async function openDemo(t, url) {
  const context = await browser.createBrowserContext();
  t.after(() => context.close());
  const page = await context.newPage(), errors = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.evaluateOnNewDocument(() => { sessionStorage.setItem('delay', '0'); });
  let held = null;
  await page.setRequestInterception(true);
  page.on('request', request => {
    if (held && request.url().endsWith('/api/countries')) held.push(request);
    else request.continue();
  });
  return {
    page, errors,
    hold() {
      held = [];
      return async () => {
        const requests = held;
        held = null;
        await Promise.all(requests.map(request => request.continue()));
      };
    },
    open: () => page.goto(url),
    painted: phase => page.waitForSelector(`#phases .${phase}[data-state=painted]`),
    state: phase => page.$eval(`#phases .${phase}`, element => ({...element.dataset})),
    names: () => page.$$eval('#rows td.name', cells => cells.map(cell => cell.textContent)),
    keys: () => page.evaluate(() => localStorage.length),
    record: id => page.evaluate(key => JSON.parse(localStorage.getItem(key)), `${id}-_burry_countries`),
    logged: text => page.waitForFunction(wanted => document.querySelector('#log').textContent.includes(wanted), {}, text),
    press: selector => page.$eval(selector, button => button.click())
  };
}

async function typeName(page, name) {
  await page.$eval('tr.editing [name=name]', (input, value) => { input.value = value; }, name);
  await page.$eval('tr.editing .save', button => button.click());
}

test('3.2, 3.3: the first visit waits for the server; a reload paints 250 cached rows before it answers', async t => {
  const demo = await startDemo(t), visit = await openDemo(t, demo.url);
  await visit.open();
  await visit.painted('server');
  assert.deepEqual(await visit.state('cached'), {state: 'none'});
  assert.deepEqual(await visit.state('server'), {state: 'painted', rows: '250'});
  // A record per country, the list, the registry (2.1 to 2.5).
  assert.equal(await visit.keys(), 252);

  const release = visit.hold();
  await visit.page.reload();
  await visit.painted('cached');
  assert.deepEqual(await visit.state('cached'), {state: 'painted', rows: '250'});
  assert.equal((await visit.state('server')).state, 'pending');
  const cached = await visit.names();
  assert.equal(cached.length, 250);
  await release();
  await visit.painted('server');
  assert.deepEqual(await visit.names(), cached);
  assert.deepEqual(visit.errors, []);
});

test('4.1, 4.2, 4.4: an edited, a deleted and a new country survive a reload, in the cache and on the server', async t => {
  const demo = await startDemo(t), visit = await openDemo(t, demo.url), {page} = visit;
  await visit.open();
  await visit.painted('server');

  await visit.press('tr[data-id=DEU] .edit');
  await typeName(page, 'Deutschland');
  await visit.logged('Saved Deutschland');
  await visit.press('tr[data-id=FRA] .delete');
  await visit.logged('Deleted France');
  await visit.press('#new');
  await typeName(page, 'Atlantis');
  await visit.logged('Created Atlantis');

  const release = visit.hold();
  await page.reload();
  await visit.painted('cached');
  const cached = await visit.names();
  await release();
  await visit.painted('server');
  for (const names of [cached, await visit.names()]) {
    assert.equal(names.length, 250);
    assert.ok(names.includes('Deutschland') && names.includes('Atlantis'));
    assert.ok(!names.includes('France') && !names.includes('Germany'));
  }
  assert.equal((await visit.record('XAA')).name.common, 'Atlantis');
  assert.equal(await visit.record('FRA'), null);
  assert.deepEqual(visit.errors, []);
});

test('4.2, 4.4: a write that the page lets fail is undone, in the cache and on the page', async t => {
  const demo = await startDemo(t), visit = await openDemo(t, demo.url), {page} = visit;
  await visit.open();
  await visit.painted('server');

  await visit.press('#fail');
  await visit.press('tr[data-id=DEU] .edit');
  await typeName(page, 'Deutschland');
  await visit.logged('Not saved: the server said 503');
  assert.equal((await visit.record('DEU')).name.common, 'Germany');
  assert.equal(await page.$eval('tr[data-id=DEU] td.name', cell => cell.textContent), 'Germany');

  await visit.press('#fail');
  await visit.press('tr[data-id=FRA] .delete');
  await visit.logged('Not deleted: the server said 503');
  assert.equal((await visit.record('FRA')).name.common, 'France');

  const before = await visit.keys();
  await visit.press('#fail');
  await visit.press('#new');
  await typeName(page, 'Atlantis');
  await visit.logged('Not created: the server said 503');
  assert.equal(await visit.keys(), before);
  const names = await visit.names();
  assert.equal(names.length, 250);
  assert.ok(names.includes('Germany') && names.includes('France') && !names.includes('Atlantis'));
  assert.deepEqual(visit.errors, []);
});

test('11: the button that clears the cache leaves the registry only; reset brings deleted countries back', async t => {
  const demo = await startDemo(t), visit = await openDemo(t, demo.url);
  await visit.open();
  await visit.painted('server');
  await visit.press('tr[data-id=FRA] .delete');
  await visit.logged('Deleted France');
  await visit.press('#clear');
  assert.deepEqual(await visit.page.evaluate(() => Object.keys(localStorage)), ['_burry_stores_']);

  await Promise.all([visit.page.waitForNavigation(), visit.press('#reset')]);
  await visit.painted('server');
  assert.ok((await visit.names()).includes('France'));
});

test('demo: a request that asks for a delay is overtaken by one that does not', async t => {
  const {url} = await startDemo(t);
  const answers = [];
  const ask = async delay => {
    const response = await fetch(`${url}api/countries/DEU`, {headers: {'X-Delay': String(delay)}});
    answers.push([delay, (await response.json()).cca3]);
  };
  await Promise.all([ask(1000), ask(0)]);
  assert.deepEqual(answers, [[0, 'DEU'], [1000, 'DEU']]);
});

test('demo: a taken port gives a message and the next free one; the address is the last line; Ctrl-C ends it', async t => {
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
