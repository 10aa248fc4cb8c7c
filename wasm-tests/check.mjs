// npm run check: what is known in a minute, for every save: format, eslint, cited numbers, the
// core's tests, and some random schedules.
//
//   npm run check -- queue    one topic of the core's tests: the files unit-*queue*.cpp

import {readdirSync} from 'node:fs';
import {build} from '../js/build/cmake.mjs';
import {checkCitations} from './cited-numbers.mjs';
import {runBothEditions, runCoreTests, runSimulation} from './core-programs.mjs';
import {checkFormat, checkScripts} from './lint.mjs';
import {Report} from './report.mjs';
import {schedules} from './simulation/schedules.mjs';

const [topic, ...more] = process.argv.slice(2), report = new Report();

function checkTopic() {
  const topics = readdirSync(new URL('core', import.meta.url)).map(name => /^unit-(.*)\.cpp$/.exec(name)).filter(Boolean).map(([, name]) => name);
  if (more.length || !topics.some(name => name.includes(topic))) {
    console.error(`check: expected one topic, or a part of one, of ${topics.join(', ')}; got ${[topic, ...more].join(' ')}`);
    process.exit(2);
  }
  return runTopic(`*unit-*${topic}*`);
}

async function runTopic(files) {
  await report.part('build', () => build('core-tests', 'native', {isQuiet: true}));
  await report.part(`core: ${topic}`, () => runCoreTests('build/native/core_tests', `--source-file=${files}`));
}

async function checkAll() {
  const isBuilt = report.part('build', () => build('native', 'native', {isQuiet: true}));
  const isClean = report.part('eslint', checkScripts).then(() => report.part('clang-format', checkFormat))
    .then(() => report.part('cited numbers', checkCitations));
  if (await isBuilt) {
    await report.part('core', () => runBothEditions('build/native/core_tests'));
    for (const kind of ['cache', 'queue']) {
      await report.part(`random schedules: ${kind}`, () => runSimulation('native', kind, schedules.check));
    }
  }
  await isClean;
}

await (topic ? checkTopic() : checkAll());
process.exit(report.finish());
