// The report of a run of the tests: each part is printed when it has ended, and the totals last.

import {availableParallelism} from 'node:os';

// One more than there are processors, since a part waits for a browser or a disk now and then.
const slots = availableParallelism() + 1;
const secondsSince = start => (performance.now() - start) / 1000;
const line = (seconds, text) => `${seconds.toFixed(1).padStart(7)} s  ${text}`;

export class Report {
  total = {passed: 0, failed: 0, skipped: 0};
  parts = [];
  tests = [];
  start = performance.now();
  free = slots;
  waiting = [];  // of the calls of inTurn

  // Does the work of one part, and prints what it has to say.
  // work: returns, or promises, {passed, failed, skipped, output, tests}: counts; a text; and
  //   [{name, seconds}] of its tests. Each of them may be missing. What it throws is a failure.
  async part(title, work) {
    const start = performance.now();
    const {passed = 0, failed = 0, skipped = 0, output = '', tests = []} = await resultOf(work);
    const seconds = secondsSince(start);
    this.total.passed += passed;
    this.total.failed += failed;
    this.total.skipped += skipped;
    this.parts.push({title, seconds});
    this.tests.push(...tests.map(test => ({...test, title})));
    console.log(`\n== ${title}: ${passed} passed, ${failed} failed, ${seconds.toFixed(0)} s`);
    if (output.trim()) console.log(output.trimEnd());
    return failed === 0;
  }

  // Does the work of one part when fewer than `slots` others go on, in the order of the calls.
  // Returns a promise of whether nothing has failed.
  async inTurn(title, work) {
    if (this.free === 0) await new Promise(resolve => this.waiting.push(resolve));
    else this.free--;
    try {
      return await this.part(title, work);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  // Does the work of parts, [title, work] each, a few at a time and the first ones first.
  parallel(parts) {
    return Promise.all(parts.map(part => this.inTurn(...part)));
  }

  // Prints what took longest, and the totals as the last line. Returns the exit status.
  finish() {
    const slowest = (things, count) => [...things].sort((one, other) => other.seconds - one.seconds).slice(0, count);
    console.log('\n== the ten slowest tests');
    for (const {name, seconds, title} of slowest(this.tests, 10)) console.log(line(seconds, `${title}: ${name}`));
    console.log(`\n== the time of each part, several at once; ${secondsSince(this.start).toFixed(0)} s in all`);
    for (const {title, seconds} of slowest(this.parts, this.parts.length)) console.log(line(seconds, title));
    if (this.total.skipped) console.log(`\n${this.total.skipped} left out, of what an engine or a build does not have`);
    console.log(`\n${this.total.passed} passed, ${this.total.failed} failed`);
    return this.total.failed ? 1 : 0;
  }
}

async function resultOf(work) {
  try {
    return await work() || {};
  } catch (error) {
    return {failed: 1, output: error.stack};
  }
}
