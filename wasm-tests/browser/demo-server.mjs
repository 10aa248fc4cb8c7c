// The demo's own server, as a process.

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {nextPort} from './ports.mjs';

export const script = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'demo', 'server.mjs');

// For test t. data: a file, by default one that goes with the test. Returns
// {url, data, output, end}.
export async function startDemo(t, port = nextPort(), data = temporaryFile(t)) {
  const child = spawn(process.execPath, [script], {env: {...process.env, PORT: String(port), DATA: data, DELAY: '0'}, stdio: ['ignore', 'pipe', 'inherit']});
  const ended = once(child, 'exit');
  const demo = {
    data,
    output: '',
    async end(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    }
  };
  t.after(() => demo.end());
  child.stdout.setEncoding('utf8');
  await Promise.race([ended, new Promise(resolve => {
    child.stdout.on('data', text => {
      demo.output += text;
      if (/^http:.*\n/m.test(demo.output)) resolve();
    });
  })]);
  demo.url = demo.output.trim().split('\n').pop();
  return demo;
}

function temporaryFile(t) {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  return join(folder, 'countries.json');
}
