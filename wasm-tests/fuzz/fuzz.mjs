// npm run fuzz -- --seconds 600 [--only sync]: builds the fuzz targets and runs
// each, or one, for so long.

import {parseArgs} from 'node:util';
import {build} from '../../js/build/cmake.mjs';
import {fuzz, targets} from './targets.mjs';

const {values} = parseArgs({options: {seconds: {type: 'string', default: '60'}, only: {type: 'string'}}});
const seconds = Number(values.seconds), chosen = targets.filter(({topic}) => !values.only || topic === values.only);
if (!(seconds > 0) || !chosen.length) {
  console.log(`npm run fuzz -- [--seconds N] [--only ${targets.map(({topic}) => topic).join('|')}]`);
  process.exit(2);
}

build('fuzz');
for (const target of chosen) {
  if (!await fuzz(target, {seconds})) process.exitCode = 1;
}
