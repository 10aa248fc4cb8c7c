// npm run bench: everything in one browser and in turns; a table on the terminal,
// and in bench/results/ a JSON file and a chart.

import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {browserNames, launch} from './browser.mjs';
import {drawChart} from './chart.mjs';
import {freshColumns, sampleFresh} from './fresh.mjs';
import {printReport} from './report.mjs';
import {startServer} from './server.mjs';
import {keepSizes, measureSizes} from './sizes.mjs';
import {judge} from './targets.mjs';
import {summarise} from './statistics.mjs';

const usage = `npm run bench [-- options]
  --browser <name>   ${browserNames.join(' or ')}
  --quick            few rounds, no more than 1,000 rows
  --only <pattern>   the cases whose name matches, such as "cached read" or "alone"
  --before <file>    another build of the library: how long it takes from its script tag to the first call
  --sizes            keeps the sizes of dist/ in bench/sizes.json, and measures nothing`;

const folder = dirname(fileURLToPath(import.meta.url));

function readOptions() {
  try {
    const {values} = parseArgs({options: {
      browser: {type: 'string', default: 'chromium'},
      quick: {type: 'boolean', default: false},
      only: {type: 'string', default: ''},
      before: {type: 'string', default: ''},
      sizes: {type: 'boolean', default: false},
      help: {type: 'boolean', default: false}
    }});
    if (values.help) stop(usage, 0);
    if (!browserNames.includes(values.browser)) stop(`There is no browser called ${values.browser} here.\n${usage}`);
    return {...values, only: new RegExp(values.only)};
  } catch (error) {
    return stop(`${error.message}\n${usage}`);
  }
}

function stop(message, code = 1) {
  console.error(message);
  process.exit(code);
}

function must(command, ...args) {
  if (spawnSync(command, args, {cwd: dirname(folder), stdio: 'inherit'}).status !== 0) stop(`${command} ${args.join(' ')} failed`);
}

const options = readOptions();
const rounds = options.quick ? {cases: 3, fresh: 3, warmUp: 1} : {cases: 11, fresh: 15, warmUp: 2};
const endurance = 'ten thousand operations', fresh = 'script tag to first call';
const matches = name => options.only.test(name);

// One line that is written over where there is a terminal.
const isTerminal = process.stderr.isTTY;
let steps = 0, allSteps = 0;
function progress(what) {
  const line = `${String(Math.round(100 * steps / allSteps)).padStart(3)} %  ${what}`;
  if (isTerminal) process.stderr.write(`\r\x1b[K${line}`);
  else process.stderr.write(`${line}\n`);
}

// The order changes with each round: nobody always comes after the same neighbour.
const turned = (list, by) => list.map((_, i) => list[(i + by) % list.length]);

async function openBench(browser, url) {
  const page = await browser.newPage();
  let failed;
  const failure = new Promise((_, reject) => { failed = reject; });
  failure.catch(() => {});
  page.on('pageerror', failed);
  await page.goto(`${url}/page/index.html`);
  await Promise.race([failure, page.waitForFunction(() => window.bench, {timeout: 30_000})]);
  if (!await page.evaluate(() => window.bench.isIsolated)) throw new Error('the page is not cross-origin isolated: its timers are coarse');
  return page;
}

async function measureCase(page, {name, columns, warmUpRounds}) {
  const samples = Object.fromEntries(columns.map(column => [column, []]));
  const warmUp = Math.max(rounds.warmUp, warmUpRounds);
  for (let round = -warmUp; round < rounds.cases; round++) {
    for (const column of turned(columns, round + warmUp)) {
      const milliseconds = await page.evaluate((...names) => window.bench.sample(...names), name, column);
      if (round >= 0) samples[column].push(milliseconds);
    }
  }
  return samples;
}

async function measureFresh(browser, url) {
  const usable = {}, next = {}, columns = freshColumns(options.before);
  for (let round = 0; round < rounds.fresh; round++) {
    progress(`${fresh}, ${round + 1} of ${rounds.fresh}`);
    for (const column of turned(columns, round)) {
      const times = await sampleFresh(browser, url, column);
      (usable[column] = usable[column] || []).push(times.usable);
      (next[column] = next[column] || []).push(times.next);
    }
  }
  return {usable: summarise(usable), next: summarise(next)};
}

async function measureEndurance(page) {
  const results = {};
  for (const column of ['ours', 'floor', '2012', 'no cache']) {
    progress(`${endurance}, ${column}`);
    results[column] = await page.evaluate((name, count) => window.bench.endure(name, count), column, options.quick ? 1000 : 10_000);
  }
  return results;
}

async function measure(browser, url) {
  const page = await openBench(browser, url);
  const cases = (await page.evaluate(() => window.bench.cases()))
    .filter(({name, rows = 0}) => matches(name) && !(options.quick && rows > 1000));
  allSteps = cases.length + (matches(fresh) && 1) + (matches(endurance) && 1);
  if (!allSteps) return null;
  const measured = {cases: [], fresh: null, endurance: null};
  for (const one of cases) {
    progress(one.name);
    measured.cases.push({...one, milliseconds: summarise(await measureCase(page, one))});
    steps++;
  }
  if (matches(endurance)) {
    measured.endurance = await measureEndurance(page);
    steps++;
  }
  await page.close();
  if (matches(fresh)) {
    measured.fresh = await measureFresh(browser, url);
    steps++;
  }
  progress('done');
  if (isTerminal) process.stderr.write('\n');
  return measured;
}

async function report(measured, version) {
  const results = {
    browser: version, date: new Date().toISOString(), processor: cpus()[0].model, processors: cpus().length,
    isQuick: options.quick, rounds: rounds.cases, sizes, ...measured
  };
  results.targets = judge(results);
  const resultsFolder = join(folder, 'results');
  const path = extension => join(resultsFolder, `${options.browser}${options.quick ? '-quick' : ''}.${extension}`);
  mkdirSync(resultsFolder, {recursive: true});
  writeFileSync(path('json'), JSON.stringify(results, null, 2) + '\n');
  writeFileSync(path('svg'), await drawChart(results));
  printReport(results);
  console.log(`\n${relative('', path('json'))}\n${relative('', path('svg'))}`);
}

if (options.sizes) {
  console.log(keepSizes());
  process.exit();
}

must('sh', '.ci/set-up.sh', options.browser);
must('node', 'js/build/build.mjs');
const sizes = measureSizes();
const browser = await launch(options.browser).catch(error => stop(error.message));
const server = await startServer({before: options.before});
try {
  const measured = await measure(browser, server.url);
  if (measured) await report(measured, await browser.version());
  else console.error(`No case matches ${options.only}.`);
  process.exitCode = measured ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
}
