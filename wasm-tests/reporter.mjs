// A reporter of node:test for a program that runs test files: a line of JSON for each thing that
// it needs to know, behind a mark, since a test may print lines of its own.
//
//   {started: name}
//   {name, seconds, isGroup, error}   a test has ended; `error` is the text of its failure
//   {counts: {pass, fail, cancelled, skipped}}   at the end

import {inspect} from 'node:util';

export const mark = '@test ';
const line = given => `${mark}${JSON.stringify(given)}\n`;

export default async function* report(events) {
  const counts = {};
  let nestingBefore = 0;
  for await (const {type, data} of events) {
    if (type === 'test:dequeue') yield line({started: data.name});
    if (type === 'test:pass' || type === 'test:fail') {
      // Tests inside of it have ended before it.
      const isGroup = data.nesting < nestingBefore, {duration_ms: time, error} = data.details;
      nestingBefore = data.nesting;
      yield line({name: data.name, seconds: time / 1000, isGroup, ...type === 'test:fail' && {error: inspect(error.cause || error)}});
    }
    if (type === 'test:diagnostic') {
      const [, what, count] = /^(pass|fail|cancelled|skipped) (\d+)$/.exec(data.message) || [];
      if (what) counts[what] = Number(count);
    }
  }
  yield line({counts});
}
