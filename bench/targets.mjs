// What the benchmark has to show (targets.json), and whether it did. Figures are
// those of Chromium.

import {readFileSync} from 'node:fs';
import {ratio} from './statistics.mjs';

const targets = JSON.parse(readFileSync(new URL('targets.json', import.meta.url), 'utf8'));

// [{what, measured, unit, atLeast, atMost, aim, isMet}] for what was measured.
export function judge(results) {
  return targets.flatMap(target => found(results, target).map(({what, measured}) => {
    const {atLeast, atMost, aim, unit = 'times'} = target;
    const isMet = (atLeast === undefined || measured >= atLeast) && (atMost === undefined || measured <= atMost);
    return {what, measured, unit, atLeast, atMost, aim, isMet};
  }));
}

function found(results, target) {
  const list = target.figure ? figures(results, target.figure) : comparisons(results, target);
  return list.filter(({measured}) => measured !== null && measured !== undefined);
}

function comparisons({cases}, target) {
  const pattern = target.cases && new RegExp(target.cases);
  return cases.filter(({name}) => pattern ? pattern.test(name) : name === target.case).map(({name, milliseconds}) => {
    if (target.againstCase) {
      const other = cases.find(one => one.name === target.againstCase);
      return {what: `${name}: the cost of ${target.againstCase}`, measured: other ? ratio(milliseconds[target.column], other.milliseconds.ours) : null};
    }
    const other = milliseconds[target.against];
    return target.atLeast
      ? {what: `${name}: faster than ${target.against}`, measured: ratio(other, milliseconds.ours)}
      : {what: `${name}: the cost of ${target.against}`, measured: ratio(milliseconds.ours, other)};
  });
}

function figures({fresh, endurance, sizes}, figure) {
  const measured = {
    'script tag to first call': fresh && fresh.usable.ours.median,
    'script tag to first call, to before': fresh && fresh.usable['ours, before'] && ratio(fresh.usable.ours, fresh.usable['ours, before']),
    'gzipped size': sizes['dist/backbone.cachingsync.js'] / 1000,
    'growth of the wasm memory in 10,000 operations': endurance && endurance.ours.after.wasm - endurance.ours.before.wasm
  }[figure];
  return [{what: figure, measured}];
}
