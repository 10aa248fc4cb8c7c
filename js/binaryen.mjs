// The tools of binaryen, as its package from npm brings them.

import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

const folder = dirname(createRequire(import.meta.url).resolve('binaryen/package.json'));

// Nothing that Emscripten's modules do not use already.
const features = ['-mvp', '--enable-mutable-globals'];

// What has made the gzipped file smallest: loops and branches structured anew; what a
// called function can change is looked up, not assumed; functions of up to five
// instructions stand where they are called; and nothing relies on a trap.
const smallest = ['--traps-never-happen', '--flatten', '--rereloop', '--generate-global-effects',
  '--always-inline-max-function-size=5', '-Oz', '--generate-global-effects', '-Oz'];

// Returns the bytes that the tool makes of the file.
function run(tool, file, ...args) {
  const output = mkdtempSync(join(tmpdir(), 'binaryen-'));
  try {
    const made = join(output, 'made.wasm');
    execFileSync(process.execPath, [join(folder, 'bin', tool), file, ...args, '-o', made], {stdio: ['ignore', 'ignore', 'inherit']});
    return readFileSync(made);
  } finally {
    rmSync(output, {recursive: true});
  }
}

export const optimize = file => run('wasm-opt', file, ...features, ...smallest);
export const assemble = file => run('wasm-as', file, ...features);
