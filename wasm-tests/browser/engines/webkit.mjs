// WebKitGTK by WebDriver, on a screen that nobody sees unless $WINDOW is set. Here is the part of
// puppeteer's interface that the tests use, over a protocol that has less: no contexts, no events
// of a page, nothing that runs before its scripts.

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {Builder, Capabilities} from 'selenium-webdriver';
import {evaluation, resultOf} from './evaluation.mjs';
import {nextPort} from '../ports.mjs';
import {find} from './find.mjs';
import {hasWindow} from './window.mjs';

export const lacks = ['heap', 'offline switch', 'interception', 'without cookies'];

const without = {
  localStorage: {args: ['--features=-LocalStorage']},
  WebAssembly: {env: {JSC_useWasm: '0'}}
};

// A test has nothing to switch here.
export const reset = () => {};

// An own home, and shaders that are not kept, which two browsers would write at once.
export async function launch(missing) {
  const driver = find('webkit', 'WEBKIT_DRIVER', ['WebKitWebDriver']);
  const {args = [], env = {}} = without[missing] || {};
  const home = await mkdtemp(join(tmpdir(), 'webkit-')), children = [];
  const end = async () => {
    await Promise.all(children.map(ended));
    await rm(home, {recursive: true, force: true, maxRetries: 5});
  };
  try {
    const port = nextPort(), display = hasWindow ? process.env.DISPLAY : await startScreen(children);
    start(children, driver, [`--port=${port}`], {
      ...process.env, ...env, DISPLAY: display, HOME: home, XDG_RUNTIME_DIR: home, MESA_SHADER_CACHE_DISABLE: 'true', NO_AT_BRIDGE: '1', GDK_BACKEND: 'x11'
    });
    return new Browser(await connect(port, args), end);
  } catch (error) {
    await end();
    throw error;
  }
}

// A program that ends with this process, at the latest. Its third pipe is what a screen tells
// its number by.
function start(children, program, args, env) {
  const child = spawn(program, args, {env, stdio: ['ignore', 'ignore', 'ignore', 'pipe']});
  child.on('error', () => {});
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  child.on('exit', () => process.off('exit', kill));
  children.push(child);
  return child;
}

