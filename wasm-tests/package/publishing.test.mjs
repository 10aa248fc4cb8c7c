// What publint and attw (Are the types wrong?) say of the packed tarball.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {publint} from 'publint';
import {formatMessage} from 'publint/utils';
import {install} from './installed.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);
let tarball, described;

before(async () => {
  const made = await install();
  tarball = made.tarball;
  described = JSON.parse(readFileSync(join(made.installed, 'package.json'), 'utf8'));
});

// Returns {stdout, stderr, code}.
const run = (command, args) => new Promise(resolve => {
  execFile(command, args, {cwd: root, encoding: 'utf8', maxBuffer: 1 << 26},
    (error, stdout, stderr) => resolve({stdout, stderr, code: error ? error.code : 0}));
});

test('publint has nothing to say, not even a suggestion', async () => {
  const file = readFileSync(tarball);
  const content = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
  const {messages} = await publint({pack: {tarball: content}, strict: true});
  assert.deepEqual(messages.map(message => formatMessage(message, described)), []);
});

test('attw finds every entry point and its types, by each way to resolve them', async () => {
  const attw = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist', 'index.js');
  const {stdout, code} = await run(process.execPath, [attw, '--format', 'json', '--no-definitely-typed', tarball]);
  const {analysis, problems} = JSON.parse(stdout);
  assert.deepEqual(problems || {}, {});
  assert.equal(code, 0);
  const resolved = Object.entries(analysis.entrypoints).filter(([, {isWildcard}]) => !isWildcard);
  assert.deepEqual(resolved.map(([entry]) => entry).sort(), Object.keys(described.exports).filter(entry => !entry.includes('*')).sort());
  for (const [entry, {resolutions}] of resolved) {
    assert.deepEqual(Object.keys(resolutions).sort(), ['bundler', 'node10', 'node16-cjs', 'node16-esm']);
    for (const [how, {resolution}] of Object.entries(resolutions)) {
      assert.ok(resolution && (resolution.isTypeScript || resolution.isJson), `${entry} has types by ${how}`);
    }
  }
});
