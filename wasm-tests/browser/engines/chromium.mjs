// Chromium by puppeteer. The shell is Chromium without its windows, which take three
// quarters of the time of a test.

import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import puppeteer from 'puppeteer-core';
import {find} from './find.mjs';
import {hasWindow, windowOptions} from './window.mjs';

const withoutWindows = 'chromium-headless-shell';
const whole = ['chromium', 'chromium-browser', 'google-chrome'];

// What the driver, or the engine, cannot do.
export const lacks = [];

// How each is taken away.
const without = {
  localStorage: ['--disable-local-storage'],
  WebAssembly: ['--js-flags=--jitless']
};

// Takes back what a test may have switched.
export const reset = page => page.endSwitches();

// missing: 'localStorage', 'WebAssembly' or 'cookies', where a page is to have none.
// hasRequests: whether the driver is told of each request, which costs as much as the request, and
// can intercept it.
export async function launch(missing, {hasRequests = false} = {}) {
  const browser = missing === 'cookies' ? await launchWithoutCookies() : await start(hasWindow ? whole : [withoutWindows, ...whole], without[missing], hasRequests);
  const {createBrowserContext} = browser;
  browser.createBrowserContext = async () => withSwitches(await createBrowserContext.call(browser));
  return browser;
}

// The page's switches for its network and its cache, where the driver is told of no requests. They
// last as long as a session of the protocol does.
function withSwitches(context) {
  const {newPage} = context;
  context.newPage = async () => {
    const page = await newPage.call(context);
    let session = null;
    const send = async (name, given) => {
      if (!session) {
        session = await page.createCDPSession();
        await session.send('Network.enable');
      }
      await session.send(name, given);
    };
    page.setOfflineMode = offline => send('Network.emulateNetworkConditions', {offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1});
    page.setCacheEnabled = isEnabled => send('Network.setCacheDisabled', {cacheDisabled: !isEnabled});
    page.endSwitches = async () => {
      if (session) await session.detach();
      session = null;
    };
    return page;
  };
  return context;
}

// Only the whole one reads the settings of a profile.
async function launchWithoutCookies() {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  await mkdir(join(folder, 'Default'));
  await writeFile(join(folder, 'Default', 'Preferences'),
    JSON.stringify({profile: {default_content_setting_values: {cookies: 2}}}));
  const browser = await start([...whole, withoutWindows], [`--user-data-dir=${folder}`]);
  // The settings are those of the profile, which a context of its own would not have.
  return {
    createBrowserContext: () => ({newPage: () => browser.newPage(), close() {}}),
    async close() {
      await browser.close();
      await rm(folder, {recursive: true, force: true, maxRetries: 5});
    }
  };
}

async function start(names, args = [], hasRequests = false) {
  return puppeteer.launch({
    timeout: 180_000,  // a slow machine starts three at once
    networkEnabled: hasRequests,
    ...windowOptions,
    devtools: hasWindow,
    executablePath: find('chromium', 'CHROMIUM', names),
    // Without RenderDocument a navigation within an origin keeps its frame, and a test is quicker by a
    // fifth.
    // The shell dies of the signal that a wasm trap raises. Without the handler of this signal the
    // engine checks bounds itself, and a trap is an exception with a stack.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-features=WebAssemblyTrapHandler,RenderDocument', ...args]
  });
}
