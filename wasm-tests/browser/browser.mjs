// One browser for a test file, and places, each of which one test has after another: a server,
// and pages with one localStorage.

import {after} from 'node:test';
import {engine} from './engines/index.mjs';
import {hasWindow} from './engines/window.mjs';
import {plainPage, startHost} from './server.mjs';

// Browsers by what they are without, and places by their context. A place that no test has is idle.
const browsers = new Map(), places = new Map();
let opened = 0;

export const {launch} = engine;

async function browserWithout(missing) {
  if (!browsers.has(missing)) browsers.set(missing, await launch(missing));
  return browsers.get(missing);
}

// A server that is left open would keep the process of the tests alive.
after(async () => {
  for (const place of places.values()) await close(place);
  for (const browser of browsers.values()) await browser.close();
});

async function makePlace(missing) {
  // The browser first: a server that nobody closes, since no browser can start, would keep the
  // process of the tests alive.
  const context = await (await browserWithout(missing)).createBrowserContext();
  const place = {context, missing, host: await startHost(), idlePages: [], isIdle: false};
  places.set(context, place);
  return place;
}

const idlePlace = missing => [...places.values()].find(place => place.isIdle && place.missing === missing);

async function close(place) {
  places.delete(place.context);
  await place.context.close();
  await place.host.close();
}

// Opens a page for test t. When t is over the page is left, and serves the next test, which
// begins with an empty storage; but not where t has failed.
// scripts: names from server.mjs. data: the tables of the REST API. csp: a policy.
// prepare: a function, or the text of a program, that the page runs before any script.
// server, context: of another page, beside which this one is opened.
// missing: what the browser is to be without, as engines/ say; own: why the test can share
// neither page nor context with others. Such a test has a context of its own.
// Returns {page, server, context, url, run, warnings, errors, logged}; run(function, ...args) evaluates in the page.
export async function openPage(t, {scripts = plainPage, data = {}, csp, prepare, server, context, missing, own} = {}) {
  const isBeside = Boolean(context), isShared = !own;
  const place = isBeside ? places.get(context) : isShared && idlePlace(missing) || await makePlace(missing);
  place.isIdle = false;
  server = server || await place.host.begin(data);
  const page = place.idlePages.pop() || await place.context.newPage();
  const warnings = [], errors = [], logged = [];
  const listeners = {
    console(message) {
      if (message.type() === 'warn') warnings.push(message.text());
      // The browser itself logs each answer that is an error.
      if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) logged.push(message.text());
    },
    // Firefox takes what a policy forbids, and an answer without a body, for errors of the page,
    // and tells an error's name.
    pageerror({message}) {
      if (!/^(Content-Security-Policy:|XML Parsing Error: no root element)/.test(message)) errors.push(message.replace(/^\w*Error: /, ''));
    }
  };
  for (const name in listeners) page.on(name, listeners[name]);
  t.after(async () => {
    if (hasWindow && !t.passed) await keepOpen(t);
    const isKept = isShared && t.passed && await leave(page, isBeside);
    for (const name in listeners) page.off(name, listeners[name]);
    // The next test begins with the first page, which has not been left yet.
    if (isKept && isBeside) place.idlePages.unshift(page);
    if (isBeside) return;
    if (isKept) place.idlePages.push(page);
    if (isKept) place.isIdle = true;
    else await close(place);
  });
  const first = [engine.record, prepare].filter(Boolean).map(one => typeof one === 'function' ? `(${one})();` : one).join('\n');
  const query = new URLSearchParams({scripts: scripts.join(), ...!isBeside && {empty: ++opened}, ...csp && {csp}, ...first && {first: server.keep(first)}});
  await page.goto(`${server.url}/page.html?${query}`);
  return {page, server, context: place.context, warnings, errors, logged, url: page.url(), run: (code, ...args) => page.evaluate(code, ...args)};
}

// Leaves the windows of a failed test open until somebody ends the run. The reporter prints the
// failure only after that.
function keepOpen({name, error}) {
  console.log(`${name}: ${(error.cause || error).stack}\nThe windows stay open until Ctrl-C.`);
  return new Promise(() => {});
}

// Leaves a page, so that nothing of its test goes on in it. But a first page that is where it was
// opened is left by the next test's navigation: until then its requests are not answered
// (server.mjs), and another navigation costs a third of a test. Returns false if the page is stuck.
async function leave(page, isBeside) {
  try {
    if (isBeside || !page.url().includes('empty=')) await page.goto('about:blank');
    await engine.reset(page);
    return true;
  } catch {
    return false;
  }
}
