// npm run simulate -- --schedules 1000000: builds the simulation and runs it.

import {spawnSync} from 'node:child_process';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const run = (command, args) => {
  const {status} = spawnSync(command, args, {cwd: root, stdio: 'inherit'});
  if (status !== 0) process.exit(status || 1);
};

run('cmake', ['-S', '.', '-B', 'build/native', '-G', 'Ninja', '-Wno-dev', '--log-level=WARNING']);
run('cmake', ['--build', 'build/native', '--target', 'simulate']);
run('build/native/simulate', ['--progress', '20000', ...process.argv.slice(2)]);
