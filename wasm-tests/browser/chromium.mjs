// One headless Chromium for a test file, and for each test a server and a page
// with a localStorage of its own. The shell is Chromium without its windows, which take
// three quarters of the time of a test.

import {existsSync} from 'node:fs';
import {after} from 'node:test';
import puppeteer from 'puppeteer-core';
import {plainPage, startServer} from './server.mjs';

const withoutWindows = '/usr/bin/chromium-headless-shell';
const whole = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
let browser;

export const launch = (...args) => start([withoutWindows, ...whole], args);
// Only the whole one reads the settings of a profile.
export const launchWithProfile = (folder, ...args) => start([...whole, withoutWindows], [`--user-data-dir=${folder}`, ...args]);

async function start(places, args) {
  return puppeteer.launch({
    executablePath: [process.env.CHROMIUM, ...places].find(place => place && existsSync(place)),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...args]
  });
}

async function sharedBrowser() {
  browser = browser || await launch();
  return browser;
}

after(async () => { if (browser) await browser.close(); });

// Opens a page for test t, closed with its server when t is over.
// scripts: names from server.mjs. data: the tables of the REST API. csp: a policy.
// prepare: a function that runs in the page before any script.
// Returns {page, server, url, reload, run}; run(function, ...args) evaluates in the page.
export async function openPage(t, {scripts = plainPage, data, csp, prepare, server, context} = {}) {
  const own = !server;
  server = server || await startServer(data);
  const ownContext = !context;
  context = context || await (await sharedBrowser()).createBrowserContext();
  t.after(async () => {
    if (ownContext) await context.close();
    if (own) await server.close();
  });
  const page = await context.newPage();
  const warnings = [], errors = [], logged = [];
  page.on('console', message => { if (message.type() === 'warn') warnings.push(message.text()); });
  page.on('console', message => {
    // The browser itself logs each answer that is an error.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) logged.push(message.text());
  });
  page.on('pageerror', error => errors.push(error.message));
  if (prepare) await page.evaluateOnNewDocument(prepare);
  const query = new URLSearchParams({scripts: scripts.join(), ...csp && {csp}});
  await page.goto(`${server.url}/page.html?${query}`);
  return {page, server, context, warnings, errors, logged, url: page.url(), run: (code, ...args) => page.evaluate(code, ...args)};
}