// Starts a screen that nobody sees. Returns a promise of its name.
async function startScreen(children) {
  const screen = start(children, find('webkit', 'XVFB', ['Xvfb']), ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp']);
  const [told] = await Promise.race([once(screen.stdio[3], 'data'), once(screen, 'exit')]);
  if (!Buffer.isBuffer(told)) throw new Error(`Xvfb ended with ${told}`);
  return `:${String(told).trim()}`;
}

async function connect(port, args) {
  const url = `http://127.0.0.1:${port}`;
  const folders = ['4.1', '4.0', '6.0'].map(version => `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-${version}`);
  const binary = folders.map(folder => join(folder, 'MiniBrowser')).find(path => existsSync(path));
  if (!binary) throw new Error('There is no MiniBrowser here; `sh .ci/set-up.sh webkit` installs it.');
  for (let tries = 0; ; tries++) {
    const isUp = await fetch(`${url}/status`).then(response => response.ok, () => false);
    if (isUp) break;
    if (tries === 400) throw new Error('WebKitWebDriver does not answer');
    await sleep(50);
  }
  const session = await new Builder().usingServer(url).withCapabilities(new Capabilities({
    browserName: 'MiniBrowser', 'webkitgtk:browserOptions': {binary, args: ['--automation', ...args]}
  })).build();
  await session.manage().setTimeouts({script: 300_000, pageLoad: 60_000});
  return session;
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill();
  const isLate = setTimeout(() => child.kill('SIGKILL'), 3000);
  await exit;
  clearTimeout(isLate);
}

// A session has one current window, so its commands come one after the other.
class Browser {
  constructor(session, end) {
    Object.assign(this, {session, end, last: Promise.resolve(), current: null, isFresh: true});
  }

  // Does an action in a window, where the session is then.
  within(handle, action) {
    const done = this.last.then(async () => {
      if (handle !== this.current) await this.session.switchTo().window(handle);
      this.current = handle;
      return action(this.session);
    });
    this.last = done.catch(() => {});
    return done;
  }

  // Each is on an origin of its own, since each has a server; so localStorage is its own, too.
  createBrowserContext() {
    return new Context(this);
  }

  async open() {
    const opened = this.last.then(async () => {
      if (this.isFresh) {
        this.isFresh = false;
        this.current = await this.session.getWindowHandle();
      } else {
        await this.session.switchTo().newWindow('window');
        this.current = await this.session.getWindowHandle();
      }
      return this.current;
    });
    this.last = opened.catch(() => {});
    return new Page(this, await opened);
  }

  async close() {
    await this.last;
    await Promise.race([this.session.quit().catch(() => {}), sleep(5000)]);
    await this.end();
  }
}

class Context {
  constructor(browser) {
    Object.assign(this, {browser, pages: []});
  }

  async newPage() {
    const page = await this.browser.open();
    this.pages.push(page);
    return page;
  }

  async close() {
    for (const page of this.pages) await page.close();
  }
}

// What the page records of itself, since the driver tells nothing of it. A page has it as its
// first script; `evaluate` takes what is there.
export function record() {
  const told = [];
  for (const name of ['warn', 'error']) {
    const real = console[name];
    console[name] = (...args) => {
      told.push({name: 'console', type: name, text: args.map(String).join(' ')});
      return real.apply(console, args);
    };
  }
  const uncaught = event => {
    const {message} = event.error || event.reason || event;
    told.push({name: 'pageerror', event, message: String(message)});
  };
  window.addEventListener('error', uncaught);
  window.addEventListener('unhandledrejection', uncaught);
  // What the page itself took for no fault is none.
  Object.defineProperty(window, '__told', {
    value: () => told.splice(0).filter(({event}) => !event || !event.defaultPrevented).map(({event, ...rest}) => rest)
  });
}

// Of all evaluations, since a frame and its page have each their own.
let runs = 0;

class Page {
  constructor(browser, handle) {
    Object.assign(this, {browser, handle, listeners: [], address: 'about:blank'});
  }

  url() {
    return this.address;
  }

  async goto(url) {
    await this.take();
    this.address = url;
    await this.browser.within(this.handle, session => session.get(url));
  }

  async reload() {
    await this.take();
    await this.browser.within(this.handle, session => session.navigate().refresh());
  }

  async title() {
    return this.browser.within(this.handle, session => session.getTitle());
  }

  async close() {
    if (this.isClosed) return;
    this.isClosed = true;
    // A session ends with its last window.
    await this.browser.within(this.handle, async session => {
      const handles = await session.getAllWindowHandles();
      if (handles.length > 1) await session.close();
      else {
        await session.get('about:blank');
        this.browser.isFresh = true;
      }
      this.browser.current = null;
    });
  }

  on(name, listener) {
    this.listeners.push({name, listener});
  }

  off(name, listener) {
    this.listeners = this.listeners.filter(one => one.name !== name || one.listener !== listener);
  }

  // Everything that the page has told since.
  async take() {
    if (this.address !== 'about:blank') await this.command('return {told: window.__told ? __told() : []};');
  }

  tell(told = []) {
    for (const {name, type, text, message} of told) {
      const given = name === 'console' ? {type: () => type, text: () => text} : {message};
      for (const one of this.listeners) if (one.name === name) one.listener(given);
    }
  }

  async command(text) {
    const {told, ...rest} = await this.browser.within(this.handle, session => this.execute(session, text));
    this.tell(told);
    return rest;
  }

  execute(session, text) {
    return session.executeScript(text);
  }

  // The page itself, and its only frame.
  frames() {
    return [this, new Frame(this)].map((frame, i) => Object.assign(frame, {parentFrame: () => i ? this : null}));
  }

  // The page goes on under the other commands of the session, which may be what it waits for.
  async evaluate(code, ...args) {
    const number = ++runs;
    await this.command(`const runs = window.__runs = window.__runs || {};
      ${evaluation(code, args)}.then(result => { runs[${number}] = result; });
      return {};`);
    for (;;) {
      const {result, isLeft} = await this.command(`const runs = window.__runs, result = runs && runs[${number}];
        return {result, isLeft: !runs, told: result && window.__told ? __told() : []};`);
      if (result) return resultOf(result);
      if (isLeft) throw new Error('the page was left while it evaluated');
      await sleep(5);
    }
  }

  async waitForFunction(condition, {polling = 20} = {}, ...args) {
    while (!await this.evaluate(condition, ...args)) await sleep(polling);
  }

  addScriptTag({content}) {
    return this.evaluate(text => {
      const script = document.createElement('script');
      script.text = text;
      document.head.append(script);
    }, content);
  }
}

class Frame extends Page {
  constructor(page) {
    super(page.browser, page.handle);
    this.listeners = page.listeners;
  }

  async execute(session, text) {
    await session.switchTo().frame(0);
    try {
      return await session.executeScript(text);
    } finally {
      await session.switchTo().parentFrame();
    }
  }
}
