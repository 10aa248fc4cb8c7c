// npm run fuzz -- --seconds 600 [--only sync]: builds the fuzz targets and runs
// each, or one, for so long.

import {spawnSync} from 'node:child_process';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {buildCommands, fuzz, targets} from './targets.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const {values} = parseArgs({options: {seconds: {type: 'string', default: '60'}, only: {type: 'string'}}});
const seconds = Number(values.seconds), chosen = targets.filter(({topic}) => !values.only || topic === values.only);
if (!(seconds > 0) || !chosen.length) {
  console.log(`npm run fuzz -- [--seconds N] [--only ${targets.map(({topic}) => topic).join('|')}]`);
  process.exit(2);
}

for (const [command, ...args] of buildCommands) {
  const {status} = spawnSync(command, args, {cwd: root, stdio: 'inherit'});
  if (status !== 0) process.exit(status || 1);
}
const failed = chosen.filter(target => !fuzz(target, {seconds}));
process.exit(failed.length ? 1 : 0);
