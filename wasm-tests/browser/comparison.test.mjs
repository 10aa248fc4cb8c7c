// What a page sees of the decorated sync is what it sees of the plain one
// (BEHAVIOUR 7.4): each scenario of comparison/, played under both.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decorations, openComparison} from './comparison.mjs';

const topics = ['sync', 'model', 'collection', 'promises', 'errors'];

for (const topic of topics) {
  const {default: scenarios} = await import(`./comparison/${topic}.mjs`);
  test(`7.4 ${topic}`, async t => {
    const {compare} = await openComparison(t, [topic]);
    for (const name of Object.keys(scenarios)) {
      await t.test(`7.4 ${topic}: ${name}`, async () => {
        for (const [decoration, how] of Object.entries(decorations)) {
          const difference = await compare(topic, name, how);
          assert.equal(difference, null, `${decoration}: ${difference}`);
        }
      });
    }
  });
}
