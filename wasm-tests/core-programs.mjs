// The programs of the core: its tests, and the simulation.

import {runProgram} from './run-program.mjs';

// Runs the core's tests, and those about caching once more with the decorator that only caches.
export async function runBothEditions(command, ...args) {
  const [one, other] = [await runCoreTests(command, ...args), await runCoreTests(command, ...args, '--plain')];
  return {passed: one.passed + other.passed, failed: one.failed + other.failed, output: one.output + other.output};
}

// Runs a doctest program. Returns a promise of {passed, failed, output}, as a part of a report: the
// counts of its test cases. A program that dies has failed, whatever it counted until then.
export async function runCoreTests(command, ...args) {
  const {stdout, stderr, status} = await runProgram(command, args);
  const [, passed, failed] = /test cases:.*?(\d+) passed.*?(\d+) failed/.exec(stdout) || [0, 0, 0];
  return {passed: Number(passed), failed: Number(failed) || (status === 0 && Number(passed) ? 0 : 1), output: stdout + stderr};
}

// Runs random schedules of a kind, always the same ones. A failure prints its seed and its steps.
export async function runSimulation(folder, kind, schedules) {
  const {stdout, stderr, status} = await runProgram(`build/${folder}/simulate`, ['--kind', kind, '--schedules', String(schedules)]);
  return {[status === 0 ? 'passed' : 'failed']: 1, output: stdout + stderr};
}
