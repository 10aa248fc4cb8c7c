// npm run simulate -- --schedules 1000000: builds the simulation and runs it.

import {spawnSync} from 'node:child_process';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from '../../js/build/cmake.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

await build('native');
const {status} = spawnSync('build/native/simulate', ['--progress', '20000', ...process.argv.slice(2)], {cwd: root, stdio: 'inherit'});
process.exit(status ?? 1);
