// One browser for a test file, and for each test a server and a page with a localStorage of
// its own.

import {after} from 'node:test';
import {engine} from './engines/index.mjs';
import {plainPage, startServer} from './server.mjs';

let browser;

export const {launch} = engine;

async function sharedBrowser() {
  browser = browser || await launch();
  return browser;
}

after(async () => { if (browser) await browser.close(); });

// Opens a page for test t, closed with its server when t is over.
// scripts: names from server.mjs. data: the tables of the REST API. csp: a policy.
// prepare: a function, or the text of a program, that the page runs before any script.
// missing: what the browser is to be without, as engines/ say.
// Returns {page, server, context, url, run, warnings, errors, logged}; run(function, ...args) evaluates in the page.
export async function openPage(t, {scripts = plainPage, data, csp, prepare, server, context, missing} = {}) {
  // The browser first: a server that nobody closes, since none can start, would keep the
  // test's process alive.
  const ownContext = !context, ownBrowser = missing ? await launch(missing) : null, ownServer = !server;
  context = context || await (ownBrowser || await sharedBrowser()).createBrowserContext();
  server = server || await startServer(data);
  t.after(async () => {
    if (ownContext) await context.close();
    if (ownBrowser) await ownBrowser.close();
    if (ownServer) await server.close();
  });
  const page = await context.newPage();
  const warnings = [], errors = [], logged = [];
  page.on('console', message => { if (message.type() === 'warn') warnings.push(message.text()); });
  page.on('console', message => {
    // The browser itself logs each answer that is an error.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) logged.push(message.text());
  });
  // Firefox takes what a policy forbids, and an answer without a body, for errors of the page,
  // and tells an error's name.
  page.on('pageerror', ({message}) => {
    if (!/^(Content-Security-Policy:|XML Parsing Error: no root element)/.test(message)) errors.push(message.replace(/^\w*Error: /, ''));
  });
  const first = [engine.record, prepare].filter(Boolean).map(one => typeof one === 'function' ? `(${one})();` : one).join('\n');
  const query = new URLSearchParams({scripts: scripts.join(), ...csp && {csp}, ...first && {first: server.keep(first)}});
  await page.goto(`${server.url}/page.html?${query}`);
  return {page, server, context, warnings, errors, logged, url: page.url(), run: (code, ...args) => page.evaluate(code, ...args)};
}
