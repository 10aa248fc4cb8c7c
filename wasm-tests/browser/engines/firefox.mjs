// Firefox by puppeteer, which drives it by WebDriver BiDi.

import puppeteer from 'puppeteer-core';
import {evaluation, resultOf} from './evaluation.mjs';
import {find} from './find.mjs';
import {windowOptions} from './window.mjs';

// Its offline switch ends what is under way, too.
export const lacks = ['heap', 'offline switch'];

// The preferences by which each is taken away.
const without = {
  localStorage: {'dom.storage.enabled': false},
  WebAssembly: {'javascript.options.wasm': false},
  cookies: {'network.cookie.cookieBehavior': 2}
};

// A test has nothing to switch here.
export const reset = () => {};

export async function launch(missing) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    timeout: 180_000,  // a slow machine starts three at once
    ...windowOptions,
    executablePath: find('firefox', 'FIREFOX', ['firefox-esr', 'firefox']),
    extraPrefsFirefox: without[missing]
  });
  const {createBrowserContext} = browser;
  browser.createBrowserContext = async () => withOwnEvaluate(await createBrowserContext.call(browser));
  return browser;
}

// WebDriver BiDi tells `undefined` within an object, which the drivers of the other engines
// leave out.
function withOwnEvaluate(context) {
  const {newPage} = context;
  context.newPage = async () => {
    const page = await newPage.call(context), {evaluate} = page;
    page.evaluate = async (code, ...args) => resultOf(await evaluate.call(page, evaluation(code, args)));
    return page;
  };
  return context;
}
