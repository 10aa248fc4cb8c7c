// npm run fuzz -- --seconds 600 [--only sync]: builds the fuzz targets and runs
// each, or one, for so long.

import {parseArgs} from 'node:util';
import {build} from '../../js/build/cmake.mjs';
import {Report} from '../report.mjs';
import {fuzz, targets} from './targets.mjs';

const {values} = parseArgs({options: {seconds: {type: 'string', default: '60'}, only: {type: 'string'}}});
const seconds = Number(values.seconds), chosen = targets.filter(({topic}) => !values.only || topic === values.only);
if (!(seconds > 0) || !chosen.length) {
  console.log(`npm run fuzz -- [--seconds N] [--only ${targets.map(({topic}) => topic).join('|')}]`);
  process.exit(2);
}

await build('fuzz');
const report = new Report();
for (const target of chosen) await report.part(`fuzz ${target.topic}`, () => fuzz(target, {seconds}));
process.exitCode = report.total.failed ? 1 : 0;
