// The browser that is measured.

import {existsSync} from 'node:fs';
import puppeteer from 'puppeteer-core';

const places = {
  chrome: [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/chromium-headless-shell'],
  firefox: [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox']
};
export const browserNames = ['chromium', 'firefox'];

export async function launch(name) {
  const browser = name === 'firefox' ? 'firefox' : 'chrome';
  const executablePath = places[browser].find(place => place && existsSync(place));
  if (!executablePath) {
    throw new Error(`There is no ${name} here. Install it with \`sh .ci/set-up.sh ${name}\`, ` +
      `or name one in $${name.toUpperCase()}.`);
  }
  return puppeteer.launch({browser, executablePath, protocolTimeout: 600_000, args: browser === 'chrome' ? chromiumArguments : []});
}

// A collection between two samples belongs to neither; it must not throw compiled
// code away, which would be measured anew.
const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--enable-precise-memory-info', '--js-flags=--expose-gc,--no-flush-bytecode'];
