import {mark} from './reporter.mjs';
import {runProgram} from './run-program.mjs';

const reporter = new URL('reporter.mjs', import.meta.url).href;
const longest = 900;

// Runs a test file, as a process of its own with these variables of the environment, for at most
// 15 minutes. Returns a promise of {passed, failed, skipped, output, tests}, as a part of a report:
// the output is that of the tests that failed.
export async function runTestFile(file, env) {
  const {stdout, stderr, status} = await runProgram(process.execPath, [`--test-reporter=${reporter}`, file], {env, seconds: longest});
  const lines = stdout.split('\n'), told = lines.filter(one => one.startsWith(mark)).map(one => JSON.parse(one.slice(mark.length)));
  const ended = told.filter(({name}) => name !== undefined), {counts} = told.at(-1) || {};
  const failures = ended.filter(({error}) => error).map(({name, error}) => `✖ ${name}\n${indented(error)}`);
  const tests = ended.filter(({isGroup}) => !isGroup);
  if (counts) {
    const {pass = 0, fail = 0, cancelled = 0, skipped = 0} = counts;
    // What fails beside the tests, such as what a hook leaves behind.
    const failed = fail + cancelled || (status === 0 ? 0 : 1);
    return {passed: pass, failed, skipped, tests, output: failed ? [...failures, stderr].join('\n') : ''};
  }
  const unended = told.filter(({started}) => started && !ended.some(({name}) => name === started)).map(({started}) => started);
  const last = unended.length ? `; it had begun and not ended: ${unended.join(', ')}` : '';
  const printed = lines.filter(one => !one.startsWith(mark)).join('\n');
  return {
    passed: ended.length - failures.length, failed: failures.length + 1, tests,
    output: [...failures, printed, stderr, `${file} ended with ${status}, or after ${longest} s, without its totals${last}`].join('\n')
  };
}

const indented = text => text.replace(/^/gm, '  ');
