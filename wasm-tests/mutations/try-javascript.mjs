// Bundles a mutated copy of js/ with the built wasm modules, and searches for the fault by the
// browser tests in Chromium.

import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {bundle} from '../../js/build/bundle.mjs';
import {build} from '../../js/build/cmake.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const tests = join(root, 'wasm-tests/browser'), suffix = '.test.mjs', longest = 600_000;
const {name} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// The files that the browser tests of the wasm build load.
const names = ['backbone.cachingsync.js', 'backbone.cachingsync.offline.js', 'burry.js'];

// folder: contains `js`, the copy of js/, and takes the bundles.
// Returns two functions that bundle the copy and return a promise of {by, as}, or of null if
// nothing fails: `check` runs the tests that the mutations name, `find` all tests, those that
// the mutation names first.
export async function prepareJavaScript(folder, {mutations}) {
  await build('wasm');
  // The browser tests take the built files from an installation (../package/installed.mjs).
  const dist = join(folder, 'project/node_modules', name, 'dist');
  Object.assign(process.env, {ENGINE: 'chromium', BUILD: 'wasm', INSTALLED_PACKAGE: folder});
  const findBy = async topics => {
    await bundle({sources: join(folder, 'js'), folder: dist, names, isMinified: false});
    for (const topic of topics) {
      const failed = await firstFailure(topic);
      if (failed) return {by: topic, as: failed};
    }
    return null;
  };
  return {
    check: () => findBy(new Set(mutations.map(({foundBy}) => foundBy))),
    find: ({foundBy}) => findBy(new Set([foundBy, ...topics()]))
  };
}

const topics = () => readdirSync(tests).filter(file => file.endsWith(suffix)).map(file => basename(file, suffix));

// Runs a test file until its first test fails. Returns a promise of the name of that test, or
// of null if none fails.
async function firstFailure(topic) {
  // A browser that is stopped leaves its profile behind.
  const profiles = mkdtempSync(join(tmpdir(), 'mutant-'));
  const child = spawn(process.execPath, ['--test-reporter=tap', join(tests, topic + suffix)], {
    cwd: root, stdio: ['ignore', 'pipe', 'ignore'], env: {...process.env, TMPDIR: profiles}
  });
  const ended = new Promise(resolve => child.on('close', status => resolve(status === 0 ? null : 'the file ends')));
  // On SIGINT, unlike SIGTERM, the driver ends its browser and then the process.
  const stop = () => child.kill('SIGINT'), timer = setTimeout(stop, longest);
  let failed = null;
  for await (const line of createInterface({input: child.stdout})) {
    const [, title] = /^not ok \d+ - (.*)/.exec(line) || [];
    if (!title || failed) continue;
    failed = title;
    stop();
  }
  clearTimeout(timer);
  failed = failed || await ended;
  rmSync(profiles, {recursive: true, force: true, maxRetries: 5});
  return failed;
}
