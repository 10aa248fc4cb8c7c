// The table on the terminal.

import {styleText} from 'node:util';
import {ratio} from './statistics.mjs';

const columns = ['ours', 'ours, plain JavaScript', 'floor', '2012', 'no cache', 'backbone-fetch-cache', 'Backbone.localStorage', 'lscache'];
const headings = {'ours, plain JavaScript': 'as plain JS', 'backbone-fetch-cache': 'fetch-cache', 'Backbone.localStorage': 'localStorage'};

// Three digits that count.
function digits(number) {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}

function time(milliseconds) {
  return milliseconds < 1 ? `${digits(1000 * milliseconds)} µs` : `${digits(milliseconds)} ms`;
}

function times(number) {
  return number === null ? '' : `${number.toFixed(number < 10 ? 2 : 0)}×`;
}

// rows: arrays of texts; the first column is aligned to the left.
function printTable(title, heading, rows) {
  const widths = heading.map((_, i) => Math.max(...[heading, ...rows].map(row => row[i].length)));
  const line = row => row.map((text, i) => i ? text.padStart(widths[i]) : text.padEnd(widths[i])).join('  ').trimEnd();
  console.log(`\n${styleText('bold', title)}\n${styleText('dim', line(heading))}`);
  for (const row of rows) console.log(line(row));
}

function printCases(cases) {
  const present = columns.filter(column => cases.some(({milliseconds}) => milliseconds[column]));
  printTable('Median time of an operation; how ours compares', ['', ...present.map(column => headings[column] || column), 'to floor', '2012 to ours'],
    cases.map(({name, milliseconds}) => [
      name, ...present.map(column => milliseconds[column] ? time(milliseconds[column].median) : ''),
      times(ratio(milliseconds.ours, milliseconds.floor)), times(ratio(milliseconds['2012'], milliseconds.ours))
    ]));
}

function printFresh({usable, next}) {
  printTable('A fresh page', ['', 'script tag to first call', 'the next call'],
    Object.keys(usable).map(column => [column, time(usable[column].median), time(next[column].median)]));
}

function printEndurance(endurance, isQuick) {
  const kilobytes = bytes => bytes === null ? '' : `${Math.round(bytes / 1000)} kB`;
  const growth = ({before, after}, what) => before[what] === null ? '' : kilobytes(after[what] - before[what]);
  printTable(`${isQuick ? '1,000' : '10,000'} mixed operations`, ['', 'time', 'growth of the heap', 'of the wasm', 'wasm'],
    columns.filter(column => endurance[column]).map(column => ({column, result: endurance[column]})).map(({column, result}) => [
      column, time(result.milliseconds), growth(result, 'heap'),
      column === 'ours' ? growth(result, 'wasm') : '', column === 'ours' ? kilobytes(result.after.wasm) : ''
    ]));
}

function printSizes(sizes) {
  printTable('Gzipped', ['', 'bytes'], Object.entries(sizes).map(([path, bytes]) => [path, String(bytes)]));
}

function printTargets(targets, browser, isQuick) {
  const notes = [/chrom/i.test(browser) ? '' : 'set for Chromium', isQuick ? 'a quick run is no more than a hint' : ''].filter(Boolean);
  const wanted = ({atLeast, atMost, aim}) =>
    (atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`) + (aim === undefined ? '' : `, aim ${aim}`);
  printTable(`Targets${notes.length ? ` (${notes.join('; ')})` : ''}`, ['', 'measured', '', 'wanted', ''], targets.map(target => [
    target.what, target.unit === 'bytes' ? String(target.measured) : digits(target.measured), target.unit, wanted(target),
    styleText(target.isMet ? 'green' : 'red', target.isMet ? 'pass' : 'MISS')
  ]));
  console.log(`\n${targets.filter(({isMet}) => isMet).length} of ${targets.length} targets met`);
}

export function printReport({browser, rounds, isQuick, cases, fresh, endurance, sizes, targets}) {
  console.log(`\n${browser}, ${rounds} rounds`);
  if (cases.length) printCases(cases);
  if (fresh) printFresh(fresh);
  if (endurance) printEndurance(endurance, isQuick);
  printSizes(sizes);
  if (targets.length) printTargets(targets, browser, isQuick);
}
