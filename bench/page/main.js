// What the driver calls, as `bench`.

import {cases, empty} from './cases.js';
import backboneLocalStorage from './columns/local-storage.js';
import fetchCache from './columns/fetch-cache.js';
import floor from './columns/floor.js';
import lscacheColumn from './columns/lscache.js';
import noCache from './columns/no-cache.js';
import ours, {oursAsPlain} from './columns/ours.js';
import oursWithQueue from './columns/ours-queue.js';
import year2012 from './columns/year-2012.js';
import {endure} from './endurance.js';

const columns = [ours, oursAsPlain, oursWithQueue, floor, year2012, noCache, fetchCache, backboneLocalStorage, lscacheColumn];
const findColumn = name => columns.find(column => column.name === name);
const findCase = name => cases.find(one => one.name === name);

// The caches of the case that is on; a page has one for its whole life, too.
let current, caches;
function openCache(one, column) {
  if (current !== one) [current, caches] = [one, new Map()];
  if (!caches.has(column)) {
    localStorage.clear();
    caches.set(column, one.open(column) || null);
  }
  const cache = caches.get(column);
  return cache && one.canRun(cache) ? cache : null;
}

window.bench = {
  isIsolated: window.crossOriginIsolated,
  cases: () => cases.map(({name, group, record, rows, isAlone, count, warmUp}) => {
    const one = findCase(name);
    return {name, group, record, rows, isAlone, warmUpRounds: Math.ceil((warmUp || 0) / count), columns: columns.filter(column => openCache(one, column)).map(column => column.name)};
  }),

  // One sample: milliseconds per operation.
  async sample(caseName, columnName) {
    const one = findCase(caseName), cache = openCache(one, findColumn(columnName));
    empty(cache);
    const operation = await one.prepare(cache);
    // What has been written until now is on its way to another process.
    await new Promise(resolve => setTimeout(resolve, one.rows >= 1000 ? 30 : 0));
    if (window.gc) gc({type: 'minor'});
    let total = 0;
    for (let n = 0; n < one.count; n++) {
      const {run, after} = operation(n);
      const start = performance.now();
      run();
      total += performance.now() - start;
      if (after) after();
    }
    empty(cache);
    return total / one.count;
  },

  endure: (columnName, operations) => endure(findColumn(columnName), operations),
  columns: columns.map(column => column.name)
};
